/*
 * The states of free memory (6.3): high, soft, hard, low. A state forces the means of reclamation;
 * the targets hold in every state.
 *
 * The hazard is flapping: a state falls as soon as its lower threshold is passed, but rises only
 * when the higher one is exceeded by a margin. So that every page that is taken or freed can be
 * checked, the two bounds within which nothing changes are kept ready.
 */
#include "mp_internal.h"

#define BP 10000u

uint32_t mp_threshold_pages(const struct mp *mp, uint32_t bp)
{
    return (uint32_t)((uint64_t)(mp->machine.machine_pages - mp->lost_pages) * bp / BP);
}

/* Below this many free pages a state is entered from above. */
static uint32_t entered_below_pages(const struct mp *mp, enum mp_state state)
{
    switch (state) {
    case MP_STATE_SOFT:
        return mp_threshold_pages(mp, mp->tunables.free_soft_bp);
    case MP_STATE_HARD:
        return mp_threshold_pages(mp, mp->tunables.free_hard_bp);
    case MP_STATE_LOW:
        return mp_threshold_pages(mp, mp->tunables.free_low_bp);
    case MP_STATE_HIGH:
        break;
    }
    return UINT32_MAX;
}

/* Above this many free pages a state is left upward: the next higher threshold and the margin. */
static uint32_t left_above_pages(const struct mp *mp, enum mp_state state)
{
    const struct mp_tunables *tunables = &mp->tunables;

    switch (state) {
    case MP_STATE_SOFT:
        return mp_threshold_pages(mp, tunables->free_high_bp + tunables->free_margin_bp);
    case MP_STATE_HARD:
        return mp_threshold_pages(mp, tunables->free_soft_bp + tunables->free_margin_bp);
    case MP_STATE_LOW:
        return mp_threshold_pages(mp, tunables->free_hard_bp + tunables->free_margin_bp);
    case MP_STATE_HIGH:
        break;
    }
    return UINT32_MAX;
}

void mp_state_bounds(struct mp *mp)
{
    mp->fall_below_pages =
        mp->state == MP_STATE_LOW ? 0 : entered_below_pages(mp, (enum mp_state)(mp->state + 1));
    mp->rise_above_pages = left_above_pages(mp, mp->state);
    mp_free_changed(mp);
}

void mp_state_update(struct mp *mp)
{
    uint32_t free_pages = mp_free_pages(mp);
    enum mp_state old = mp->state;

    mp->due &= ~(uint32_t)MP_DUE_STATE;
    while (mp->state < MP_STATE_LOW &&
           free_pages < entered_below_pages(mp, (enum mp_state)(mp->state + 1)))
        mp->state = (enum mp_state)(mp->state + 1);
    while (mp->state > MP_STATE_HIGH && free_pages > left_above_pages(mp, mp->state))
        mp->state = (enum mp_state)(mp->state - 1);
    if (mp->state == old)
        return;
    mp_state_bounds(mp);
    mp_wanted_unknown(mp);
    mp_large_update(mp);
    mp->due &= ~(uint32_t)MP_DUE_STATE;
    mp_event(mp, 0, MP_EVENT_STATE, old, mp->state);
    mp_rebalance_later(mp, MP_REASON_THRESHOLD);
}

/* In the state low, all VMs above their targets are blocked; otherwise none is. */
void mp_block_update(struct mp *mp)
{
    uint64_t is_low = mp->state == MP_STATE_LOW ? UINT64_MAX : 0;

    mp->due &= ~(uint32_t)MP_DUE_BLOCK;
    for (uint32_t word = 0; word * 64 < mp->vm_limit; word++) {
        uint64_t wrong = (mp->above.bits[word] & is_low) ^ mp->blocked.bits[word];

        for (; wrong != 0; wrong &= wrong - 1) {
            struct mp_vm *vm = &mp->vms[word * 64 + (uint32_t)__builtin_ctzll(wrong)];

            vm->blocked = !vm->blocked;
            if (vm->blocked)
                mp_pageset_add(&mp->blocked, vm->number);
            else
                mp_pageset_remove(&mp->blocked, vm->number);
            mp->ops.block(mp->context, vm->number, vm->blocked);
        }
    }
}
