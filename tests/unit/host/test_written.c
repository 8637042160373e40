/* models/host/written.c and the hashes of contents.c: pages read as they were written, whatever the
 * hash and its hints say. */
#include <stdlib.h>

#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

/* Two VMs of 1,000 pages, 600 written in each: half the pages equal in both, all others distinct.
 */
static void fill_two_vms(uint32_t hash_bits)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 8000,
                                             .vm_pages = 1000,
                                             .min_pages = 500,
                                             .vms = 2,
                                             .sharing = true,
                                             .keep_written = true,
                                             .hash_bits = hash_bits,
                                             .scan_pages_s = 20000});
    for (uint32_t ppn = 0; ppn < 600; ppn++) {
        bool common = ppn % 2;
        fixture_write(&f, 0, ppn, common ? 10000 + ppn : GUEST_CONTENT_PRIVATE);
        fixture_write(&f, 1, ppn, common ? 10000 + ppn : GUEST_CONTENT_PRIVATE);
    }
}

static struct mp_status policy_status(void)
{
    struct mp_status status;
    mp_status(host_policy(f.host), &status);
    return status;
}

static struct host_status status_now(void)
{
    struct host_status status;
    host_status(f.host, &status);
    return status;
}

static void content_hash__fewer_bits_keep_what_is_equal(void)
{
    for (uint32_t bits = 16; bits <= 64; bits += 8) {
        fill_two_vms(bits);
        CHECK_EQ(host_content_hash(f.host, 77), host_content_hash(f.host, 77));
        CHECK_EQ(host_content_hash(f.host, 77) == sim_mix64(77, 0), bits == 64);
        fixture_run(&f, 3 * SIM_SECOND);
        fixture_free(&f);
    }
}

static int compare_hashes(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* 2^20 contents leave one of 2^16 values out with a chance of 0.7%, and have no value more. */
static void content_hash__has_so_many_values(void)
{
    static uint64_t hashes[1 << 20];
    uint32_t values = 1;
    fill_two_vms(16);
    for (uint32_t i = 0; i < 1 << 20; i++)
        hashes[i] = host_content_hash(f.host, i);
    qsort(hashes, 1 << 20, sizeof hashes[0], compare_hashes);
    for (uint32_t i = 1; i < 1 << 20; i++)
        values += hashes[i] != hashes[i - 1];
    CHECK_EQ(values, 1 << 16);
    fixture_free(&f);
}

/* 900 distinct contents among 65,536 values: six false matches expected. Each leaves its page
 * alone; whatever is shared is equal, as fixture_run() proves. */
static void false_match__never_shares(void)
{
    fill_two_vms(16);
    fixture_run(&f, 3 * SIM_SECOND);
    struct mp_status status = policy_status();
    CHECK(status.false_matches > 0);
    CHECK(status.false_matches < 25);
    CHECK(status.shared_pages > 580 && status.shared_pages <= 600);
    fixture_free(&f);

    fill_two_vms(64);
    fixture_run(&f, 3 * SIM_SECOND);
    CHECK_EQ(policy_status().false_matches, 0);
    CHECK_EQ(policy_status().shared_pages, 600);
    fixture_free(&f);
}

/* The hundred pages drawn for sampling fault once, for that reason and no other. */
static void hint__does_not_make_a_write_fault(void)
{
    fill_two_vms(64);
    fixture_sleep(&f, 0, 5 * SIM_SECOND);
    for (uint32_t ppn = 0; ppn < 600; ppn += 2)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
    fixture_run(&f, 4 * SIM_SECOND);
    CHECK_EQ(policy_status().hint_frames, 600);
    CHECK_EQ(status_now().hint_writes, 0);
    fixture_run(&f, 6 * SIM_SECOND);
    CHECK(status_now().hint_writes >= 200);
    CHECK(status_now().hint_writes <= 300);
    CHECK_EQ(status_now().private_write_faults, 0);
    fixture_free(&f);
}

static void written_verify__survives_the_swap_device(void)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 1500,
                                             .vm_pages = 1000,
                                             .min_pages = 300,
                                             .vms = 2,
                                             .keep_contents = true,
                                             .keep_written = true});
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
        fixture_write(&f, 1, ppn, GUEST_CONTENT_PRIVATE);
    }
    for (uint32_t ppn = 0; ppn < 1000; ppn += 3)
        fixture_write(&f, 0, ppn, GUEST_CONTENT_PRIVATE);
    for (uint64_t seconds = 1; seconds <= 64; seconds *= 2)
        fixture_run(&f, seconds * SIM_SECOND);
    fixture_free(&f);
}

static void written_verify__sees_a_page_that_was_changed(void)
{
    fill_two_vms(64);
    fixture_run(&f, 3 * SIM_SECOND);
    uint32_t mpn = mp_pmap(host_policy(f.host), 1)[1].where; /* shared by both */
    f.host->content[mpn]++;
    CHECK_TEXT(host_verify(f.host), "a page does not hold what its guest wrote");
    f.host->content[mpn]--;
    CHECK(host_verify(f.host) == NULL);
    fixture_free(&f);
}

TEST_SUITE(host_written, TEST(content_hash__fewer_bits_keep_what_is_equal),
           TEST(content_hash__has_so_many_values), TEST(false_match__never_shares),
           TEST(hint__does_not_make_a_write_fault), TEST(written_verify__survives_the_swap_device),
           TEST(written_verify__sees_a_page_that_was_changed))
