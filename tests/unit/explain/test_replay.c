/* A governor that is run again over what it was shown. */
#include "ballast/explain/replay.h"

#include "tests/check.h"

static struct sim_error error;

/* A governor that remembers: a VM's target is the estimate that it had in the round before, and its
 * first target is the parameter. A VM without an estimate gets no order, one with 3 pages a
 * balloon. */
struct memory {
    uint32_t estimates[4];
};

static void init(void *state, const uint32_t *parameters, uint16_t max_vms, uint64_t now_ns)
{
    struct memory *memory = state;
    CHECK_EQ(now_ns, 0);
    for (uint16_t vm = 0; vm < max_vms; vm++)
        memory->estimates[vm] = parameters[0];
}

static void tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    struct memory *memory = state;
    CHECK_EQ(view->parameters[0], 77);
    for (uint32_t i = 0; i < view->vm_count; i++) {
        const struct mp_vm_view *vm = &view->vms[i];
        CHECK_EQ(orders->vms[i].target_pages, MP_UNCHANGED);
        if (vm->active_pages == 3)
            orders->vms[i].balloon_target_pages = 20;
        else if (vm->active_pages > 0)
            orders->vms[i].target_pages = memory->estimates[vm->vm];
        memory->estimates[vm->vm] = vm->active_pages;
    }
}

static const struct mp_governor remembering = {.abi = MP_GOVERNOR_ABI,
                                               .name = "remembering",
                                               .summary = "what was before",
                                               .state_bytes = sizeof(struct memory),
                                               .init = init,
                                               .tick = tick};
static const uint32_t parameters[] = {77};

/* Estimates of two VMs; 0xff: it is off. The targets are what the governor orders. */
#define OFF 0xffu
static struct {
    uint32_t active[2], target[2];
} story[] = {
    {{10, 20}, {77, 77}}, {{11, 21}, {10, 20}}, {{0, OFF}, {10, 0}},
    {{3, 23}, {80, 21}},  {{4, 0}, {3, 21}},
};
#define ROUNDS (sizeof story / sizeof *story)

static struct mp_vm_view vms[ROUNDS][2];
static struct decision orders[ROUNDS][2];
static struct round rounds[ROUNDS];
static const char *names[] = {"a", "b"};
static struct decisions decisions = {
    .vms = names, .vm_count = 2, .rounds = rounds, .round_count = ROUNDS};

static void begin(struct replay *replay)
{
    for (uint32_t i = 0; i < ROUNDS; i++) {
        rounds[i] = (struct round){.t_s = i, .vms = vms[i], .orders = orders[i]};
        rounds[i].view.vms = vms[i];
        for (uint16_t vm = 0; vm < 2; vm++) {
            uint32_t place = rounds[i].view.vm_count;
            if (story[i].active[vm] == OFF)
                continue;
            vms[i][place] = (struct mp_vm_view){
                .vm = vm, .max_pages = 100, .limit_pages = 90, .active_pages = story[i].active[vm]};
            orders[i][place].target_mb = story[i].target[vm] / 256.0;
            rounds[i].view.vm_count++;
        }
    }
    CHECK_EQ(replay_init(replay, &decisions, &remembering, parameters, &error), SIM_OK);
}

static void replay__gives_what_is_on_record(void)
{
    struct replay replay;
    begin(&replay);
    CHECK_EQ(replay_check(&replay), 0);
    orders[1][0].target_mb = 1;
    orders[3][1].target_mb = 1;
    CHECK_EQ(replay_check(&replay), 2);
    replay_fini(&replay);
}

/* Without an order a VM keeps its target; one that comes has its limit. */
static void replay__follows_orders_as_the_library_does(void)
{
    struct replay replay;
    begin(&replay);
    replay_until(&replay, 3);
    CHECK_EQ(replay.targets[0], 10);
    CHECK_EQ(replay.targets[1], MP_UNCHANGED); /* it is off */
    replay_until(&replay, 4);
    CHECK_EQ(replay.targets[0], 80); /* max less the balloon */
    vms[3][1].active_pages = 0;
    replay_until(&replay, 4);
    CHECK_EQ(replay.targets[1], 90);
    replay_fini(&replay);
}

static void replay__goes_back_to_a_moment(void)
{
    struct replay replay;
    begin(&replay);
    replay_until(&replay, 1);
    replay_keep(&replay);
    struct mp_vm_view changed[2] = {vms[1][0], vms[1][1]};
    struct mp_view view = rounds[1].view;
    view.vms = changed;
    changed[0].active_pages = 55;
    replay_show(&replay, &view);
    replay_show(&replay, &rounds[1].view);
    CHECK_EQ(replay.targets[0], 55); /* it was remembered */
    CHECK_EQ(replay.next, 3);
    replay_back(&replay, 1);
    CHECK_EQ(replay.targets[0], 77);
    replay_show(&replay, &rounds[1].view);
    CHECK_EQ(replay.targets[0], 10);
    replay_fini(&replay);
}

static void replay__a_view_without_vms_is_not_shown(void)
{
    struct replay replay;
    struct mp_view view = {.vm_count = 0};
    begin(&replay);
    replay_until(&replay, 1);
    replay_show(&replay, &view);
    CHECK_EQ(replay.targets[0], MP_UNCHANGED);
    replay_fini(&replay);
}

TEST_SUITE(explain_replay, TEST(replay__gives_what_is_on_record),
           TEST(replay__follows_orders_as_the_library_does), TEST(replay__goes_back_to_a_moment),
           TEST(replay__a_view_without_vms_is_not_shown))
