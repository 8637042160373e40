/*
 * kswapd and direct reclaim. There are two hazards: a thread that burns CPU time while it waits for
 * the disk, and a process that is killed although pages are on their way out.
 */
#include "models/guest/kswapd.h"

#include "models/guest/stall.h"
#include "models/guest/state.h"

#define FAILURES_MOST                                                                              \
    16u           /* Linux internal.h: MAX_RECLAIM_RETRIES; kswapd then leaves it to others */
#define BATCH 32u /* Linux swap.h: SWAP_CLUSTER_MAX, pages for a process that reclaims */
#define LAST_ROUNDS                                                                                \
    4u /* our choice: over all pages. An active page that is in use needs four                     \
          looks until it goes */

static void kswapd_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    (void)program, (void)now_ns;
    op->kind = GUEST_OP_RECLAIM;
}

void guest_kswapd_init(struct guest *guest)
{
    struct kswapd *kswapd = &guest->kswapd;
    kswapd->program = (struct guest_program){.next = kswapd_next, .name = "kswapd"};
    kswapd->idle = (struct queue){NONE, NONE};
    kswapd->priority = LRU_PRIORITY;
    kswapd->number = guest_process_new(&guest->processes, &kswapd->program, 0);
    guest->processes.process[kswapd->number].is_system = true;
}

static void wake(struct guest *guest)
{
    struct kswapd *kswapd = &guest->kswapd;
    if (kswapd->idle.head == NONE || kswapd->failures >= FAILURES_MOST)
        return;
    guest_queue_pop(&guest->processes, &kswapd->idle);
    guest_process_preempt(&guest->processes, kswapd->number);
}

/* Until a page leaves, or becomes free. */
static enum step wait_for_disk(struct guest *guest, struct process *process)
{
    guest_process_wait(&guest->processes, process, &guest->memory_waiters);
    return STEP_BLOCKED;
}

static enum step go_idle(struct guest *guest, struct process *process)
{
    struct kswapd *kswapd = &guest->kswapd;
    kswapd->priority = LRU_PRIORITY;
    kswapd->in_round = false;
    guest_workingset_balanced(guest);
    guest_process_wait(&guest->processes, process, &kswapd->idle);
    return STEP_BLOCKED;
}

/* The round is over. The next looks at more, unless this one looked at enough and freed some. */
static enum step end_round(struct guest *guest, struct process *process)
{
    struct kswapd *kswapd = &guest->kswapd;
    const struct lru_round *round = &kswapd->round;
    guest_lru_end(guest);
    kswapd->in_round = false;
    bool is_last = kswapd->priority == 1;
    bool waits =
        round->freed == 0 && guest->requests.under_way[true] > 0 && (round->writing > 0 || is_last);
    if (!is_last) {
        bool is_enough = round->freed > 0 && round->looked_at >= guest->watermarks.high;
        kswapd->priority -= !is_enough;
    } else if (round->freed == 0 && !waits) {
        kswapd->failures++;
        return go_idle(guest, process);
    }
    return waits ? wait_for_disk(guest, process) : STEP_MORE;
}

/* Enough is free, or will be (our choice: pages on their way out count). */
static enum step rest(struct guest *guest, struct process *process)
{
    if (guest->kswapd.in_round)
        guest_lru_end(guest);
    guest->kswapd.in_round = false;
    guest->kswapd.failures = 0;
    return guest->leaving_pages > 0 ? wait_for_disk(guest, process) : go_idle(guest, process);
}

static enum step work(struct guest *guest, struct process *process)
{
    struct kswapd *kswapd = &guest->kswapd;
    if (!kswapd->in_round)
        guest_lru_begin(guest, kswapd->priority, &kswapd->round);
    kswapd->in_round = true;
    return guest_lru_step(guest, &kswapd->round) ? STEP_MORE : end_round(guest, process);
}

enum step guest_kswapd_step(struct guest *guest, struct process *process)
{
    uint64_t began_ns = guest->used_ns;
    uint32_t free_pages = guest_page_free_count(&guest->pages) + guest->leaving_pages;
    enum step step =
        free_pages >= guest->watermarks.high ? rest(guest, process) : work(guest, process);
    guest->count.kswapd_ns += guest->used_ns - began_ns;
    return step;
}

/* One round for a process that needs a page. False: looking at more is of no use now. */
static bool direct_round(struct guest *guest, uint32_t priority, uint32_t *freed)
{
    struct lru_round round;
    guest_lru_begin(guest, priority, &round);
    while (guest_lru_step(guest, &round) && !guest->hw->stalled &&
           round.freed < guest_scaled_pages(&guest->config, BATCH))
        ;
    guest_lru_end(guest);
    *freed += round.freed;
    if (guest_page_free_count(&guest->pages) > guest->watermarks.least || guest->hw->stalled)
        return false;
    return round.writing == 0 || guest->requests.under_way[true] == 0;
}

static void reclaim_directly(struct guest *guest)
{
    uint32_t freed = 0, rounds = 0;
    guest->count.direct_reclaims++;
    guest_stall_enter(guest);
    while (rounds < LRU_PRIORITY + LAST_ROUNDS) {
        uint32_t priority = rounds < LRU_PRIORITY ? LRU_PRIORITY - rounds : 0;
        if (!direct_round(guest, priority, &freed))
            break;
        rounds++;
    }
    guest_workingset_balanced(guest);
    guest_stall_leave(guest);
    if (freed > 0)
        guest->kswapd.failures = 0;
}

void guest_kswapd_make_room(struct guest *guest)
{
    uint32_t free_pages = guest_page_free_count(&guest->pages);
    if (free_pages <= guest->watermarks.low)
        wake(guest);
    if (free_pages <= guest->watermarks.least)
        reclaim_directly(guest);
}
