#include "tests/unit/run/one_run.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "ballast/run/run.h"
#include "tests/check.h"
#include "tests/unit/config/config_text.h"

static struct results *db;
static char path[60];

struct results *one_run_db(void)
{
    struct sim_error error = {0};
    snprintf(path, sizeof path, "/tmp/ballast-run-XXXXXX");
    close(mkstemp(path));
    CHECK_EQ(results_open(path, RESULTS_WRITE, &db, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return db;
}

void one_run(const char *text, const char *const *sets, uint32_t set_count)
{
    struct sim_error error = {0};
    struct experiment_config config;
    struct run_options options = {.seed = 1, .quiet = true};
    if (CHECK_EQ(config_text_resolve(text, 0, sets, set_count, &config, &error), SIM_OK)) {
        if (one_run_db())
            CHECK_EQ(run_experiment(&config, &options, db, &error), SIM_OK);
        config_fini(&config);
    }
    CHECK_TEXT(error.text, "");
}

void one_run_end(void)
{
    results_close(db, NULL);
    unlink(path);
}

static bool take_number(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    *(double *)context = values[0].is_null ? NAN : values[0].number;
    return true;
}

double one_run_number(const char *sql)
{
    struct sim_error error = {0};
    double found = -1;
    CHECK_EQ(results_query(db, sql, NULL, 0, take_number, &found, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return found;
}

double one_run_result(const char *vm, const char *metric)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT value FROM result WHERE vm = '%s' AND metric = '%s'", vm,
             metric);
    return one_run_number(sql);
}
