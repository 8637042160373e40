/*
 * An estimator that believes every VM: all memory that it has counts as in use. It arms no page,
 * and costs nothing. With it, no page is ever idle, and a tax on idle memory has no effect.
 */
#include "../mp_estimator.h"

static void estimate(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    uint32_t pages = watch->alloc_pages;

    (void)state;
    *answer = (struct mp_estimate){.pages = pages, .slow_pages = pages, .fast_pages = pages};
}

const struct mp_estimator mp_estimator_resident = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "resident",
    .summary = "all memory that a VM has is in use",
    .estimate = estimate,
};
