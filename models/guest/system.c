/*
 * The boot (paper, Figures 6 to 8: Windows zeroes all of its memory), and then the pages that an
 * idle system keeps touching.
 *
 * How fast a boot goes is an input: pages are touched evenly over the time that is given. They are
 * touched later if the virtual CPU does not keep up.
 */
#include "models/guest/system.h"

#include "models/guest/state.h"

#define PACE_NS (20 * SIM_MS) /* our choice: how finely a boot is spread */
#define BACKGROUND_NS                                                                              \
    (5 *                                                                                           \
     SIM_SECOND) /* each background page, and each page of a boot, is touched once in this time */
#define IDLE_PACE_NS (100 * SIM_MS) /* our choice: timers of an idle system */
#define WRITE_ONE_IN 4u             /* our choice: background pages that are written to */
#define TEXT_ONE_IN  6u /* calibrated: Figure 8, memory shared between boot and benchmarks */

/* ns * rate / per_ns, where `ns` counts from power-on and `rate` is below 2^32. The product can be
 * larger than 64 bits hold. */
static uint64_t due_after(uint64_t ns, uint64_t rate, uint64_t per_ns)
{
    uint64_t us = ns / SIM_US, per_us = per_ns / SIM_US;
    return us / per_us * rate + us % per_us * rate / per_us;
}

static void sleep_op(struct guest_op *op, uint64_t at_ns)
{
    op->kind = GUEST_OP_SLEEP;
    op->at_ns = at_ns;
}

/* The boot touches kernel memory first and then the system's own; `index` counts through both. */
static void touch_op(const struct guest *guest, uint64_t index, bool write, struct guest_op *op)
{
    bool kernel = index < guest->pages.kernel_pages;
    op->kind = kernel ? GUEST_OP_PHYSICAL : GUEST_OP_MEMORY;
    op->first = (uint32_t)(kernel ? index : index - guest->pages.kernel_pages);
    op->pages = 1;
    op->write = write;
    op->content = GUEST_CONTENT_PRIVATE;
}

/* Program text and read-only data are the same in every VM of the image: the kernel's own, and a
 * part of the services' pages. */
static bool is_text(const struct guest *guest, uint64_t index)
{
    uint32_t text_pages = guest_scaled_pages(&guest->config, guest->os->kernel[0].fixed_kb /
                                                                 4); /* the kernel's code */
    return index < guest->pages.kernel_pages ? index < text_pages : index % TEXT_ONE_IN == 0;
}

static uint64_t boot_content(const struct guest *guest, uint64_t index)
{
    if (!is_text(guest, index))
        return GUEST_CONTENT_PRIVATE;
    return guest_content_plain(sim_mix64(guest->config.boot.image, UINT64_MAX - index));
}

static void enter(struct os_system *system, enum system_phase phase, uint64_t now_ns)
{
    system->phase = phase;
    system->phase_ns = now_ns;
    system->done = 0;
}

static uint64_t early_pages(const struct guest *guest)
{
    uint32_t early = guest->config.boot.early_pages;
    return early > guest->pages.kernel_pages ? early : guest->pages.kernel_pages;
}

/* Touches pages from .. from + count - 1 evenly over `over_ns`; false when the phase is over. */
static bool spread(struct os_system *system, uint64_t now_ns, uint64_t from, uint64_t count,
                   uint64_t over_ns, struct guest_op *op)
{
    uint64_t end_ns = system->phase_ns + over_ns;
    if (system->done == count && now_ns >= end_ns)
        return false;
    uint64_t due_ns = end_ns;
    if (system->done < count)
        due_ns = system->phase_ns + over_ns / count * system->done;
    if (now_ns < due_ns) {
        sleep_op(op, due_ns > now_ns + PACE_NS ? due_ns : now_ns + PACE_NS);
        if (op->at_ns > end_ns)
            op->at_ns = end_ns;
        return true;
    }
    uint64_t index = from + system->done++;
    touch_op(system->guest, index, true, op);
    op->content = boot_content(system->guest, index);
    return true;
}

/* How many pages the boot has touched so far. */
static uint64_t boot_touched_pages(const struct os_system *system)
{
    switch (system->phase) {
    case SYSTEM_EARLY:
        return system->done;
    case SYSTEM_ZERO:
        return early_pages(system->guest);
    case SYSTEM_SERVICES:
        return early_pages(system->guest) + system->done;
    case SYSTEM_IDLE:
        break;
    }
    return 0;
}

/* A system that boots keeps using what it has touched: in Figure 8 (c) and (d) the estimate of a
 * VM's active memory equals its allocation until it zeroes its memory. Each of these pages
 * is touched in turn, once in BACKGROUND_NS; false when none is due. */
static bool retouch(struct os_system *system, uint64_t now_ns, struct guest_op *op)
{
    const struct guest *guest = system->guest;
    uint64_t set = boot_touched_pages(system);
    uint64_t gap_ns = set > 0 ? BACKGROUND_NS / set : 0;

    if (set == 0 || now_ns < system->retouched_ns + gap_ns)
        return false;
    if (now_ns - system->retouched_ns > BACKGROUND_NS)
        system->retouched_ns = now_ns - BACKGROUND_NS; /* after a stop, one round is made up for */
    system->retouched_ns += gap_ns;
    if (system->next_retouch >= set)
        system->next_retouch = 0;

    uint64_t index = system->next_retouch++;

    touch_op(guest, index, index % WRITE_ONE_IN == 1 && !is_text(guest, index), op);
    system->has_retouched = true;
    return true;
}

static bool zero(struct os_system *system, uint64_t now_ns, struct guest_op *op)
{
    const struct guest *guest = system->guest;
    uint64_t rate = guest->config.boot.zero_pages_s;
    if (!guest->os->zeroes_memory || guest->pages.count[PAGE_FRESH] == 0)
        return false;
    uint64_t due = guest->config.memory_pages;
    if (rate > 0)
        due = due_after(now_ns - system->phase_ns, rate,
                        SIM_SECOND * guest_page_scale(&guest->config));
    if (system->done >= due) {
        sleep_op(op, now_ns + PACE_NS);
        return true;
    }
    op->kind = GUEST_OP_ZERO_FREE;
    op->pages = (uint32_t)(due - system->done);
    system->done = due;
    return true;
}

void guest_system_booted(struct guest *guest)
{
    guest->booted = true;
    for (uint32_t number = 0; number < guest->processes.count; number++) {
        if (guest->processes.process[number].state == PROCESS_NEW)
            guest_process_start(&guest->processes, number, guest->processes.process[number].wake_ns,
                                guest_now(guest));
    }
}

static void idle(struct os_system *system, uint64_t now_ns, struct guest_op *op)
{
    const struct guest *guest = system->guest;
    uint64_t set = guest->pages.kernel_pages + system->program.memory_pages;
    if (set > guest->config.background_pages)
        set = guest->config.background_pages;
    if (set == 0) {
        sleep_op(op, SIM_NEVER);
        return;
    }
    uint64_t due = due_after(now_ns - system->phase_ns, set, BACKGROUND_NS);
    if (due > system->done + set)
        system->done =
            due - set; /* after a long stop the system makes up for one round, not for all */
    if (system->done >= due) {
        sleep_op(op, now_ns + IDLE_PACE_NS);
        return;
    }
    uint64_t index = system->done++ % set;
    touch_op(guest, index, index % WRITE_ONE_IN == 1 && !is_text(guest, index), op);
}

/* What the boot does next: a page, pages to zero, or a time to sleep. False when it has ended. */
static bool boot(struct os_system *system, uint64_t now_ns, struct guest_op *op)
{
    struct guest *guest = system->guest;
    const struct guest_boot *boot = &guest->config.boot;
    uint64_t early = early_pages(guest);

    switch (system->phase) {
    case SYSTEM_EARLY:
        if (spread(system, now_ns, 0, early, boot->early_ns, op))
            return true;
        enter(system, SYSTEM_ZERO, now_ns);
        /* fall through */
    case SYSTEM_ZERO:
        if (zero(system, now_ns, op))
            return true;
        enter(system, SYSTEM_SERVICES, now_ns);
        /* fall through */
    case SYSTEM_SERVICES:
        if (spread(system, now_ns, early, boot->services_pages, boot->services_ns, op))
            return true;
        enter(system, SYSTEM_IDLE, now_ns);
        guest_system_booted(guest);
        /* fall through */
    case SYSTEM_IDLE:
        break;
    }
    return false;
}

/* The boot and the touches of what it has touched take turns, or a boot whose pages are paged out
 * all the time would never end. But Windows zeroes memory with its lowest priority: only when
 * nothing else is due. */
static void system_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct os_system *system = sim_event_owner(program, struct os_system, program);
    bool had_retouched = system->has_retouched && system->phase != SYSTEM_ZERO;

    system->has_retouched = false;
    if (!had_retouched && retouch(system, now_ns, op))
        return;
    if (!boot(system, now_ns, op))
        idle(system, now_ns, op);
    else if (had_retouched && op->kind == GUEST_OP_SLEEP)
        retouch(system, now_ns, op);
}

void guest_system_init(struct guest *guest)
{
    struct os_system *system = &guest->system;
    uint64_t own =
        early_pages(guest) - guest->pages.kernel_pages + guest->config.boot.services_pages;
    system->guest = guest;
    system->program = (struct guest_program){.next = system_next, .memory_pages = (uint32_t)own};
    uint32_t number = guest_process_new(&guest->processes, &system->program, 0);
    guest->processes.process[number].is_system = true;
}
