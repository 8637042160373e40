#!/usr/bin/env bash
# Sweeps as people write them: VMs alone; ranges and units; runs that fail; seeds until an interval is narrow.
. "$(dirname "$0")/expect.sh"
small=tests/cli/small.yaml
short="--set duration_s=40"
sql() { sqlite3 "$1" "$2"; }

# ---- each VM alone: runs of their own names

expect 0 "small duration_s=40,alone=busy seed 1" \
    "$BALLAST" run $small $short --alone --seed 1 --db "$work/run.db"
equal "a run of all VMs, then one of each" \
    "duration_s=40 duration_s=40,alone=idle duration_s=40,alone=busy" \
    "$(sql "$work/run.db" "SELECT variant FROM run ORDER BY run_id" | paste -sd' ')"
expect 0 "small: 6 runs in" "$BALLAST" sweep $small $short --alone --db "$work/sweep.db"
equal "a sweep makes the same runs" \
    "$(sql "$work/run.db" "SELECT variant, checksum FROM run ORDER BY run_id")" \
    "$(sql "$work/sweep.db" "SELECT variant, checksum FROM run WHERE seed = 1 ORDER BY run_id")"
runs_of() { sql "$1" "SELECT variant, seed, checksum FROM run ORDER BY run_id"; }
check "a process for each run" "$BALLAST" sweep $small $short --alone --isolate --jobs 3 --quiet --db "$work/isolated.db"
equal "makes the same runs" "$(runs_of "$work/sweep.db")" "$(runs_of "$work/isolated.db")"
equal "alone, nothing is swapped" 0.0 "$(sql "$work/run.db" "SELECT sum(value) FROM result
    JOIN run USING (run_id) WHERE metric = 'swap_out_mb' AND variant LIKE '%alone=%'")"
expect 2 "--set alone: expected the name of a VM, found 'bussy' (did you mean 'busy'?)" \
    "$BALLAST" run $small --set alone=bussy --db "$work/none.db"

# ---- ranges, units, names that are nearly right

expect 0 "small: 8 runs in" "$BALLAST" sweep $small --vary policy.idle_tax=0:75%:25% --set seeds=2 \
    --set duration_s=0.5min --db "$work/range.db"
equal "values have one spelling" "0 0.25 0.5 0.75" "$(sql "$work/range.db" "SELECT value FROM param
    JOIN run USING (run_id) WHERE key = 'policy.idle_tax' AND seed = 1 ORDER BY run_id" | paste -sd' ')"
expect 0 "small: 0 runs (8 were there already)" "$BALLAST" sweep $small --set duration_s=30s \
    --vary policy.idle_tax=0,25%,0.5,7500bp --set seeds=2 --db "$work/range.db"
expect 0 "small: 2 runs in" "$BALLAST" sweep $small $short --vary 'vm.*.shares=1000,2000' \
    --set seeds=1 --db "$work/range.db"
sed 's/memory_mb: 96/memory_mb: 0.09375GB/' $small >"$work/units.yaml"
equal "a file may have units" "machine.memory_mb=96" \
    "$("$BALLAST" params "$work/units.yaml" | grep -o 'machine.memory_mb=[0-9]*')"
expect 2 "--vary machine.memory_mb: memory_mb: expected a number, alone or with KB, MB, GB, TB or pages, found '10min'" \
    "$BALLAST" sweep $small --vary machine.memory_mb=1GB,10min --db "$work/none.db"
expect 2 "--vary memory_mb: expected vms, alone, or a key such as duration_s, machine.memory_mb, policy.idle_tax or vm.NAME.shares, found 'memory_mb' (did you mean 'machine.memory_mb'?)" \
    "$BALLAST" sweep $small --vary memory_mb=1GB --db "$work/none.db"
expect 2 "--vary vms: expected a step that leads from the first value to the last, found '2:1'" \
    "$BALLAST" sweep $small --vary vms=2:1 --db "$work/none.db"

# ---- a run that fails does so alone

# fails STATUS TEXT COMMAND...: standard error has a line for each run that failed, and one for all.
fails() {
    local status=$1 text=$2 found
    shift 2
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err" </dev/null
    found=$?
    [ $found -eq "$status" ] && grep -qF -- "$text" "$work/err" && ! grep -qv '^ballast: ' "$work/err" ||
        fail "$*: expected status $status and '$text', found $found: $(head -c 500 "$work/err")"
}
slow="--set seeds=1 --vary duration_s=20,200000"
fails 4 "ballast: small duration_s=200000,seeds=1 seed 1: reached the time limit of 2 s" \
    "$BALLAST" sweep $small $slow --time-limit 2s --db "$work/slow.db"
equal "the sweep names it" \
    "ballast: sweep: 1 of 2 runs failed, and the same command tries them again: small duration_s=200000,seeds=1 seed 1" \
    "$(tail -1 "$work/err")"
equal "the other is there" 20 "$(sql "$work/slow.db" "SELECT value FROM run JOIN param USING (run_id)
    WHERE status = 'done' AND key = 'duration_s'")"
equal "no part is left" "" "$(ls "$work" | grep part)"
expect 0 "small: 1 runs (1 were there already)" "$BALLAST" sweep $small --set seeds=1 \
    --vary duration_s=20,30 --db "$work/slow.db"
fails 4 "under the memory limit of 40 MB" \
    "$BALLAST" sweep $small $short --memory-limit 40MB --db "$work/large.db"
expect 2 "--memory-limit: expected at least 1 MB, such as 512MB or 4GB, found '4s'" \
    "$BALLAST" sweep $small --memory-limit 4s --db "$work/none.db"
expect 2 "--time-limit: expected 0.001 to 100000000 seconds, found '4GB'" \
    "$BALLAST" sweep $small --time-limit 4GB --db "$work/none.db"

# ---- the first command in a folder: results/ is made for the parts, too

mkdir "$work/fresh"
here=$PWD
program=$(realpath "$BALLAST")
check "a sweep where there is no results/" sh -c \
    "cd '$work/fresh' && BALLAST_HOME='$here' '$program' sweep '$here/$small' $short --quiet"
equal "its runs are there" 2 "$(sql "$work/fresh/results/ballast.db" "SELECT count(*) FROM run")"

# ---- seeds until an interval is narrow

expect 0 "small: 3 runs in" "$BALLAST" sweep $small $short --until stalled=1min --db "$work/until.db"
expect 1 "sweep: expected throughput=0.01%, found " "$BALLAST" sweep $small $short \
    --until throughput=0.01% --most 4 --db "$work/until.db"
equal "all runs are kept" 4 "$(sql "$work/until.db" "SELECT count(*) FROM run WHERE status = 'done'")"
expect 2 "sweep: expected --until or --shard, found both" "$BALLAST" sweep $small \
    --until throughput=2% --shard 1/2 --db "$work/none.db"

finish "tests of sweeps"
