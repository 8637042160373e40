# Prints an experiment that nobody would think of: awk -v seed=N -f draw.awk. Equal seeds give equal experiments with every
# awk, so the random numbers are made here (S. Park and K. Miller, "Random number generators: good ones are hard to find", 1988).

function draw() { state = (state * 16807) % 2147483647; return state / 2147483647 }
function below(n) { return int(draw() * n) }
function between(least, most) { return least + below(most - least + 1) }
function one_of(list,    words) { return words[1 + below(split(list, words, " "))] }
function by_chance(p) { return draw() < p }

function vm(i,    os, mb, limit) {
    os = one_of("linux-2.4 linux-2.4 windows-2000 bare")
    mb = between(24, 56)
    name[i] = "vm" i
    printf "  - name: %s\n    guest: %s\n    memory_mb: %d\n", name[i], os, mb
    limit = by_chance(0.2) ? between(int(mb / 2), mb) : mb
    printf "    min_mb: %d\n    limit_mb: %d\n", below(int(limit / 2)), limit
    if (by_chance(0.5))
        printf "    shares: %d\n", one_of("0 1 100 1000 100000")
    printf "    power_on_s: %s\n", by_chance(0.5) ? 0 : between(0, int(duration / 3))
    has_os[i] = os != "bare"
    has_driver[i] = os != "bare" && by_chance(0.85)
    if (os == "bare") {
        printf "    workload: {fill: {pages: %d, contents: %d, writes_s: %d}}\n", mb * 256, one_of("0 1 500"), one_of("0 300 5000")
        return
    }
    printf "    guest_swap_mb: %d\n", one_of("1 20 100")
    printf "    balloon_pages_s: %d\n", one_of("50 1000 1000000")
    if (by_chance(0.3))
        printf "    balloon_most_mb: %d\n", between(0, 20)
    printf "    boot: {early_s: 2, early_mb: 6, zero_mb_s: %d, services_s: 1, services_mb: 4, image: 1, balloon_s: %s}\n",
        one_of("0 10"), has_driver[i] ? between(0, 20) : "none"
    if (by_chance(0.85))
        printf "    workload: {pages: {memory_mb: %d, rate_pages_s: %d, fill_mb_s: %s, cyclic: %s, writes: %s}}\n",
            between(4, mb + 8), one_of("100 3000 20000"), one_of("1 5 1000"), one_of("yes no"), one_of("0 0.5 1")
}

# Power changes take turns for each VM, so only one of them has any.
function schedule(    t, on) {
    print "schedule:"
    for (t = int(duration / 3) + 1; t < duration; t += between(1, 12)) {
        if (by_chance(0.3))
            printf "  - {at_s: %d, %s: vm1}\n", t, (on = !on) ? "power_off" : "power_on"
        else if (by_chance(0.3))
            printf "  - {at_s: %d, write_shared: vm%d}\n", t, between(1, vms)
        else if (by_chance(0.5))
            printf "  - {at_s: %d, set: policy.idle_tax, value: %s}\n", t, one_of("0 0.5 0.99")
        else
            printf "  - {at_s: %d, set: policy.swap_pages_s, value: %d}\n", t, one_of("1 50 4400")
    }
}

# Most of them overlap.
function faults(    count, kind, i) {
    print "faults:"
    for (count = between(1, 8); count > 0; count--) {
        i = between(1, vms)
        kind = one_of("swap-writes-fail swap-reads-fail swap-slow swap-full balloon-stuck balloon-slow balloon-gone balloon-restart balloon-lies reboot kill guest-oom stats-stale memory-lost")
        if (kind ~ /^balloon/ && !has_driver[i] || kind == "guest-oom" && !has_os[i])
            kind = "reboot"
        printf "  - {at_s: %.2f, kind: %s", draw() * duration, kind
        if (kind !~ /^swap|^memory/)
            printf ", vm: vm%d", i
        if (kind !~ /restart|reboot/ && by_chance(0.8))
            printf ", for_s: %.3f", 0.001 + draw() * draw() * duration
        if (kind ~ /fail/)
            printf ", share: %s", one_of("0.01 0.3 0.9 1")
        if (kind ~ /slow/)
            printf ", factor: %s", one_of("1 2.5 100")
        if (kind ~ /full/)
            printf ", capacity_mb: %d", one_of("0 1 10 40")
        if (kind ~ /lost/)
            printf ", lost_mb: %d", one_of("1 10 60 1000")
        if (kind ~ /lies|oom/)
            printf ", pages_s: %d", one_of("1 100 20000")
        print "}"
    }
}

BEGIN {
    state = seed % 2147483646 + 1
    for (i = 0; i < 10; i++)
        draw() # small seeds begin alike
    vms = between(2, 3)
    duration = between(20, 70)
    printf "name: chaos\nduration_s: %d\nsample_every_s: 0.5\n", duration
    printf "machine: {memory_mb: %d, hypervisor_mb: 4, swap_mb: %d, cpus: %d, cpu_mhz: 800, low_mb: %d}\n",
        between(40, 110), between(40, 170), between(1, 2), one_of("20 4096")
    printf "policy:\n  overhead_start_pages: 20\n  overhead_full_pages: 400\n"
    printf "  governor: %s\n  scanner: %s\n  share_enabled: %d\n", one_of("esx esx esx static"), one_of("esx sequential"), below(2)
    printf "  swap_victim: %d\n  balloon_cap_bp: %d\n  swap_outstanding_pages: %d\n", below(3), one_of("0 5000 5000 10000"), one_of("1 32 256")
    printf "  swap_pages_s: %d\n  rebalance_ms: %d\n  sample_period_ms: %d\n", one_of("50 4400"), one_of("500 15000"), one_of("500 30000")
    print "vms:"
    for (i = 1; i <= vms; i++)
        vm(i)
    if (by_chance(0.7))
        schedule()
    faults()
    print "record: {written: yes, touched: yes}"
}
