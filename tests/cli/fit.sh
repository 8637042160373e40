#!/usr/bin/env bash
# `ballast fit`: an answer that can be counted by hand, what it says of it, and what it refuses.
. "$(dirname "$0")/expect.sh"
sql() { sqlite3 "$1" "$2"; }

# 256 - 16 MB for VMs; each reserves 32 MB (min) and 8 MB (overhead): 6 fit.
cat >"$work/room.yaml" <<'YAML'
name: room
duration_s: 1
machine: {memory_mb: 256MB, hypervisor_mb: 16, swap_mb: 4GB, cpus: 2, cpu_mhz: 800}
policy: {overhead_full_pages: 8MB}
vms:
  - {name: vm, count: 2, guest: bare, memory_mb: 32, min_mb: 32, workload: {idle: {}}}
YAML
fit() { "$BALLAST" fit "$work/room.yaml" --db "$work/room.db" "$@"; }

check "a fit" fit --vary count.vm=1:20 --until 'stalled < 1%'
equal "what it says" "  (1) no VM refused
  (2) stalled < 1%

count.vm  runs     (1)  (2)  verdict
--------  ----  ------  ---  -------
       1     3   0 VMs   0%  holds
       5     3   0 VMs   0%  holds
       6     3   0 VMs   0%  holds
       7     3   1 VMs   0%  fails
      10     3   4 VMs   0%  fails
      20     3  14 VMs   0%  fails

count.vm: at most 6 (95% sure).
What binds at 7: expected no VM refused, found 1 VMs.
For 7: machine.memory_mb 296 instead of 256 (+40; to within 4).

18 runs made, 0 were there already." "$(cat "$work/out")"
expect 0 "0 runs made, 18 were there already." fit --vary count.vm=1:20 --until 'stalled < 1%'
expect 0 "machine.memory_mb: at least 96 (95% sure)." \
    fit --vary machine.memory_mb=64:256:8 --until 'stalled < 1%' --least 2
expect 0 "Every value of count.vm from 1 to 4 meets the conditions" \
    fit --vary count.vm=1:4 --until 'stalled < 1%'
expect 1 "fit: expected a value of count.vm that meets the conditions, found none" \
    fit --vary count.vm=8:10 --until 'stalled < 1%'
expect 0 "count.vm: at most 4 (95% sure)." \
    fit --vary count.vm=1:10 --until 'stalled < 1%' --worst host-lost:3 --more none
expect 0 "vm.*.min_mb       16    32             10               6" fit --vary count.vm=1:20 \
    --until 'stalled < 1%' --more none --input vm.*.min_mb=16,32 --input policy.idle_tax=50%,90%
expect 0 '"answer": "6"' fit --vary count.vm=1:20 --until 'stalled < 1%' --json

expect 2 "fit: expected --vary KEY=A:B, found none" fit --until 'stalled < 1%'
expect 2 "fit: expected --until 'METRIC < VALUE', found none" fit --vary count.vm=1:4
expect 2 "--vary count.wm: expected the name of a VM, found 'wm' (did you mean 'vm'?)" \
    fit --vary count.wm=1:4 --until 'stalled < 1%'
expect 2 "found 'staled' (did you mean 'stalled'?)" fit --vary count.vm=1:4 --until 'staled < 1%'
expect 2 "--confidence: expected 50% to 99.99%, found '5%'" \
    fit --vary count.vm=1:4 --until 'stalled < 1%' --confidence 5%
expect 2 "--set worst: expected share-storm, boot-storm" \
    fit --vary count.vm=1:4 --until 'stalled < 1%' --worst storm
expect 2 "--more: expected a key of \`ballast params\` whose value is a number above 0, found 'x'" \
    fit --vary count.vm=1:20 --until 'stalled < 1%' --more x
expect 2 "'throughput.loss < 5%': expected a VM of room that has a value of throughput, also alone" \
    fit --vary count.vm=1:4 --until 'throughput.loss < 5%'
expect 2 "--most: expected at least --least (3), found 2" \
    fit --vary count.vm=1:4 --until 'stalled < 1%' --most 2

finish "tests of fit"
