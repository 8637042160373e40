/* The numbers of `ballast show`. */
#include "ballast/report/show.h"

#include "tests/unit/report/shown.h"

static struct sim_error error;

static const struct show_row *find(const struct show *show, uint32_t variant, enum show_kind kind,
                                   const char *vm, const char *metric)
{
    static const struct show_row none;
    const struct show_variant *in = &show->variants[variant];
    for (uint32_t i = 0; i < in->count; i++) {
        const struct show_row *row = &in->rows[i];
        if (row->kind == kind && !row->is_sum && strcmp(row->vm, vm) == 0 &&
            strcmp(row->metric, metric) == 0)
            return row;
    }
    return &none;
}

static int make(struct results *db, struct show_request request, struct show *show)
{
    request.experiment = "two";
    return show_make(db, "my.db", &request, show, &error);
}

/* t(0.975, 1) = 12.7062: of two runs, 60 and 70, the mean is 65 +- 12.7062 * 7.07107 / sqrt(2). */
static void show__has_the_mean_and_its_interval_over_runs(void)
{
    struct results *db = shown_open();
    struct show show;
    shown_run(db, "a", 1, 60, 100);
    shown_run(db, "b", 1, 1, 1);
    shown_run(db, "a", 2, 70, 120);
    CHECK_EQ(make(db, (struct show_request){.at_s = NAN}, &show), SIM_OK);
    CHECK_EQ(show.count, 2);
    CHECK_TEXT(show.variants[0].seeds, "seeds 1 to 2");
    CHECK_TEXT(show.variants[1].seeds, "seed 1");
    const struct show_row *row = find(&show, 0, SHOW_LEVEL, "web", "alloc_mb");
    CHECK_TEXT(row->title, "allocation");
    CHECK_EQ(row->mean.count, 2);
    CHECK_NEAR(row->mean.mean, 65, 1e-9);
    CHECK_NEAR(row->mean.half, 63.531, 1e-3);
    CHECK_NEAR(row->peak.mean, 75, 1e-9);
    CHECK_NEAR(row->last.mean, 55, 1e-9);
    row = find(&show, 0, SHOW_TOTAL, "web", "stalled_s");
    CHECK_NEAR(row->mean.mean, 11, 1e-9);
    row = find(&show, 0, SHOW_LEVEL, "web", "throughput");
    CHECK_NEAR(row->mean.mean, 110, 1e-9);
    CHECK_TEXT(row->unit, "ops/s");
    row = find(&show, 1, SHOW_LEVEL, "web", "alloc_mb");
    CHECK_EQ(row->mean.count, 1);
    CHECK(isnan(row->mean.half));
    CHECK(find(&show, 0, SHOW_TOTAL, "web", "hint_frames")->metric == NULL);
    for (uint32_t i = 1; i < show.variants[0].count; i++)
        CHECK(show.variants[0].rows[i - 1].rank <= show.variants[0].rows[i].rank);
    CHECK(show.has_work && !show.has_alone);
    show_fini(&show);
    results_close(db, NULL);
}

static void show__sums_over_vms_what_the_host_has_not(void)
{
    struct results *db = shown_open();
    struct show show;
    shown_run(db, "", 1, 52, 100);
    CHECK_EQ(make(db, (struct show_request){.at_s = NAN}, &show), SIM_OK);
    uint32_t sums = 0;
    for (uint32_t i = 0; i < show.variants[0].count; i++) {
        const struct show_row *row = &show.variants[0].rows[i];
        if (row->is_sum && strcmp(row->metric, "alloc_mb") == 0)
            CHECK_NEAR(row->mean.mean, 2100, 1e-9);
        CHECK(!row->is_sum || strcmp(row->metric, "free_mb") != 0);
        sums += row->is_sum;
    }
    CHECK(sums > 0);
    show_fini(&show);
    results_close(db, NULL);
}

static void show__a_part_is_a_variant_a_seed_a_vm(void)
{
    static const uint64_t two = 2;
    struct results *db = shown_open();
    struct show show;
    shown_run(db, "a", 1, 60, 100);
    shown_run(db, "a", 2, 70, 100);
    shown_run(db, "b", 2, 80, 100);
    CHECK_EQ(make(db, (struct show_request){.part = {"a", &two}, .vm = "web", .at_s = NAN}, &show),
             SIM_OK);
    CHECK_EQ(show.count, 1);
    CHECK_NEAR(find(&show, 0, SHOW_LEVEL, "web", "alloc_mb")->mean.mean, 70, 1e-9);
    CHECK(find(&show, 0, SHOW_LEVEL, "db", "alloc_mb")->metric == NULL);
    CHECK(find(&show, 0, SHOW_LEVEL, "", "free_mb")->metric == NULL);
    show_fini(&show);
    CHECK_EQ(make(db, (struct show_request){.vm = "wbe", .at_s = NAN}, &show), SIM_USAGE);
    CHECK_TEXT(error.text, "--vm: expected a VM of the runs of two, found 'wbe' (did you mean "
                           "'web'?)");
    show_fini(&show);
    CHECK_EQ(make(db, (struct show_request){.part = {"c", NULL}, .at_s = NAN}, &show), SIM_USAGE);
    CHECK_CONTAINS(error.text, "--variant: expected one of the runs of two (a, b), found 'c'");
    show_fini(&show);
    results_close(db, NULL);
}

static void show__at_a_moment_takes_the_nearest_sample(void)
{
    struct results *db = shown_open();
    struct show show;
    shown_run(db, "", 1, 60, 100);
    shown_run(db, "", 2, 70, 100);
    CHECK_EQ(make(db, (struct show_request){.at_s = 6.4}, &show), SIM_OK);
    CHECK_NEAR(show.at_s, 5, 0);
    const struct show_row *row = find(&show, 0, SHOW_LEVEL, "web", "alloc_mb");
    CHECK_NEAR(row->mean.mean, 75, 1e-9);
    CHECK_EQ(row->peak.count, 0);
    CHECK(find(&show, 0, SHOW_LEVEL, "web", "throughput")->metric == NULL);
    show_fini(&show);
    CHECK_EQ(make(db, (struct show_request){.at_s = 1e6}, &show), SIM_OK);
    CHECK_NEAR(show.at_s, 10, 0);
    show_fini(&show);
    results_close(db, NULL);
}

static void show__what_is_lost_against_running_alone(void)
{
    struct results *db = shown_open();
    struct show show;
    shown_run(db, "a", 1, 60, 90);
    shown_run(db, "a", 2, 60, 40);
    shown_run(db, "a,alone=web", 1, 60, 100);
    shown_run(db, "a,alone=web", 2, 60, 50);
    shown_run(db, "a,alone=web", 3, 60, 1);  /* of no other run's seed */
    shown_run(db, "a,alone=db", 1, 60, 200); /* another VM's */
    shown_run(db, "alone=web", 1, 60, 300);  /* another variant's */
    CHECK_EQ(make(db, (struct show_request){.at_s = NAN}, &show), SIM_OK);
    CHECK_EQ(show.count, 1);
    CHECK(show.has_alone);
    const struct show_row *row = find(&show, 0, SHOW_LOST, "web", "throughput");
    CHECK_EQ(row->mean.count, 2);
    CHECK_NEAR(row->mean.mean, 15, 1e-9);
    show_fini(&show);
    results_close(db, NULL);
}

static void show__counts_events_that_spoil_a_run(void)
{
    struct results *db = shown_open();
    struct show show;
    struct results_run run = {.experiment = "two", .variant = "", .seed = 2, .config = ""};
    int64_t id;
    shown_run(db, "", 1, 60, 100);
    CHECK_EQ(results_run_begin(db, &run, &id, NULL), SIM_OK);
    results_event(db, id, 12, "it's", "refused", "needs \"more\"", NULL);
    results_event(db, id, 20, "it's", "refused", "later", NULL);
    results_event(db, id, 1, "it's", "power_on", "", NULL);
    CHECK_EQ(results_run_end(db, id, true, 10, 1, NULL), SIM_OK);
    CHECK_EQ(make(db, (struct show_request){.at_s = NAN}, &show), SIM_OK);
    const struct show_row *row = find(&show, 0, SHOW_EVENT, "it's", "refused");
    CHECK_EQ(row->mean.count, 2); /* the other run has none */
    CHECK_NEAR(row->mean.mean, 1, 1e-9);
    CHECK_TEXT(row->note, "first at 12 s: needs \"more\"");
    CHECK(find(&show, 0, SHOW_EVENT, "it's", "power_on")->metric == NULL);
    show_fini(&show);
    results_close(db, NULL);
}

static void show__without_runs_says_how_to_get_them(void)
{
    struct results *db = shown_open();
    struct show show;
    CHECK_EQ(make(db, (struct show_request){.at_s = NAN}, &show), SIM_USAGE);
    CHECK_TEXT(error.text, "my.db: expected a finished run of two, found none; `ballast run two` "
                           "makes one");
    show_fini(&show);
    results_close(db, NULL);
}

TEST_SUITE(report_show, TEST(show__has_the_mean_and_its_interval_over_runs),
           TEST(show__sums_over_vms_what_the_host_has_not),
           TEST(show__a_part_is_a_variant_a_seed_a_vm),
           TEST(show__at_a_moment_takes_the_nearest_sample),
           TEST(show__what_is_lost_against_running_alone),
           TEST(show__counts_events_that_spoil_a_run),
           TEST(show__without_runs_says_how_to_get_them))
