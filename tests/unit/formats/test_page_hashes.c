#include "tests/check.h"
#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

#define ZERO UINT64_C(99)

static const uint64_t times[] = {10, 20, 30};
static const struct tr_source_options options = {.zero_hash = ZERO, .source = "a test"};

static void snapshots__become_windows_of_what_changed(void)
{
    static const uint64_t first[] = {7, ZERO, 0, 8}, second[] = {7, ZERO, 0, ZERO},
                          third[] = {ZERO, 5, 0, ZERO};
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    char text[200];

    files_init(&files);
    const char *paths[] = {files_path(&files, "0"), files_path(&files, "1"),
                           files_path(&files, "2")};
    file_put(paths[0], first, sizeof first);
    file_put(paths[1], second, sizeof second);
    file_put(paths[2], third, sizeof third);
    if (!CHECK_EQ(tr_source_open_page_hashes(paths, times, 3, &options, &source, &error), SIM_OK))
        return;
    CHECK_EQ(tr_source_header(source)->pages, 4);
    CHECK_EQ(tr_source_header(source)->carries, TR_CONTENTS | TR_TIME);
    CHECK_EQ(tr_source_header(source)->zero_hash, ZERO);
    CHECK_TEXT(tr_source_header(source)->source, "a test");
    CHECK_EQ(source_describe(source, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@10 0=7 2=63 3=8 @20 3=0 @30 0=0 1=5");
    files_fini(&files);
}

static void check_refused(struct files *files, uint32_t count, const uint64_t *at_ns, size_t first,
                          size_t second, int status, const char *why)
{
    static const uint8_t bytes[40];
    struct sim_error error = {0};
    struct tr_source *source;
    char text[200];
    const char *paths[] = {files_path(files, "0"), files_path(files, "1")};

    file_put(paths[0], bytes, first);
    file_put(paths[1], bytes, second);
    int opened = tr_source_open_page_hashes(paths, at_ns, count, &options, &source, &error);
    if (opened == SIM_OK)
        opened = source_describe(source, text, sizeof text, &error);
    CHECK_EQ(opened, status);
    CHECK_CONTAINS(error.text, why);
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

static void snapshots__need_a_file(void)
{
    struct sim_error error;
    struct tr_source *source;
    const char *path = "/nowhere/0.h64";

    CHECK_EQ(tr_source_open_page_hashes(&path, times, 0, &options, &source, &error), SIM_USAGE);
    CHECK(source == NULL);
    CHECK_EQ(tr_source_open_page_hashes(&path, times, 1, &options, &source, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/nowhere/0.h64: cannot open");
}

TEST_SUITE(formats_page_hashes, TEST(snapshots__become_windows_of_what_changed),
           TEST(snapshots__refused_when_they_do_not_fit), TEST(snapshots__need_a_file))
