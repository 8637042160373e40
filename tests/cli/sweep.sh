#!/usr/bin/env bash
# Sweeps as people write them: VMs alone.
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
equal "alone, nothing is swapped" 0.0 "$(sql "$work/run.db" "SELECT sum(value) FROM result
    JOIN run USING (run_id) WHERE metric = 'swap_out_mb' AND variant LIKE '%alone=%'")"
expect 2 "--set alone: expected the name of a VM, found 'bussy' (did you mean 'busy'?)" \
    "$BALLAST" run $small --set alone=bussy --db "$work/none.db"

finish "tests of sweeps"
