#!/usr/bin/env bash
# The guest of today: free page reporting, compressed swap, and a balloon that deflates before a process is killed.
. "$(dirname "$0")/expect.sh"

ask() {
    sqlite3 "$work/linux_6.db" "$1"
}
# series VARIANT METRIC T: rounded
series() {
    ask "SELECT CAST(round(value) AS INTEGER) FROM series JOIN run USING (run_id) WHERE variant = '$1' AND metric = '$2' AND t_s = $3 AND vm = 'web'"
}
# result VARIANT METRIC
result() {
    ask "SELECT CAST(round(value) AS INTEGER) FROM result JOIN run USING (run_id) WHERE variant = '$1' AND metric = '$2' AND vm = 'web'"
}

check "the guests run" "$BALLAST" run tests/cli/linux_6.yaml --db "$work/linux_6.db" --seed 1 --quiet

# 550 MB are given back at 80 s, and reported 2 s later, but for blocks of 2 MiB that are in use in part.
before=$(series reports alloc_mb 80) after=$(series reports alloc_mb 85)
equal "free pages go back to the host" 1 $((before - after > 540 && before - after <= 550))
equal "and stay with a guest that does not report" 0 $(($(series keeps alloc_mb 80) - $(series keeps alloc_mb 110)))

# 600 MB in a guest of 600 MB: compressed swap makes no request to the disk.
equal "compressed swap is used" 1 $(($(result zram guest_swap_out_mb) > 100))
equal "without the disk" 0 "$(result zram guest_disk_requests)"
equal "a paging device needs it" 1 $(($(result disk guest_disk_requests) > 1000))

# The hypervisor takes more than the guest can spare, and there is no paging device.
for deflates in no yes; do
    sed -e "s/memory_mb: 2048/memory_mb: 700/" tests/cli/linux_6.yaml >"$work/oom.yaml"
    cp tests/cli/linux_6.csv "$work"
    "$BALLAST" run "$work/oom.yaml" --db "$work/$deflates.db" --seed 1 --quiet --set vms=1 --set vm.web.guest_swap_mb=0 \
        --set policy.balloon_cap_bp=10000 --set policy.governor=esx --set vm.web.balloon_deflate_on_oom=$deflates >"$work/out" 2>&1
done
killed="SELECT sum(value) FROM result WHERE metric = 'oom_kills' AND vm = 'web'
    AND run_id IN (SELECT run_id FROM run WHERE variant LIKE 'reports%')"
equal "a process is killed" 1 $(($(sqlite3 "$work/no.db" "$killed" | cut -d. -f1) > 0))
equal "none is where the balloon gives way" 0 "$(sqlite3 "$work/yes.db" "$killed" | cut -d. -f1)"
finish "linux_6"
