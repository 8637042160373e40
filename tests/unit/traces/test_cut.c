#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

static void cut__keeps_whole_windows_up_to_the_time(void)
{
    struct files files;
    struct sim_error error;
    struct tr_summary whole, part;

    files_init(&files);
    const char *from = "traces/samples/A1.btr", *to = files_path(&files, "t.btr");
    CHECK_EQ(tr_summarise(from, &whole, &error), SIM_OK);
    CHECK_EQ(tr_cut(from, UINT64_C(149999999999), to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.windows, 2);
    CHECK(part.contents < whole.contents);
    CHECK_TEXT(part.header.source, whole.header.source);
    CHECK_EQ(tr_cut(from, UINT64_C(150000000000), to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.windows, 3);
    CHECK_EQ(tr_cut(from, UINT64_MAX, to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.contents, whole.contents);
    files_fini(&files);
}

static void cut__of_a_damaged_trace_leaves_nothing(void)
{
    struct files files;
    struct sim_error error;
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "from.btr"), *to = files_path(&files, "to.btr");
    CHECK_EQ(tr_cut(from, UINT64_MAX, to, &error), SIM_BAD_DATA);
    uint8_t *bytes = file_get("traces/samples/A1.btr", &count);
    file_put(from, bytes, count - 1);
    CHECK_EQ(tr_cut(from, UINT64_MAX, to, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "from.btr: chunk ");
    CHECK_EQ(tr_cut("traces/samples/A1.btr", UINT64_MAX, "/dev/full", &error), SIM_SYSTEM);
    CHECK_EQ(files_count(&files), 1);
    free(bytes);
    files_fini(&files);
}

TEST_SUITE(traces_cut, TEST(cut__keeps_whole_windows_up_to_the_time),
           TEST(cut__of_a_damaged_trace_leaves_nothing))
