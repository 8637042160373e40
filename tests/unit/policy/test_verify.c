/*
 * mp_verify() must see damage: each case damages one field of books that were in order, expects a
 * complaint, and puts it back. The only tests that know the library's inside.
 */
#include <sys/mman.h>

#include "models/policy/mp_internal.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

/* Two VMs with pages of every kind: shared 0..9, zeroes 10..19, hints 20..29, private 30..299,
 * ballooned 300..309 (VM 0), some of VM 1 swapped, untouched above 400. */
static void start(struct fake *fake)
{
    fake_init(fake, 1000);
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

static void seen(struct fake *fake, const char *damage)
{
    if (mp_verify(fake->mp) == NULL)
        CHECK_TEXT("in order", damage);
}

#define DAMAGE(fake, field, value)                                                                 \
    do {                                                                                           \
        __typeof__(field) before = (field);                                                        \
        (field) = (__typeof__(field))(value);                                                      \
        seen((fake), #field " = " #value);                                                         \
        (field) = before;                                                                          \
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
    DAMAGE(&fake, private->where, other->where); /* two pages on one MPN */
    DAMAGE(&fake, private->where, shared->where);
    DAMAGE(&fake, private->where, 5000); /* no such MPN */
    DAMAGE(&fake, private->backing, MP_UNTOUCHED);
    DAMAGE(&fake, private->backing, MP_BALLOONED);
    DAMAGE(&fake, private->backing, MP_SHARED);
    DAMAGE(&fake, private->backing, 77);
    DAMAGE(&fake, shared->where, private->where);
    DAMAGE(&fake, shared->backing, MP_PRIVATE);
    DAMAGE(&fake, ballooned->backing, MP_PRIVATE); /* ballooned and mapped */
    DAMAGE(&fake, ballooned->backing, MP_UNTOUCHED);
    DAMAGE(&fake, untouched->backing, MP_SWAPPED);
    DAMAGE(&fake, swapped->where, 100000); /* no such slot */
    DAMAGE(&fake, swapped->where, swapped->where ^ 512);
    DAMAGE(&fake, swapped->backing, MP_UNTOUCHED);        /* a slot is lost */
    struct mp_pmap_entry *blank = entry_of(&fake, 2, 70); /* among pages never touched */
    CHECK_EQ(fake_vm_status(&fake, 2).untouched_pages, 300);
    DAMAGE(&fake, blank->where, 1);
    DAMAGE(&fake, blank->backing, MP_BALLOONED);
    DAMAGE(&fake, blank->flags, MP_PAGE_WANTED);
    DAMAGE(&fake, fake.mp->vms[2].evictable.bits[1], 64);
    DAMAGE(&fake, fake.mp->vms[2].candidates.bits[1], 64);
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
    DAMAGE(&fake, shared->count, shared->count + 1);
    DAMAGE(&fake, shared->count, shared->count - 1);
    DAMAGE(&fake, shared->kind, MP_FRAME_HINT);
    DAMAGE(&fake, shared->kind, MP_FRAME_FREE);
    DAMAGE(&fake, shared->is_overflow, 1);
    DAMAGE(&fake, shared->key, ~shared->key); /* in the wrong chain */
    DAMAGE(&fake, zero->count, 19);
    DAMAGE(&fake, hint->count, hint->count ^ 1); /* the hint of another VM */
    DAMAGE(&fake, hint->key, hint->key + 1);     /* of another PPN */
    DAMAGE(&fake, hint->kind, MP_FRAME_SHARED);
    fake_fini(&fake);
}

static void verify__sums(void)
{
    struct fake fake;
    start(&fake);
    struct mp *mp = fake.mp;
    DAMAGE(&fake, mp->shared_pages, mp->shared_pages + 1);
    DAMAGE(&fake, mp->shared_mpns, mp->shared_mpns - 1);
    DAMAGE(&fake, mp->hint_frames, mp->hint_frames + 1);
    DAMAGE(&fake, mp->free_mpns.count, mp->free_mpns.count - 1);
    DAMAGE(&fake, mp->free_slots.count, mp->free_slots.count + 1);
    DAMAGE(&fake, mp->outstanding_pages, 1);
    for (int backing = MP_UNTOUCHED; backing <= MP_PAGING_IN; backing++)
        DAMAGE(&fake, mp->vms[1].pages[backing], mp->vms[1].pages[backing] + 1);
    fake_fini(&fake);
}

static void verify__targets_respect_min(void)
{
    struct fake fake;
    start(&fake);
    DAMAGE(&fake, fake.mp->vms[0].target_pages, 399);
    DAMAGE(&fake, fake.mp->vms[0].target_pages, 501); /* nor are they above max */
    fake_fini(&fake);
}

/* A machine page that is neither free nor used. */
/* A page's flag and the bits of those who armed it must agree. */
static void verify__armed_pages(void)
{
    struct fake fake;
    start(&fake);
    uint8_t *armed = fake.mp->vms[0].watchers[0].armed;
    struct mp_pmap_entry *awaited = NULL, *ballooned = entry_of(&fake, 0, 300);
    for (uint32_t ppn = 0; ppn < 500; ppn++) {
        if (entry_of(&fake, 0, ppn)->flags & MP_PAGE_ARMED)
            awaited = entry_of(&fake, 0, ppn);
    }
    if (!CHECK(awaited != NULL))
        return;
    DAMAGE(&fake, awaited->flags, awaited->flags ^ MP_PAGE_ARMED);
    DAMAGE(&fake, ballooned->flags, ballooned->flags ^ MP_PAGE_ARMED);
    DAMAGE(&fake, armed[0], armed[0] ^ 1);
    DAMAGE(&fake, armed[400 / 8], armed[400 / 8] ^ 1);
    fake_fini(&fake);
}

static void verify__a_lost_page(void)
{
    struct fake fake;
    start(&fake);
    struct mp_pageset *free_mpns = &fake.mp->free_mpns;
    uint32_t mpn = mp_pageset_select(free_mpns, 0);
    mp_pageset_remove(free_mpns, mpn);
    seen(&fake, "a free page is lost");
    mp_pageset_add(free_mpns, mpn);
    uint32_t used = entry_of(&fake, 0, find(&fake, 0, MP_PRIVATE))->where;
    mp_pageset_add(free_mpns, used);
    seen(&fake, "a page in use is free");
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
        DAMAGE(&fake, fake.mp->pools[pool].free_pages, fake.mp->pools[pool].free_pages + 1);
        DAMAGE(&fake, fake.mp->pools[pool].free_pages, fake.mp->pools[pool].free_pages - 1);
    }
    DAMAGE(&fake, fake.mp->pools[MP_LOW].lowest_free, 51);
    DAMAGE(&fake, fake.mp->pools[MP_LOW].used_end, 49);
    DAMAGE(&fake, fake.mp->pools[MP_HIGH].used_end, 999);
    struct mp_pageset *low = &fake.mp->vms[0].low;
    mp_pageset_add(low, 99);
    seen(&fake, "a high page is taken for low");
    mp_pageset_remove(low, 99);
    mp_pageset_remove(low, 100);
    seen(&fake, "a low page is taken for high");
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

TEST_SUITE(policy_verify, TEST(verify__reads_no_frame_that_was_never_used), TEST(verify__pools),
           TEST(verify__pmap), TEST(verify__frames), TEST(verify__sums),
           TEST(verify__targets_respect_min), TEST(verify__armed_pages), TEST(verify__a_lost_page))
