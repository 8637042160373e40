/*
 * The table of operations that do nothing: a whole machine runs on it, with more memory wanted than
 * there is, and the library's books stay in order.
 */
#include "models/policy/mp.h"
#include "tests/check.h"

#include <stdlib.h>

#define SECOND UINT64_C(1000000000)

static void *buffer_new(size_t bytes)
{
    size_t rounded = (bytes + 63) / 64 * 64;
    void *buffer = aligned_alloc(64, rounded);
    return buffer ? memset(buffer, 0, rounded) : NULL;
}

static void ops_inert__runs_a_machine(void)
{
    const struct mp_machine machine = {.machine_pages = 500, .swap_pages = 1000, .max_vms = 1};
    const struct mp_vm_config config = {.max_pages = 800, .shares = 10};
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    void *buffer = buffer_new(mp_footprint(&machine, &tunables, NULL));
    struct mp *mp = mp_init(buffer, &machine, &tunables, NULL, &mp_ops_inert, NULL, 0);
    void *vm_buffer = buffer_new(mp_vm_footprint(mp, &config));
    struct mp_status status;
    CHECK_EQ(mp_vm_on(mp, 0, &config, vm_buffer, 0, NULL), MP_ADMITTED);
    mp_balloon_driver(mp, 0, true, 0);
    for (uint32_t ppn = 0; ppn < 800; ppn++)
        CHECK_EQ(mp_fault(mp, 0, ppn, true, 0, NULL), ppn < 500 ? MP_FAULT_DONE : MP_FAULT_WAIT);
    for (uint64_t second = 1; second <= 60; second++) {
        mp_vm_time(mp, 0, second * SECOND);
        mp_tick(mp, second * SECOND);
        CHECK_TEXT(mp_verify(mp) ? mp_verify(mp) : "in order", "in order");
    }
    mp_share_range(mp, 0, 0, 800, 60 * SECOND);
    mp_status(mp, &status);
    CHECK_EQ(status.free_pages, 0);
    CHECK_EQ(status.shared_pages, 0);
    CHECK(status.pages_scanned >= 500);
    CHECK_EQ(mp_vm_off(mp, 0, 60 * SECOND) == vm_buffer, true);
    free(vm_buffer);
    free(buffer);
}

/* Each answers what an embedder without that part would. */
static void ops_inert__answers(void)
{
    const struct mp_ops *ops = &mp_ops_inert;
    const struct mp_page_io page = {.slot = 1};
    uint32_t mpns[16];
    uint64_t hashes[16] = {0};
    for (uint32_t i = 0; i < 16; i++)
        mpns[i] = 1000 + i;
    ops->hash(NULL, mpns, 16, hashes);
    for (uint32_t i = 0; i < 16; i++) {
        for (uint32_t j = 0; j < i; j++) /* in neither half, as a hint keeps only one */
            CHECK((uint32_t)hashes[i] != (uint32_t)hashes[j] && hashes[i] >> 32 != hashes[j] >> 32);
    }
    CHECK(!ops->same(NULL, 1, 2));
    CHECK_EQ(ops->page_out(NULL, &page, 1), 0);
    CHECK(!ops->page_in(NULL, &page));
    CHECK(!ops->pinned(NULL, 0, 0));
    CHECK_EQ(ops->random_below(NULL, 0, MP_STREAM_SCAN, 7), 0);
}

TEST_SUITE(policy_ops, TEST(ops_inert__runs_a_machine), TEST(ops_inert__answers));
