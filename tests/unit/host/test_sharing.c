/* models/host/sharing.c: what each VM shares with others and with itself. fixture_run() compares
 * the numbers with a walk, so a test has to make pages come and go in every way. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

static void make(uint32_t machine_pages)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = machine_pages,
                                             .vm_pages = 1000,
                                             .min_pages = 100,
                                             .vms = 3,
                                             .sharing = true,
                                             .scan_pages_s = 5000});
}

static struct mp_sharing_split split_of(int vm)
{
    struct mp_sharing_split split;
    host_vm_sharing(f.host, vm, &split);
    return split;
}

static struct host_sharing sharing_now(void)
{
    struct host_sharing sharing;
    host_sharing(f.host, &sharing);
    return sharing;
}

static void vm_sharing__is_nothing_before_the_first_page(void)
{
    make(8000);
    CHECK_EQ(split_of(0).shared_pages, 0);
    CHECK_EQ(split_of(0).zero_pages, 0);
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(split_of(0).self_saved_pages, 0);
    CHECK_EQ(sharing_now().inter_saved_pages, 0);
    fixture_free(&f);
}

static void vm_sharing__self_others_and_zeroes(void)
{
    make(8000);
    for (uint32_t ppn = 0; ppn < 100; ppn++) {
        fixture_write(&f, 0, ppn, 5000 + ppn / 4); /* four of each content */
        fixture_write(&f, 1, ppn, 5000 + ppn / 4);
        fixture_write(&f, 2, ppn, 7000 + ppn); /* one of each */
    }
    for (uint32_t ppn = 200; ppn < 210; ppn++)
        fixture_write(&f, 2, ppn, GUEST_CONTENT_ZERO);
    fixture_run(&f, 5 * SIM_SECOND);
    CHECK_EQ(split_of(0).shared_pages, 100);
    CHECK_EQ(split_of(0).self_saved_pages, 75);
    CHECK_EQ(split_of(0).zero_pages, 0);
    CHECK_EQ(split_of(1).self_saved_pages, 75);
    CHECK_EQ(split_of(2).shared_pages, 10);
    CHECK_EQ(split_of(2).self_saved_pages, 9);
    CHECK_EQ(split_of(2).zero_pages, 10);
    CHECK_EQ(sharing_now().self_saved_pages, 159);
    CHECK_EQ(sharing_now().inter_saved_pages, 25);
    host_vm_power_off(f.host, 0);
    fixture_run(&f, 6 * SIM_SECOND);
    CHECK_EQ(split_of(0).shared_pages, 0);
    CHECK_EQ(split_of(1).shared_pages, 100);
    CHECK_EQ(sharing_now().inter_saved_pages, 0);
    fixture_free(&f);
}

/* KSM lets a page have 256 users, so that zeroes lie on many machine pages. */
static void vm_sharing__zeroes_on_many_pages(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 100,
                                             .vms = 2,
                                             .sharing = true,
                                             .scanner = "ksm",
                                             .scan_pages_s = 5000});
    for (uint32_t ppn = 0; ppn < 600; ppn++)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_ZERO);
    fixture_run(&f, 60 * SIM_SECOND);
    CHECK_EQ(split_of(0).shared_pages, 600);
    CHECK_EQ(split_of(0).zero_pages, 600);
    CHECK_EQ(split_of(0).self_saved_pages, 597);
    fixture_free(&f);
}

/* The last page of a content is counted no more, whichever VM has it. */
static void vm_sharing__ends_with_the_last_but_one(void)
{
    make(8000);
    for (uint32_t ppn = 0; ppn < 90; ppn++) {
        for (int vm = 0; vm < 3; vm++)
            fixture_write(&f, vm, ppn, 5000 + ppn);
    }
    for (uint32_t ppn = 0; ppn < 90; ppn++) {
        for (int vm = 0; vm < 3; vm++) {
            if ((int)ppn % 3 != vm) {
                fixture_sleep(&f, vm, (6 + (uint64_t)vm) * SIM_SECOND);
                fixture_write(&f, vm, ppn, GUEST_CONTENT_PRIVATE);
            }
        }
    }
    fixture_run(&f, 5 * SIM_SECOND);
    CHECK_EQ(split_of(0).shared_pages, 90);
    for (uint32_t second = 6; second < 10; second++)
        fixture_run(&f, second * SIM_SECOND);
    for (int vm = 0; vm < 3; vm++)
        CHECK_EQ(split_of(vm).shared_pages, 0);
    fixture_free(&f);
}

/* Shared pages leave for the swap device and come back, and the machine is too small for all. */
static void vm_sharing__holds_while_pages_are_swapped(void)
{
    make(700);
    for (uint32_t round = 0; round < 4; round++) {
        for (uint32_t ppn = 0; ppn < 600; ppn++) {
            for (int vm = 0; vm < 3; vm++) {
                uint64_t content = (ppn * 7 + round + (uint32_t)vm) % 5 == 0
                                       ? GUEST_CONTENT_PRIVATE
                                       : 9000 + (ppn / 2 + round * 50) % 400;
                fixture_write(&f, vm, ppn, content);
            }
        }
    }
    uint64_t swapped = 0;
    for (uint32_t tenth = 1; tenth < 400; tenth++) {
        fixture_run(&f, tenth * SIM_SECOND / 10);
        struct host_vm_status status;
        host_vm_status(f.host, 0, &status);
        swapped = status.policy.swap_out_pages;
    }
    CHECK(swapped > 100);
    CHECK(split_of(0).shared_pages > 100);
    host_vm_power_off(f.host, 1);
    fixture_run(&f, 45 * SIM_SECOND);
    fixture_free(&f);
}

static void verify__sees_a_wrong_count(void)
{
    make(8000);
    for (uint32_t ppn = 0; ppn < 20; ppn++)
        fixture_write(&f, 0, ppn, 5000 + ppn / 2);
    fixture_run(&f, 5 * SIM_SECOND);
    uint32_t *counts[] = {&f.host->vms[0].shared_pages, &f.host->vms[0].shared_mpns,
                          &f.host->vms[1].shared_pages};
    for (int i = 0; i < 3; i++) {
        ++*counts[i];
        CHECK_TEXT(host_verify(f.host), "the pages that a VM shares are counted wrongly");
        --*counts[i];
    }
    CHECK(host_verify(f.host) == NULL);
    fixture_free(&f);
}

TEST_SUITE(host_sharing, TEST(vm_sharing__is_nothing_before_the_first_page),
           TEST(vm_sharing__self_others_and_zeroes), TEST(vm_sharing__zeroes_on_many_pages),
           TEST(vm_sharing__ends_with_the_last_but_one),
           TEST(vm_sharing__holds_while_pages_are_swapped), TEST(verify__sees_a_wrong_count))
