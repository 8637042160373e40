/*
 * Runs a governor outside of the policy library: it gets its state, its parameters and its views,
 * and its orders are read as the library reads them (models/policy/govern.c).
 */
#include "ballast/explain/replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STATE_ALIGNMENT 64u

static size_t aligned(size_t bytes)
{
    return (bytes + STATE_ALIGNMENT - 1) / STATE_ALIGNMENT * STATE_ALIGNMENT;
}

int replay_init(struct replay *replay, const struct decisions *decisions,
                const struct mp_governor *governor, const uint32_t *parameters,
                struct sim_error *error)
{
    uint32_t vms = decisions->vm_count;
    size_t bytes = aligned(governor->state_bytes + vms * governor->state_vm_bytes + 1);
    *replay = (struct replay){.decisions = decisions,
                              .governor = governor,
                              .parameters = parameters,
                              .state = aligned_alloc(STATE_ALIGNMENT, bytes),
                              .state_bytes = bytes,
                              .orders = calloc(vms + 1u, sizeof *replay->orders),
                              .targets = calloc(vms + 1u, sizeof *replay->targets),
                              .kept_state = malloc(bytes),
                              .kept_targets = calloc(vms + 1u, sizeof *replay->targets)};
    if (replay->state == NULL || replay->orders == NULL || replay->targets == NULL ||
        replay->kept_state == NULL || replay->kept_targets == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for decisions about %u VMs", vms);
    replay_until(replay, 0);
    return SIM_OK;
}

void replay_fini(struct replay *replay)
{
    free(replay->state);
    free(replay->orders);
    free(replay->targets);
    free(replay->kept_state);
    free(replay->kept_targets);
    *replay = (struct replay){0};
}

/* ---- One round --------------------------------------------------------------------------- */

static uint32_t given(uint32_t order)
{
    return order == MP_UNCHANGED ? 0 : order;
}

static uint32_t target_of(const struct mp_vm_order *order, const struct mp_vm_view *vm,
                          uint32_t former)
{
    if (order->balloon_target_pages != MP_UNCHANGED || order->swap_target_pages != MP_UNCHANGED)
        return vm->max_pages - given(order->balloon_target_pages) - given(order->swap_target_pages);
    if (order->target_pages != MP_UNCHANGED)
        return order->target_pages;
    if (former == MP_UNCHANGED)
        return vm->limit_pages;
    return former < vm->min_pages ? vm->min_pages : former;
}

/* A VM that is not in the view is off, and begins anew when it is on again. */
static void take_orders(struct replay *replay, const struct mp_view *view)
{
    uint32_t place = 0;
    for (uint32_t vm = 0; vm < replay->decisions->vm_count; vm++) {
        bool is_on = place < view->vm_count && view->vms[place].vm == vm;
        replay->targets[vm] =
            is_on ? target_of(&replay->orders[place], &view->vms[place], replay->targets[vm])
                  : MP_UNCHANGED;
        place += is_on;
    }
}

void replay_show(struct replay *replay, const struct mp_view *view)
{
    struct mp_orders orders = {replay->orders, MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED};
    struct mp_view shown = *view;
    shown.parameters = replay->parameters;
    for (uint32_t i = 0; i < view->vm_count; i++)
        replay->orders[i] = (struct mp_vm_order){.target_pages = MP_UNCHANGED,
                                                 .balloon_target_pages = MP_UNCHANGED,
                                                 .swap_target_pages = MP_UNCHANGED,
                                                 .price_milli = MP_NO_PRICE};
    if (view->vm_count > 0)
        replay->governor->tick(replay->state, &shown, &orders);
    take_orders(replay, view);
    replay->next++;
}

/* ---- Many -------------------------------------------------------------------------------- */

void replay_until(struct replay *replay, uint32_t end)
{
    memset(replay->state, 0, replay->state_bytes);
    memset(replay->targets, 0xff, replay->decisions->vm_count * sizeof *replay->targets);
    if (replay->governor->init != NULL)
        replay->governor->init(replay->state, replay->parameters,
                               (uint16_t)replay->decisions->vm_count, 0);
    for (replay->next = 0; replay->next < end;)
        replay_show(replay, &replay->decisions->rounds[replay->next].view);
}

void replay_keep(struct replay *replay)
{
    memcpy(replay->kept_state, replay->state, replay->state_bytes);
    memcpy(replay->kept_targets, replay->targets,
           replay->decisions->vm_count * sizeof *replay->targets);
}

void replay_back(struct replay *replay, uint32_t next)
{
    memcpy(replay->state, replay->kept_state, replay->state_bytes);
    memcpy(replay->targets, replay->kept_targets,
           replay->decisions->vm_count * sizeof *replay->targets);
    replay->next = next;
}

uint32_t replay_check(struct replay *replay)
{
    uint32_t wrong = 0;
    replay_until(replay, 0);
    for (uint32_t i = 0; i < replay->decisions->round_count; i++) {
        const struct round *round = &replay->decisions->rounds[i];
        replay_show(replay, &round->view);
        for (uint32_t place = 0; place < round->view.vm_count; place++) {
            double pages = round->orders[place].target_mb * (1024 * 1024 / MP_PAGE_SIZE);
            wrong += fabs(replay->targets[round->vms[place].vm] - pages) > 0.5;
        }
    }
    return wrong;
}
