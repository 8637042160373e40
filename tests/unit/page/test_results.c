/* Results as tables of the report. */
#include "ballast/page/internal.h"
#include "tests/check.h"
#include "tests/unit/page/written.h"

static struct results *db;
static struct sim_error error;
static char text[4000];

static void run_add(const char *variant, uint64_t seed, double mb)
{
    int64_t run_id;
    struct results_run run = {.experiment = "two",
                              .variant = variant,
                              .version = "1",
                              .governor = "<b>",
                              .seed = seed,
                              .config = ""};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    results_series(db, run_id, 0, "<vm>", "alloc_mb", mb, &error);
    results_series(db, run_id, 5, "<vm>", "alloc_mb", mb + 20, &error);
    CHECK_EQ(results_run_end(db, run_id, true, 10, 2, &error), SIM_OK);
}

static void page_results__of_one_variant_are_a_table(void)
{
    error = (struct sim_error){0};
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    run_add("", 1, 100);
    WRITTEN(text, sizeof text, CHECK_EQ(page_results(out, db, "memory", "two", &error), SIM_OK));
    CHECK_TEXT(error.text, "");
    CHECK_CONTAINS(text, "<td>allocation</td><td>&lt;vm&gt;</td><td class=\"number\">110</td>"
                         "<td class=\"number\">120</td><td class=\"number\">120</td><td>MB</td>");
    results_close(db, NULL);
}

static void page_results__of_several_variants_are_a_line_each(void)
{
    error = (struct sim_error){0};
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    run_add("one", 1, 100);
    run_add("<two>", 1, 200);
    WRITTEN(text, sizeof text, CHECK_EQ(page_results(out, db, "memory", "two", &error), SIM_OK));
    CHECK_CONTAINS(text, "<pre class=\"scroll\">two: 2 variants.");
    CHECK_CONTAINS(text, "\n&lt;two&gt;");
    results_close(db, NULL);
}

TEST_SUITE(page_results, TEST(page_results__of_one_variant_are_a_table),
           TEST(page_results__of_several_variants_are_a_line_each))
