/*
 * 32-bit hashes of Memory Buddies at the place that the user gives.
 */
#include "tests/unit/images/dump.h"

static struct dump dump;

static void make(bool is_big)
{
    dump.count = 0;
    dump.is_big = is_big;
    for (const char *text = "Linux 2.6\ninit\nhttpd\n"; *text != '\0'; text++)
        dump_number(&dump, (uint8_t)*text, 1);
    for (uint32_t i = 0; i < 100; i++)
        dump_number(&dump, i * 1000003, 4);
    dump_fill(&dump, 0xee, 64); /* a Bloom filter */
}

static void buddies__offset_order_and_number(void)
{
    for (unsigned is_big = 0; is_big < 2; is_big++) {
        struct files files;
        struct tr_snapshot_options options = {.buddies = {true, is_big, 21, 100}};
        struct tr_snapshot *snapshot;
        uint32_t count, wrong = 0;
        make(is_big);
        files_init(&files);
        CHECK_EQ(dump_open(&dump, &files, "a.dat", &options, &snapshot, NULL), SIM_OK);
        const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
        CHECK_EQ(tr_snapshot_facts(snapshot)->hash_bits, 32);
        CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 100);
        CHECK(!tr_snapshot_facts(snapshot)->has_zero_hash);
        for (uint32_t i = 0; i < 100; i++)
            wrong += extents[0].hashes[i] != UINT64_C(1) + i * 1000003;
        CHECK_EQ(wrong, 0);
        tr_snapshot_close(snapshot);

        options.buddies.pages = 0; /* up to the end of the file */
        options.has_zero_hash = true;
        options.zero_hash = 1000003;
        CHECK_EQ(dump_open(&dump, &files, "a.dat", &options, &snapshot, NULL), SIM_OK);
        extents = tr_snapshot_extents(snapshot, &count);
        CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 116);
        CHECK_EQ(extents[0].hashes[0], 1);
        CHECK_EQ(extents[0].hashes[1], 0);
        tr_snapshot_close(snapshot);
        files_fini(&files);
    }
}

static void refused(uint64_t offset, uint64_t pages, const char *text)
{
    struct files files;
    struct tr_snapshot_options options = {.buddies = {true, false, offset, pages}};
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    files_init(&files);
    CHECK_EQ(dump_open(&dump, &files, "a.dat", &options, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, text);
    files_fini(&files);
}

static void buddies__refused(void)
{
    make(false);
    CHECK_EQ(dump.count, 485);
    refused(485, 0, "expected 1 hashes of 4 bytes from byte 485 on");
    refused(UINT64_MAX, 0, "found a file of 485 bytes");
    refused(21, 117, "expected 117 hashes of 4 bytes from byte 21 on");
    refused(21, UINT64_MAX, "expected 18446744073709551615 hashes");
    refused(21, UINT64_C(1) << 62, "hashes of 4 bytes");
    refused(20, 0, "expected whole hashes of 4 bytes from byte 20 to the end, found 465 bytes");
}

TEST_SUITE(images_buddies, TEST(buddies__offset_order_and_number), TEST(buddies__refused))
