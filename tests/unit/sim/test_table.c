/* Tables for people. */
#include <stdlib.h>

#include "sim/table.h"
#include "tests/check.h"

static const char *const CELLS[] = {"name",      "MB", "note", "a", "1.5", "\xc2\xb1x",
                                    "long name", "10", "",     "",  "<2",  "y|z"};

static char *printed(void (*print)(const struct sim_table *, FILE *))
{
    char *text = NULL;
    size_t bytes = 0;
    struct sim_table table;
    sim_table_init(&table, "lrl");
    for (unsigned i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++)
        sim_table_cell(&table, "%s", CELLS[i]);
    FILE *out = open_memstream(&text, &bytes);
    print(&table, out);
    fclose(out);
    sim_table_fini(&table);
    return text;
}

static void table__columns_are_as_wide_as_their_widest_cell(void)
{
    char *text = printed(sim_table_print);
    CHECK_TEXT(text, "name        MB  note\n"
                     "---------  ---  ----\n"
                     "a          1.5  \xc2\xb1x\n"
                     "long name   10\n"
                     "            <2  y|z\n");
    free(text);
}

static void table__markdown_escapes_its_own_signs(void)
{
    char *text = printed(sim_table_print_markdown);
    CHECK_TEXT(text, "| name | MB | note |\n"
                     "|---|--:|---|\n"
                     "| a | 1.5 | \xc2\xb1x |\n"
                     "| long name | 10 |  |\n"
                     "|  | \\<2 | y\\|z |\n");
    free(text);
}

static void print_narrow(const struct sim_table *table, FILE *out)
{
    sim_table_print_within(table, 18, out);
}

static void table__texts_are_cut_to_the_width(void)
{
    char *text = printed(print_narrow);
    CHECK_TEXT(text, "name      MB  note\n"
                     "-------  ---  ----\n"
                     "a        1.5  \xc2\xb1x\n"
                     "long ..   10\n"
                     "          <2  y|z\n");
    free(text);
}

static void table__a_cell_stays_in_its_line(void)
{
    struct sim_table table;
    sim_table_init(&table, "l");
    sim_table_cell(&table, "a\nb\033[1m");
    CHECK_TEXT(table.cells[0], "a?b?[1m");
    sim_table_fini(&table);
}

TEST_SUITE(sim_table, TEST(table__a_cell_stays_in_its_line),
           TEST(table__texts_are_cut_to_the_width),
           TEST(table__columns_are_as_wide_as_their_widest_cell),
           TEST(table__markdown_escapes_its_own_signs))
