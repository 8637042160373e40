/*
 * The scan against counts made here, page by page: of hashes and of bytes, by any number of
 * threads, with hashes that are alike where a hint looks.
 */
#include "ballast/scan/scan.h"

#include <stdlib.h>

#include "ballast/scan/hash.h"
#include "ballast/scan/page.h"
#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

enum { VMS = 4, PAGES_MOST = 1000 };

struct vms {
    struct files files;
    struct tr_snapshot *at[VMS];
    uint64_t contents[VMS][PAGES_MOST]; /* 0 = zeroes */
    uint32_t pages[VMS], count;
};

static uint64_t random_below(uint64_t *state, uint64_t n)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (*state >> 33) % n;
}

/* Opens all: as hashes, or as pages of which the first and the last word tell the content. */
static void vms_open(struct vms *vms, bool as_bytes)
{
    static uint64_t words[PAGES_MOST * 512];
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    files_init(&vms->files);
    options.raw = as_bytes;
    for (uint32_t vm = 0; vm < vms->count; vm++) {
        char name[20];
        size_t step = as_bytes ? 512 : 1;
        for (uint32_t page = 0; page < vms->pages[vm]; page++) {
            uint64_t content = vms->contents[vm][page];
            memset(words + page * step, 0, step * 8);
            words[page * step] = as_bytes || content ? content : TR_RECORDER_ZERO_HASH;
            words[page * step + step - 1] = words[page * step];
        }
        snprintf(name, sizeof name, "vm%u.%s", vm, as_bytes ? "raw" : "h64");
        const char *path = files_path(&vms->files, name);
        file_put(path, words, vms->pages[vm] * step * 8);
        CHECK_EQ(tr_snapshot_open(path, &options, &vms->at[vm], NULL), SIM_OK);
    }
}

static void vms_close(struct vms *vms)
{
    for (uint32_t vm = 0; vm < vms->count; vm++)
        tr_snapshot_close(vms->at[vm]);
    files_fini(&vms->files);
}

static void vms_random(struct vms *vms, uint64_t seed)
{
    uint64_t state = seed;
    vms->count = 1 + (uint32_t)random_below(&state, VMS);
    for (uint32_t vm = 0; vm < vms->count; vm++) {
        vms->pages[vm] = 1 + (uint32_t)random_below(&state, PAGES_MOST);
        uint64_t kinds = 1 + random_below(&state, 2 * PAGES_MOST);
        for (uint32_t page = 0; page < vms->pages[vm]; page++)
            vms->contents[vm][page] =
                random_below(&state, 8) ? 1000 + random_below(&state, kinds) : 0;
    }
}

/* ---- Counting ---------------------------------------------------------------------------- */

static int compare_numbers(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* The contents of VMs first..end - 1, in order. */
static size_t gather(const struct vms *vms, uint32_t first, uint32_t end, uint64_t *all)
{
    size_t count = 0;
    for (uint32_t vm = first; vm < end; vm++) {
        memcpy(all + count, vms->contents[vm], vms->pages[vm] * sizeof *all);
        count += vms->pages[vm];
    }
    qsort(all, count, sizeof *all, compare_numbers);
    return count;
}

static size_t repeats(const uint64_t *all, size_t count, size_t at)
{
    size_t end = at;
    while (end < count && all[end] == all[at])
        end++;
    return end - at;
}

static void check_counts(const struct scan_counts *counts, const struct vms *vms, uint32_t first,
                         uint32_t end)
{
    static uint64_t all[VMS * PAGES_MOST];
    size_t count = gather(vms, first, end, all);
    struct scan_counts expected = {.total_pages = count};
    for (size_t at = 0, same; at < count; at += same) {
        same = repeats(all, count, at);
        expected.distinct_pages++;
        expected.zero_pages += all[at] == 0 ? same : 0;
        expected.zero_reclaimed_pages += all[at] == 0 ? same - 1 : 0;
        expected.shared_pages += same > 1 ? same : 0;
        expected.reclaimed_pages += same - 1;
    }
    for (uint32_t vm = first; vm < end; vm++) {
        size_t own = gather(vms, vm, vm + 1, all), distinct = 0;
        for (size_t at = 0; at < own; at += repeats(all, own, at))
            distinct++;
        expected.self_reclaimed_pages += own - distinct;
    }
    CHECK_EQ(counts->total_pages, expected.total_pages);
    CHECK_EQ(counts->zero_pages, expected.zero_pages);
    CHECK_EQ(counts->distinct_pages, expected.distinct_pages);
    CHECK_EQ(counts->shared_pages, expected.shared_pages);
    CHECK_EQ(counts->reclaimed_pages, expected.reclaimed_pages);
    CHECK_EQ(counts->zero_reclaimed_pages, expected.zero_reclaimed_pages);
    CHECK_EQ(counts->self_reclaimed_pages, expected.self_reclaimed_pages);
    CHECK_EQ(counts->inter_reclaimed_pages,
             expected.reclaimed_pages - expected.self_reclaimed_pages);
}

static bool has(const struct vms *vms, uint32_t vm, uint64_t content)
{
    for (uint32_t page = 0; page < vms->pages[vm]; page++)
        if (vms->contents[vm][page] == content)
            return true;
    return false;
}

/* Contents of one VM that another has too. */
static uint64_t common(const struct vms *vms, uint32_t vm, uint32_t other)
{
    static uint64_t own[PAGES_MOST];
    size_t count = gather(vms, vm, vm + 1, own);
    uint64_t found = 0;
    for (size_t at = 0; at < count; at += repeats(own, count, at))
        found += has(vms, other, own[at]);
    return found;
}

static uint32_t wrong_shareable(const struct vms *vms, const struct scan_result *result)
{
    static uint64_t all[VMS * PAGES_MOST];
    size_t count = gather(vms, 0, vms->count, all);
    uint32_t wrong = 0;
    for (uint32_t vm = 0; vm < vms->count; vm++) {
        for (uint32_t page = 0; page < vms->pages[vm]; page++) {
            uint64_t content = vms->contents[vm][page];
            const uint64_t *found = bsearch(&content, all, count, 8, compare_numbers);
            bool again = (found > all && found[-1] == content) ||
                         (found + 1 < all + count && found[1] == content);
            wrong += again != (result->shareable[vm][page / 8] >> page % 8 & 1);
        }
    }
    return wrong;
}

static void check_result(const struct vms *vms, const struct scan_result *result)
{
    check_counts(&result->together, vms, 0, vms->count);
    for (uint32_t vm = 0; vm < vms->count; vm++) {
        check_counts(&result->alone[vm], vms, vm, vm + 1);
        CHECK_EQ(*scan_common(result, vm, vm), result->alone[vm].reclaimed_pages);
        for (uint32_t other = 0; other < vms->count; other++)
            if (other != vm)
                CHECK_EQ(*scan_common(result, vm, other), common(vms, vm, other));
    }
    CHECK_EQ(wrong_shareable(vms, result), 0);
    CHECK_EQ(result->false_matches, 0);
}

/* ---- Cases ------------------------------------------------------------------------------- */

static struct vms vms;

static void scan__as_counted(void)
{
    for (uint32_t seed = 1; seed <= 24; seed++) {
        struct scan_result result;
        vms_random(&vms, seed);
        vms_open(&vms, seed % 3 == 0);
        CHECK_EQ(scan_run(vms.at, vms.count, 1 + seed % 5, &result, NULL), SIM_OK);
        check_result(&vms, &result);
        scan_result_fini(&result);
        vms_close(&vms);
    }
}

/* Undoes one round of sim_mix64(). */
static uint64_t unmix_round(uint64_t value)
{
    value ^= value >> 31 ^ value >> 62;
    value *= UINT64_C(0x319642b2d24d8ec3);
    value ^= value >> 27 ^ value >> 54;
    value *= UINT64_C(0x96de1b173f119089);
    return value ^ value >> 30 ^ value >> 60;
}

/* The recorded hash that scan_hash.c makes this of. */
static uint64_t unmix(uint64_t value)
{
    return unmix_round(unmix_round(value)) - UINT64_C(0x9e3779b97f4a7c15);
}

/* A hint keeps the high half of the hash, and the bucket is chosen by the low half: other pages
 * with both alike look like the hinted page, written to. */
static void scan__hashes_that_are_alike(void)
{
    struct scan_result result;
    vms.count = 1;
    vms.pages[0] = 9;
    for (uint32_t page = 0; page < 9; page++)
        vms.contents[0][page] = unmix(UINT64_C(0x123456789) << 32 | page % 3);
    vms_open(&vms, false);
    uint32_t extents;
    CHECK_EQ(scan_page_hash(tr_snapshot_extents(vms.at[0], &extents), 4),
             UINT64_C(0x2345678900000001)); /* so unmix() does what it says */
    CHECK_EQ(scan_run(vms.at, 1, 1, &result, NULL), SIM_OK);
    CHECK_EQ(result.together.distinct_pages, 3);
    check_result(&vms, &result);
    scan_result_fini(&result);
    vms_close(&vms);
}

/* Two pages of different bytes and the same hash. XXH3 multiplies the halves of each word, xored
 * with its secret, and adds the word itself to its neighbour's lane: where the low half is that of
 * the secret the product is 0, and only the sum of the words counts. */
static void make_alike(uint64_t *page, uint64_t up)
{
    const uint64_t secret[2] = {UINT64_C(0xbe4ba423396cfeb8), UINT64_C(0x1cad21f72c81017c)};
    memset(page, 0, 4096);
    page[0] = (secret[0] & UINT32_MAX) | (7 + up) << 32;
    page[8] = (secret[1] & UINT32_MAX) | (7 - up) << 32;
}

static void scan__equal_hashes_of_different_bytes(void)
{
    static uint64_t pages[5][512];
    const uint64_t kinds[] = {1, 2, 1, 2, 1};
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshot;
    struct scan_result result;
    uint32_t extents;
    struct files files;
    for (uint32_t i = 0; i < 5; i++)
        make_alike(pages[i], kinds[i]);
    files_init(&files);
    const char *path = files_path(&files, "a.raw");
    file_put(path, pages, sizeof pages);
    options.raw = true;
    CHECK_EQ(tr_snapshot_open(path, &options, &snapshot, NULL), SIM_OK);
    const struct tr_extent *extent = tr_snapshot_extents(snapshot, &extents);
    CHECK_EQ(scan_page_hash(extent, 0), scan_page_hash(extent, 1));
    CHECK_EQ(scan_run(&snapshot, 1, 1, &result, NULL), SIM_OK);
    CHECK_EQ(result.together.reclaimed_pages, 2); /* the first kind; the others are left alone */
    CHECK_EQ(result.together.distinct_pages, 3);
    CHECK_EQ(result.false_matches, 2);
    scan_result_fini(&result);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void hasher__in_order_by_any_threads(void)
{
    vms_random(&vms, 77);
    vms_open(&vms, true);
    for (uint32_t threads = 1; threads <= 5; threads++) {
        struct scan_hasher *hasher = scan_hasher_new(vms.at, vms.count, threads);
        const struct scan_chunk *chunk;
        uint32_t vm = 0, next = 0, wrong = 0;
        uint64_t zeroes = 0, zeroes_expected = 0;
        while ((chunk = scan_hasher_next(hasher)) != NULL) {
            wrong += chunk->vm != vm || chunk->first != next || chunk->pages == 0;
            for (uint32_t i = 0; i < chunk->pages; i++) {
                uint32_t index = chunk->first + i;
                wrong += chunk->hashes[i] !=
                         scan_page_hash(tr_snapshot_extent_of(vms.at[chunk->vm], index), index);
                zeroes_expected += vms.contents[chunk->vm][index] == 0;
            }
            zeroes += chunk->zero_pages;
            next += chunk->pages;
            if (next == vms.pages[vm]) {
                vm++;
                next = 0;
            }
        }
        CHECK_EQ(wrong, 0);
        CHECK_EQ(vm, vms.count);
        CHECK_EQ(zeroes, zeroes_expected);
        CHECK(scan_hasher_next(hasher) == NULL);
        scan_hasher_free(hasher);
    }
    struct scan_hasher *left = scan_hasher_new(vms.at, vms.count, 3); /* given up half way */
    CHECK(scan_hasher_next(left) != NULL);
    scan_hasher_free(left);
    vms_close(&vms);
}

static void check_kinds__bytes_and_hashes(void)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *other, *pair[2];
    struct sim_error error = {0};
    vms.count = vms.pages[0] = 1;
    vms.contents[0][0] = 5;
    vms_open(&vms, false);
    pair[0] = vms.at[0];
    pair[1] = vms.at[0];
    CHECK_EQ(scan_check_kinds(pair, 2, &error), SIM_OK);

    options.has_zero_hash = true;
    options.zero_hash = 0x5a;
    CHECK_EQ(tr_snapshot_open(tr_snapshot_path(pair[0]), &options, &other, NULL), SIM_OK);
    pair[1] = other;
    CHECK_EQ(scan_check_kinds(pair, 2, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found 64-bit hashes (zero page 000000000000005a)");
    tr_snapshot_close(other);

    options = TR_SNAPSHOT_DEFAULTS;
    options.buddies.given = true;
    static const uint8_t bytes[4096];
    const char *path = files_path(&vms.files, "raw");
    file_put(path, bytes, sizeof bytes);
    CHECK_EQ(tr_snapshot_open(path, &options, &other, NULL), SIM_OK);
    pair[1] = other;
    CHECK_EQ(scan_check_kinds(pair, 2, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found 32-bit hashes of 4096-byte pages: they cannot be compared");
    tr_snapshot_close(other);

    options = TR_SNAPSHOT_DEFAULTS;
    options.raw = true;
    CHECK_EQ(tr_snapshot_open(path, &options, &other, NULL), SIM_OK);
    pair[1] = other;
    CHECK_EQ(scan_check_kinds(pair, 2, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found real bytes");
    tr_snapshot_close(other);
    vms_close(&vms);
}

/* n (n - 1) / 2 pairs, each alike once in 2^32. */
static void false_pairs__of_32_bits(void)
{
    CHECK_NEAR(scan_false_pairs(1 << 20), 128, 0.01);
    CHECK_NEAR(scan_false_pairs(1 << 24), 32768, 0.01);
    CHECK_NEAR(scan_false_pairs(1), 0, 0);
}

TEST_SUITE(scan, TEST(scan__as_counted), TEST(scan__hashes_that_are_alike),
           TEST(scan__equal_hashes_of_different_bytes), TEST(hasher__in_order_by_any_threads),
           TEST(check_kinds__bytes_and_hashes), TEST(false_pairs__of_32_bits))
