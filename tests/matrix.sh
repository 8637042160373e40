#!/usr/bin/env bash
# Builds the program with both compilers, without and with most optimisation; warnings are errors. Then one run must have the same rows
# with all of them.
set -eu
cd "$(dirname "$0")/.."
export BALLAST_HOME=$PWD # the programs are not where one looks for experiments beside them
first=
for compiler in gcc clang; do
    for level in -O0 -O3; do
        build=build/matrix/$compiler$level
        ${MAKE:-make} --no-print-directory -j"${JOBS:-$(nproc)}" CC=$compiler OPT=$level BUILD="$build" "$build/ballast" >/dev/null
        rm -f "$build/rows.db"
        "$build/ballast" run tests/cli/small.yaml --set duration_s=60 --seed 1 --db "$build/rows.db" --quiet
        # Its second half is about the program.
        rows=$(sqlite3 "$build/rows.db" "SELECT rows || ' rows, checksum ' || substr(checksum, 1, instr(checksum, '-') - 1) FROM run")
        echo "$compiler $level: $rows"
        first=${first:-$rows}
        [ "$rows" = "$first" ] || { echo "matrix: expected $first" >&2; exit 1; }
    done
done
