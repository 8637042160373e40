/*
 * For experiments only: what the VM really touched, which no hypervisor knows. The embedder that
 * simulates the touches tells it (mp_vm_truth()). A governor that is fed with it shows what better
 * estimates could gain at most.
 */
#include "../mp_estimator.h"

static void estimate(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    uint32_t pages = watch->truth_pages;

    (void)state;
    *answer = (struct mp_estimate){.pages = pages, .slow_pages = pages, .fast_pages = pages};
}

const struct mp_estimator mp_estimator_truth = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "truth",
    .summary = "what is really touched: for experiments, no hypervisor knows it",
    .needs_truth = true,
    .estimate = estimate,
};
