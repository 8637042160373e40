/*
 * A governor to copy: each VM gets what it uses and some headroom.
 *
 * A VM's claim is its active memory plus headroom_pct percent of that, within its min and limit. If
 * memory is short, every VM keeps its min, and what the claims have above the mins is cut by one
 * factor. If memory is left over, it is given to the VMs in their order, up to their limit.
 */
#include "mp_governor.h"

enum { HEADROOM_PCT, PARAMETERS };

static const struct mp_parameter parameters[PARAMETERS] = {
    [HEADROOM_PCT] = {"headroom_pct", "%", "our choice: a quarter more than is in use", 25, 0,
                      1000},
};

static uint32_t claim_pages(const struct mp_vm_view *vm, uint32_t headroom_pct)
{
    uint64_t pages = vm->active_pages + (uint64_t)vm->active_pages * headroom_pct / 100;

    if (pages < vm->min_pages)
        return vm->min_pages;
    return pages < vm->limit_pages ? (uint32_t)pages : vm->limit_pages;
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    uint32_t headroom_pct = view->parameters[HEADROOM_PCT];
    uint64_t mins = 0, above = 0; /* pages of all VMs: guaranteed; claimed above that */

    (void)state;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        mins += view->vms[i].min_pages;
        above += claim_pages(&view->vms[i], headroom_pct) - view->vms[i].min_pages;
    }

    uint64_t free = view->total_pages > mins ? view->total_pages - mins : 0;
    uint64_t left = free > above ? free - above : 0;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint64_t pages = claim_pages(vm, headroom_pct) - vm->min_pages;

        if (above > free)
            pages = pages * free / above;
        pages += vm->min_pages;

        uint64_t more = left < vm->limit_pages - pages ? left : vm->limit_pages - pages;

        orders->vms[i].target_pages = (uint32_t)(pages + more);
        left -= more;
    }
}

/* For the table decision_input: what `tick` read, by the names of mp_view.def, so that `ballast
 * explain` can compute the decision again; and what the claim was before it was cut or raised. */
static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];

    (void)state;
    if (room < 4)
        return 0;
    inputs[0] = (struct mp_input){"min_pages", vm->min_pages};
    inputs[1] = (struct mp_input){"limit_pages", vm->limit_pages};
    inputs[2] = (struct mp_input){"total_pages", view->total_pages};
    inputs[3] = (struct mp_input){"claim_pages", claim_pages(vm, view->parameters[HEADROOM_PCT])};
    return 4;
}

const struct mp_governor mp_governor = {
    .abi = MP_GOVERNOR_ABI,
    .name = "headroom",
    .summary = "active memory and some headroom; what is left in the order of the VMs",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .tick = tick,
    .explain = explain,
};
