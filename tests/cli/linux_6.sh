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

# kswapd works in the background; who waits for its paging device is stalled.
equal "kswapd compresses" 1 $(($(result zram guest_kswapd_s) > 10))
# 8 pages come back in a read of 92 us and 9 us of transfer.
reads=$(($(result disk guest_refaults) / 8))
equal "each read from the paging device is a stall" 1 $(($(result disk guest_stalled_s) * 10000 > reads && $(result disk guest_stalled_s) * 9000 < reads))
equal "where memory is enough nobody does" "0 0" "$(result reports guest_stalled_s) $(result reports guest_kswapd_s)"

# 256 MB touched, 256 MB promised only, 384 MB of cold cache: each number that a guest reports is wrong in its own way.
check "a guest reports" "$BALLAST" run tests/cli/linux_6_reports.yaml --db "$work/reports.db" --seed 1 --quiet
# last METRIC: rounded
last() {
    sqlite3 "$work/reports.db" "SELECT CAST(round(value) AS INTEGER) FROM series WHERE vm = 'web' AND t_s = 240 AND metric = '$1'"
}
equal "committed is what processes have and what was promised" 256 $(($(last guest_committed_mb) - $(last guest_processes_mb)))
equal "the estimator says so" "$(last guest_committed_mb)" "$(last active_guest_committed_mb)"
equal "cache is not unused" $((1024 - $(last guest_free_mb))) "$(last active_guest_unused_mb)"
kept=$(($(last guest_free_mb) + 384 - $(last guest_available_mb)))
equal "nor is all of it available" 1 $((kept > 5 && kept < 20))
equal "the truth is less than each" 1 $(($(last touched_mb) < $(last active_guest_available_mb) && $(last active_guest_available_mb) < $(last active_guest_committed_mb)))

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
