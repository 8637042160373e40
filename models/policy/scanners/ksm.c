/*
 * The scanner of Linux KSM: the VMs in turn, the pages of each by address, a batch of pages and
 * then a sleep, from the first page of all to the last and again.
 *
 * A page is merged when its contents are the same in two full scans in a row. It joins a page that
 * is merged already (the stable tree), or becomes one with a page that was tried earlier in the
 * same full scan (the unstable tree, which is emptied after each). A merged page stands for a
 * limited number of pages; then another begins.
 *
 * Smart scan leaves a page out for a while that was met often without being merged. The scan-time
 * advisor sets the size of a batch so that a full scan takes the time that is wished for.
 *
 * The hazard is a page that is gone for a full scan, because it was swapped or ballooned: what is
 * known of it is out of date. So each item has the number of the full scan in which it was met
 * last.
 */
#include "ksm.h"
#include "../mp_scanner.h"

enum {
    PAGES_TO_SCAN,
    SLEEP_MS,
    MOST_SHARING,
    ZERO_PAGES,
    SMART_SCAN,
    STABLE_FIRST,
    ADVISOR,
    ADVISOR_TARGET_S,
    ADVISOR_MOST_CPU_PC,
    ADVISOR_PAGE_NS,
    PARAMETERS,
};

#define FROM "Linux's Documentation/admin-guide/mm/ksm.rst"

static const struct mp_parameter parameters[PARAMETERS] = {
    [PAGES_TO_SCAN] = {"pages_to_scan", "pages", FROM ": pages in one batch", 100, 1, 30000},
    [SLEEP_MS] = {"sleep_millisecs", "ms", FROM ": between two batches", 20, 1, 60000},
    [MOST_SHARING] = {"max_page_sharing", "pages", FROM ": that one merged page stands for", 256, 2,
                      1000000000},
    [ZERO_PAGES] = {"use_zero_pages", "0/1",
                    FROM ": 1, pages of zeroes are merged without that limit", 0, 0, 1},
    [SMART_SCAN] = {"smart_scan", "0/1", FROM ": pages that were not merged are left out at times",
                    1, 0, 1},
    [STABLE_FIRST] = {"stable_tree_first", "0/1",
                      "Linux to about 6.10: 1, a page joins a merged one before its checksum is "
                      "compared, a full scan earlier",
                      0, 0, 1},
    [ADVISOR] = {"advisor", "0/1", FROM ": advisor_mode, 0 none, 1 scan-time", 0, 0, 1},
    [ADVISOR_TARGET_S] = {"advisor_target_scan_time", "s", FROM, 200, 1, 1000000},
    [ADVISOR_MOST_CPU_PC] = {"advisor_max_cpu", "%", FROM, 70, 10, 100},
    [ADVISOR_PAGE_NS] = {"advisor_page_ns", "ns",
                         "our choice: CPU time for a page, of which the advisor hears; measured "
                         "0.09 to 0.9 million pages per CPU second",
                         2000, 1, 1000000},
};

#define PAGE_BYTES          4096
#define ITEM_BYTES          64  /* what Linux keeps for each page that it has met */
#define ADVISOR_LEAST_CPU   10u /* percent, fixed */
#define ADVISOR_MOST_PAGES  30000u
#define ADVISOR_FIRST_PAGES 500u
#define BATCH_PAGES         64u                  /* our choice: pages handed over at once */
#define MOST_LATE_NS        UINT64_C(1000000000) /* our choice: batches later than that are lost */
#define MS_NS               UINT64_C(1000000)

/* Of one full scan. */
struct tally {
    uint64_t met, looked_at; /* pages; of these not left out */
    uint64_t unstable, changed;
};

struct ksm {
    bool has_begun;
    uint32_t vm, ppn; /* where the next batch begins */
    uint16_t pass;    /* the number of this full scan, from 1, modulo 2^16 */
    uint64_t next_ns, began_ns;
    struct tally now, last; /* this full scan, and the one before */
    uint64_t full_scans, skipped;
    uint32_t rest_pages; /* of 4 KiB: less than a page of the machine, for the next batch */
    struct ksm_advice advice;
};

/* ---- Rules that stand by themselves ------------------------------------------------------ */

bool ksm_is_skipped(struct ksm_item *item)
{
    uint8_t age = item->age;

    item->age = age == UINT8_MAX ? age : (uint8_t)(age + 1);
    if (age < 3)
        return false;
    if (item->skips > 0) {
        item->skips--;
        return true;
    }
    item->skips = age <= 3 ? 1 : age <= 5 ? 2 : age <= 8 ? 4 : 8;
    return false;
}

static uint64_t at_least_1(uint64_t value)
{
    return value ? value : 1;
}

void ksm_advise(struct ksm_advice *advice, const struct ksm_advisor *advisor, uint64_t scan_ms,
                uint64_t cpu_ms)
{
    uint64_t scan_s = at_least_1(scan_ms / 1000);
    uint64_t cpu_pc = at_least_1(cpu_ms * 100 / (scan_s * 1000));
    uint64_t factor = at_least_1(advisor->target_s * UINT64_C(100) / scan_s);
    uint64_t last_s = advice->last_s ? advice->last_s : scan_s;
    uint64_t change = (30 * (scan_s * 100 / last_s) + 70 * (uint64_t)advice->change) / 100;
    uint64_t pages = advice->pages * UINT64_C(100) / factor * change / 100;
    uint64_t of_cpu_pc = at_least_1(advice->pages / cpu_pc);
    uint64_t least = of_cpu_pc * advisor->least_cpu_pc, most = of_cpu_pc * advisor->most_cpu_pc;

    pages = pages < least ? least : pages > most ? most : pages;
    pages = pages < advisor->most_pages ? pages : advisor->most_pages;
    *advice = (struct ksm_advice){
        .pages = (uint32_t)pages, .change = (uint32_t)change, .last_s = (uint32_t)scan_s};
}

/* ---- One page ---------------------------------------------------------------------------- */

static struct ksm_item *item_of(const struct mp_scan_vm *vm, uint32_t ppn)
{
    return (struct ksm_item *)vm->state + ppn;
}

static size_t vm_state_bytes(const uint32_t *values, uint32_t max_pages)
{
    (void)values;
    return max_pages * sizeof(struct ksm_item);
}

/* The page is met: it is out of the unstable tree until it is tried. */
static struct ksm_item *meet(struct ksm *ksm, const struct mp_scan_vm *vm, uint32_t ppn)
{
    struct ksm_item *item = item_of(vm, ppn);

    if ((uint16_t)(ksm->pass - item->pass) > 1)
        *item = (struct ksm_item){.pass = ksm->pass};
    item->pass = ksm->pass;
    item->is_unstable = false;
    ksm->now.met++;
    return item;
}

static struct ksm *ksm_of(const struct mp_scan_vm *vm)
{
    return vm->scanner;
}

static enum mp_look look(const struct mp_scan_vm *vm, uint32_t ppn, uint64_t hash)
{
    struct ksm *ksm = ksm_of(vm);
    struct ksm_item *item = item_of(vm, ppn);
    bool is_same = item->is_summed && item->checksum == (uint32_t)hash;

    item->checksum = (uint32_t)hash;
    item->is_summed = true;
    if (!is_same) {
        ksm->now.changed++;
        return vm->parameters[STABLE_FIRST] ? MP_LOOK_AMONG_SHARED : MP_LOOK_NOWHERE;
    }
    item->is_unstable = true;
    ksm->now.unstable++;
    return MP_LOOK_EVERYWHERE;
}

static bool is_partner(const struct mp_scan_vm *vm, uint32_t ppn)
{
    const struct ksm_item *item = item_of(vm, ppn);

    return item->is_unstable && item->pass == ksm_of(vm)->pass;
}

static void shared(const struct mp_scan_vm *vm, uint32_t ppn)
{
    struct ksm *ksm = ksm_of(vm);

    if (is_partner(vm, ppn))
        ksm->now.unstable--;
    else
        ksm->now.changed--; /* it joined before its checksum was compared */
    item_of(vm, ppn)->is_unstable = false;
}

/* ---- Batches ----------------------------------------------------------------------------- */

static void pass_begin(struct ksm *ksm, uint64_t now_ns)
{
    ksm->pass++;
    ksm->began_ns = now_ns;
    ksm->vm = ksm->ppn = 0;
    ksm->now = (struct tally){0};
}

static void pass_end(struct ksm *ksm, const struct mp_scan *scan)
{
    const struct ksm_advisor advisor = {.target_s = scan->parameters[ADVISOR_TARGET_S],
                                        .least_cpu_pc = ADVISOR_LEAST_CPU,
                                        .most_cpu_pc = scan->parameters[ADVISOR_MOST_CPU_PC],
                                        .most_pages = ADVISOR_MOST_PAGES};

    if (scan->parameters[ADVISOR])
        ksm_advise(&ksm->advice, &advisor, (scan->now_ns - ksm->began_ns) / MS_NS,
                   ksm->now.looked_at * scan->parameters[ADVISOR_PAGE_NS] / MS_NS);
    ksm->full_scans++;
    ksm->last = ksm->now;
    pass_begin(ksm, scan->now_ns);
}

struct batch {
    struct mp_scan_vm vm;
    uint32_t count, ppns[BATCH_PAGES];
};

static void hand_over(struct batch *batch)
{
    mp_scan_try(&batch->vm, batch->ppns, batch->count);
    batch->count = 0;
}

/* Goes on in one VM until so many pages were looked at, or to its end: then it answers what is
 * left. */
static uint32_t scan_vm(struct ksm *ksm, const struct mp_scan *scan, struct batch *batch,
                        uint32_t pages)
{
    const struct mp_pageset *resident = batch->vm.resident;

    while (pages > 0) {
        uint32_t ppn = ksm->ppn < resident->size ? mp_pageset_next(resident, ksm->ppn) : MP_NO_PAGE;

        if (ppn == MP_NO_PAGE)
            break;
        ksm->ppn = ppn + 1;

        struct ksm_item *item = meet(ksm, &batch->vm, ppn);

        if (!mp_scan_is_shared(&batch->vm, ppn)) {
            if (scan->parameters[SMART_SCAN] && ksm_is_skipped(item)) {
                ksm->skipped++;
                continue;
            }
            batch->ppns[batch->count++] = ppn;
            if (batch->count == BATCH_PAGES)
                hand_over(batch);
        }
        ksm->now.looked_at++;
        pages--;
    }
    hand_over(batch);
    return pages;
}

/* In pages of 4 KiB. */
static uint32_t batch_pages(const struct ksm *ksm, const struct mp_scan *scan)
{
    uint64_t pages =
        (uint64_t)scan->total_pages_s * scan->parameters[SLEEP_MS] / 1000; /* or as advised */

    return scan->parameters[ADVISOR] ? ksm->advice.pages : (uint32_t)pages;
}

/* The batch in pages of the machine; what is less than one of them goes to the next batch. */
static uint32_t batch_begin(struct ksm *ksm, const struct mp_scan *scan)
{
    uint32_t pages = batch_pages(ksm, scan) + ksm->rest_pages;

    ksm->rest_pages = pages % scan->page_scale;
    return pages / scan->page_scale;
}

/* A full scan ends its batch. */
static void scan_batch(struct ksm *ksm, const struct mp_scan *scan)
{
    struct batch batch;
    uint32_t pages = batch_begin(ksm, scan);

    batch.count = 0;
    while (pages > 0) {
        if (!mp_scan_vm_from(scan, ksm->vm, &batch.vm)) {
            if (mp_scan_vm_from(scan, 0, &batch.vm))
                pass_end(ksm, scan);
            return;
        }
        if (batch.vm.vm != ksm->vm)
            ksm->ppn = 0;
        ksm->vm = batch.vm.vm;
        pages = scan_vm(ksm, scan, &batch, pages);
        if (pages > 0) {
            ksm->vm++;
            ksm->ppn = 0;
        }
    }
}

static uint64_t tick(const struct mp_scan *scan)
{
    struct ksm *ksm = scan->state;
    uint64_t sleep_ns = scan->parameters[SLEEP_MS] * MS_NS;

    if (!ksm->has_begun) {
        ksm->has_begun = true;
        ksm->advice = (struct ksm_advice){.pages = ADVISOR_FIRST_PAGES, .change = 100};
        ksm->next_ns = scan->now_ns + sleep_ns;
        pass_begin(ksm, scan->now_ns);
    }
    if (scan->now_ns > ksm->next_ns + MOST_LATE_NS)
        ksm->next_ns = scan->now_ns;
    for (; ksm->next_ns <= scan->now_ns; ksm->next_ns += sleep_ns)
        scan_batch(ksm, scan);
    return scan->total_pages_s ? ksm->next_ns : MP_NEVER;
}

/* ---- The table --------------------------------------------------------------------------- */

static uint32_t most_references(const uint32_t *values, bool of_zeroes)
{
    return of_zeroes && values[ZERO_PAGES] ? UINT32_MAX : values[MOST_SHARING];
}

static uint32_t pages_s(const uint32_t *values)
{
    return values[PAGES_TO_SCAN] * 1000 / values[SLEEP_MS];
}

static const struct mp_counter counters[] = {
    {"pages_shared", "pages", "merged pages in use"},
    {"pages_sharing", "pages", "how many more pages stand on them: what is saved"},
    {"pages_unshared", "pages", "unchanged, and without a partner, in the last full scan"},
    {"pages_volatile", "pages", "changed since the full scan before, in the last one"},
    {"pages_skipped", "pages", "how often smart scan left a page out"},
    {"full_scans", "scans", "how often all pages were gone through"},
    {"pages_to_scan", "pages", "in a batch"},
    {"rmap_items", "pages", "met in the last full scan"},
    {"general_profit", "bytes", "what is saved, less 64 bytes for each page met"},
};

static void count(const struct mp_scan *scan, int64_t *values)
{
    const struct ksm *ksm = scan->state;
    const struct tally *tally = ksm->full_scans ? &ksm->last : &ksm->now;
    int64_t sharing = scan->shared_pages - scan->shared_mpns;

    *values++ = scan->shared_mpns;
    *values++ = sharing;
    *values++ = (int64_t)tally->unstable;
    *values++ = (int64_t)tally->changed;
    *values++ = (int64_t)ksm->skipped;
    *values++ = (int64_t)ksm->full_scans;
    *values++ = batch_pages(ksm, scan) / scan->page_scale;
    *values++ = (int64_t)tally->met;
    *values++ = sharing * PAGE_BYTES - (int64_t)tally->met * ITEM_BYTES;
}

const struct mp_scanner mp_scanner_ksm = {
    .abi = MP_SCANNER_ABI,
    .name = "ksm",
    .summary = "all pages by address, those that stayed the same for a full scan, as Linux KSM",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct ksm),
    .vm_state_bytes = vm_state_bytes,
    .tick = tick,
    .look = look,
    .is_partner = is_partner,
    .shared = shared,
    .most_references = most_references,
    .pages_s = pages_s,
    .leaves_victims = true,
    .counter_count = sizeof counters / sizeof counters[0],
    .counters = counters,
    .count = count,
};
