/*
 * Between the estimators and the pages: who has armed which page, and who is told of its touch.
 *
 * A page's pmap record has a bit for each estimator that waits for the page's next touch. So a
 * touch of a page that nobody armed costs one test.
 *
 * The hazard: an armed page can be shared, paged or moved in the meantime. The bits stay with the
 * PPN, so that its next touch counts whatever backs the page then. Only ballooning ends that.
 */
#include "mp_estimator.h"
#include "mp_internal.h"

static struct mp_watch watch_of(const struct mp *mp, const struct mp_vm *vm, uint32_t place)
{
    return (struct mp_watch){
        .now_ns = mp->now_ns,
        .own_ns = vm->own_ns,
        .stalled_ns = vm->stalled_ns,
        .max_pages = vm->config.max_pages,
        .alloc_pages = mp_vm_alloc_pages(vm),
        .ballooned_pages = vm->pages[MP_BALLOONED],
        .truth_pages = vm->truth_pages,
        .report = vm->has_report ? &vm->report : NULL,
        .tunables = &mp->tunables,
        .parameters = mp->estimators[place].values,
        .accessed = mp->estimators[place].estimator->looks ? &vm->accessed : NULL,
        .mp = (struct mp *)mp,
        .vm = vm->number,
        .place = (uint8_t)place,
    };
}

/* ---- Life -------------------------------------------------------------------------------- */

static uint32_t count_of(const struct mp_members *members)
{
    return members && members->estimator_count > 0 ? members->estimator_count : 1;
}

static const struct mp_estimator *estimator_of(const struct mp_members *members, uint32_t place)
{
    return members && members->estimator_count > 0 ? members->estimators[place]
                                                   : mp_estimator_at(0);
}

size_t mp_watch_footprint(const struct mp_members *members)
{
    size_t bytes = 0;

    for (uint32_t place = 0; place < count_of(members); place++)
        bytes += estimator_of(members, place)->parameter_count * sizeof(uint32_t);
    return mp_aligned(bytes);
}

void mp_watch_init(struct mp *mp, const struct mp_members *members, void *buffer)
{
    uint32_t *next = buffer, arming = 0;

    mp->estimator_count = count_of(members);
    mp->believed = members ? members->believed : 0;
    mp_check(mp, mp->estimator_count <= MP_MOST_ESTIMATORS, "too many estimators");
    mp_check(mp, mp->believed < mp->estimator_count, "an estimator is believed that does not run");
    for (uint32_t place = 0; place < mp->estimator_count; place++) {
        const struct mp_estimator *estimator = estimator_of(members, place);

        mp_check(mp, estimator->abi == MP_ESTIMATOR_ABI, "an estimator of another version");
        mp_check(mp, estimator->counter_count <= MP_MOST_COUNTERS, "more counters than the most");
        mp_check(mp, arming + estimator->arms <= MP_MOST_ARMING, "too many estimators arm pages");
        mp->estimators[place] =
            (struct mp_running){estimator, next, MP_NEVER, estimator->arms ? 1u << arming++ : 0};
        mp_parameters_copy(mp, next, estimator->parameters, estimator->parameter_count,
                           members ? members->estimator_values[place] : NULL);
        next += estimator->parameter_count;
    }
}

static size_t state_bytes(const struct mp_running *running, uint32_t max_pages)
{
    const struct mp_estimator *estimator = running->estimator;

    return estimator->state_bytes ? mp_aligned(estimator->state_bytes(running->values, max_pages))
                                  : 0;
}

static size_t stamp_bytes(const struct mp *mp, uint32_t max_pages)
{
    bool looks = false;

    for (uint32_t place = 0; place < mp->estimator_count; place++)
        looks = looks || mp->estimators[place].estimator->looks;
    return looks ? mp_aligned(max_pages * sizeof(uint32_t)) : 0;
}

size_t mp_watch_vm_footprint(const struct mp *mp, uint32_t max_pages)
{
    size_t bytes = stamp_bytes(mp, max_pages);

    for (uint32_t place = 0; place < mp->estimator_count; place++)
        bytes += state_bytes(&mp->estimators[place], max_pages);
    return bytes;
}

static void note_due(struct mp *mp, uint32_t place, uint64_t due_ns)
{
    if (due_ns < mp->estimators[place].due_ns)
        mp->estimators[place].due_ns = due_ns;
    if (due_ns < mp->watch_ns)
        mp->watch_ns = due_ns;
}

void mp_watch_place(struct mp *mp, struct mp_vm *vm, void *buffer)
{
    char *next = buffer;

    for (uint32_t place = 0; place < mp->estimator_count; place++) {
        vm->estimator_states[place] = next;
        next += state_bytes(&mp->estimators[place], vm->config.max_pages);
    }
    if (stamp_bytes(mp, vm->config.max_pages) > 0)
        vm->accessed = (struct mp_accessed){.stamps = (void *)next, .now = 1};
}

void mp_watch_begin(struct mp *mp, struct mp_vm *vm)
{
    for (uint32_t place = 0; place < mp->estimator_count; place++) {
        const struct mp_estimator *estimator = mp->estimators[place].estimator;
        struct mp_watch watch = watch_of(mp, vm, place);

        if (estimator->begin)
            note_due(mp, place, estimator->begin(vm->estimator_states[place], &watch));
    }
}

static void tick(struct mp *mp, uint32_t place)
{
    struct mp_running *running = &mp->estimators[place];

    if (mp->now_ns >= running->due_ns && running->estimator->tick) {
        running->due_ns = MP_NEVER;
        for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
            struct mp_watch watch = watch_of(mp, vm, place);
            uint64_t due_ns = running->estimator->tick(vm->estimator_states[place], &watch);

            running->due_ns = due_ns < running->due_ns ? due_ns : running->due_ns;
        }
    }
    note_due(mp, place, running->due_ns);
}

void mp_watch_tick(struct mp *mp)
{
    if (mp->now_ns < mp->watch_ns)
        return;
    mp->watch_ns = MP_NEVER;
    for (uint32_t place = 0; place < mp->estimator_count; place++)
        tick(mp, place);
}

/* ---- Armed pages ------------------------------------------------------------------------- */

_Static_assert(MP_MOST_ARMING <= 4, "mp.h: bits of `armed`");

/* Would an access go through, if nobody waited for it? Other pages fault in any case. */
static bool is_mapped(const struct mp_pmap_entry *entry)
{
    return entry->backing == MP_PRIVATE || entry->backing == MP_SHARED;
}

/* None of an estimator that arms nothing. */
static uint32_t bit_of(const struct mp *mp, uint32_t place)
{
    return mp->estimators[place].bit;
}

static struct mp_vm *vm_of(const struct mp_watch *watch, uint32_t ppn)
{
    struct mp_vm *vm = &watch->mp->vms[watch->vm];

    mp_check(watch->mp, ppn < vm->config.max_pages,
             "an estimator names a page beyond the VM's max");
    return vm;
}

enum mp_backing mp_watch_backing(const struct mp_watch *watch, uint32_t ppn)
{
    return (enum mp_backing)vm_of(watch, ppn)->pmap[ppn].backing;
}

bool mp_watch_is_armed(const struct mp_watch *watch, uint32_t ppn)
{
    return vm_of(watch, ppn)->pmap[ppn].armed & bit_of(watch->mp, watch->place);
}

void mp_watch_arm(const struct mp_watch *watch, uint32_t ppn)
{
    struct mp_vm *vm = vm_of(watch, ppn);
    struct mp_pmap_entry *entry = &vm->pmap[ppn];

    mp_check(watch->mp,
             watch->mp->estimators[watch->place].estimator->arms && entry->backing != MP_BALLOONED,
             "an estimator arms a page that it may not");
    mp_pmap_use(vm, ppn);
    vm->armed_pages[watch->place] += is_mapped(entry);
    entry->armed = (entry->armed | bit_of(watch->mp, watch->place)) & 0xfu;
    mp_mapping_await(watch->mp, vm, ppn);
}

void mp_watch_disarm(const struct mp_watch *watch, uint32_t ppn)
{
    struct mp_pmap_entry *entry = &vm_of(watch, ppn)->pmap[ppn];

    entry->armed = (entry->armed & ~bit_of(watch->mp, watch->place)) & 0xfu;
}

uint32_t mp_watch_random_below(const struct mp_watch *watch, uint32_t n)
{
    enum mp_stream stream = watch->place == 0
                                ? MP_STREAM_SAMPLE
                                : (enum mp_stream)(MP_STREAM_SAMPLE_2 + watch->place - 1);

    return watch->mp->ops.random_below(watch->mp->context, watch->vm, stream, n);
}

/* The page is armed no more; those who armed it hear why. */
static void end_arming(struct mp *mp, struct mp_vm *vm, uint32_t ppn, bool is_touched)
{
    uint8_t armed = vm->pmap[ppn].armed;

    vm->pmap[ppn].armed = 0;
    for (uint32_t place = 0; place < mp->estimator_count; place++) {
        const struct mp_estimator *estimator = mp->estimators[place].estimator;
        struct mp_watch watch;

        if (!(armed & bit_of(mp, place)))
            continue;
        watch = watch_of(mp, vm, place);
        vm->armed_faults[place] += is_touched && is_mapped(&vm->pmap[ppn]);
        if (is_touched)
            estimator->touched(vm->estimator_states[place], &watch, ppn);
        else if (estimator->lost)
            estimator->lost(vm->estimator_states[place], &watch, ppn);
    }
}

void mp_watch_touched(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    vm->sampled_touches++;
    end_arming(mp, vm, ppn, true);
}

void mp_watch_lost(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    if (vm->pmap[ppn].armed)
        end_arming(mp, vm, ppn, false);
}

bool mp_watch_verify(const struct mp *mp, const struct mp_pmap_entry *entry)
{
    uint32_t bits = 0;

    for (uint32_t place = 0; place < mp->estimator_count; place++)
        bits |= bit_of(mp, place);
    return (entry->armed & ~bits) == 0;
}

/* ---- Accessed pages ---------------------------------------------------------------------- */

struct mp_accessed *mp_accessed(struct mp *mp, uint16_t number)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    return vm->accessed.stamps ? &vm->accessed : NULL;
}

void mp_vm_accessed(struct mp *mp, uint16_t number, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    for (uint32_t place = 0; place < mp->estimator_count; place++) {
        const struct mp_estimator *estimator = mp->estimators[place].estimator;

        if (estimator->accessed) {
            struct mp_watch watch = watch_of(mp, vm, place);

            estimator->accessed(vm->estimator_states[place], &watch);
        }
    }
    /* After four billion moments all pages count as accessed just now, and no page as unused. */
    vm->accessed.now += vm->accessed.now < UINT32_MAX;
}

void mp_watch_cleared(const struct mp_watch *watch, uint64_t pages)
{
    watch->mp->vms[watch->vm].armed_pages[watch->place] += pages;
}

uint32_t mp_watch_recount(const struct mp_watch *watch)
{
    struct mp_accessed *accessed = &watch->mp->vms[watch->vm].accessed;
    uint32_t pages = accessed->pages;

    accessed->since = accessed->now;
    accessed->pages = 0;
    return pages;
}

/* ---- Answers ----------------------------------------------------------------------------- */

struct mp_estimate mp_watch_estimate(const struct mp *mp, const struct mp_vm *vm, uint32_t place)
{
    struct mp_estimate estimate = {0};
    struct mp_watch watch = watch_of(mp, vm, place);

    if (vm->is_held)
        return vm->held_estimates[place];
    mp->estimators[place].estimator->estimate(vm->estimator_states[place], &watch, &estimate);
    return estimate;
}

void mp_estimate_status(const struct mp *mp, uint16_t number, uint32_t place,
                        struct mp_estimate_status *status)
{
    const struct mp_vm *vm = &mp->vms[number];

    *status = (struct mp_estimate_status){.faults = 0};
    if (number >= mp->vm_limit || !vm->on)
        return;
    status->estimate = mp_watch_estimate(mp, vm, place);
    status->armed_pages = vm->armed_pages[place];
    status->faults = vm->armed_faults[place];
}

void mp_estimate_count(const struct mp *mp, uint16_t number, uint32_t place, int64_t *values)
{
    const struct mp_estimator *estimator = mp->estimators[place].estimator;

    if (estimator->count)
        estimator->count(mp->vms[number].estimator_states[place], values);
}
