#!/usr/bin/env bash
# The same over ssh hosts without a scheduler, by GNU parallel: each host runs shards, its databases come
# back and are merged here.
#
#     over_ssh.sh SHARDS FOLDER HOSTS EXPERIMENT|FILE.yaml [OPTIONS OF ballast sweep...]
#
# HOSTS is what parallel's --sshlogin takes: "web1,4/web2" (4 shards at once on web2), ":" for this machine.
# `ballast` is on the path of each host; an own FILE.yaml and what it names are there under the same path. The same command
# line again runs only the shards that failed or have not run.
set -euo pipefail
if [ $# -lt 4 ]; then
    echo "over_ssh: expected SHARDS FOLDER HOSTS EXPERIMENT [OPTIONS], found $# words" >&2
    exit 2
fi
here=$(realpath "$(dirname "$0")")
shards=$1 hosts=$3
mkdir -p "$2"
folder=$(realpath "$2")
shift 3
[ ! -f "$1" ] || set -- "$(realpath "$1")" "${@:2}"
cd "$folder"
status=0
parallel --joblog joblog --resume-failed --sshlogin "$hosts" --return shard-{}.db --cleanup \
    ballast sweep "$(printf '%q ' "$@")" --shard "{}/$shards" --jobs 1 --quiet --db part-{}.db '&&' mv part-{}.db shard-{}.db \
    ::: $(seq "$shards") || status=$?
[ $status -eq 0 ] || echo "over_ssh: $status shards failed; $folder/joblog tells which" >&2
exec "$here/merge.sbatch" "$shards" "$folder"
