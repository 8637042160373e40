#!/usr/bin/env bash
# Property, chaos, failing and killed runs on seeds that nobody has tried. What fails prints the command that repeats it.
#
#     soak.sh ROUNDS [SEED]      SEED: of the first round; the clock's unless given. A round takes hours
set -u
cd "$(dirname "$0")/.."
rounds=$1 seed=${2:-$(date +%s)} build=${BUILD:-build/plain}
export BALLAST=$build/ballast TOOLS=$build
failures=0

# part REPEAT COMMAND...
part() {
    local repeat=$1
    shift
    "$@" && return
    failures=$((failures + 1))
    echo "soak: FAILED: $repeat" >&2
}
property() { PROPERTY_SEED=$1 "$build/test" property >"$build/soak.log" || { grep expected "$build/soak.log" >&2; return 1; }; }

for ((; rounds > 0; rounds--, seed++)); do
    echo "soak: seed $seed"
    for ((i = 0; i < 20; i++)); do
        part "PROPERTY_SEED=$((seed + i)) $build/test property" property $((seed + i))
    done
    part "see above" tests/chaos/chaos.sh $((seed % 1000000 * 1000)) 1000 "$build/chaos"
    part "tests/failing/each.sh kill 20 $seed" tests/failing/each.sh kill 20 $seed
    part "tests/failing/each.sh full 20 $seed" tests/failing/each.sh full 20 $seed
    part "tests/failing/each.sh call 0 $seed" tests/failing/each.sh call 0 $seed
    part "tests/failing/each.sh memory 0 $seed" tests/failing/each.sh memory 0 $seed
done
[ $failures -eq 0 ] || { echo "soak: $failures parts FAILED" >&2; exit 1; }
echo "soak: all holds"
