/*
 * Runs the pages of memory images through the sharing code of the policy library. The library sees
 * a machine whose VMs have touched all their memory and do nothing any more.
 *
 * The pages go in by chunks. Each page of a chunk is touched, so the library gives it a machine
 * page, and is then offered for sharing. A page that is shared gives its machine page back. So the
 * part of the tables that is really used grows with the number of distinct pages only. `page_of`
 * notes for each machine page the page that it was given to.
 *
 * The hazard is the hint, which keeps half of a hash. A page whose hash has the same half, and
 * differs in the other, looks to the library as if the hinted page had been written since: it drops
 * the hint. Nothing is ever written here. So the pages that have lost their hints are offered
 * again, those of equal hash one after the other.
 */
#include "ballast/scan/scan.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/scan/count.h"
#include "ballast/scan/hash.h"
#include "ballast/scan/page.h"
#include "sim/memory.h"
#include "sim/progress.h"
#include "sim/reserve.h"

#define HUGE_BYTES     ((size_t)16 << 20)  /* our choice: smaller tables get small pages */
#define PROGRESS_PAGES (UINT32_C(1) << 18) /* our choice: fewer are scanned at once */
#define PASSES_MOST    4u /* our choice: two hashes that are alike would take turns for ever */

struct scan {
    struct tr_snapshot *const *snapshots;
    uint32_t vms;
    uint32_t *first_page; /* of each VM among all pages; one more at the end */
    uint32_t machine_pages;
    uint32_t *page_of; /* by MPN: the page that it was handed out for */
    bool of_bytes;     /* the images hold real bytes, not hashes */
    const struct scan_chunk *chunk;
    uint32_t chunk_page; /* its first page among all */
    /* The page of another chunk that was copied last: it is hashed first, and then compared. */
    uint32_t copied_page;
    uint8_t copied[TR_DUMP_PAGE_BYTES];
    struct mp *mp;
    void *machine_buffer, **vm_buffers;
    size_t machine_bytes, *vm_bytes;
    uint64_t *zero_pages;
};

/* ---- Where a page is --------------------------------------------------------------------- */

static uint32_t vm_of(const struct scan *scan, uint32_t page)
{
    uint32_t first = 0, last = scan->vms - 1;

    while (first < last) {
        uint32_t middle = first + (last - first + 1) / 2;
        if (scan->first_page[middle] <= page)
            first = middle;
        else
            last = middle - 1;
    }
    return first;
}

static const struct tr_extent *extent_of(const struct scan *scan, uint32_t mpn, uint32_t *index)
{
    uint32_t page = scan->page_of[mpn], vm = vm_of(scan, page);

    *index = page - scan->first_page[vm];
    return tr_snapshot_extent_of(scan->snapshots[vm], *index);
}

/* ---- The operations ---------------------------------------------------------------------- */

static bool is_in_chunk(const struct scan *scan, uint32_t page)
{
    return scan->chunk != NULL && page - scan->chunk_page < scan->chunk->pages;
}

static const uint8_t *bytes_of(struct scan *scan, uint32_t mpn)
{
    uint32_t page = scan->page_of[mpn], index;

    if (is_in_chunk(scan, page))
        return scan->chunk->bytes + (size_t)(page - scan->chunk_page) * TR_DUMP_PAGE_BYTES;
    if (page != scan->copied_page) {
        const struct tr_extent *extent = extent_of(scan, mpn, &index);
        tr_snapshot_copy(scan->snapshots[vm_of(scan, page)], tr_extent_page(extent, index),
                         scan->copied, TR_DUMP_PAGE_BYTES);
        scan->copied_page = page;
    }
    return scan->copied;
}

static void op_hash(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    struct scan *scan = context;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t page = scan->page_of[mpn[i]], index;
        if (is_in_chunk(scan, page)) {
            hash[i] = scan->chunk->hashes[page - scan->chunk_page];
        } else if (scan->of_bytes) {
            hash[i] = scan_bytes_hash(bytes_of(scan, mpn[i]));
        } else {
            const struct tr_extent *extent = extent_of(scan, mpn[i], &index);
            hash[i] = scan_page_hash(extent, index);
        }
    }
}

/* Outside of the chunks, which are over then, both pages are read through the mapping. */
static bool op_same(void *context, uint32_t mpn, uint32_t other_mpn)
{
    struct scan *scan = context;
    uint32_t index, other_index;

    if (scan->of_bytes &&
        (is_in_chunk(scan, scan->page_of[mpn]) || is_in_chunk(scan, scan->page_of[other_mpn])))
        return memcmp(bytes_of(scan, mpn), bytes_of(scan, other_mpn), TR_DUMP_PAGE_BYTES) == 0;
    const struct tr_extent *extent = extent_of(scan, mpn, &index);
    const struct tr_extent *other = extent_of(scan, other_mpn, &other_index);
    return scan_page_is_same(extent, index, other, other_index);
}

/* A writable mapping is of a page that has its machine page for itself. */
static void op_map(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable)
{
    const struct scan *scan = context;

    if (writable)
        scan->page_of[mpn] = scan->first_page[vm] + ppn;
}

static void op_panic(void *context, const char *what)
{
    (void)context;
    fprintf(stderr, "ballast: scan: the policy library panics: %s\n", what);
    abort();
}

/* Nothing is copied or zeroed, because the contents are in the images, and there are no mappings.
 * Memory never runs out, so nothing is paged, ballooned or blocked. */
static struct mp_ops operations(void)
{
    struct mp_ops ops = mp_ops_inert;

    ops.hash = op_hash;
    ops.same = op_same;
    ops.map = op_map;
    ops.panic = op_panic;
    return ops;
}

/* ---- The machine ------------------------------------------------------------------------- */

/* Large tables are worth huge pages: small ones would be zeroed for nothing. */
static void *table_new(size_t bytes, struct sim_error *error)
{
    void *memory = bytes >= HUGE_BYTES ? sim_reserve_huge(bytes) : sim_reserve(bytes);

    if (memory == NULL)
        sim_error_set(error, SIM_SYSTEM, "scan: no memory for a table of %zu MB", bytes >> 20);
    return memory;
}

static int vm_start(struct scan *scan, uint32_t vm, struct sim_error *error)
{
    struct mp_vm_config config = {.max_pages = scan->first_page[vm + 1] - scan->first_page[vm]};
    struct mp_admission answer;

    scan->vm_bytes[vm] = mp_vm_footprint(scan->mp, &config);
    scan->vm_buffers[vm] = table_new(scan->vm_bytes[vm], error);
    if (scan->vm_buffers[vm] == NULL)
        return SIM_SYSTEM;
    enum mp_refusal refusal =
        mp_vm_on(scan->mp, (uint16_t)vm, &config, scan->vm_buffers[vm], 0, &answer);
    assert(refusal == MP_ADMITTED);
    return SIM_OK;
}

/* The machine has memory for all pages, and enough more to stay in the state "high". */
static int machine_start(struct scan *scan, struct sim_error *error)
{
    uint32_t pages = scan->first_page[scan->vms];
    struct mp_tunables tunables;

    mp_tunables_preset(&tunables);
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    tunables.free_high_bp = 4;
    tunables.free_soft_bp = 3;
    tunables.free_hard_bp = 2;
    tunables.free_low_bp = 1;
    tunables.free_margin_bp = 0;
    scan->machine_pages = pages + pages / 1000 + 1000;
    struct mp_machine machine = {.machine_pages = scan->machine_pages,
                                 .swap_pages = pages,
                                 .max_vms = (uint16_t)scan->vms,
                                 .zero_hash = scan_zero_hash(scan->of_bytes)};
    scan->machine_bytes = mp_footprint(&machine, &tunables, NULL);
    scan->machine_buffer = table_new(scan->machine_bytes, error);
    scan->page_of = table_new(scan->machine_pages * sizeof *scan->page_of, error);
    if (scan->machine_buffer == NULL || scan->page_of == NULL)
        return SIM_SYSTEM;
    struct mp_ops ops = operations();
    scan->mp = mp_init(scan->machine_buffer, &machine, &tunables, NULL, &ops, scan, 0);
    int status = SIM_OK;
    for (uint32_t vm = 0; vm < scan->vms && status == SIM_OK; vm++)
        status = vm_start(scan, vm, error);
    return status;
}

static void scan_fini(struct scan *scan)
{
    for (uint32_t vm = 0; scan->vm_buffers != NULL && vm < scan->vms; vm++)
        sim_release(scan->vm_buffers[vm], scan->vm_bytes[vm]);
    sim_release(scan->machine_buffer, scan->machine_bytes);
    sim_release(scan->page_of, scan->machine_pages * sizeof *scan->page_of);
    free(scan->vm_buffers);
    free(scan->vm_bytes);
    free(scan->zero_pages);
    free(scan->first_page);
}

static int scan_init(struct scan *scan, struct tr_snapshot *const *snapshots, uint32_t vms,
                     struct sim_error *error)
{
    uint64_t pages = 0;

    *scan = (struct scan){.snapshots = snapshots, .vms = vms, .copied_page = UINT32_MAX};
    scan->first_page = sim_memory_need(calloc(vms + 1, sizeof *scan->first_page));
    scan->zero_pages = sim_memory_need(calloc(vms, sizeof *scan->zero_pages));
    scan->vm_buffers = sim_memory_need(calloc(vms, sizeof *scan->vm_buffers));
    scan->vm_bytes = sim_memory_need(calloc(vms, sizeof *scan->vm_bytes));
    for (uint32_t vm = 0; vm < vms; vm++) {
        pages += tr_snapshot_facts(snapshots[vm])->pages;
        if (pages > UINT32_C(1) << 30)
            return sim_error_set(error, SIM_USAGE,
                                 "scan: expected at most 2^30 pages (4 TB) together, found more");
        scan->first_page[vm + 1] = (uint32_t)pages;
    }
    scan->of_bytes = tr_snapshot_facts(snapshots[0])->hash_bits == 0;
    return machine_start(scan, error);
}

/* ---- Sharing ----------------------------------------------------------------------------- */

static uint64_t stale_hints(const struct scan *scan)
{
    struct mp_status status;

    mp_status(scan->mp, &status);
    return status.hints_stale;
}

static int first_pass(struct scan *scan, uint32_t threads, struct sim_error *error)
{
    struct scan_hasher *hasher = scan_hasher_new(scan->snapshots, scan->vms, threads);
    struct sim_progress progress;
    uint32_t total_pages = scan->first_page[scan->vms];

    if (hasher == NULL)
        return sim_error_set(error, SIM_SYSTEM, "scan: no memory for %u threads", threads);
    sim_progress_begin(&progress, "scanning", total_pages, total_pages < PROGRESS_PAGES);
    while ((scan->chunk = scan_hasher_next(hasher)) != NULL) {
        uint32_t first = scan->chunk->first, pages = scan->chunk->pages;
        uint16_t vm = (uint16_t)scan->chunk->vm;

        scan->chunk_page = scan->first_page[vm] + first;
        scan->zero_pages[vm] += scan->chunk->zero_pages;
        for (uint32_t i = 0; i < pages; i++)
            mp_fault(scan->mp, vm, first + i, true, 0, NULL);
        mp_share_range(scan->mp, vm, first, pages, 0);
        sim_progress_update(&progress, scan->chunk_page);
    }
    sim_progress_end(&progress);
    scan_hasher_free(hasher);
    return SIM_OK;
}

/* A page that is not shared and has no hint any more. */
struct outcast {
    uint64_t hash;
    uint32_t ppn;
    uint16_t vm;
};

static int compare_outcasts(const void *left, const void *right)
{
    const struct outcast *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->vm != b->vm)
        return a->vm < b->vm ? -1 : 1;
    return (a->ppn > b->ppn) - (a->ppn < b->ppn);
}

static bool add_outcast(struct outcast **list, size_t *count, struct outcast outcast)
{
    if ((*count & (*count - 1)) == 0) { /* full at powers of two */
        void *grown = realloc(*list, (*count ? 2 * *count : 1) * sizeof **list);
        if (grown == NULL)
            return false;
        *list = grown;
    }
    (*list)[(*count)++] = outcast;
    return true;
}

static bool find_outcasts(const struct scan *scan, struct outcast **list, size_t *count)
{
    for (uint32_t vm = 0; vm < scan->vms; vm++) {
        const struct mp_pmap_entry *pmap = mp_pmap(scan->mp, (uint16_t)vm);
        uint32_t pages = scan->first_page[vm + 1] - scan->first_page[vm];

        for (uint32_t ppn = 0; ppn < pages; ppn++) {
            if (pmap[ppn].backing != MP_PRIVATE || mp_page_hinted(scan->mp, (uint16_t)vm, ppn))
                continue;
            struct outcast outcast = {.ppn = ppn, .vm = (uint16_t)vm};
            outcast.hash = scan_page_hash(tr_snapshot_extent_of(scan->snapshots[vm], ppn), ppn);
            if (!add_outcast(list, count, outcast))
                return false;
        }
    }
    return true;
}

/* Offers them once more in order of their hashes, upwards or downwards, so that none is always
 * last. */
static int offer_outcasts(struct scan *scan, bool upwards, struct sim_error *error)
{
    struct outcast *list = NULL;
    size_t count = 0;
    bool is_done = find_outcasts(scan, &list, &count);

    if (is_done && count > 0)
        qsort(list, count, sizeof *list, compare_outcasts);
    for (size_t i = 0; is_done && i < count; i++) {
        const struct outcast *next = &list[upwards ? i : count - 1 - i];
        mp_share_page(scan->mp, next->vm, next->ppn, 0);
    }
    free(list);
    return is_done ? SIM_OK : sim_error_set(error, SIM_SYSTEM, "scan: no memory");
}

static int share_all(struct scan *scan, uint32_t threads, struct sim_error *error)
{
    uint64_t stale = 0;
    int status = first_pass(scan, threads, error);

    for (uint32_t pass = 1; status == SIM_OK && pass < PASSES_MOST && stale_hints(scan) > stale;
         pass++) {
        stale = stale_hints(scan);
        status = offer_outcasts(scan, pass % 2, error);
    }
    return status;
}

/* ---- The answer -------------------------------------------------------------------------- */

static int take_result(const struct scan *scan, struct scan_result *result, struct sim_error *error)
{
    struct scan_counts *together = &result->together;
    struct mp_status mp;
    int status = scan_count_vms(&(struct scan_counted){scan->mp, scan->vms, scan->first_page,
                                                       scan->zero_pages, scan->machine_pages},
                                result, error);

    if (status != SIM_OK)
        return status;
    mp_status(scan->mp, &mp);
    assert(mp.state == MP_STATE_HIGH);
    for (uint32_t vm = 0; vm < scan->vms; vm++) {
        together->zero_pages += scan->zero_pages[vm];
        result->metadata_bytes += scan->vm_bytes[vm];
    }
    together->total_pages = scan->first_page[scan->vms];
    together->distinct_pages = mp.in_use_pages;
    together->shared_pages = mp.shared_pages;
    together->reclaimed_pages = mp.saved_pages;
    together->zero_reclaimed_pages = together->zero_pages > 0 ? together->zero_pages - 1 : 0;
    together->inter_reclaimed_pages = together->reclaimed_pages - together->self_reclaimed_pages;
    result->false_matches = mp.false_matches;
    result->metadata_bytes += scan->machine_bytes + scan->machine_pages * sizeof *scan->page_of;
    return SIM_OK;
}

int scan_run(struct tr_snapshot *const *snapshots, uint32_t vms, uint32_t threads,
             struct scan_result *result, struct sim_error *error)
{
    struct scan scan;
    int status = scan_init(&scan, snapshots, vms, error);

    *result = (struct scan_result){0};
    if (status == SIM_OK)
        status = share_all(&scan, threads, error);
    if (status == SIM_OK)
        status = take_result(&scan, result, error);
    scan_fini(&scan);
    return status;
}

void scan_result_fini(struct scan_result *result)
{
    for (uint32_t vm = 0; result->shareable != NULL && vm < result->vms; vm++)
        free(result->shareable[vm]);
    free(result->shareable);
    free(result->common);
    free(result->alone);
    *result = (struct scan_result){0};
}
