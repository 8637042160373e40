#!/usr/bin/env bash
# Runs the unit tests, the inputs of the fuzz targets, and those tests of the program that are short, in a build that counts.
#
#     run.sh FOLDER
set -eu
cd "$(dirname "$0")/../.."
built=$1
export BALLAST=$PWD/$built/ballast
find "$built" -name '*.gcda' -delete
"$built/test" >"$built/test.log" || { grep expected "$built/test.log" >&2; exit 1; }
"$built/fuzz-corpus" fuzz/corpus
for check in golden show scan replay explain compare plot fit; do
    tests/cli/$check.sh
done
