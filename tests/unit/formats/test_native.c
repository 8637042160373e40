#include <zstd.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

/* A source gives one record of every kind as it was written. */
static void native__keeps_every_kind(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 800},
        {.kind = TR_HOLE, .ppn = 4, .pages = 2},
        {.kind = TR_TOUCH, .ppn = 9, .access = TR_READ | TR_EXECUTE},
        {.kind = TR_CONTENT, .ppn = 5, .content = 0x4d2},
        {.kind = TR_DEVICE, .ppn = 7, .pages = 1, .access = TR_WRITE},
        {.kind = TR_ALLOC, .ppn = 3, .pages = 6},
        {.kind = TR_FREE, .ppn = 3, .pages = 1},
        {.kind = TR_MARK, .at_ns = 700, .text = "boot"},
    };
    static const struct tr_header header = {.page_bytes = 8192,
                                            .pages = 10,
                                            .carries = TR_CARRIES_ALL,
                                            .space = TR_SPACE_PROCESS,
                                            .clock = "wall",
                                            .source = "a test"};
    static const struct tr_source_options plain = {0},
                                          named = {.clock = "virtual", .source = "another"};
    struct files files;
    struct sim_error error;
    struct tr_writer *writer;
    struct tr_source *source;
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    for (unsigned i = 0; i < sizeof records / sizeof *records; i++)
        CHECK_EQ(tr_writer_put(writer, &records[i], &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(tr_source_open(path, &plain, &source, &error), SIM_OK);
    CHECK_EQ(tr_source_header(source)->space, TR_SPACE_PROCESS);
    CHECK_EQ(tr_source_header(source)->page_bytes, 8192);
    CHECK_TEXT(tr_source_header(source)->clock, "wall");
    CHECK_TEXT(tr_source_header(source)->source, "a test");
    CHECK_EQ(source_describe(source, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@800 h4+2 9:rx 5=4d2 io7+1:w +3+6 -3+1 m700'boot'");
    CHECK_EQ(tr_source_open(path, &named, &source, &error), SIM_OK);
    CHECK_TEXT(tr_source_header(source)->clock, "virtual");
    CHECK_TEXT(tr_source_header(source)->source, "another");
    tr_source_close(source);
    files_fini(&files);
}

static void native__refused_when_compressed_again(void)
{
    static const struct tr_source_options options = {0};
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr.zst");
    uint8_t *bytes = file_get("traces/samples/A1.btr", &count), *packed = malloc(count + 10000);
    size_t length = ZSTD_compress(packed, count + 10000, bytes, count, 1);
    file_put(path, packed, length);
    CHECK_EQ(tr_source_open(path, &options, &source, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t.btr.zst: expected a native trace, found one that was compressed");
    free(packed);
    free(bytes);
    files_fini(&files);
}

TEST_SUITE(formats_native, TEST(native__keeps_every_kind),
           TEST(native__refused_when_compressed_again))
