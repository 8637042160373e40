/*
 * A governor that looks at nothing that a VM does: each VM has its min, and what is left is shared
 * out by shares. A VM that is at its limit leaves its part to the others.
 *
 * It is what an administrator would compute by hand, and so the plainest thing to compare others
 * with. There is no tax, and no estimate is read.
 */
#include "../mp_governor.h"

struct claim {
    uint32_t pages; /* so far */
    bool is_open;   /* takes part in what is left */
};

/* Gives each VM that would get beyond its limit just its limit; true if there was one. */
static bool fill_those_at_limit(const struct mp_view *view, struct claim *claims,
                                uint64_t *left_pages)
{
    uint64_t shares = 0, left = *left_pages;
    bool is_any = false;

    for (uint32_t i = 0; i < view->vm_count; i++)
        shares += claims[i].is_open ? view->vms[i].shares : 0;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint32_t room_pages = vm->limit_pages - vm->min_pages;

        if (!claims[i].is_open || left * vm->shares / shares < room_pages)
            continue;
        claims[i] = (struct claim){.pages = vm->limit_pages};
        *left_pages -= room_pages;
        is_any = true;
    }
    return is_any;
}

/* To all that are still open: rounded down, and a page more each to the first ones. */
static void share_out_rest(const struct mp_view *view, struct claim *claims, uint64_t left_pages)
{
    uint64_t shares = 0, given_pages = 0;

    for (uint32_t i = 0; i < view->vm_count; i++)
        shares += claims[i].is_open ? view->vms[i].shares : 0;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        if (!claims[i].is_open)
            continue;

        uint64_t part_pages = left_pages * view->vms[i].shares / shares;

        claims[i].pages += (uint32_t)part_pages;
        given_pages += part_pages;
    }
    for (uint32_t i = 0; i < view->vm_count && given_pages < left_pages; i++) {
        if (!claims[i].is_open)
            continue;
        claims[i].pages++;
        given_pages++;
    }
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct claim *claims = state;
    uint64_t min_pages = 0;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        claims[i].pages = vm->min_pages;
        claims[i].is_open = vm->shares > 0 && vm->min_pages < vm->limit_pages;
        min_pages += vm->min_pages;
    }

    uint64_t left_pages = view->total_pages > min_pages ? view->total_pages - min_pages : 0;

    while (left_pages > 0 && fill_those_at_limit(view, claims, &left_pages))
        ;
    share_out_rest(view, claims, left_pages);
    for (uint32_t i = 0; i < view->vm_count; i++)
        orders->vms[i].target_pages = claims[i].pages;
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];

    (void)state;
    if (room < 4)
        return 0;
    inputs[0] = (struct mp_input){"shares", vm->shares};
    inputs[1] = (struct mp_input){"min_pages", vm->min_pages};
    inputs[2] = (struct mp_input){"limit_pages", vm->limit_pages};
    inputs[3] = (struct mp_input){"total_pages", view->total_pages};
    return 4;
}

const struct mp_governor mp_governor_static = {
    .abi = MP_GOVERNOR_ABI,
    .name = "static",
    .summary = "each VM's min, and what is left by shares; nothing that a VM does matters",
    .state_vm_bytes = sizeof(struct claim),
    .tick = tick,
    .explain = explain,
};
