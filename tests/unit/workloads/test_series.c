/* Series over time: between the rows, outside them, and what is refused. */
#include "workloads/series.h"

#include <math.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"

static int read_text(const char *text, const char *column, struct wl_series *series,
                     struct sim_error *error)
{
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "series.csv");
    file_put(path, text, strlen(text));
    int status = wl_series_read(series, path, column, 0, 100, error);
    files_fini(&files);
    return status;
}

static void series__straight_between_rows(void)
{
    struct wl_series series;
    struct sim_error error;
    CHECK_EQ(read_text("t_s,a,b\n10,0,5\n20,10,5\n40,2,7\n", "a", &series, &error), SIM_OK);
    CHECK_NEAR(wl_series_at(&series, 0), 0, 0);
    CHECK_NEAR(wl_series_at(&series, 10), 0, 0);
    CHECK_NEAR(wl_series_at(&series, 15), 5, 1e-12);
    CHECK_NEAR(wl_series_at(&series, 20), 10, 0);
    CHECK_NEAR(wl_series_at(&series, 35), 4, 1e-12);
    CHECK_NEAR(wl_series_at(&series, 99), 2, 0);
    wl_series_fini(&series);
    wl_series_fini(&series);
}

static void series__in_steps(void)
{
    struct wl_series series;
    struct sim_error error;
    CHECK_EQ(read_text("t_s,a\n10,1\n20,10\n40,2\n", "a", &series, &error), SIM_OK);
    CHECK_NEAR(wl_series_step_at(&series, 0), 1, 0);
    CHECK_NEAR(wl_series_step_at(&series, 19.9), 1, 0);
    CHECK_NEAR(wl_series_step_at(&series, 20), 10, 0);
    CHECK_NEAR(wl_series_step_at(&series, 99), 2, 0);
    CHECK_NEAR(wl_series_next_s(&series, 0), 10, 0);
    CHECK_NEAR(wl_series_next_s(&series, 10), 20, 0);
    CHECK(isinf(wl_series_next_s(&series, 40)));
    wl_series_fini(&series);
}

/* An empty cell is no sample: the line goes from the one before it to the one behind it. */
static void series__leaves_out_empty_cells(void)
{
    struct wl_series series;
    struct sim_error error;
    CHECK_EQ(read_text("t_s,a,b\n0,,1\n10,1,\n20,,\n30,3,\n40,,5\n", "a", &series, &error), SIM_OK);
    CHECK_EQ(series.count, 2);
    CHECK_NEAR(wl_series_at(&series, 20), 2, 1e-12);
    wl_series_fini(&series);
    CHECK_EQ(read_text("t_s,a\n0,\n1,\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":3: a: expected a number from 0 to 100, found ''");
    CHECK_EQ(read_text("t_s,a\n1,\n1,3\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected a later time than in the row before");
}

static void series__refuses_what_is_no_series(void)
{
    struct wl_series series;
    struct sim_error error;
    CHECK_EQ(read_text("t_s,a\n1,2\n1,3\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":3: t_s: expected a later time than in the row before, found '1'");
    CHECK_EQ(read_text("t_s,a\n1,200\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ":2: a: expected a number from 0 to 100, found '200'");
    CHECK_EQ(read_text("t_s,a\n1700000000,2\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text,
                   ":2: t_s: expected seconds since the start, not since 1970, found '1700000000'");
    CHECK_EQ(read_text("t_s,a\n1,2\n", "b", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected the column 'b'");
    CHECK_EQ(read_text("a\n1\n", "a", &series, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected the column 't_s'");
}

TEST_SUITE(workloads_series, TEST(series__straight_between_rows), TEST(series__in_steps),
           TEST(series__leaves_out_empty_cells), TEST(series__refuses_what_is_no_series));
