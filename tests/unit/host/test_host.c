/* models/host/host.c, mapping.c, contents.c, vcpu.c: guests on a whole host. */
#include "tests/unit/host/fixture.h"

static struct mp_vm_status vm_status(const struct fixture *fixture, int vm)
{
    struct host_vm_status status;
    host_vm_status(fixture->host, vm, &status);
    return status.policy;
}

static struct fixture f;

static void mapping__a_written_page_is_allocated_once(void)
{
    fixture_make(&f, &(struct fixture_shape){
                         .machine_pages = 4000, .vm_pages = 1000, .min_pages = 500, .vms = 1});
    fixture_write(&f, 0, 10, GUEST_CONTENT_PRIVATE);
    fixture_write(&f, 0, 10, GUEST_CONTENT_PRIVATE);
    fixture_read(&f, 0, 11);
    fixture_run(&f, SIM_SECOND);
    CHECK_EQ(vm_status(&f, 0).alloc_pages, 2);
    CHECK_EQ(vm_status(&f, 0).untouched_pages, 998);
    CHECK_EQ(host_verify_pages(f.host), 2);
    fixture_free(&f);
}

static void contents__equal_pages_of_two_vms_share_and_break_on_write(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 2,
                                             .sharing = true,
                                             .scan_pages_s = 10000});
    for (uint32_t ppn = 0; ppn < 100; ppn++) {
        fixture_write(&f, 0, ppn, 1000 + ppn);
        fixture_write(&f, 1, ppn, 1000 + ppn);
        fixture_write(&f, 1, 200 + ppn, GUEST_CONTENT_PRIVATE);
    }
    fixture_sleep(&f, 1, 20 * SIM_SECOND);
    fixture_write(&f, 1, 3, GUEST_CONTENT_PRIVATE);
    fixture_run(&f, 10 * SIM_SECOND);
    struct mp_status status;
    mp_status(host_policy(f.host), &status);
    CHECK_EQ(status.shared_pages, 200);
    CHECK_EQ(status.saved_pages, 100);
    struct host_sharing sharing;
    host_sharing(f.host, &sharing);
    CHECK_EQ(sharing.self_saved_pages, 0);
    CHECK_EQ(sharing.inter_saved_pages, 100);
    fixture_run(&f, 30 * SIM_SECOND);
    mp_status(host_policy(f.host), &status);
    CHECK_EQ(status.saved_pages, 99);
    CHECK_EQ(vm_status(&f, 1).cow_breaks, 1);
    fixture_free(&f);
}

/* 4,000 different pages and 2^16 hashes: some 120 collide, and none of them shares. */
static void contents__short_hashes_collide_and_do_not_share(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 4000,
                                             .min_pages = 500,
                                             .vms = 1,
                                             .sharing = true,
                                             .scan_pages_s = 10000,
                                             .hash_bits = 16});
    for (uint32_t ppn = 0; ppn < 4000; ppn++)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
    fixture_run(&f, 20 * SIM_SECOND);
    struct mp_status status;
    mp_status(host_policy(f.host), &status);
    CHECK_NEAR((double)status.false_matches, 120, 50);
    CHECK_EQ(status.saved_pages, 0);
    fixture_free(&f);
}

/* A page that left a hint stays writable; one that was compared in vain faults once. */
static void contents__a_hinted_page_is_written_without_a_fault(void)
{
    static const uint32_t hash_bits[] = {64, 16};
    for (int i = 0; i < 2; i++) {
        fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                                 .vm_pages = 2000,
                                                 .min_pages = 500,
                                                 .vms = 1,
                                                 .sharing = true,
                                                 .scan_pages_s = 10000,
                                                 .hash_bits = hash_bits[i]});
        for (uint32_t ppn = 0; ppn < 2000; ppn++)
            fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
        fixture_sleep(&f, 0, 20 * SIM_SECOND);
        for (uint32_t ppn = 0; ppn < 2000; ppn++)
            fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
        fixture_run(&f, 30 * SIM_SECOND);
        struct mp_status status;
        struct host_status host;
        mp_status(host_policy(f.host), &status);
        host_status(f.host, &host);
        CHECK(status.hint_frames > 1900);
        if (hash_bits[i] == 64)
            CHECK_EQ(host.private_write_faults, 0);
        else
            CHECK(host.private_write_faults > 0);
        fixture_free(&f);
    }
}

static void optimum__counts_what_a_perfect_scanner_finds(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 2,
                                             .keep_contents = true});
    for (uint32_t ppn = 0; ppn < 10; ppn++) {
        fixture_write(&f, 0, ppn, 77); /* ten equal pages */
        fixture_write(&f, 0, 100 + ppn, 500 + ppn);
        fixture_write(&f, 1, 100 + ppn, 500 + ppn); /* ten pairs across VMs */
        fixture_write(&f, 1, ppn, GUEST_CONTENT_ZERO);
    }
    fixture_run(&f, SIM_SECOND);
    struct host_optimum optimum;
    host_optimum(f.host, &optimum);
    CHECK_EQ(optimum.total_pages, 40);
    CHECK_EQ(optimum.zero_pages, 10);
    CHECK_EQ(optimum.distinct_pages, 12);
    CHECK_EQ(optimum.shared_pages, 40);
    CHECK_EQ(optimum.saved_pages, 28);
    CHECK_EQ(optimum.self_saved_pages, 18);
    fixture_free(&f);
}

static void mapping__private_writes_never_make_equal_pages(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 2,
                                             .keep_contents = true});
    for (uint32_t ppn = 0; ppn < 500; ppn++) {
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
        fixture_write(&f, 1, ppn, GUEST_CONTENT_PRIVATE);
        fixture_write(&f, 1, ppn, GUEST_CONTENT_PRIVATE);
    }
    fixture_run(&f, SIM_SECOND);
    struct host_optimum optimum;
    host_optimum(f.host, &optimum);
    CHECK_EQ(optimum.distinct_pages, 1000);
    fixture_free(&f);
}

/* A guest reports with each poll of its balloon driver, once a second; without a driver never. */
static void report__comes_with_the_balloon_drivers_polls(void)
{
    for (int balloon = 0; balloon <= 1; balloon++) {
        fixture_make(&f,
                     &(struct fixture_shape){
                         .machine_pages = 20000, .vm_pages = 16384, .vms = 1, .balloon = balloon});
        fixture_run(&f, 10 * SIM_SECOND);
        CHECK_EQ(vm_status(&f, 0).has_report, balloon);
        CHECK(!balloon || vm_status(&f, 0).report_ns >= 9 * SIM_SECOND);
        fixture_free(&f);
    }
}

static void host__refuses_a_vm_that_cannot_be_admitted(void)
{
    fixture_make(&f, &(struct fixture_shape){
                         .machine_pages = 1500, .vm_pages = 1000, .min_pages = 1000, .vms = 2});
    fixture_run(&f, SIM_SECOND);
    CHECK_CONTAINS(f.log, "power_on a ;");
    CHECK_CONTAINS(f.log, "refused b needs 3.9 MB of machine memory (min and overhead)");
    fixture_free(&f);
}

static void host__power_off_gives_all_pages_back(void)
{
    fixture_make(&f, &(struct fixture_shape){
                         .machine_pages = 4000, .vm_pages = 1000, .min_pages = 500, .vms = 2});
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
    fixture_run(&f, SIM_SECOND);
    struct mp_status status;
    mp_status(host_policy(f.host), &status);
    CHECK_EQ(status.in_use_pages, 1000);
    host_vm_power_off(f.host, 0);
    mp_status(host_policy(f.host), &status);
    CHECK_EQ(status.in_use_pages, 0);
    fixture_run(&f, 2 * SIM_SECOND);
    fixture_free(&f);
}

static void mapping__touched_pages_are_counted_by_period(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 4000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 1,
                                             .keep_touched = true});
    for (uint32_t ppn = 0; ppn < 300; ppn++)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
    fixture_sleep(&f, 0, 40 * SIM_SECOND);
    for (int round = 0; round < 3; round++) {
        for (uint32_t ppn = 0; ppn < 50; ppn++)
            fixture_read(&f, 0, ppn);
    }
    fixture_run(&f, 35 * SIM_SECOND);
    struct host_vm_status status;
    host_vm_status(f.host, 0, &status);
    CHECK_EQ(status.touched_pages, 300);
    fixture_run(&f, 65 * SIM_SECOND);
    host_vm_status(f.host, 0, &status);
    CHECK_EQ(status.touched_pages, 50);
    fixture_run(&f, 95 * SIM_SECOND);
    host_vm_status(f.host, 0, &status);
    CHECK_EQ(status.touched_pages, 0);
    fixture_free(&f);
}

TEST_SUITE(host_host, TEST(report__comes_with_the_balloon_drivers_polls),
           TEST(mapping__a_written_page_is_allocated_once),
           TEST(contents__equal_pages_of_two_vms_share_and_break_on_write),
           TEST(contents__short_hashes_collide_and_do_not_share),
           TEST(contents__a_hinted_page_is_written_without_a_fault),
           TEST(optimum__counts_what_a_perfect_scanner_finds),
           TEST(mapping__private_writes_never_make_equal_pages),
           TEST(host__refuses_a_vm_that_cannot_be_admitted),
           TEST(host__power_off_gives_all_pages_back),
           TEST(mapping__touched_pages_are_counted_by_period))
