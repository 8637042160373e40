#!/usr/bin/env bash
# Submits a sweep to Slurm as one job array, and a merge that waits for it.
#
#     submit.sh SHARDS FOLDER EXPERIMENT|FILE.yaml [OPTIONS OF ballast sweep...]
#
# FOLDER is on a file system that all nodes share. It gets the shards, their logs and, in the end,
# merged.db. The same command line again submits only the shards that are missing. Options of sbatch, such
# as a partition, go into SBATCH_PARTITION and its like (man sbatch).
set -euo pipefail
here=$(realpath "$(dirname "$0")")
stop() {
    echo "submit: $1" >&2
    exit 2
}

[ $# -ge 3 ] || stop "expected SHARDS FOLDER EXPERIMENT [OPTIONS], found $# words"
[[ $1 =~ ^[1-9][0-9]{0,4}$ ]] || stop "expected a number of shards from 1 to 99999, found '$1'"
shards=$1
mkdir -p "$2"
folder=$(realpath "$2")
shift 2
printf '%q ' "$shards" "$@" >"$folder/.sweep.new"
if [ -f "$folder/sweep" ] && ! cmp -s "$folder/sweep" "$folder/.sweep.new"; then
    stop "$folder: expected the sweep that it holds, '$(cat "$folder/sweep")', found '$(cat "$folder/.sweep.new")'"
fi
mv "$folder/.sweep.new" "$folder/sweep"

missing=
for ((shard = 1; shard <= shards; shard++)); do
    [ -e "$folder/shard-$shard.db" ] || missing+=${missing:+,}$shard
done
after=
if [ -n "$missing" ]; then
    array=$(sbatch --parsable --job-name=ballast --array="$missing" --output="$folder/shard-%a.log" \
        "$here/shard.sbatch" "$shards" "$folder" "$@")
    after=--dependency=afterany:$array
    echo "submit: job $array runs the shards $missing of $shards"
fi
# shellcheck disable=SC2086 # nothing, or one word
merge=$(sbatch --parsable --job-name=ballast-merge $after --output="$folder/merge.log" \
    "$here/merge.sbatch" "$shards" "$folder")
echo "submit: job $merge merges them; $folder/merge.log tells how it went"
