/*
 * The governor of ESX Server (5.1, 5.2, 6): shares, an idle memory tax, min and max.
 *
 * A VM of S shares that holds P pages, A of them active, pays the price S / cost per page, where
 *     cost(P) = (1 - t) P   up to A,   P - t A   above it
 * for a tax rate t: idle pages cost k = 1 / (1 - t) times as much as active ones. (The paper's
 * denominator is k times this: the order of the prices is the same.) All VMs that their min or max
 * does not hold end at one price, where min-funding revocation would end too, up to whole pages.
 *
 * A page of zeroes that is shared costs nothing: it holds nothing, and all VMs have the same one.
 * Any other shared page is charged in full, so what a VM pays does not depend on who else has the
 * page. So a VM's min, active memory and max are lessened by its shared pages of zeroes, at most by
 * its min, and its target is raised by as much. The paper does not say what a shared page costs:
 * see experiments/fig8_dynamic.
 *
 * The level L = 1 / price at which the pages add up to the total is found exactly. The pages of all
 * VMs together are a function of L made of straight pieces, which meet where some VM leaves its
 * min, fills its active memory or reaches its max. So: find the piece, solve it, round each VM
 * down, and hand out what is left over.
 *
 * The hazard is rounding: two results that differ by a page would make a decision depend on the
 * machine. Levels are fractions, compared by cross-multiplication and never divided.
 *
 * No product overflows, whatever shares and sizes are. A VM's cost is below 2^46: 32 bits of pages
 * times BP. The two parts of a level are below 2^76 and 2^62, for 2^16 VMs. So the largest product,
 * a level's cost times the shares of a VM, is below 2^108.
 */
#include "../mp_governor.h"

#define BP 10000u

__extension__ typedef __int128 int128;

struct level {
    int128 cost, shares; /* of pages / BP */
};

static uint64_t cost(const struct mp_claim *claim, uint64_t pages, uint32_t tax_bp)
{
    if (pages <= claim->active_pages)
        return pages * (BP - tax_bp);
    return pages * BP - (uint64_t)claim->active_pages * tax_bp;
}

/* Does this VM pay at least the level's price with so many pages? */
static bool is_affordable(const struct mp_claim *claim, uint64_t pages, struct level level,
                          uint32_t tax_bp)
{
    return cost(claim, pages, tax_bp) * level.shares <= claim->shares * level.cost;
}

/* Where the piece of the function that begins at a level, prolonged, has the sum `total_pages`. */
static struct level solve_piece(const struct mp_claim *claims, uint32_t count, struct level begin,
                                uint64_t total_pages, uint32_t tax_bp)
{
    int128 pages = total_pages, taxed_pages = 0, slope = 0;

    for (uint32_t i = 0; i < count; i++) {
        const struct mp_claim *claim = &claims[i];

        if (claim->shares == 0 || !is_affordable(claim, claim->min_pages, begin, tax_bp)) {
            pages -= claim->min_pages;
        } else if (is_affordable(claim, claim->max_pages, begin, tax_bp)) {
            pages -= claim->max_pages;
        } else if (!is_affordable(claim, claim->active_pages, begin, tax_bp)) {
            slope += (int128)claim->shares * BP;
        } else {
            slope += (int128)claim->shares * (BP - tax_bp);
            taxed_pages += claim->active_pages;
        }
    }
    return (struct level){.cost = (pages * BP - taxed_pages * tax_bp) * (BP - tax_bp),
                          .shares = slope};
}

static bool is_below(struct level a, struct level b)
{
    return a.cost * b.shares < b.cost * a.shares;
}

static struct level find_level(const struct mp_claim *claims, uint32_t count, uint64_t total_pages,
                               uint32_t tax_bp)
{
    struct level low = {.cost = 0, .shares = 1}, high = {.cost = 1, .shares = 0};

    for (uint32_t i = 0; i < 3 * count; i++) {
        const struct mp_claim *claim = &claims[i / 3];
        uint32_t ends[] = {claim->min_pages, claim->active_pages, claim->max_pages};
        struct level end = {.cost = cost(claim, ends[i % 3], tax_bp), .shares = claim->shares};

        if (!is_below(low, end) || !is_below(end, high))
            continue;
        if (is_below(solve_piece(claims, count, end, total_pages, tax_bp), end))
            high = end;
        else
            low = end;
    }

    struct level level = solve_piece(claims, count, low, total_pages, tax_bp);

    /* A flat piece: nobody's pages depend on the level there. */
    return level.shares > 0 && level.cost > 0 ? level : low;
}

/* The most pages within min and max that the VM affords. */
static uint32_t pages_at_level(const struct mp_claim *claim, struct level level, uint32_t tax_bp)
{
    uint32_t low = claim->min_pages, high = claim->max_pages;

    while (low < high) {
        uint32_t middle = high - (high - low) / 2;

        if (is_affordable(claim, middle, level, tax_bp))
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* What the VM pays now: the lower the level, the higher the price. */
static struct level level_of(const struct mp_claim *claim, uint32_t tax_bp)
{
    return (struct level){.cost = cost(claim, claim->target_pages, tax_bp),
                          .shares = claim->shares};
}

static struct mp_claim *highest_payer(struct mp_claim *claims, uint32_t count, uint32_t tax_bp)
{
    struct level best_level = {0};
    struct mp_claim *best = NULL;

    for (uint32_t i = 0; i < count; i++) {
        struct level level = level_of(&claims[i], tax_bp);

        if (claims[i].shares == 0 || claims[i].target_pages >= claims[i].max_pages)
            continue;
        if (best && !is_below(level, best_level))
            continue;
        best = &claims[i];
        best_level = level;
    }
    return best;
}

void mp_share_out(struct mp_claim *claims, uint32_t count, uint64_t total_pages,
                  uint32_t idle_tax_bp)
{
    struct level level = find_level(claims, count, total_pages, idle_tax_bp);
    uint64_t given = 0;

    for (uint32_t i = 0; i < count; i++) {
        claims[i].target_pages = pages_at_level(&claims[i], level, idle_tax_bp);
        given += claims[i].target_pages;
    }
    for (; given < total_pages; given++) {
        struct mp_claim *claim = highest_payer(claims, count, idle_tax_bp);

        if (!claim)
            break;
        claim->target_pages++;
    }
}

/* ---- The governor ------------------------------------------------------------------------ */

/* In the paper's terms, S / (P (f + k (1 - f))), for 1,000 shares and MB; at least one page. */
static uint64_t price_milli(const struct mp_claim *claim, uint32_t alloc_pages, uint32_t tax_bp)
{
    uint64_t pages_per_mb = (1u << 20) / MP_PAGE_SIZE;
    uint64_t taxed = cost(claim, alloc_pages ? alloc_pages : 1, tax_bp);

    return (uint64_t)claim->shares * 1000 * pages_per_mb * (BP - tax_bp) / taxed;
}

/* What this VM has and does not pay for; a VM without shares still gets just its min. */
static uint32_t free_of_charge(const struct mp_vm_view *vm)
{
    return vm->zero_pages < vm->min_pages ? vm->zero_pages : vm->min_pages;
}

static struct mp_claim claim_of(const struct mp_vm_view *vm)
{
    uint32_t discount = free_of_charge(vm);
    uint64_t active_pages = vm->active_pages;

    if (vm->alloc_pages > 0)
        active_pages = active_pages * (vm->alloc_pages - (uint64_t)discount) / vm->alloc_pages;
    return (struct mp_claim){
        .shares = vm->shares,
        .min_pages = vm->min_pages - discount,
        .max_pages = vm->limit_pages - discount,
        .active_pages = (uint32_t)active_pages,
    };
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct mp_claim *claims = state;
    uint64_t total_pages = view->total_pages;

    for (uint32_t i = 0; i < view->vm_count; i++) {
        uint32_t discount = free_of_charge(&view->vms[i]);

        claims[i] = claim_of(&view->vms[i]);
        total_pages -= discount < total_pages ? discount : total_pages;
    }
    mp_share_out(claims, view->vm_count, total_pages, view->idle_tax_bp);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        uint32_t discount = free_of_charge(vm);

        orders->vms[i].target_pages = claims[i].target_pages + discount;
        orders->vms[i].price_milli =
            price_milli(&claims[i], vm->alloc_pages - discount, view->idle_tax_bp);
    }
}

static uint32_t explain(const void *state, const struct mp_view *view, uint32_t index,
                        struct mp_input *inputs, uint32_t room)
{
    const struct mp_vm_view *vm = &view->vms[index];
    const struct mp_input read[] = {
        {"shares", vm->shares},           {"min_pages", vm->min_pages},
        {"limit_pages", vm->limit_pages}, {"total_pages", view->total_pages},
        {"zero_pages", vm->zero_pages},   {"idle_tax_bp", view->idle_tax_bp},
    };
    uint32_t count = 0;

    (void)state;
    for (; count < sizeof read / sizeof read[0] && count < room; count++)
        inputs[count] = read[count];
    return count;
}

const struct mp_governor mp_governor_esx = {
    .abi = MP_GOVERNOR_ABI,
    .name = "esx",
    .summary = "shares with a tax on idle memory, as ESX Server did",
    .state_vm_bytes = sizeof(struct mp_claim),
    .tick = tick,
    .explain = explain,
};
