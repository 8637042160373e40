/* What a user means by one side of a comparison. */
#include <stdlib.h>
#include <unistd.h>

#include "ballast/comparison/comparison.h"
#include "tests/check.h"

static struct comparison_side first, side;
static struct sim_error error;

/* "db|experiment|variant", or "db|experiment" without a variant. */
static void check_side(const char *operand, const char *expected)
{
    char text[3 * PATH_BYTES];
    CHECK_EQ(comparison_side_parse(operand, "own.db", &first, &side, &error), SIM_OK);
    snprintf(text, sizeof text, "%s|%s%s%s", side.db, side.experiment, side.has_variant ? "|" : "",
             side.variant);
    CHECK_TEXT(text, expected);
}

static void comparison_side__names_database_experiment_and_variant(void)
{
    CHECK_EQ(comparison_side_parse("old.db:fig4:vms=1", "own.db", NULL, &first, &error), SIM_OK);
    check_side("fig4", "own.db|fig4");
    check_side("fig4:", "own.db|fig4|");
    check_side("fig4:vms=1,sharing=off", "own.db|fig4|vms=1,sharing=off");
    check_side("fig4:a:b", "own.db|fig4|a:b");
    check_side("new.db", "new.db|");
    check_side("new.db:fig4", "new.db|fig4");
    check_side("new.db:fig4:vms=2", "new.db|fig4|vms=2");
    check_side(":vms=9", "old.db|fig4|vms=9");
    check_side("tests/cli/small.yaml:x", "own.db|tests/cli/small.yaml|x");
}

static void comparison_side__a_file_may_have_a_colon(void)
{
    char folder[] = "/tmp/ballast-side-XXXXXX", path[80], operand[120], expected[240];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/a:b", folder);
    FILE *file = fopen(path, "w");
    fwrite("SQLite format 3", 16, 1, file);
    fclose(file);
    snprintf(operand, sizeof operand, "%s:fig4:c", path);
    snprintf(expected, sizeof expected, "%s|fig4|c", path);
    check_side(operand, expected);
    snprintf(expected, sizeof expected, "%s|", path);
    check_side(path, expected);
    unlink(path);
    rmdir(folder);
}

static void comparison_side__refuses_what_names_nothing(void)
{
    CHECK_EQ(comparison_side_parse("", "own.db", NULL, &side, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected [FILE.db:]EXPERIMENT[:VARIANT] or FILE.db, found ''");
    CHECK_EQ(comparison_side_parse(":x", "own.db", NULL, &side, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected an experiment before the variant, found ':x'");
    CHECK_EQ(comparison_side_parse("old.db", "own.db", NULL, &first, &error), SIM_OK);
    CHECK_EQ(comparison_side_parse(":x", "own.db", &first, &side, &error), SIM_USAGE);
}

TEST_SUITE(comparison_side, TEST(comparison_side__names_database_experiment_and_variant),
           TEST(comparison_side__a_file_may_have_a_colon),
           TEST(comparison_side__refuses_what_names_nothing))
