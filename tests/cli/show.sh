#!/usr/bin/env bash
# What runs came to, as people ask for it: `show`, and what a terminal shows after a run.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
short="--set duration_s=40"
db=$work/db
unset COLUMNS
show="$BALLAST show --db $db"

# ---- an empty database, and runs that did not end

expect 4 "expected a database of results, found: No such file" $show
sqlite3 "$db" "VACUUM"
expect 4 "$db: expected results of schema version 8, found another database" $show
rm "$db"
check "two seeds" "$BALLAST" run $small --seed 1 --quiet --db "$db"
check "two seeds" "$BALLAST" run $small --seed 2 --quiet --db "$db"
cp "$db" "$work/unfinished"
sqlite3 "$work/unfinished" "UPDATE run SET status = 'running'"
expect 2 "expected a finished run of small, found none; \`ballast run small\` makes one" \
    "$BALLAST" show --db "$work/unfinished"
expect 2 "expected a finished run of fig7_idle_tax, found none" $show fig7_idle_tax
sqlite3 "$work/unfinished" "DELETE FROM run"
expect 2 "expected runs, found none; \`ballast run EXPERIMENT\` makes some" \
    "$BALLAST" show --db "$work/unfinished"

# ---- one experiment

expect 0 "small: 2 runs (seeds 1 to 2)" $show
cp "$work/out" "$work/alone"
expect 0 "small: 2 runs (seeds 1 to 2)" $show small
expect 0 "small: 2 runs (seeds 1 to 2)" $show $small
expect 0 "small, VM busy: 1 run (seed 2)" $show small --vm busy --seed 2
expect 0 "At 35 s, the sample that is nearest to 36 s." $show small --at 36
for columns in 60 80; do
    check "fits" env COLUMNS=$columns $show small
    equal "no line is longer than $columns" 0 "$(awk -v most=$columns 'length > most' "$work/out" | wc -l)"
    equal "no line ends in a blank" 0 "$(grep -c ' $' "$work/out")"
done
expect 0 '"metric": "alloc_mb"' $show small --json
check "JSON" $show small --json
mv "$work/out" "$work/json"
check "is valid" sqlite3 :memory: "SELECT json_array_length(readfile('$work/json'))"
expect 0 "experiment,variant,vm,metric,statistic,value,half95,runs,unit,at_s" $show small --csv
mean=$(sqlite3 "$db" "SELECT avg(mean) FROM summary WHERE vm = 'busy' AND metric = 'alloc_mb'")
equal "a mean is that of SQL" "$(printf '%.9g' "$mean")" \
    "$(awk -F, '$3 == "busy" && $4 == "alloc_mb" && $5 == "mean" { printf "%.9g", $6 }' "$work/out")"
expect 2 "--vm: expected a VM of the runs of small, found 'bussy' (did you mean 'busy'?)" $show small --vm bussy
expect 2 "--seed: expected one of the runs of small (1, 2), found '3'" $show small --seed 3
expect 2 "--variant: expected none, as the runs of small have no variants, found 'x'" $show small --variant x
expect 2 "expected an experiment of the database (small) or a FILE.yaml, found 'smal' (did you mean 'small'?)" $show smal
expect 2 "--at: expected 0 to 1000000000 seconds, found '-1'" $show small --at -1
expect 0 "alloc_mb, shown as \"allocation\" (MB; VM; gauge)" $show --metrics
expect 0 '"name": "active_slow_mb"' $show --metrics --json

# ---- several variants; a database that can only be read, under a hostile name

odd="$work/it's <b>.db"
cp "$db" "$odd"
check "a variant" "$BALLAST" run $small $short --seed 1 --quiet --db "$odd"
chmod 444 "$odd"
expect 0 "small: 2 variants. Means over runs, of all VMs together." "$BALLAST" show --db "$odd"
expect 0 "duration_s=40     1 " "$BALLAST" show --db "$odd"
expect 0 "small duration_s=40: 1 run (seed 1) of 40 s" "$BALLAST" show small --variant duration_s=40 --db "$odd"
expect 0 "no name" "$BALLAST" show small --db "$odd"
expect 2 "--variant: expected one of the runs of small ('', duration_s=40), found 'duration_s=4' (did you mean 'duration_s=40'?)" \
    "$BALLAST" show small --variant duration_s=4 --db "$odd"

# ---- after a run: on a terminal, and only there

terminal() { COLUMNS=80 script -qec "$*" /dev/null </dev/null | tr -d '\r'; }
run="$BALLAST run $small $short --seed 1 --db $work/new"
terminal "$run" >"$work/seen"
expect 0 "" grep -q "^small duration_s=40: 1 run (seed 1) of 40 s, governor" "$work/seen"
terminal "$run --quiet" >"$work/out"
equal "not when it is to be quiet" 0 "$(grep -c "governor" "$work/out")"
check "a run without a terminal" $run
equal "says one line" 1 "$(wc -l <"$work/out")"

finish show
