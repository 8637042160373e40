/*
 * The seam of governors: what a governor is shown, when it is asked, and how its orders are carried
 * out. The governor here does what the test says.
 */
#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#include <stdlib.h>

#define MOST_VMS 4u

/* What the test wants ordered, and what the governor saw. */
static struct {
    struct mp_vm_order order[MOST_VMS]; /* by VM */
    uint32_t scan_vm_pages_s, scan_total_pages_s;
    uint64_t period_ns; /* MP_NEVER: none */
    uint64_t began_ns;
    uint32_t asked, inits, finis;
    enum mp_reason reason;
    struct mp_view view;
    struct mp_vm_view vms[MOST_VMS];
    uint32_t parameters[2];
} script;

static const struct mp_parameter rows[] = {
    {"headroom", "pages", "a test", 10, 0, 100},
    {"gain", "bp", "a test", 5000, 1, 10000},
};

static void script_init(void *state, const uint32_t *parameters, uint16_t max_vms, uint64_t now_ns)
{
    const uint64_t *mine = state;
    CHECK(mine[0] == 0 && mine[max_vms] == 0); /* 8 bytes, and 8 for each VM */
    script.began_ns = now_ns;
    memcpy(script.parameters, parameters, sizeof script.parameters);
    script.inits++;
}

static void script_tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    uint64_t *mine = state;
    mine[0] = view->now_ns;
    script.asked++;
    script.reason = view->reason;
    script.view = *view;
    for (uint32_t i = 0; i < view->vm_count; i++) {
        CHECK_EQ(orders->vms[i].target_pages, MP_UNCHANGED);
        CHECK(orders->vms[i].price_milli == MP_NO_PRICE);
        script.vms[view->vms[i].vm] = view->vms[i];
        orders->vms[i] = script.order[view->vms[i].vm];
    }
    orders->scan_vm_pages_s = script.scan_vm_pages_s;
    orders->scan_total_pages_s = script.scan_total_pages_s;
}

static uint64_t script_next(const void *state, uint64_t now_ns)
{
    (void)state;
    return script.period_ns == MP_NEVER ? MP_NEVER : now_ns + script.period_ns;
}

static void script_fini(void *state)
{
    (void)state;
    script.finis++;
}

static uint32_t script_explain(const void *state, const struct mp_view *view, uint32_t index,
                               struct mp_input *inputs, uint32_t room)
{
    const uint64_t *mine = state;
    CHECK_EQ(mine[0], view->now_ns);
    CHECK(room >= 2);
    inputs[0] = (struct mp_input){"vm", view->vms[index].vm};
    inputs[1] = (struct mp_input){"below_zero", -5};
    return 2;
}

static const struct mp_governor scripted = {
    .abi = MP_GOVERNOR_ABI,
    .name = "scripted",
    .summary = "does what the test says",
    .parameters = rows,
    .parameter_count = 2,
    .state_bytes = sizeof(uint64_t),
    .state_vm_bytes = sizeof(uint64_t),
    .init = script_init,
    .tick = script_tick,
    .next_deadline = script_next,
    .fini = script_fini,
    .explain = script_explain,
};

static uint32_t page_scale; /* of the machine that starts next; 0: as 1 */

static const struct mp_vm_order no_order = {MP_UNCHANGED, MP_UNCHANGED, MP_UNCHANGED, MP_NO_PRICE};

static void start_with(struct fake *fake, const struct mp_governor *governor)
{
    memset(&script, 0, sizeof script);
    script.scan_vm_pages_s = script.scan_total_pages_s = MP_UNCHANGED;
    script.period_ns = MP_NEVER;
    for (uint32_t vm = 0; vm < MOST_VMS; vm++)
        script.order[vm] = no_order;
    fake_init(fake, 10000);
    fake->machine.page_scale = page_scale;
    fake->members.governor = governor;
    fake->tunables.share_scan_vm_pages_s = 10;
    fake->tunables.share_scan_total_pages_s = 100;
    fake_start(fake);
}

/* A machine of 10,000 pages and VM 0 of 1,000, 200 of them its min, 600 written. */
static void start(struct fake *fake)
{
    start_with(fake, &scripted);
    fake_vm_start(fake, 0, 1000, 200, 7);
    fake_fill(fake, 0, 0, 600);
}

static void ask(struct fake *fake)
{
    mp_retune(fake->mp, &fake->tunables, fake->now_ns);
}

static void view__is_of_the_moment(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, true);
    mp_balloon_taken(fake.mp, 0, 999, 0);
    mp_balloon_taken(fake.mp, 0, 998, 0);
    ask(&fake);
    CHECK(!script.vms[0].has_report && script.vms[0].report_age_ns == 0);
    mp_guest_report(fake.mp, 0, &(struct mp_guest_report){.free_pages = 42}, FAKE_SECOND);
    mp_vm_stalled(fake.mp, 0, 5);
    fake_run(&fake, 3 * FAKE_SECOND);
    fake_tick(&fake);
    ask(&fake);
    const struct mp_view *view = &script.view;
    CHECK_EQ(view->now_ns, 3 * FAKE_SECOND);
    CHECK_EQ(view->reason, MP_REASON_PARAMETERS);
    CHECK_EQ(view->state, MP_STATE_HIGH);
    CHECK_EQ(view->machine_pages, 10000);
    CHECK_EQ(view->hypervisor_pages, 0);
    CHECK_EQ(view->overhead_pages, 0);
    CHECK_EQ(view->saved_pages, 0);
    CHECK_EQ(view->scan_vm_pages_s, 10);
    CHECK_EQ(view->believed, 0);
    CHECK_EQ(view->free_pages, 9400);
    CHECK_EQ(view->reserve_pages, 600);
    CHECK_EQ(view->total_pages, 9400);
    CHECK_EQ(view->swap_pages, 40000);
    CHECK_EQ(view->swap_free_pages, 40000);
    CHECK_EQ(view->idle_tax_bp, 7500);
    CHECK_EQ(view->scan_total_pages_s, 100);
    CHECK_EQ(view->estimator_count, 1);
    CHECK_TEXT(view->estimator_names[0], "esx");
    CHECK_EQ(view->vm_count, 1);
    const struct mp_vm_view *vm = &script.vms[0];
    CHECK_EQ(vm->vm, 0);
    CHECK_EQ(vm->shares, 7);
    CHECK_EQ(vm->min_pages, 200);
    CHECK_EQ(vm->alloc_pages, 600);
    CHECK_EQ(vm->ballooned_pages, 2);
    CHECK_EQ(vm->untouched_pages, 398);
    CHECK_EQ(vm->swapped_pages, 0);
    CHECK_EQ(vm->shared_pages, 0);
    CHECK_EQ(vm->overhead_pages, 0);
    CHECK_EQ(vm->limit_pages, 1000);
    CHECK_EQ(vm->on_ns, 0);
    CHECK_EQ(vm->max_pages, 1000);
    CHECK_EQ(vm->balloon_cap_pages, 500);
    CHECK_EQ(vm->target_pages, 1000);
    CHECK_EQ(vm->stall_ns, 5);
    CHECK_EQ(vm->own_ns, 3 * FAKE_SECOND);
    CHECK(vm->has_report && vm->has_driver && !vm->is_blocked);
    CHECK_EQ(vm->report.free_pages, 42);
    CHECK_EQ(vm->report_age_ns, 2 * FAKE_SECOND);
    CHECK_EQ(vm->active_pages, fake_vm_status(&fake, 0).active_pages);
    CHECK_EQ(vm->estimate_pages[0], fake_vm_status(&fake, 0).active_pages);
    fake_fini(&fake);
}

static void view__tells_a_new_vm_from_a_former_one(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 2 * FAKE_SECOND);
    fake_vm_start(&fake, 3, 100, 0, 1);
    CHECK_EQ(script.view.vm_count, 2);
    CHECK_EQ(script.view.reason, MP_REASON_VM_ON);
    CHECK_EQ(script.vms[0].on_ns, 0);
    CHECK_EQ(script.vms[3].on_ns, 2 * FAKE_SECOND);
    fake_vm_off(&fake, 0);
    CHECK_EQ(script.view.reason, MP_REASON_VM_OFF);
    CHECK_EQ(script.view.vm_count, 1);
    fake_fini(&fake);
}

static void asked__only_when_something_happens(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(script.asked, 1);
    fake_run(&fake, 1000 * FAKE_SECOND);
    CHECK_EQ(script.asked, 1);
    mp_vm_configure(fake.mp, 0, 8, 100, fake.now_ns);
    CHECK_EQ(script.asked, 2);
    CHECK_EQ(script.reason, MP_REASON_PARAMETERS);
    fake_fini(&fake);
}

static void asked__at_its_own_time(void)
{
    struct fake fake;
    start_with(&fake, &scripted);
    script.period_ns = 4 * FAKE_SECOND;
    fake_vm_start(&fake, 0, 1000, 200, 7);
    fake_run(&fake, 41 * FAKE_SECOND);
    CHECK_EQ(script.asked, 11); /* at 0, 4, .. 40 s; not at 15 and 30 s */
    CHECK_EQ(script.reason, MP_REASON_PERIODIC);
    fake_fini(&fake);
}

/* A governor that always wants to be asked now is asked each 10 ms. */
static void asked__not_for_ever(void)
{
    struct fake fake;
    start_with(&fake, &scripted);
    script.period_ns = 0;
    fake_vm_start(&fake, 0, 1000, 200, 7);
    fake_run(&fake, FAKE_SECOND);
    CHECK(script.asked > 50 && script.asked <= 101);
    fake_fini(&fake);
}

static void asked__every_rebalance_ms_without_a_time_of_its_own(void)
{
    static struct mp_governor plain;
    struct fake fake;
    plain = scripted;
    plain.next_deadline = NULL;
    start_with(&fake, &plain);
    fake_vm_start(&fake, 0, 1000, 200, 7);
    fake_run(&fake, 61 * FAKE_SECOND);
    CHECK_EQ(script.asked, 5); /* at 0, 15, 30, 45, 60 s */
    fake_fini(&fake);
}

static void life__begins_and_ends_with_the_machine(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(script.inits, 1);
    CHECK_EQ(script.parameters[0], 10);
    CHECK_EQ(script.parameters[1], 5000);
    CHECK_EQ(script.view.parameters[1], 5000);
    fake_fini(&fake);
    CHECK_EQ(script.finis, 1);
}

static void life__has_the_values_that_were_given(void)
{
    struct fake fake;
    uint32_t values[] = {99, 1};
    memset(&script, 0, sizeof script);
    fake_init(&fake, 1000);
    fake.now_ns = 100 * FAKE_SECOND;
    fake.members = (struct mp_members){.governor = &scripted, .governor_values = values};
    fake_start(&fake);
    CHECK_EQ(script.began_ns, 100 * FAKE_SECOND);
    values[0] = 0; /* they were copied */
    CHECK_EQ(script.parameters[0], 99);
    CHECK_EQ(script.parameters[1], 1);
    fake_fini(&fake);
}

/* ---- Orders ------------------------------------------------------------------------------ */

static void order__a_target_is_met_by_paging(void)
{
    struct fake fake;
    start(&fake);
    script.order[0].target_pages = 450;
    script.order[0].price_milli = 77;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 450);
    CHECK_EQ(fake.vms[0].decision.price_milli, 77);
    fake_run(&fake, fake.now_ns + 10 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 450);
    fake_fini(&fake);
}

/* The balloon gets 100 pages, of which 100 are in use, and 50 go to swap: no more of either. */
static void order__balloon_and_swap_directly(void)
{
    struct fake fake;
    start(&fake);
    fake_fill(&fake, 0, 600, 1000);
    fake_driver(&fake, 0, true);
    script.order[0].balloon_target_pages = 100;
    script.order[0].swap_target_pages = 50;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 850);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 100);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, 50);
    fake_run(&fake, fake.now_ns + 10 * FAKE_SECOND); /* before the balloon does anything */
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, 50);
    fake_run_with_balloons(&fake, fake.now_ns + 10 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, 50);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages, 100);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 850);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, 0);
    fake_fini(&fake);
}

static void order__one_of_the_two_means_0_for_the_other(void)
{
    struct fake fake;
    start(&fake);
    fake_driver(&fake, 0, true);
    script.order[0].swap_target_pages = 300;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    script.order[0] = no_order;
    script.order[0].balloon_target_pages = 300;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 300);
    CHECK_EQ(fake_vm_status(&fake, 0).swap_target_pages, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    fake_fini(&fake);
}

/* ---- A limit below max ------------------------------------------------------------------- */

static void start_limited(struct fake *fake, const struct mp_governor *governor)
{
    const struct mp_vm_config config = {
        .max_pages = 1000, .min_pages = 200, .shares = 7, .limit_pages = 700};
    start_with(fake, governor);
    CHECK_EQ(fake_vm_on(fake, 0, &config), MP_ADMITTED);
}

static void limit__holds_without_any_order(void)
{
    struct fake fake;
    start_limited(&fake, &scripted);
    CHECK_EQ(script.vms[0].max_pages, 1000);
    CHECK_EQ(script.vms[0].limit_pages, 700);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    fake_fill(&fake, 0, 0, 1000);
    fake_run(&fake, fake.now_ns + 10 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 700); /* although all of the machine is free */
    CHECK_EQ(fake_vm_status(&fake, 0).swapped_pages, 300);
    fake_fini(&fake);
}

static void limit__no_order_goes_beyond_it(void)
{
    struct fake fake;
    start_limited(&fake, &scripted);
    fake.wants_bad_orders = true;
    script.order[0].target_pages = 701;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    CHECK_EQ(fake.bad_order.most, 700);
    fake_driver(&fake, 0, true);
    script.order[0] = no_order;
    script.order[0].balloon_target_pages = 100; /* and 0 to swap: 900 would be left */
    fake.bad_orders = 0;
    ask(&fake);
    CHECK_EQ(fake.bad_orders, 1);
    CHECK_TEXT(fake.bad_order.what, "swap_target_pages");
    CHECK_EQ(fake.bad_order.least, 200);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    script.order[0].swap_target_pages = 200;
    fake.bad_orders = 0;
    ask(&fake);
    script.order[0].balloon_target_pages = 400;
    script.order[0].swap_target_pages = 0;
    ask(&fake);
    CHECK_EQ(fake.bad_orders, 0);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 600);
    fake_fini(&fake);
}

static void limit__the_balloon_takes_what_it_can(void)
{
    struct fake fake;
    start_limited(&fake, mp_governor_find("esx"));
    fake_driver(&fake, 0, true);
    fake_fill(&fake, 0, 0, 1000);
    fake_run_with_balloons(&fake, fake.now_ns + 40 * FAKE_SECOND);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    CHECK_EQ(fake_vm_status(&fake, 0).alloc_pages, 700);
    CHECK_EQ(fake_vm_status(&fake, 0).ballooned_pages + fake_vm_status(&fake, 0).swapped_pages,
             300);
    fake_fini(&fake);
}

static void limit__beyond_max_is_none(void)
{
    struct fake fake;
    const struct mp_vm_config config = {
        .max_pages = 1000, .min_pages = 200, .shares = 7, .limit_pages = UINT32_MAX};
    start_with(&fake, &scripted);
    CHECK_EQ(fake_vm_on(&fake, 0, &config), MP_ADMITTED);
    CHECK_EQ(script.vms[0].limit_pages, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 1000);
    fake_fini(&fake);
}

/* A victim that is shared instead of written counts as one that was swapped. */
static void order__shared_victims_count_for_swap(void)
{
    struct fake fake;
    start(&fake);
    for (uint32_t ppn = 0; ppn < 400; ppn++)
        fake_write(&fake, 0, ppn, 7);
    fake_fill(&fake, 0, 600, 1000);
    mp_share_page(fake.mp, 0, 0, fake.now_ns);
    mp_share_page(fake.mp, 0, 1, fake.now_ns);
    script.order[0].swap_target_pages = 100;
    ask(&fake);
    fake_run(&fake, fake.now_ns + FAKE_SECOND);
    struct mp_vm_status status = fake_vm_status(&fake, 0);
    CHECK(status.shared_before_swap_pages > 10);
    CHECK_EQ(status.shared_before_swap_pages + status.swapped_pages, 100);
    CHECK_EQ(status.target_pages, 900 + status.shared_before_swap_pages);
    fake_fini(&fake);
}

static void order__none_leaves_things_as_they_are(void)
{
    struct fake fake;
    start(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 1000);
    script.order[0].target_pages = 500;
    ask(&fake);
    script.order[0] = no_order;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 500);
    mp_vm_configure(fake.mp, 0, 7, 700, fake.now_ns);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 700);
    fake_fini(&fake);
}

static void order__sets_the_scanners_rate(void)
{
    struct fake fake;
    start(&fake);
    fake_run(&fake, 10 * FAKE_SECOND);
    uint64_t before = fake_status(&fake).pages_scanned;
    CHECK_NEAR((double)before, 100, 3);
    script.scan_vm_pages_s = script.scan_total_pages_s = 50;
    ask(&fake);
    fake_run(&fake, 20 * FAKE_SECOND);
    CHECK_NEAR((double)(fake_status(&fake).pages_scanned - before), 500, 5);
    CHECK_EQ(script.view.scan_vm_pages_s, 10); /* what it saw: retuning had set it back */
    fake_fini(&fake);
}

/* ---- Wrong orders ------------------------------------------------------------------------ */

static void expect_bad(struct fake *fake, const char *what, uint32_t ordered, uint32_t least,
                       uint32_t most)
{
    fake->bad_orders = 0;
    ask(fake);
    CHECK_EQ(fake->bad_orders, 1);
    CHECK_TEXT(fake->bad_order.governor, "scripted");
    CHECK_TEXT(fake->bad_order.what, what);
    CHECK_EQ(fake->bad_order.vm, 0);
    CHECK_EQ(fake->bad_order.ordered, ordered);
    CHECK_EQ(fake->bad_order.least, least);
    CHECK_EQ(fake->bad_order.most, most);
    fake_check(fake);
    script.order[0] = no_order;
}

static void bad_order__the_nearest_is_taken(void)
{
    struct fake fake;
    start(&fake);
    fake.wants_bad_orders = true;
    script.order[0].target_pages = 1001;
    expect_bad(&fake, "target_pages", 1001, 200, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 1000);
    script.order[0].target_pages = 199;
    expect_bad(&fake, "target_pages", 199, 200, 1000);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 200);
    script.order[0].balloon_target_pages = 1; /* without a driver */
    expect_bad(&fake, "balloon_target_pages", 1, 0, 0);
    fake_driver(&fake, 0, true);
    script.order[0].balloon_target_pages = 501;
    expect_bad(&fake, "balloon_target_pages", 501, 0, 500);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 500);
    script.order[0].balloon_target_pages = 500;
    script.order[0].swap_target_pages = 301;
    expect_bad(&fake, "swap_target_pages", 301, 0, 300);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 200);
    script.order[0].balloon_target_pages = 100;
    script.order[0].target_pages = 800;
    expect_bad(&fake, "target_pages", 800, 900, 900);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 900);
    fake_fini(&fake);
}

static void bad_order__of_the_host(void)
{
    struct fake fake;
    start(&fake);
    fake.wants_bad_orders = true;
    script.scan_total_pages_s = 10000001;
    ask(&fake);
    CHECK_EQ(fake.bad_orders, 1);
    CHECK_TEXT(fake.bad_order.what, "scan_total_pages_s");
    CHECK_EQ(fake.bad_order.vm, MP_NO_VM);
    fake_fini(&fake);
}

/* ---- The record -------------------------------------------------------------------------- */

static void explain__follows_each_decision(void)
{
    struct fake fake;
    start(&fake);
    fake_vm_start(&fake, 2, 50, 0, 1);
    fake_log_start(&fake);
    ask(&fake);
    const char *found = fake.log;
    CHECK_CONTAINS(found, "decision 0 parameters target 1000 balloon 0 swap 0\n"
                          "inputs 0: vm 0 below_zero -5\n"
                          "decision 2 parameters target 50 balloon 0 swap 0\n"
                          "inputs 2: vm 2 below_zero -5\n");
    free(fake.log);
    fake.log = NULL;
    fake_fini(&fake);
}

/* The host's numbers come with the first VM alone. */
static void explain__without_it_the_whole_view_is_told(void)
{
    struct fake fake;
    struct mp_governor silent = scripted;
    silent.explain = NULL;
    start_with(&fake, &silent);
    fake_vm_start(&fake, 0, 1000, 0, 1);
    fake_vm_start(&fake, 2, 50, 0, 1);
    fake_log_start(&fake);
    ask(&fake);
    CHECK_CONTAINS(fake.log, "\ninputs 0: state 0 machine_pages 10000 ");
    CHECK_CONTAINS(fake.log, "\ninputs 2: shares 1 min_pages 0 max_pages 50 limit_pages 50 ");
    CHECK_CONTAINS(fake.log, " report_swapped_pages 0\n");
    free(fake.log);
    fake.log = NULL;
    fake_fini(&fake);
}

/* Overhead and the reserve are more than there is: nothing is shared out. Sharing adds to it. */
static void view__what_is_short(void)
{
    struct fake fake;
    start_with(&fake, &scripted);
    fake.tunables.overhead_start_pages = 9000;
    fake.tunables.overhead_full_pages = 9000;
    mp_retune(fake.mp, &fake.tunables, 0);
    fake_vm_start(&fake, 0, 1000, 0, 7);
    CHECK_EQ(script.view.overhead_pages, 9000);
    CHECK_EQ(script.view.total_pages, 400);
    fake.tunables.overhead_start_pages = 9401;
    fake.tunables.overhead_full_pages = 9401;
    mp_retune(fake.mp, &fake.tunables, 0);
    CHECK_EQ(script.view.free_pages, 599);
    CHECK_EQ(script.view.total_pages, 0);
    CHECK_EQ(fake_status(&fake).target_total_pages, 0);
    for (uint32_t ppn = 0; ppn < 11; ppn++) {
        fake_write(&fake, 0, ppn, 5);
        mp_share_page(fake.mp, 0, ppn, 0);
    }
    ask(&fake);
    CHECK_EQ(script.view.saved_pages, 10);
    CHECK_EQ(script.vms[0].shared_pages, 11);
    CHECK_EQ(script.view.total_pages, 9);
    fake_fini(&fake);
}

static void view__of_all_estimators(void)
{
    struct fake fake;
    memset(&script, 0, sizeof script);
    script.scan_vm_pages_s = script.scan_total_pages_s = MP_UNCHANGED;
    script.order[0] = no_order;
    fake_init(&fake, 1000);
    fake.members =
        (struct mp_members){.governor = &scripted,
                            .estimators = {mp_estimator_find("resident"), mp_estimator_find("esx")},
                            .estimator_count = 2,
                            .believed = 1};
    fake_start(&fake);
    fake_vm_start(&fake, 0, 100, 0, 7);
    fake_fill(&fake, 0, 0, 50);
    ask(&fake);
    CHECK_EQ(script.view.estimator_count, 2);
    CHECK_EQ(script.view.believed, 1);
    CHECK_TEXT(script.view.estimator_names[0], "resident");
    CHECK_TEXT(script.view.estimator_names[1], "esx");
    CHECK_EQ(script.vms[0].estimate_pages[0], 50);
    fake_fini(&fake);
}

/* Wrong is the version (0), the table (1), or a parameter (2). */
static void governor_panics(int wrong, const char *expected)
{
    const uint32_t values[] = {10, 10001};
    struct fake fake;
    struct mp_governor table = scripted;
    table.abi += wrong == 0;
    table.summary = wrong == 1 ? NULL : "a test";
    fake_init(&fake, 1000);
    fake.members.governor = &table;
    fake.members.governor_values = wrong == 2 ? values : NULL;
    FAKE_PANICS(&fake, fake_start(&fake), expected);
    fake_fini(&fake);
}

static void init__governors_that_cannot_be_panic(void)
{
    governor_panics(0, "a governor of another version");
    governor_panics(1, "a governor's table is not in order");
    governor_panics(2, "a member's parameter is out of range");
}

/* Pages of 16 KiB: the governor reads and orders pages of 4 KiB, and so is the decision told. */
static void view__is_of_small_pages(void)
{
    struct fake fake;
    page_scale = 4;
    start(&fake);
    page_scale = 0;
    script.order[0].target_pages = 4 * 500 + 3;
    ask(&fake);
    CHECK_EQ(script.view.machine_pages, 40000);
    CHECK_EQ(script.vms[0].max_pages, 4000);
    CHECK_EQ(script.vms[0].alloc_pages, 2400);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 500);
    CHECK_EQ(fake.vms[0].decision.target_pages, 2003); /* as it was ordered */
    fake_fini(&fake);
}

/* Both orders are rounded together: what they leave is what was meant. */
static void order__direct_ones_in_small_pages_are_rounded_together(void)
{
    struct fake fake;
    page_scale = 4;
    start(&fake);
    page_scale = 0;
    mp_balloon_driver(fake.mp, 0, true, fake.now_ns);
    script.order[0].balloon_target_pages = 402; /* 100.5 */
    script.order[0].swap_target_pages = 402;
    script.order[0].target_pages = 4000 - 804;
    ask(&fake);
    CHECK_EQ(fake_vm_status(&fake, 0).target_pages, 1000 - 201);
    CHECK_EQ(fake_vm_status(&fake, 0).balloon_target_pages, 100);
    fake_fini(&fake);
}

TEST_SUITE(policy_govern, TEST(view__is_of_the_moment), TEST(view__is_of_small_pages),
           TEST(order__direct_ones_in_small_pages_are_rounded_together),
           TEST(view__tells_a_new_vm_from_a_former_one), TEST(asked__only_when_something_happens),
           TEST(asked__at_its_own_time), TEST(asked__not_for_ever),
           TEST(asked__every_rebalance_ms_without_a_time_of_its_own),
           TEST(life__begins_and_ends_with_the_machine), TEST(life__has_the_values_that_were_given),
           TEST(order__a_target_is_met_by_paging), TEST(order__balloon_and_swap_directly),
           TEST(order__one_of_the_two_means_0_for_the_other), TEST(limit__holds_without_any_order),
           TEST(limit__no_order_goes_beyond_it), TEST(limit__the_balloon_takes_what_it_can),
           TEST(limit__beyond_max_is_none), TEST(order__shared_victims_count_for_swap),
           TEST(order__none_leaves_things_as_they_are), TEST(order__sets_the_scanners_rate),
           TEST(bad_order__the_nearest_is_taken), TEST(bad_order__of_the_host),
           TEST(explain__follows_each_decision), TEST(explain__without_it_the_whole_view_is_told),
           TEST(view__what_is_short), TEST(view__of_all_estimators),
           TEST(init__governors_that_cannot_be_panic))
