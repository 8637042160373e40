#!/usr/bin/env bash
# Draws experiments with faults at random and runs them. Each must end with status 0, without a failed assertion and without a
# page lost (the run itself verifies that on its way and at its end), and must leave a database in which tests/invariants.sql
# holds. What fails is kept, and told with the command that repeats it.
#
#     chaos.sh SEED COUNT [FOLDER [MOST_S]]   seeds SEED, SEED + 1, ...; FOLDER keeps what fails; no new one after MOST_S seconds
set -u
cd "$(dirname "$0")/../.."
BALLAST=${BALLAST:-build/plain/ballast}
export BALLAST_CHECKS=all
first=$1 count=$2 kept=${3:-build/plain/chaos} most_s=${4:-86400}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

# No message: the run is well.
run() {
    local status
    timeout 60 "$BALLAST" run "$work/chaos.yaml" --db "$work/chaos.db" --seed "$1" --quiet >"$work/out" 2>&1
    status=$?
    [ $status -eq 0 ] || { echo "status $status: $(grep -v '^ *$' "$work/out" | head -1)"; return; }
    sqlite3 -readonly "$work/chaos.db" <tests/invariants.sql 2>&1 | head -1
}

for ((seed = first; seed < first + count && SECONDS < most_s; seed++)); do
    awk -v seed=$seed -f tests/chaos/draw.awk >"$work/chaos.yaml"
    wrong=$(run $seed)
    rm -f "$work"/chaos.db*
    [ -n "$wrong" ] || continue
    failures=$((failures + 1))
    mkdir -p "$kept"
    cp "$work/chaos.yaml" "$kept/$seed.yaml"
    echo "chaos: FAILED: $wrong" >&2
    echo "    make chaos SEED=$seed COUNT=1    (the experiment: $kept/$seed.yaml)" >&2
done
count=$((seed - first))
[ $failures -eq 0 ] || { echo "chaos: $failures of $count experiments FAILED" >&2; exit 1; }
echo "chaos: $count experiments with faults hold what must hold"
