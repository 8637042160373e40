/*
 * What the guest says of its own memory, by one of three numbers. They cost nothing, and the
 * hypervisor must believe them.
 *
 *     guest-unused     all but what nothing uses: a file cache that was never read again counts
 *     guest-available  all but what programs could get without paging
 *     guest-committed  what programs were promised: touched or not, and no file cache
 *
 * The hazard is a guest that has not reported yet: until then all that it has counts as in use.
 */
#include "../mp_estimator.h"

static void answer_pages(struct mp_estimate *answer, uint32_t pages)
{
    *answer = (struct mp_estimate){.pages = pages, .slow_pages = pages, .fast_pages = pages};
}

/* Of the memory that the guest sees, all but these. */
static uint32_t all_but(const struct mp_watch *watch, uint32_t pages)
{
    uint32_t seen_pages = watch->max_pages - watch->ballooned_pages;

    return pages < seen_pages ? seen_pages - pages : 0;
}

static void unused(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    (void)state;
    answer_pages(answer,
                 watch->report ? all_but(watch, watch->report->free_pages) : watch->alloc_pages);
}

static void available(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    (void)state;
    answer_pages(answer, watch->report ? all_but(watch, watch->report->available_pages)
                                       : watch->alloc_pages);
}

static void committed(const void *state, const struct mp_watch *watch, struct mp_estimate *answer)
{
    (void)state;
    answer_pages(answer, watch->report ? watch->report->committed_pages : watch->alloc_pages);
}

const struct mp_estimator mp_estimator_guest_unused = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "guest-unused",
    .summary = "all but what the guest reports as free",
    .needs_reports = true,
    .estimate = unused,
};

const struct mp_estimator mp_estimator_guest_available = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "guest-available",
    .summary = "all but what the guest reports as free or clean file cache",
    .needs_reports = true,
    .estimate = available,
};

const struct mp_estimator mp_estimator_guest_committed = {
    .abi = MP_ESTIMATOR_ABI,
    .name = "guest-committed",
    .summary = "what the guest reports that its programs were promised",
    .needs_reports = true,
    .estimate = committed,
};
