/*
 * Memory Overcommitment Manager (oVirt) by its rules for balloons and for page sharing, as of July
 * 2025. Every 10 s: while less than a fifth of the host is free every guest is shrunk, otherwise
 * every guest grows, each by a step of 5% or to what it uses and some.
 *
 * What a guest uses is the mean of its size less the mean of its free memory, over the last
 * samples. So a guest whose cache fills its memory is never shrunk.
 *
 * The scanner's rate follows the rule of MOM, or of ksmtuned, which differ in how often they look
 * (`ksm`): under pressure it rises by 300 pages for each batch, otherwise it falls by 50; with
 * enough memory for everything the scanner stops.
 *
 * README.md says what this was written from, and what is assumed.
 */
#include "host_swap.h"

enum {
    PRESSURE_PCT,
    CRITICAL_PCT,
    GUEST_FREE_PCT,
    STEP_PCT,
    DEAD_BAND_BP,
    COLLECT_S,
    DECIDE_S,
    SAMPLES,
    KSM,
    KSMTUNED_S,
    KSM_PRESSURE_PCT,
    KSM_BOOST,
    KSM_DECAY,
    KSM_LEAST,
    KSM_MOST,
    KSM_SLEEP_MS,
    PARAMETERS
};

#define MOST_SAMPLES 10u

enum { KSM_LEFT_ALONE, KSM_OF_MOM, KSM_OF_KSMTUNED };

static const struct mp_parameter parameters[PARAMETERS] = {
    [PRESSURE_PCT] = {"pressure_pct", "%", "MOM: pressure with less than 20% of the host free", 20,
                      1, 99},
    [CRITICAL_PCT] = {"critical_pct", "%", "MOM: at 5% free guests lose what they use", 5, 0, 99},
    [GUEST_FREE_PCT] = {"guest_free_pct", "%", "MOM: a guest is to have 20% of its size free", 20,
                        0, 100},
    [STEP_PCT] = {"step_pct", "%", "MOM: 5% of a guest's size in a step", 5, 1, 100},
    [DEAD_BAND_BP] = {"dead_band_bp", "bp", "MOM: a change of up to 0.25% is left alone", 25, 0,
                      10000},
    [COLLECT_S] = {"collect_s", "s", "MOM: samples every 5 s", 5, 1, 3600},
    [DECIDE_S] = {"decide_s", "s", "MOM: decides every 10 s", 10, 1, 3600},
    [SAMPLES] = {"samples", "samples", "MOM: averages of 10", 10, 1, MOST_SAMPLES},
    [KSM] = {"ksm", "0/1/2", "the scanner's rate: 0 left alone, 1 as MOM, 2 as ksmtuned", 1, 0, 2},
    [KSMTUNED_S] = {"ksmtuned_s", "s", "ksmtuned: looks every 60 s", 60, 1, 3600},
    [KSM_PRESSURE_PCT] = {"ksm_pressure_pct", "%", "ksmtuned, MOM: a fifth of the host", 20, 1, 99},
    [KSM_BOOST] = {"ksm_boost", "pages", "ksmtuned, MOM: 300 more under pressure", 300, 0, 100000},
    [KSM_DECAY] = {"ksm_decay", "pages", "ksmtuned, MOM: 50 less without", 50, 0, 100000},
    [KSM_LEAST] = {"ksm_least", "pages", "ksmtuned, MOM: at least 64 in a batch", 64, 1, 100000},
    [KSM_MOST] = {"ksm_most", "pages", "ksmtuned, MOM: at most 1250 in a batch", 1250, 1, 100000},
    [KSM_SLEEP_MS] = {"ksm_sleep_ms", "ms", "ksmtuned: 10 ms between batches for 16 GiB", 10, 1,
                      10000},
};

struct guest {
    uint64_t on_ns; /* of the VM whose samples these are */
    uint32_t count, next;
    uint32_t has_pages[MOST_SAMPLES], unused_pages[MOST_SAMPLES];
};

struct mom {
    struct mp_rounds rounds; /* of collecting */
    struct mp_rounds decisions, ksm;
    uint32_t ksm_pages;    /* for each batch */
    struct guest guests[]; /* by VM number */
};

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    struct mom *mom = state;
    uint32_t ksm_s = values[KSM] == KSM_OF_KSMTUNED ? values[KSMTUNED_S] : values[DECIDE_S];

    (void)max_vms;
    mp_rounds_init(&mom->rounds, now_ns, values[COLLECT_S]);
    mp_rounds_init(&mom->decisions, now_ns, values[DECIDE_S]);
    mp_rounds_init(&mom->ksm, now_ns, ksm_s);
}

/* ---- Samples ----------------------------------------------------------------------------- */

static void collect(struct guest *guest, const struct mp_vm_view *vm, uint32_t samples)
{
    if (guest->on_ns != vm->on_ns || !vm->has_driver)
        *guest = (struct guest){.on_ns = vm->on_ns};
    if (!vm->has_driver || !vm->has_report)
        return;
    guest->has_pages[guest->next] = mp_vm_has(vm);
    guest->unused_pages[guest->next] = vm->report.free_pages;
    guest->next = (guest->next + 1) % samples;
    guest->count += guest->count < samples;
}

static uint32_t mean(const uint32_t *samples, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += samples[i];
    return (uint32_t)(sum / count);
}

static uint64_t used_pages(const struct guest *guest)
{
    return mp_less(mean(guest->has_pages, guest->count), mean(guest->unused_pages, guest->count));
}

/* ---- Balloons ---------------------------------------------------------------------------- */

/* The part of the guest's size that stays free, at this much free memory of the host: from
 * guest_free_pct at the beginning of pressure down to nothing; at critical_pct less than nothing.
 */
static int64_t spared_pages(const struct mp_view *view, uint64_t has_pages)
{
    const uint32_t *values = view->parameters;
    uint64_t total = view->machine_pages, free = view->free_pages;

    if (free * 100 <= total * values[CRITICAL_PCT])
        return (int64_t)mp_fraction(has_pages, free, total) -
               (int64_t)(has_pages * values[CRITICAL_PCT] / 100);
    return (int64_t)mp_fraction(has_pages, free * values[GUEST_FREE_PCT],
                                total * values[PRESSURE_PCT]);
}

static uint64_t shrunk_pages(const struct mp_view *view, const struct mp_vm_view *vm, uint64_t used)
{
    const uint32_t *values = view->parameters;
    uint64_t has = mp_vm_has(vm), to = has - has * values[STEP_PCT] / 100;
    int64_t spared = spared_pages(view, has);
    uint64_t floor = spared < 0 ? mp_less(used, (uint64_t)-spared) : used + (uint64_t)spared;

    floor = floor > vm->min_pages ? floor : vm->min_pages;
    to = to > floor ? to : floor;
    return to <= has && (has - to) * 10000 > has * values[DEAD_BAND_BP] ? to : has;
}

static uint64_t grown_pages(const struct mp_view *view, const struct mp_vm_view *vm, uint64_t used)
{
    const uint32_t *values = view->parameters;
    uint64_t has = mp_vm_has(vm), step = has + has * values[STEP_PCT] / 100;
    uint64_t to = used + has * values[GUEST_FREE_PCT] / 100;

    if (has >= vm->limit_pages)
        return has;
    to = to > vm->min_pages ? to : vm->min_pages;
    return mp_clamp(to > step ? to : step, 0, vm->limit_pages);
}

static uint64_t decided_pages(const struct mp_view *view, const struct mp_vm_view *vm,
                              const struct guest *guest)
{
    bool is_pressed = (uint64_t)view->free_pages * 100 <
                      (uint64_t)view->machine_pages * view->parameters[PRESSURE_PCT];

    if (guest->count == 0)
        return mp_vm_has(vm);
    return is_pressed ? shrunk_pages(view, vm, used_pages(guest))
                      : grown_pages(view, vm, used_pages(guest));
}

/* ---- The scanner ------------------------------------------------------------------------- */

#define KSM_LEAST_KB 2048u /* ksmtuned: of the threshold; it compares kB, so this never binds */

static void tune_ksm(struct mom *mom, const struct mp_view *view, struct mp_orders *orders)
{
    const uint32_t *values = view->parameters;
    uint64_t total = view->machine_pages, committed = 0;
    uint64_t threshold = total * values[KSM_PRESSURE_PCT] / 100;
    uint64_t sleep_ms = values[KSM_SLEEP_MS] * UINT64_C(16) * 1024 * MP_PAGES_PER_MB / total;
    uint32_t pages = mom->ksm_pages;

    for (uint32_t i = 0; i < view->vm_count; i++)
        committed += view->vms[i].alloc_pages;
    if (threshold < KSM_LEAST_KB * 1024 / MP_PAGE_SIZE)
        threshold = KSM_LEAST_KB * 1024 / MP_PAGE_SIZE;
    if (view->free_pages < threshold)
        pages += values[KSM_BOOST];
    else
        pages = (uint32_t)mp_less(pages, values[KSM_DECAY]);
    mom->ksm_pages = (uint32_t)mp_clamp(pages, values[KSM_LEAST], values[KSM_MOST]);
    if (sleep_ms < values[KSM_SLEEP_MS])
        sleep_ms = values[KSM_SLEEP_MS];
    orders->scan_total_pages_s = (uint32_t)(mom->ksm_pages * UINT64_C(1000) / sleep_ms);
    if (committed + threshold < total && view->free_pages > threshold)
        orders->scan_total_pages_s = 0;
    orders->scan_total_pages_s = (uint32_t)mp_clamp(orders->scan_total_pages_s, 0, 1000000);
    orders->scan_vm_pages_s = orders->scan_total_pages_s;
}

/* ---- The governor ------------------------------------------------------------------------ */

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct mom *mom = state;
    const uint32_t *values = view->parameters;
    struct mp_host_swap swap = mp_host_swap_begin(&mom->rounds, view);
    bool collects = mp_round_begins(&mom->rounds, view->now_ns, values[COLLECT_S]);
    bool decides = mp_round_begins(&mom->decisions, view->now_ns, values[DECIDE_S]);
    uint32_t ksm_s = values[KSM] == KSM_OF_KSMTUNED ? values[KSMTUNED_S] : values[DECIDE_S];

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        struct guest *guest = &mom->guests[vm->vm];
        uint64_t balloon_pages = vm->balloon_target_pages;

        if (collects)
            collect(guest, vm, values[SAMPLES]);
        if (decides && decided_pages(view, vm, guest) != mp_vm_has(vm))
            balloon_pages = vm->max_pages - decided_pages(view, vm, guest);
        mp_order_balloon(vm, balloon_pages, mp_host_swap_part(&swap, vm), &orders->vms[i]);
    }
    if (values[KSM] != KSM_LEFT_ALONE && mp_round_begins(&mom->ksm, view->now_ns, ksm_s))
        tune_ksm(mom, view, orders);
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"machine_pages", view->machine_pages},
        {"ballooned_pages", vm->ballooned_pages},
        {"has_driver", vm->has_driver},
        {"has_report", vm->has_report},
        {"report_free_pages", vm->report.free_pages},
        {"on_ns", (int64_t)vm->on_ns},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_mom = {
    .abi = MP_GOVERNOR_ABI,
    .name = "mom",
    .summary = "shrinks or grows all guests in steps of 5%, and tunes the scanner, as oVirt's MOM",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .needs_reports = true,
    .state_bytes = sizeof(struct mom),
    .state_vm_bytes = sizeof(struct guest),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
