#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

#define ZERO UINT64_C(99)

static const uint64_t times[] = {10, 20, 30};

/* "window 10, 1=7 2=0 | ..." as text, so that a failure shows all of it. */
static void describe(const char *path, char *text, size_t text_bytes)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error error;
    size_t used = 0;
    int more;

    text[0] = '\0';
    if (!CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_OK))
        return;
    while ((more = tr_reader_next(reader, &record, &error)) == 1)
        used += (size_t)(record.kind == TR_WINDOW
                             ? snprintf(text + used, text_bytes - used, "@%" PRIu64, record.at_ns)
                             : snprintf(text + used, text_bytes - used, " %u=%" PRIu64, record.ppn,
                                        record.content));
    CHECK_EQ(more, 0);
    tr_reader_close(reader);
}

static void snapshots__become_windows_of_what_changed(void)
{
    static const uint64_t first[] = {7, ZERO, 0, 8}, second[] = {7, ZERO, 0, ZERO},
                          third[] = {ZERO, 5, 0, ZERO};
    struct files files;
    struct sim_error error;
    struct tr_summary summary;
    char text[200];

    files_init(&files);
    const char *paths[] = {files_path(&files, "0"), files_path(&files, "1"),
                           files_path(&files, "2")};
    const char *out = files_path(&files, "t.btr");
    file_put(paths[0], first, sizeof first);
    file_put(paths[1], second, sizeof second);
    file_put(paths[2], third, sizeof third);
    CHECK_EQ(tr_import_snapshots(paths, times, 3, ZERO, "a test", out, &error), SIM_OK);
    describe(out, text, sizeof text);
    CHECK_TEXT(text, "@10 0=7 2=99 3=8@20 3=0@30 0=0 1=5");
    CHECK_EQ(tr_summarise(out, &summary, &error), SIM_OK);
    CHECK_EQ(summary.header.pages, 4);
    CHECK_EQ(summary.header.carries, TR_CONTENTS);
    CHECK_EQ(summary.header.zero_hash, ZERO);
    CHECK_TEXT(summary.header.source, "a test");
    CHECK_EQ(summary.windows, 3);
    CHECK_EQ(summary.contents, 6);
    CHECK_EQ(summary.zero_contents, 2);
    CHECK_EQ(summary.first_ns, 10);
    CHECK_EQ(summary.last_ns, 30);
    files_fini(&files);
}

static void check_refused(struct files *files, uint32_t count, const uint64_t *at_ns, size_t first,
                          size_t second, int status, const char *why)
{
    static const uint8_t bytes[40];
    struct sim_error error = {0};
    const char *paths[] = {files_path(files, "0"), files_path(files, "1")};

    file_put(paths[0], bytes, first);
    file_put(paths[1], bytes, second);
    CHECK_EQ(tr_import_snapshots(paths, at_ns, count, ZERO, "", files_path(files, "t.btr"), &error),
             status);
    CHECK_CONTAINS(error.text, why);
    CHECK_EQ(files_count(files), 2);
}

static void snapshots__refused_when_they_do_not_fit(void)
{
    static const uint64_t falling[] = {20, 20};
    struct files files;

    files_init(&files);
    check_refused(&files, 2, times, 0, 8, SIM_BAD_DATA, "0: expected 1 to 2^30 hashes of 8 bytes");
    check_refused(&files, 2, times, 9, 8, SIM_BAD_DATA, "of 8 bytes, found 9 bytes");
    check_refused(&files, 2, times, 16, 8, SIM_BAD_DATA, "1: byte 0: expected 16 bytes of page");
    check_refused(&files, 2, times, 16, 24, SIM_BAD_DATA, "1: expected 2 pages as in the first");
    check_refused(&files, 2, falling, 16, 16, SIM_USAGE, "1: expected a time after 2e-08 s");
    files_fini(&files);
}

static void snapshots__need_a_file_and_a_place_to_go(void)
{
    struct sim_error error;
    const char *path = "/nowhere/0.h64";

    CHECK_EQ(tr_import_snapshots(&path, times, 0, ZERO, "", "t.btr", &error), SIM_USAGE);
    CHECK_EQ(tr_import_snapshots(&path, times, 1, ZERO, "", "t.btr", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/nowhere/0.h64: cannot open");
    struct files files;
    files_init(&files);
    path = files_path(&files, "0");
    file_put(path, "12345678", 8);
    CHECK_EQ(tr_import_snapshots(&path, times, 1, ZERO, "", "/dev/full", &error), SIM_SYSTEM);
    files_fini(&files);
}

TEST_SUITE(traces_import_snapshots, TEST(snapshots__become_windows_of_what_changed),
           TEST(snapshots__refused_when_they_do_not_fit),
           TEST(snapshots__need_a_file_and_a_place_to_go))
