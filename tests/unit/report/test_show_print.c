/* How the numbers of `ballast show` look. */
#include <stdlib.h>

#include "ballast/report/show.h"
#include "tests/unit/report/shown.h"

static char *printed(struct results *db, const char *variant, double at_s, uint32_t width)
{
    struct sim_error error = {0};
    struct show show;
    const struct show_request request = {
        .experiment = "two", .part = {variant, NULL}, .at_s = at_s};
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    CHECK_EQ(show_make(db, "my.db", &request, &show, &error), SIM_OK);
    show_print(&show, width, out);
    show_fini(&show);
    fclose(out);
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

static void show_print__one_variant_in_full(void)
{
    struct results *db = shown_open();
    shown_run(db, "a", 1, 60, 100);
    shown_run(db, "a", 2, 60, 120);
    char *text = printed(db, NULL, NAN, 80);
    CHECK_TEXT(text,
               "two a: 2 runs (seeds 1 to 2) of 10 s, governor esx\n"
               "\n"
               "                  mean  peak  last\n"
               "----------  ----------  ----  ----  -----\n"
               "allocation\n"
               "  web          60 +- 0    70    50  MB\n"
               "  db            2 +- 0     2     2  GB\n"
               "free           64 +- 0    64    64  MB\n"
               "throughput\n"
               "  web       110 +- 127              ops/s\n"
               "\n"
               "           in all\n"
               "-------  --------  -\n"
               "stalled\n"
               "  web    11 +- 13  s\n"
               "\n"
               "Zero throughout: swapped\n"
               "+- is half of the 95% interval of the mean over runs (Student's t).\n"
               "What is lost against running alone: `ballast run two --alone` measures it.\n");
    check_fits(text, 80);
    free(text);
    text = printed(db, NULL, 5, 60);
    CHECK_CONTAINS(text, "At 5 s, the sample that is nearest to 5 s.\n");
    CHECK_CONTAINS(text, "  web       70 +- 0  MB\n");
    check_fits(text, 60);
    free(text);
    results_close(db, NULL);
}

static void show_print__several_variants_have_a_line_each(void)
{
    struct results *db = shown_open();
    shown_run(db, "a", 1, 60, 100);
    shown_run(db, "<script>", 1, 70, 100);
    shown_run(db, "a name that is much longer than others, with\nlines", 1, 80, 300);
    for (uint32_t width = 60; width <= 80; width += 20) {
        char *text = printed(db, NULL, NAN, width);
        CHECK_CONTAINS(text, "two: 3 variants. Means over runs, of all VMs together.\n");
        CHECK_CONTAINS(text, "variant");
        CHECK_CONTAINS(text, "throughput");
        CHECK_CONTAINS(text, "100 ops/s");
        CHECK_CONTAINS(text, "<script>");
        CHECK_CONTAINS(text, "a name that is much ");
        CHECK_CONTAINS(text, "`ballast show two --variant NAME` shows one with intervals.\n");
        check_fits(text, width);
        free(text);
    }
    results_close(db, NULL);
}

static void show_list__has_a_row_for_each_statistic(void)
{
    struct results *db = shown_open();
    struct show show;
    const struct show_request request = {.experiment = "two", .at_s = NAN};
    char *text = NULL;
    size_t bytes = 0;
    shown_run(db, "a,b", 1, 60, 100);
    FILE *out = open_memstream(&text, &bytes);
    CHECK_EQ(show_make(db, "my.db", &request, &show, NULL), SIM_OK);
    show_list(&show, SIM_LISTING_CSV, out);
    fclose(out);
    CHECK_CONTAINS(text, "experiment,variant,vm,metric,statistic,value,half95,runs,unit,at_s\n"
                         "two,\"a,b\",web,alloc_mb,mean,60,,1,MB,\n"
                         "two,\"a,b\",web,alloc_mb,peak,70,,1,MB,\n"
                         "two,\"a,b\",web,alloc_mb,last,50,,1,MB,\n");
    CHECK_CONTAINS(text, "two,\"a,b\",web,throughput,mean,100,,1,ops/s,\n");
    CHECK_CONTAINS(text, "two,\"a,b\",web,swapped_mb,mean,0,,1,MB,\n"); /* zeroes too */
    free(text);
    show_fini(&show);
    results_close(db, NULL);
}

TEST_SUITE(report_show_print, TEST(show_print__one_variant_in_full),
           TEST(show_print__several_variants_have_a_line_each),
           TEST(show_list__has_a_row_for_each_statistic))
