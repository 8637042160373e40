/* AET against answers that are known exactly. */
#include "tests/unit/replay/estimates.h"

/* Touched evenly, P(t) = (1 - 1/N)^t, which gives 1 - c/N: the exact answer. First touches shift it
 * by about 1/rounds. */
static void aet__even_touches_miss_by_what_is_left_out(void)
{
    enum { PAGES = 10000, ROUNDS = 50 };
    struct replay_sampling sampling = {.pages = PAGES};
    void *state = estimate_of(&replay_aet, sampling, ESTIMATE_UNIFORM, PAGES, ROUNDS);
    void *exact = estimate_of(&replay_exact, sampling, ESTIMATE_UNIFORM, PAGES, ROUNDS);
    for (uint32_t c = PAGES / 10; c < PAGES; c += PAGES / 10) {
        CHECK_NEAR(replay_aet.miss_ratio(state, c), 1 - (double)c / PAGES, 0.03);
        CHECK_NEAR(replay_exact.miss_ratio(exact, c), 1 - (double)c / PAGES, 0.03);
    }
    replay_aet.end(state);
    replay_exact.end(exact);
}

/* All times are N: the step is there. From 256 on an interval is 1/256 of the time long. */
static void aet__a_cyclic_scan_is_a_step(void)
{
    struct replay_sampling sampling = {.pages = 200};
    void *state = estimate_of(&replay_aet, sampling, ESTIMATE_CYCLIC, sampling.pages, 10);
    CHECK_NEAR(replay_aet.miss_ratio(state, 1), 1, 0);
    CHECK_NEAR(replay_aet.miss_ratio(state, 199), 1, 0);
    CHECK_NEAR(replay_aet.miss_ratio(state, 200), 0.1, 0);
    replay_aet.end(state);
    sampling.pages = 100000;
    state = estimate_of(&replay_aet, sampling, ESTIMATE_CYCLIC, sampling.pages, 10);
    CHECK_NEAR(replay_aet.miss_ratio(state, 99600), 1, 0);
    CHECK_NEAR(replay_aet.miss_ratio(state, 100400), 0.1, 1e-9);
    replay_aet.end(state);
}

TEST_SUITE(replay_aet, TEST(aet__even_touches_miss_by_what_is_left_out),
           TEST(aet__a_cyclic_scan_is_a_step))
