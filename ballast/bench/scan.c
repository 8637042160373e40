/*
 * The sharing scanner in a minimal embedder: over content ids, and over real pages of 4 KiB.
 *
 * By id, all pages differ. So the number of candidates is the same in every pass: each page is
 * hashed, looked up, and finds its own hint. By bytes, half of the pages are copies of the other
 * half. So every second page is also compared in full, shared and freed; the machine is made anew
 * for each pass.
 */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "ballast/bench/bench.h"
#include "models/policy/mp.h"
#include "sim/reserve.h"

#define BYTES_PER_PAGE 28u /* what the scanner keeps: frame, bucket, pmap record */

struct scanned {
    uint32_t pages;
    uint64_t *ids;  /* by MPN, or NULL: */
    uint8_t *bytes; /* real pages by MPN */
    uint64_t random;
    void *machine_buffer, *vm_buffer;
    size_t machine_bytes, vm_bytes;
    struct mp *mp;
    uint64_t now_ns;
    uint64_t *random_targets; /* what the reference of the ids reads */
    uint64_t random_count;
};

static void hash_ids(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    const struct scanned *s = context;
    for (uint32_t i = 0; i < count; i++)
        hash[i] = s->ids[mpn[i]];
}

static bool same_ids(void *context, uint32_t mpn, uint32_t other_mpn)
{
    const struct scanned *s = context;
    return s->ids[mpn] == s->ids[other_mpn];
}

static const uint8_t *page_at(const struct scanned *s, uint32_t mpn)
{
    return s->bytes + (size_t)mpn * MP_PAGE_SIZE;
}

static void hash_bytes(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    for (uint32_t i = 0; i < count; i++)
        hash[i] = XXH3_64bits(page_at(context, mpn[i]), MP_PAGE_SIZE);
}

static bool same_bytes(void *context, uint32_t mpn, uint32_t other_mpn)
{
    return memcmp(page_at(context, mpn), page_at(context, other_mpn), MP_PAGE_SIZE) == 0;
}

static uint32_t random_below(void *context, uint16_t vm, enum mp_stream stream, uint32_t n)
{
    struct scanned *s = context;
    (void)vm, (void)stream;
    return (uint32_t)(((bench_next(&s->random) >> 32) * n) >> 32);
}

static void give_up(void *context, const char *what)
{
    (void)context, (void)what;
    abort();
}

/* A machine with one VM, all of whose pages are resident. */
static void scanner_make(struct scanned *s)
{
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.share_scan_vm_pages_s = 1000000;
    tunables.share_scan_total_pages_s = 1000000;
    tunables.sample_period_ms = 3600000;
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    struct mp_machine machine = {
        .machine_pages = s->pages + s->pages / 4, .swap_pages = s->pages, .max_vms = 1};
    struct mp_ops ops = mp_ops_inert;
    ops.hash = s->ids ? hash_ids : hash_bytes;
    ops.same = s->ids ? same_ids : same_bytes;
    ops.random_below = random_below;
    ops.panic = give_up;
    struct mp_vm_config config = {.max_pages = s->pages, .min_pages = s->pages, .shares = 1000};
    struct mp_admission answer;
    if (!s->machine_buffer) {
        s->machine_bytes = mp_footprint(&machine, &tunables, NULL);
        s->machine_buffer = bench_memory(s->machine_bytes);
    }
    memset(s->machine_buffer, 0, s->machine_bytes);
    s->now_ns = 0;
    s->mp = mp_init(s->machine_buffer, &machine, &tunables, NULL, &ops, s, 0);
    if (!s->vm_buffer) {
        s->vm_bytes = mp_vm_footprint(s->mp, &config);
        s->vm_buffer = bench_memory(s->vm_bytes);
    }
    memset(s->vm_buffer, 0, s->vm_bytes);
    bench_check(mp_vm_on(s->mp, 0, &config, s->vm_buffer, 0, &answer) == MP_ADMITTED);
    for (uint32_t ppn = 0; ppn < s->pages; ppn++)
        mp_fault(s->mp, 0, ppn, true, 0, NULL);
}

static void scanner_free(struct scanned *s)
{
    sim_release(s->machine_buffer, s->machine_bytes);
    sim_release(s->vm_buffer, s->vm_bytes);
}

static uint64_t scanned_pages(const struct scanned *s)
{
    struct mp_status status;
    mp_status(s->mp, &status);
    return status.pages_scanned;
}

static void scan(struct scanned *s, uint64_t count)
{
    uint64_t until = scanned_pages(s) + count;
    do {
        s->now_ns = mp_next_deadline(s->mp);
        mp_tick(s->mp, s->now_ns);
    } while (scanned_pages(s) < until);
}

static void ids_run(void *context)
{
    struct scanned *s = context;
    scan(s, s->random_count);
}

/* Independent random reads over as many bytes as the scanner keeps for its pages. */
static void random_run(void *context)
{
    struct scanned *s = context;
    uint64_t words = (uint64_t)s->pages * BYTES_PER_PAGE / 8, sum = 0, state = 7;
    for (uint64_t i = 0; i < s->random_count; i++)
        sum += s->random_targets[((bench_next(&state) >> 32) * words) >> 32];
    bench_use(sum);
}

void bench_scan_ids(void)
{
    struct scanned s = {.pages = 1u << 20, .random = 99, .random_count = 4000000};
    const size_t id_bytes = (size_t)(s.pages + s.pages / 4) * sizeof *s.ids;
    const size_t target_bytes = (size_t)s.pages * BYTES_PER_PAGE;
    s.ids = bench_memory(id_bytes);
    s.random_targets = bench_memory(target_bytes);
    memset(s.random_targets, 1, target_bytes);
    uint64_t state = 3;
    for (uint32_t i = 0; i < s.pages + s.pages / 4; i++)
        s.ids[i] = bench_next(&state);
    scanner_make(&s);
    scan(&s, 8000000); /* until nearly all pages have their hint */
    bench_pair_run(&(struct bench_pair){.name = "share scan by content id, 4 GB",
                                        .reference_name = "random 8-byte reads",
                                        .operations = s.random_count,
                                        .context = &s,
                                        .ours = ids_run,
                                        .reference = random_run,
                                        .least_ratio = 0.3,
                                        .aim_ratio = 0.5});
    sim_release(s.ids, id_bytes);
    sim_release(s.random_targets, target_bytes);
    scanner_free(&s);
}

static void bytes_run(void *context)
{
    struct scanned *s = context;
    scanner_make(s);
    for (uint32_t ppn = 0; ppn < s->pages; ppn++)
        mp_share_page(s->mp, 0, ppn, 0);
}

static void stream_run(void *context)
{
    const struct scanned *s = context;
    bench_stream_read(s->bytes, (size_t)s->pages * MP_PAGE_SIZE);
}

void bench_scan_bytes(void)
{
    struct scanned s = {.pages = 1u << 16, .random = 99};
    size_t bytes = (size_t)(s.pages + s.pages / 4) * MP_PAGE_SIZE;
    s.bytes = bench_memory(bytes);
    uint64_t state = 5, *words = (uint64_t *)(void *)s.bytes;
    for (uint64_t i = 0; i < bytes / 16; i++)
        words[i] = bench_next(&state);
    memcpy(s.bytes + bytes / 2, s.bytes, bytes / 2);
    bench_pair_run(&(struct bench_pair){.name = "share scan over real pages, 256 MB",
                                        .reference_name = "stream read",
                                        .operations = s.pages,
                                        .context = &s,
                                        .ours = bytes_run,
                                        .reference = stream_run,
                                        .least_ratio = 0.25,
                                        .aim_ratio = 0.35});
    sim_release(s.bytes, bytes);
    scanner_free(&s);
}
