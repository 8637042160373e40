/*
 * The governor `static`: min, and what is left by shares. It is shown views that are made by hand,
 * so every number can be computed by hand too.
 */
#include "models/policy/mp_governor.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define MOST_VMS 16u

struct claim {
    uint32_t shares, min_pages, max_pages, target_pages;
    uint32_t limit_pages; /* 0: none */
};

static void decide(struct claim *claims, uint32_t count, uint32_t total_pages)
{
    static uint64_t state[MOST_VMS * 8];
    struct mp_vm_view vms[MOST_VMS] = {0};
    struct mp_vm_order orders[MOST_VMS] = {0};
    const struct mp_governor *governor = mp_governor_find("static");
    CHECK(governor->state_bytes + MOST_VMS * governor->state_vm_bytes <= sizeof state);
    for (uint32_t i = 0; i < count; i++) {
        vms[i] = (struct mp_vm_view){.vm = (uint16_t)i,
                                     .shares = claims[i].shares,
                                     .min_pages = claims[i].min_pages,
                                     .max_pages = claims[i].max_pages,
                                     .limit_pages = claims[i].limit_pages ? claims[i].limit_pages
                                                                          : claims[i].max_pages};
    }
    const struct mp_view view = {.total_pages = total_pages, .vm_count = count, .vms = vms};
    governor->tick(state, &view, &(struct mp_orders){.vms = orders});
    for (uint32_t i = 0; i < count; i++)
        claims[i].target_pages = orders[i].target_pages;
}

static void static__min_and_the_rest_by_shares(void)
{
    struct claim claims[] = {{1000, 100, 5000, 0, 0}, {3000, 300, 5000, 0, 0}};
    decide(claims, 2, 2000);
    CHECK_EQ(claims[0].target_pages, 100 + 400);
    CHECK_EQ(claims[1].target_pages, 300 + 1200);
}

/* VM 1 needs 200 of its 600; the 400 that it leaves are shared out 1 to 2. */
static void static__what_one_leaves_goes_to_the_others(void)
{
    struct claim claims[] = {{1, 0, 5000, 0, 0}, {3, 100, 300, 0, 0}, {2, 0, 5000, 0, 0}};
    decide(claims, 3, 1300);
    CHECK_EQ(claims[0].target_pages, 334); /* 333 and a third: a page of the rounding */
    CHECK_EQ(claims[1].target_pages, 300);
    CHECK_EQ(claims[2].target_pages, 666);
}

static void static__a_limit_counts_as_max(void)
{
    struct claim claims[] = {{.shares = 1, .max_pages = 5000},
                             {.shares = 3, .min_pages = 100, .max_pages = 5000, .limit_pages = 300},
                             {.shares = 2, .max_pages = 5000}};
    decide(claims, 3, 1300);
    CHECK_EQ(claims[0].target_pages, 334);
    CHECK_EQ(claims[1].target_pages, 300);
    CHECK_EQ(claims[2].target_pages, 666);
}

static void static__at_the_ends(void)
{
    struct claim claims[] = {{1, 100, 500, 0, 0}, {0, 100, 500, 0, 0}, {5, 200, 200, 0, 0}};
    decide(claims, 3, 300); /* the mins are more */
    CHECK_EQ(claims[0].target_pages, 100);
    CHECK_EQ(claims[1].target_pages, 100);
    CHECK_EQ(claims[2].target_pages, 200);
    decide(claims, 3, 5000); /* more than anybody can use */
    CHECK_EQ(claims[0].target_pages, 500);
    CHECK_EQ(claims[1].target_pages, 100); /* without shares it stays at its min */
    CHECK_EQ(claims[2].target_pages, 200);
    decide(claims, 3, 0);
    CHECK_EQ(claims[0].target_pages, 100);
}

static void static__uses_all_of_the_total(void)
{
    uint64_t state = 9;
    for (uint32_t set = 0; set < 20000; set++) {
        struct claim claims[MOST_VMS];
        uint32_t count = 1 + (uint32_t)(fake_random(&state) % MOST_VMS);
        uint64_t given = 0, least = 0, most = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t max = (uint32_t)(fake_random(&state) >> (34 + fake_random(&state) % 24));
            uint32_t shares = (uint32_t)(fake_random(&state) >> (32 + fake_random(&state) % 32));
            uint32_t min = max ? (uint32_t)(fake_random(&state) % max) : 0;
            claims[i] = (struct claim){fake_random(&state) % 5 ? shares : 0, min, max, 0, 0};
            least += min;
            most += claims[i].shares ? max : min;
        }
        uint32_t total = (uint32_t)(fake_random(&state) % (most + 2));
        decide(claims, count, total);
        bool good = true;
        for (uint32_t i = 0; i < count; i++) {
            given += claims[i].target_pages;
            good = good && claims[i].target_pages >= claims[i].min_pages &&
                   claims[i].target_pages <= claims[i].max_pages;
        }
        if (!CHECK(good) || !CHECK_EQ(given, total < least ? least : total > most ? most : total)) {
            printf(" (set %u)", set);
            return;
        }
    }
}

/* Nothing that a VM does moves a target: here one VM is busy, and the other never runs. */
static void static__is_blind_to_activity(void)
{
    struct fake fake;
    fake_init(&fake, 1000);
    fake.members.governor = mp_governor_find("static");
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 800, 0, 1000);
    fake_vm_start(&fake, 1, 800, 0, 1000);
    for (int second = 1; second <= 100; second++) {
        for (uint32_t ppn = 0; ppn < 800; ppn += 2)
            fake_read(&fake, 0, ppn);
        fake_run(&fake, fake.now_ns + FAKE_SECOND);
    }
    CHECK(fake_vm_status(&fake, 0).active_pages > 300);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 470); /* 940 / 2 */
    CHECK_EQ(fake_vm_status(&fake, 1).target_pages, 470);
    CHECK(fake.vms[0].decision.price_milli == MP_NO_PRICE);
    fake_fini(&fake);
}

/* All inputs of a decision, or none where there is no room for all. */
static void explain__shares_min_limit_and_total(void)
{
    struct mp_vm_view vm = {.shares = 7, .min_pages = 200, .limit_pages = 900};
    const struct mp_view view = {.total_pages = 1234, .vm_count = 1, .vms = &vm};
    const struct mp_governor *governor = mp_governor_find("static");
    struct mp_input inputs[4] = {{0}};
    CHECK_EQ(governor->explain(NULL, &view, 0, inputs, 3), 0);
    CHECK_EQ(governor->explain(NULL, &view, 0, inputs, 4), 4);
    CHECK_EQ(inputs[0].value, 7);
    CHECK_EQ(inputs[1].value, 200);
    CHECK_EQ(inputs[2].value, 900);
    CHECK_EQ(inputs[3].value, 1234);
}

TEST_SUITE(policy_governor_static, TEST(explain__shares_min_limit_and_total),
           TEST(static__min_and_the_rest_by_shares),
           TEST(static__what_one_leaves_goes_to_the_others), TEST(static__a_limit_counts_as_max),
           TEST(static__at_the_ends), TEST(static__uses_all_of_the_total),
           TEST(static__is_blind_to_activity));
