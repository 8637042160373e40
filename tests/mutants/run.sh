#!/usr/bin/env bash
# Do the tests of the policy library notice when it is wrong? Makes random mutants of its sources in
# WORK, and runs the tests with each:
#
#     run.sh SEED COUNT     all
#     run.sh --one NUMBER   one that is written; leaves its fate in WORK/NUMBER.fate
#
# A mutant of which the compiler makes the same code, or that is listed in equivalent.txt, is none
# that could be killed.
#
# From the environment: WORK, a folder for what it writes; MUTATE, the mutator; COMPILE and LINK,
# commands for a source of the policy and for the test program; OBJECTS of the tests; ARCHIVE of the
# policy as it is; JOBS.
set -u -o pipefail
export LC_ALL=C

# A suite is quick up to so many hundredths of a second. What a case of the tests may take: a second
# and ten times the CPU time of its whole suite, up to so much; and memory.
QUICK_CENTISECONDS=10
MOST_SECONDS=8
MOST_KIB=4000000

# The code of a source that stands in that place.
compile() {
    $COMPILE -w -iquote "$(dirname "$2")" -x c -c -o "$3" - <"$1"
}

# The tests with that code instead of the library's own.
link() {
    $LINK -o "$2" "$WORK/tests.o" "$1" "$ARCHIVE" -lcunit -lxxhash -lm
}

# Do the tests pass, those of the suites named?
pass() {
    local program=$1 seconds=$2
    shift 2
    (
        ulimit -v $MOST_KIB -c 0
        CHECK_STOP=$seconds exec "$program" "${@/#/=}"
    ) >"$program.log" 2>&1
}

# The suites in the order in which they are asked: first the one of the source, which is most likely
# to notice, then the quick ones together, then each of the others, the shorter the sooner.
suites_for() {
    local room own
    room=$(basename "$(dirname "$1")")
    own=policy_$(basename "$1" .c)
    [ "$room" = policy ] || own=policy_${room%s}_$(basename "$1" .c)
    awk -v own="$own" -v quick=$QUICK_CENTISECONDS -v most_s=$MOST_SECONDS '
        { seconds = 1 + int($1 / 10); if (seconds > most_s) seconds = most_s }
        $2 == own { print seconds, $2; next }
        $1 <= quick { together = together " " $2; together_s = seconds; next }
        { alone[++count] = seconds " " $2 }
        END {
            if (together) print together_s together
            for (i = 1; i <= count; i++) print alone[i]
        }' "$WORK/suites"
}

# What the tests say: nothing if they pass.
fate_of() {
    local source=$1 program=$2 path=$3 seconds suites
    compile "$source" "$path" "$program.o" 2>/dev/null || {
        echo "does not compile"
        return
    }
    if cmp -s "$program.o" "$WORK/$(echo "$path" | tr / -).o"; then
        echo "the same code"
        return
    fi
    link "$program.o" "$program" || {
        echo "does not link"
        return
    }
    while read -r seconds suites; do
        # shellcheck disable=SC2086
        pass "$program" "$seconds" $suites || {
            echo "status $? $(grep -om 1 '[a-z_/]*\.[ch]:[0-9]*: .*' "$program.log")"
            return
        }
    done < <(suites_for "$path")
}

# The tests must pass where nothing is changed: or else every mutant seems to die. Each suite alone:
# its CPU time in hundredths of a second, and its name, the shortest first.
time_suites() {
    local suite spent TIMEFORMAT=%U
    sed 's/.*TEST_SUITE(\([a-z0-9_]*\),.*/\1/;t;d' tests/{unit/policy,property,port}/*.c |
        sort | while read -r suite; do
        spent=$({ time pass "$WORK/unchanged" $MOST_SECONDS "$suite"; } 2>&1) || {
            echo "mutants: the tests fail without a mutant: $suite" >&2
            exit 2
        }
        echo "$((10#${spent//./} / 10)) $suite"
    done | sort -n
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
sources=$(find models/policy -name '*.c' | sort)
rm -rf "$WORK" && mkdir -p "$WORK"
for path in $sources; do
    compile "$path" "$path" "$WORK/$(echo "$path" | tr / -).o" || exit 2
done
# The tests are the same in each program: joined once, without what only a debugger reads.
# shellcheck disable=SC2086
ld -r -S -o "$WORK/tests.o" $OBJECTS && link "$WORK/models-policy-core.c.o" "$WORK/unchanged" || exit 2
time_suites >"$WORK/suites" || exit 2
# shellcheck disable=SC2086
"$MUTATE" "$seed" "$count" "$WORK" $sources >"$WORK/mutants.tsv" || exit 2
cut -f1 "$WORK/mutants.tsv" | xargs -P "${JOBS:-$(nproc)}" -n 1 "$0" --one

# The blocks of equivalent.txt as lines like the mutants': file and function, old, new, with single
# spaces.
awk -v RS= -F '\n' '{
    while (sub(/^#[^\n]*\n/, "")) ;
    if ($0 ~ /^#/) next
    gsub(/ +/, " ")
    print $1 "\t" substr($2, 3) "\t" substr($3, 3)
}' "$(dirname "$0")/equivalent.txt" >"$WORK/equivalent.tsv"

while IFS=$'\t' read -r number file line function old new; do
    fate=survived
    if [ "$(cat "$WORK/$number.fate")" = "the same code" ]; then
        fate=same
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
        real = number["killed"] + number["survived"]
        printf "seed %s: %d mutants tried, %d of the same code, %d equivalent, %d killed, %d survived: %.1f%% of %d killed\n",
            seed, NR, number["same"], number["equivalent"], number["killed"], number["survived"],
            real ? 100 * number["killed"] / real : 100, real
        exit number["killed"] < 0.95 * real
    }' "$WORK/fates.tsv"
