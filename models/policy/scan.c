/*
 * The scanner (4.3): random pages of each VM are tried for sharing, at a capped rate for each VM
 * and for all together, the VMs in turn.
 *
 * The rate is kept in steps of 100 ms, with what is left of a page carried over, so that the same
 * pages are scanned however often the tick comes, unless it is more than a second late.
 *
 * The hazard is memory latency: a page costs five cache misses (pmap, contents, bucket, the
 * chain's frames), each of which tells where the next one is. So pages go in batches, each stage
 * for all of them before the next. A range of pages that a caller wants tried goes the same way.
 */
#include "mp_share.h"

#define BATCH_PAGES  64u   /* our choice: enough to keep the memory busy */
#define TRIES        8u    /* our choice */
#define MILLI        1000u /* credit of one page */
#define STEP_NS      (MP_SCAN_MS * MP_MS_NS)
#define MOST_LATE_NS (10 * STEP_NS) /* our choice: later steps are lost */

struct batch {
    uint32_t count;
    uint32_t ppn[BATCH_PAGES], mpn[BATCH_PAGES];
    uint32_t first[BATCH_PAGES]; /* frame of the hash's chain */
    uint64_t hash[BATCH_PAGES];
};

/* Uniform either way: where most pages are candidates, trying is quicker than counting. */
static uint32_t draw_candidate(struct mp *mp, const struct mp_vm *vm)
{
    const struct mp_pageset *set = &vm->candidates;

    for (uint32_t tried = 0; set->count > set->size / 2 && tried < TRIES; tried++) {
        uint32_t ppn = mp->ops.random_below(mp->context, vm->number, MP_STREAM_SCAN, set->size);

        if (mp_pageset_has(set, ppn))
            return ppn;
    }
    return mp_pageset_select(
        set, mp->ops.random_below(mp->context, vm->number, MP_STREAM_SCAN, set->count));
}

static void draw_batch(struct mp *mp, const struct mp_vm *vm, uint32_t count, struct batch *batch)
{
    batch->count = count;
    for (uint32_t i = 0; i < count; i++) {
        batch->ppn[i] = draw_candidate(mp, vm);
        __builtin_prefetch(&vm->pmap[batch->ppn[i]]);
    }
}

static void hash_batch(struct mp *mp, const struct mp_vm *vm, struct batch *batch)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->mpn[i] = vm->pmap[batch->ppn[i]].where;
        __builtin_prefetch(&mp->frames[batch->mpn[i]], 1);
    }
    for (uint32_t i = 0; i < batch->count; i += MP_HASH_PAGES)
        mp->ops.hash(mp->context, batch->mpn + i, mp_min32(batch->count - i, MP_HASH_PAGES),
                     batch->hash + i);
    for (uint32_t i = 0; i < batch->count; i++)
        __builtin_prefetch(&mp->buckets[mp_bucket_of(mp, batch->hash[i])], 1);
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->first[i] = mp_chain_first(mp, batch->hash[i]);
        if (batch->first[i] != MP_NO_PAGE)
            __builtin_prefetch(&mp->frames[batch->first[i]]);
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->first[i] != MP_NO_PAGE && mp_chain_next(mp, batch->first[i]) != MP_NO_PAGE)
            __builtin_prefetch(&mp->frames[mp_chain_next(mp, batch->first[i])]);
    }
}

static void share_batch(struct mp *mp, struct mp_vm *vm, struct batch *batch)
{
    hash_batch(mp, vm, batch);
    for (uint32_t i = 0; i < batch->count; i++) {
        /* A page of the batch may have been drawn twice, or shared with another one of it. */
        if (mp_is_candidate(&vm->pmap[batch->ppn[i]]))
            mp_share_hashed(mp, vm, batch->ppn[i], batch->hash[i], true);
    }
    vm->pages_scanned += batch->count;
    mp->pages_scanned += batch->count;
}

static void scan_batch(struct mp *mp, struct mp_vm *vm, uint32_t count)
{
    struct batch batch;

    draw_batch(mp, vm, count, &batch);
    share_batch(mp, vm, &batch);
}

void mp_share_range(struct mp *mp, uint16_t number, uint32_t ppn, uint32_t count, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_check(mp, ppn <= vm->config.max_pages && count <= vm->config.max_pages - ppn,
             "pages beyond the VM's max");
    for (uint32_t end = ppn + count; mp->frames && ppn < end;) {
        struct batch batch = {.count = 0};

        for (; ppn < end && batch.count < BATCH_PAGES; ppn++) {
            if (mp_is_candidate(&vm->pmap[ppn]))
                batch.ppn[batch.count++] = ppn;
        }
        share_batch(mp, vm, &batch);
    }
    mp_settle(mp);
}

/* What is not used up within a step is lost, but for the part of a page. */
static uint64_t add_credit(uint64_t credit, uint32_t pages_per_s)
{
    uint64_t step = (uint64_t)pages_per_s * MP_SCAN_MS;
    uint64_t most = step + MILLI - 1;

    credit += step;
    return credit < most ? credit : most;
}

/* Scans what the VM and all together may; false when the total did not suffice. */
static bool scan_vm(struct mp *mp, struct mp_vm *vm)
{
    while (vm->scan_credit >= MILLI && vm->candidates.count > 0) {
        uint64_t pages = vm->scan_credit / MILLI, total_pages = mp->scan_credit / MILLI;

        if (total_pages == 0)
            return false;
        pages = pages < total_pages ? pages : total_pages;
        pages = pages < BATCH_PAGES ? pages : BATCH_PAGES;
        vm->scan_credit -= pages * MILLI;
        mp->scan_credit -= pages * MILLI;
        scan_batch(mp, vm, (uint32_t)pages);
    }
    return true;
}

/* Each VM gets its step's worth, the first the one at which the total ran out last time. */
static void scan_step(struct mp *mp)
{
    uint32_t first = mp->scan_vm;

    mp->scan_credit = add_credit(mp->scan_credit, mp->scan_total_pages_s);
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        vm->scan_credit = add_credit(vm->scan_credit, mp->scan_vm_pages_s);
    for (uint32_t i = 0; i < mp->vm_limit; i++) {
        uint32_t number = (first + i) % mp->vm_limit;

        if (mp->vms[number].on && !scan_vm(mp, &mp->vms[number])) {
            mp->scan_vm = number;
            return;
        }
    }
}

void mp_scan_tick(struct mp *mp)
{
    /* After a long pause nobody wants the scans of all of it at once. */
    if (mp->now_ns > mp->scan_ns + MOST_LATE_NS)
        mp->scan_ns += (mp->now_ns - mp->scan_ns) / STEP_NS * STEP_NS;
    for (; mp->scan_ns <= mp->now_ns; mp->scan_ns += STEP_NS) {
        if (mp->frames)
            scan_step(mp);
    }
}
