#!/usr/bin/env bash
# The commands as users call them: what they print, their errors, their exit statuses. No half-written
# result may be taken for a whole one.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
short="--set duration_s=40"
sql() { sqlite3 "$1" "$2"; }

# ---- help, list, params

expect 2 "expected a command, found none" "$BALLAST"
expect 2 "expected a command, found 'rum' (did you mean 'run'?)" "$BALLAST" rum
expect 0 "usage: ballast COMMAND" "$BALLAST" help
expect 0 "Exit status: 0 done" "$BALLAST" --help
for command in run sweep fit show compare diff merge plot report verify explain replay trace scan list params bench help; do
    expect 0 "usage: ballast $command" "$BALLAST" help $command
    expect 0 "usage: ballast $command" "$BALLAST" $command --help
done
for part in info convert cat record series; do
    expect 0 "usage: ballast trace $part" "$BALLAST" help trace $part
    expect 0 "usage: ballast trace $part" "$BALLAST" trace $part --help
    expect 0 "  trace $part " "$BALLAST" trace --help
done
expect 2 "found 'nothing'" "$BALLAST" help nothing
expect 2 "found 'cnvert' (did you mean 'convert'?)" "$BALLAST" help trace cnvert
expect 2 "help: expected one command, found 'x'" "$BALLAST" help run x
check "the manual page" "$BALLAST" help --man
cp "$work/out" "$work/ballast.1"
for word in '.SH NAME' '.SH "EXIT STATUS"' '.SS sweep' '.B \-\-vary key=v1' '.B policy.idle_tax' \
    '.B vm.NAME.dbench.clients' '.B machine.memory_mb' BALLAST_HOME; do
    expect 0 "" grep -qF -e "$word" -e "${word//\"/}" "$work/ballast.1"
done
for command in $("$BALLAST" help | awk '/^  [a-z]/ && NF > 1 && $1 != "ballast" { print $1 }'); do
    expect 0 "" grep -qF ".SS $command" "$work/ballast.1"
    "$BALLAST" help "$command" | grep -oE '(^|[ [])--[a-z]+' | grep -oE -- '--[a-z]+' | sort -u |
        while read -r option; do
            grep -qF -- "${option//-/\\-}" "$work/ballast.1" || echo "$command $option"
        done >"$work/unsaid"
    equal "the manual page has all options of $command" "" "$(cat "$work/unsaid")"
done
expect 0 "" grep -qF ".SS trace convert" "$work/ballast.1"
if command -v groff >/dev/null; then
    equal "roff has nothing to say about it" "" "$(groff -man -Tutf8 -ww -z "$work/ballast.1" 2>&1)"
fi
check "installing" make --no-print-directory install NO_INSTALL=1 PREFIX="$work/usr"
expect 0 "fig7_idle_tax" "$work/usr/bin/ballast" list
expect 0 "fig7_idle_tax" "$BALLAST" list
expect 0 '"experiment": "replay_recorded"' "$BALLAST" list --json
expect 2 "found '--bogus'" "$BALLAST" list --bogus
expect 2 "found '--jsn' (did you mean '--json'?)" "$BALLAST" list --jsn
expect 2 "params: expected an experiment for --set" "$BALLAST" params --set duration_s=1
expect 0 "policy.idle_tax=" "$BALLAST" params -- $small
expect 0 "policy.idle_tax" "$BALLAST" params
expect 0 '"key": "cost.zero' "$BALLAST" params --json
expect 0 "| vm.NAME.memory_mb | required | MB | 1..1048576 |" "$BALLAST" params --markdown
expect 0 "| vm.NAME.application.memory_mb | 0 | MB | 0..253952 |" "$BALLAST" params --markdown
expect 0 "policy.idle_tax=0.25" "$BALLAST" params $small --set policy.idle_tax=0.25
expect 0 '"vm.busy.dbench.clients": "2"' "$BALLAST" params $small --json
expect 0 "active_slow_mb" "$BALLAST" params --metrics
expect 0 '"name": "active_slow_mb"' "$BALLAST" params --metrics --json
expect 2 "expected --metrics alone, found fig7" "$BALLAST" params --metrics fig7
expect 0 "| policy.idle_tax | 0.75 |" "$BALLAST" params --markdown
expect 0 "| policy.idle_tax | 0.5 |" "$BALLAST" params $small --set policy.idle_tax=0.5 --markdown
expect 0 "| fig7_idle_tax |" "$BALLAST" list --markdown
expect 4 "standard output" bash -c "'$BALLAST' params >/dev/full"

# ---- wrong command lines and configurations

expect 2 "expected one experiment or FILE.yaml, found none" "$BALLAST" run
expect 2 "found 'fig77'; " "$BALLAST" run fig77
expect 2 "found 'fig7_idel_tax' (did you mean 'fig7_idle_tax'?)" "$BALLAST" run fig7_idel_tax
expect 2 "none.yaml" "$BALLAST" run none.yaml --db "$work/none.db"
expect 2 "--seed: expected a whole number" "$BALLAST" run $small --seed -1 --db "$work/none.db"
expect 2 "--db: expected a value" "$BALLAST" run $small --db
expect 2 "--variant: expected none, as $small has no variants, found 'x'" \
    "$BALLAST" run $small --variant x --db "$work/none.db"
expect 2 "(vms=1, vms=2, vms=3" "$BALLAST" run fig4_sharing --variant x --db "$work/none.db"
expect 2 "found 'vm=3' (did you mean 'vms=3'?)" \
    "$BALLAST" run fig4_sharing --variant vm=3 --db "$work/none.db"
expect 2 "--set policy.idle_tax: idle_tax: expected a number from 0 to 0.99, found '1'" \
    "$BALLAST" run $small --set policy.idle_tax=1 --db "$work/none.db"
expect 2 "--set vm.busy.min_mb: min_mb: expected at most memory_mb (48), found 49" \
    "$BALLAST" run $small --set vm.busy.min_mb=49 --db "$work/none.db"
expect 2 "--set vm.busy.memory_mb: memory_mb: expected a number from 1" \
    "$BALLAST" run $small --set vm.busy.memory_mb=-48 --db "$work/none.db"
sed 's/min_mb: 16/mim_mb: 16/' $small >"$work/unknown.yaml"
expect 2 "$work/unknown.yaml:22: " "$BALLAST" run "$work/unknown.yaml" --db "$work/none.db"
equal "a wrong configuration makes no database" no "$([ -e "$work/none.db" ] && echo yes || echo no)"

# ---- a run, its database, its figure

mkdir "$work/new"
check "run" "$BALLAST" run $small --seed 1 --db "$work/new/a.db" --quiet
equal "one run is done" "small||1|done" \
    "$(sql "$work/new/a.db" "SELECT experiment, variant, seed, status FROM run")"
equal "samples at 5, 10, .. 120 s" 24 \
    "$(sql "$work/new/a.db" "SELECT count(*) FROM series WHERE vm = 'idle' AND metric = 'alloc_mb'
        AND t_s > 0")"
equal "parameters are kept" 48 \
    "$(sql "$work/new/a.db" "SELECT value FROM param WHERE key = 'vm.busy.memory_mb'")"
sql "$work/new/a.db" "SELECT config FROM run" >"$work/again.yaml"
check "the kept configuration runs again" \
    "$BALLAST" run "$work/again.yaml" --seed 1 --db "$work/b.db" --quiet
check "the text of the series" sqlite3 "$work/new/a.db" "SELECT t_s, vm, metric, value FROM series"
cp "$work/out" "$work/series"
check "the text of the series" sqlite3 "$work/b.db" "SELECT t_s, vm, metric, value FROM series"
equal "and gives the same series" "" "$(diff -q "$work/series" "$work/out")"
check "all seeds" "$BALLAST" run $small $short --db "$work/seeds.db" --quiet
equal "two seeds, and what was varied" "duration_s=40|1 duration_s=40|2" \
    "$(sql "$work/seeds.db" "SELECT variant, seed FROM run ORDER BY seed" | paste -sd' ')"

# ---- sweeps: a grid, in parallel, resumed, in shards

expect 2 "--vary policy.idle_taxx: expected a key of policy" \
    "$BALLAST" sweep $small --vary policy.idle_taxx=0 --db "$work/none.db"
expect 2 "--vary policy.idle_tax: idle_tax: expected a number from 0 to 0.99, found '2'" \
    "$BALLAST" sweep $small --vary policy.idle_tax=0,2 --db "$work/none.db"
expect 2 "--vary: expected key=value,value,... or key=first:last:step, found 'seeds'" \
    "$BALLAST" sweep $small --vary seeds --db "$work/none.db"
expect 2 "--shard: expected I/N" "$BALLAST" sweep $small --shard 3/2 --db "$work/none.db"
expect 2 "--jobs: expected a whole number" "$BALLAST" sweep $small --jobs 0 --db "$work/none.db"
expect 4 "/nonexistent" "$BALLAST" sweep $small $short --db /proc/nonexistent/a.db
equal "a wrong sweep makes no database" no "$([ -e "$work/none.db" ] && echo yes || echo no)"
grid="$short --vary policy.idle_tax=0,0.5 --vary vm.busy.shares=100,200"
rows() { sql "$1" "SELECT run_id, experiment, variant, seed, replicate, status FROM run" &&
    for table in param series result event decision; do sql "$1" "SELECT * FROM $table"; done; }
expect 0 "small: 8 runs in" "$BALLAST" sweep $small $grid --jobs 3 --db "$work/grid3.db"
check "one at a time" "$BALLAST" sweep $small $grid --jobs 1 --db "$work/grid1.db" --quiet
rows "$work/grid3.db" >"$work/grid3.rows"
rows "$work/grid1.db" >"$work/grid1.rows"
equal "the same rows for any --jobs" "" "$(diff -q "$work/grid1.rows" "$work/grid3.rows")"
equal "in the order of the grid" "duration_s=40,policy.idle_tax=0.5,vm.busy.shares=100" \
    "$(sql "$work/grid3.db" "SELECT variant FROM run WHERE run_id = 5")"
expect 0 "small: 0 runs (8 were there already)" "$BALLAST" sweep $small $grid --db "$work/grid3.db"
expect 0 "small: 8 runs in" "$BALLAST" sweep $small $grid --again --db "$work/grid3.db"
equal "a run takes the place of the old one" 8 "$(sql "$work/grid3.db" "SELECT count(*) FROM run")"
check "a shard" "$BALLAST" sweep $small $grid --shard 1/2 --db "$work/shard1.db" --quiet
check "a shard" "$BALLAST" sweep $small $grid --shard 2/2 --db "$work/shard2.db" --quiet
expect 0 "shard2.db: 4 runs" "$BALLAST" merge "$work/all.db" "$work/shard1.db" "$work/shard2.db"
check "merging again" "$BALLAST" merge "$work/all.db" "$work/shard2.db"
equal "changes nothing" "8|$(sql "$work/grid1.db" "SELECT count(*), sum(value) FROM series")" \
    "$(sql "$work/all.db" "SELECT count(*) FROM run")|$(sql "$work/all.db" \
        "SELECT count(*), sum(value) FROM series")"
expect 2 "--vary: expected" "$BALLAST" sweep $small --vary =1 --db "$work/none.db"
expect 2 "merge: expected OUT.db" "$BALLAST" merge "$work/all.db"
expect 3 "$small: " "$BALLAST" merge "$work/all.db" $small
expect 3 "$work/no.db: " "$BALLAST" merge "$work/all.db" "$work/no.db"
check "replicates" "$BALLAST" sweep $small $short --replicates 2 --db "$work/replicates.db" --quiet
equal "differ from each other" 4 "$(sql "$work/replicates.db" \
    "SELECT count(DISTINCT v) FROM (SELECT sum(value) AS v FROM series GROUP BY run_id)")"
equal "no part is left" "" "$(ls "$work" | grep part)"

# A sweep that is interrupted keeps what is done, and goes on from there.
"$BALLAST" sweep $small --set duration_s=2000 --vary policy.idle_tax=0,0.1,0.2,0.3 --jobs 2 \
    --db "$work/cut.db" >/dev/null 2>"$work/cut.err" &
child=$!
for _ in $(seq 400); do
    [ "$(sql "$work/cut.db" "SELECT count(*) FROM run" 2>/dev/null || echo 0)" -gt 0 ] && break
    sleep 0.05
done
kill -INT $child
wait $child
equal "an interrupted sweep says so" 130 $?
expect 0 "" grep "sweep: interrupted; [1-8] of 8 runs are done and kept" "$work/cut.err"
equal "no part is left" "" "$(ls "$work" | grep part)"
check "and goes on" "$BALLAST" sweep $small --set duration_s=2000 \
    --vary policy.idle_tax=0,0.1,0.2,0.3 --db "$work/cut.db" --quiet
equal "until all are done" "8|done" \
    "$(sql "$work/cut.db" "SELECT count(*), max(status) FROM run")"

# ---- plot and verify without runs to show

expect 2 "found 'small'; \`ballast list\` shows" "$BALLAST" plot small --db "$work/new/a.db"
expect 2 "found 'fig7_idel_tax' (did you mean 'fig7_idle_tax'?)" \
    "$BALLAST" plot fig7_idel_tax --db "$work/new/a.db"
expect 2 "expected a finished run of fig7_idle_tax" "$BALLAST" plot fig7_idle_tax --db "$work/new/a.db"
expect 2 "--format: expected svg, png or pdf" "$BALLAST" plot --format gif
expect 2 "expected a finished run of fig7_idle_tax" "$BALLAST" verify fig7_idle_tax --db "$work/new/a.db"
expect 2 "expected a finished run of an experiment that has points" "$BALLAST" verify --db "$work/new/a.db"
expect 4 "$work/no.db" "$BALLAST" verify --db "$work/no.db"
expect 4 "$work/no.db" "$BALLAST" plot --db "$work/no.db"
equal "a misspelt name makes no database" no "$([ -e "$work/no.db" ] && echo yes || echo no)"

# ---- a short Figure 7: a figure is drawn; points without data are no pass

check "a minute of Figure 7" \
    "$BALLAST" run fig7_idle_tax --seed 1 --set duration_s=60 --db "$work/fig7.db" --quiet
expect 0 "$work/fig/fig7_idle_tax.svg" \
    "$BALLAST" plot --db "$work/fig7.db" --set duration_s=60 --out "$work/fig"
check "the figure is a whole SVG" grep -q '</svg>' "$work/fig/fig7_idle_tax.svg"
equal "nothing half-drawn is left" "fig7_idle_tax.svg" "$(ls "$work/fig")"
check "the figure says what it shows" grep -q \
    'Ballast: 1 run, seed 1 (the experiment has 5); with duration_s=60<' "$work/fig/fig7_idle_tax.svg"
check "the tax before the change" grep -q '>tax 0%<' "$work/fig/fig7_idle_tax.svg"
check "the tax after it" grep -q '>tax 75%<' "$work/fig/fig7_idle_tax.svg"

# Labels are the run's parameters: another tax, fewer clients, other labels.
taxed="--set duration_s=60 --set policy.idle_tax=0.125 --set vm.linux.dbench.clients=7"
check "the same with another tax" \
    "$BALLAST" run fig7_idle_tax --seed 3 $taxed --db "$work/fig7.db" --quiet
expect 0 "$work/taxed/fig7_idle_tax.svg" \
    "$BALLAST" plot fig7_idle_tax --db "$work/fig7.db" $taxed --out "$work/taxed"
check "another tax is another label" grep -q '>tax 12.5%<' "$work/taxed/fig7_idle_tax.svg"
equal "and not the one that was" 0 "$(grep -c '>tax 0%<' "$work/taxed/fig7_idle_tax.svg")"
check "so are other clients" grep -q '7 dbench clients' "$work/taxed/fig7_idle_tax.svg"
check "and another seed" grep -q 'Ballast: 1 run, seed 3 ' "$work/taxed/fig7_idle_tax.svg"

# A figure is drawn where most of its runs are missing, and names the one that is there.
one="--set duration_s=20"
check "one variant of many, for a short time" "$BALLAST" run sec31_double_paging --seed 1 $one \
    --variant lru=16 --db "$work/one.db" --quiet
expect 0 "$work/one/sec31_double_paging.svg" \
    "$BALLAST" plot --db "$work/one.db" $one --out "$work/one"
check "the figure names the variant" grep -q \
    'Ballast: 1 run of 1 of [0-9]* variants (lru=16), seed 1 ' "$work/one/sec31_double_paging.svg"

# 300 dots per inch: as many dots, and said so (11,811 per metre). Bytes 16 to 23 and 37 to 49.
expect 0 "$work/fig/fig7_idle_tax.png" \
    "$BALLAST" plot --db "$work/fig7.db" --set duration_s=60 --out "$work/fig" --format png
bytes() { od -An -tx1 -j "$1" -N "$2" "$work/fig/fig7_idle_tax.png" | tr -d ' \n'; }
check "a PNG has at least 2,000 dots across" test "$((0x$(bytes 16 4)))" -ge 2000
equal "and its resolution" "7048597300002e2300002e2301" "$(bytes 37 13)"
check "at under 500 KB" test "$(wc -c <"$work/fig/fig7_idle_tax.png")" -lt 500000
rm "$work/fig/fig7_idle_tax.png"
expect 4 "gnuplot: expected the program" env PATH=/nonexistent \
    "$BALLAST" plot --db "$work/fig7.db" --set duration_s=60 --out "$work/fig"
expect 4 "/dev/null/x" "$BALLAST" plot --db "$work/fig7.db" --set duration_s=60 --out /dev/null/x
expect 1 "verify: expected every point within its tolerance" \
    "$BALLAST" verify fig7_idle_tax --db "$work/fig7.db" --set duration_s=60
expect 2 "expected a finished run of fig7_idle_tax with the same --set, found none" \
    "$BALLAST" verify fig7_idle_tax --db "$work/fig7.db" --set duration_s=61
equal "the paper's points are kept" $(($(wc -l <experiments/fig7_idle_tax/paper.csv) - 1)) "$(sql "$work/fig7.db" "SELECT count(*) FROM reference")"

# Settings are the same in any order and spelling; a key counts once, by its last value.
check "ten seconds with more swap" "$BALLAST" run fig7_idle_tax --seed 1 --set seeds=1 \
    --set machine.swap_mb=2048 --set duration_s=10 --db "$work/order.db" --quiet
reordered="--set duration_s=9 --set machine.swap_mb=2048.0 --set duration_s=1e1 --set seeds=1"
expect 0 "$work/order/fig7_idle_tax.svg" \
    "$BALLAST" plot fig7_idle_tax --db "$work/order.db" --out "$work/order" $reordered
expect 1 "verify: expected every point within its tolerance" \
    "$BALLAST" verify fig7_idle_tax --db "$work/order.db" $reordered
equal "no note that the runs are of another configuration" "" "$(grep note "$work/err")"
expect 2 "with the same --set, found none" \
    "$BALLAST" verify fig7_idle_tax --db "$work/order.db" --set machine.swap_mb=2048

# ---- a known miss is judged at every run

mkdir -p "$work/judged/experiments"
cp -r experiments/presets experiments/sec62_admission "$work/judged/experiments"
sed -i -e '/^"memory: late, outcome"/s/,construction,,/,construction,Why it missed,/' \
    -e '/^"memory: late, needed"/s/,32,\([^,]*,+-0,.*\),construction,,/,99,\1,construction,Why it misses,/' \
    "$work/judged/experiments/sec62_admission/paper.csv"
check "an experiment with known misses" env BALLAST_HOME="$work/judged" \
    "$BALLAST" run sec62_admission --seed 1 --db "$work/judged.db" --quiet
judged() { env BALLAST_HOME="$work/judged" "$BALLAST" verify sec62_admission --db "$work/judged.db" "$@"; }
expect 0 "known miss PASSES: Why it missed" judged
expect 0 "known miss: Why it misses" judged
expect 0 "26 points: 24 pass, 0 MISS, 1 known misses, 1 known misses that PASS, 0 without data" judged
expect 0 "| known miss PASSES: Why it missed |" judged --markdown
expect 0 "1 known misses that PASS" judged --markdown
expect 0 '"verdict": "known miss PASSES"' judged --json
expect 0 '"reading_error": 0' judged --json
expect 0 "construction             26    24     0           1                  1        0      0" judged
expect 0 "0 predictions, 0 of them independent; of these 0 pass" judged
sed -i -e '/^"memory: small, outcome"/s/,construction,,,/,predicted,,,/' \
    -e '/^"memory: second, outcome"/s/,construction,,,/,predicted,,"memory: small, outcome",/' \
    "$work/judged/experiments/sec62_admission/paper.csv"
expect 0 "2 predictions, 1 of them independent; of these 1 pass" judged
expect 0 "predicted, again" judged
expect 0 '"repeats": "memory: small, outcome"' judged --json
sed -i '/^"memory: second, outcome"/s/"memory: small, outcome",/"memory: smal, outcome",/' \
    "$work/judged/experiments/sec62_admission/paper.csv"
expect 3 "paper.csv:9: repeats: expected another point of this file that repeats none, found 'memory: smal, outcome' (did you mean 'memory: small, outcome'?)" judged
sed -i '/^"memory: second, outcome"/s/,+-0,[^,]*,/,+-0,,/' "$work/judged/experiments/sec62_admission/paper.csv"
expect 3 "paper.csv:9: reason: expected why the tolerance is what it is, found ''" judged

# ---- the paper's numbers are never read by a run

mkdir -p "$work/home/traces"
cp -r experiments "$work/home"
cp -r traces/samples "$work/home/traces"
find "$work/home" -name 'paper*.csv' -delete
# series HOME EXPERIMENT SECONDS: what the first seed gives, every variant.
series() {
    env BALLAST_HOME="$1" "$BALLAST" run "$2" --seed 1 --set "duration_s=$3" \
        --db "$work/$2.db" --quiet || echo "failed: $1"
    sql "$work/$2.db" "SELECT variant, t_s, vm, metric, printf('%!.17g', value)
        FROM series JOIN run USING (run_id) ORDER BY run_id, t_s, vm, metric"
    rm "$work/$2.db"
}
for points in experiments/*/paper.csv; do
    experiment=$(basename "$(dirname "$points")")
    case $experiment in fig6* | fig7* | fig8*) seconds=300 ;; *) seconds=20 ;; esac
    series "$PWD" "$experiment" $seconds >"$work/seeing.series"
    series "$work/home" "$experiment" $seconds >"$work/blind.series"
    check "$experiment has series" [ "$(wc -l <"$work/seeing.series")" -gt 20 ]
    equal "$experiment gives the same series without the paper's files" "" \
        "$(diff -q "$work/seeing.series" "$work/blind.series")"
done

# ---- statistics of a hypervisor become the activity of a VM

printf '%s\n' 100 "available 262144" "usable 229376" 130 "available 262144" "usable 131072" >"$work/stats.log"
check "statistics become a series" "$BALLAST" trace series "$work/stats.log" "$work/activity.csv" --vm web
equal "in MB" "0,32 30,128" "$(tail -n 2 "$work/activity.csv" | paste -sd ' ')"
expect 3 "expected 'rss', found available, usable; --metric takes active, used, available" \
    "$BALLAST" trace series "$work/stats.log" "$work/none.csv" --metric rss
equal "and no file is left" no "$([ -e "$work/none.csv" ] && echo yes || echo no)"
heading='\\esx\Group Memory'
printf '%s\n' "\"(PDH-CSV 4.0) (UTC)(0)\",\"$heading(7:web)\\Touched MBytes\",\"$heading(8:db)\\Granted MBytes\"" \
    '"11/23/2026 23:59:55","30","9"' >"$work/esxtop.csv"
check "esxtop's counters become a series" "$BALLAST" trace series "$work/esxtop.csv"
equal "of the VMs that have them" "t_s,web 0,30" "$(tail -n 2 "$work/out" | paste -sd ' ')"
equal "and the others are counted" "ballast: note: 1 of 2 VMs have no counter for 'active' and are left out" \
    "$(tail -n 1 "$work/err")"
printf '%s\n' 100 web "available 262144" "usable 229376" db "actual 1" 130 web "usable 131072" >"$work/two.log"
check "a VM is chosen, and what is missing is left out" "$BALLAST" trace series "$work/two.log" --vm web
equal "its rows" "t_s,web 0,32" "$(tail -n 2 "$work/out" | paste -sd ' ')"
equal "and the sample is counted" 1 "$(grep -c "1 sample was left out; line 9: expected 'active', found usable" "$work/err")"
expect 3 "expected the VM 'mail', found web, db" "$BALLAST" trace series "$work/two.log" --vm mail
expect 3 "found 'full_scans', which is a count" \
    "$BALLAST" trace series "$PWD/fuzz/corpus/counters/case_ksm.log" --metric full_scans
cat >"$work/follows.yaml" <<END
name: follows
duration_s: 120
machine: {memory_mb: 512, hypervisor_mb: 64, swap_mb: 512, cpus: 1, cpu_mhz: 1000}
vms:
  - name: web
    guest: linux-2.4
    memory_mb: 256
    min_mb: 64
    workload:
      application: {name: web, table: applications.csv, activity: activity.csv, memory_mb: 150}
END
sed "s/^sql-server,/web,/" experiments/presets/applications.csv >"$work/applications.csv"
check "which a workload follows" "$BALLAST" run "$work/follows.yaml" --seed 1 --db "$work/follows.db" --quiet
equal "the VM becomes more active" 1 "$(sql "$work/follows.db" \
    "SELECT max(CASE WHEN t_s > 90 THEN value END) > 1.5 * max(CASE WHEN t_s < 30 THEN value END)
     FROM series WHERE vm = 'web' AND metric = 'active_mb'")"

# ---- recorders: what is refused before anything starts

expect 2 "trace record: expected an output, found none" "$BALLAST" trace record
expect 2 "trace record: expected one output, or an output, -- and a command; found 2 arguments" \
    "$BALLAST" trace record "$work/r.btr" true
expect 2 "--workload: expected idle, sort, files, anon or mixed, found 'sorted'" \
    "$BALLAST" trace record --workload sorted "$work/r.btr"
expect 2 "--memory-mb: expected a whole number" "$BALLAST" trace record --memory-mb x "$work/r.btr"
expect 2 "--seconds: expected 0.001 to 1000000 seconds, found 'soon'" \
    "$BALLAST" trace record --seconds soon "$work/r.btr"
expect 2 "--pid: expected a running process, found none with the number 2147483647" \
    "$BALLAST" trace record --pid 2147483647 "$work/r.btr"
expect 2 "expected --pid or a command behind --, found both" \
    "$BALLAST" trace record --pid 1 "$work/r.btr" -- true
expect 2 "/nonexistent: expected a command that can be started" \
    "$BALLAST" trace record "$work/r.btr" -- /nonexistent
expect 0 " windows, " "$BALLAST" trace record --every 0.1 "$work/r.btr" -- sleep 0.3
expect 0 "pages of a process" "$BALLAST" trace info "$work/r.btr"
env PATH=/nonexistent "$BALLAST" trace record "$work/q.btr" 2>"$work/err"
equal "what is missing is named" 1 "$(grep -c 'apt-get install --no-install-recommends qemu-system-x86' "$work/err")"
equal "and no file is made" no "$([ -e "$work/q.btr" ] && echo yes || echo no)"

# ---- traces, whole and damaged

trace=traces/samples/A1.btr
expect 0 "128 MB, 32768 pages of 4096 bytes" "$BALLAST" trace info $trace
expect 0 '"total_pages": 32768' "$BALLAST" trace info $trace --json
expect 2 "expected info, convert, cat, record or series" "$BALLAST" trace
expect 2 "expected a file" "$BALLAST" trace info
expect 2 "--from: expected a format (native, " "$BALLAST" trace info --from ntive $trace
expect 2 "found 'ntive' (did you mean 'native'?)" "$BALLAST" trace info --from ntive $trace
expect 2 "--at: expected the times of 2 images" \
    "$BALLAST" trace convert --at 30 a.h64 b.h64 "$work/out.btr"
expect 0 "" "$BALLAST" trace convert --until 90 $trace "$work/cut.btr"
expect 0 "windows      2, from 30 to 90 s" "$BALLAST" trace info "$work/cut.btr"

# What a recording does not say itself is assumed, and said.
corpus=fuzz/corpus
expect 0 "note         offsets are in sectors of 512 bytes and sizes in bytes" \
    "$BALLAST" trace info $corpus/csv_requests/sectors
expect 0 "memory       0.01953125 MB, 5 pages" "$BALLAST" trace info $corpus/csv_requests/sectors
expect 0 "equal numbers of different tenants are different pages" \
    "$BALLAST" trace info $corpus/csv_requests/tenants
expect 0 '"passed_over": 1,' "$BALLAST" trace info --json $corpus/damon_text/intervals_tune
expect 0 "touches      46" "$BALLAST" trace info $corpus/damon_text/intervals_tune
expect 0 "20 pages of 4096 bytes" "$BALLAST" trace info $corpus/damon_json/null_intervals
printf 'time,obj_id,op\n1,7,0\n2,7,1\n' >"$work/codes.csv"
expect 3 "say what numbers mean, as in --op-codes 0=read,1=write" "$BALLAST" trace info "$work/codes.csv"
expect 0 "touches      2, of which writes 1" "$BALLAST" trace info --op-codes 0=read,1=write "$work/codes.csv"
expect 2 "--op-codes: expected CODE=NAME" "$BALLAST" trace info --op-codes 0,1 "$work/codes.csv"

touches=traces/samples/T1.btr
for kind in oracleGeneral.zst lcs csv; do
    expect 0 "" "$BALLAST" trace convert --until 5 $touches "$work/t.$kind"
    expect 0 "touches" "$BALLAST" trace info "$work/t.$kind"
    equal "touches through $kind" "$("$BALLAST" trace cat $touches | awk '$1 >= 5.01 { exit } $2 == "touch"' | wc -l)" \
        "$("$BALLAST" trace cat "$work/t.$kind" | awk '$2 == "touch"' | wc -l)"
done
expect 2 "expected an output that ends in .btr" "$BALLAST" trace convert $touches "$work/t.wav"
expect 3 "needs a trace with touches, found one with contents" \
    "$BALLAST" trace convert $trace "$work/t2.csv"
equal "cat into head" "2 " "$("$BALLAST" trace cat $touches 2>"$work/err" | head -2 | wc -l | tr -d ' ') $(cat "$work/err")"

size=$(stat -c %s $trace)
head -c $((size / 2)) $trace >"$work/truncated.btr"
# damaged AT: one bit of the copy's byte there is turned over.
damaged() {
    local byte
    cp $trace "$work/$2.btr"
    byte=$(od -An -tu1 -j "$1" -N 1 $trace)
    printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$work/$2.btr" bs=1 seek="$1" conv=notrunc status=none
}
damaged $((size / 2)) flipped
damaged 0 another
damaged 8 version
for kind in truncated flipped another version; do
    expect 3 "$work/$kind.btr: " "$BALLAST" trace info "$work/$kind.btr"
    sed "s|file: .*A1.btr|file: $work/$kind.btr|" experiments/replay_recorded/config.yaml |
        sed "s/^name: .*/name: damaged/; s|\.\./\.\./traces|$PWD/traces|" >"$work/$kind.yaml"
    expect 3 "$work/$kind.btr: " \
        "$BALLAST" run "$work/$kind.yaml" --variant vms=1 --db "$work/$kind.db"
    equal "a $kind trace makes no database" no "$([ -e "$work/$kind.db" ] && echo yes || echo no)"
done

# ---- what cannot be written, and what was cut short

expect 4 "/nonexistent" "$BALLAST" run $small $short --seed 1 --db /proc/nonexistent/a.db
expect 4 "/dev/full" "$BALLAST" run $small $short --seed 1 --db /dev/full
echo "this is no database, but a text that is longer than a header of one hundred bytes would be, or so" \
    >"$work/text.db"
cp "$work/text.db" "$work/text.copy"
expect 4 "$work/text.db" "$BALLAST" run $small $short --seed 1 --db "$work/text.db"
check "another's file is left as it was" cmp "$work/text.db" "$work/text.copy"

"$BALLAST" run $small --set duration_s=100000 --seed 1 --db "$work/killed.db" --quiet &
child=$!
for _ in $(seq 200); do
    [ "$(sql "$work/killed.db" "SELECT status FROM run" 2>/dev/null)" = running ] && break
    sleep 0.05
done
kill -9 $child
wait $child 2>/dev/null
equal "a killed run is marked" running "$(sql "$work/killed.db" "SELECT status FROM run")"
equal "in a valid database" ok "$(sql "$work/killed.db" "PRAGMA integrity_check")"

# ---- admission

check "a VM that cannot be admitted is an ordinary result" \
    "$BALLAST" run $small $short --set vm.busy.min_mb=48 --set vm.idle.min_mb=48 --seed 1 \
    --db "$work/refused.db" --quiet
expect 0 "VM busy was refused at" bash -c "'$BALLAST' run $small $short --set vm.busy.min_mb=48 \
    --set vm.idle.min_mb=48 --seed 1 --db '$work/refused.db' 2>&1"
equal "it is on record" busy \
    "$(sql "$work/refused.db" "SELECT vm FROM event WHERE kind = 'refused'")"

# ---- a guest that runs out of memory

expect 0 "VM hungry ran out of memory and killed a process at" bash -c \
    "'$BALLAST' run tests/cli/oom.yaml --seed 1 --db '$work/oom.db' 2>&1"
equal "a killed process is an event" "1|process 1 (pages) held" \
    "$(sql "$work/oom.db" "SELECT t_s > 5 AND t_s < 100, substr(detail, 1, 22) FROM event WHERE kind = 'oom_kill'")"
equal "so is a full paging device" "all 4.0 MB of the paging device are in use" \
    "$(sql "$work/oom.db" "SELECT detail FROM event WHERE kind = 'guest_swap_full'")"
equal "both are results" "1|1" "$(sql "$work/oom.db" "SELECT (SELECT value = 1 FROM result
    WHERE metric = 'oom_kills'), (SELECT value > 1 FROM result WHERE metric = 'guest_swap_refused')")"
# 256 pages a second while it fills; the mean over all 120 s would be less than half of that.
equal "the dead time is not in the throughput" 1 \
    "$(sql "$work/oom.db" "SELECT value > 230 FROM result WHERE metric = 'throughput'")"

finish "cli"
