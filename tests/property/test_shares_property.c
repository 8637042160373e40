/*
 * The share-out by price for extreme shares and sizes: 1 share beside 2^32 - 1 of them, 1 page
 * beside 16 TB, and hundreds of VMs.
 *
 * Whatever they are: each VM stays within its min and max, all of the total is given out, and no VM
 * is more than a page away from the equal price. That is judged without division: the products fit
 * into 128 bits.
 */
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define MOST_CLAIMS 300u
#define BP          10000u

static uint32_t below(uint64_t *state, uint32_t n)
{
    return (uint32_t)(fake_random(state) % n);
}

/* As often small as large: up to 32 random bits, or one of the two ends. */
static uint32_t any_number(uint64_t *state)
{
    uint32_t bits = below(state, 34);
    return bits == 33 ? UINT32_MAX : bits == 0 ? 0 : (uint32_t)(fake_random(state) >> (64 - bits));
}

static void any_claims(uint64_t *state, struct mp_claim *claims, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t max = any_number(state), min = any_number(state), active = any_number(state);
        claims[i] = (struct mp_claim){.shares = any_number(state),
                                      .min_pages = min < max ? min : max,
                                      .max_pages = max,
                                      .active_pages = active < max ? active : max};
    }
}

/* What the VM can use: a VM without shares stays at its min. */
static uint32_t most_pages(const struct mp_claim *claim)
{
    return claim->shares ? claim->max_pages : claim->min_pages;
}

static unsigned __int128 cost(const struct mp_claim *claim, uint32_t pages, uint32_t tax_bp)
{
    uint32_t active = pages < claim->active_pages ? pages : claim->active_pages;
    return (unsigned __int128)pages * BP - (unsigned __int128)active * tax_bp;
}

/* With a page less `rich` pays at least the price that `poor` pays with a page more. */
static bool is_fair(const struct mp_claim *rich, const struct mp_claim *poor, uint32_t tax_bp)
{
    if (!rich->shares || rich->target_pages == rich->min_pages || !poor->shares ||
        poor->target_pages == poor->max_pages)
        return true;
    return cost(rich, rich->target_pages - 1, tax_bp) * poor->shares <=
           cost(poor, poor->target_pages + 1, tax_bp) * rich->shares;
}

static bool is_good(const struct mp_claim *claims, uint32_t count, uint64_t total, uint32_t tax_bp)
{
    uint64_t given = 0, least = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct mp_claim *claim = &claims[i];
        given += claim->target_pages;
        least += claim->min_pages;
        most += most_pages(claim);
        if (!CHECK(claim->target_pages >= claim->min_pages) ||
            !CHECK(claim->target_pages <= most_pages(claim)))
            return false;
        for (uint32_t j = 0; j < count; j++) {
            if (!is_fair(claim, &claims[j], tax_bp))
                return CHECK(is_fair(claim, &claims[j], tax_bp));
        }
    }
    return CHECK_EQ(given, total < least ? least : total > most ? most : total);
}

static void try_sets(uint64_t seed, uint32_t sets, uint32_t most_count)
{
    static struct mp_claim claims[MOST_CLAIMS];
    uint64_t state = check_seed(seed);
    for (uint32_t set = 0; set < sets; set++) {
        uint32_t count = 1 + below(&state, most_count), tax_bp = below(&state, 9901);
        uint64_t most = 0;
        any_claims(&state, claims, count);
        for (uint32_t i = 0; i < count; i++)
            most += most_pages(&claims[i]);
        uint64_t total = below(&state, 4) ? fake_random(&state) % (most + 2) : any_number(&state);
        if (total > UINT32_MAX)
            total = UINT32_MAX; /* what a machine can have */
        mp_share_out(claims, count, total, tax_bp);
        if (!is_good(claims, count, total, tax_bp)) {
            printf(" (seed %" PRIu64 ", set %u)", seed, set);
            return;
        }
    }
}

static void shares__extremes_end_at_one_price(void)
{
    try_sets(1, 20000, 8);
}

static void shares__many_vms_end_at_one_price(void)
{
    try_sets(2, 20, MOST_CLAIMS);
}

/* VMs above 10,000 MB, at 10 shares per MB, get in proportion to their shares. */
static void shares__large_vms_differ(void)
{
    struct mp_claim claims[] = {{163840, 0, 4194304, 0, 0}, {655360, 0, 16777216, 0, 0}};
    mp_share_out(claims, 2, 9720960, 0);
    CHECK_EQ(claims[0].target_pages, 1944192);
    CHECK_EQ(claims[1].target_pages, 7776768);
}

static void shares__price_of_the_largest(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake_start(&fake);
    fake_vm_start(&fake, 0, 400, 0, UINT32_MAX);
    CHECK_EQ(fake.vms[0].decision.price_milli, UINT32_MAX * UINT64_C(256000) / 4);
    fake_fini(&fake);
}

TEST_SUITE(property_shares, TEST(shares__extremes_end_at_one_price),
           TEST(shares__many_vms_end_at_one_price), TEST(shares__large_vms_differ),
           TEST(shares__price_of_the_largest));
