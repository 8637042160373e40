/*
 * Working-set sampling (5.3): a few random pages of each VM lose their mapping; the share of them
 * that is touched within a period of the VM's own time estimates the share of its memory in use.
 *
 * Three averages: a slow one, a fast one, and the fast one as if the present period ended now. The
 * estimate is the largest, so that a VM that wakes up is believed at once and one that falls asleep
 * only after a while.
 *
 * The hazard: a sampled page can be shared, paged or ballooned in the meantime. Its flag stays with
 * the PPN, so that its next touch counts whatever is behind it then; only ballooning ends that.
 */
#include "mp_internal.h"

#define BP 10000u
#define DRAWS                                                                                      \
    64u /* our choice: at least half of a VM is not ballooned, so 64 misses do not happen */

static bool is_fit(const struct mp_pmap_entry *entry)
{
    return entry->backing != MP_BALLOONED && !(entry->flags & MP_PAGE_SAMPLED);
}

/* There is a fit page. */
static uint32_t draw_page(struct mp *mp, const struct mp_vm *vm)
{
    uint32_t max_pages = vm->config.max_pages, ppn = 0;

    for (uint32_t draw = 0; draw < DRAWS; draw++) {
        ppn = mp->ops.random_below(mp->context, vm->number, MP_STREAM_SAMPLE, max_pages);
        if (is_fit(&vm->pmap[ppn]))
            return ppn;
    }
    while (!is_fit(&vm->pmap[ppn]))
        ppn = ppn + 1 < max_pages ? ppn + 1 : 0;
    return ppn;
}

static void schedule(struct mp *mp, struct mp_vm *vm)
{
    uint64_t left_ns = vm->sample_end_own_ns - vm->own_ns;

    /* A VM that stands still a moment before its period's end must not be polled all the time. */
    vm->sample_due_ns = mp->now_ns + (left_ns > MP_POLL_NS ? left_ns : MP_POLL_NS);
    if (vm->sample_due_ns < mp->sample_ns)
        mp->sample_ns = vm->sample_due_ns;
}

void mp_sample_begin(struct mp *mp, struct mp_vm *vm)
{
    uint64_t period_ns = mp->tunables.sample_period_ms * MP_MS_NS;

    vm->sample_pages =
        mp_min32(mp->tunables.sample_pages, vm->config.max_pages - vm->pages[MP_BALLOONED]);
    vm->sample_flagged_pages = vm->sample_pages;
    vm->sample_touched_pages = 0;
    for (uint32_t i = 0; i < vm->sample_pages; i++) {
        uint32_t ppn = draw_page(mp, vm);

        vm->sample[i] = ppn;
        mp_mapping_await(mp, vm, ppn, MP_PAGE_SAMPLED);
    }
    vm->sample_end_own_ns += period_ns;
    if (vm->sample_end_own_ns <= vm->own_ns)
        vm->sample_end_own_ns = vm->own_ns + period_ns;
    schedule(mp, vm);
}

static uint32_t touched_fraction(const struct mp_vm *vm)
{
    return vm->sample_pages ? vm->sample_touched_pages * MP_ONE / vm->sample_pages : 0;
}

static uint32_t average(uint32_t old, uint32_t sample, uint32_t gain_bp)
{
    uint64_t sum = (uint64_t)old * (BP - gain_bp) + (uint64_t)sample * gain_bp;

    return (uint32_t)((sum + BP / 2) / BP);
}

static void end_period(struct mp *mp, struct mp_vm *vm)
{
    uint32_t fraction = touched_fraction(vm);

    vm->slow = average(vm->slow, fraction, mp->tunables.sample_gain_slow_bp);
    vm->fast = average(vm->fast, fraction, mp->tunables.sample_gain_fast_bp);
    for (uint32_t i = 0; i < vm->sample_pages; i++)
        vm->pmap[vm->sample[i]].flags &= (uint8_t)~MP_PAGE_SAMPLED;
}

void mp_sample_tick(struct mp *mp)
{
    if (mp->now_ns < mp->sample_ns)
        return;
    mp->sample_ns = MP_NEVER;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        if (vm->own_ns >= vm->sample_end_own_ns) {
            end_period(mp, vm);
            mp_sample_begin(mp, vm);
        } else {
            schedule(mp, vm);
        }
    }
}

void mp_sample_touched(struct mp_vm *vm, struct mp_pmap_entry *entry)
{
    mp_sample_forget(vm, entry);
    vm->sample_touched_pages++;
    vm->sampled_touches++;
}

void mp_sample_forget(struct mp_vm *vm, struct mp_pmap_entry *entry)
{
    if (entry->flags & MP_PAGE_SAMPLED) {
        entry->flags &= (uint8_t)~MP_PAGE_SAMPLED;
        vm->sample_flagged_pages--;
    }
}

static uint32_t pages_of(const struct mp_vm *vm, uint32_t fraction)
{
    uint64_t sampled_pages = vm->config.max_pages - vm->pages[MP_BALLOONED];

    return (uint32_t)((fraction * sampled_pages + MP_ONE / 2) / MP_ONE);
}

static uint32_t fast_now(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t gain_bp = mp->tunables.sample_gain_fast_bp;
    uint32_t grown = average(vm->fast, touched_fraction(vm), gain_bp);

    return vm->fast > grown ? vm->fast : grown;
}

uint32_t mp_estimate_slow_pages(const struct mp_vm *vm)
{
    return pages_of(vm, vm->slow);
}

uint32_t mp_estimate_fast_pages(const struct mp *mp, const struct mp_vm *vm)
{
    return pages_of(vm, fast_now(mp, vm));
}

uint32_t mp_estimate_pages(const struct mp *mp, const struct mp_vm *vm)
{
    uint32_t slow = mp_estimate_slow_pages(vm), fast = mp_estimate_fast_pages(mp, vm);

    return slow > fast ? slow : fast;
}
