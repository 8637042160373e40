#include <sys/stat.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/output.h"

static void check_content(const char *path, const char *expected)
{
    size_t count;
    uint8_t *bytes = file_get(path, &count);

    bytes[count] = '\0';
    CHECK_TEXT((char *)bytes, expected);
    free(bytes);
}

static void output__appears_whole_and_corrected(void)
{
    struct files files;
    struct tr_output output;
    struct sim_error error;

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, "old", 3);
    CHECK_EQ(tr_output_open(&output, path, &error), SIM_OK);
    CHECK_EQ(tr_output_write(&output, "head and ", 9, &error), SIM_OK);
    CHECK_EQ(tr_output_write(&output, "tail", 4, &error), SIM_OK);
    CHECK_EQ(tr_output_rewrite(&output, "HEAD", 4, &error), SIM_OK);
    check_content(path, "old");
    CHECK_EQ(tr_output_close(&output, &error), SIM_OK);
    check_content(path, "HEAD and tail");
    CHECK_EQ(files_count(&files), 1);
    tr_output_abandon(&output); /* harmless after a close */
    CHECK_EQ(files_count(&files), 1);
    files_fini(&files);
}

static void output__abandoned_leaves_what_was_there(void)
{
    struct files files;
    struct tr_output output;
    struct sim_error error;

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, "old", 3);
    CHECK_EQ(tr_output_open(&output, path, &error), SIM_OK);
    CHECK_EQ(tr_output_write(&output, "new", 3, &error), SIM_OK);
    CHECK_EQ(files_count(&files), 2);
    tr_output_abandon(&output);
    check_content(path, "old");
    CHECK_EQ(files_count(&files), 1);
    files_fini(&files);
}

static void output__writes_devices_directly(void)
{
    struct tr_output output;
    struct sim_error error;
    struct stat status;

    CHECK_EQ(tr_output_open(&output, "/dev/null", &error), SIM_OK);
    CHECK(!output.has_part);
    CHECK_EQ(tr_output_write(&output, "x", 1, &error), SIM_OK);
    CHECK_EQ(tr_output_close(&output, &error), SIM_OK);
    CHECK(stat("/dev/null", &status) == 0 && S_ISCHR(status.st_mode));
    CHECK_EQ(tr_output_open(&output, "/dev/full", &error), SIM_OK);
    CHECK_EQ(tr_output_write(&output, "x", 1, &error), SIM_SYSTEM);
    CHECK_TEXT(error.text, "/dev/full: cannot write: No space left on device");
    tr_output_abandon(&output);
    CHECK(stat("/dev/full", &status) == 0 && S_ISCHR(status.st_mode));
}

static void output__needs_a_place(void)
{
    struct tr_output output;
    struct sim_error error;

    CHECK_EQ(tr_output_open(&output, "/nowhere/t", &error), SIM_SYSTEM);
    CHECK_TEXT(error.text,
               "/nowhere/t: expected a file that can be made, found: No such file or directory");
    tr_output_abandon(&output);
    CHECK_EQ(tr_output_open(&output, "/tmp", &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "/tmp: cannot write: Is a directory");
    tr_output_abandon(&output);
}

TEST_SUITE(traces_output, TEST(output__appears_whole_and_corrected),
           TEST(output__abandoned_leaves_what_was_there), TEST(output__writes_devices_directly),
           TEST(output__needs_a_place))
