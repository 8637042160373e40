/*
 * The balloon driver: it polls its target once a second, takes pinned pages from the guest's own
 * allocator or gives them back, and tells the hypervisor of each page.
 *
 * It can ail: be gone, stuck or slow, or report nonsense. What the hypervisor knows of that is what
 * it sees.
 *
 * The hazard is a driver that hurts its guest. When the allocator refuses a page, the driver halves
 * its rate and recovers slowly: it "limits its allocation rate adaptively" (paper, section 3.2).
 */
#include "models/guest/balloon.h"

#include "models/guest/kernel.h"
#include "models/guest/reclaim.h"
#include "models/guest/shortage.h"
#include "models/guest/state.h"
#include "sim/random.h"

#define POLL_NS            SIM_SECOND     /* paper, section 3.2: once per second */
#define WORK_NS            (100 * SIM_MS) /* our choice: the pages of a second move in ten parts */
#define WORKS_S            (SIM_SECOND / WORK_NS)
#define RELIEF_PAGES       256u /* 6.6 virtio_balloon.c: VIRTIO_BALLOON_OOM_NR_PAGES */
#define LEAST_RATE_PAGES_S 10u  /* our choice: the rate after many refusals */
#define RECOVERY_WORKS     64u  /* our choice: from the least rate to the full rate in 6.4 s */

void guest_balloon_init(struct guest *guest)
{
    struct balloon *balloon = &guest->balloon;
    uint64_t after_ns = guest->config.boot.balloon_ns;
    bool present = guest->os->manages_memory && after_ns != SIM_NEVER;
    balloon->start_ns = present ? guest->power_on_ns + after_ns : SIM_NEVER;
    balloon->work_ns = SIM_NEVER;
    balloon->rate_pages_s = guest->config.balloon_pages_s;
}

uint64_t guest_balloon_next_ns(const struct guest *guest)
{
    const struct balloon *balloon = &guest->balloon;
    if (balloon->is_unloading)
        return guest->now_ns;
    if (!balloon->running)
        return balloon->fault.is_gone ? SIM_NEVER : balloon->start_ns;
    return balloon->work_ns < balloon->poll_ns ? balloon->work_ns : balloon->poll_ns;
}

/* The page is the guest's again. */
static void give_back(struct guest *guest, uint32_t ppn)
{
    guest_page_remove(&guest->pages, ppn);
    guest_shortage_release(guest, ppn);
    guest_kernel_adjust(guest);
}

static void inflate(struct guest *guest, uint32_t most)
{
    struct balloon *balloon = &guest->balloon;
    uint32_t full_rate = guest->config.balloon_pages_s;
    while (most-- > 0 && guest->pages.count[PAGE_BALLOON] < balloon->target_pages) {
        if (guest->hw->stalled)
            return;
        bool zeroed = guest->os->zeroes_memory;
        uint32_t ppn = guest_reclaim_page(guest, &zeroed);
        if (ppn == NONE) {
            if (guest->hw->stalled)
                return;
            balloon->failures++;
            balloon->rate_pages_s /= 2;
            if (balloon->rate_pages_s < LEAST_RATE_PAGES_S)
                balloon->rate_pages_s = LEAST_RATE_PAGES_S;
            return;
        }
        guest->used_ns += guest->cost.balloon_page_ns;
        guest_page_put(&guest->pages, ppn, PAGE_BALLOON);
        guest_kernel_adjust(guest);
        if (!guest->hw->balloon_taken(guest->hw->context, ppn)) {
            give_back(guest, ppn);
            balloon->target_pages = guest->pages.count[PAGE_BALLOON]; /* until the next poll */
        }
    }
    balloon->rate_pages_s += full_rate / RECOVERY_WORKS + 1;
    if (balloon->rate_pages_s > full_rate)
        balloon->rate_pages_s = full_rate;
}

static void return_last(struct guest *guest)
{
    uint32_t ppn = guest_page_last(&guest->pages, PAGE_BALLOON);
    guest->used_ns += guest->cost.balloon_page_ns;
    guest->hw->balloon_returned(guest->hw->context, ppn);
    give_back(guest, ppn);
}

bool guest_balloon_relieve(struct guest *guest)
{
    uint32_t pages = 0, most = guest_scaled_pages(&guest->config, RELIEF_PAGES);
    if (!guest->config.balloon_deflates_on_oom)
        return false;
    for (; pages < most && guest->pages.count[PAGE_BALLOON] > 0; pages++)
        return_last(guest);
    guest->balloon.target_pages = guest->pages.count[PAGE_BALLOON]; /* until the next poll */
    guest->count.balloon_relief_pages += pages;
    return pages > 0;
}

static void deflate(struct guest *guest, uint32_t most)
{
    while (most-- > 0 && guest->pages.count[PAGE_BALLOON] > guest->balloon.target_pages)
        return_last(guest);
}

/* Pages of 4 KiB in one part of a second; a slow driver still moves one at a time. */
static uint32_t part_of(uint32_t pages_s)
{
    return pages_s >= WORKS_S ? pages_s / (uint32_t)WORKS_S : pages_s > 0;
}

/* The same in pages of the guest, with what was less than one of them before. */
static uint32_t due_pages(struct guest *guest, uint32_t pages_s)
{
    uint32_t scale = guest_page_scale(&guest->config);
    uint32_t pages = part_of(pages_s) + guest->balloon.rest_pages;
    guest->balloon.rest_pages = pages % scale;
    return pages / scale;
}

/* The time between two parts of the work. */
static uint64_t work_ns(const struct balloon *balloon)
{
    uint32_t slow_permille = balloon->fault.slow_permille;
    return slow_permille > 0 ? WORK_NS * slow_permille / 1000 : WORK_NS;
}

/* A driver that is slow is so from its first part on. */
static uint64_t first_work_ns(const struct balloon *balloon, uint64_t at_ns)
{
    return at_ns + work_ns(balloon) - WORK_NS;
}

/* Pages that the guest uses, that it does not have, that are in the balloon or are not. */
static void lie(struct guest *guest)
{
    struct balloon *balloon = &guest->balloon;
    uint64_t stream = sim_mix64(guest->config.seed, guest->config.replicate);
    for (uint32_t i = 0; i < balloon->fault.lies_s; i++) {
        uint64_t draw = sim_mix64(stream, balloon->lies++);
        uint32_t ppn = (uint32_t)((draw >> 1) % (2 * (uint64_t)guest->config.memory_pages));
        if (draw & 1)
            guest->hw->balloon_taken(guest->hw->context, ppn);
        else
            guest->hw->balloon_returned(guest->hw->context, ppn);
    }
}

static void poll(struct guest *guest, uint64_t now_ns)
{
    struct balloon *balloon = &guest->balloon;
    balloon->target_pages = guest->hw->balloon_poll(guest->hw->context);
    if (balloon->target_pages > guest->config.balloon_most_pages)
        balloon->target_pages = guest->config.balloon_most_pages;
    balloon->poll_ns = now_ns + POLL_NS;
    if (balloon->work_ns == SIM_NEVER)
        balloon->work_ns = first_work_ns(balloon, now_ns);
    lie(guest);
}

/* A driver that is loaded again begins with an empty balloon. */
static void unload(struct guest *guest)
{
    struct balloon *balloon = &guest->balloon;
    balloon->is_unloading = false;
    if (!balloon->running)
        return;
    while (guest->pages.count[PAGE_BALLOON] > 0)
        return_last(guest);
    balloon->running = false;
    balloon->target_pages = 0;
    balloon->work_ns = SIM_NEVER;
    balloon->rate_pages_s = guest->config.balloon_pages_s;
    guest->hw->balloon_driver(guest->hw->context, false);
}

void guest_driver_fault(struct guest *guest, const struct guest_driver_fault *fault)
{
    struct balloon *balloon = &guest->balloon;
    balloon->is_unloading |= fault->is_gone && !balloon->fault.is_gone;
    balloon->fault = *fault;
    if (balloon->work_ns != SIM_NEVER) /* a slow driver may have put it off for long */
        balloon->work_ns = first_work_ns(balloon, balloon->poll_ns);
}

void guest_driver_restart(struct guest *guest)
{
    guest->balloon.is_unloading = true;
}

void guest_balloon_tick(struct guest *guest)
{
    struct balloon *balloon = &guest->balloon;
    uint64_t now_ns = guest_now(guest);
    if (balloon->is_unloading) {
        unload(guest);
        return;
    }
    if (!balloon->running) {
        balloon->running = true;
        balloon->poll_ns = now_ns;
        guest->hw->balloon_driver(guest->hw->context, true);
    }
    if (now_ns >= balloon->poll_ns)
        poll(guest, now_ns);
    if (now_ns < balloon->work_ns)
        return;
    if (balloon->fault.is_stuck) {
        balloon->work_ns = SIM_NEVER; /* until the next poll */
        return;
    }
    if (guest->pages.count[PAGE_BALLOON] < balloon->target_pages)
        inflate(guest, due_pages(guest, balloon->rate_pages_s));
    else
        deflate(guest, due_pages(guest, guest->config.balloon_deflate_pages_s));
    bool settled = guest->pages.count[PAGE_BALLOON] == balloon->target_pages;
    balloon->work_ns = settled ? SIM_NEVER : now_ns + work_ns(balloon);
}
