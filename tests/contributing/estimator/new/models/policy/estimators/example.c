/*
 * An example of an estimator: half of what a VM has is in use.
 */
#include "../mp_estimator.h"

static void estimate(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    uint32_t pages = watch->alloc_pages / 2;

    (void)state;
    *answer = (struct mp_estimate){.pages = pages, .slow_pages = pages, .fast_pages = pages};
}

const struct mp_estimator mp_estimator_example = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "example",
    .summary = "half of what a VM has",
    .estimate = estimate,
};
