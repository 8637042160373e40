/*
 * mp_verify() must see damage: each case damages one field of books that were in order, expects a
 * complaint, and puts it back. The only tests that know the library's inside.
 */
#include <sys/mman.h>

#include "models/policy/mp_estimator.h"
#include "models/policy/mp_share.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

/* Two VMs with pages of every kind: shared 0..9, zeroes 10..19, hints 20..29, private 30..299,
 * ballooned 300..309 (VM 0), some of VM 1 swapped, untouched above 400. */
static void start(struct fake *fake)
{
    fake_init(fake, 1000);
    fake->machine.hypervisor_pages = 10;
    fake->tunables.share_scan_total_pages_s = 0;
    fake_start(fake);
    for (uint16_t vm = 0; vm < 2; vm++) {
        fake_vm_start(fake, vm, 500, 50, 1000);
        fake_fill(fake, vm, 20, 400);
        for (uint32_t ppn = 0; ppn < 20; ppn++)
            fake_write(fake, vm, ppn, ppn < 10 ? 5000 + ppn : 0);
        for (uint32_t ppn = 0; ppn < 30; ppn++)
            mp_share_page(fake->mp, vm, ppn, fake->now_ns);
    }
    fake_driver(fake, 0, true);
    for (uint32_t ppn = 300; ppn < 310; ppn++)
        mp_balloon_taken(fake->mp, 0, ppn, fake->now_ns);
    CHECK_EQ(mp_vm_configure(fake->mp, 0, 3000, 400, fake->now_ns), MP_ADMITTED);
    fake_vm_start(fake, 2, 300, 300, 1000);
    fake_run(fake, fake->now_ns + 30 * FAKE_SECOND);
    CHECK(fake_vm_status(fake, 1).swapped_pages > 10);
    fake_check(fake);
}

static struct mp_pmap_entry *entry_of(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return (struct mp_pmap_entry *)mp_pmap(fake->mp, vm) + ppn;
}

static uint32_t find(struct fake *fake, uint16_t vm, enum mp_backing backing)
{
    uint32_t ppn = 0;
    while (ppn < fake->vms[vm].max_pages && fake_backing(fake, vm, ppn) != backing)
        ppn++;
    CHECK(ppn < fake->vms[vm].max_pages);
    return ppn;
}

/* The complaint itself: damage that is taken for another has not been understood. */
#define SEEN(fake, expected)                                                                       \
    check_text(mp_verify((fake)->mp) ? mp_verify((fake)->mp) : "in order", expected, "mp_verify",  \
               __FILE__, __LINE__)

#define DAMAGE(fake, field, value, expected)                                                       \
    do {                                                                                           \
        __typeof__(field) before = (field);                                                        \
        (field) = (__typeof__(field))(value);                                                      \
        SEEN(fake, expected);                                                                      \
        (field) = before;                                                                          \
        if (mp_verify((fake)->mp))                                                                 \
            CHECK_TEXT(mp_verify((fake)->mp), "in order again");                                   \
    } while (0)

/* The same for a page's record: some of its members are bits, whose type has no name. */
#define DAMAGE_PAGE(fake, entry, member, value, expected)                                          \
    do {                                                                                           \
        struct mp_pmap_entry before = *(entry);                                                    \
        (entry)->member = (value)&0xf;                                                             \
        SEEN(fake, expected);                                                                      \
        *(entry) = before;                                                                         \
        if (mp_verify((fake)->mp))                                                                 \
            CHECK_TEXT(mp_verify((fake)->mp), "in order again");                                   \
    } while (0)

static void verify__pmap(void)
{
    struct fake fake;
    start(&fake);
    struct mp_pmap_entry *private = entry_of(&fake, 0, find(&fake, 0, MP_PRIVATE));
    struct mp_pmap_entry *shared = entry_of(&fake, 0, find(&fake, 0, MP_SHARED));
    struct mp_pmap_entry *ballooned = entry_of(&fake, 0, find(&fake, 0, MP_BALLOONED));
    struct mp_pmap_entry *untouched = entry_of(&fake, 0, find(&fake, 0, MP_UNTOUCHED));
    struct mp_pmap_entry *swapped = entry_of(&fake, 1, find(&fake, 1, MP_SWAPPED));
    struct mp_pmap_entry *other = entry_of(&fake, 1, find(&fake, 1, MP_PRIVATE));
    DAMAGE(&fake, private->where, other->where,
           "a hint names a page that is not behind it"); /* two pages on one MPN */
    DAMAGE(&fake, private->where, shared->where, "a private page's MPN is shared");
    DAMAGE(&fake, private->where, 5000, "a page's MPN is free or not for VMs"); /* no such MPN */
    DAMAGE(&fake, private->where, 999, "a page's MPN is free or not for VMs");  /* a free one */
    DAMAGE(&fake, private->where, 9, "a page's MPN is free or not for VMs");    /* not for VMs */
    DAMAGE(&fake, private->where, 1000, "a page's MPN is free or not for VMs");
    DAMAGE_PAGE(&fake, private, backing, MP_UNTOUCHED, "a page without memory names an MPN");
    DAMAGE_PAGE(&fake, private, backing, MP_PAGING_IN, "the set of evictable pages is wrong");
    DAMAGE_PAGE(&fake, private, backing, MP_PAGING_OUT, "the set of evictable pages is wrong");
    DAMAGE_PAGE(&fake, private, backing, MP_BACKINGS, "a pmap record has no valid backing");
    DAMAGE(&fake, private->flags, private->flags | MP_PAGE_INELIGIBLE,
           "the set of candidates for sharing is wrong");
    DAMAGE(&fake, private->flags, private->flags | MP_PAGE_WANTED,
           "a page is wanted back that is not being paged out");
    DAMAGE(&fake, ballooned->where, 1, "a page without memory names an MPN");
    DAMAGE(&fake, untouched->where, 1, "a page without memory names an MPN");
    DAMAGE(&fake, shared->where, 999, "a page's MPN is free or not for VMs");
    DAMAGE_PAGE(&fake, private, backing, MP_BALLOONED, "a page without memory names an MPN");
    DAMAGE_PAGE(&fake, private, backing, MP_SHARED, "a copy-on-write page's MPN is not shared");
    DAMAGE_PAGE(&fake, private, backing, 15, "a pmap record has no valid backing");
    DAMAGE(&fake, shared->where, private->where, "a copy-on-write page's MPN is not shared");
    DAMAGE_PAGE(&fake, shared, backing, MP_PRIVATE, "a private page's MPN is shared");
    DAMAGE_PAGE(&fake, ballooned, backing, MP_PRIVATE,
                "a page's MPN is free or not for VMs"); /* ballooned and mapped */
    DAMAGE_PAGE(&fake, ballooned, backing, MP_UNTOUCHED, "a VM's pages are counted wrongly");
    DAMAGE(&fake, fake.mp->vms[0].zero_pages, 9, "a VM's pages of zeroes are counted wrongly");
    DAMAGE_PAGE(&fake, untouched, backing, MP_SWAPPED, "a VM's pages are counted wrongly");
    DAMAGE(&fake, swapped->where, 100000,
           "a swapped page's slot is free or does not exist"); /* no such slot */
    DAMAGE(&fake, swapped->where, 4000, "a swapped page's slot is free or does not exist");
    DAMAGE(&fake, swapped->where, 3999,
           "a swapped page's slot is free or does not exist"); /* a free one */
    DAMAGE(&fake, swapped->where, swapped->where ^ 512,
           "a swapped page's slot is free or does not exist");
    DAMAGE_PAGE(&fake, swapped, backing, MP_UNTOUCHED,
                "a page without memory names an MPN");    /* a slot is lost */
    struct mp_pmap_entry *blank = entry_of(&fake, 2, 70); /* among pages never touched */
    CHECK_EQ(fake_vm_status(&fake, 2).untouched_pages, 300);
    DAMAGE(&fake, blank->where, 1, "a page without memory names an MPN");
    DAMAGE_PAGE(&fake, blank, backing, MP_BALLOONED, "a VM's pages are counted wrongly");
    DAMAGE(&fake, blank->flags, MP_PAGE_WANTED,
           "a page is wanted back that is not being paged out");
    DAMAGE(&fake, fake.mp->vms[2].evictable.bits[1], 64, "the set of evictable pages is wrong");
    DAMAGE(&fake, fake.mp->vms[2].candidates.bits[1], 64,
           "the set of candidates for sharing is wrong");
    fake_fini(&fake);
}

static void verify__frames(void)
{
    struct fake fake;
    start(&fake);
    struct mp *mp = fake.mp;
    struct mp_frame *shared = &mp->frames[entry_of(&fake, 0, 1)->where];
    struct mp_frame *zero = &mp->frames[entry_of(&fake, 0, 11)->where];
    struct mp_frame *hint = NULL;
    for (uint32_t mpn = 0; mpn < 1000; mpn++) {
        if (mp->frames[mpn].kind == MP_FRAME_HINT)
            hint = &mp->frames[mpn];
    }
    CHECK_EQ(shared->kind, MP_FRAME_SHARED);
    CHECK_EQ(zero->count, 20);
    if (!CHECK(hint != NULL))
        return;
    DAMAGE(&fake, shared->count, shared->count + 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, shared->count, shared->count - 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, shared->kind, MP_FRAME_HINT, "a copy-on-write page's MPN is not shared");
    DAMAGE(&fake, shared->kind, MP_FRAME_FREE, "a copy-on-write page's MPN is not shared");
    DAMAGE(&fake, shared->is_overflow, 1, "the overflow table has an entry too many or too few");
    DAMAGE(&fake, shared->key, ~shared->key,
           "a shared frame is in another hash's chain"); /* in the wrong chain */
    DAMAGE(&fake, zero->count, 19, "the shared pages are counted wrongly");
    DAMAGE(&fake, hint->count, hint->count ^ 1,
           "a hint names a page that is not behind it"); /* the hint of another VM */
    DAMAGE(&fake, hint->key, hint->key + 1,
           "a hint names a page that is not behind it"); /* of another PPN */
    DAMAGE(&fake, hint->kind, MP_FRAME_SHARED, "a private page's MPN is shared");
    DAMAGE(&fake, shared->count, 0, "a shared frame has no reference");
    DAMAGE(&fake, shared->count, 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, shared->link, 1000 + (shared->link + 1) % 1000,
           "a chain of frames ends in another bucket");
    DAMAGE(&fake, hint->link, (uint32_t)(hint - mp->frames),
           "a chain of frames is broken"); /* around and around */
    DAMAGE(&fake, mp->buckets[mp_bucket_of(mp, shared->key)], 0, "a frame is in no chain");
    uint32_t free_mpn = mp_pageset_select(&mp->free_mpns, 0);
    DAMAGE(&fake, mp->frames[free_mpn].kind, MP_FRAME_HINT, "a free machine page has a frame");
    DAMAGE(&fake, mp->frames[0].kind, MP_FRAME_SHARED,
           "a free machine page has a frame"); /* the hypervisor's */
    uint32_t bucket = 0;
    while (mp->buckets[bucket] != 0)
        bucket++;
    DAMAGE(&fake, mp->buckets[bucket], free_mpn + 1, "a chain of frames is broken");
    DAMAGE(&fake, mp->buckets[bucket], (uint32_t)(hint - mp->frames) + 1,
           "a chain of frames ends in another bucket");
    fake_fini(&fake);
}

/* Else a swap of 4 TB takes seconds before anything runs. */
static void verify__slots_are_in_no_list_before_they_are_used(void)
{
    struct fake fake;
    start(&fake);
    CHECK(fake.mp->fresh_slot > 0 && fake.mp->fresh_slot < fake.machine.swap_pages);
    CHECK(fake.mp->free_slots.count < fake.mp->fresh_slot);
    fake_fini(&fake);
}

/* A VM above its target, with no device that takes a page: it has pages to give. */
static void verify__vms_with_something_to_do(void)
{
    struct fake fake;
    start(&fake);
    struct mp *mp = fake.mp;
    fake.accept_pages = 0;
    CHECK_EQ(mp_vm_configure(mp, 0, 100000, 400, fake.now_ns), MP_ADMITTED);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    fake_check(&fake);
    CHECK_EQ(mp->above.count, 1);
    CHECK(mp_wanted_pages(mp, &mp->vms[1]) >= mp_whole_cluster_pages(mp));
    CHECK(mp_wanted_is_known(mp));
    DAMAGE(&fake, mp->wanting_whole.bits[0], 0, "the sets of VMs that must page out are wrong");
    DAMAGE(&fake, mp->wanting_part.bits[0], 2, "the sets of VMs that must page out are wrong");
    DAMAGE(&fake, mp->above.bits[0], 0, "the set of VMs above their targets is wrong");
    DAMAGE(&fake, mp->above.bits[0], 3, "the set of VMs above their targets is wrong");
    DAMAGE(&fake, mp->blocked.bits[0], 1, "the set of blocked VMs is wrong");
    DAMAGE(&fake, mp->vms[2].blocked, true, "the set of blocked VMs is wrong");
    DAMAGE(&fake, mp->stalled.bits[0], 1, "the set of VMs whose faults wait is wrong");
    struct mp_pageset *sets[] = {&mp->above, &mp->wanting_whole, &mp->wanting_part, &mp->blocked,
                                 &mp->stalled};
    for (int i = 0; i < 5; i++) {
        DAMAGE(&fake, sets[i]->bits[0], sets[i]->bits[0] | 8, "a set of VMs is wrong");
        DAMAGE(&fake, sets[i]->count, sets[i]->count + 1, "a set of VMs is wrong");
    }
    fake_fini(&fake);
}

/* Records that nobody wrote are not even read: to look at them would cost memory. */
static void verify__reads_no_record_that_was_never_written(void)
{
    struct fake fake;
    fake_init(&fake, 8000);
    fake.tunables.sample_pages = 1;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 6000, 0, 1000);
    struct mp_vm *vm = &fake.mp->vms[0];
    uint64_t armed = vm->used[0]; /* the block of the sampled page */
    CHECK(armed != 0 && (armed & (armed - 1)) == 0);
    fake_write(&fake, 0, 512, 7);
    fake_write(&fake, 0, 5999, 7);
    CHECK_EQ(vm->used[0], armed | 1u << 1 | 1u << 11);
    fake_check(&fake);
    DAMAGE(&fake, vm->pmap[1023].where, 1, "a page without memory names an MPN");
    DAMAGE(&fake, vm->evictable.bits[20], 1, "the set of evictable pages is wrong");
    uint32_t unused = 0;
    while (mp_pmap_is_used(vm, unused))
        unused += MP_PMAP_BLOCK;
    DAMAGE(&fake, vm->pmap[unused].where, 1, "in order");
    DAMAGE(&fake, vm->pmap[unused + 511].where, 1, "in order");
    fake_vm_off(&fake, 0);
    CHECK_EQ(fake_status(&fake).free_pages, 8000);
    fake_fini(&fake);
}

static void verify__sums(void)
{
    struct fake fake;
    start(&fake);
    struct mp *mp = fake.mp;
    DAMAGE(&fake, mp->shared_pages, mp->shared_pages + 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->shared_mpns, mp->shared_mpns - 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->hint_frames, mp->hint_frames + 1,
           "a hint has no page, or the hints are counted wrongly");
    DAMAGE(&fake, mp->free_mpns.count, mp->free_mpns.count - 1,
           "the free pages disagree with their counts");
    DAMAGE(&fake, mp->free_slots.count, mp->free_slots.count + 1,
           "the free pages disagree with their counts");
    DAMAGE(&fake, mp->fresh_slot, mp->fresh_slot + 1, "a swap slot is lost or has two owners");
    DAMAGE(&fake, mp->fresh_slot, 0, "a swapped page's slot is free or does not exist");
    DAMAGE(&fake, mp->shared_pages, mp->shared_pages - 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->shared_mpns, mp->shared_mpns + 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->shared_frames, mp->shared_frames + 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->shared_frames, mp->shared_frames - 1, "the shared pages are counted wrongly");
    DAMAGE(&fake, mp->hint_frames, mp->hint_frames - 1,
           "a hint has no page, or the hints are counted wrongly");
    DAMAGE(&fake, mp->overflow_count, 1, "the overflow table has an entry too many or too few");
    DAMAGE(&fake, mp->overhead_pages, mp->overhead_pages + 1,
           "the overhead in use is counted wrongly");
    DAMAGE(&fake, mp->vms_on, 2, "the VMs that are on are counted wrongly");
    DAMAGE(&fake, mp->stalled_pages, 1, "the waiting faults are counted wrongly");
    DAMAGE(&fake, mp->leaving_pages, 1, "the page-outs under way are counted wrongly");
    DAMAGE(&fake, mp->io_slots.count, 1, "a swap slot is lost or has two owners");
    DAMAGE(&fake, mp->io_slots.sum, 1, "a swap slot is lost or has two owners");
    DAMAGE(&fake, mp->orphans.count, 1, "a machine page is lost or has two owners");
    DAMAGE(&fake, mp->orphans.sum, 1, "a machine page is lost or has two owners");
    DAMAGE(&fake, mp->orphan_references.count, 1,
           "the references counted are not the pages that refer");
    DAMAGE(&fake, mp->orphan_references.sum, 1,
           "the references counted are not the pages that refer");
    DAMAGE(&fake, mp->fall_below_pages, mp_free_pages(mp) + 1,
           "free memory is outside the bounds of its state");
    DAMAGE(&fake, mp->rise_above_pages, mp_free_pages(mp) - 1,
           "free memory is outside the bounds of its state");
    struct mp_vm *vm = &mp->vms[1];
    DAMAGE(&fake, vm->overhead_pages, 1, "the overhead in use is counted wrongly");
    DAMAGE(&fake, vm->leaving_pages, 1, "a VM's leaving pages are counted wrongly");
    DAMAGE(&fake, vm->stalled_pages, 1, "the set of VMs whose faults wait is wrong");
    DAMAGE(&fake, vm->balloon_target_pages, 1,
           "a balloon target without a driver"); /* it has no driver */
    DAMAGE(&fake, vm->touched_peak_pages, 399,
           "a VM's peak of touched pages is below the present number");
    DAMAGE(&fake, vm->evictable.count, vm->evictable.count + 1,
           "a VM's set of pages disagrees with its counts");
    DAMAGE(&fake, vm->evictable.bits[0], vm->evictable.bits[0] ^ 1,
           "the set of evictable pages is wrong");
    DAMAGE(&fake, vm->evictable.bits[7], vm->evictable.bits[7] ^ 1,
           "the set of evictable pages is wrong");
    DAMAGE(&fake, vm->candidates.count, vm->candidates.count + 1,
           "a VM's set of pages disagrees with its counts");
    DAMAGE(&fake, vm->candidates.bits[0], vm->candidates.bits[0] ^ 1,
           "the set of candidates for sharing is wrong");
    DAMAGE(&fake, vm->candidates.bits[4], vm->candidates.bits[4] ^ 1,
           "the set of candidates for sharing is wrong");
    DAMAGE(&fake, mp->outstanding_pages, 1, "the page-outs under way are counted wrongly");
    for (int backing = MP_UNTOUCHED; backing <= MP_PAGING_IN; backing++)
        DAMAGE(&fake, mp->vms[1].pages[backing], mp->vms[1].pages[backing] + 1,
               "a VM's pages are counted wrongly");
    fake_fini(&fake);
}

static void verify__targets_respect_min(void)
{
    struct fake fake;
    start(&fake);
    DAMAGE(&fake, fake.mp->vms[0].target_pages, 399, "a target is below the VM's min");
    DAMAGE(&fake, fake.mp->vms[0].target_pages, 501,
           "a target is above the VM's limit"); /* nor are they above max */
    fake_fini(&fake);
}

/* Only estimators that run and arm pages wait for a touch. One runs here. */
static void verify__armed_pages(void)
{
    struct fake fake;
    start(&fake);
    struct mp_pmap_entry *private = entry_of(&fake, 0, find(&fake, 0, MP_PRIVATE));
    struct mp_pmap_entry *ballooned = entry_of(&fake, 0, find(&fake, 0, MP_BALLOONED));
    struct mp_pmap_entry *blank = entry_of(&fake, 2, 70);
    DAMAGE_PAGE(&fake, ballooned, armed, 1, "a ballooned page is armed");
    for (uint32_t others = 2; others < 16; others++)
        DAMAGE_PAGE(&fake, private, armed, others,
                    "a page is armed by an estimator that arms none");
    DAMAGE_PAGE(&fake, blank, armed, 2, "a page is armed by an estimator that arms none");
    uint32_t bit = fake.mp->estimators[0].bit;
    fake.mp->estimators[0].bit = 0;
    SEEN(&fake, "a page is armed by an estimator that arms none");
    fake.mp->estimators[0].bit = bit;
    fake_fini(&fake);
}

/* A machine page that is neither free nor used, or both. */
static void verify__a_lost_page(void)
{
    struct fake fake;
    start(&fake);
    struct mp_pageset *free_mpns = &fake.mp->free_mpns;
    uint32_t mpn = mp_pageset_select(free_mpns, 0);
    mp_pageset_remove(free_mpns, mpn);
    SEEN(&fake, "the free pages of a pool are counted wrongly");
    mp_pageset_add(free_mpns, mpn);
    uint32_t used = entry_of(&fake, 0, find(&fake, 0, MP_PRIVATE))->where;
    mp_pageset_add(free_mpns, used);
    SEEN(&fake, "a page's MPN is free or not for VMs");
    mp_pageset_remove(free_mpns, used);
    fake_fini(&fake);
}

/* Low and high memory, and who lies where. */
static void verify__pools(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.low_pages = 900;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 500, 0, 1000);
    fake_fill(&fake, 0, 0, 150); /* 100 high, 50 low */
    CHECK_EQ(fake.mp->vms[0].low.count, 50);
    for (int pool = MP_LOW; pool <= MP_HIGH; pool++) {
        DAMAGE(&fake, fake.mp->pools[pool].free_pages, fake.mp->pools[pool].free_pages + 1,
               "the free pages of a pool are counted wrongly");
        DAMAGE(&fake, fake.mp->pools[pool].free_pages, fake.mp->pools[pool].free_pages - 1,
               "the free pages of a pool are counted wrongly");
    }
    DAMAGE(&fake, fake.mp->pools[MP_LOW].used_end, 49,
           "a machine page is in use where none ever was");
    DAMAGE(&fake, fake.mp->pools[MP_HIGH].used_end, 999,
           "a machine page is in use where none ever was");
    DAMAGE(&fake, fake.mp->vms[0].low.count, 51, "a VM's set of pages disagrees with its counts");
    DAMAGE(&fake, fake.mp->pools[MP_LOW].lowest_free, 900,
           "a free machine page is below the lowest");
    DAMAGE(&fake, fake.mp->pools[MP_LOW].lowest_free, 51,
           "a free machine page is below the lowest");
    struct mp_pageset *low = &fake.mp->vms[0].low;
    mp_pageset_add(low, 99);
    SEEN(&fake, "the set of low pages is wrong");
    mp_pageset_remove(low, 99);
    mp_pageset_remove(low, 100);
    SEEN(&fake, "the set of low pages is wrong");
    mp_pageset_add(low, 100);
    fake_fini(&fake);
}

/* Is the memory behind this address there? Reading alone brings it there. */
static bool is_resident(const void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)4095;
    CHECK_EQ(mincore((void *)page, 1, &resident), 0);
    return resident & 1;
}

/* A machine of 64 GB of which nothing is used. */
static void verify__reads_no_frame_that_was_never_used(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake_start(&fake);
    struct mp_machine machine = fake.machine;
    machine.machine_pages = 16u << 20;
    size_t bytes = mp_footprint(&machine, &fake.tunables, &fake.members);
    void *buffer = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(buffer != MAP_FAILED);
    struct mp *mp =
        mp_init(buffer, &machine, &fake.tunables, &fake.members, &mp_ops_inert, NULL, 0);
    CHECK(mp_verify(mp) == NULL);
    CHECK(!is_resident(&mp->frames[8u << 20]));
    mp_fini(mp);
    munmap(buffer, bytes);
    fake_fini(&fake);
}

/* Page-outs of VM 0 under way, one of them wanted back, page-outs of a VM that is off, and a
 * fault that waits. */
static void verify__page_io(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.machine.swap_pages = 3000;
    fake.tunables.share_scan_total_pages_s = 0;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < 2; vm++) {
        fake_vm_start(&fake, vm, 450, 0, 1000);
        for (uint32_t ppn = 0; ppn < 450; ppn++)
            fake_write(&fake, vm, ppn, 5000 + ppn % 400);
    }
    for (uint32_t ppn = 0; ppn < 450; ppn++)
        mp_share_page(fake.mp, 0, ppn, 0);
    fake_vm_start(&fake, 2, 700, 700, 1000);
    fake.now_ns += FAKE_SECOND;
    fake_tick(&fake);
    CHECK(fake.io_count > 50);
    uint32_t first = 0;
    while (fake.io[first].page.vm != 0)
        first++;
    uint32_t ppn = fake.io[first].page.ppn;
    CHECK(!fake_access(&fake, 0, ppn, true, &(uint64_t){1}, NULL));
    fake_vm_off(&fake, 1);
    fake_check(&fake);
    struct mp *mp = fake.mp;
    struct mp_vm *vm = &mp->vms[0];
    CHECK(mp->orphans.count > 10);
    CHECK(mp->outstanding_pages > mp->orphans.count + 10);
    DAMAGE(&fake, mp->outstanding_pages, mp->outstanding_pages - mp->orphans.count - 1,
           "the page-outs under way are counted wrongly");
    DAMAGE(&fake, mp->outstanding_pages, mp->outstanding_pages + 1,
           "the page-outs under way are counted wrongly");
    DAMAGE(&fake, mp->leaving_pages, mp->leaving_pages + 1,
           "the page-outs under way are counted wrongly");
    DAMAGE(&fake, vm->leaving_pages, vm->leaving_pages + 1,
           "a VM's leaving pages are counted wrongly");
    DAMAGE(&fake, vm->leaving_pages, vm->leaving_pages - 1,
           "a VM's leaving pages are counted wrongly");
    DAMAGE(&fake, vm->pmap[ppn].flags, 0, "a VM's leaving pages are counted wrongly");
    DAMAGE(&fake, mp->io_slots.count, mp->io_slots.count + 1,
           "a swap slot is lost or has two owners");
    DAMAGE(&fake, mp->io_slots.sum, mp->io_slots.sum + 1, "a swap slot is lost or has two owners");
    DAMAGE(&fake, mp->orphans.count, mp->orphans.count - 1,
           "a machine page is lost or has two owners");
    DAMAGE(&fake, mp->orphans.sum, mp->orphans.sum - 1, "a machine page is lost or has two owners");
    DAMAGE(&fake, mp->orphan_references.count, mp->orphan_references.count + 1,
           "the references counted are not the pages that refer");
    DAMAGE(&fake, mp->orphan_references.sum, mp->orphan_references.sum + 1,
           "the references counted are not the pages that refer");
    fake_io_end_all(&fake);
    fake_fini(&fake);
}

/* Targets may be below min, and free memory beyond its bounds, only while that is about to be put
 * right. */
static void verify__what_is_due_is_no_damage(void)
{
    struct fake fake;
    start(&fake);
    struct mp *mp = fake.mp;
    uint32_t due = mp->due, target = mp->vms[0].target_pages, bound = mp->fall_below_pages;
    mp->due |= MP_DUE_REBALANCE;
    mp->vms[0].target_pages = 399;
    SEEN(&fake, "in order");
    mp->due = MP_DUE_STATE;
    SEEN(&fake, "a target is below the VM's min");
    mp->vms[0].target_pages = target;
    mp->fall_below_pages = 1000;
    SEEN(&fake, "in order");
    mp->due = MP_DUE_REBALANCE;
    SEEN(&fake, "free memory is outside the bounds of its state");
    mp->fall_below_pages = bound;
    mp->due = due;
    mp->vms[0].target_pages = mp->vms[0].config.limit_pages;
    SEEN(&fake, "in order");
    mp->vms[0].target_pages = target;
    fake_fini(&fake);
}

TEST_SUITE(policy_verify, TEST(verify__reads_no_frame_that_was_never_used), TEST(verify__pools),
           TEST(verify__pmap), TEST(verify__frames),
           TEST(verify__slots_are_in_no_list_before_they_are_used), TEST(verify__sums),
           TEST(verify__reads_no_record_that_was_never_written),
           TEST(verify__vms_with_something_to_do), TEST(verify__targets_respect_min),
           TEST(verify__armed_pages), TEST(verify__a_lost_page), TEST(verify__page_io),
           TEST(verify__what_is_due_is_no_damage))
