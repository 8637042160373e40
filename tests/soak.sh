#!/usr/bin/env bash
# Property, chaos, failing and killed runs and fuzzing on seeds that nobody has tried. What fails prints the command that repeats it.
#
#     soak.sh ROUNDS [SEED [PART...]]   SEED: of the first round; the clock's unless given. PART: property, chaos, failing, fuzz; all of
#                                       them unless given. A round of all takes hours
set -u
cd "$(dirname "$0")/.."
rounds=$1 seed=${2:-$(date +%s)} build=${BUILD:-build/plain}
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- property chaos failing fuzz
export BALLAST=$build/ballast TOOLS=$build
failures=0

# run REPEAT COMMAND...
run() {
    local repeat=$1
    shift
    "$@" && return
    failures=$((failures + 1))
    echo "soak: FAILED: $repeat" >&2
}

# ---- the parts; each has the round's seed in $seed

property_of() {
    PROPERTY_SEED=$1 "$build/test" property >"$build/soak.log" || { grep -m 1 expected "$build/soak.log" >&2; return 1; }
}
property() {
    local i
    for ((i = 0; i < 20; i++)); do
        run "PROPERTY_SEED=$((seed + i)) $build/test property" property_of $((seed + i))
    done
}
chaos() {
    run "see above" tests/chaos/chaos.sh $((seed % 1000000 * 1000)) 1000 "$build/chaos"
}
failing() {
    local how
    for how in "kill 50" "full 50" "call 50" "memory 200"; do
        # shellcheck disable=SC2086
        run "see above; all of them: BALLAST=$BALLAST TOOLS=$TOOLS tests/failing/each.sh $how $seed" tests/failing/each.sh $how $seed
    done
}
fuzz() {
    run "see above" env FUZZ_SEED=$((seed % 4294967295 + 1)) fuzz/run.sh build/fuzz/fuzz-libfuzzer
}

for ((; rounds > 0; rounds--, seed++)); do
    echo "soak: seed $seed"
    for part; do
        $part
    done
done
[ $failures -eq 0 ] || { echo "soak: $failures parts FAILED" >&2; exit 1; }
echo "soak: all holds"
