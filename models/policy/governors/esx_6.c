/*
 * What vSphere 5 and 6 publish of their changes to ESX Server: less memory is kept free on a large
 * host (minFree), the states are shares of that, and in the state hard memory is swapped and not
 * ballooned. Shares, the tax of 75% and the targets are those of ESX Server 2 (esx.c); the present
 * formula of the tax is not published.
 *
 * The states are this governor's own, by the free memory that it sees. `policy.free_*` should lie
 * below them, or the library's states act first. README.md says what is not modelled. The preset
 * esx-6 adds what is not for a governor to decide.
 */
#include "host_swap.h"
#include "rules.h"

enum {
    MB_PER_GB,
    HIGH_PCT,
    CLEAR_PCT,
    SOFT_PCT,
    HARD_PCT,
    LOW_PCT,
    BALANCE_S,
    COLLAPSE_PAGES_S,
    PARAMETERS
};

static const struct mp_parameter parameters[PARAMETERS] = {
    [MB_PER_GB] = {"mb_per_gb", "MB", "vSphere: the sources disagree, 1000 or 1024", 1024, 1000,
                   1024},
    [HIGH_PCT] = {"high_pct", "% of minFree", "vSphere 6: state high; one source says 300", 400, 1,
                  400},
    [CLEAR_PCT] = {"clear_pct", "% of minFree", "vSphere 6: state clear", 100, 1, 400},
    [SOFT_PCT] = {"soft_pct", "% of minFree", "vSphere 6: state soft", 64, 1, 400},
    [HARD_PCT] = {"hard_pct", "% of minFree", "vSphere 6: state hard", 32, 1, 400},
    [LOW_PCT] = {"low_pct", "% of minFree", "vSphere 6: state low", 16, 1, 400},
    [BALANCE_S] = {"balance_s", "s", "vSphere: Mem.BalancePeriod 15 s", 15, 1, 3600},
    [COLLAPSE_PAGES_S] = {"collapse_pages_s", "pages/s",
                          "vSphere 6: in the state clear pages are shared at once; our choice: the "
                          "scanner's rate then, if it is not higher anyway",
                          10000, 0, 1000000},
};

#define FIRST_CMB (UINT64_C(89900)) /* vSphere: 899 MB for the first 28 GB, */
#define FIRST_GB  UINT64_C(28)      /* and 1% of the rest */

enum { STATE_HIGH = 1, STATE_CLEAR = 2, STATE_HARD = 4, STATE_LOW = 5 };

struct esx6 {
    struct mp_rounds rounds;
    bool is_collapsing; /* then the scanner's rates before are kept here */
    uint32_t scan_vm_pages_s, scan_total_pages_s;
    struct mp_claim claims[]; /* as the view has its VMs */
};

/* The published 899 MB are made of parts, which are recalled: 6% of the first 4 GB, 4% of the next
 * 8 and 2% of the next 16. A host below 28 GB has as much of 899 MB as of those. */
uint64_t mp_esx6_min_free_cmb(uint64_t machine_mb, uint32_t mb_per_gb)
{
    static const struct {
        uint64_t gb, pct;
    } parts[] = {{4, 6}, {8, 4}, {16, 2}};
    uint64_t left_mb = machine_mb, weighted = 0, all = 0;

    if (machine_mb >= FIRST_GB * mb_per_gb)
        return FIRST_CMB + (machine_mb - FIRST_GB * mb_per_gb);
    for (uint32_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        uint64_t mb = mp_clamp(left_mb, 0, parts[i].gb * mb_per_gb);

        weighted += mb * parts[i].pct;
        all += parts[i].gb * mb_per_gb * parts[i].pct;
        left_mb -= mb;
    }
    return FIRST_CMB * weighted / all;
}

static uint64_t min_free_pages(const struct mp_view *view)
{
    uint64_t machine_mb = view->machine_pages / MP_PAGES_PER_MB;

    return mp_esx6_min_free_cmb(machine_mb, view->parameters[MB_PER_GB]) * MP_PAGES_PER_MB / 100;
}

/* How many of the thresholds free memory is below: 1 high, 2 clear, 3 soft, 4 hard, 5 low. The free
 * memory from which a state is left upward differs by an amount that is not published; here it does
 * not. */
static uint32_t state_of(const struct mp_view *view)
{
    uint64_t free = (uint64_t)view->free_pages * 100, min_free = min_free_pages(view);
    uint32_t state = 0;

    while (state < STATE_LOW && free < min_free * view->parameters[HIGH_PCT + state])
        state++;
    return state;
}

static void init(void *state, const uint32_t *values, uint16_t max_vms, uint64_t now_ns)
{
    (void)max_vms;
    mp_rounds_init(state, now_ns, values[BALANCE_S]);
}

static void share_out(struct mp_claim *claims, const struct mp_view *view)
{
    uint64_t reserve_pages = min_free_pages(view) * view->parameters[CLEAR_PCT] / 100;
    uint64_t taken_pages = (uint64_t)view->hypervisor_pages + view->overhead_pages + reserve_pages;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        claims[i] = (struct mp_claim){.shares = vm->shares,
                                      .min_pages = vm->min_pages,
                                      .max_pages = vm->limit_pages,
                                      .active_pages = vm->active_pages};
    }
    mp_share_out(claims, view->vm_count,
                 mp_less((uint64_t)view->machine_pages + view->saved_pages, taken_pages),
                 view->idle_tax_bp);
}

/* Below high, large pages are broken, and the scanner comes to them in its turn; below clear they
 * are shared at once. */
static void order_sharing(struct esx6 *esx6, const struct mp_view *view, struct mp_orders *orders)
{
    uint32_t own_state = state_of(view), collapse = view->parameters[COLLAPSE_PAGES_S];

    orders->large_pages = own_state < STATE_HIGH;
    if ((own_state >= STATE_CLEAR) == esx6->is_collapsing)
        return;
    if (esx6->is_collapsing) {
        orders->scan_vm_pages_s = esx6->scan_vm_pages_s;
        orders->scan_total_pages_s = esx6->scan_total_pages_s;
    } else {
        esx6->scan_vm_pages_s = view->scan_vm_pages_s;
        esx6->scan_total_pages_s = view->scan_total_pages_s;
        orders->scan_vm_pages_s = (uint32_t)mp_clamp(collapse, view->scan_vm_pages_s, UINT32_MAX);
        orders->scan_total_pages_s =
            (uint32_t)mp_clamp(collapse, view->scan_total_pages_s, UINT32_MAX);
    }
    esx6->is_collapsing = !esx6->is_collapsing;
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct esx6 *esx6 = state;
    bool is_hard = state_of(view) >= STATE_HARD;

    order_sharing(esx6, view, orders);
    mp_round_begins(&esx6->rounds, view->now_ns, view->parameters[BALANCE_S]);
    esx6->rounds.is_short = is_hard;
    share_out(esx6->claims, view);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];

        if (is_hard && vm->alloc_pages > esx6->claims[i].target_pages)
            mp_order_limit(vm, vm->ballooned_pages, esx6->claims[i].target_pages, &orders->vms[i]);
        else
            orders->vms[i].target_pages = esx6->claims[i].target_pages;
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        MP_HOST_SWAP_READ(view, vm),
        {"machine_pages", view->machine_pages},
        {"hypervisor_pages", view->hypervisor_pages},
        {"host_overhead_pages", view->overhead_pages},
        {"saved_pages", view->saved_pages},
        {"idle_tax_bp", view->idle_tax_bp},
        {"shares", vm->shares},
        {"ballooned_pages", vm->ballooned_pages},
        {"min_free_pages", (int64_t)min_free_pages(view)},
        {"own_state", state_of(view)},
    };

    (void)state;
    return mp_told(read, sizeof read / sizeof read[0], inputs, room);
}

const struct mp_governor mp_governor_esx_6 = {
    .abi = MP_GOVERNOR_ABI,
    .name = "esx-6",
    .summary = "ESX Server's targets with minFree and the states that vSphere 6 documents",
    .parameters = parameters,
    .parameter_count = PARAMETERS,
    .state_bytes = sizeof(struct esx6),
    .state_vm_bytes = sizeof(struct mp_claim),
    .init = init,
    .tick = tick,
    .next_deadline = mp_rounds_next,
    .explain = explain,
};
