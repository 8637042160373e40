/* The governor of ESX Server decides for 1,000 VMs. */
#include <stdlib.h>

#include "models/policy/mp_governor.h"
#include "tests/gates/gates.h"

#define VMS      1000u
#define TICKS    20u
#define VM_PAGES 16384u
#define MACHINE  (VMS * VM_PAGES / 2)

static const struct mp_governor *governor;
static void *state;
static struct mp_vm_view vms[VMS];
static struct mp_vm_order orders[VMS];
static struct mp_view view;

static void prepare(void)
{
    governor = mp_governor_find("esx");
    gate_check(governor != NULL);
    uint32_t *parameters = calloc(governor->parameter_count + 1, sizeof *parameters);
    size_t bytes = governor->state_bytes + VMS * governor->state_vm_bytes;
    state = aligned_alloc(64, (bytes + 127) / 64 * 64);
    gate_check(state != NULL && parameters != NULL);
    __builtin_memset(state, 0, (bytes + 127) / 64 * 64);
    for (uint32_t i = 0; i < governor->parameter_count; i++)
        parameters[i] = governor->parameters[i].preset;
    if (governor->init != NULL)
        governor->init(state, parameters, VMS, 0);
    for (uint32_t i = 0; i < VMS; i++) {
        uint32_t alloc_pages = VM_PAGES / 4 + (uint32_t)(gate_random() % (VM_PAGES / 2));
        vms[i] = (struct mp_vm_view){.vm = (uint16_t)i,
                                     .has_driver = true,
                                     .shares = 500 + (uint32_t)(gate_random() % 1000),
                                     .min_pages = 1024,
                                     .max_pages = VM_PAGES,
                                     .limit_pages = VM_PAGES,
                                     .alloc_pages = alloc_pages,
                                     .untouched_pages = VM_PAGES - alloc_pages,
                                     .balloon_cap_pages = VM_PAGES / 2,
                                     .target_pages = VM_PAGES,
                                     .active_pages = (uint32_t)(gate_random() % alloc_pages)};
    }
    view = (struct mp_view){.reason = MP_REASON_PERIODIC,
                            .machine_pages = MACHINE,
                            .reserve_pages = MACHINE / 16,
                            .total_pages = MACHINE - MACHINE / 16,
                            .swap_pages = VMS * VM_PAGES,
                            .swap_free_pages = VMS * VM_PAGES,
                            .idle_tax_bp = 7500,
                            .estimator_count = 1,
                            .parameters = parameters,
                            .vm_count = VMS,
                            .vms = vms};
}

static void run(void)
{
    for (uint32_t tick = 0; tick < TICKS; tick++) {
        for (uint32_t i = 0; i < VMS; i++)
            orders[i] = (struct mp_vm_order){MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED, MP_NO_PRICE};
        struct mp_orders all = {orders, MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED};
        view.now_ns += 15000000000u;
        governor->tick(state, &view, &all);
    }
    gate_check(orders[0].target_pages != MP_UNCHANGED);
}

const struct gate gate_governor = {"governor-1000-vms", TICKS, prepare, run};
