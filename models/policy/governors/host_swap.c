/*
 * A governor that orders nothing: the host pages out by itself when it is short, as a Linux host
 * without a balloon manager does. What the others are worth shows against it.
 */
#include "host_swap.h"

#define LOOK_S 10u /* our choice: memory that runs short asks the governor at once anyway */

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)values, (void)max_vms;
    mp_rounds_init(state, now_ns, LOOK_S);
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct mp_rounds *rounds = state;
    struct mp_host_swap swap = mp_host_swap_begin(rounds, view);

    mp_round_begins(rounds, view->now_ns, LOOK_S);
    for (uint32_t i = 0; i < view->vm_count; i++)
        mp_order_balloon(&view->vms[i], 0, mp_host_swap_part(&swap, &view->vms[i]),
                         &orders->vms[i]);
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_input read[] = {MP_HOST_SWAP_READ(view, &view->vms[index])};

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_host_swap = {
    .abi = MP_GOVERNOR_ABI,
    .name = "host-swap",
    .summary = "no orders; a host that is short pages out by itself, the idle pages first",
    .state_bytes = sizeof(struct mp_rounds),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
