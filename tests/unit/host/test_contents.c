/* models/host/contents.c: which contents shrink, and pages that are compressed
 * instead of swapped. */
#include "models/host/internal.h"
#include "tests/unit/host/fixture.h"

static struct fixture f;

/* VM 0 writes all of its memory, then VM 1 more than there is left; later VM 0
 * reads all. */
static void run(uint32_t cache_bp, uint32_t half_pages_pct, uint32_t min_pages)
{
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 1200,
                                             .vm_pages = 1000,
                                             .min_pages = min_pages,
                                             .vms = 2,
                                             .keep_contents = true,
                                             .keep_written = true,
                                             .compress_cache_bp = cache_bp});
    f.costs.half_pages_pct = half_pages_pct;
    f.host->disk_cost.half_pages_pct = half_pages_pct;
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fixture_write(&f, 0, ppn, 5000 + ppn);
    fixture_sleep(&f, 1, 5 * SIM_SECOND);
    for (uint32_t ppn = 0; ppn < 500; ppn++)
        fixture_write(&f, 1, ppn, GUEST_CONTENT_PRIVATE);
    fixture_sleep(&f, 0, 60 * SIM_SECOND);
    for (uint32_t ppn = 0; ppn < 1000; ppn++)
        fixture_read(&f, 0, ppn);
    fixture_run(&f, 50 * SIM_SECOND);
}

static struct mp_vm_status status_of(int vm)
{
    struct host_vm_status status;
    host_vm_status(f.host, vm, &status);
    return status.policy;
}

static void content_shrinks__in_its_share(void)
{
    uint32_t shrink = 0;
    fixture_make(&f, &(struct fixture_shape){.machine_pages = 100, .vm_pages = 50, .vms = 1});
    CHECK_EQ(f.host->disk_cost.half_pages_pct, 60);
    for (uint64_t content = 1; content <= 10000; content++)
        shrink += host_content_shrinks(f.host, content);
    CHECK(shrink > 5900 && shrink < 6100); /* two standard deviations */
    f.host->disk_cost.half_pages_pct = 0;
    CHECK(host_content_shrinks(f.host, GUEST_CONTENT_ZERO));
    CHECK(!host_content_shrinks(f.host, 7));
    fixture_free(&f);
}

static void compress__only_what_shrinks(void)
{
    run(1000, 60, 100);
    const struct mp_pmap_entry *pmap = mp_pmap(host_policy(f.host), 0);
    uint32_t compressed = 0;
    for (uint32_t ppn = 0; ppn < 1000; ppn++) {
        compressed += pmap[ppn].backing == MP_COMPRESSED;
        CHECK(pmap[ppn].backing != MP_COMPRESSED || host_content_shrinks(f.host, 5000 + ppn));
    }
    CHECK(compressed > 100);
    CHECK_EQ(status_of(0).compressed_pages, compressed);
    CHECK(status_of(0).swapped_pages > 0);
    fixture_run(&f, 200 * SIM_SECOND); /* every page reads as it was written */
    CHECK(status_of(0).compress_in_pages > 0);
    CHECK(status_of(0).swap_in_pages > 0);
    fixture_free(&f);
}

/* Without a page on the disk, 300 faults on compressed pages take their CPU
 * time and no more. */
static void fault__takes_cpu_time_and_no_disk(void)
{
    run(5000, 100, 590);
    struct mp_vm_status before = status_of(0);
    struct host_vm_status host_before, host_after;
    CHECK_EQ(before.swapped_pages, 0);
    CHECK(before.compressed_pages > 300);
    host_vm_power_off(f.host, 1); /* there is memory again */
    host_vm_status(f.host, 0, &host_before);
    fixture_run(&f, 61 * SIM_SECOND);
    host_vm_status(f.host, 0, &host_after);
    uint64_t faults = status_of(0).compress_in_pages;
    CHECK_EQ(faults, before.compressed_pages);
    /* Sampling has a few faults of its own, of pages that are in memory. */
    uint64_t fault_ns = f.host->cpu_cost.fault_ns, ns = f.host->cpu_cost.zram_decompress_ns;
    uint64_t more_ns = host_after.overhead_ns - host_before.overhead_ns - faults * (fault_ns + ns);
    CHECK_EQ(more_ns % fault_ns, 0);
    CHECK(more_ns <= 100 * fault_ns);
    CHECK_EQ(host_after.stalled_ns, host_before.stalled_ns);
    CHECK_EQ(status_of(0).swap_in_pages, 0);
    fixture_free(&f);
}

TEST_SUITE(host_contents, TEST(content_shrinks__in_its_share), TEST(compress__only_what_shrinks),
           TEST(fault__takes_cpu_time_and_no_disk))
