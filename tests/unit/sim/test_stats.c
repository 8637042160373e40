#include "sim/event.h"
#include "sim/stats.h"
#include "tests/check.h"

static void counter_rate__is_since_the_last_question(void)
{
    struct sim_counter counter;
    sim_counter_init(&counter, SIM_SECOND);
    sim_counter_add(&counter, 30);
    CHECK_NEAR(sim_counter_rate(&counter, 4 * SIM_SECOND), 10, 1e-12);
    sim_counter_add(&counter, 5);
    CHECK_NEAR(sim_counter_rate(&counter, 6 * SIM_SECOND), 2.5, 1e-12);
    CHECK_EQ(counter.total, 35);
}

static void counter_rate__without_time_waits(void)
{
    struct sim_counter counter;
    sim_counter_init(&counter, 0);
    sim_counter_add(&counter, 4);
    CHECK_NEAR(sim_counter_rate(&counter, 0), 0, 0);
    CHECK_NEAR(sim_counter_rate(&counter, 2 * SIM_SECOND), 2, 1e-12);
}

static void gauge_mean__weights_by_time(void)
{
    struct sim_gauge gauge;
    sim_gauge_init(&gauge, 10, 4);
    CHECK_NEAR(sim_gauge_mean(&gauge, 10), 4, 0);
    sim_gauge_set(&gauge, 20, 1);
    sim_gauge_set(&gauge, 50, 8);
    CHECK_NEAR(sim_gauge_mean(&gauge, 60), (4 * 10 + 1 * 30 + 8 * 10) / 50.0, 1e-12);
    CHECK_NEAR(gauge.least, 1, 0);
    CHECK_NEAR(gauge.most, 8, 0);
    CHECK_NEAR(gauge.value, 8, 0);
}

/* Five values with a known t quantile: 2.776 at 4 degrees of freedom. */
static void estimate_mean__gives_students_interval(void)
{
    static const double values[] = {10, 12, 9, 11, 13};
    struct sim_estimate estimate = sim_estimate_mean(values, 5);
    CHECK_NEAR(estimate.mean, 11, 1e-12);
    CHECK_NEAR(estimate.half_width, 2.776445 * sqrt(2.5 / 5), 1e-5);
}

static void estimate_mean__knows_nothing_from_one_value(void)
{
    static const double values[] = {10};
    struct sim_estimate estimate = sim_estimate_mean(values, 1);
    CHECK_NEAR(estimate.mean, 10, 0);
    CHECK(isinf(estimate.half_width));
}

static void quantile__interpolates_in_sorted_order(void)
{
    double values[] = {5, 1, 4, 2, 3};
    CHECK_NEAR(sim_quantile(values, 5, 0), 1, 0);
    CHECK_NEAR(sim_quantile(values, 5, 1), 5, 0);
    CHECK_NEAR(sim_quantile(values, 5, 0.5), 3, 1e-12);
    CHECK_NEAR(sim_quantile(values, 5, 0.9), 4.6, 1e-12);
}

TEST_SUITE(sim_stats, TEST(counter_rate__is_since_the_last_question),
           TEST(counter_rate__without_time_waits), TEST(gauge_mean__weights_by_time),
           TEST(estimate_mean__gives_students_interval),
           TEST(estimate_mean__knows_nothing_from_one_value),
           TEST(quantile__interpolates_in_sorted_order))
