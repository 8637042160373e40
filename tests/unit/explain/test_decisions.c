/* Decisions as the database holds them. */
#include "ballast/explain/decisions.h"

#include "tests/check.h"
#include "tests/unit/explain/recorded.h"

static struct sim_error error;
static struct results *db;
static struct decisions decisions;

static int read_run(const struct recorded_round *rounds, uint32_t count)
{
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    return decisions_read(&decisions, db, recorded_run(db, rounds, count), &error);
}

static void end(void)
{
    decisions_fini(&decisions);
    results_close(db, NULL);
}

static void decisions__a_view_is_made_again(void)
{
    const struct recorded_round rounds[] = {
        {10, "periodic", 300, 7500, {{5, 200, 0}, {150, 240, 0}}},
        {20, "parameters", 310, 5000, {{6, 190, 0}, {150, 240, 0}}}};
    CHECK_EQ(read_run(rounds, 2), SIM_OK);
    CHECK_EQ(decisions.vm_count, 2);
    CHECK_TEXT(decisions.vms[1], "busy");
    if (CHECK_EQ(decisions.round_count, 2)) {
        const struct round *round = &decisions.rounds[1];
        CHECK_EQ(round->view.vm_count, 2);
        CHECK_EQ(round->view.reason, MP_REASON_PARAMETERS);
        CHECK_EQ(round->view.now_ns, 20000000000);
        CHECK_EQ(round->view.total_pages, 310 * 256);
        CHECK_EQ(round->view.idle_tax_bp, 5000);
        CHECK_EQ(round->view.machine_pages, 512 * 256);
        CHECK_EQ(round->vms[0].vm, 0);
        CHECK_EQ(round->vms[0].shares, 2560);
        CHECK_EQ(round->vms[0].min_pages, 64 * 256);
        CHECK_EQ(round->vms[0].limit_pages, 256 * 256); /* none is max */
        CHECK_EQ(round->vms[0].active_pages, 6 * 256);
        CHECK_EQ(round->vms[0].alloc_pages, 190 * 256);
    }
    end();
}

/* The inputs of each belong to it, although the moment is the same. */
static void decisions__rounds_of_one_moment_are_told_apart(void)
{
    const struct recorded_round rounds[] = {{0, "vm_on", 300, 0, {{0, 0, 0}, {0, -1, 0}}},
                                            {0, "vm_on", 290, 0, {{0, 0, 0}, {0, 0, 0}}},
                                            {0, "vm_on", 280, 0, {{0, 0, 0}, {0, 0, 0}}},
                                            {15, "periodic", 270, 0, {{0, 0, 0}, {0, 0, 0}}}};
    CHECK_EQ(read_run(rounds, 4), SIM_OK);
    if (CHECK_EQ(decisions.round_count, 4)) {
        CHECK_EQ(decisions.rounds[0].view.vm_count, 1);
        CHECK_EQ(decisions.rounds[1].view.vm_count, 2);
        for (uint32_t i = 0; i < 4; i++)
            CHECK_EQ(decisions.rounds[i].view.total_pages, (300 - 10 * i) * 256);
        CHECK_EQ(decisions_at(&decisions, 0), 2); /* the last one of the moment */
        CHECK_EQ(decisions_at(&decisions, 14.9), 2);
        CHECK_EQ(decisions_at(&decisions, 15), 3);
        CHECK_EQ(decisions_at(&decisions, -1), -1);
        CHECK_EQ(round_place(&decisions.rounds[0], 1), -1);
        CHECK_EQ(round_place(&decisions.rounds[1], 1), 1);
    }
    end();
}

static void decisions__a_run_without_any_is_refused(void)
{
    CHECK_EQ(read_run(NULL, 0), SIM_USAGE);
    CHECK_TEXT(error.text, "run 1: expected decisions, found none");
    end();
}

static void decisions__rows_that_no_ballast_writes_are_refused(void)
{
    const struct recorded_round rounds[] = {{10, "periodic", 300, 0, {{5, 200, 0}, {1, 240, 0}}}};
    CHECK_EQ(read_run(rounds, 1), SIM_OK);
    decisions_fini(&decisions);
    results_query(db, "INSERT INTO input_curve VALUES (1, 99, 'idle', 'shares')", NULL, 0, NULL,
                  NULL, &error);
    results_query(db, "INSERT INTO input_time VALUES (1, 99, 99)", NULL, 0, NULL, NULL, &error);
    results_query(db, "INSERT INTO input_value VALUES (1, 99, 99, 1, 1)", NULL, 0, NULL, NULL,
                  &error);
    CHECK_EQ(decisions_read(&decisions, db, 1, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found an input 'shares' of idle at 99 s alone");
    decisions_fini(&decisions);
    results_query(db, "UPDATE decision_curve SET vm = 'other'", NULL, 0, NULL, NULL, &error);
    CHECK_EQ(decisions_read(&decisions, db, 1, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "found a decision about 'other'");
    end();
}

/* A governor would divide by zero, or take more than there is. */
static void decisions__numbers_that_cannot_be_are_refused(void)
{
    static const char *const damages[] = {
        ("UPDATE input_value SET value = 10000 WHERE curve IN (SELECT curve FROM input_curve"
         " WHERE name = 'idle_tax_bp')"),
        "UPDATE param_value SET value = '300' WHERE key = 'vm.idle.min_mb'",
        "UPDATE decision_value SET active_mb = alloc_mb + 1",
        "UPDATE decision_value SET alloc_mb = 257",
    };
    const struct recorded_round rounds[] = {{10, "periodic", 300, 0, {{5, 200, 0}, {1, 240, 0}}}};
    for (unsigned i = 0; i < sizeof damages / sizeof *damages; i++) {
        CHECK_EQ(read_run(rounds, 1), SIM_OK);
        decisions_fini(&decisions);
        CHECK_EQ(results_query(db, damages[i], NULL, 0, NULL, NULL, &error), SIM_OK);
        CHECK_EQ(decisions_read(&decisions, db, 1, &error), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, "found numbers of idle at 10 s that cannot be");
        end();
    }
}

static void view_rows__set_and_get_the_same_field(void)
{
    for (uint32_t i = 0; i < VIEW_FIELDS; i++) {
        struct mp_view view = {0};
        struct mp_vm_view vm = {0};
        view_rows[i].set(&view, &vm, 1);
        for (uint32_t j = 0; j < VIEW_FIELDS; j++)
            CHECK_EQ(view_rows[j].get(&view, &vm), i == j);
    }
}

TEST_SUITE(explain_decisions, TEST(decisions__a_view_is_made_again),
           TEST(decisions__rounds_of_one_moment_are_told_apart),
           TEST(decisions__a_run_without_any_is_refused),
           TEST(decisions__rows_that_no_ballast_writes_are_refused),
           TEST(decisions__numbers_that_cannot_be_are_refused),
           TEST(view_rows__set_and_get_the_same_field))
