/*
 * The machine and its VMs: buffers, power-on and power-off, the clock's deadlines, and the one
 * place where pending work is done.
 *
 * The hazard: allocating or freeing a page can cross a threshold (6.3), which asks for new targets,
 * which page and share, which frees pages. So a change only notes what is due; mp_settle() does it
 * when the public call has left everything consistent.
 */
#include "mp_internal.h"

#define GB_PAGES      (UINT32_C(1) << 18)
#define SETTLE_ROUNDS 4u /* our choice: what is due after so many waits for the next tick */

void mp_check(const struct mp *mp, bool condition, const char *what)
{
    if (!condition) {
        mp->ops.panic(mp->context, what);
        __builtin_trap();
    }
}

void mp_event(struct mp *mp, uint16_t vm, enum mp_event_kind kind, uint32_t a, uint32_t b)
{
    struct mp_event event = {.at_ns = mp->now_ns, .vm = vm, .kind = kind, .a = a, .b = b};

    if (mp->ops.event)
        mp->ops.event(mp->context, &event);
}

struct mp_vm *mp_vm_of(struct mp *mp, uint16_t number)
{
    mp_check(mp, number < mp->vm_limit && mp->vms[number].on, "a call names a VM that is off");
    return &mp->vms[number];
}

void mp_enter(struct mp *mp, uint64_t now_ns)
{
    if (now_ns > mp->now_ns)
        mp->now_ns = now_ns;
}

/* ---- The machine ------------------------------------------------------------------------- */

/* For one pool. */
static size_t colours_bytes(const struct mp_tunables *tunables)
{
    return mp_aligned(tunables->page_colours * sizeof(uint32_t));
}

size_t mp_footprint(const struct mp_machine *machine, const struct mp_tunables *tunables,
                    const struct mp_members *members)
{
    return mp_aligned(sizeof(struct mp)) + mp_aligned(machine->max_vms * sizeof(struct mp_vm)) +
           mp_govern_footprint(machine, members) + mp_watch_footprint(members) +
           mp_scan_footprint(members) + 5 * mp_pageset_footprint(machine->max_vms) +
           mp_pageset_footprint(machine->machine_pages) +
           mp_pageset_footprint(machine->swap_pages) +
           (tunables->share_enabled ? mp_share_footprint(machine) : 0) +
           MP_POOLS * colours_bytes(tunables);
}

/* What the hypervisor keeps is the lowest, so it is taken from low memory first. */
static void make_pools(struct mp *mp)
{
    const struct mp_machine *machine = &mp->machine;
    uint32_t first = machine->hypervisor_pages;
    uint32_t border = mp_min32(machine->low_pages, machine->machine_pages);

    if (border < first)
        border = first;
    mp->pools[MP_LOW] = (struct mp_pool){.first = first,
                                         .end = border,
                                         .free_pages = border - first,
                                         .lowest_free = first,
                                         .used_end = first};
    mp->pools[MP_HIGH] = (struct mp_pool){.first = border,
                                          .end = machine->machine_pages,
                                          .free_pages = machine->machine_pages - border,
                                          .lowest_free = border,
                                          .used_end = border};
}

struct mp *mp_init(void *buffer, const struct mp_machine *machine,
                   const struct mp_tunables *tunables, const struct mp_members *members,
                   const struct mp_ops *ops, void *context, uint64_t now_ns)
{
    struct mp *mp = buffer;
    char *next = (char *)buffer + mp_aligned(sizeof(*mp));

    mp->machine = *machine;
    if (mp->machine.page_scale == 0)
        mp->machine.page_scale = 1;
    mp->tunables = *tunables;
    mp->ops = *ops;
    mp->context = context;
    mp->now_ns = now_ns;
    mp->poll_ns = mp->watch_ns = MP_NEVER;
    mp->pager_ns = now_ns;
    mp->large_order = MP_UNCHANGED;
    mp_check(mp, machine->machine_pages < UINT32_MAX / 2, "machine_pages must be below 2^31");
    mp_check(mp, machine->hypervisor_pages <= machine->machine_pages,
             "hypervisor_pages must be at most machine_pages");
    mp_check(mp, mp->machine.page_scale <= MP_MOST_PAGE_SCALE, "page_scale is out of range");
    mp_check(mp, mp_tunables_check(tunables) == NULL, "a tunable is out of range");
    make_pools(mp);

    mp->vms = (void *)next;
    next += mp_aligned(machine->max_vms * sizeof(struct mp_vm));
    mp_govern_init(mp, members, next);
    next += mp_govern_footprint(machine, members);
    mp_watch_init(mp, members, next);
    next += mp_watch_footprint(members);
    mp_scan_init(mp, members, next);
    next += mp_scan_footprint(members);
    struct mp_pageset *of_vms[] = {&mp->above, &mp->wanting_whole, &mp->wanting_part, &mp->blocked,
                                   &mp->stalled};
    for (uint32_t i = 0; i < sizeof of_vms / sizeof *of_vms; i++) {
        mp_pageset_init(of_vms[i], next, machine->max_vms);
        next += mp_pageset_footprint(machine->max_vms);
    }
    mp_wanted_unknown(mp);
    mp_pageset_init(&mp->free_mpns, next, machine->machine_pages);
    mp_pageset_fill(&mp->free_mpns, machine->hypervisor_pages);
    next += mp_pageset_footprint(machine->machine_pages);
    mp_pageset_init(&mp->free_slots, next, machine->swap_pages);
    next += mp_pageset_footprint(machine->swap_pages);
    if (tunables->share_enabled) {
        mp_share_init(mp, next);
        next += mp_share_footprint(machine);
    }
    for (uint32_t pool = 0; pool < MP_POOLS; pool++) {
        mp->pools[pool].colour_from = (uint32_t *)next;
        next += colours_bytes(tunables);
    }
    mp_state_bounds(mp);
    return mp;
}

void mp_fini(struct mp *mp)
{
    mp_govern_fini(mp);
}

enum mp_refusal mp_retune(struct mp *mp, const struct mp_tunables *tunables, uint64_t now_ns)
{
    uint32_t share_enabled = mp->tunables.share_enabled;
    uint32_t page_colours = mp->tunables.page_colours;

    mp_enter(mp, now_ns);
    mp_check(mp, mp_tunables_check(tunables) == NULL, "a tunable is out of range");
    if (mp_admit_retune(mp, tunables) != MP_ADMITTED)
        return MP_NO_MEMORY;
    mp_scan_ask(mp); /* what was due was due at the old rates */
    mp->tunables = *tunables;
    mp->tunables.share_enabled = share_enabled;
    mp->tunables.page_colours = page_colours;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        mp_overhead_recompute(mp, vm);
    mp_scan_rates_reset(mp);
    mp_scan_ask(mp);
    mp_govern_schedule(mp);
    mp_state_bounds(mp);
    mp_wanted_unknown(mp); /* the balloons' cap */
    mp_rebalance_later(mp, MP_REASON_PARAMETERS);
    mp_settle(mp);
    return MP_ADMITTED;
}

uint32_t mp_lose_memory(struct mp *mp, uint32_t pages, uint64_t now_ns)
{
    mp_enter(mp, now_ns);
    mp->lost_pages = mp_admit_loss(mp, pages);
    mp_state_bounds(mp);
    mp_rebalance_later(mp, MP_REASON_PARAMETERS);
    if (mp->stalled_pages > 0)
        mp->due |= MP_DUE_RESUME;
    mp_settle(mp);
    return mp->lost_pages;
}

void mp_rebalance_later(struct mp *mp, enum mp_reason reason)
{
    if (!(mp->due & MP_DUE_REBALANCE))
        mp->reason = reason;
    mp->due |= MP_DUE_REBALANCE;
}

static void settle(struct mp *mp, uint32_t what)
{
    for (uint32_t round = 0; (mp->due & what) && round < SETTLE_ROUNDS; round++) {
        if (mp->due & MP_DUE_STATE)
            mp_state_update(mp);
        if (mp->due & MP_DUE_REBALANCE)
            mp_rebalance(mp);
        if (mp->due & MP_DUE_BLOCK)
            mp_block_update(mp);
        if (mp->due & what & MP_DUE_PAGER)
            mp_pager_run(mp);
        if (mp->due & MP_DUE_RESUME)
            mp_stall_resume(mp);
    }
}

void mp_settle(struct mp *mp)
{
    settle(mp, ~0u);
}

void mp_settle_mapped(struct mp *mp)
{
    settle(mp, ~(uint32_t)MP_DUE_PAGER);
}

void mp_tick(struct mp *mp, uint64_t now_ns)
{
    mp_enter(mp, now_ns);
    mp_watch_tick(mp);
    mp_victim_tick(mp);
    mp_scan_tick(mp);
    mp_govern_tick(mp);
    if (mp->now_ns >= mp->poll_ns) {
        mp->poll_ns = MP_NEVER;
        mp->pager_busy = false;
        mp->due |= MP_DUE_PAGER | MP_DUE_RESUME;
    }
    mp_settle(mp);
}

static uint64_t earlier(uint64_t a_ns, uint64_t b_ns)
{
    return a_ns < b_ns ? a_ns : b_ns;
}

uint64_t mp_next_deadline(const struct mp *mp)
{
    if (mp->due != 0)
        return mp->now_ns;
    if (mp->vms_on == 0)
        return mp->poll_ns;

    uint64_t next_ns = earlier(earlier(mp->rebalance_ns, mp->poll_ns), mp->watch_ns);

    next_ns = earlier(next_ns, mp_victim_deadline(mp));
    next_ns = earlier(next_ns, mp->scan_due_ns);

    return next_ns;
}

/* ---- VMs --------------------------------------------------------------------------------- */

uint32_t mp_overhead_full_pages(const struct mp_tunables *tunables, uint32_t max_pages)
{
    uint64_t above_pages = max_pages > GB_PAGES ? max_pages - GB_PAGES : 0;
    uint64_t more_pages = above_pages * tunables->overhead_more_pages_gb / GB_PAGES;
    uint64_t pages = tunables->overhead_full_pages + more_pages;

    return pages < UINT32_MAX ? (uint32_t)pages : UINT32_MAX;
}

uint32_t mp_overhead_most_pages(const struct mp *mp, const struct mp_tunables *tunables,
                                uint32_t max_pages)
{
    return mp_own_pages(mp, mp_overhead_full_pages(tunables, mp_small_pages(mp, max_pages)));
}

/* Overhead grows with the memory that was ever touched (6.2; Figure 8 shows that it does). */
void mp_overhead_recompute(struct mp *mp, struct mp_vm *vm)
{
    uint32_t full_pages = mp_overhead_most_pages(mp, &mp->tunables, vm->config.max_pages);
    uint32_t start_pages = mp_own_pages(mp, mp->tunables.overhead_start_pages);
    uint64_t grown = (uint64_t)(full_pages - start_pages) * vm->touched_peak_pages;
    uint32_t pages = start_pages + (uint32_t)(grown / vm->config.max_pages);

    vm->overhead_rest = (uint32_t)(grown % vm->config.max_pages);
    mp->overhead_pages = mp->overhead_pages - vm->overhead_pages + pages;
    vm->overhead_pages = pages;
    mp_free_changed(mp);
}

static size_t pmap_bytes(const struct mp_vm_config *config)
{
    return mp_aligned(config->max_pages * sizeof(struct mp_pmap_entry));
}

static size_t used_bytes(const struct mp_vm_config *config)
{
    return mp_aligned((config->max_pages / MP_PMAP_BLOCK / 64 + 1) * sizeof(uint64_t));
}

size_t mp_vm_footprint(const struct mp *mp, const struct mp_vm_config *config)
{
    size_t set_bytes = mp_pageset_footprint(config->max_pages);

    return pmap_bytes(config) + used_bytes(config) + mp_watch_vm_footprint(mp, config->max_pages) +
           mp_scan_vm_footprint(mp, config->max_pages) +
           mp_compress_vm_footprint(mp, config->max_pages) +
           mp_large_vm_footprint(mp, config->max_pages) + set_bytes + (mp->frames ? set_bytes : 0) +
           (mp_is_split(mp) ? set_bytes : 0);
}

/* VMs share pages where this is equal: the hash of a page is mixed with it. So a salt of one VM
 * differs from all that can be given. */
static uint64_t salt_of(const struct mp *mp, const struct mp_vm_config *config, uint16_t number)
{
    if (mp->tunables.share_salting == MP_SALT_NONE)
        return 0;
    if (config->share_salt != 0)
        return mp_tally_of(config->share_salt);
    return mp->tunables.share_salting == MP_SALT_EACH ? ~mp_tally_of(number) : 0;
}

enum mp_refusal mp_vm_on(struct mp *mp, uint16_t number, const struct mp_vm_config *config,
                         void *buffer, uint64_t now_ns, struct mp_admission *answer)
{
    struct mp_admission admission;

    mp_enter(mp, now_ns);
    mp_check(mp, number < mp->machine.max_vms && !mp->vms[number].on, "the VM's number is taken");
    mp_check(mp, config->max_pages > 0 && config->min_pages <= config->max_pages,
             "a VM's max must be above 0 and not below its min");
    mp_check(mp, config->limit_pages == 0 || config->min_pages <= config->limit_pages,
             "a VM's limit must not be below its min");
    mp_admit(mp, config, &admission);
    if (answer)
        *answer = admission;
    if (admission.refusal != MP_ADMITTED)
        return admission.refusal;

    struct mp_vm *vm = &mp->vms[number];
    char *next = buffer;

    *vm = (struct mp_vm){.config = *config, .number = number, .on = true, .buffer = buffer};
    if (config->limit_pages == 0 || config->limit_pages > config->max_pages)
        vm->config.limit_pages = config->max_pages;
    vm->pmap = (void *)next;
    next += pmap_bytes(config);
    vm->used = (void *)next;
    next += used_bytes(config);
    mp_watch_place(mp, vm, next);
    next += mp_watch_vm_footprint(mp, config->max_pages);
    vm->scanner_state = next;
    next += mp_scan_vm_footprint(mp, config->max_pages);
    mp_compress_place(mp, vm, next);
    next += mp_compress_vm_footprint(mp, config->max_pages);
    mp_large_place(mp, vm, next);
    next += mp_large_vm_footprint(mp, config->max_pages);
    mp_pageset_init(&vm->evictable, next, config->max_pages);
    next += mp_pageset_footprint(config->max_pages);
    if (mp->frames) {
        mp_pageset_init(&vm->candidates, next, config->max_pages);
        next += mp_pageset_footprint(config->max_pages);
    }
    if (mp_is_split(mp))
        mp_pageset_init(&vm->low, next, config->max_pages);
    vm->pages[MP_UNTOUCHED] = config->max_pages;
    vm->target_pages = vm->config.limit_pages;
    vm->on_ns = mp->now_ns;
    vm->salt = salt_of(mp, config, number);
    if (mp->vms_on++ == 0) {
        mp_govern_schedule(mp);
        mp_scan_begin(mp);
    }
    if (mp->vm_limit <= number)
        mp->vm_limit = number + 1u;
    mp_overhead_recompute(mp, vm);
    mp_watch_begin(mp, vm);
    mp_rebalance_later(mp, MP_REASON_VM_ON);
    mp_settle(mp);
    return MP_ADMITTED;
}

void *mp_vm_off(struct mp *mp, uint16_t number, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_pages_abandon(mp, vm);
    mp_stall_forget(mp, vm);
    mp_wanted_forget(mp, vm);
    if (vm->blocked)
        mp_pageset_remove(&mp->blocked, number);
    mp->overhead_pages -= vm->overhead_pages;
    mp->compressed_memory_pages -= vm->compressed_memory_pages;
    mp->large_runs -= vm->large_runs;
    vm->on = false;
    mp->vms_on--;
    while (mp->vm_limit > 0 && !mp->vms[mp->vm_limit - 1].on)
        mp->vm_limit--;
    mp_free_changed(mp);
    mp_rebalance_later(mp, MP_REASON_VM_OFF);
    mp_settle(mp);
    return vm->buffer;
}

enum mp_refusal mp_vm_configure(struct mp *mp, uint16_t number, uint32_t shares, uint32_t min_pages,
                                uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_check(mp, min_pages <= vm->config.limit_pages, "a VM's min must be at most its limit");

    enum mp_refusal refusal = mp_admit_configure(mp, vm, min_pages);

    if (refusal == MP_ADMITTED) {
        vm->config.shares = shares;
        vm->config.min_pages = min_pages;
        mp_wanted_changed(mp, vm);
        mp_rebalance_later(mp, MP_REASON_PARAMETERS);
    }
    mp_settle(mp);
    return refusal;
}

void mp_vm_time(struct mp *mp, uint16_t number, uint64_t vm_ns)
{
    mp_vm_of(mp, number)->own_ns = vm_ns;
}

void mp_vm_stalled(struct mp *mp, uint16_t number, uint64_t stalled_ns)
{
    mp_vm_of(mp, number)->stalled_ns = stalled_ns;
}

void mp_vm_truth(struct mp *mp, uint16_t number, uint32_t touched_pages)
{
    mp_vm_of(mp, number)->truth_pages = touched_pages;
}

void mp_vm_hold(struct mp *mp, uint16_t number, bool is_held)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    vm->is_held = false;
    for (uint32_t place = 0; is_held && place < mp->estimator_count; place++)
        vm->held_estimates[place] = mp_watch_estimate(mp, vm, place);
    vm->is_held = is_held;
}

void mp_guest_report(struct mp *mp, uint16_t number, const struct mp_guest_report *report,
                     uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    if (vm->is_held)
        return;
    vm->has_report = true;
    vm->report_ns = mp->now_ns;
    vm->report = *report;
}
