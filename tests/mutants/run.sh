#!/usr/bin/env bash
# Do the tests of the policy library notice when it is wrong? Makes random mutants of its sources in
# WORK, and runs the tests with each:
#
#     run.sh SEED COUNT     all
#     run.sh --one NUMBER   one that is written; leaves its fate in WORK/NUMBER.fate
#
# A mutant of which the compiler makes the same code, or that is listed in equivalent.txt, counts as equivalent.
#
# From the environment: WORK, a folder for what it writes; MUTATE, the mutator; COMPILE and LINK,
# commands for a source of the policy and for the test program; OBJECTS of the tests; ARCHIVE of the
# policy as it is; JOBS.
set -u -o pipefail

# What a case of the tests may take: ten times the CPU time that the longest one needs, and memory.
MOST_SECONDS=8
MOST_KIB=4000000

# What the tests say: nothing if they pass.
fate_of() {
    local source=$1 program=$2 folder own part
    folder=$(dirname "$3")
    # First the suite that is most likely to notice.
    own=policy_$(basename "$3" .c)

    $COMPILE -w -iquote "$folder" -x c -c -o "$program.o" - <"$source" 2>/dev/null || {
        echo "does not compile"
        return
    }
    # shellcheck disable=SC2086
    $LINK -o "$program" $OBJECTS "$program.o" "$ARCHIVE" -lcunit -lxxhash -lm || {
        echo "does not link"
        return
    }
    # The compiler makes the same code of it: there is nothing to see.
    if [ "$source" != "$3" ] && cmp -s "$program.o" "$WORK/$(echo "$3" | tr / -).o"; then
        echo "the same code"
        return
    fi
    for part in ${PARTS:-$own policy_ property_ port_}; do
        grep -qF "$part" "$program" || continue
        (
            ulimit -v $MOST_KIB -c 0
            CHECK_STOP=$MOST_SECONDS exec "$program" "$part"
        ) >"$program.log" 2>&1 || {
            echo "$part status $? $(grep -om 1 '[a-z_/]*\.c:[0-9]*: .*' "$program.log")"
            return
        }
    done
}

run_one() {
    local path
    path=$(awk -F '\t' -v number="$1" '$1 == number { print $2 }' "$WORK/mutants.tsv")
    fate_of "$WORK/$1.c" "$WORK/$1" "$path" >"$WORK/$1.fate" 2>/dev/null
    rm -f "$WORK/$1" "$WORK/$1.o" "$WORK/$1.log"
}

if [ "$1" = --one ]; then
    run_one "$2"
    exit 0
fi

seed=$1
count=$2
sources=$(find models/policy -name '*.c' | LC_ALL=C sort)
rm -rf "$WORK" && mkdir -p "$WORK"
for path in $sources; do
    # shellcheck disable=SC2094
    $COMPILE -w -iquote "$(dirname "$path")" -x c -c -o "$WORK/$(echo "$path" | tr / -).o" - <"$path" || exit 2
done
# The tests must pass where nothing is changed: or else every mutant seems to die.
fate=$(fate_of models/policy/core.c "$WORK/unchanged" models/policy/core.c 2>/dev/null)
if [ -n "$fate" ]; then
    echo "mutants: the tests fail without a mutant: $fate" >&2
    exit 2
fi
# shellcheck disable=SC2086
"$MUTATE" "$seed" "$count" "$WORK" $sources >"$WORK/mutants.tsv" || exit 2
cut -f1 "$WORK/mutants.tsv" | xargs -P "${JOBS:-$(nproc)}" -n 1 "$0" --one

# The blocks of equivalent.txt as lines like the mutants': file and function, old, new.
awk -v RS= -F '\n' '{
    while (sub(/^#[^\n]*\n/, "")) ;
    if ($0 ~ /^#/) next
    print $1 "\t" substr($2, 3) "\t" substr($3, 3)
}' "$(dirname "$0")/equivalent.txt" >"$WORK/equivalent.tsv"

while IFS=$'\t' read -r number file line function old new; do
    fate=survived
    if [ "$(cat "$WORK/$number.fate")" = "the same code" ]; then
        fate=equivalent
    elif [ -s "$WORK/$number.fate" ]; then
        fate=killed
    elif grep -qxF -e "$file $function"$'\t'"$old"$'\t'"$new" -e "$file $function"$'\t'"$old"$'\t*' \
        "$WORK/equivalent.tsv"; then
        fate=equivalent
    fi
    printf '%s\t%s:%s\t%s\t%s\t%s\n' "$fate" "$file" "$line" "$function" "$old" "$new"
done <"$WORK/mutants.tsv" >"$WORK/fates.tsv"

awk -F '\t' '$1 == "survived" { printf "%s in %s\n    - %s\n    + %s\n", $2, $3, $4, $5 }' "$WORK/fates.tsv"
awk -F '\t' -v seed="$seed" '
    { number[$1]++ }
    END {
        real = NR - number["equivalent"]
        printf "seed %s: %d mutants tried, %d killed, %d equivalent, %d survived: %.1f%% of %d killed\n", seed, NR,
            number["killed"], number["equivalent"], number["survived"], real ? 100 * number["killed"] / real : 100, real
        exit number["killed"] < 0.95 * real
    }' "$WORK/fates.tsv"
