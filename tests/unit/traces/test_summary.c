#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

static void summary__counts_what_is_there(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 10},
        {.kind = TR_CONTENT, .ppn = 1, .content = 5},
        {.kind = TR_MARK, .at_ns = 3, .text = "a mark"},
        {.kind = TR_HOLE, .ppn = 1, .pages = 2},
        {.kind = TR_DEVICE, .ppn = 0, .pages = 3, .access = TR_WRITE},
        {.kind = TR_DEVICE, .ppn = 0, .pages = 1, .access = TR_READ},
        {.kind = TR_ALLOC, .ppn = 0, .pages = 2},
        {.kind = TR_FREE, .ppn = 1, .pages = 1},
        {.kind = TR_WINDOW, .at_ns = 20},
        {.kind = TR_TOUCH, .ppn = 1, .access = TR_READ},
        {.kind = TR_CONTENT, .ppn = 1, .content = 0},
        {.kind = TR_TOUCH, .ppn = 2, .access = TR_WRITE},
        {.kind = TR_WINDOW, .at_ns = 35},
        {.kind = TR_TOUCH, .ppn = 2, .access = TR_WRITE},
    };
    static const struct tr_header header = {
        .page_bytes = 4096, .pages = 3, .carries = TR_CARRIES_ALL};
    struct files files;
    struct sim_error error;
    struct tr_writer *writer;
    struct tr_summary summary;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        CHECK_EQ(tr_writer_put(writer, &records[i], &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    CHECK_EQ(summary.windows, 3);
    CHECK_EQ(summary.contents, 2);
    CHECK_EQ(summary.zero_contents, 1);
    CHECK_EQ(summary.touches, 3);
    CHECK_EQ(summary.writes, 2);
    CHECK_EQ(summary.marks, 1);
    CHECK_EQ(summary.device_pages, 4);
    CHECK_EQ(summary.allocated_pages, 2);
    CHECK_EQ(summary.freed_pages, 1);
    CHECK_EQ(summary.hole_pages, 2);
    CHECK_EQ(summary.window_most, 4);
    CHECK_EQ(summary.first_ns, 10);
    CHECK_EQ(summary.last_ns, 35);
    free(file_get(path, &count));
    CHECK_EQ(summary.file_bytes, count);
    files_fini(&files);
}

static void summary__of_a_damaged_trace_is_an_error(void)
{
    struct files files;
    struct sim_error error;
    struct tr_summary summary;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    uint8_t *bytes = file_get("traces/samples/A1.btr", &count);
    bytes[count - 40] ^= 1;
    file_put(path, bytes, count);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t.btr: chunk 0 at byte 280: checksum is ");
    CHECK_EQ(tr_summarise(path, &summary, NULL), SIM_BAD_DATA);
    free(bytes);
    files_fini(&files);
}

TEST_SUITE(traces_summary, TEST(summary__counts_what_is_there),
           TEST(summary__of_a_damaged_trace_is_an_error))
