/* How a comparison looks. */
#include "ballast/comparison/comparison.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/report/shown.h"

static char path[60];

/* Variants a and b of three seeds: b works 2 % more, and its web has 0 to 2 MB more. */
static void runs_make(void)
{
    struct results *db = NULL;
    strcpy(path, "/tmp/ballast-comparison-XXXXXX");
    close(mkstemp(path));
    unlink(path);
    CHECK_EQ(results_open(path, RESULTS_WRITE, &db, NULL), SIM_OK);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        shown_run(db, "a", seed, 100, 1000 + (double)seed);
        shown_run(db, "b", seed, 100 + (double)(seed - 1), 1022 + (double)(seed * seed) / 10);
    }
    CHECK_EQ(results_close(db, NULL), SIM_OK);
}

static char *printed(struct comparison_request request, bool all, uint32_t width,
                     void (*list)(const struct comparison *, FILE *))
{
    struct comparison comparison;
    struct sim_error error = {0};
    char *text = NULL;
    size_t bytes = 0;
    CHECK_EQ(comparison_side_parse("two:a", path, NULL, &request.a, &error), SIM_OK);
    CHECK_EQ(comparison_side_parse(":b", path, &request.a, &request.b, &error), SIM_OK);
    CHECK_EQ(comparison_make(&request, &comparison, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    FILE *out = open_memstream(&text, &bytes);
    if (list != NULL)
        list(&comparison, out);
    else
        comparison_print(&comparison, all, width, out);
    fclose(out);
    comparison_fini(&comparison);
    return text;
}

static void check_fits(const char *text, size_t width)
{
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        CHECK(length <= width);
        CHECK(length == 0 || line[length - 1] != ' ');
    }
}

static void comparison_print__shows_what_is_apart_and_marks_what_is_not(void)
{
    runs_make();
    char *text = printed((struct comparison_request){0}, false, 80, NULL);
    CHECK_TEXT(text,
               "A is two a, B is two b: 3 pairs of runs by seed, with common random numbers\n"
               "\n"
               "                         A           B              B - A  change\n"
               "--------------  ----------  ----------  -----------------  ------  ------\n"
               "web throughput  1002 ops/s  1022 ops/s  20.5 +- 1.5 ops/s   +2.0%  better\n"
               "web stalled          100 s       102 s     2.05 +- 0.15 s   +2.0%  worse\n"
               "web allocation      100 MB      101 MB      1.0 +- 2.5 MB   +1.0%  ~\n"
               "\n"
               "Not shown: 4 equal (--all shows them)\n"
               "+-: half of the 95% interval of B - A (Student's t). ~: not told apart, the\n"
               "interval includes zero.\n"
               "Of 3 intervals 2 exclude zero; chance alone lets about 1 of so many do so.\n");
    check_fits(text, 80);
    free(text);
    text = printed((struct comparison_request){0}, true, 100, NULL);
    CHECK_CONTAINS(text, "effect");
    CHECK_CONTAINS(text, "equal\n");
    CHECK(strstr(text, "Not shown") == NULL);
    check_fits(text, 100);
    free(text);
    text = printed((struct comparison_request){0}, false, 60, NULL);
    CHECK_CONTAINS(text, "web throughput  20.5 +- 1.5 ops/s   +2.0%  better\n");
    check_fits(text, 60);
    free(text);
    unlink(path);
}

static void comparison_print__marks_what_is_beyond(void)
{
    struct tolerances tolerances = {0};
    CHECK_EQ(tolerances_add(&tolerances, "throughput=1%", NULL), SIM_OK);
    runs_make();
    char *text = printed((struct comparison_request){.tolerances = &tolerances}, false, 80, NULL);
    CHECK_CONTAINS(text, "+2.0%  ! better\n");
    CHECK_CONTAINS(text, "+2.0%  worse\n");
    free(text);
    unlink(path);
}

static void as_csv(const struct comparison *comparison, FILE *out)
{
    comparison_list(comparison, SIM_LISTING_CSV, out);
}

static void comparison_list__has_a_row_for_each_number(void)
{
    runs_make();
    char *text = printed((struct comparison_request){.method = COMPARISON_WELCH,
                                                     .only = {"free_mb"},
                                                     .only_count = 1},
                         false, 80, as_csv);
    CHECK_TEXT(text, "experiment_a,variant_a,experiment_b,variant_b,vm,metric,statistic,unit,a,b,"
                     "difference,half95,relative,effect_sd,runs_a,runs_b,method,verdict,beyond\n"
                     "two,a,two,b,,free_mb,mean,MB,64,64,0,0,0,,3,3,welch,equal,false\n");
    free(text);
    unlink(path);
}

TEST_SUITE(comparison_print, TEST(comparison_print__shows_what_is_apart_and_marks_what_is_not),
           TEST(comparison_print__marks_what_is_beyond),
           TEST(comparison_list__has_a_row_for_each_number))
