/*
 * The seam of estimators: pages are armed by several at once, and each hears of its own. The
 * estimators here arm the pages that the test names.
 */
#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#define MOST_PAGES 1000u

/* What each of the two estimators arms at its next tick, and has heard since. */
static struct script {
    uint32_t from, to; /* PPNs to arm */
    bool disarms;      /* instead */
    uint64_t period_ns;
    uint32_t begun, ticks, touched, lost, last_ppn;
    uint32_t random;
    uint32_t parameter;
} scripts[2];

static struct script *script_of(void *state)
{
    uint64_t *number = state;
    return &scripts[*number - 1];
}

static size_t script_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters;
    CHECK_EQ(max_pages, MOST_PAGES);
    return sizeof(uint64_t);
}

static uint64_t begin_as(void *state, const struct mp_watch *watch, uint64_t number)
{
    uint64_t *mine = state;
    CHECK_EQ(*mine, 0);
    *mine = number;
    struct script *script = script_of(state);
    script->begun++;
    script->parameter = watch->parameters ? watch->parameters[0] : 0;
    return script->period_ns ? watch->now_ns + script->period_ns : MP_NEVER;
}

static uint64_t begin_1(void *state, const struct mp_watch *watch)
{
    return begin_as(state, watch, 1);
}

static uint64_t begin_2(void *state, const struct mp_watch *watch)
{
    return begin_as(state, watch, 2);
}

static uint64_t script_tick(void *state, const struct mp_watch *watch)
{
    struct script *script = script_of(state);
    script->ticks++;
    script->random = mp_watch_random_below(watch, UINT32_MAX);
    for (uint32_t ppn = script->from; ppn < script->to; ppn++) {
        if (script->disarms)
            mp_watch_disarm(watch, ppn);
        else if (mp_watch_backing(watch, ppn) != MP_BALLOONED)
            mp_watch_arm(watch, ppn);
        CHECK_EQ(mp_watch_is_armed(watch, ppn),
                 !script->disarms && mp_watch_backing(watch, ppn) != MP_BALLOONED);
    }
    return script->period_ns ? watch->now_ns + script->period_ns : MP_NEVER;
}

static void script_touched(void *state, const struct mp_watch *watch, uint32_t ppn)
{
    struct script *script = script_of(state);
    CHECK(!mp_watch_is_armed(watch, ppn));
    script->touched++;
    script->last_ppn = ppn;
}

static void script_lost(void *state, const struct mp_watch *watch, uint32_t ppn)
{
    CHECK(!mp_watch_is_armed(watch, ppn));
    script_of(state)->lost++;
}

static void script_estimate(const void *state, const struct mp_watch *watch,
                            struct mp_estimate *estimate)
{
    uint32_t pages = (uint32_t) * (const uint64_t *)state * 100 + watch->ballooned_pages;
    *estimate = (struct mp_estimate){.pages = pages, .slow_pages = pages - 1, .fast_pages = pages};
}

static const struct mp_parameter rows[] = {{"gain", "bp", "a test", 70, 0, 100}};

static const struct mp_estimator first = {.abi = MP_ESTIMATOR_ABI,
                                          .name = "first",
                                          .parameters = rows,
                                          .parameter_count = 1,
                                          .arms = true,
                                          .state_bytes = script_bytes,
                                          .begin = begin_1,
                                          .tick = script_tick,
                                          .touched = script_touched,
                                          .lost = script_lost,
                                          .estimate = script_estimate};

static const struct mp_estimator second = {.abi = MP_ESTIMATOR_ABI,
                                           .name = "second",
                                           .arms = true,
                                           .state_bytes = script_bytes,
                                           .begin = begin_2,
                                           .tick = script_tick,
                                           .touched = script_touched,
                                           .estimate = script_estimate};

/* A VM whose first 600 pages were written; both estimators look every second. */
static void start(struct fake *fake)
{
    memset(scripts, 0, sizeof scripts);
    scripts[0].period_ns = scripts[1].period_ns = FAKE_SECOND;
    fake_init(fake, 10000);
    fake->members.estimators[0] = &first;
    fake->members.estimators[1] = &second;
    fake->members.estimator_count = 2;
    fake->tunables.share_enabled = 0;
    fake_start(fake);
    fake_vm_start(fake, 0, MOST_PAGES, 0, 1000);
    fake_fill(fake, 0, 0, 600);
}

static void arm(struct fake *fake, uint32_t estimator, uint32_t from, uint32_t to)
{
    scripts[0].from = scripts[0].to = scripts[1].from = scripts[1].to = 0;
    scripts[estimator].from = from;
    scripts[estimator].to = to;
    fake_run(fake, fake->now_ns + FAKE_SECOND);
    scripts[estimator].from = scripts[estimator].to = 0;
}

static void watch__each_hears_of_its_own(void)
{
    struct fake fake;
    start(&fake);
    CHECK(scripts[0].begun == 1 && scripts[1].begun == 1);
    CHECK_EQ(scripts[0].parameter, 70);
    arm(&fake, 0, 10, 20);
    arm(&fake, 1, 15, 30);
    for (uint32_t ppn = 0; ppn < 40; ppn++) {
        CHECK_EQ(mp_page_awaited(fake.mp, 0, ppn), ppn >= 10 && ppn < 30);
        fake_read(&fake, 0, ppn);
        fake_read(&fake, 0, ppn);
        CHECK(!mp_page_awaited(fake.mp, 0, ppn));
    }
    CHECK_EQ(scripts[0].touched, 10);
    CHECK_EQ(scripts[0].last_ppn, 19);
    CHECK_EQ(scripts[1].touched, 15);
    CHECK_EQ(scripts[1].last_ppn, 29);
    CHECK_EQ(fake_vm_status(&fake, 0).sampled_touches, 20); /* faults, whoever waited */
    fake_fini(&fake);
}

static void watch__one_disarms_and_the_other_still_waits(void)
{
    struct fake fake;
    start(&fake);
    arm(&fake, 0, 10, 20);
    arm(&fake, 1, 10, 20);
    scripts[0].disarms = true;
    arm(&fake, 0, 10, 30);
    CHECK(mp_page_awaited(fake.mp, 0, 15));
    fake_read(&fake, 0, 15);
    CHECK_EQ(scripts[0].touched, 0);
    CHECK_EQ(scripts[1].touched, 1);
    scripts[1].disarms = true;
    arm(&fake, 1, 10, 30);
    CHECK(!mp_page_awaited(fake.mp, 0, 16));
    fake_read(&fake, 0, 16);
    CHECK_EQ(scripts[1].touched, 1);
    fake_fini(&fake);
}

static void watch__the_balloon_ends_it(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, true);
    arm(&fake, 0, 10, 20);
    arm(&fake, 1, 10, 20);
    mp_balloon_taken(fake.mp, 0, 10, fake.now_ns);
    CHECK_EQ(scripts[0].lost, 1);
    CHECK(!mp_page_awaited(fake.mp, 0, 10));
    mp_balloon_returned(fake.mp, 0, 10, fake.now_ns);
    fake_write(&fake, 0, 10, 1);
    CHECK_EQ(scripts[0].touched, 0);
    fake_fini(&fake);
}

/* A page without memory can be armed: its first touch tells too. */
static void watch__untouched_pages_can_be_armed(void)
{
    struct fake fake;
    start(&fake);
    arm(&fake, 1, 700, 701);
    fake_write(&fake, 0, 700, 1);
    CHECK_EQ(scripts[1].touched, 1);
    fake_fini(&fake);
}

static void watch__each_ticks_at_its_own_time(void)
{
    struct fake fake;
    start(&fake);
    scripts[1].period_ns = 3 * FAKE_SECOND; /* from its next tick on, at 1 s */
    fake_run(&fake, 10 * FAKE_SECOND);
    CHECK_EQ(scripts[0].ticks, 10);
    CHECK_EQ(scripts[1].ticks, 4);
    scripts[0].period_ns = 0;
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_EQ(scripts[0].ticks, 11);
    CHECK(scripts[0].random != scripts[1].random); /* streams of their own */
    fake_fini(&fake);
}

static void watch__the_governor_sees_all_and_believes_one(void)
{
    for (uint32_t believed = 0; believed < 2; believed++) {
        struct fake fake;
        memset(scripts, 0, sizeof scripts);
        fake_init(&fake, 10000);
        fake.members = (struct mp_members){
            .estimators = {&first, &second}, .estimator_count = 2, .believed = believed};
        fake_start(&fake);
        fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
        CHECK_EQ(fake_vm_status(&fake, 0).active_pages, believed ? 200 : 100);
        CHECK_EQ(fake_vm_status(&fake, 0).active_slow_pages, believed ? 199 : 99);
        fake_fill(&fake, 0, 0, 600);
        mp_retune(fake.mp, &fake.tunables, 0);
        CHECK_EQ(fake.vms[0].decision.active_pages, believed ? 200 : 100);
        fake_fini(&fake);
    }
}

/* ESX's own estimate is the same whether or not another runs beside it. */
static void watch__a_second_one_does_not_disturb_the_first(void)
{
    uint32_t estimates[2];
    for (uint32_t beside = 0; beside < 2; beside++) {
        struct fake fake;
        memset(scripts, 0, sizeof scripts);
        scripts[1] = (struct script){.period_ns = FAKE_SECOND, .from = 0, .to = 400};
        fake_init(&fake, 10000);
        fake.members = (struct mp_members){.estimators = {mp_estimator_find("esx"), &second},
                                           .estimator_count = 1 + beside};
        fake_start(&fake);
        fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
        fake_fill(&fake, 0, 0, MOST_PAGES);
        for (uint32_t second_s = 0; second_s < 100; second_s++) {
            for (uint32_t ppn = second_s; ppn < 500; ppn++)
                fake_read(&fake, 0, ppn);
            fake_run(&fake, fake.now_ns + FAKE_SECOND);
        }
        estimates[beside] = fake_vm_status(&fake, 0).active_pages;
        CHECK(!beside || scripts[1].touched > 1000);
        fake_fini(&fake);
    }
    CHECK(estimates[0] > 300);
    CHECK_EQ(estimates[0], estimates[1]);
}

static void resident__is_all_that_the_vm_has(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.members =
        (struct mp_members){.estimators = {mp_estimator_find("resident")}, .estimator_count = 1};
    fake_start(&fake);
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    fake_fill(&fake, 0, 0, 321);
    fake_run(&fake, 100 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).active_pages, 321);
    CHECK_EQ(fake_vm_status(&fake, 0).active_slow_pages, 321);
    CHECK_EQ(fake_vm_status(&fake, 0).sampled_touches, 0);
    fake_fini(&fake);
}

static void registry__finds_estimators_by_name(void)
{
    CHECK_TEXT(mp_estimator_at(0)->name, "esx");
    for (uint32_t i = 0; mp_estimator_at(i); i++) {
        CHECK_EQ(mp_estimator_at(i)->abi, MP_ESTIMATOR_ABI);
        CHECK(mp_estimator_find(mp_estimator_at(i)->name) == mp_estimator_at(i));
    }
    CHECK(mp_estimator_find("residents") == NULL);
}

static void init__estimators_that_cannot_be_panic(void)
{
    struct fake fake;
    struct mp_estimator other = first;
    uint32_t values[] = {101};
    other.abi = MP_ESTIMATOR_ABI + 1;
    for (int wrong = 0; wrong < 3; wrong++) {
        fake_init(&fake, 1000);
        fake.members = (struct mp_members){.estimators = {wrong == 1 ? &other : &first},
                                           .estimator_values = {wrong == 2 ? values : NULL},
                                           .estimator_count = 1,
                                           .believed = wrong == 0};
        FAKE_PANICS(&fake, fake_start(&fake),
                    wrong == 0   ? "an estimator is believed that does not run"
                    : wrong == 1 ? "an estimator of another version"
                                 : "a member's parameter is out of range");
        fake_fini(&fake);
    }
}

/* Pages beyond the VM's max, and ballooned ones. */
static void arm__what_it_may_not_panics(void)
{
    struct fake fake;
    start(&fake);
    const char *beyond = "an estimator names a page beyond the VM's max";
    const struct mp_watch watch = {.mp = fake.mp, .vm = 0, .place = 0};
    mp_watch_arm(&watch, MOST_PAGES - 1);
    CHECK(mp_watch_is_armed(&watch, MOST_PAGES - 1));
    mp_watch_disarm(&watch, MOST_PAGES - 1);
    FAKE_PANICS(&fake, mp_watch_arm(&watch, MOST_PAGES), beyond);
    FAKE_PANICS(&fake, mp_watch_disarm(&watch, MOST_PAGES), beyond);
    FAKE_PANICS(&fake, (void)mp_watch_is_armed(&watch, MOST_PAGES), beyond);
    FAKE_PANICS(&fake, (void)mp_watch_backing(&watch, MOST_PAGES), beyond);
    fake_driver(&fake, 0, true);
    mp_balloon_taken(fake.mp, 0, 7, fake.now_ns);
    FAKE_PANICS(&fake, mp_watch_arm(&watch, 7), "an estimator arms a page that it may not");
    fake_fini(&fake);
}

/* Each hears only at the time that it named, though the other is called in between. */
static void tick__of_one_that_is_not_due(void)
{
    struct fake fake;
    start(&fake);
    scripts[1].period_ns = 7 * FAKE_SECOND;
    fake_run(&fake, 15 * FAKE_SECOND);
    CHECK_EQ(scripts[0].ticks, 15);
    CHECK_EQ(scripts[1].ticks, 3); /* at 1, 8, 15 s */
    scripts[0].period_ns = 0;
    fake_run(&fake, 100 * FAKE_SECOND);
    CHECK_EQ(scripts[0].ticks, 16);
    CHECK_EQ(scripts[1].ticks, 15);
    fake_fini(&fake);
}

static void init__each_estimator_has_parameters_of_its_own(void)
{
    struct fake fake;
    struct mp_estimator other = second;
    const uint32_t values[2][1] = {{11}, {22}};
    memset(scripts, 0, sizeof scripts);
    other.parameters = rows;
    other.parameter_count = 1;
    fake_init(&fake, 10000);
    fake.members = (struct mp_members){.estimators = {&first, &other},
                                       .estimator_values = {values[0], values[1]},
                                       .estimator_count = 2};
    fake_start(&fake);
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    CHECK_EQ(scripts[0].parameter, 11);
    CHECK_EQ(scripts[1].parameter, 22);
    fake_fini(&fake);
}

static void init__as_many_estimators_as_can_be(void)
{
    struct fake fake;
    const struct mp_estimator *resident = mp_estimator_find("resident");
    fake_init(&fake, 1000);
    fake.members = (struct mp_members){.estimator_count = MP_MOST_ESTIMATORS,
                                       .believed = MP_MOST_ESTIMATORS - 1};
    for (uint32_t place = 0; place < MP_MOST_ESTIMATORS; place++)
        fake.members.estimators[place] = resident;
    fake_start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 1000);
    fake_fill(&fake, 0, 0, 30);
    CHECK_EQ(fake_vm_status(&fake, 0).active_pages, 30);
    fake_fini(&fake);
}

/* All that the estimators say of a VM that comes on after ten seconds and touches ever more. */
static void estimates_of_a_late_vm(bool has_company, struct mp_estimate_status *found,
                                   uint32_t rounds)
{
    static const char *const names[] = {"idle", "psi", "damon", "aet"};
    struct fake fake;
    fake_init(&fake, 4000);
    fake.members.estimator_count = 4;
    for (uint32_t i = 0; i < 4; i++)
        fake.members.estimators[i] = mp_estimator_find(names[i]);
    fake.tunables.share_enabled = 0;
    fake_start(&fake);
    if (has_company) {
        fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
        fake_fill(&fake, 0, 0, MOST_PAGES);
    }
    fake_run(&fake, 10 * FAKE_SECOND + 7 * FAKE_MS);
    fake_vm_start(&fake, 1, MOST_PAGES, 0, 1000);
    fake_fill(&fake, 1, 0, MOST_PAGES);
    for (uint32_t round = 0; round < rounds; round++) {
        for (uint32_t ppn = 0; ppn < 100 * (round + 1); ppn++)
            fake_read(&fake, 1, ppn);
        fake_run(&fake, fake.now_ns + 7 * FAKE_SECOND);
        for (uint32_t i = 0; i < 4; i++)
            mp_estimate_status(fake.mp, 1, i, &found[round * 4 + i]);
    }
    fake_fini(&fake);
}

/* Each VM has periods of its own, which begin when it comes on. */
static void estimate__other_vms_do_not_matter(void)
{
    enum { ROUNDS = 9 };
    struct mp_estimate_status alone[4 * ROUNDS], together[4 * ROUNDS];
    uint32_t answers = 0;
    estimates_of_a_late_vm(false, alone, ROUNDS);
    estimates_of_a_late_vm(true, together, ROUNDS);
    for (uint32_t i = 0; i < 4 * ROUNDS; i++) {
        CHECK_EQ(together[i].estimate.pages, alone[i].estimate.pages);
        CHECK_EQ(together[i].estimate.slow_pages, alone[i].estimate.slow_pages);
        CHECK_EQ(together[i].armed_pages, alone[i].armed_pages);
        CHECK_EQ(together[i].faults, alone[i].faults);
        answers += alone[i].estimate.pages > 0 && alone[i].estimate.pages < MOST_PAGES;
    }
    CHECK(answers > ROUNDS);
}

static void estimate__of_a_vm_that_is_off_is_none(void)
{
    struct mp_estimate_status status = {.faults = 9, .armed_pages = 9};
    struct fake fake;
    fake_init(&fake, 4000);
    fake_start(&fake);
    for (uint16_t vm = 3; vm <= fake.machine.max_vms; vm++) {
        mp_estimate_status(fake.mp, vm, 0, &status);
        CHECK_EQ(status.estimate.pages, 0);
        CHECK_EQ(status.armed_pages, 0);
        CHECK_EQ(status.faults, 0);
    }
    fake_fini(&fake);
}

/* Bits of a page's record are given to those that arm, wherever they stand; there are four. */
static void init__as_many_that_arm_as_a_page_has_bits(void)
{
    struct fake fake;
    const struct mp_estimator *resident = mp_estimator_find("resident");
    fake_init(&fake, 10000);
    fake.members.estimator_count = MP_MOST_ESTIMATORS;
    for (uint32_t place = 0; place < MP_MOST_ESTIMATORS; place++)
        fake.members.estimators[place] =
            place < MP_MOST_ARMING ? resident : mp_estimator_find("esx");
    fake.members.estimators[1] = mp_estimator_find("esx");
    FAKE_PANICS(&fake, fake_start(&fake), "too many estimators arm pages");
    fake_fini(&fake);
    memset(scripts, 0, sizeof scripts);
    scripts[0].period_ns = FAKE_SECOND;
    scripts[0].to = 40;
    fake_init(&fake, 10000);
    fake.members.estimator_count = MP_MOST_ESTIMATORS;
    for (uint32_t place = 0; place < MP_MOST_ESTIMATORS; place++)
        fake.members.estimators[place] = resident;
    fake.members.estimators[MP_MOST_ESTIMATORS - 1] = &first;
    fake_start(&fake);
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    fake_fill(&fake, 0, 0, 600);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    for (uint32_t ppn = 0; ppn < 50; ppn++)
        fake_read(&fake, 0, ppn);
    CHECK_EQ(scripts[0].touched, 40);
    fake_fini(&fake);
}

/* Estimators that look. */
static uint32_t seen[2], moments[2];

static void look(uint32_t which, const struct mp_watch *watch)
{
    moments[which]++;
    seen[which] = 0;
    for (uint32_t ppn = 0; ppn < watch->max_pages; ppn++)
        seen[which] += watch->accessed->stamps[ppn] == watch->accessed->now;
}

static void look_1(void *state, const struct mp_watch *watch)
{
    (void)state;
    look(0, watch);
}

static void look_2(void *state, const struct mp_watch *watch)
{
    (void)state;
    look(1, watch);
}

static uint64_t recount(void *state, const struct mp_watch *watch)
{
    uint32_t *pages = state;
    *pages = mp_watch_recount(watch);
    mp_watch_cleared(watch, *pages);
    return watch->now_ns + FAKE_SECOND;
}

static void recounted(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    answer->pages = *(const uint32_t *)state;
    answer->fast_pages = watch->accessed->pages;
}

static size_t one_word(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(uint32_t);
}

static const struct mp_estimator counting = {.abi = MP_ESTIMATOR_ABI,
                                             .name = "counting",
                                             .looks = true,
                                             .state_bytes = one_word,
                                             .begin = recount,
                                             .tick = recount,
                                             .accessed = look_1,
                                             .estimate = recounted};
static const struct mp_estimator looking = {.abi = MP_ESTIMATOR_ABI,
                                            .name = "looking",
                                            .looks = true,
                                            .accessed = look_2,
                                            .estimate = script_estimate};

/* What is noted between two calls is one moment, told to each; a page counts once a period. */
static void accessed__is_told_to_each_that_looks(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.members.estimators[0] = &counting;
    fake.members.estimators[1] = &looking;
    fake.members.estimator_count = 2;
    fake_start(&fake);
    memset(moments, 0, sizeof moments);
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    struct mp_accessed *accessed = mp_accessed(fake.mp, 0);
    for (uint32_t round = 1; round <= 3; round++) {
        for (uint32_t ppn = 0; ppn < 100 * round; ppn++)
            mp_accessed_note(accessed, ppn);
        mp_vm_accessed(fake.mp, 0, fake.now_ns);
        CHECK_EQ(moments[0], round);
        CHECK_EQ(moments[1], round);
        CHECK_EQ(seen[0], 100 * round);
        CHECK_EQ(seen[1], 100 * round);
    }
    struct mp_estimate_status status;
    mp_estimate_status(fake.mp, 0, 0, &status);
    CHECK_EQ(status.estimate.pages, 0);
    CHECK_EQ(status.estimate.fast_pages, 300);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    mp_estimate_status(fake.mp, 0, 0, &status);
    CHECK_EQ(status.estimate.pages, 300);
    CHECK_EQ(status.estimate.fast_pages, 0);
    CHECK_EQ(status.armed_pages, 300);
    CHECK_EQ(status.faults, 0);
    fake_vm_off(&fake, 0); /* a VM begins anew */
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    CHECK_EQ(mp_accessed(fake.mp, 0)->now, 1);
    CHECK_EQ(mp_accessed(fake.mp, 0)->stamps[0], 0);
    fake_fini(&fake);
}

static void accessed__after_four_billion_moments_all_are_new(void)
{
    struct fake fake;
    fake_init(&fake, 10000);
    fake.members.estimators[0] = &looking;
    fake.members.estimator_count = 1;
    fake_start(&fake);
    fake_vm_start(&fake, 0, MOST_PAGES, 0, 1000);
    struct mp_accessed *accessed = mp_accessed(fake.mp, 0);
    accessed->now = UINT32_MAX - 1;
    for (uint32_t ppn = 0; ppn < 3; ppn++) {
        mp_accessed_note(accessed, ppn);
        mp_vm_accessed(fake.mp, 0, fake.now_ns);
    }
    CHECK_EQ(accessed->now, UINT32_MAX);
    CHECK_EQ(seen[1], 2);
    fake_fini(&fake);
}

static void accessed__is_not_kept_where_nobody_looks(void)
{
    struct fake fake;
    start(&fake);
    CHECK(mp_accessed(fake.mp, 0) == NULL);
    fake_fini(&fake);
}

TEST_SUITE(policy_watch, TEST(estimate__other_vms_do_not_matter),
           TEST(estimate__of_a_vm_that_is_off_is_none), TEST(watch__each_hears_of_its_own),
           TEST(watch__one_disarms_and_the_other_still_waits), TEST(watch__the_balloon_ends_it),
           TEST(accessed__is_told_to_each_that_looks),
           TEST(accessed__after_four_billion_moments_all_are_new),
           TEST(accessed__is_not_kept_where_nobody_looks),
           TEST(watch__untouched_pages_can_be_armed), TEST(watch__each_ticks_at_its_own_time),
           TEST(watch__the_governor_sees_all_and_believes_one),
           TEST(watch__a_second_one_does_not_disturb_the_first),
           TEST(resident__is_all_that_the_vm_has), TEST(registry__finds_estimators_by_name),
           TEST(init__estimators_that_cannot_be_panic), TEST(arm__what_it_may_not_panics),
           TEST(tick__of_one_that_is_not_due), TEST(init__as_many_estimators_as_can_be),
           TEST(init__as_many_that_arm_as_a_page_has_bits),
           TEST(init__each_estimator_has_parameters_of_its_own))
