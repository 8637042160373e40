/* The tables of the report that come from the database. */
#include <math.h>

#include "ballast/page/internal.h"
#include "tests/check.h"
#include "tests/unit/page/written.h"

static struct results *db;
static struct sim_error error;
static char text[6000];

static void run_add(const char *variant, uint64_t seed, const char *tax)
{
    int64_t run_id;
    struct results_run run = {.experiment = "two",
                              .variant = variant,
                              .version = "1",
                              .build = "<b>",
                              .governor = "esx",
                              .seed = seed,
                              .config = ""};
    struct results_decision decision = {.t_s = 15 * (double)seed,
                                        .vm = "a",
                                        .reason = "</script>",
                                        .active_mb = 1,
                                        .target_mb = 2.5,
                                        .price = NAN};
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    results_param(db, run_id, "policy.sample_pages", "100", &error);
    results_param(db, run_id, "policy.idle_tax", tax, &error);
    results_decision(db, run_id, &decision, &error);
    decision.vm = "b";
    results_decision(db, run_id, &decision, &error);
    CHECK_EQ(results_run_end(db, run_id, true, 100, 2, &error), SIM_OK);
}

static void begin(void)
{
    error = (struct sim_error){0};
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    run_add("first", 7, "0.5");
    run_add("first", 3, "0.75");
    run_add("second", 1, "0.75");
    results_query(db,
                  "CREATE TEMP TABLE chosen AS SELECT run_id, variant, seed, 0 AS stale FROM run",
                  NULL, 0, NULL, NULL, &error);
    CHECK_TEXT(error.text, "");
}

static void page_parameters__show_what_differs_first(void)
{
    begin();
    WRITTEN(text, sizeof text, CHECK_EQ(page_parameters(out, db, &error), SIM_OK));
    const char *varied = strstr(text, "<tr class=\"varied\"><td><code>policy.idle_tax</code></td>"
                                      "<td>0.5, 0.75 <span class=\"soft\">(2 values)</span>");
    const char *same = strstr(text, "<tr><td><code>policy.sample_pages</code></td><td>100</td>"
                                    "<td>pages</td>");
    CHECK(varied != NULL && same != NULL && varied < same);
    results_close(db, NULL);
}

static void page_decisions__are_of_the_first_variants_smallest_seed(void)
{
    begin();
    WRITTEN(text, sizeof text, CHECK_EQ(page_decisions(out, db, 4, &error), SIM_OK));
    CHECK_CONTAINS(text, "data-from=\"decisions-4\"");
    CHECK_CONTAINS(text, "in the run first, seed 3: all 2 decisions.");
    CHECK_CONTAINS(text, "{\"rows\":[[45,0,0,1,2.5,0,null,0,0],\n[45,1,0,1,2.5,0,null,0,0]]");
    CHECK_CONTAINS(text, "\"vms\":[\"a\",\"b\"],\"reasons\":[\"\\u003c/script>\"]}");
    results_query(db, "DELETE FROM decision_value", NULL, 0, NULL, NULL, &error);
    WRITTEN(text, sizeof text, CHECK_EQ(page_decisions(out, db, 4, &error), SIM_OK));
    CHECK_TEXT(text, "");
    results_close(db, NULL);
}

#define NUMBERS                                                                                    \
    "WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 4500)"   \
    " SELECT value FROM n"

static void page_decisions__of_very_many_are_those_that_moved(void)
{
    begin();
    static const char *const more[] = {
        "INSERT INTO decision_curve VALUES(2, 99, 'a', 'periodic')",
        ("INSERT INTO decision_time SELECT 2, 100 + value, 100 + value"
         " FROM (" NUMBERS ")"),
        ("INSERT INTO decision_value SELECT 2, 99, 100 + value, 1, 0, 256,"
         " 256 * (10 + 5 * (value = 2000 OR value = 2001)), 1, 1, 1, 1 FROM (" NUMBERS ")"),
    };
    for (uint32_t i = 0; i < sizeof more / sizeof *more; i++)
        results_query(db, more[i], NULL, 0, NULL, NULL, &error);
    CHECK_TEXT(error.text, "");
    WRITTEN(text, sizeof text, CHECK_EQ(page_decisions(out, db, 0, &error), SIM_OK));
    CHECK_CONTAINS(text, "of 4503 decisions those that moved a target by 1 MB or more");
    CHECK_CONTAINS(text, "[2100,0,1,1,15,");
    CHECK_CONTAINS(text, "[2102,0,1,1,10,");
    CHECK(strstr(text, "[2101,") == NULL && strstr(text, "[200,") == NULL);
    results_close(db, NULL);
}

static void page_provenance__adds_up_what_one_build_made(void)
{
    begin();
    WRITTEN(text, sizeof text, CHECK_EQ(page_provenance(out, db, &error), SIM_OK));
    CHECK_CONTAINS(text, "<td>1</td><td>&lt;b&gt;</td><td>esx, , </td><td>1 to 7</td>");
    CHECK_CONTAINS(text, "<td class=\"number\">3</td><td class=\"number\">6.0</td>"
                         "<td class=\"number\">50</td></tr>");
    results_close(db, NULL);
}

TEST_SUITE(page_data, TEST(page_parameters__show_what_differs_first),
           TEST(page_decisions__are_of_the_first_variants_smallest_seed),
           TEST(page_decisions__of_very_many_are_those_that_moved),
           TEST(page_provenance__adds_up_what_one_build_made))
