/*
 * Entries of the guest's log. The hazard is a flood: reclaim meets a full paging device again and
 * again.
 */
#include "models/guest/log.h"

#include <inttypes.h>
#include <stdio.h>

#include "models/guest/place.h"
#include "models/guest/state.h"

static double mb(const struct guest *guest, uint64_t pages)
{
    return (double)pages * guest->page_bytes / (1 << 20);
}

static void tell(struct guest *guest, const char *kind, const char *detail)
{
    if (guest->hw->event)
        guest->hw->event(guest->hw->context, kind, detail);
}

/* Pages of the process that are in memory or on the paging device. */
static uint32_t held_pages(const struct guest *guest, const struct process *process)
{
    uint32_t held = 0;
    for (uint32_t page = 0; page < process->touched_end; page++)
        held += guest->place[process->first_place + page] != 0;
    return held;
}

void guest_log_oom_kill(struct guest *guest, const struct process *process)
{
    const char *name = process->program->name;
    char detail[200];
    guest->count.oom_kills++;
    snprintf(detail, sizeof detail,
             "process %td (%s) held %.1f MB; balloon %.1f MB, paging device %.1f of %.1f MB",
             process - guest->processes.process, name ? name : "no name",
             mb(guest, held_pages(guest, process)), mb(guest, guest->pages.count[PAGE_BALLOON]),
             mb(guest, guest->slots.used), mb(guest, guest->slots.total));
    tell(guest, "oom_kill", detail);
}

void guest_log_swap_full(struct guest *guest)
{
    char detail[100];
    guest->count.swap_refusals++;
    if (guest->swap_full_told)
        return;
    guest->swap_full_told = true;
    snprintf(detail, sizeof detail, "all %.1f MB of the paging device are in use",
             mb(guest, guest->slots.total));
    tell(guest, "guest_swap_full", detail);
}

void guest_log_swap_room(struct guest *guest)
{
    if (guest->slots.used < guest->slots.total - guest->slots.total / 8)
        guest->swap_full_told = false;
}
