/*
 * An example of a governor: every VM keeps its max as long as it fits, else all get their min.
 */
#include "../mp_governor.h"

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    uint64_t max_pages = 0;

    (void)state;
    for (uint32_t i = 0; i < view->vm_count; i++)
        max_pages += view->vms[i].max_pages;
    for (uint32_t i = 0; i < view->vm_count; i++)
        orders->vms[i].target_pages =
            max_pages <= view->total_pages ? view->vms[i].max_pages : view->vms[i].min_pages;
}

const struct mp_governor mp_governor_example = {
    .abi = MP_GOVERNOR_ABI,
    .name = "example",
    .summary = "each VM's max if that fits, else its min",
    .tick = tick,
};
