# What the scripts beside it use. Each prints nothing while all is well.
#
# shellcheck shell=bash
set -u
cd "$(dirname "$0")/../.."
BALLAST=$(realpath "${BALLAST:-build/plain/ballast}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
checks=0
failures=0

fail() {
    failures=$((failures + 1))
    printf '  FAILED: %s\n' "$*" >&2
}

# expect STATUS TEXT COMMAND...: it exits with STATUS; where that is not 0, standard error is one line
# that begins with "ballast: " and has TEXT in it, else standard output has TEXT in it.
expect() {
    local status=$1 text=$2 found
    shift 2
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err" </dev/null
    found=$?
    if [ $found -ne "$status" ]; then
        fail "$*: expected status $status, found $found: $(head -c 300 "$work/err")"
    elif [ "$status" -eq 0 ]; then
        [ -z "$text" ] || grep -qF -- "$text" "$work/out" ||
            fail "$*: expected '$text', found: $(head -3 "$work/out")"
    elif [ "$(wc -l <"$work/err")" -ne 1 ] || ! grep -q '^ballast: ' "$work/err"; then
        fail "$*: expected one line of error, found: $(head -5 "$work/err")"
    elif ! grep -qF -- "$text" "$work/err"; then
        fail "$*: expected '$text', found: $(cat "$work/err")"
    fi
}

# check WHAT COMMAND...: it succeeds.
check() {
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err" </dev/null || fail "$what: $(head -c 300 "$work/err")"
}

# equal WHAT EXPECTED FOUND
equal() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"
}

# little BYTES NUMBER...: numbers, little-endian.
little() {
    local bytes=$1 number i
    shift
    for number in "$@"; do
        for ((i = 0; i < bytes; i++)); do
            # shellcheck disable=SC2059
            printf "\\x$(printf %02x $((number >> (8 * i) & 255)))"
        done
    done
}

# What holds of every run (tests/invariants.sql), in every database that is left and is one. A test that makes up numbers
# calls it `spoilt*`, or removes it.
invariants_hold() {
    local database broken
    for database in "$work"/*.db; do
        [ -e "$database" ] || continue
        [[ ${database##*/} != spoilt* ]] || continue
        checks=$((checks + 1))
        broken=$(sqlite3 -readonly "$database" <tests/invariants.sql 2>/dev/null | head -1)
        [ -z "$broken" ] || fail "${database##*/}: $broken"
    done
}

finish() {
    invariants_hold
    [ $failures -eq 0 ] || { echo "$1: $failures of $checks checks FAILED" >&2; exit 1; }
    echo "$1: $checks checks hold"
}
