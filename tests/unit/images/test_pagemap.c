/*
 * Copies of pagemap: the frame behind a page stands for its content.
 */
#include <stdlib.h>

#include "tests/unit/images/dump.h"
#include "traces/tr.h"

#define PRESENT (UINT64_C(1) << 63)
#define SWAPPED (UINT64_C(1) << 62)
#define DIRTY   (UINT64_C(1) << 55)

static struct dump dump, flags;

static void put(const uint64_t *entries, size_t count)
{
    dump.count = 0;
    for (size_t i = 0; i < count; i++)
        dump_number(&dump, entries[i], 8);
}

static void pagemap__frames_stand_for_contents(void)
{
    static const uint64_t entries[] = {
        0, PRESENT | 5, PRESENT | DIRTY | 5, SWAPPED | 9, PRESENT | 2, PRESENT | 7, 0, 0};
    struct files files;
    struct tr_snapshot *snapshot;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct sim_error error = {0};
    uint32_t count;
    options.pagemap = true;
    put(entries, 8);
    files_init(&files);
    CHECK_EQ(dump_open(&dump, &files, "a", &options, &snapshot, &error), SIM_OK);
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
    CHECK_EQ(facts->pages, 4);
    CHECK_EQ(facts->highest_ppn, 5);
    CHECK_EQ(facts->holes, 2);
    CHECK_EQ(facts->hash_bits, 55);
    CHECK(!facts->has_zero_hash);
    const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
    CHECK_EQ(count, 2);
    CHECK_EQ(extents[0].ppn, 1);
    CHECK_EQ(extents[0].hashes[0], extents[0].hashes[1]);
    CHECK_EQ(extents[1].ppn, 4);
    CHECK(extents[1].hashes[0] != extents[1].hashes[1]);
    tr_snapshot_close(snapshot);

    flags.count = 0; /* of frames 0 to 5; 7 is beyond the copy */
    for (unsigned frame = 0; frame < 6; frame++)
        dump_number(&flags, frame == 5 ? UINT64_C(1) << 24 : UINT64_C(1) << 12, 8);
    const char *path = files_path(&files, "flags");
    file_put(path, flags.bytes, flags.count);
    options.kpageflags = path;
    CHECK_EQ(dump_open(&dump, &files, "b", &options, &snapshot, &error), SIM_OK);
    extents = tr_snapshot_extents(snapshot, &count);
    CHECK(tr_snapshot_facts(snapshot)->has_zero_hash);
    CHECK_EQ(extents[0].hashes[0], 0);
    CHECK(extents[1].hashes[0] != 0 && extents[1].hashes[1] != 0);
    tr_snapshot_close(snapshot);

    options.kpageflags = files.dir;
    CHECK_EQ(dump_open(&dump, &files, "c", &options, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected a file, a copy of /proc/kpageflags");
    files_fini(&files);
}

static void check_refused(const uint64_t *entries, size_t count, size_t bytes, const char *why)
{
    struct files files;
    struct tr_snapshot *snapshot;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct sim_error error = {0};
    options.pagemap = true;
    put(entries, count);
    dump.count = bytes;
    files_init(&files);
    CHECK_EQ(dump_open(&dump, &files, "a", &options, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
    files_fini(&files);
}

static void pagemap__refuses_what_tells_nothing(void)
{
    static const uint64_t hidden[] = {PRESENT, PRESENT, 0}, absent[] = {0, SWAPPED | 4};
    check_refused(hidden, 3, 24, "found them hidden: copy /proc/PID/pagemap as root");
    check_refused(absent, 2, 16, "expected pages in memory, found none");
    check_refused(hidden, 3, 20, "expected entries of 8 bytes, found 20 bytes");
}

TEST_SUITE(images_pagemap, TEST(pagemap__frames_stand_for_contents),
           TEST(pagemap__refuses_what_tells_nothing))
