/* Why targets moved. */
#include "ballast/explain/explain.h"

#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/explain/recorded.h"

static struct sim_error error;
static struct results *db;
static struct explain explain;

static void begin(const struct recorded_round *rounds, uint32_t count)
{
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(explain_init(&explain, db, recorded_run(db, rounds, count), mp_governor_find("esx"),
                          NULL, "", &error),
             SIM_OK);
    CHECK_TEXT(explain.no_replay, "");
}

static void end(void)
{
    explain_fini(&explain);
    results_close(db, NULL);
}

/* At 20 s only the estimate of `busy` rises; at 30 s only the tax; at 50 s there is less memory. */
static const struct recorded_round story[] = {
    {10, "periodic", 360, 0, {{10, 180, 0}, {100, 180, 0}}},
    {20, "periodic", 360, 0, {{10, 180, 0}, {150, 180, 0}}},
    {30, "parameters", 360, 7500, {{10, 180, 0}, {150, 180, 0}}},
    {40, "periodic", 360, 7500, {{10, 150, 0}, {180, 200, 0}}},
    {50, "periodic", 320, 7500, {{10, 104, 0}, {180, 256, 0}}},
};

static void explain__the_cause_is_the_number_that_changed(void)
{
    struct explain_move move;
    const struct explain_cause *causes[3];
    begin(story, 5);
    CHECK_EQ(explain_move(&explain, 1, 2, &move, &error), SIM_OK);
    if (CHECK_EQ(explain_causes_of(&move, 1, causes, 3), 1)) {
        CHECK_TEXT(causes[0]->row->name, "idle_tax_bp");
        CHECK_EQ(causes[0]->vm, -1);
        CHECK_EQ(causes[0]->before, 0);
        CHECK_EQ(causes[0]->after, 7500);
        CHECK_NEAR(causes[0]->held_mb[0], 180, 0); /* equal shares, no tax */
        CHECK_NEAR(causes[0]->held_mb[1], 180, 0);
    }
    CHECK(explain_target_moved_mb(&move.vms[1]) > 50);
    free(move.causes);
    end();
}

/* Without a tax an estimate has no effect: it changed, but it caused nothing. */
static void explain__what_has_no_effect_is_no_cause_that_matters(void)
{
    struct explain_move move;
    const struct explain_cause *causes[3];
    begin(story, 5);
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
    CHECK_EQ(move.cause_count, 1);
    CHECK_NEAR(explain_effect_mb(&move, &move.causes[0], 1), 0, 0);
    CHECK_EQ(explain_causes_of(&move, 1, causes, 3), 0);
    free(move.causes);
    end();
}

/* From 20 to 50 s the tax, an estimate, allocations and the total change. Greatest first. */
static void explain__causes_of_an_interval_are_sorted(void)
{
    struct explain_move move;
    const struct explain_cause *causes[3];
    begin(story, 5);
    CHECK_EQ(explain_move(&explain, 1, 4, &move, &error), SIM_OK);
    CHECK_EQ(move.moments, 3);
    if (CHECK_EQ(explain_causes_of(&move, 0, causes, 2), 2)) {
        CHECK_TEXT(causes[0]->row->name, "idle_tax_bp");
        CHECK(explain_effect_mb(&move, causes[0], 0) < explain_effect_mb(&move, causes[1], 0));
    }
    free(move.causes);
    end();
}

static void explain__a_vm_that_came_or_went_is_a_cause(void)
{
    const struct recorded_round rounds[] = {{10, "vm_on", 300, 0, {{10, 180, 0}, {0, -1, 0}}},
                                            {20, "vm_on", 300, 0, {{10, 180, 0}, {0, 0, 0}}},
                                            {30, "vm_off", 300, 0, {{0, -1, 0}, {0, 0, 0}}}};
    struct explain_move move;
    const struct explain_cause *causes[3];
    begin(rounds, 3);
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
    if (CHECK_EQ(explain_causes_of(&move, 0, causes, 3), 1)) {
        CHECK(causes[0]->row == NULL);
        CHECK_EQ(causes[0]->vm, 1);
        CHECK_NEAR(causes[0]->held_mb[0], 256, 0);
        CHECK(isnan(causes[0]->held_mb[1])); /* it would be off */
    }
    free(move.causes);
    CHECK_EQ(explain_move(&explain, 1, 2, &move, &error), SIM_OK);
    if (CHECK_EQ(explain_causes_of(&move, 1, causes, 3), 1)) {
        CHECK_EQ(causes[0]->vm, 0);
        CHECK_NEAR(causes[0]->held_mb[1], 150, 0);
        CHECK_NEAR(causes[0]->held_mb[0], 150, 0); /* it is put back before busy */
    }
    free(move.causes);
    end();
}

static void explain__what_was_done_is_read_from_the_samples(void)
{
    struct explain_move move;
    begin(story, 5);
    CHECK_EQ(explain_move(&explain, 1, 2, &move, &error), SIM_OK);
    CHECK_NEAR(move.then_s, 30, 0);
    CHECK_NEAR(move.done_s, 40, 0);
    CHECK_NEAR(move.free_mb, 33, 0);
    CHECK_TEXT(move.state, "high");
    CHECK_NEAR(move.vms[0].then.alloc_mb, 180, 0);
    CHECK_NEAR(move.vms[0].done.alloc_mb, 150, 0);
    CHECK_NEAR(move.vms[0].done.balloon_mb, 106, 0);
    free(move.causes);
    CHECK_EQ(explain_move(&explain, 2, 4, &move, &error), SIM_OK);
    CHECK_NEAR(move.then_s, 40, 0);
    CHECK_NEAR(move.done_s, 100, 0); /* the end of the run */
    CHECK_TEXT(move.state, "soft");
    free(move.causes);
    end();
}

static void explain_largest__in_order_of_time(void)
{
    struct explain_span spans[5];
    begin(story, 5);
    if (CHECK_EQ(explain_largest(&explain, -1, spans, 5), 1)) { /* one: `idle` falls thrice */
        CHECK_EQ(spans[0].from, 1);
        CHECK_EQ(spans[0].to, 4);
    }
    CHECK_EQ(explain_largest(&explain, 1, spans, 5), 2); /* busy rises, then falls */
    CHECK_EQ(explain_largest(&explain, 1, spans, 1), 1);
    CHECK_EQ(spans[0].to, 3);
    end();
}

static void explain_before__the_last_decision_that_moved_something(void)
{
    const struct recorded_round rounds[] = {
        {10, "periodic", 360, 0, {{10, 180, 0}, {100, 180, 0}}},
        {20, "periodic", 350, 0, {{10, 180, 0}, {100, 180, 0}}},
        {30, "periodic", 350, 0, {{10, 180, 0}, {100, 180, 0}}}};
    struct explain_span span;
    begin(rounds, 3);
    CHECK(!explain_before(&explain, 9, -1, &span));
    CHECK(explain_before(&explain, 35, -1, &span));
    CHECK_EQ(span.from, 0);
    CHECK_EQ(span.to, 1);
    CHECK(explain_before(&explain, 15, -1, &span)); /* none moved anything: the first one */
    CHECK_EQ(span.to, 0);
    end();
}

/* The targets on record are not those of the governor: it has changed, or read something else. */
static void explain__without_the_governor_no_cause_is_claimed(void)
{
    const struct recorded_round rounds[] = {
        {10, "periodic", 360, 0, {{10, 180, 0}, {100, 180, 0}}},
        {20, "periodic", 360, 0, {{10, 180, 100}, {100, 180, 0}}}};
    struct explain_move move;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(explain_init(&explain, db, recorded_run(db, rounds, 2), mp_governor_find("esx"), NULL,
                          "", &error),
             SIM_OK);
    CHECK_CONTAINS(explain.no_replay, "the governor esx orders something else in 1 ");
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
    CHECK_EQ(move.cause_count, 0);
    explain_fini(&explain);
    CHECK_EQ(explain_init(&explain, db, 1, NULL, NULL, "it is gone", &error), SIM_OK);
    CHECK_TEXT(explain.no_replay, "it is gone");
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
    CHECK_EQ(move.cause_count, 0);
    end();
}

TEST_SUITE(explain_explain, TEST(explain__the_cause_is_the_number_that_changed),
           TEST(explain__what_has_no_effect_is_no_cause_that_matters),
           TEST(explain__causes_of_an_interval_are_sorted),
           TEST(explain__a_vm_that_came_or_went_is_a_cause),
           TEST(explain__what_was_done_is_read_from_the_samples),
           TEST(explain_largest__in_order_of_time),
           TEST(explain_before__the_last_decision_that_moved_something),
           TEST(explain__without_the_governor_no_cause_is_claimed))
