#include "tests/unit/policy/shown.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#define MACHINE_PAGES (64 * 1024 * SHOWN_MB)

void shown_init(struct shown *shown, const char *governor, uint32_t vms)
{
    *shown = (struct shown){.governor = mp_governor_find(governor)};
    CHECK(shown->governor != NULL);
    shown->vms = calloc(vms, sizeof *shown->vms);
    shown->orders.vms = calloc(vms, sizeof *shown->orders.vms);
    shown->view = (struct mp_view){.machine_pages = MACHINE_PAGES,
                                   .free_pages = MACHINE_PAGES,
                                   .total_pages = MACHINE_PAGES,
                                   .estimator_count = 1,
                                   .estimator_names = {"esx"},
                                   .parameters = shown->values,
                                   .vm_count = vms,
                                   .vms = shown->vms};
    for (uint32_t i = 0; i < vms; i++)
        shown->vms[i] = (struct mp_vm_view){.vm = (uint16_t)i,
                                            .has_driver = true,
                                            .has_report = true,
                                            .shares = 1000,
                                            .max_pages = 1024 * SHOWN_MB,
                                            .limit_pages = 1024 * SHOWN_MB,
                                            .alloc_pages = 1024 * SHOWN_MB,
                                            .balloon_cap_pages = 1024 * SHOWN_MB,
                                            .target_pages = 1024 * SHOWN_MB};
    for (uint32_t i = 0; i < shown->governor->parameter_count; i++)
        shown->values[i] = shown->governor->parameters[i].preset;
}

void shown_start(struct shown *shown, uint64_t now_ns)
{
    const struct mp_governor *governor = shown->governor;
    size_t bytes = governor->state_bytes + shown->view.vm_count * governor->state_vm_bytes;
    shown->state = calloc(1, bytes + 1);
    if (governor->init)
        governor->init(shown->state, shown->values, (uint16_t)shown->view.vm_count, now_ns);
}

void shown_fini(struct shown *shown)
{
    if (shown->state && shown->governor->fini)
        shown->governor->fini(shown->state);
    free(shown->state);
    free(shown->vms);
    free(shown->orders.vms);
}

uint32_t shown_parameter(const struct shown *shown, const char *name)
{
    for (uint32_t i = 0; i < shown->governor->parameter_count; i++)
        if (strcmp(shown->governor->parameters[i].name, name) == 0)
            return i;
    CHECK_TEXT(name, "the name of a parameter");
    return 0;
}

/* The bounds of mp_governor.h. */
static void check_order(const struct mp_vm_view *vm, const struct mp_vm_order *order)
{
    uint32_t balloon = order->balloon_target_pages, swap = order->swap_target_pages;
    if (balloon == MP_UNCHANGED && swap == MP_UNCHANGED) {
        CHECK(order->target_pages == MP_UNCHANGED ||
              (vm->min_pages <= order->target_pages && order->target_pages <= vm->limit_pages));
        return;
    }
    balloon = balloon == MP_UNCHANGED ? 0 : balloon;
    swap = swap == MP_UNCHANGED ? 0 : swap;
    CHECK(balloon <= vm->balloon_cap_pages);
    CHECK((uint64_t)balloon + swap <= vm->max_pages - vm->min_pages);
    CHECK((uint64_t)balloon + swap >= vm->max_pages - vm->limit_pages);
}

void shown_ask_for(struct shown *shown, uint64_t now_ns, enum mp_reason reason)
{
    shown->view.now_ns = now_ns;
    shown->view.reason = reason;
    shown->orders.scan_vm_pages_s = shown->orders.scan_total_pages_s = MP_UNCHANGED;
    shown->orders.large_pages = MP_UNCHANGED;
    for (uint32_t i = 0; i < shown->view.vm_count; i++)
        shown->orders.vms[i] =
            (struct mp_vm_order){MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED, MP_NO_PRICE};
    shown->governor->tick(shown->state, &shown->view, &shown->orders);
    for (uint32_t i = 0; i < shown->view.vm_count; i++)
        check_order(&shown->vms[i], &shown->orders.vms[i]);
}

void shown_ask(struct shown *shown, uint64_t now_ns)
{
    shown_ask_for(shown, now_ns, MP_REASON_PERIODIC);
}

uint64_t shown_next_ns(const struct shown *shown, uint64_t now_ns)
{
    return shown->governor->next_deadline(shown->state, now_ns);
}

uint32_t shown_left_pages(const struct shown *shown, uint32_t vm)
{
    return shown->vms[vm].max_pages - shown->orders.vms[vm].balloon_target_pages;
}

void shown_carry_out(struct shown *shown)
{
    for (uint32_t i = 0; i < shown->view.vm_count; i++) {
        struct mp_vm_view *vm = &shown->vms[i];
        const struct mp_vm_order *order = &shown->orders.vms[i];
        uint32_t before = vm->alloc_pages;
        if (order->balloon_target_pages != MP_UNCHANGED)
            vm->ballooned_pages = order->balloon_target_pages;
        if (order->swap_target_pages != MP_UNCHANGED)
            vm->swapped_pages = order->swap_target_pages;
        vm->balloon_target_pages = vm->ballooned_pages;
        vm->alloc_pages = vm->max_pages - vm->ballooned_pages - vm->swapped_pages;
        shown->view.free_pages += before - vm->alloc_pages;
    }
}
