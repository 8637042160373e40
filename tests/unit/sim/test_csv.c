/* Tables: what is read, and what is refused with file and line. */
#include "sim/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/short_memory.h"

static int read_text(struct sim_csv *csv, const char *text, struct sim_error *error)
{
    char path[] = "/tmp/test_csv.XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0);
    CHECK(write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    int status = sim_csv_read(csv, path, error);
    unlink(path);
    return status;
}

static void csv__rows_and_columns(void)
{
    struct sim_csv csv;
    struct sim_error error;
    CHECK_EQ(read_text(&csv, "# a comment\nname,mb\n\none,1.5\r\ntwo,\"2\"", &error), SIM_OK);
    CHECK_EQ(csv.rows, 2);
    CHECK_EQ(csv.columns, 2);
    CHECK_TEXT(sim_csv_field(&csv, 0, 0), "one");
    CHECK_TEXT(sim_csv_field(&csv, 1, 1), "2");
    CHECK_EQ(csv.lines[0], 2);
    CHECK_EQ(csv.lines[1], 4);
    CHECK_EQ(sim_csv_find(&csv, "mb"), 1);
    CHECK_EQ(sim_csv_find(&csv, "kb"), -1);
    sim_csv_fini(&csv);
}

static void csv__quoted_fields(void)
{
    struct sim_csv csv;
    struct sim_error error;
    CHECK_EQ(read_text(&csv, "a,b\n\"x,y\",\"say \"\"so\"\"\"\n", &error), SIM_OK);
    CHECK_TEXT(sim_csv_field(&csv, 0, 0), "x,y");
    CHECK_TEXT(sim_csv_field(&csv, 0, 1), "say \"so\"");
    sim_csv_fini(&csv);
}

static void csv__numbers_in_their_range(void)
{
    struct sim_csv csv;
    struct sim_error error;
    double number = 0;
    CHECK_EQ(read_text(&csv, "mb\n2.5\n-1\nmany\n", &error), SIM_OK);
    CHECK_EQ(sim_csv_number(&csv, 0, 0, 0, 10, &number, &error), SIM_OK);
    CHECK_NEAR(number, 2.5, 0);
    CHECK_EQ(sim_csv_number(&csv, 1, 0, 0, 10, &number, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":3: mb: expected a number from 0 to 10, found '-1'");
    CHECK_EQ(sim_csv_number(&csv, 2, 0, 0, 10, &number, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":4: mb: expected a number from 0 to 10, found 'many'");
    sim_csv_fini(&csv);
}

static void csv__refusals_name_the_line(void)
{
    struct sim_csv csv;
    struct sim_error error;
    CHECK_EQ(read_text(&csv, "a,b\n1,2\n1\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":3: expected 2 columns, found 1");
    CHECK_EQ(read_text(&csv, "a,b\n1,2,3\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: expected 2 columns, found 3");
    CHECK_EQ(read_text(&csv, "# only\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected a heading and rows, found neither");
    CHECK_EQ(read_text(&csv, "a,b\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected a heading and rows, found a heading only");
    CHECK_EQ(read_text(&csv, "", &error), SIM_BAD_DATA);
    CHECK_EQ(sim_csv_read(&csv, "/nonexistent.csv", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/nonexistent.csv: expected a readable file, found: No such file");
    CHECK_EQ(sim_csv_read(&csv, "/tmp", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "Is a directory");
}

static void csv__missing_column_is_named(void)
{
    struct sim_csv csv;
    struct sim_error error;
    uint32_t column = 99;
    CHECK_EQ(read_text(&csv, "# x\nt_s,mb\n0,1\n", &error), SIM_OK);
    CHECK_EQ(sim_csv_column(&csv, "mb", &column, &error), SIM_OK);
    CHECK_EQ(column, 1);
    CHECK_EQ(sim_csv_column(&csv, "web", &column, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: expected the column 'web', found the columns t_s, mb");
    sim_csv_fini(&csv);
}

static void csv__a_table_beyond_the_limit_is_told_the_limit(void)
{
    struct sim_csv csv;
    struct sim_error error;
    char path[] = "/tmp/test_csv.XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0);
    CHECK_EQ(write(file, "a,b\n1,2\n", 8), 8);
    static char line[1 << 16];
    memset(line, 'x', sizeof line);
    for (uint32_t i = 0; i < 1024; i++)
        CHECK_EQ(write(file, line, sizeof line), sizeof line);
    errno = ENOENT; /* left over from an earlier call */
    CHECK_EQ(sim_csv_read(&csv, path, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ": expected at most 64 MB, found more");
    close(file);
    unlink(path);
}

/* A table that was read in part is not taken for a whole one. */
static void csv__short_memory_is_an_error_wherever_it_comes(void)
{
    char text[20000] = "a,b\n";
    unsigned good = 0;
    for (size_t length = 4; length + 5 < sizeof text; length += 4)
        memcpy(text + length, "1,2\n", 5);
    for (bool failed = true; failed && good < 50; good++) {
        struct sim_csv csv;
        struct sim_error error = {0};
        short_memory_after(good);
        int status = read_text(&csv, text, &error);
        failed = short_memory_end();
        CHECK_EQ(status, failed ? SIM_SYSTEM : SIM_OK);
        CHECK_EQ(csv.rows, failed ? 0 : 4998);
        if (failed)
            CHECK_CONTAINS(error.text, "no memory");
        sim_csv_fini(&csv);
    }
    CHECK(good > 5 && good < 50);
}

/* What Excel makes of a table. */
static void csv__tables_of_other_programs(void)
{
    struct sim_csv csv;
    struct sim_error error;
    CHECK_EQ(read_text(&csv, "\xef\xbb\xbft_s,a\r\n0,1\r\n", &error), SIM_OK);
    CHECK_EQ(sim_csv_find(&csv, "t_s"), 0);
    sim_csv_fini(&csv);
    CHECK_EQ(read_text(&csv, "t_s;a\n0;1,5\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text,
                   ":1: expected columns with commas between, and decimal points, found "
                   "semicolons between");
    CHECK_EQ(read_text(&csv, "t_s,a,b,a\n0,1,2,3\n", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":1: expected each column once, found 'a' twice");
}

TEST_SUITE(sim_csv, TEST(csv__rows_and_columns), TEST(csv__quoted_fields),
           TEST(csv__numbers_in_their_range), TEST(csv__refusals_name_the_line),
           TEST(csv__missing_column_is_named), TEST(csv__tables_of_other_programs),
           TEST(csv__a_table_beyond_the_limit_is_told_the_limit),
           TEST(csv__short_memory_is_an_error_wherever_it_comes));
