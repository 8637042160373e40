/* Tables for people. */
#include <stdlib.h>

#include "experiments/table.h"
#include "tests/check.h"

static void table__columns_are_as_wide_as_their_widest_cell(void)
{
    static const char *const cells[] = {"name",      "MB", "note", "a", "1.5", "\xc2\xb1x",
                                        "long name", "10", "",     "",  "",    "y"};
    char *text = NULL;
    size_t bytes = 0;
    struct table table;
    table_init(&table, "lrl");
    for (unsigned i = 0; i < sizeof cells / sizeof cells[0]; i++)
        table_cell(&table, "%s", cells[i]);
    FILE *out = open_memstream(&text, &bytes);
    table_print(&table, out);
    fclose(out);
    table_fini(&table);
    CHECK_TEXT(text, "name        MB  note\n"
                     "---------  ---  ----\n"
                     "a          1.5  \xc2\xb1x\n"
                     "long name   10\n"
                     "                y\n");
    free(text);
}

TEST_SUITE(experiments_table, TEST(table__columns_are_as_wide_as_their_widest_cell))
