/* Figures of runs by name, and their values. */
#include "ballast/results/measure.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

static struct measure measure;
static struct sim_error error;

static const char *named(const char *text)
{
    error.text[0] = '\0';
    return measure_parse("--until", text, &measure, &error) == SIM_OK ? measure.metric->name
                                                                      : error.text;
}

static void measure_parse__names_with_and_without_their_unit(void)
{
    CHECK_TEXT(named("stalled_s"), "stalled_s");
    CHECK_TEXT(named("stalled"), "stalled_s");
    CHECK_TEXT(measure.vms, "*");
    CHECK_TEXT(named("active"), "active_mb"); /* and not active_slow_mb */
    CHECK_TEXT(named("free"), "free_mb");
    CHECK_TEXT(measure.vms, "");
    CHECK_TEXT(named("host.saved"), "saved_mb");
    CHECK_TEXT(named("web*.throughput"), "throughput");
    CHECK_TEXT(measure.vms, "web*");
    CHECK_TEXT(named("web.throughput.loss"), "throughput");
    CHECK(measure.is_loss);
    CHECK_TEXT(measure_unit(&measure), "%");
}

static void measure_parse__wrong_names_are_refused(void)
{
    CHECK_TEXT(named("trouhgput"),
               "--until: expected a metric of `ballast params --metrics`, found 'trouhgput' (did "
               "you mean 'throughput'?)");
    CHECK_CONTAINS(named(""), "expected a metric");
    CHECK_CONTAINS(named(".loss"), "expected a metric");
    CHECK_CONTAINS(named("host.throughput"), "expected a metric of the host, found 'throughput'");
    CHECK_CONTAINS(named("web.free"), "expected a metric of VMs, found 'free_mb' of host");
    CHECK_CONTAINS(named("active.loss"),
                   "expected a loss of a metric that is in the results of each VM");
    CHECK_CONTAINS(named("host.saved.loss"), "expected a loss");
}

static char taken[200];

static void take(void *context, double seed, double replicate, const char *vm, double value)
{
    size_t length = strlen(taken);
    (void)context;
    snprintf(taken + length, sizeof taken - length, "%g/%g %s=%g ", seed, replicate, vm, value);
}

static void write_run(struct results *db, uint64_t seed, const char *variant, double value)
{
    struct results_run run = {
        .experiment = "e", .variant = variant, .seed = seed, .config_hash = 0xabc};
    int64_t id;
    CHECK_EQ(results_run_begin(db, &run, &id, &error), SIM_OK);
    results_result(db, id, "web1", "stalled_s", value, "s", &error);
    results_result(db, id, "web2", "stalled_s", value + 1, "s", &error);
    results_result(db, id, "db", "stalled_s", 9, "s", &error);
    results_series(db, id, 1, "", "free_mb", value, &error);
    results_series(db, id, 2, "", "free_mb", value + 4, &error);
    CHECK_EQ(results_run_end(db, id, true, 2, 1, &error), SIM_OK);
}

static const char *values_of(struct results *db, const char *text, enum measure_value which)
{
    const struct measure_runs runs = {"e", "v=1", 0xabc};
    named(text);
    taken[0] = '\0';
    CHECK_EQ(measure_each(db, &runs, &measure, which, take, NULL, &error), SIM_OK);
    return taken;
}

static void measure_each__values_of_one_variant_in_order(void)
{
    struct results *db;
    if (!CHECK_EQ(results_open("measures", RESULTS_MEMORY, &db, &error), SIM_OK))
        return;
    write_run(db, 2, "v=1", 30);
    write_run(db, 1, "v=1", 10);
    write_run(db, 1, "v=2", 50);
    CHECK_TEXT(values_of(db, "web*.stalled", MEASURE_WHOLE),
               "1/0 web1=10 1/0 web2=11 2/0 web1=30 2/0 web2=31 ");
    CHECK_TEXT(values_of(db, "db.stalled", MEASURE_PEAK), "1/0 db=9 2/0 db=9 ");
    CHECK_TEXT(values_of(db, "free", MEASURE_WHOLE), "1/0 =12 2/0 =32 ");
    CHECK_TEXT(values_of(db, "free", MEASURE_LEAST), "1/0 =10 2/0 =30 ");
    CHECK_TEXT(values_of(db, "free", MEASURE_PEAK), "1/0 =14 2/0 =34 ");
    CHECK_TEXT(values_of(db, "free", MEASURE_SAMPLES), "1/0 =10 1/0 =14 2/0 =30 2/0 =34 ");
    CHECK_EQ(results_close(db, &error), SIM_OK);
}

TEST_SUITE(results_measure, TEST(measure_parse__names_with_and_without_their_unit),
           TEST(measure_parse__wrong_names_are_refused),
           TEST(measure_each__values_of_one_variant_in_order));
