#include <stdlib.h>
#include <zlib.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

static void check(const char *lines, const struct tr_source_options *options, const char *expected)
{
    struct files files;
    struct sim_error error = {0};
    char text[400];

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, lines, strlen(lines));
    CHECK_EQ(file_describe(path, options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
    files_fini(&files);
}

static const struct tr_source_options two = {.window_accesses = 2};

static void lackey__lines_become_windows_of_touches(void)
{
    check("==7== Lackey, an example Valgrind tool\n"
          "==7== \n"
          "I  04001000,3\n"
          " L 1ffefffe28,8\n"
          " S 1ffefffe20,8\n"
          " M 04001ffe,2\n"
          "--7-- a word in between\n"
          "I  04001003,5\n"
          "==7== Exit code:       0\n",
          &two, "@2 0:x 1:r @4 1:w 0:rw @5 0:x");
}

/* A window names a page once, at the place of its first touch, with all its accesses. */
static void lackey__names_a_page_once_in_a_window(void)
{
    static const struct tr_source_options all = {0};

    check("I  2000,1\n L 5000,1\n S 2004,4\nI  2001,1\n L 5008,8\n", &all, "@5 0:wx 1:r");
}

static void lackey__an_access_may_cross_pages(void)
{
    static const struct tr_source_options small = {.page_bytes = 512, .window_accesses = 1};

    check(" L 0fff,1\n L 0fff,2\n S 1ffe,2\n S 1ffe,3\n", &two, "@2 0:r 1:r @4 1:w 2:w");
    check(" L 01fe,1027\n", &small, "@1 0:r 1:r 2:r 3:r");
    check(" L ffffffffffffffff,1\n L 0,1\n", &two, "@2 0:r 1:r");
}

static void lackey__spaces_and_instructions_may_be_missing(void)
{
    check("L04001000,4\nS 4001000,4\r\nM1ffefffe20,8\n\nL  04001000,4  \n", &two,
          "@2 0:rw @4 1:rw 0:r");
}

static void lackey__reads_gzip(void)
{
    static const struct tr_source_options all = {0};
    struct files files;
    struct sim_error error;
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "t.gz");
    gzFile file = gzopen(path, "wb");
    for (unsigned i = 0; i < 2500; i++)
        gzprintf(file, " L %x,4\n", i / 1000 << 12);
    gzclose(file);
    CHECK_EQ(file_describe(path, &all, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000 0:r @2000 1:r @2500 2:r");
    files_fini(&files);
}

static void check_refused(const char *lines, const char *why)
{
    static const struct tr_source_options lackey = {.format = "lackey"};
    struct files files;
    struct sim_error error = {0};
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, lines, strlen(lines));
    CHECK_EQ(file_describe(path, &lackey, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
    files_fini(&files);
}

static void lackey__refuses_other_lines(void)
{
    check_refused("x\n X 10,4\n",
                  "2 lines were passed over; the first is line 1: expected an access "
                  "I, L, S or M, found 'x'");
    check_refused(" L 10\n",
                  "line 1: expected a hexadecimal address of at most 16 digits and a comma");
    check_refused(" L ,4\n", "line 1: expected a hexadecimal address");
    check_refused(" L 11112222333344445,4\n", "line 1: expected a hexadecimal address");
    check_refused(" L 10,\n", "line 1: expected a size of 1 to 65536 bytes");
    check_refused(" L 10,0\n", "line 1: expected a size of 1 to 65536 bytes");
    check_refused(" L 10,65537\n", "line 1: expected a size");
    check_refused(" L 10,18446744073709551617\n", "line 1: expected a size");
    check_refused(" L 10,4 x\n", "line 1: expected a size");
    check_refused(" L ffffffffffffffff,2\n", "line 1: expected an access that ends within");
    check_refused("==1== nothing\n", "t:1: expected records of pages, found none");
}

/* The first lines of the output of valgrind in Debian 12 for /bin/true. */
static void lackey__is_known_by_its_lines(void)
{
    static const char *const yes[] = {"==2445== Lackey, an example Valgrind tool\n==2445== Copy",
                                      "I  0401ab70,3\n", " L 10,4", "==1== x\n\n S 10,4\r\n"};
    static const char *const no[] = {"", "==1== Memcheck, a memory error detector\n", "L 1\n",
                                     "Lines of text, 4\n", "time,obj_id\n"};
    static const struct tr_source_options defaults = {0};
    struct files files;
    struct sim_error error;
    struct tr_source *source;

    files_init(&files);
    const char *path = files_path(&files, "t");
    for (unsigned i = 0; i < 4; i++) {
        file_put(path, yes[i], strlen(yes[i]));
        if (CHECK_EQ(tr_source_open(path, &defaults, &source, &error), SIM_OK)) {
            CHECK_TEXT(tr_source_format(source), "lackey");
            CHECK_EQ(tr_source_header(source)->carries, TR_TOUCHES | TR_WRITES);
            CHECK_EQ(tr_source_header(source)->space, TR_SPACE_PROCESS);
        }
        tr_source_close(source);
    }
    for (unsigned i = 0; i < 5; i++) {
        file_put(path, no[i], strlen(no[i]));
        if (tr_source_open(path, &defaults, &source, &error) == SIM_OK)
            CHECK(strcmp(tr_source_format(source), "lackey") != 0);
        tr_source_close(source);
    }
    files_fini(&files);
}

TEST_SUITE(formats_lackey, TEST(lackey__lines_become_windows_of_touches),
           TEST(lackey__names_a_page_once_in_a_window), TEST(lackey__an_access_may_cross_pages),
           TEST(lackey__spaces_and_instructions_may_be_missing), TEST(lackey__reads_gzip),
           TEST(lackey__refuses_other_lines), TEST(lackey__is_known_by_its_lines))
