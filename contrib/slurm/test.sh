#!/usr/bin/env bash
# Starts a Slurm of one node, without systemd and munge, and runs a sweep on it: four shards, of which one
# is killed, is named by the merge, and is submitted again. The merged runs must be those of a local sweep.
# Then the same over GNU parallel, on this machine alone.
set -euo pipefail
home=$(realpath "$(dirname "$0")/../..")
BALLAST=$(realpath "${BALLAST:-$home/build/plain/ballast}")
work=$(mktemp -d)
daemons=()
finish() {
    status=$?
    trap - EXIT
    for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
    for daemon in "${daemons[@]}"; do wait "$daemon" 2>/dev/null || true; done
    [ $status -eq 0 ] || tail -5 "$work"/*.log "$work"/out/*.log >&2 2>/dev/null || true
    rm -rf --one-file-system "$work"
    exit $status
}
trap finish EXIT
stop() {
    echo "slurm: $1" >&2
    exit 1
}

mkdir "$work/bin" "$work/state" "$work/spool" "$work/tmp" "$work/part"
ln -s "$BALLAST" "$work/bin/ballast"
export PATH=$work/bin:$PATH TMPDIR=$work/tmp SLURM_CONF=$work/slurm.conf
cd "$home"

# ---- A shard that runs out of time keeps what is done, and the next one goes on from there

shard() {
    SLURM_ARRAY_TASK_ID=1 SLURM_JOB_ID=$1 exec contrib/slurm/shard.sbatch 2 "$work/part" tests/cli/small.yaml \
        --replicates 40 --set duration_s=60 >"$work/part.log" 2>&1
}
(shard 1) &
task=$!
done_in() { sqlite3 "$1" "SELECT count(*) FROM run WHERE status = 'done'" 2>/dev/null || echo 0; }
for _ in $(seq 300); do
    [ "$(done_in "$(echo "$work"/tmp/*/shard.db)")" -lt 3 ] || break
    sleep 0.05
done
kill -TERM $task
wait $task && stop "expected a shard that was told to end to fail"
[ "$(ls "$work/part")" = shard-1.part ] || stop "expected shard-1.part, found '$(ls "$work/part")': $(cat "$work/part.log")"
done=$(done_in "$work/part/shard-1.part")
[ "$done" -ge 3 ] && [ "$done" -lt 40 ] || stop "expected a part of 40 runs, found $done"
(shard 2) || stop "$(cat "$work/part.log")"
[ "$(ls "$work/part")" = shard-1.db ] || stop "expected shard-1.db, found '$(ls "$work/part")'"
[ "$(done_in "$work/part/shard-1.db")" = 40 ] ||
    stop "expected all 40 runs of the shard behind $done of them"
[ -z "$(ls "$work/tmp")" ] || stop "expected nothing left on the local disk, found $(ls "$work/tmp")"

# ---- A cluster of this machine

port=$((20000 + $$ % 20000))
cat >"$SLURM_CONF" <<END
ClusterName=ballast
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/none
CredType=cred/none
SlurmUser=$(id -un)
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SchedulerType=sched/builtin
SchedulerParameters=sched_interval=1
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
END
slurmctld -D >"$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -N "$(hostname)" >"$work/slurmd.log" 2>&1 &
daemons+=($!)
for _ in $(seq 60); do
    [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || break
    sleep 0.5
done
[ "$(sinfo -h -o %T)" = idle ] || stop "expected an idle node, found '$(sinfo -h -o %T)'"

# ---- Four shards, one of them killed

sweep=(tests/cli/small.yaml --vary "policy.idle_tax=0,0.15,0.3,0.45,0.6,0.75" --replicates 8 --set duration_s=300)
submit() { contrib/slurm/submit.sh 4 "$work/out" "${sweep[@]}"; }

# ended: waits until no job is left.
ended() {
    for _ in $(seq 600); do
        [ -n "$(squeue -h -o %A)" ] || return 0
        sleep 0.25
    done
    stop "expected the jobs to end, found $(squeue -h)"
}

array=$(submit | sed -n 's/^submit: job \([0-9]*\) runs the shards 1,2,3,4 of 4$/\1/p')
[ -n "$array" ] || stop "expected the shards 1 to 4 to be submitted"
for _ in $(seq 600); do
    [ "$(squeue -h -j "${array}_3" -o %T 2>/dev/null)" != RUNNING ] || break
    sleep 0.05
done
sleep 0.3
scancel --signal=KILL --full "${array}_3"
ended
[ ! -e "$work/out/shard-3.db" ] || stop "expected shard 3 to be killed, found that it ended before"
[ ! -e "$work/out/merged.db" ] || stop "expected no merge without shard 3, found one"
grep -q "expected 4 shards in $work/out, found 3; missing: 3$" "$work/out/merge.log" ||
    stop "expected the merge to name shard 3, found: $(cat "$work/out/merge.log")"

# ---- Again: only that one

said=$(submit)
[[ $said == *"runs the shards 3 of 4"* ]] || stop "expected shard 3 alone to be submitted again, found: $said"
ended
[ -e "$work/out/merged.db" ] || stop "expected a merge, found: $(cat "$work/out/merge.log")"
[ -z "$(ls "$work/tmp")" ] || stop "expected nothing left on the local disk, found $(ls "$work/tmp")"
if contrib/slurm/submit.sh 4 "$work/out" tests/cli/small.yaml 2>"$work/refused"; then
    stop "expected another sweep to be refused"
fi
grep -q 'expected the sweep that it holds' "$work/refused" || stop "$(cat "$work/refused")"

# rows DATABASE: what came out of each run, without when and where.
rows() {
    sqlite3 "$1" "SELECT experiment, variant, seed, replicate, rows, checksum, sim_s FROM run WHERE status = 'done' ORDER BY 1, 2, 3, 4"
}
ballast sweep "${sweep[@]}" --db "$work/local.db" --quiet
rows "$work/local.db" >"$work/local"
runs=$(wc -l <"$work/local")
[ "$runs" -ge 80 ] || stop "expected at least 80 runs, found $runs"
rows "$work/out/merged.db" | diff "$work/local" - >"$work/diff" || stop "merged runs differ: $(head -4 "$work/diff")"

# ---- GNU parallel

contrib/slurm/over_ssh.sh 3 "$work/ssh" 2/: "${sweep[@]}" >"$work/parallel.log" 2>&1 || stop "$(cat "$work/parallel.log")"
rows "$work/ssh/merged.db" | diff "$work/local" - >"$work/diff" || stop "runs over parallel differ: $(head -4 "$work/diff")"
echo "slurm: $runs runs in four shards, one killed, named and submitted again, are those of a local sweep; so are those of parallel"
