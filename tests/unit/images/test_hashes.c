/*
 * Page hashes as a memory image.
 */
#include <stdlib.h>
#include <zstd.h>

#include "tests/unit/images/dump.h"
#include "traces/tr.h"

static struct dump dump;

static void hashes__zeroes_and_others(void)
{
    struct files files;
    struct tr_snapshot *snapshot;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct sim_error error = {0};
    uint32_t count;
    dump.count = 0;
    dump_number(&dump, 77, 8);
    dump_number(&dump, TR_RECORDER_ZERO_HASH, 8);
    dump_number(&dump, 0, 8);
    files_init(&files);
    CHECK_EQ(dump_open(&dump, &files, "a.h64", NULL, &snapshot, &error), SIM_OK);
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
    CHECK_TEXT(facts->format, "page hashes");
    CHECK_EQ(facts->pages, 3);
    CHECK_EQ(facts->hash_bits, 64);
    CHECK(facts->has_zero_hash);
    CHECK_EQ(facts->zero_hash, TR_RECORDER_ZERO_HASH);
    const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
    CHECK_EQ(count, 1);
    CHECK_EQ(extents[0].hashes[0], 77);
    CHECK_EQ(extents[0].hashes[1], 0);
    CHECK_EQ(extents[0].hashes[2], TR_RECORDER_ZERO_HASH);
    tr_snapshot_close(snapshot);

    options.has_zero_hash = options.hashes = true;
    options.zero_hash = 77;
    CHECK_EQ(dump_open(&dump, &files, "other.name", &options, &snapshot, &error), SIM_OK);
    extents = tr_snapshot_extents(snapshot, &count);
    CHECK_EQ(extents[0].hashes[0], 0);
    CHECK_EQ(extents[0].hashes[1], TR_RECORDER_ZERO_HASH);
    CHECK_EQ(extents[0].hashes[2], 77);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

/* A list of zeroes compresses 10,000 to 1. The number of pages is limited by the size of the file.
 */
static void hashes__compressed(void)
{
    for (uint32_t kind = 0; kind < 3; kind++) {
        size_t count = kind == 2 ? (size_t)5 << 22 : 100000, bytes = count * 8;
        uint64_t *hashes = calloc(count, 8);
        uint8_t *packed = malloc(ZSTD_compressBound(bytes));
        struct files files;
        struct tr_snapshot *snapshot;
        struct sim_error error = {0};
        for (size_t i = 0; kind < 2 && i < count; i++)
            hashes[i] = i * i;
        size_t packed_bytes = ZSTD_compress(packed, ZSTD_compressBound(bytes), hashes, bytes, 1);
        files_init(&files);
        const char *path = files_path(&files, "a.h64.zst");
        file_put(path, packed, kind == 1 ? packed_bytes / 2 : packed_bytes);
        int status = tr_snapshot_open(path, &TR_SNAPSHOT_DEFAULTS, &snapshot, &error);
        CHECK_EQ(status, kind == 0 ? SIM_OK : SIM_BAD_DATA);
        if (kind == 0)
            CHECK_EQ(tr_snapshot_facts(snapshot)->pages, count);
        else
            CHECK_CONTAINS(error.text, kind == 1 ? "cut short" : "expected at most");
        tr_snapshot_close(snapshot);
        files_fini(&files);
        free(packed);
        free(hashes);
    }
}

static void hashes__wrong_lengths(void)
{
    dump.count = 0;
    dump_fill(&dump, 1, 20);
    dump_refused(&dump, "a.h64", "expected hashes of 8 bytes, found 20 bytes");
    dump.count = 0;
    dump_refused(&dump, "a.h64", "found an empty file");
    dump.count = ZSTD_compress(dump.bytes, sizeof dump.bytes, "", 0, 1);
    dump_refused(&dump, "a.h64.zst", "expected page hashes, found none");
}

TEST_SUITE(images_hashes, TEST(hashes__zeroes_and_others), TEST(hashes__compressed),
           TEST(hashes__wrong_lengths))
