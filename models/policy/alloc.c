/*
 * Who gets how much memory (5.1, 5.2, 6): shares, an idle memory tax, min and max.
 *
 * A VM of S shares that holds P pages, A of them active, pays the price S / cost per page, where
 *     cost(P) = (1 - t) P   up to A,   P - t A   above it
 * for a tax rate t: idle pages cost k = 1 / (1 - t) times as much as active ones. (The paper's
 * denominator is k times this: the order of the prices is the same.) Pages go one at a time to the
 * highest price, which is min-funding revocation seen from the other side, and ends, up to whole
 * pages, at one price for all VMs that are not held by their min or max.
 *
 * Handing out millions of pages one at a time is too slow. So a water level x = 1 / price is found
 * below which all pages have been handed out, and only the few left over go one at a time. Any
 * level gives the same result, so its resolution does not matter; all of it is exact integer
 * arithmetic.
 */
#include "mp_internal.h"

#define BP         10000u
#define LEVEL_BITS 16u /* fraction of the level x = cost / shares, cost in pages / BP */

__extension__ typedef unsigned __int128 uint128;

static uint64_t cost(const struct mp_claim *claim, uint64_t pages, uint32_t tax_bp)
{
    if (pages <= claim->active_pages)
        return pages * (BP - tax_bp);
    return pages * BP - (uint64_t)claim->active_pages * tax_bp;
}

/* The fewest pages from min to max whose price is not above 1 / level. */
static uint32_t pages_at_level(const struct mp_claim *claim, uint64_t level, uint32_t tax_bp)
{
    uint128 product = (uint128)claim->shares * level + ((UINT64_C(1) << LEVEL_BITS) - 1);
    uint128 wanted = product >> LEVEL_BITS;

    if (wanted >= cost(claim, claim->max_pages, tax_bp))
        return claim->max_pages;

    uint64_t rest = (uint64_t)wanted;
    uint64_t active_cost = (uint64_t)claim->active_pages * (BP - tax_bp);
    uint64_t pages = rest <= active_cost
                         ? (rest + BP - tax_bp - 1) / (BP - tax_bp)
                         : (rest + (uint64_t)claim->active_pages * tax_bp + BP - 1) / BP;

    return pages > claim->min_pages ? (uint32_t)pages : claim->min_pages;
}

static uint64_t sum_at_level(const struct mp_claim *claims, uint32_t count, uint64_t level,
                             uint32_t tax_bp)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += pages_at_level(&claims[i], level, tax_bp);
    return sum;
}

static bool pays_more(const struct mp_claim *claim, const struct mp_claim *other, uint32_t tax_bp)
{
    return (uint128)claim->shares * cost(other, other->target_pages, tax_bp) >
           (uint128)other->shares * cost(claim, claim->target_pages, tax_bp);
}

static struct mp_claim *highest_payer(struct mp_claim *claims, uint32_t count, uint32_t tax_bp)
{
    struct mp_claim *best = NULL;

    for (uint32_t i = 0; i < count; i++) {
        if (claims[i].shares == 0 || claims[i].target_pages >= claims[i].max_pages)
            continue;
        if (!best || pays_more(&claims[i], best, tax_bp))
            best = &claims[i];
    }
    return best;
}

void mp_share_out(struct mp_claim *claims, uint32_t count, uint64_t total_pages,
                  uint32_t idle_tax_bp)
{
    /* The highest cost of one share, so that everybody is at max. */
    uint64_t low = 0, high = (BP * (UINT64_C(1) << 32)) << LEVEL_BITS;

    while (low < high) {
        uint64_t middle = low + (high - low + 1) / 2;

        if (sum_at_level(claims, count, middle, idle_tax_bp) <= total_pages)
            low = middle;
        else
            high = middle - 1;
    }

    uint64_t given = 0;

    for (uint32_t i = 0; i < count; i++) {
        claims[i].target_pages = pages_at_level(&claims[i], low, idle_tax_bp);
        given += claims[i].target_pages;
    }
    for (; given < total_pages; given++) {
        struct mp_claim *claim = highest_payer(claims, count, idle_tax_bp);

        if (!claim)
            break;
        claim->target_pages++;
    }
}

/* ---- Targets ------------------------------------------------------------------------------- */

/* What there is to share out: a page that is saved by sharing can be given out again. */
static uint32_t total_pages(const struct mp *mp)
{
    uint32_t reserve_bp = mp->tunables.free_high_bp;

    /* Free memory must end not at but above the high threshold by more than the margin (6.3), or
     * the state would never rise; a second margin is for what moves while the targets are pursued.
     */
    if (mp->state != MP_STATE_HIGH)
        reserve_bp += 2 * mp->tunables.free_margin_bp;

    int64_t total = (int64_t)mp->machine.machine_pages - mp->machine.hypervisor_pages -
                    mp->overhead_pages - mp_threshold_pages(mp, reserve_bp) +
                    (mp->shared_pages - mp->shared_mpns);

    return total > 0 ? (uint32_t)total : 0;
}

/* In the paper's terms, S / (P (f + k (1 - f))), for 1,000 shares and MB; at least one page. */
static uint64_t price_milli(const struct mp_claim *claim, uint32_t alloc_pages, uint32_t tax_bp)
{
    uint64_t pages_per_mb = (1u << 20) / MP_PAGE_SIZE;
    uint64_t taxed = cost(claim, alloc_pages ? alloc_pages : 1, tax_bp);

    return claim->shares * 1000 * pages_per_mb * (BP - tax_bp) / taxed;
}

static void tell_decision(struct mp *mp, const struct mp_vm *vm, const struct mp_claim *claim)
{
    uint32_t alloc_pages = mp_vm_alloc_pages(vm);
    struct mp_decision decision = {
        .at_ns = mp->now_ns,
        .vm = vm->number,
        .reason = mp->reason,
        .state = mp->state,
        .active_pages = claim->active_pages,
        .alloc_pages = alloc_pages,
        .target_pages = vm->target_pages,
        .balloon_target_pages = vm->balloon_target_pages,
        .swap_target_pages = mp_swap_target_pages(mp, vm),
        .price_milli = price_milli(claim, alloc_pages, mp->tunables.idle_tax_bp),
    };

    mp->ops.decision(mp->context, &decision);
}

void mp_rebalance(struct mp *mp)
{
    uint32_t count = 0;

    mp->due &= ~(uint32_t)MP_DUE_REBALANCE;
    mp->due |= MP_DUE_PAGER | MP_DUE_BLOCK;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        mp->claims[count++] = (struct mp_claim){
            .shares = vm->config.shares,
            .min_pages = vm->config.min_pages,
            .max_pages = vm->config.max_pages,
            .active_pages = mp_min32(mp_estimate_pages(mp, vm), mp_vm_alloc_pages(vm)),
        };
    }
    mp->target_total_pages = total_pages(mp);
    mp_share_out(mp->claims, count, mp->target_total_pages, mp->tunables.idle_tax_bp);
    count = 0;
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm)) {
        const struct mp_claim *claim = &mp->claims[count++];

        vm->target_pages = claim->target_pages;
        mp_balloon_retarget(mp, vm);
        if (mp->ops.decision)
            tell_decision(mp, vm, claim);
    }
}
