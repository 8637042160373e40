/*
 * Proof that nothing is lost and nothing has two owners: every count, set and chain is derived anew
 * from the pmaps and the frames and compared with what the library believes.
 *
 * There is no memory for a table of owners, so "each machine page in use has just one owner, and
 * each shared one as many as it counts" is proved by sums: equal counts, and equal sums of a 64-bit
 * mix of the numbers. Two different sets pass for equal once in 2^64.
 *
 * Free pages and slots are passed over many at a time, and frames of machine pages that were never
 * used are not read: a machine of terabytes that uses little is checked in little time and memory.
 */
#include "mp_share.h"

struct audit {
    struct mp_tally owned_mpns; /* by private pages and page I/O */
    struct mp_tally references; /* of pages to shared MPNs */
    struct mp_tally slots;      /* of swapped pages */
    uint64_t large_runs, compressed_memory_pages, overhead_pages, outstanding_pages, leaving_pages,
        stalled_pages, vms_on;
    uint32_t above, wanting_whole, wanting_part, blocked, stalled; /* VMs in each set */
    uint32_t hints;                                                /* of the pages of all VMs */
};

static bool is_mpn(const struct mp *mp, uint32_t mpn)
{
    return mpn >= mp->machine.hypervisor_pages && mpn < mp->machine.machine_pages;
}

static const char *check_hint(const struct mp *mp, const struct mp_vm *vm, uint32_t ppn,
                              struct audit *audit)
{
    const struct mp_frame *frame = &mp->frames[vm->pmap[ppn].where];

    if (frame->kind != MP_FRAME_HINT)
        return NULL;
    audit->hints++;
    if (frame->count != vm->number || (uint32_t)frame->key != ppn)
        return "a hint names a page that is not behind it";
    return NULL;
}

static const char *check_page(const struct mp *mp, const struct mp_vm *vm, uint32_t ppn,
                              struct audit *audit)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];
    uint32_t where = entry->where;

    switch ((enum mp_backing)entry->backing) {
    case MP_UNTOUCHED:
    case MP_BALLOONED:
        return where == 0 ? NULL : "a page without memory names an MPN";
    case MP_SWAPPED:
        if (where >= mp->fresh_slot || mp_pageset_has(&mp->free_slots, where))
            return "a swapped page's slot is free or does not exist";
        mp_tally_add(&audit->slots, where);
        return NULL;
    case MP_COMPRESSED: /* mp_compress_verify() */
        return NULL;
    case MP_PRIVATE:
    case MP_SHARED:
    case MP_PAGING_OUT:
    case MP_PAGING_IN:
        break;
    }
    if (!is_mpn(mp, where) || mp_pageset_has(&mp->free_mpns, where))
        return "a page's MPN is free or not for VMs";
    if (entry->backing == MP_SHARED && !mp_is_shared(mp, where))
        return "a copy-on-write page's MPN is not shared";
    if (entry->backing != MP_SHARED && entry->backing != MP_PAGING_OUT && mp_is_shared(mp, where))
        return "a private page's MPN is shared";
    mp_tally_add(mp_is_shared(mp, where) ? &audit->references : &audit->owned_mpns, where);
    if (mp->frames && entry->backing == MP_PRIVATE)
        return check_hint(mp, vm, ppn, audit);
    return NULL;
}

static const char *check_flags(const struct mp *mp, const struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];
    bool is_resident = entry->backing == MP_PRIVATE || entry->backing == MP_SHARED;
    bool is_candidate = mp->frames && mp_is_candidate(entry);

    if (mp_pageset_has(&vm->evictable, ppn) != is_resident)
        return "the set of evictable pages is wrong";
    if (mp->frames && mp_pageset_has(&vm->candidates, ppn) != is_candidate)
        return "the set of candidates for sharing is wrong";
    if (mp_is_split(mp) && mp_pageset_has(&vm->low, ppn) !=
                               (entry->backing == MP_PRIVATE && mp_is_low(mp, entry->where)))
        return "the set of low pages is wrong";
    if ((entry->flags & MP_PAGE_WANTED) && entry->backing != MP_PAGING_OUT)
        return "a page is wanted back that is not being paged out";
    if (entry->armed && entry->backing == MP_BALLOONED)
        return "a ballooned page is armed";
    if (!mp_watch_verify(mp, entry))
        return "a page is armed by an estimator that arms none";
    return NULL;
}

/* 64 pages from a multiple of 64 on, none of which was touched, is armed or lies in a set. */
static bool is_blank(const struct mp *mp, const struct mp_vm *vm, uint32_t ppn)
{
    uint32_t word = ppn / 64;

    if (vm->config.max_pages - ppn < 64 || vm->evictable.bits[word] != 0 ||
        (mp->frames && vm->candidates.bits[word] != 0) ||
        (mp_is_split(mp) && vm->low.bits[word] != 0))
        return false;
    if (!mp_pmap_is_used(vm, ppn))
        return true;
    for (uint32_t i = 0; i < 64; i++) {
        const struct mp_pmap_entry *entry = &vm->pmap[ppn + i];

        _Static_assert(MP_UNTOUCHED == 0, "a record of zeroes");
        if ((entry->where | entry->backing | entry->armed | entry->flags) != 0)
            return false;
    }
    return true;
}

static const char *check_pmap(const struct mp *mp, const struct mp_vm *vm, struct audit *audit)
{
    uint32_t pages[MP_BACKINGS] = {0};
    uint32_t wanted_pages = 0, zero_pages = 0;
    const char *wrong;

    for (uint32_t ppn = 0; ppn < vm->config.max_pages; ppn++) {
        const struct mp_pmap_entry *entry = &vm->pmap[ppn];

        if (ppn % 64 == 0 && is_blank(mp, vm, ppn)) {
            pages[MP_UNTOUCHED] += 64;
            ppn += 63;
            continue;
        }
        if (entry->backing >= MP_BACKINGS)
            return "a pmap record has no valid backing";
        pages[entry->backing]++;
        wanted_pages += (entry->flags & MP_PAGE_WANTED) != 0;
        if ((wrong = check_page(mp, vm, ppn, audit)) || (wrong = check_flags(mp, vm, ppn)))
            return wrong;
        zero_pages += entry->backing == MP_SHARED && mp->frames[entry->where].kind == MP_FRAME_ZERO;
    }
    for (uint32_t backing = 0; backing < MP_BACKINGS; backing++) {
        if (pages[backing] != vm->pages[backing])
            return "a VM's pages are counted wrongly";
    }
    if (vm->zero_pages != zero_pages)
        return "a VM's pages of zeroes are counted wrongly";
    if (vm->leaving_pages != pages[MP_PAGING_OUT] - wanted_pages)
        return "a VM's leaving pages are counted wrongly";
    audit->outstanding_pages += pages[MP_PAGING_OUT];
    return NULL;
}

/* The sets of VMs that have something to do. */
static const char *check_duties(const struct mp *mp, const struct mp_vm *vm, struct audit *audit)
{
    bool is_above = mp_vm_held_pages(vm) > vm->target_pages;
    uint32_t wanted_pages = mp_wanted_pages(mp, vm);
    bool is_whole = wanted_pages > 0 && wanted_pages >= mp_whole_cluster_pages(mp);

    if (mp_pageset_has(&mp->above, vm->number) != is_above)
        return "the set of VMs above their targets is wrong";
    if (mp_pageset_has(&mp->blocked, vm->number) != vm->blocked)
        return "the set of blocked VMs is wrong";
    if (mp_pageset_has(&mp->stalled, vm->number) != (vm->stalled_pages > 0))
        return "the set of VMs whose faults wait is wrong";
    if (mp_wanted_is_known(mp) &&
        (mp_pageset_has(&mp->wanting_whole, vm->number) != is_whole ||
         mp_pageset_has(&mp->wanting_part, vm->number) != (wanted_pages > 0 && !is_whole)))
        return "the sets of VMs that must page out are wrong";
    audit->above += is_above;
    audit->wanting_whole += mp_pageset_has(&mp->wanting_whole, vm->number);
    audit->wanting_part += mp_pageset_has(&mp->wanting_part, vm->number);
    audit->blocked += vm->blocked;
    audit->stalled += vm->stalled_pages > 0;
    return NULL;
}

static const char *check_vm(const struct mp *mp, const struct mp_vm *vm, struct audit *audit)
{
    const char *wrong;

    if ((wrong = check_pmap(mp, vm, audit)) || (wrong = mp_compress_verify(vm)) ||
        (wrong = mp_large_verify(mp, vm)) || (wrong = check_duties(mp, vm, audit)))
        return wrong;
    if (!mp_pageset_verify(&vm->evictable, vm->evictable.size) ||
        (mp->frames && !mp_pageset_verify(&vm->candidates, vm->candidates.size)) ||
        (mp_is_split(mp) && !mp_pageset_verify(&vm->low, vm->low.size)))
        return "a VM's set of pages disagrees with its counts";
    if (vm->target_pages < vm->config.min_pages && !(mp->due & MP_DUE_REBALANCE))
        return "a target is below the VM's min";
    if (vm->target_pages > vm->config.limit_pages)
        return "a target is above the VM's limit";
    if (vm->balloon_target_pages > 0 && !vm->driver)
        return "a balloon target without a driver";
    if (vm->touched_peak_pages < vm->config.max_pages - vm->pages[MP_UNTOUCHED])
        return "a VM's peak of touched pages is below the present number";
    audit->compressed_memory_pages += vm->compressed_memory_pages;
    audit->large_runs += vm->large_runs;
    audit->overhead_pages += vm->overhead_pages;
    audit->leaving_pages += vm->leaving_pages;
    audit->stalled_pages += vm->stalled_pages;
    audit->vms_on++;
    return NULL;
}

/* Every frame in use hangs in one chain: as many are met along the chains as there are. */
static const char *check_chains(const struct mp *mp)
{
    uint64_t all = (uint64_t)mp->hint_frames + mp->shared_frames, met = 0;

    for (uint32_t bucket = 0; bucket < mp->machine.machine_pages; bucket++) {
        uint32_t mpn = mp->buckets[bucket] - 1;

        if (mpn == MP_NO_PAGE)
            continue;
        for (; mpn < mp->machine.machine_pages; mpn = mp->frames[mpn].link) {
            const struct mp_frame *frame = &mp->frames[mpn];

            if (frame->kind == MP_FRAME_FREE || ++met > all)
                return "a chain of frames is broken";
            if (frame->kind >= MP_FRAME_SHARED && mp_bucket_of(mp, frame->key) != bucket)
                return "a shared frame is in another hash's chain";
        }
        if (mpn != mp->machine.machine_pages + bucket)
            return "a chain of frames ends in another bucket";
    }
    return met == all ? NULL : "a frame is in no chain";
}

static const char *check_references(const struct mp *mp, uint32_t mpn, struct audit *counted)
{
    uint32_t references = mp_share_references(mp, mpn);

    if (references == 0)
        return "a shared frame has no reference";
    counted->references.count += references;
    counted->references.sum += references * mp_tally_of(mpn);
    return NULL;
}

/* The next machine page of the hypervisor's, or of those that were used once. */
static uint32_t skip_never_used(const struct mp *mp, uint32_t mpn)
{
    for (uint32_t pool = MP_LOW; pool <= MP_HIGH; pool++) {
        if (mpn >= mp->pools[pool].used_end && mpn < mp->pools[pool].end)
            mpn = mp->pools[pool].end;
    }
    return mpn;
}

static const char *check_frames(const struct mp *mp, const struct audit *audit)
{
    struct audit counted = {.hints = 0};
    uint32_t shared_frames = 0, shared_pages = 0, shared_mpns = 0, overflows = 0, zero_saved = 0;
    const char *wrong;

    for (uint32_t mpn = 0; mpn < mp->machine.machine_pages; mpn++) {
        mpn = skip_never_used(mp, mpn);
        if (mpn == mp->machine.machine_pages)
            break;

        const struct mp_frame *frame = &mp->frames[mpn];

        if (frame->kind == MP_FRAME_FREE)
            continue;
        if (!is_mpn(mp, mpn) || mp_pageset_has(&mp->free_mpns, mpn))
            return "a free machine page has a frame";
        if (frame->kind == MP_FRAME_HINT) {
            counted.hints++;
            continue;
        }
        if ((wrong = check_references(mp, mpn, &counted)))
            return wrong;

        uint32_t references = mp_share_references(mp, mpn);

        shared_frames++;
        overflows += frame->is_overflow;
        zero_saved += frame->kind == MP_FRAME_ZERO ? references - 1 : 0;
        shared_pages += references > 1 ? references : 0;
        shared_mpns += references > 1;
    }
    if (counted.hints != audit->hints || counted.hints != mp->hint_frames)
        return "a hint has no page, or the hints are counted wrongly";
    if (shared_frames != mp->shared_frames || shared_pages != mp->shared_pages ||
        shared_mpns != mp->shared_mpns || zero_saved != mp->zero_saved_pages)
        return "the shared pages are counted wrongly";
    if (overflows != mp->overflow_count)
        return "the overflow table has an entry too many or too few";
    if (counted.references.count != audit->references.count + mp->orphan_references.count ||
        counted.references.sum != audit->references.sum + mp->orphan_references.sum)
        return "the references counted are not the pages that refer";
    return check_chains(mp);
}

static const char *check_pool(const struct mp *mp, const struct mp_pool *pool)
{
    uint32_t used_pages = 0, used_below_lowest = 0;

    for (uint32_t mpn = mp_pageset_next_absent(&mp->free_mpns, pool->first, pool->end);
         mpn < pool->end; mpn = mp_pageset_next_absent(&mp->free_mpns, mpn + 1, pool->end)) {
        if (mpn >= pool->used_end)
            return "a machine page is in use where none ever was";
        used_pages++;
        used_below_lowest += mpn < pool->lowest_free;
    }
    if (used_below_lowest != mp_min32(pool->lowest_free, pool->end) - pool->first)
        return "a free machine page is below the lowest";
    return pool->end - pool->first - used_pages == pool->free_pages
               ? NULL
               : "the free pages of a pool are counted wrongly";
}

/* What is not free is owned, once. */
static const char *check_conserved(const struct mp *mp, const struct audit *audit)
{
    struct mp_tally used_mpns = {0}, used_slots = {0};
    struct mp_tally owned = audit->owned_mpns;

    uint32_t pages = mp->machine.machine_pages, slots = mp->fresh_slot;

    for (uint32_t mpn = mp_pageset_next_absent(&mp->free_mpns, mp->machine.hypervisor_pages, pages);
         mpn < pages; mpn = mp_pageset_next_absent(&mp->free_mpns, mpn + 1, pages)) {
        mp_tally_add(&used_mpns, mpn);
        if (mp_is_shared(mp, mpn))
            mp_tally_add(&owned, mpn);
    }
    for (uint32_t slot = mp_pageset_next_absent(&mp->free_slots, 0, slots); slot < slots;
         slot = mp_pageset_next_absent(&mp->free_slots, slot + 1, slots))
        mp_tally_add(&used_slots, slot);
    if (used_mpns.count != owned.count + mp->orphans.count ||
        used_mpns.sum != owned.sum + mp->orphans.sum)
        return "a machine page is lost or has two owners";
    if (used_slots.count != audit->slots.count + mp->io_slots.count ||
        used_slots.sum != audit->slots.sum + mp->io_slots.sum)
        return "a swap slot is lost or has two owners";
    if (!mp_pageset_verify(&mp->free_mpns, pages) || !mp_pageset_verify(&mp->free_slots, slots))
        return "the free pages disagree with their counts";
    return NULL;
}

/* Those VMs that are on, and no other. */
static bool is_set_of(const struct mp_pageset *vms, uint32_t count)
{
    return vms->count == count && mp_pageset_verify(vms, vms->size);
}

const char *mp_verify(const struct mp *mp)
{
    struct audit audit = {.hints = 0};
    uint32_t free_pages = mp_free_pages(mp);
    const char *wrong;

    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        if ((wrong = check_vm(mp, vm, &audit)))
            return wrong;
    }
    for (uint32_t pool = MP_LOW; pool <= MP_HIGH; pool++) {
        if ((wrong = check_pool(mp, &mp->pools[pool])))
            return wrong;
    }
    if ((wrong = check_conserved(mp, &audit)) || (mp->frames && (wrong = check_frames(mp, &audit))))
        return wrong;
    if (audit.overhead_pages != mp->overhead_pages)
        return "the overhead in use is counted wrongly";
    if (audit.compressed_memory_pages != mp->compressed_memory_pages)
        return "the memory of all compression caches is counted wrongly";
    if (audit.large_runs != mp->large_runs)
        return "the large pages of all VMs are counted wrongly";
    if (audit.vms_on != mp->vms_on)
        return "the VMs that are on are counted wrongly";
    if (!is_set_of(&mp->above, audit.above) ||
        !is_set_of(&mp->wanting_whole, audit.wanting_whole) ||
        !is_set_of(&mp->wanting_part, audit.wanting_part) ||
        !is_set_of(&mp->blocked, audit.blocked) || !is_set_of(&mp->stalled, audit.stalled))
        return "a set of VMs is wrong";
    if (audit.stalled_pages != mp->stalled_pages)
        return "the waiting faults are counted wrongly";
    if (audit.leaving_pages != mp->leaving_pages ||
        audit.outstanding_pages > mp->outstanding_pages ||
        mp->outstanding_pages - audit.outstanding_pages >
            (uint64_t)mp->orphans.count + mp->orphan_references.count)
        return "the page-outs under way are counted wrongly";
    if (!(mp->due & MP_DUE_STATE) &&
        (free_pages < mp->fall_below_pages || free_pages > mp->rise_above_pages))
        return "free memory is outside the bounds of its state";
    return NULL;
}
