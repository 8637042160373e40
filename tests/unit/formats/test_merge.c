/* Recordings with longer windows. */
#include <stdlib.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

static const struct tr_header header = {.page_bytes = 4096,
                                        .pages = 100,
                                        .carries =
                                            TR_CARRIES_ALL & ~(uint32_t)(TR_ALLOCATIONS | TR_TIME)};

static int merged(const struct tr_header *of, const struct tr_record *records, size_t count,
                  uint64_t window_ns, char *text, size_t bytes, struct sim_error *error)
{
    struct files files;
    struct tr_writer *writer;
    struct tr_source *source;
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    CHECK_EQ(tr_writer_open(path, of, &writer, error), SIM_OK);
    for (size_t i = 0; i < count; i++)
        CHECK_EQ(tr_writer_put(writer, &records[i], error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, error), SIM_OK);
    CHECK_EQ(tr_source_open(path, &(struct tr_source_options){0}, &source, error), SIM_OK);
    int status = tr_source_merge(source, window_ns, &source, error);
    if (status == SIM_OK)
        status = source_describe(source, text, bytes, error);
    files_fini(&files);
    return status;
}

static void check(const struct tr_record *records, size_t count, uint64_t window_ns,
                  const char *expected)
{
    struct sim_error error = {0};
    char text[400];
    CHECK_EQ(merged(&header, records, count, window_ns, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
}

static void merge__names_a_page_once_in_a_window(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 0},
        {.kind = TR_HOLE, .ppn = 90, .pages = 10},
        {.kind = TR_TOUCH, .ppn = 7, .access = TR_READ},
        {.kind = TR_WINDOW, .at_ns = 40},
        {.kind = TR_CONTENT, .ppn = 9, .content = 1},
        {.kind = TR_TOUCH, .ppn = 3, .access = TR_EXECUTE},
        {.kind = TR_WINDOW, .at_ns = 100},
        {.kind = TR_TOUCH, .ppn = 7, .access = TR_WRITE},
        {.kind = TR_CONTENT, .ppn = 7, .content = 5},
        {.kind = TR_CONTENT, .ppn = 9, .content = 2},
        {.kind = TR_MARK, .at_ns = 90, .text = "here"},
        {.kind = TR_WINDOW, .at_ns = 101},
        {.kind = TR_DEVICE, .ppn = 1, .pages = 2, .access = TR_WRITE},
        {.kind = TR_TOUCH, .ppn = 7, .access = TR_READ},
        {.kind = TR_WINDOW, .at_ns = 350},
        {.kind = TR_TOUCH, .ppn = 0, .access = TR_READ},
    };
    size_t count = sizeof records / sizeof *records;
    check(records, count, 100, "@100 h90+10 m90'here' 3:x 7:rw 7=5 9=2 @101 io1+2:w 7:r @350 0:r");
    check(records, count, 1000, "@350 h90+10 m90'here' io1+2:w 0:r 3:x 7:rw 7=5 9=2");
    check(records, count, 1,
          "@0 h90+10 7:r @40 3:x 9=1 @100 m90'here' 7:w 7=5 9=2 @101 io1+2:w 7:r @350 0:r");
}

/* A window in which nothing happened stays. */
static void merge__keeps_windows_without_pages(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 40},
        {.kind = TR_WINDOW, .at_ns = 250},
        {.kind = TR_TOUCH, .ppn = 3, .access = TR_READ},
        {.kind = TR_WINDOW, .at_ns = 260},
    };
    check(records, sizeof records / sizeof *records, 100, "@40 @260 3:r");
}

static void merge__refuses_what_needs_its_order(void)
{
    struct tr_header process = header;
    struct sim_error error = {0};
    char text[100];
    process.carries |= TR_ALLOCATIONS;
    CHECK_EQ(merged(&process, NULL, 0, 10, text, sizeof text, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected a recording without allocations");
}

/* Damage in the middle of a recording is an error, not its end. */
static void merge__passes_errors_on(void)
{
    struct files files;
    struct tr_source *source;
    struct sim_error error = {0};
    char text[100];
    files_init(&files);
    const char *path = files_path(&files, "t");
    static const char lines[] = "time,id\n1,1\n2,2\n1,3\n";
    file_put(path, lines, sizeof lines - 1);
    CHECK_EQ(
        tr_source_open(path, &(struct tr_source_options){.window_accesses = 1}, &source, &error),
        SIM_OK);
    CHECK_EQ(tr_source_merge(source, 100, &source, &error), SIM_OK);
    CHECK_EQ(source_describe(source, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t:4: expected");
    files_fini(&files);
}

TEST_SUITE(formats_merge, TEST(merge__names_a_page_once_in_a_window),
           TEST(merge__keeps_windows_without_pages), TEST(merge__refuses_what_needs_its_order),
           TEST(merge__passes_errors_on))
