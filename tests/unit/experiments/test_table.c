/* Tables for people. */
#include <stdlib.h>

#include "experiments/table.h"
#include "tests/check.h"

static const char *const CELLS[] = {"name",      "MB", "note", "a", "1.5", "\xc2\xb1x",
                                    "long name", "10", "",     "",  "<2",  "y|z"};

static char *printed(void (*print)(const struct table *, FILE *))
{
    char *text = NULL;
    size_t bytes = 0;
    struct table table;
    table_init(&table, "lrl");
    for (unsigned i = 0; i < sizeof CELLS / sizeof CELLS[0]; i++)
        table_cell(&table, "%s", CELLS[i]);
    FILE *out = open_memstream(&text, &bytes);
    print(&table, out);
    fclose(out);
    table_fini(&table);
    return text;
}

static void table__columns_are_as_wide_as_their_widest_cell(void)
{
    char *text = printed(table_print);
    CHECK_TEXT(text, "name        MB  note\n"
                     "---------  ---  ----\n"
                     "a          1.5  \xc2\xb1x\n"
                     "long name   10\n"
                     "            <2  y|z\n");
    free(text);
}

static void table__markdown_escapes_its_own_signs(void)
{
    char *text = printed(table_print_markdown);
    CHECK_TEXT(text, "| name | MB | note |\n"
                     "|---|--:|---|\n"
                     "| a | 1.5 | \xc2\xb1x |\n"
                     "| long name | 10 |  |\n"
                     "|  | \\<2 | y\\|z |\n");
    free(text);
}

TEST_SUITE(experiments_table, TEST(table__columns_are_as_wide_as_their_widest_cell),
           TEST(table__markdown_escapes_its_own_signs))
