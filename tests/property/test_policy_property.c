/*
 * The policy library under random operations with failures, against a model so slow and simple that
 * it cannot be wrong: what each page of each VM must read. Contents may not be lost or mixed up by
 * sharing, swapping, ballooning, by page I/O that ends late, fails, or outlives its VM.
 *
 * After every operation: mp_verify(), the mirror of the mappings, and the bytes behind every page.
 * At the end: every fault that waits is told to try again, and succeeds.
 */
#include "tests/check.h"
#include "tests/property/any_members.h"
#include "tests/unit/policy/fake.h"

#include <stdarg.h>

#define VMS       5u
#define MOST_PPNS 1100u /* of a VM of today; of the others */
#define FEW_PPNS  420u
#define LARGE     512u /* pages in a large one */
#define CONTENTS  40u  /* small numbers: pages that are often equal */

struct world {
    struct fake fake;
    uint64_t random;
    bool is_today;      /* a compression cache, large pages and salting */
    uint32_t fail_each; /* every so many things that can fail do */
    uint32_t chances;
    uint64_t writes;
    struct {
        uint32_t waits, page_outs, page_ins, failed, pops, balloon_pages, power_offs, remaps,
            returns, compressed, large;
    } seen; /* a run in which little happened proves little */
    struct {
        uint64_t contents[MOST_PPNS]; /* what a read must find */
        bool held[MOST_PPNS];         /* by the balloon driver */
        bool waiting[MOST_PPNS];      /* a fault was answered with WAIT */
        bool retried[MOST_PPNS];      /* and told to try again since */
        uint32_t held_pages;
        uint32_t limit_pages; /* no more memory than this */
        bool min_raised;      /* what was taken before can leave it less */
        uint32_t salt;        /* only those of one salt share */
    } vm[VMS];
    char wrong[200];
};

static uint32_t below(struct world *world, uint32_t n)
{
    return (uint32_t)(fake_random(&world->random) % n);
}

static bool fails(struct world *world)
{
    return ++world->chances % world->fail_each == 0;
}

__attribute__((format(printf, 2, 3))) static void wrong(struct world *world, const char *format,
                                                        ...)
{
    va_list arguments;
    if (world->wrong[0])
        return;
    va_start(arguments, format);
    vsnprintf(world->wrong, sizeof world->wrong, format, arguments);
    va_end(arguments);
}

/* ---- The judge --------------------------------------------------------------------------- */

/* What is behind a page must be what the model says, wherever it is. */
static void check_page(struct world *world, uint16_t vm, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &mp_pmap(world->fake.mp, vm)[ppn];
    uint64_t expected = world->vm[vm].contents[ppn], found = expected;
    if ((entry->backing == MP_BALLOONED) != world->vm[vm].held[ppn])
        wrong(world, "%u:%u is ballooned for one side only", vm, ppn);
    switch (entry->backing) {
    case MP_UNTOUCHED:
        found = 0;
        break;
    case MP_PRIVATE:
    case MP_SHARED:
    case MP_PAGING_OUT:
        found = world->fake.contents[entry->where];
        break;
    case MP_SWAPPED:
        found = world->fake.swapped[entry->where];
        break;
    case MP_COMPRESSED:
        found = world->fake.vms[vm].compressed[entry->where];
        world->seen.compressed++;
        break;
    default:
        break;
    }
    if (found != expected)
        wrong(world, "%u:%u (backing %u) holds %" PRIx64 " instead of %" PRIx64, vm, ppn,
              entry->backing, found, expected);
}

static void check_vm(struct world *world, uint16_t vm)
{
    struct mp_vm_status status = fake_vm_status(&world->fake, vm);
    world->seen.large += status.large_pages > 0;
    if (status.alloc_pages + status.ballooned_pages + status.compressed_pages +
            status.swapped_pages + status.untouched_pages !=
        status.config.max_pages)
        wrong(world, "VM %u: the parts are not the whole", vm);
    if (!world->vm[vm].min_raised && status.ballooned_pages + status.swapped_pages >
                                         status.config.max_pages - status.config.min_pages)
        wrong(world, "VM %u is held below its min", vm);
    bool settled = mp_next_deadline(world->fake.mp) > world->fake.now_ns;
    if (status.blocked && settled &&
        (fake_status(&world->fake).state != MP_STATE_LOW ||
         status.alloc_pages + status.compressed_memory_pages <= status.target_pages))
        wrong(world, "VM %u is blocked without need", vm);
    if (status.blocked != world->fake.vms[vm].blocked)
        wrong(world, "VM %u is blocked for one side only", vm);
}

/* Whose pages are on one machine page have one salt. */
static void check_salts(struct world *world)
{
    static uint32_t salt_of[2000]; /* by MPN: the salt + 1 */
    memset(salt_of, 0, sizeof salt_of);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        for (uint32_t ppn = 0; world->fake.vms[vm].on && ppn < world->fake.vms[vm].max_pages;
             ppn++) {
            const struct mp_pmap_entry *entry = &mp_pmap(world->fake.mp, vm)[ppn];
            if (entry->backing != MP_SHARED)
                continue;
            uint32_t *salt = &salt_of[entry->where];
            if (*salt > 0 && *salt != world->vm[vm].salt + 1)
                wrong(world, "%u:%u shares with a page of another salt", vm, ppn);
            *salt = world->vm[vm].salt + 1;
        }
    }
}

static void check_world(struct world *world)
{
    if (world->is_today)
        check_salts(world);
    const char *complaint = fake_verify(&world->fake);
    if (complaint)
        wrong(world, "%s", complaint);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        if (world->fake.vms[vm].on)
            check_vm(world, vm);
        for (uint32_t ppn = 0; world->fake.vms[vm].on && ppn < world->fake.vms[vm].max_pages; ppn++)
            check_page(world, vm, ppn);
    }
}

/* ---- The guest --------------------------------------------------------------------------- */

static bool runs(const struct world *world, uint16_t vm)
{
    return world->fake.vms[vm].on && !world->fake.vms[vm].blocked;
}

/* Half of the touches go to the first eighth. */
static uint32_t any_ppn(struct world *world, uint16_t vm)
{
    uint32_t pages = world->fake.vms[vm].max_pages;
    return below(world, below(world, 2) ? pages : pages / 8 + 1);
}

static uint64_t any_contents(struct world *world)
{
    if (below(world, 3) == 0)
        return (1 << 20) + ++world->writes;
    return below(world, 3) ? below(world, CONTENTS) : 0;
}

static void driver_reset(struct world *world, uint16_t vm, bool present)
{
    fake_driver(&world->fake, vm, present);
    memset(world->vm[vm].held, 0, sizeof world->vm[vm].held);
    world->vm[vm].held_pages = 0;
}

static void touch(struct world *world, uint16_t vm, uint32_t ppn, bool write)
{
    struct mp_fault_work work;
    bool held = world->vm[vm].held[ppn];
    uint64_t *expected = &world->vm[vm].contents[ppn];
    uint64_t *place = fake_open(&world->fake, vm, ppn, write, &work);
    world->vm[vm].waiting[ppn] = place == NULL;
    if (!place) {
        world->seen.waits++;
        world->vm[vm].retried[ppn] = false;
    } else if (*place != *expected) { /* for a write too: it may change only a part */
        wrong(world, "%u:%u has %" PRIx64 " instead of %" PRIx64, vm, ppn, *place, *expected);
    } else if (write) {
        *place = *expected = any_contents(world);
    }
    if (work.popped != held && !world->vm[vm].waiting[ppn])
        wrong(world, "%u:%u: popped %d, held %d", vm, ppn, work.popped, held);
    world->seen.pops += held;
    if (held)
        driver_reset(world, vm, true); /* the next interaction with the driver resets it */
}

/* All of what can become a large page. */
static void touch_block(struct world *world, uint16_t vm)
{
    uint32_t first = below(world, world->fake.vms[vm].max_pages / LARGE) * LARGE;
    for (uint32_t ppn = first; runs(world, vm) && ppn < first + LARGE; ppn++) {
        if (!world->vm[vm].held[ppn])
            touch(world, vm, ppn, true);
    }
}

static void do_touch(struct world *world, uint16_t vm)
{
    if (world->is_today && world->fake.vms[vm].max_pages >= LARGE && below(world, 20) == 0)
        touch_block(world, vm);
    for (uint32_t i = below(world, 16); runs(world, vm) && i > 0; i--) {
        uint32_t ppn = any_ppn(world, vm);
        if (!world->vm[vm].held[ppn] || below(world, 25) == 0)
            touch(world, vm, ppn, below(world, 2));
    }
}

static void take_retries(struct world *world)
{
    for (uint32_t i = 0; i < world->fake.retry_count; i++) {
        const struct fake_retry *retry = &world->fake.retries[i];
        bool all = retry->ppn == MP_NO_PAGE;
        for (uint32_t ppn = all ? 0 : retry->ppn; ppn < MOST_PPNS; ppn++) {
            world->vm[retry->vm].retried[ppn] = true;
            if (!all)
                break;
        }
    }
    fake_retries_clear(&world->fake);
}

static void do_retry(struct world *world, uint16_t vm)
{
    take_retries(world);
    for (uint32_t ppn = 0; runs(world, vm) && ppn < world->fake.vms[vm].max_pages; ppn++) {
        if (world->vm[vm].waiting[ppn] && world->vm[vm].retried[ppn])
            touch(world, vm, ppn, below(world, 2));
    }
}

/* A device reads or writes a few pages, at times again and again. */
static void do_device(struct world *world, uint16_t vm)
{
    for (uint32_t i = below(world, 6); runs(world, vm) && i > 0; i--) {
        uint32_t ppn = below(world, world->fake.vms[vm].max_pages / 8 + 1);
        if (world->vm[vm].held[ppn])
            continue;
        touch(world, vm, ppn, below(world, 2));
        for (uint32_t more = below(world, 4); !world->vm[vm].waiting[ppn] && more > 0; more--) {
            struct mp_device_work work;
            bool was_high = mp_pmap(world->fake.mp, vm)[ppn].where >= world->fake.machine.low_pages;
            mp_device_io(world->fake.mp, vm, ppn, world->fake.now_ns, &work);
            if (work.copied != was_high || (work.remapped && !was_high) ||
                (work.returned && !work.remapped))
                wrong(world, "device I/O on %u:%u makes no sense", vm, ppn);
            world->seen.remaps += work.remapped;
            world->seen.returns += work.returned;
        }
    }
}

/* The driver of the guest takes or returns a few pages; at times without having been asked. */
static void do_balloon(struct world *world, uint16_t vm)
{
    struct fake_vm *it = &world->fake.vms[vm];
    uint32_t told = runs(world, vm) && it->driver
                        ? mp_balloon_poll(world->fake.mp, vm, world->fake.now_ns)
                        : it->balloon_target_pages;
    if (told != it->balloon_target_pages)
        wrong(world, "VM %u is told two targets of its balloon", vm);
    for (uint32_t i = below(world, 8); runs(world, vm) && it->driver && i > 0; i--) {
        uint32_t ppn = below(world, it->max_pages);
        bool more = world->vm[vm].held_pages < it->balloon_target_pages;
        if (below(world, 50) == 0)
            more = !more;
        if (more && !world->vm[vm].held[ppn] && !it->pages[ppn].pinned &&
            !world->vm[vm].waiting[ppn] &&
            mp_balloon_taken(world->fake.mp, vm, ppn, world->fake.now_ns)) {
            world->vm[vm].held[ppn] = true;
            world->vm[vm].contents[ppn] = 0;
            world->vm[vm].held_pages++;
            world->seen.balloon_pages++;
        } else if (!more && world->vm[vm].held[ppn]) {
            mp_balloon_returned(world->fake.mp, vm, ppn, world->fake.now_ns);
            world->vm[vm].held[ppn] = false;
            world->vm[vm].held_pages--;
        }
    }
}

static void do_driver(struct world *world, uint16_t vm)
{
    if (world->fake.vms[vm].on && below(world, 20) == 0)
        driver_reset(world, vm, below(world, 2));
}

static void do_pin(struct world *world, uint16_t vm)
{
    if (!world->fake.vms[vm].on)
        return;
    uint32_t ppn = any_ppn(world, vm);
    uint8_t backing = fake_backing(&world->fake, vm, ppn);
    struct fake_mapping *page = &world->fake.vms[vm].pages[ppn];
    page->pinned =
        !page->pinned && below(world, 3) == 0 && (backing == MP_PRIVATE || backing == MP_SHARED);
}

/* ---- The host ---------------------------------------------------------------------------- */

static void do_power(struct world *world, uint16_t vm)
{
    if (world->fake.vms[vm].on) {
        if (below(world, 10))
            return;
        world->seen.power_offs += world->fake.io_count > 0;
        take_retries(world);
        fake_vm_off(&world->fake, vm);
        memset(&world->vm[vm], 0, sizeof world->vm[vm]);
        return;
    }
    uint32_t max = 20 + below(world, (world->is_today ? MOST_PPNS : FEW_PPNS) - 20);
    struct mp_vm_config config = {
        .max_pages = max, .min_pages = below(world, max / 2), .shares = below(world, 6) * 700};
    if (below(world, 3) == 0)
        config.limit_pages = config.min_pages + 1 + below(world, max);
    if (world->is_today) {
        uint32_t salting = world->fake.tunables.share_salting;
        config.share_salt = below(world, 3);
        world->vm[vm].salt = salting == 0 ? 0 : config.share_salt;
        if (salting == 2 && config.share_salt == 0)
            world->vm[vm].salt = 100 + vm;
    }
    world->vm[vm].limit_pages =
        config.limit_pages > 0 && config.limit_pages < max ? config.limit_pages : max;
    if (fake_vm_on(&world->fake, vm, &config) == MP_ADMITTED && below(world, 2))
        driver_reset(world, vm, true);
}

static void do_configure(struct world *world, uint16_t vm)
{
    if (!world->fake.vms[vm].on || below(world, 8))
        return;
    uint32_t was = fake_vm_status(&world->fake, vm).config.min_pages;
    uint32_t shares = below(world, 5000), min = below(world, world->vm[vm].limit_pages + 1);
    enum mp_refusal refusal = mp_vm_configure(world->fake.mp, vm, shares, min, world->fake.now_ns);
    world->vm[vm].min_raised |= refusal == MP_ADMITTED && min > was;
}

static void do_retune(struct world *world, uint16_t vm)
{
    struct mp_tunables *tunables = &world->fake.tunables;
    (void)vm;
    if (below(world, 10))
        return;
    tunables->idle_tax_bp = below(world, 100) * 100;
    tunables->sample_pages = 1 + below(world, 50);
    tunables->sample_period_ms = 100 + below(world, 2000);
    tunables->balloon_cap_bp = below(world, 10001);
    tunables->swap_cluster_pages = 1 + below(world, 40);
    tunables->swap_outstanding_pages = 1 + below(world, 100);
    tunables->swap_victim = tunables->sample_pages % 3;
    tunables->share_scan_vm_pages_s = below(world, 2000);
    tunables->remap_threshold = below(world, 6);
    tunables->remap_return = below(world, 3);
    if (world->is_today) {
        tunables->compress_cache_bp = below(world, 5001);
        tunables->large_pages = below(world, 2);
        tunables->share_salting = below(world, 3);
    }
    mp_retune(world->fake.mp, tunables, world->fake.now_ns);
}

/* Banks of memory go and come back; statistics are late. */
static void do_ail(struct world *world, uint16_t vm)
{
    if (below(world, 4) == 0)
        mp_lose_memory(world->fake.mp, below(world, 300), world->fake.now_ns);
    if (world->fake.vms[vm].on)
        mp_vm_hold(world->fake.mp, vm, below(world, 2));
}

static void do_io(struct world *world, uint16_t vm)
{
    (void)vm;
    for (uint32_t i = below(world, 12); i > 0 && world->fake.io_count > 0; i--) {
        uint32_t index = below(world, world->fake.io_count);
        bool in = world->fake.io[index].in, ok = !fails(world);
        fake_io_end(&world->fake, index, ok);
        world->seen.failed += !ok;
        world->seen.page_ins += ok && in;
        world->seen.page_outs += ok && !in;
    }
}

static void do_tick(struct world *world, uint16_t vm)
{
    uint64_t step_ns = below(world, 3) ? below(world, 20) * FAKE_MS : below(world, 900) * FAKE_MS;
    (void)vm;
    world->fake.accept_pages = fails(world) ? below(world, 5) : UINT32_MAX;
    world->fake.refuse_page_ins = fails(world);
    world->fake.now_ns += step_ns;
    for (uint16_t i = 0; i < VMS; i++)
        world->fake.vms[i].vm_ns += runs(world, i) ? step_ns : 0;
    fake_tick(&world->fake);
}

static void do_share(struct world *world, uint16_t vm)
{
    if (!world->fake.vms[vm].on)
        return;
    for (uint32_t i = below(world, 6); i > 0; i--) {
        uint32_t ppn = any_ppn(world, vm);
        bool shared = mp_share_page(world->fake.mp, vm, ppn, world->fake.now_ns);
        const struct mp_pmap_entry *entry = &mp_pmap(world->fake.mp, vm)[ppn];
        if (shared !=
            (entry->backing == MP_SHARED && mp_share_references(world->fake.mp, entry->where) > 1))
            wrong(world, "share_page of %u:%u answers %d", vm, ppn, shared);
    }
}

/* Pages in every state lie in it. */
static void do_share_range(struct world *world, uint16_t vm)
{
    if (!world->fake.vms[vm].on)
        return;
    uint32_t ppn = any_ppn(world, vm), left = world->fake.vms[vm].max_pages - ppn;
    uint32_t count = below(world, left < 80 ? left + 1 : 80);
    uint64_t scanned = fake_status(&world->fake).pages_scanned;
    mp_share_range(world->fake.mp, vm, ppn, count, world->fake.now_ns);
    if (fake_status(&world->fake).pages_scanned - scanned > count)
        wrong(world, "share_range of %u pages of VM %u scanned more", count, vm);
}

/* ---- The runs ---------------------------------------------------------------------------- */

static const struct {
    void (*run)(struct world *world, uint16_t vm);
    uint32_t weight;
} operations[] = {
    {do_touch, 50}, {do_retry, 8},       {do_balloon, 20}, {do_driver, 2}, {do_pin, 4},
    {do_power, 2},  {do_configure, 2},   {do_retune, 1},   {do_io, 10},    {do_tick, 12},
    {do_share, 9},  {do_share_range, 1}, {do_device, 10},  {do_ail, 1},
};

static void step(struct world *world)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        total += operations[i].weight;
    uint32_t choice = below(world, total), i = 0;
    while (choice >= operations[i].weight)
        choice -= operations[i++].weight;
    operations[i].run(world, (uint16_t)below(world, VMS));
}

static uint32_t waiting_faults(const struct world *world)
{
    uint32_t count = 0;
    for (uint16_t vm = 0; vm < VMS; vm++) {
        for (uint32_t ppn = 0; world->fake.vms[vm].on && ppn < world->fake.vms[vm].max_pages; ppn++)
            count += world->vm[vm].waiting[ppn];
    }
    return count;
}

/* With working devices and nothing pinned, every fault comes to its end. */
static void settle(struct world *world)
{
    world->fail_each = UINT32_MAX;
    for (uint16_t vm = 0; vm < VMS; vm++) {
        for (uint32_t ppn = 0; world->fake.vms[vm].on && ppn < world->fake.vms[vm].max_pages; ppn++)
            world->fake.vms[vm].pages[ppn].pinned = false;
    }
    for (uint32_t round = 0; round < 2000 && waiting_faults(world) && !world->wrong[0]; round++) {
        do_tick(world, 0);
        fake_io_end_all(&world->fake);
        for (uint16_t vm = 0; vm < VMS; vm++)
            do_retry(world, vm);
        check_world(world);
    }
    if (waiting_faults(world))
        wrong(world, "%u faults wait for ever", waiting_faults(world));
}

struct setting {
    uint64_t seed, hash_mask;
    uint32_t machine_pages, low_pages, steps, fail_each, share_enabled;
    const struct mp_governor *governor; /* NULL: that of ESX, and its estimator */
    const struct mp_scanner *scanner;   /* NULL: that of ESX */
    bool is_today;
};

/* Two contents of three. */
static bool some_shrink(uint64_t content)
{
    return content % 3 != 1;
}

static void run(const struct setting *setting)
{
    static struct world world;
    world = (struct world){.random = check_seed(setting->seed),
                           .fail_each = setting->fail_each,
                           .is_today = setting->is_today};
    struct fake *fake = &world.fake;
    fake_init(fake, setting->machine_pages);
    fake->machine.hypervisor_pages = 10;
    fake->machine.low_pages = 10 + setting->low_pages;
    fake->machine.swap_pages = 1500;
    fake->machine.max_vms = VMS;
    fake->hash_mask = setting->hash_mask;
    fake->members = (struct mp_members){
        .governor = setting->governor,
        .scanner = setting->scanner,
        .estimators = {mp_estimator_find("esx"), &any_estimator, mp_estimator_find("resident")},
        .estimator_count = setting->governor ? 3 : 0,
        .believed = setting->governor ? 1 : 0};
    fake->tunables.share_enabled = setting->share_enabled;
    fake->tunables.share_scan_vm_pages_s = 500;
    fake->tunables.share_scan_total_pages_s = 1500;
    fake->tunables.sample_pages = 20;
    fake->tunables.sample_period_ms = 500;
    fake->tunables.rebalance_ms = 300;
    fake->tunables.overhead_start_pages = 5;
    fake->tunables.overhead_full_pages = 12;
    fake->tunables.swap_cluster_pages = 8;
    fake->tunables.swap_outstanding_pages = 40;
    fake->tunables.remap_threshold = 2;
    fake->tunables.remap_return = 1;
    if (setting->is_today) {
        fake->shrinks = some_shrink;
        fake->tunables.compress_cache_bp = 2000;
        fake->tunables.large_pages = 1;
        fake->tunables.share_salting = 1;
    }
    fake_start(fake);
    for (uint32_t i = 0; i < setting->steps && !world.wrong[0]; i++) {
        step(&world);
        check_world(&world);
        if (world.wrong[0])
            printf("\n    seed %" PRIu64 ", step %u", setting->seed, i);
    }
    settle(&world);
    CHECK_TEXT(world.wrong, "");
    CHECK(world.seen.waits > 100 && world.seen.page_outs > 100 && world.seen.page_ins > 100);
    CHECK(world.seen.failed > 100 && world.seen.pops > 10 && world.seen.balloon_pages > 100);
    CHECK(world.seen.power_offs > 10);
    CHECK(world.seen.remaps > 100 && (world.seen.returns > 10 || setting->low_pages > 50));
    CHECK(!setting->share_enabled || fake_status(fake).cow_breaks > 100);
    CHECK(!setting->is_today || (world.seen.compressed > 100 && world.seen.large > 100));
    fake_fini(fake);
}

static void policy__keeps_contents_under_pressure(void)
{
    run(&(struct setting){1, UINT64_MAX, 600, 10, 25000, 7, 1, NULL, NULL, false});
    run(&(struct setting){2, UINT64_MAX, 400, 100, 25000, 11, 1, NULL, NULL, false});
}

static void policy__keeps_contents_with_false_matches(void)
{
    run(&(struct setting){3, 0xf, 500, 20, 25000, 9, 1, NULL, NULL, false});
    run(&(struct setting){3003, 0xf, 500, 20, 25000, 9, 1, NULL, NULL,
                          false}); /* a copy that goes at once */
}

static void policy__keeps_contents_without_sharing(void)
{
    run(&(struct setting){4, UINT64_MAX, 600, 10, 25000, 5, 0, NULL, NULL, false});
}

static void policy__keeps_contents_whoever_decides(void)
{
    run(&(struct setting){5, UINT64_MAX, 600, 10, 25000, 7, 1, &any_governor, &any_scanner, false});
    run(&(struct setting){6, UINT64_MAX, 600, 10, 25000, 7, 1, mp_governor_find("static"),
                          mp_scanner_find("sequential"), false});
}

static void policy__keeps_contents_as_vsphere_does(void)
{
    run(&(struct setting){7, UINT64_MAX, 1500, 200, 25000, 7, 1, mp_governor_find("esx-6"), NULL,
                          true});
    run(&(struct setting){8, UINT64_MAX, 1500, 200, 25000, 9, 1, &any_governor, NULL, true});
}

TEST_SUITE(property_policy, TEST(policy__keeps_contents_as_vsphere_does),
           TEST(policy__keeps_contents_whoever_decides),
           TEST(policy__keeps_contents_under_pressure),
           TEST(policy__keeps_contents_with_false_matches),
           TEST(policy__keeps_contents_without_sharing))
