/* Text in lines. */
#include "sim/paragraph.h"

#include <stdlib.h>

#include "tests/check.h"

static char *broken(uint32_t columns, uint32_t indent, const char *text)
{
    char *out;
    size_t bytes;
    FILE *stream = open_memstream(&out, &bytes);
    sim_paragraph(stream, columns, indent, text);
    fclose(stream);
    return out;
}

static void check_broken(uint32_t columns, uint32_t indent, const char *text, const char *expected)
{
    char *out = broken(columns, indent, text);
    CHECK_TEXT(out, expected);
    free(out);
}

static void paragraph__breaks_at_blanks(void)
{
    check_broken(9, 0, "one two three four", "one two\nthree\nfour\n");
    check_broken(9, 2, "one two three four", "  one two\n  three\n  four\n");
    check_broken(80, 0, "  one\n two  ", "one two\n");
    check_broken(80, 4, "", "\n");
}

static void paragraph__a_long_word_stands_alone(void)
{
    check_broken(4, 1, "a abcdefgh b", " a\n abcdefgh\n b\n");
}

static void paragraph__a_number_stays_with_its_unit(void)
{
    check_broken(8, 0, "it has 12 MB of", "it has\n12 MB of\n");
    check_broken(8, 0, "it has 12", "it has\n12\n");
    check_broken(8, 0, "it has 3 4 5 MB", "it has\n3 4 5 MB\n");
}

static void paragraph__counts_characters_not_bytes(void)
{
    check_broken(5, 0, "\xc3\xa4\xc3\xa4 \xc3\xb6\xc3\xb6 u",
                 "\xc3\xa4\xc3\xa4 \xc3\xb6\xc3\xb6\nu\n");
}

static void paragraph_columns__the_environment_goes_first(void)
{
    char *former = getenv("COLUMNS") != NULL ? strdup(getenv("COLUMNS")) : NULL;
    setenv("COLUMNS", "60", 1);
    CHECK_EQ(sim_paragraph_columns(stdout), 60);
    setenv("COLUMNS", "7", 1);
    CHECK_EQ(sim_paragraph_columns(stdout), 40);
    setenv("COLUMNS", "1000", 1);
    CHECK_EQ(sim_paragraph_columns(stdout), 100);
    unsetenv("COLUMNS");
    FILE *file = tmpfile();
    CHECK_EQ(sim_paragraph_columns(file), 80);
    fclose(file);
    if (former != NULL)
        setenv("COLUMNS", former, 1);
    free(former);
}

TEST_SUITE(sim_paragraph, TEST(paragraph__breaks_at_blanks),
           TEST(paragraph__a_long_word_stands_alone), TEST(paragraph__a_number_stays_with_its_unit),
           TEST(paragraph__counts_characters_not_bytes),
           TEST(paragraph_columns__the_environment_goes_first))
