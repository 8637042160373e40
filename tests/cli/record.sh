#!/usr/bin/env bash
# Records real guests: two recordings of one seed are the same bytes, another seed's are not, and each replays. Needs
# QEMU; takes a minute.
#
#     BALLAST=build/plain/ballast tests/cli/record.sh
. "$(dirname "$0")/expect.sh"

# What the recorder says at its end is what `trace info` finds.
told() { sed -E 's/.*, ([0-9]+) windows, ([0-9]+) touches, ([0-9]+) contents$/\1 \2 \3/' "$work/out"; }
found() {
    "$BALLAST" trace info "$1" |
        awk '{ sub(",", "", $2) } /^ *(windows|touches|contents) / { n[$1] = $2 }
            END { print n["windows"], n["touches"], n["contents"] }'
}
record() { check "a guest is recorded: $*" "$BALLAST" trace record --quiet --seconds 12 "$@"; }
check "a guest is recorded" "$BALLAST" trace record --seconds 12 --workload sort --seed 1 "$work/one.btr"
equal "its summary is what is in the file" "$(found "$work/one.btr")" "$(told)"
record --workload sort --seed 1 "$work/same.btr"
record --workload sort --seed 2 "$work/other.btr"
check "a seed's recordings are the same bytes" cmp "$work/one.btr" "$work/same.btr"
equal "another seed's are not" no "$(cmp -s "$work/one.btr" "$work/other.btr" && echo yes || echo no)"
for workload in idle files anon mixed; do
    record --workload $workload --at 6,11 "$work/$workload.btr"
    expect 0 "marks        3" "$BALLAST" trace info "$work/$workload.btr"
done
expect 0 "guest-physical pages of a machine" "$BALLAST" trace info "$work/one.btr"

cat >"$work/replay.yaml" <<END
name: replay
duration_s: 12
machine: {memory_mb: 512, hypervisor_mb: 64, swap_mb: 512, cpus: 1, cpu_mhz: 1000}
record: {touched: yes, optimum: yes}
vms:
  - name: guest
    guest: bare
    memory_mb: 128
    min_mb: 64
    workload: {trace: {file: one.btr}}
END
check "it replays" "$BALLAST" run "$work/replay.yaml" --db "$work/replay.db" --quiet
finish "record"
