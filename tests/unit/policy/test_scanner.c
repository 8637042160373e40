/*
 * The seam of scanners: a scanner with a pace and a rule of its own, and the two of the library
 * that keep to the rates.
 */
#include "models/policy/mp_governor.h"
#include "models/policy/mp_scanner.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define PAGES 300u

/* ---- A scanner of the test's own --------------------------------------------------------- */

static struct {
    uint32_t ticks;
    uint64_t period_ns;
    uint32_t parameter;
} script;

static const struct mp_parameter rows[] = {{"sleep_ms", "ms", "a test", 20, 1, 1000}};

static size_t hash_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    CHECK_EQ(parameters[0], 20);
    return max_pages * sizeof(uint64_t);
}

/* Every page of every VM each time. */
static uint64_t script_tick(const struct mp_scan *scan)
{
    struct mp_scan_vm vm;
    uint32_t ppns[PAGES], number = 0;
    script.ticks++;
    script.parameter = scan->parameters[0];
    CHECK_EQ(*(uint64_t *)scan->state + 1, script.ticks);
    ++*(uint64_t *)scan->state;
    for (; mp_scan_vm_from(scan, number, &vm); number = vm.vm + 1u) {
        for (uint32_t ppn = 0; ppn < PAGES; ppn++)
            ppns[ppn] = ppn; /* candidates or not */
        mp_scan_try(&vm, ppns, PAGES);
    }
    return script.period_ns ? scan->now_ns + script.period_ns : MP_NEVER;
}

/* Like KSM: contents must have been the same the time before. */
static enum mp_look was_the_same(const struct mp_scan_vm *vm, uint32_t ppn, uint64_t hash)
{
    uint64_t *before = vm->state;
    bool is_same = before[ppn] == hash;
    before[ppn] = hash;
    return is_same ? MP_LOOK_EVERYWHERE : MP_LOOK_NOWHERE;
}

static const struct mp_scanner scripted = {.abi = MP_SCANNER_ABI,
                                           .name = "scripted",
                                           .parameters = rows,
                                           .parameter_count = 1,
                                           .state_bytes = sizeof(uint64_t),
                                           .vm_state_bytes = hash_bytes,
                                           .tick = script_tick,
                                           .look = was_the_same};

/* Pages of VM 1 alone. */
static uint32_t pick_of_one(const struct mp_scan_vm *vm, uint32_t *ppns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        ppns[i] = mp_pageset_next(vm->candidates, 0);
    return vm->vm == 1 ? count : 0;
}

static uint64_t tick_of_one(const struct mp_scan *scan)
{
    return mp_scan_at_rates(scan, pick_of_one);
}

static const struct mp_scanner picky = {
    .abi = MP_SCANNER_ABI, .name = "picky", .summary = "a test", .tick = tick_of_one};

static void start(struct fake *fake, const struct mp_scanner *scanner)
{
    memset(&script, 0, sizeof script);
    script.period_ns = FAKE_SECOND;
    fake_init(fake, 10000);
    fake->members.scanner = scanner;
    fake_start(fake);
    fake_vm_start(fake, 0, PAGES, 0, 1000);
}

/* A VM of which nothing is picked leaves its turn to the others. */
static void scanner__picks_nothing_of_a_vm(void)
{
    struct fake fake;
    start(&fake, &picky);
    fake_vm_start(&fake, 1, PAGES, 0, 1000);
    for (uint16_t vm = 0; vm < 2; vm++)
        fake_fill(&fake, vm, 0, PAGES);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).pages_scanned, 0);
    CHECK_NEAR((double)fake_vm_status(&fake, 1).pages_scanned, 500, 10);
    fake_fini(&fake);
}

static void scanner__paces_itself(void)
{
    struct fake fake;
    start(&fake, &scripted);
    CHECK_EQ(script.ticks, 1); /* with the first VM */
    CHECK_EQ(script.parameter, 20);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(script.ticks, 11);
    fake_vm_start(&fake, 1, PAGES, 0, 1000);
    CHECK_EQ(script.ticks, 11);
    script.period_ns = 0;
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_EQ(script.ticks, 12); /* that at 11 s answered that it wants no more */
    fake_fini(&fake);
}

/* Pages 0 and 1 are equal from the beginning; 2 and 3 too, but they change before each look. */
static void scanner__says_what_is_stable(void)
{
    struct fake fake;
    start(&fake, &scripted);
    fake_fill(&fake, 0, 0, 200);
    fake_write(&fake, 0, 0, 5);
    fake_write(&fake, 0, 1, 5);
    for (uint64_t second = 1; second <= 4; second++) {
        fake_write(&fake, 0, 2, 1000 + second);
        fake_write(&fake, 0, 3, 1000 + second);
        fake_run(&fake, second * FAKE_SECOND);
        CHECK_EQ(fake_backing(&fake, 0, 2), MP_PRIVATE);
        CHECK_EQ(fake_backing(&fake, 0, 0), second >= 2 ? MP_SHARED : MP_PRIVATE);
    }
    fake_run(&fake, 5 * FAKE_SECOND);
    CHECK_EQ(fake_backing(&fake, 0, 2), MP_SHARED);
    CHECK_EQ(fake_status(&fake).shared_pages, 4);
    CHECK_EQ(fake_status(&fake).pages_scanned, 200 + 200 + 198 + 198 + 198);
    fake_fini(&fake);
}

/* A caller that wants pages tried is not asked whether they are stable. */
static void scanner__has_no_say_in_what_callers_try(void)
{
    struct fake fake;
    start(&fake, &scripted);
    fake_write(&fake, 0, 0, 5);
    fake_write(&fake, 0, 1, 5);
    mp_share_range(fake.mp, 0, 0, PAGES, 0);
    CHECK_EQ(fake_status(&fake).shared_pages, 2);
    fake_fini(&fake);
}

static void scanner__does_not_run_without_sharing(void)
{
    struct fake fake;
    memset(&script, 0, sizeof script);
    fake_init(&fake, 1000);
    fake.members.scanner = &scripted;
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, PAGES, 0, 1000);
    fake_run(&fake, 10 * FAKE_SECOND);
    mp_retune(fake.mp, &fake.tunables, fake.now_ns);
    CHECK_EQ(script.ticks, 0);
    fake_fini(&fake);
}

/* ---- Those of the library ---------------------------------------------------------------- */

/* How many of the hashes in the log are of each page; page N is at MPN N here. */
static void count_hashes(const struct fake *fake, uint32_t *counts)
{
    unsigned mpn;
    memset(counts, 0, PAGES * sizeof *counts);
    for (const char *line = fake->log; line && *line; line = strchr(line, '\n') + 1) {
        if (sscanf(line, "hash %u", &mpn) == 1 && mpn < PAGES)
            counts[mpn]++;
    }
}

/* 120 of 200 pages after 3 s at 40 pages/s: the first 120, each once. */
static void sequential__goes_by_address(void)
{
    struct fake fake;
    uint32_t counts[PAGES];
    start(&fake, mp_scanner_find("sequential"));
    fake.tunables.share_scan_vm_pages_s = 40;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_fill(&fake, 0, 0, 200);
    fake_log_start(&fake);
    fake_run(&fake, 3 * FAKE_SECOND);
    count_hashes(&fake, counts);
    for (uint32_t ppn = 0; ppn < 200; ppn++)
        CHECK_EQ(counts[ppn], ppn < 120);
    fake_run(&fake, 10 * FAKE_SECOND); /* 400 pages in all: twice around */
    count_hashes(&fake, counts);
    for (uint32_t ppn = 0; ppn < 200; ppn++)
        CHECK_EQ(counts[ppn], 2);
    fake_fini(&fake);
}

/* More may be scanned in a step than there is: each page once in a round, and the rest is lost. */
static void sequential__of_few_pages(void)
{
    struct fake fake;
    start(&fake, mp_scanner_find("sequential"));
    fake.tunables.share_scan_vm_pages_s = fake.tunables.share_scan_total_pages_s = 300;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_fill(&fake, 0, 0, 7);
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).pages_scanned, 3000);
    for (uint32_t ppn = 0; ppn < 7; ppn++)
        fake_write(&fake, 0, ppn, 1);
    fake_run(&fake, 11 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).shared_pages, 7);
    uint64_t scanned = fake_status(&fake).pages_scanned;
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_EQ(fake_status(&fake).pages_scanned, scanned); /* no candidate is left */
    fake_fini(&fake);
}

/* Both scan as many pages in the same time, and find the same in the end. */
static void scanners__same_rate_and_same_end(void)
{
    static const char *const names[] = {"esx", "sequential"};
    for (uint32_t i = 0; i < 2; i++) {
        struct fake fake;
        start(&fake, mp_scanner_find(names[i]));
        fake_vm_start(&fake, 1, PAGES, 0, 1000);
        for (uint32_t ppn = 0; ppn < 200; ppn++) {
            fake_write(&fake, 0, ppn, ppn + 1);
            fake_write(&fake, 1, ppn, ppn + 1);
        }
        fake_run(&fake, 2 * FAKE_SECOND);
        CHECK_EQ(fake_status(&fake).pages_scanned, 200);
        fake_run(&fake, 600 * FAKE_SECOND);
        CHECK_EQ(fake_status(&fake).saved_pages, 200);
        fake_fini(&fake);
    }
}

static void registry__finds_scanners_by_name(void)
{
    CHECK_TEXT(mp_scanner_at(0)->name, "esx");
    for (uint32_t i = 0; mp_scanner_at(i); i++) {
        CHECK_EQ(mp_scanner_at(i)->abi, MP_SCANNER_ABI);
        CHECK(mp_scanner_find(mp_scanner_at(i)->name) == mp_scanner_at(i));
    }
    CHECK(mp_scanner_find("seq") == NULL);
}

static void scanner__what_cannot_be_panics(void)
{
    struct fake fake;
    struct mp_scanner other = scripted;
    other.abi = MP_SCANNER_ABI + 1;
    fake_init(&fake, 1000);
    fake.members.scanner = &other;
    FAKE_PANICS(&fake, fake_start(&fake), "a scanner of another version");
    fake_fini(&fake);
    start(&fake, &scripted);
    const struct mp_scan scan = {.mp = fake.mp};
    struct mp_scan_vm vm;
    CHECK(mp_scan_vm_from(&scan, 0, &vm));
    CHECK(!mp_scan_vm_from(&scan, 1, &vm));
    mp_scan_try(&vm, (const uint32_t[]){PAGES - 1}, 1);
    FAKE_PANICS(&fake, mp_scan_try(&vm, (const uint32_t[]){0, PAGES}, 2),
                "a scanner names a page beyond the VM's max");
    fake_fini(&fake);
}

/* Every page once, however many there are: batches end where they should. */
static void scanner__tries_many_pages_at_once(void)
{
    for (uint32_t count = 0; count <= PAGES; count += count < 140 ? 1 : 40) {
        struct fake fake;
        uint32_t ppns[PAGES], counts[PAGES];
        fake_init(&fake, 10000);
        fake.tunables.share_scan_total_pages_s = 0;
        fake_start(&fake);
        fake_vm_start(&fake, 0, PAGES, 0, 1000);
        fake_fill(&fake, 0, 0, PAGES);
        for (uint32_t i = 0; i < PAGES; i++)
            ppns[i] = i;
        const struct mp_scan scan = {.mp = fake.mp};
        struct mp_scan_vm vm;
        CHECK(mp_scan_vm_from(&scan, 0, &vm));
        fake_log_start(&fake);
        mp_scan_try(&vm, ppns, count);
        count_hashes(&fake, counts);
        for (uint32_t i = 0; i < PAGES; i++) {
            if (counts[i] != (i < count))
                CHECK_EQ(counts[i], i < count);
        }
        CHECK_EQ(fake_status(&fake).pages_scanned, count);
        CHECK_EQ(fake_vm_status(&fake, 0).pages_scanned, count);
        fake_fini(&fake);
    }
}

TEST_SUITE(policy_scanner, TEST(scanner__paces_itself), TEST(scanner__picks_nothing_of_a_vm),
           TEST(scanner__says_what_is_stable), TEST(scanner__has_no_say_in_what_callers_try),
           TEST(scanner__does_not_run_without_sharing), TEST(sequential__goes_by_address),
           TEST(sequential__of_few_pages), TEST(scanners__same_rate_and_same_end),
           TEST(registry__finds_scanners_by_name), TEST(scanner__what_cannot_be_panics),
           TEST(scanner__tries_many_pages_at_once))
