#!/usr/bin/env bash
# Adds to fuzz/corpus what earlier runs found and what reaches code that the corpus does not reach yet:
# the fewest and smallest inputs that libFuzzer finds, by edges, not by how often they were passed.
#
#     merge.sh PROGRAM [TARGET...]
set -eu
cd "$(dirname "$0")/.."
program=$1
shift
new=${FUZZ_NEW:-build/fuzz/new}
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(ls fuzz/corpus)

for target in "${targets[@]}"; do
    [ -d "$new/$target" ] || continue
    FUZZ_TARGET=$target "$program" -merge=1 -use_counters=0 -max_len=4096 "fuzz/corpus/$target" \
        "$new/$target" >/dev/null 2>&1 </dev/null
done
echo "fuzz/corpus: $(find fuzz/corpus -type f | wc -l) inputs, $(du -s --apparent-size -B1 fuzz/corpus | cut -f1) bytes"
