/* Members of the policy that do at random what their seams allow. */
#include "tests/property/any_members.h"

#include "tests/unit/policy/fake.h"

static uint32_t up_to(uint64_t *state, uint32_t most)
{
    return (uint32_t)(fake_random(state) % (most + UINT64_C(1)));
}

/* A governor that orders anything that may be ordered, and asks to be asked at any time. */
static void any_order(uint64_t *state, const struct mp_vm_view *vm, struct mp_vm_order *order)
{
    uint32_t room = vm->max_pages - vm->min_pages, above = vm->max_pages - vm->limit_pages, left;
    switch (fake_random(state) % 4) {
    case 0:
        return;
    case 1:
        order->balloon_target_pages =
            up_to(state, vm->balloon_cap_pages < room ? vm->balloon_cap_pages : room);
        left = above > order->balloon_target_pages ? above - order->balloon_target_pages : 0;
        order->swap_target_pages = left + up_to(state, room - order->balloon_target_pages - left);
        return;
    case 2:
        order->swap_target_pages = above + up_to(state, room - above);
        return;
    default:
        order->target_pages = vm->min_pages + up_to(state, room - above);
        return;
    }
}

static void any_tick(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    for (uint32_t i = 0; i < view->vm_count; i++)
        any_order(state, &view->vms[i], &orders->vms[i]);
    if (fake_random(state) % 3 == 0)
        orders->scan_vm_pages_s = up_to(state, 2000);
    if (fake_random(state) % 3 == 0)
        orders->scan_total_pages_s = up_to(state, 4000);
}

static uint64_t any_deadline(const void *state, uint64_t now_ns)
{
    uint64_t mine = *(const uint64_t *)state;
    return now_ns + fake_random(&mine) % (500 * FAKE_MS);
}

const struct mp_governor any_governor = {
    .abi = MP_GOVERNOR_ABI,
    .name = "any",
    .summary = "anything that may be ordered",
    .state_bytes = sizeof(uint64_t),
    .tick = any_tick,
    .next_deadline = any_deadline,
};

/* An estimator that arms and disarms any pages at any time. */
static uint64_t any_look(void *state, const struct mp_watch *watch)
{
    uint64_t *mine = state;
    for (uint32_t i = up_to(mine, 30); i > 0; i--) {
        uint32_t ppn = up_to(mine, watch->max_pages - 1);
        if (fake_random(mine) % 3 == 0)
            mp_watch_disarm(watch, ppn);
        else if (mp_watch_backing(watch, ppn) != MP_BALLOONED)
            mp_watch_arm(watch, ppn);
    }
    return watch->now_ns + up_to(mine, 300) * FAKE_MS;
}

static size_t any_bytes(const uint32_t *parameters, uint32_t max_pages)
{
    (void)parameters, (void)max_pages;
    return sizeof(uint64_t);
}

static void any_touched(void *state, const struct mp_watch *watch, uint32_t ppn)
{
    (void)watch;
    *(uint64_t *)state += ppn;
}

static void any_estimate(const void *state, const struct mp_watch *watch,
                         struct mp_estimate *estimate)
{
    uint64_t mine = *(const uint64_t *)state;
    estimate->pages = up_to(&mine, watch->max_pages);
}

const struct mp_estimator any_estimator = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "any",
    .arms = true,
    .state_bytes = any_bytes,
    .begin = any_look,
    .tick = any_look,
    .touched = any_touched,
    .lost = any_touched,
    .estimate = any_estimate,
};

/* A scanner that tries any pages at any time, and believes one in four of them to be stable. */
static uint64_t any_scan(const struct mp_scan *scan)
{
    struct mp_scan_vm vm;
    for (uint32_t number = 0; mp_scan_vm_from(scan, number, &vm); number = vm.vm + 1u) {
        uint32_t ppns[100], count = up_to(scan->state, 100);
        for (uint32_t i = 0; i < count; i++)
            ppns[i] = up_to(scan->state, vm.candidates->size - 1);
        mp_scan_try(&vm, ppns, count);
    }
    return scan->now_ns + up_to(scan->state, 200) * FAKE_MS;
}

static enum mp_look hash_look(const struct mp_scan_vm *vm, uint32_t ppn, uint64_t hash)
{
    (void)vm;
    return (enum mp_look)((hash ^ ppn) % 3);
}

static bool any_partner(const struct mp_scan_vm *vm, uint32_t ppn)
{
    (void)vm;
    return ppn % 4 != 0;
}

static uint32_t any_references(const uint32_t *parameters, bool of_zeroes)
{
    (void)parameters;
    return of_zeroes ? 40 : 3;
}

const struct mp_scanner any_scanner = {.abi = MP_SCANNER_ABI,
                                       .name = "any",
                                       .state_bytes = sizeof(uint64_t),
                                       .tick = any_scan,
                                       .look = hash_look,
                                       .is_partner = any_partner,
                                       .most_references = any_references};
