/* Opening and reading files, and pipes with and without a writer. */
#include "sim/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"

static void file__what_is_none_is_refused(void)
{
    struct files files;
    const char *problem = NULL;
    files_init(&files);
    CHECK_EQ(sim_file_open(files_path(&files, "none"), &problem), -1);
    CHECK_TEXT(problem, "No such file or directory");
    CHECK_EQ(sim_file_open(files.dir, &problem), -1);
    CHECK_TEXT(problem, "Is a directory");
    CHECK(sim_file_open_stream(files.dir, &problem) == NULL);
    CHECK_TEXT(problem, "Is a directory");
    files_fini(&files);
}

static void file__a_pipe_without_a_writer_is_refused(void)
{
    struct files files;
    const char *problem = NULL;
    files_init(&files);
    const char *path = files_path(&files, "fifo");
    CHECK_EQ(mkfifo(path, 0600), 0);
    CHECK_EQ(sim_file_open(path, &problem), -1);
    CHECK_TEXT(problem, "a pipe into which nobody writes");
    files_fini(&files);
}

/* Bytes that were written before the open are read, and the reader waits for later ones. */
static void file__a_pipe_with_a_writer_is_read_whole(void)
{
    struct files files;
    const char *problem = NULL;
    char text[10] = "";
    files_init(&files);
    const char *path = files_path(&files, "fifo");
    CHECK_EQ(mkfifo(path, 0600), 0);
    int reader = open(path, O_RDONLY | O_NONBLOCK); /* lets the open of the writer return at once */
    int writer = open(path, O_WRONLY);
    CHECK_EQ(write(writer, "before", 6), 6);
    FILE *stream = sim_file_open_stream(path, &problem);
    CHECK(stream != NULL);
    CHECK_EQ(fcntl(fileno(stream), F_GETFL) & O_NONBLOCK, 0);
    CHECK_EQ(write(writer, "after", 5), 5);
    close(writer);
    close(reader);
    CHECK_EQ(fread(text, 1, 6, stream), 6);
    CHECK_TEXT(text, "before");
    CHECK_EQ(fread(text, 1, sizeof text, stream), 5);
    CHECK_EQ(memcmp(text, "after", 5), 0);
    fclose(stream);
    files_fini(&files);
}

/* A line comes with its newline, if it has one. The end of the file is no line. */
static void file__lines_come_with_their_ends(void)
{
    struct files files;
    const char *problem;
    char *line = NULL;
    size_t room = 0, length = 0;
    files_init(&files);
    const char *path = files_path(&files, "lines");
    file_put(path, "one\n\na\0b\r\nlast", 14);
    FILE *stream = sim_file_open_stream(path, &problem);
    static const struct {
        const char *text;
        size_t length;
    } expected[] = {{"one\n", 4}, {"\n", 1}, {"a\0b\r\n", 5}, {"last", 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        CHECK_EQ(sim_file_line(stream, &line, &room, &length, &problem), 1);
        CHECK_EQ(length, expected[i].length);
        CHECK_EQ(memcmp(line, expected[i].text, length + 1), 0); /* with the NUL behind it */
    }
    CHECK_EQ(sim_file_line(stream, &line, &room, &length, &problem), 0);
    CHECK(room < 4096);
    fclose(stream);
    free(line);
    files_fini(&files);
}

static void file__a_line_without_end_is_refused(void)
{
    const char *problem;
    char *line = NULL;
    size_t room = 0, length;
    FILE *stream = sim_file_open_stream("/dev/zero", &problem);
    CHECK_EQ(sim_file_line(stream, &line, &room, &length, &problem), -1);
    CHECK_TEXT(problem, "a line of more than 64 MB");
    CHECK(room <= 2 * (size_t)SIM_FILE_LINE_MOST + 512);
    fclose(stream);
    free(line);
}

static void file__what_cannot_be_read_is_told(void)
{
    struct files files;
    const char *problem = NULL;
    char *line = NULL;
    size_t room = 0, length;
    files_init(&files);
    FILE *stream = fopen(files.dir, "r"); /* a directory can be opened, but not read */
    CHECK_EQ(sim_file_line(stream, &line, &room, &length, &problem), -1);
    CHECK_TEXT(problem, "Is a directory");
    fclose(stream);
    free(line);
    files_fini(&files);
}

static void file_text__reads_a_whole_file_up_to_the_limit(void)
{
    struct files files;
    struct sim_error error = {0};
    char *text;
    char large[8192];
    files_init(&files);
    const char *path = files_path(&files, "text");
    memset(large, 'x', sizeof large);
    file_put(path, large, sizeof large);
    CHECK_EQ(sim_file_text_within(path, 8192, SIM_USAGE, &text, &error), SIM_OK);
    CHECK_EQ(strlen(text), 8192);
    free(text);
    CHECK_EQ(sim_file_text_within(path, 7168, SIM_USAGE, &text, &error), SIM_USAGE);
    CHECK(text == NULL);
    CHECK_CONTAINS(error.text, "/text: expected at most 7 KB, found more");
    file_put(path, "", 0);
    CHECK_EQ(sim_file_text_within(path, 7168, SIM_USAGE, &text, &error), SIM_OK);
    CHECK_TEXT(text, "");
    free(text);
    files_fini(&files);
}

static void file_text__refuses_what_is_no_text(void)
{
    struct files files;
    struct sim_error error = {0};
    char *text;
    files_init(&files);
    const char *path = files_path(&files, "text");
    file_put(path, "one\ntwo\0\n", 9);
    CHECK_EQ(sim_file_text_within(path, 8192, SIM_BAD_DATA, &text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/text:2: expected text, found a NUL byte");
    CHECK_EQ(sim_file_text_within(files.dir, 8192, SIM_BAD_DATA, &text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ": expected a readable file, found: Is a directory");
    files_fini(&files);
}

static void file_text__a_device_that_gives_no_text_is_left_soon(void)
{
    struct sim_error error = {0};
    char *text = NULL;
    CHECK_EQ(sim_file_text_within("/dev/zero", 64u << 20, SIM_BAD_DATA, &text, &error),
             SIM_BAD_DATA);
    CHECK_TEXT(error.text, "/dev/zero:1: expected text, found a NUL byte");
}

static void file_replace__is_all_or_nothing(void)
{
    char folder[] = "/tmp/ballast-replace-XXXXXX", old[60], new[60], *text = NULL;
    struct sim_error error = {0};
    CHECK(mkdtemp(folder) != NULL);
    snprintf(old, sizeof old, "%s/old", folder);
    snprintf(new, sizeof new, "%s/new", folder);
    file_put(old, "old", 3);
    CHECK_EQ(sim_file_replace(old, new, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "found: No such file or directory");
    CHECK_EQ(sim_file_text(old, &text, &error), SIM_OK);
    CHECK_TEXT(text, "old");
    free(text);
    file_put(new, "new", 3);
    CHECK_EQ(sim_file_replace(old, new, &error), SIM_OK);
    CHECK_EQ(sim_file_text(old, &text, &error), SIM_OK);
    CHECK_TEXT(text, "new");
    free(text);
    unlink(old);
    unlink(new);
    CHECK_EQ(rmdir(folder), 0); /* nothing else is left */
}

static void file_part__is_new_and_takes_the_name_when_it_is_whole(void)
{
    char folder[] = "/tmp/ballast-part-XXXXXX", target[60], link[60], other[60], *text = NULL;
    struct sim_error error = {0};
    struct sim_file_part part;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(target, sizeof target, "%s/figure", folder);
    snprintf(link, sizeof link, "%s/figure.0.part", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    CHECK_EQ(symlink(other, link), 0);
    CHECK_EQ(sim_file_part_open(&part, target, &error), SIM_OK);
    fputs("whole", part.out);
    CHECK_EQ(sim_file_part_close(&part, target, SIM_OK, &error), SIM_OK);
    CHECK(access(other, F_OK) != 0);
    CHECK_EQ(sim_file_text(target, &text, &error), SIM_OK);
    CHECK_TEXT(text, "whole");
    free(text);
    CHECK_EQ(sim_file_part_open(&part, target, &error), SIM_OK);
    fputs("half", part.out);
    CHECK_EQ(sim_file_part_close(&part, target, SIM_BAD_DATA, &error), SIM_BAD_DATA);
    CHECK_EQ(sim_file_text(target, &text, &error), SIM_OK);
    CHECK_TEXT(text, "whole");
    free(text);
    unlink(target);
    unlink(link);
    CHECK_EQ(rmdir(folder), 0); /* nothing else is left */
}

static void file_part__what_a_killed_process_left_goes_and_that_of_a_living_one_stays(void)
{
    char folder[] = "/tmp/ballast-part-XXXXXX", target[60], path[60];
    struct sim_error error = {0};
    struct sim_file_part living, part;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(target, sizeof target, "%s/figure", folder);
    CHECK_EQ(sim_file_part_open(&living, target, &error), SIM_OK);
    snprintf(path, sizeof path, "%s/figure.1.part", folder);
    file_put(path, "half", 4);
    CHECK_EQ(sim_file_part_open(&part, target, &error), SIM_OK);
    CHECK_TEXT(part.path, path);
    fputs("whole", part.out);
    CHECK_EQ(sim_file_part_close(&part, target, SIM_OK, &error), SIM_OK);
    CHECK_EQ(sim_file_part_close(&living, target, SIM_OK, &error), SIM_OK);
    unlink(target);
    CHECK_EQ(rmdir(folder), 0); /* nothing else is left */
}

static void file_part__a_full_disk_is_told(void)
{
    struct sim_error error = {0};
    struct sim_file_part part;
    CHECK_EQ(sim_file_part_open(&part, "/tmp/ballast-part-full", &error), SIM_OK);
    FILE *kept = part.out;
    part.out = fopen("/dev/full", "w");
    fclose(kept);
    fputs("text", part.out);
    CHECK_EQ(sim_file_part_close(&part, "/tmp/ballast-part-full", SIM_OK, &error), SIM_SYSTEM);
    CHECK_TEXT(error.text, "/tmp/ballast-part-full: cannot be written: No space left on device");
    CHECK(access("/tmp/ballast-part-full", F_OK) != 0);
    CHECK_EQ(sim_file_part_open(&part, "/dev/null/figure", &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "/dev/null/figure: expected a file that can be made, found: Not a");
}

TEST_SUITE(sim_file, TEST(file_text__a_device_that_gives_no_text_is_left_soon),
           TEST(file_part__is_new_and_takes_the_name_when_it_is_whole),
           TEST(file_part__what_a_killed_process_left_goes_and_that_of_a_living_one_stays),
           TEST(file_part__a_full_disk_is_told), TEST(file_replace__is_all_or_nothing),
           TEST(file__what_is_none_is_refused), TEST(file__a_pipe_without_a_writer_is_refused),
           TEST(file__a_pipe_with_a_writer_is_read_whole), TEST(file__lines_come_with_their_ends),
           TEST(file__a_line_without_end_is_refused), TEST(file__what_cannot_be_read_is_told),
           TEST(file_text__reads_a_whole_file_up_to_the_limit),
           TEST(file_text__refuses_what_is_no_text));
