#!/usr/bin/env bash
# Runs against each other: `compare`, and `diff` as a regression test uses it.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
db=$work/db
unset COLUMNS
for seed in 1 2 3; do
    check "a run" "$BALLAST" run $small --seed $seed --quiet --db "$db"
    check "a run" "$BALLAST" run $small --seed $seed --quiet --db "$db" --set policy.share_enabled=0
done
compare="$BALLAST compare --db $db"
off=:policy.share_enabled=0

# ---- compare

expect 0 "A is small, B is small policy.share_enabled=0: 3 pairs of runs by seed, with" $compare small: $off
expect 0 "3 and 3 independent runs (Welch)" $compare small: $off --independent
expect 0 "A is small, B is small policy.share_enabled=0" $compare $small: small$off
for columns in 60 80 100; do
    check "fits" env COLUMNS=$columns $compare small: $off --all
    equal "no line is longer than $columns" 0 "$(awk -v most=$columns 'length > most' "$work/out" | wc -l)"
    equal "no line ends in a blank" 0 "$(grep -c ' $' "$work/out")"
done
expect 0 "of A alone" $compare small: $off
expect 0 "3 pairs of runs by seed, with common random numbers" $compare small: small: # itself
equal "is equal to itself" 0 "$(grep -cE 'better|worse|more|less|~$' "$work/out")"
check "CSV" $compare small: $off --only free_mb --csv
# The same by SQL: the mean of the differences of the pairs.
paired=$(sqlite3 "$db" "SELECT printf('%.9g', avg(b.mean - a.mean)) FROM summary a JOIN run ra ON ra.run_id = a.run_id
    JOIN run rb ON rb.seed = ra.seed AND rb.variant <> ra.variant JOIN summary b ON b.run_id = rb.run_id
    WHERE ra.variant = '' AND a.metric = 'free_mb' AND b.metric = 'free_mb'")
equal "a difference is that of SQL" "$paired" \
    "$(awk -F, 'NR == 2 { printf "%.9g", $11 }' "$work/out")"
check "JSON" $compare small: $off --json
mv "$work/out" "$work/json"
check "is valid" sqlite3 :memory: "SELECT json_array_length(readfile('$work/json'))"
expect 1 "compare: expected every number within its tolerance, found" $compare small: $off --tolerance 1%
printf 'metric,tolerance\nfree_mb,1%%\n' >"$work/tolerances.csv"
expect 1 "found 1 of " $compare small: $off --tolerances "$work/tolerances.csv"
printf 'metric,tolerance\nfree_mb,much\n' >"$work/tolerances.csv"
expect 3 "tolerances.csv:2: tolerance: expected 5% or 0.5, found 'much'" $compare small: $off --tolerances "$work/tolerances.csv"

expect 2 "compare: expected two sides, A and B, found 1 argument" $compare small
expect 2 "expected an experiment of the database (small) or a FILE.yaml, found 'smal' (did you mean 'small'?)" $compare smal small
expect 2 "small:x: expected one of the runs of small ('', policy.share_enabled=0), found 'x'" $compare small: :x
expect 2 "--only: expected a metric of these runs, found 'free' (did you mean 'free_mb'?)" $compare small: $off --only free
expect 2 "tolerance: expected a metric of these runs, found 'free' (did you mean 'free_mb'?)" $compare small: $off --tolerance free=1%
expect 2 "--tolerance: expected 5%, 0.5 or METRIC=5%, found 'x'" $compare small: $off --tolerance x
expect 2 "compare: expected --paired or --independent, found both" $compare small: $off --paired --independent
expect 4 "$work/none.db: expected a database of results, found: No such file or directory" $compare "$work/none.db" small
echo "no database" >"$work/text.db"
expect 4 "text.db: expected a usable database" $compare "$work/text.db" small

# ---- diff

base=$work/base.db
expect 4 "$base: expected a database of results, found: No such file" "$BALLAST" diff "$base" "$db"
expect 0 "$base is now a copy of $db" "$BALLAST" diff "$base" "$db" --update
check "the first baseline is a copy" cmp "$base" "$db"
expect 0 "2 variants without a difference beyond its tolerance" "$BALLAST" diff "$base" "$db"
expect 0 "" "$BALLAST" diff "$base" "$base"
again=$work/again.db
for seed in 1 2 3; do
    check "again" "$BALLAST" run $small --seed $seed --quiet --db "$again"
    check "again" "$BALLAST" run $small --seed $seed --quiet --db "$again" --set policy.share_enabled=0
done
expect 0 "2 variants without" "$BALLAST" diff "$base" "$again" # made anew: the same to the last bit
sqlite3 "$again" "UPDATE series_curve SET peak = peak * 1.001 WHERE run_id = 1 AND vm = 'busy' AND metric = 'alloc_mb'"
expect 1 "found 0 runs or variants on one side alone, 1 numbers beyond and 0 runs unlike" "$BALLAST" diff "$base" "$again"
equal "and names it" 1 "$(grep -c "^busy alloc_mb peak .*! more$" "$work/out")"
check "within" "$BALLAST" diff "$base" "$again" --tolerance 0.2%
check "within, by name" "$BALLAST" diff "$base" "$again" --tolerance alloc_mb=0.2%
expect 1 "1 numbers beyond" "$BALLAST" diff "$base" "$again" --tolerance active_mb=0.2%
sqlite3 "$again" "UPDATE run SET checksum = '0' || checksum WHERE run_id = 2"
"$BALLAST" diff "$base" "$again" >"$work/seen" 2>"$work/err"
equal "events that differ are told" 1 "$(grep -cx '1 runs differ in samples, events or decisions' "$work/seen")"
expect 1 "1 numbers beyond and 1 runs unlike" "$BALLAST" diff "$base" "$again"
check "a tolerance forgives both" "$BALLAST" diff "$base" "$again" --tolerance 1%
sqlite3 "$again" "DELETE FROM run WHERE seed = 3 AND variant = ''; UPDATE run SET variant = 'x' WHERE variant <> '' AND seed = 1"
"$BALLAST" diff "$base" "$again" >"$work/seen" 2>"$work/err"
equal "runs that are missing fail" 1 $?
for line in "A alone: small seed 3" "A alone: small policy.share_enabled=0 seed 1" "B alone: small x"; do
    equal "says: $line" 1 "$(grep -cxF "$line" "$work/seen")"
done
cp "$base" "$work/before"
chmod 555 "$work" && [ "$(id -u)" -ne 0 ] &&
    expect 4 "expected to make it a copy of" "$BALLAST" diff "$base" "$again" --update
chmod 755 "$work"
check "a baseline that cannot be written stays" cmp "$base" "$work/before"
expect 0 "$base is now a copy of $again" "$BALLAST" diff "$base" "$again" --update
check "a baseline is updated" cmp "$base" "$again"
equal "nothing else is left" "" "$(ls "$work" | grep new)"
expect 2 "diff: expected OLD.db and NEW.db, found 1 argument" "$BALLAST" diff "$base"
expect 4 "text.db: expected a usable database" "$BALLAST" diff "$base" "$work/text.db" --update

finish compare
