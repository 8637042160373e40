/* What a database holds. */
#include <stdlib.h>

#include "ballast/report/show.h"
#include "tests/unit/report/shown.h"

static void show_contents__counts_runs_by_experiment(void)
{
    struct results *db = shown_open();
    struct show_contents contents;
    struct results_run other = {.experiment = "another", .variant = "", .seed = 1, .config = ""};
    int64_t id;
    char *text = NULL;
    size_t bytes = 0;
    CHECK_EQ(show_contents_read(db, &contents, NULL), SIM_OK);
    CHECK_EQ(contents.count, 0);
    show_contents_fini(&contents);
    shown_run(db, "a", 1, 60, 100);
    shown_run(db, "a", 2, 60, 100);
    shown_run(db, "b", 1, 60, 100);
    shown_run(db, "b,alone=web", 1, 60, 100);
    CHECK_EQ(results_run_begin(db, &other, &id, NULL), SIM_OK);
    other = (struct results_run){.experiment = "two", .variant = "b", .seed = 2, .config_hash = 9};
    CHECK_EQ(results_run_begin(db, &other, &id, NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    CHECK_EQ(show_contents_read(db, &contents, NULL), SIM_OK);
    FILE *out = open_memstream(&text, &bytes);
    show_contents_print(&contents, SIM_LISTING_TABLE, out);
    fclose(out);
    CHECK_TEXT(text, "experiment  variants  seeds  runs  alone  earlier  unfinished\n"
                     "----------  --------  -----  ----  -----  -------  ----------\n"
                     "another            0      0     0      0        0           1\n"
                     "two                2      2     3      1        1           0\n");
    free(text);
    show_contents_fini(&contents);
    results_close(db, NULL);
}

TEST_SUITE(report_show_contents, TEST(show_contents__counts_runs_by_experiment))
