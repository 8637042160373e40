#!/usr/bin/env bash
# What the Makefile makes anew, and what it leaves: on a copy with three sources.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
mkdir -p "$copy/sim"
cp Makefile "$copy"
# shellcheck disable=SC2046
cp --parents $(sed -n '/^include /,/[^\\]$/p' Makefile | grep -o '[a-z/]*\.mk') "$copy"
cp sim/{error,memory,nearest}.[ch] sim/array.h "$copy/sim"
cd "$copy"

archive=build/plain/libsim.a
fail() {
    echo "makefile: $*" >&2
    exit 1
}
# Not the flags of the make that runs this check.
run() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u SAN -u CFLAGS make --no-print-directory "$@"; }
compiled() { run OPT=-O0 "$archive" "$@" | grep -c '  CC ' || true; }
members() { ar t "$archive" | sort | paste -sd' '; }

[ "$(compiled)" = 3 ] || fail "expected three sources to be compiled"
[ "$(compiled)" = 0 ] || fail "expected nothing to do the second time"
echo 'int sim_more;' >sim/more.c
[ "$(compiled)" = 1 ] || fail "expected a new source to be compiled"
[ "$(members)" = "error.o memory.o more.o nearest.o" ] || fail "expected the new source in the archive"
rm sim/more.c
[ "$(compiled)" = 0 ] || fail "expected nothing to be compiled for a source that was removed"
[ "$(members)" = "error.o memory.o nearest.o" ] ||
    fail "expected the removed source to leave the archive, found $(members)"
[ "$(compiled CFLAGS=-DMORE)" = 3 ] || fail "expected other flags to compile all sources"
[ "$(compiled CFLAGS=-DMORE)" = 0 ] || fail "expected the same flags to compile nothing"
[ "$(compiled CFLAGS=)" = 3 ] || fail "expected the former flags to compile all sources"
touch sim/memory.h
[ "$(compiled)" = 1 ] || fail "expected a changed header to compile the source that includes it"
echo "makefile: changed flags, new and removed sources make anew what they should"
