#!/usr/bin/env bash
# What a hypervisor swaps to: the same load on a disk, on NVMe, on a slow NVMe and on compressed memory.
. "$(dirname "$0")/expect.sh"

ask() {
    sqlite3 "$work/devices.db" "$1"
}
# throughput VARIANT: pages/s of both VMs
throughput() {
    ask "SELECT CAST(sum(value) AS INTEGER) FROM result JOIN run USING (run_id) WHERE variant = '$1' AND metric = 'throughput' AND vm <> ''"
}
# swapped VARIANT: MB of both VMs at the end that lie in swap
swapped() {
    ask "SELECT sum(value) FROM series JOIN run USING (run_id) WHERE variant = '$1' AND metric = 'swapped_mb' AND t_s = 60"
}
# swap_memory VARIANT: MB of machine memory that swap takes at the end
swap_memory() {
    ask "SELECT value FROM series JOIN run USING (run_id) WHERE variant = '$1' AND metric = 'swap_memory_mb' AND t_s = 60"
}

check "the devices run" "$BALLAST" run tests/cli/devices.yaml --db "$work/devices.db" --seed 1 --quiet
disk=$(throughput disk) nvme=$(throughput nvme) slow=$(throughput slow-nvme) zram=$(throughput zram)
equal "a disk gets less than a tenth of what NVMe gets" 1 $((10 * disk < nvme))
equal "NVMe of a millisecond is slower" 1 $((slow < nvme * 4 / 5 && slow > 2 * disk))
equal "compressed memory is faster than a disk" 1 $((zram > 2 * disk))

# 1,500 of 4,096 B for each page in it, and none where the device is no memory.
equal "what compressed pages take" 1 \
    "$(awk -v s="$(swapped zram)" -v m="$(swap_memory zram)" 'BEGIN { print (m > 10 && m > s * 1500 / 4096 * 0.99 && m < s * 1500 / 4096 * 1.1 + 1) }')"
equal "NVMe takes no memory" "" "$(swap_memory nvme)"

# What lies above the mins would take 2 x 94 MB if pages shrank to 3,000 B only: there is not so much.
equal "a VM is refused" 1 "$(ask "SELECT count(*) FROM event JOIN run USING (run_id) WHERE variant = 'bad-zram' AND kind = 'refused'")"

expect 2 "disk_device: expected a device that can hold files, found zram" \
    "$BALLAST" run tests/cli/devices.yaml --set machine.disk_device=zram --db "$work/x.db"
expect 2 "swap_device: expected disk, nvme or zram, found 'nvm' (did you mean 'nvme'?)" \
    "$BALLAST" run tests/cli/devices.yaml --set machine.swap_device=nvm --db "$work/x.db"
expect 2 "expected zram_page_bytes of at most 4096" \
    "$BALLAST" run tests/cli/devices.yaml --set cost.zram_page_bytes=5000 --db "$work/x.db"
for name in server-256gb server-512gb; do
    sed "s/preset: server-64gb/preset: $name/" tests/cli/devices.yaml >"$work/$name.yaml"
    check "the preset $name" "$BALLAST" run "$work/$name.yaml" --db "$work/$name.db" --seed 1 --quiet --set duration_s=10
done

finish "devices"
