/*
 * LiME images.
 */
#include "tests/unit/images/dump.h"

static struct dump dump;

static void put_range(uint64_t first, uint64_t last, uint8_t value)
{
    dump_number(&dump, 0x4c694d45, 4);
    dump_number(&dump, 1, 4);
    dump_number(&dump, first, 8);
    dump_number(&dump, last, 8);
    dump_number(&dump, 0, 8);
    dump_fill(&dump, value, last - first + 1);
}

static void lime__ranges_end_inclusive(void)
{
    struct files files;
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    dump.count = 0;
    put_range(0x1000, 0x2bff, 1); /* memory below 640 KB ends like this in /proc/iomem */
    put_range(0x100000, 0x101fff, 2);
    put_range(0x102000, 0x102fff, 3);
    files_init(&files);
    CHECK_EQ(dump_open(&dump, &files, "lime", NULL, &snapshot, &error), SIM_OK);
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
    CHECK_TEXT(facts->format, "LiME image");
    CHECK_EQ(facts->pages, 5);
    CHECK_EQ(facts->holes, 2);
    CHECK_EQ(facts->highest_ppn, 0x102);
    CHECK_PAGE(snapshot, 1, 1);
    CHECK(page_is(snapshot_page(snapshot, 2), 1, 0, 0xc00));
    CHECK(page_is(snapshot_page(snapshot, 2), 0, 0xc00, 0x1000));
    CHECK_PAGE(snapshot, 0x100, 2);
    CHECK_PAGE(snapshot, 0x101, 2);
    CHECK_PAGE(snapshot, 0x102, 3);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void lime__wrong_ranges(void)
{
    dump.count = 0;
    put_range(0x1000, 0x1fff, 1);
    put_range(0x1000, 0x1fff, 1);
    dump_refused(&dump, "lime",
                 "byte 4128: expected a range from 0x2000 on, found 0x1000 to 0x1fff");
    dump.count = 0;
    put_range(0x1000, 0x1fff, 1);
    dump_fill(&dump, 0, 32);
    dump_refused(&dump, "lime",
                 "byte 4128: expected a LiME header (0x4c694d45, version 1), found 0x0");
    dump.count = 0;
    put_range(0x1000, 0x1fff, 1);
    dump.bytes[4] = 2;
    dump_refused(&dump, "lime", "version 2");
    for (unsigned byte = 16; byte < 24; byte++) { /* the last address: all bits set */
        dump.count = 0;
        put_range(0x1000, 0x1fff, 1);
        memset(dump.bytes + byte, 0xff, 24 - byte);
        dump_refused(&dump, "lime",
                     byte <= 17 ? "found 0x1000 to 0xffffffffffffffff"
                                : "bytes of memory, found 4096");
    }
}

static void lime__cut_anywhere(void)
{
    dump.count = 0;
    put_range(0x1000, 0x1fff, 1);
    put_range(0x3000, 0x3fff, 2);
    size_t whole = dump.count, half = whole / 2; /* half of it is exactly the first range */
    for (size_t count = 4; count<whole; count += count + 40> half && count < half + 40 ? 1 : 61) {
        dump.count = count;
        if (count != half)
            dump_refused(&dump, "lime", "expected");
    }
}

TEST_SUITE(images_lime, TEST(lime__ranges_end_inclusive), TEST(lime__wrong_ranges),
           TEST(lime__cut_anywhere))
