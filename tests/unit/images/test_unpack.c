/* Compressed images are read as the plain ones. */
#include <zlib.h>

#include "tests/unit/images/dump.h"

static void unpack__a_raw_image(void)
{
    static struct dump plain, packed;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    struct files files;
    uLongf bytes = sizeof packed.bytes;

    plain = (struct dump){0};
    dump_fill(&plain, 1, 4096);
    dump_fill(&plain, 0, 18 * 4096); /* a block of zeroes takes no room */
    dump_fill(&plain, 2, 4096);
    CHECK_EQ(compress(packed.bytes, &bytes, plain.bytes, plain.count), Z_OK);
    packed.count = bytes;
    options.raw = true;
    files_init(&files);
    if (CHECK_EQ(dump_open(&packed, &files, "image", &options, &snapshot, &error), SIM_OK)) {
        CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 20);
        CHECK_EQ(tr_snapshot_facts(snapshot)->hole_pages, 0);
        CHECK_PAGE(snapshot, 0, 1);
        CHECK_PAGE(snapshot, 17, 0);
        CHECK_PAGE(snapshot, 19, 2);
    }
    tr_snapshot_close(snapshot);
    packed.count -= 5;
    CHECK_EQ(dump_open(&packed, &files, "image", &options, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "the compressed data are cut short");
    setenv("TMPDIR", "/nonexistent", 1);
    packed.count += 5;
    CHECK_EQ(dump_open(&packed, &files, "image", &options, &snapshot, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "cannot uncompress into the folder /nonexistent (TMPDIR)");
    unsetenv("TMPDIR");
    files_fini(&files);
}

TEST_SUITE(images_unpack, TEST(unpack__a_raw_image))
