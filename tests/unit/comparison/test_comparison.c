/* Two sets of runs against each other. */
#include "ballast/comparison/comparison.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/report/shown.h"

static char a_path[60], b_path[60];
static struct results *a, *b;
static struct comparison comparison;
static struct sim_error error;

static struct results *open_new(char path[60])
{
    struct results *db = NULL;
    strcpy(path, "/tmp/ballast-comparison-XXXXXX");
    close(mkstemp(path));
    unlink(path);
    CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK);
    return db;
}

static void open_both(void)
{
    a = open_new(a_path);
    b = open_new(b_path);
}

static int make_with(const char *operand_a, const char *operand_b,
                     struct comparison_request request)
{
    CHECK_EQ(results_close(a, &error), SIM_OK);
    CHECK_EQ(results_close(b, &error), SIM_OK);
    CHECK_EQ(comparison_side_parse(operand_a, a_path, NULL, &request.a, &error), SIM_OK);
    CHECK_EQ(comparison_side_parse(operand_b, b_path, NULL, &request.b, &error), SIM_OK);
    error.text[0] = '\0';
    return comparison_make(&request, &comparison, &error);
}

static void end(void)
{
    comparison_fini(&comparison);
    unlink(a_path);
    unlink(b_path);
}

static const struct comparison_row *find(uint32_t part, const char *vm, const char *metric)
{
    for (uint32_t i = 0; i < comparison.count; i++)
        if (comparison.rows[i].part == part && strcmp(comparison.rows[i].vm, vm) == 0 &&
            strcmp(comparison.rows[i].metric, metric) == 0)
            return &comparison.rows[i];
    CHECK(false);
    exit(1);
}

static void comparison__pairs_runs_with_common_seeds(void)
{
    open_both();
    for (uint64_t seed = 1; seed <= 3; seed++) { /* B's work is 2 % more, run by run */
        shown_run(a, "old", seed, 100, 1000.0 * (double)seed);
        shown_run(b, "new", 4 - seed, 100, 1020.0 * (double)(4 - seed));
    }
    CHECK_EQ(make_with("two", "two", (struct comparison_request){0}), SIM_OK);
    CHECK_EQ(comparison.part_count, 1);
    CHECK(comparison.parts[0].is_paired && comparison.parts[0].is_common);
    CHECK_TEXT(comparison.parts[0].variant_a, "old");
    CHECK_TEXT(comparison.parts[0].variant_b, "new");
    const struct comparison_row *row = find(0, "web", "throughput");
    CHECK_NEAR(row->difference.difference, 40, 1e-9);
    CHECK_NEAR(row->difference.half, 4.302653 * 20 / sqrt(3), 1e-4); /* of 20, 40, 60 */
    CHECK_EQ(find(0, "web", "alloc_mb")->difference.verdict, DIFFERENCE_EQUAL);
    CHECK(row == &comparison.rows[0] || comparison.rows[0].difference.relative >=
                                            row->difference.relative); /* what matters first */
    CHECK_EQ(comparison_beyond(&comparison), 0);
    end();
}

static void comparison__is_independent_where_seeds_differ(void)
{
    open_both();
    shown_run(a, "", 1, 100, 10);
    shown_run(a, "", 2, 100, 12);
    shown_run(b, "", 3, 100, 14);
    shown_run(b, "", 4, 100, 12);
    CHECK_EQ(make_with("two", "two", (struct comparison_request){0}), SIM_OK);
    CHECK(!comparison.parts[0].is_paired);
    CHECK_NEAR(find(0, "web", "throughput")->difference.freedom, 2, 1e-9);
    comparison_fini(&comparison);
    open_both();
    shown_run(a, "", 1, 100, 10);
    shown_run(b, "", 3, 100, 14);
    CHECK_EQ(make_with("two", "two", (struct comparison_request){.method = COMPARISON_PAIRED}),
             SIM_USAGE);
    CHECK_CONTAINS(error.text, "--paired: expected runs of both sides with the same seed");
    end();
}

static void comparison__matches_variants_by_name(void)
{
    open_both();
    shown_run(a, "x", 1, 100, 10);
    shown_run(a, "y", 1, 100, 10);
    shown_run(a, "y,alone=web", 1, 100, 10);
    shown_run(b, "y", 1, 100, 11);
    shown_run(b, "z", 1, 100, 10);
    CHECK_EQ(make_with("two", "two", (struct comparison_request){0}), SIM_OK);
    CHECK_EQ(comparison.part_count, 1);
    CHECK_TEXT(comparison.parts[0].variant_b, "y");
    CHECK_EQ(comparison.missing_count, 1);
    CHECK_TEXT(comparison.missing[0], "two x");
    CHECK_EQ(comparison.added_count, 1);
    CHECK_TEXT(comparison.added[0], "two z");
    CHECK_EQ(find(0, "web", "throughput")->difference.verdict, DIFFERENCE_SINGLE);
    end();
}

static void comparison__names_what_is_wrong(void)
{
    open_both();
    shown_run(a, "x", 1, 100, 10);
    shown_run(a, "y", 1, 100, 10);
    shown_run(b, "z", 1, 100, 10);
    CHECK_EQ(make_with("two", "two", (struct comparison_request){0}), SIM_USAGE);
    CHECK_CONTAINS(error.text, "expected one variant on each side or variants of the same names, "
                               "found 2 of two and 1 of two");
    end();
    open_both();
    shown_run(a, "first", 1, 100, 10);
    shown_run(b, "first", 1, 100, 10);
    CHECK_EQ(make_with("two:fist", "two", (struct comparison_request){0}), SIM_USAGE);
    CHECK_TEXT(error.text, "two:fist: expected one of the runs of two (first), found 'fist' (did "
                           "you mean 'first'?)");
    end();
    open_both();
    shown_run(a, "", 1, 100, 10);
    shown_run(b, "", 1, 100, 10);
    CHECK_EQ(
        make_with("two", "two", (struct comparison_request){.only = {"aloc_mb"}, .only_count = 1}),
        SIM_USAGE);
    CHECK_CONTAINS(error.text, "--only: expected a metric of these runs, found 'aloc_mb' (did you "
                               "mean 'alloc_mb'?)");
    end();
}

static void comparison__is_beyond_a_tolerance_only_where_told_apart(void)
{
    struct tolerances tolerances = {0};
    const struct comparison_request request = {.method = COMPARISON_WELCH,
                                               .tolerances = &tolerances};
    CHECK_EQ(tolerances_add(&tolerances, "5%", &error), SIM_OK);
    open_both();
    for (uint64_t seed = 1; seed <= 4; seed++) {
        shown_run(a, "", seed, 100, 10 + (double)(seed % 2));
        shown_run(b, "", seed, 120, 12 + 9 * (double)(seed % 2)); /* varies too much to tell */
    }
    CHECK_EQ(make_with("two", "two", request), SIM_OK);
    CHECK(find(0, "web", "alloc_mb")->beyond);
    CHECK_EQ(find(0, "web", "throughput")->difference.verdict, DIFFERENCE_TOGETHER);
    CHECK(!find(0, "web", "throughput")->beyond);
    CHECK_EQ(comparison_beyond(&comparison), 1);
    CHECK_TEXT(comparison.rows[0].metric, "alloc_mb");
    end();
}

static void comparison__exact_takes_every_number_run_by_run(void)
{
    const struct comparison_request request = {.exact = true};
    open_both();
    for (uint64_t seed = 1; seed <= 2; seed++) { /* equal means, unequal runs */
        shown_run(a, "", seed, 100, seed == 1 ? 10 : 12);
        shown_run(b, "", seed, 100, seed == 1 ? 12 : 10);
    }
    shown_run(a, "", 3, 100, 10);
    shown_run(b, "", 4, 100, 10);
    shown_run(b, "more", 1, 100, 10);
    CHECK_EQ(make_with("two", "two", request), SIM_OK);
    CHECK_EQ(comparison_beyond(&comparison), 2); /* throughput, stalled */
    CHECK(find(0, "web", "throughput")->beyond);
    CHECK_EQ(comparison.missing_count, 1);
    CHECK_TEXT(comparison.missing[0], "two seed 3");
    CHECK_EQ(comparison.added_count, 2);
    CHECK_EQ(comparison.unlike_count, 2); /* both pairs */
    end();
}

static void comparison__whole_databases_by_experiment(void)
{
    struct results_run other = {.experiment = "another", .variant = "", .seed = 1, .config = ""};
    int64_t id;
    open_both();
    shown_run(a, "", 1, 100, 10);
    shown_run(b, "", 1, 100, 10);
    CHECK_EQ(results_run_begin(b, &other, &id, &error), SIM_OK);
    CHECK_EQ(results_run_end(b, id, true, 1, 1, &error), SIM_OK);
    CHECK_EQ(make_with(a_path, b_path, (struct comparison_request){.exact = true}), SIM_OK);
    CHECK_EQ(comparison.part_count, 1);
    CHECK_EQ(comparison_beyond(&comparison), 0);
    CHECK_EQ(comparison.added_count, 1);
    CHECK_TEXT(comparison.added[0], "another");
    end();
}

TEST_SUITE(comparison_comparison, TEST(comparison__pairs_runs_with_common_seeds),
           TEST(comparison__is_independent_where_seeds_differ),
           TEST(comparison__matches_variants_by_name), TEST(comparison__names_what_is_wrong),
           TEST(comparison__is_beyond_a_tolerance_only_where_told_apart),
           TEST(comparison__exact_takes_every_number_run_by_run),
           TEST(comparison__whole_databases_by_experiment))
