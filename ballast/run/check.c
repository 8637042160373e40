/*
 * The proof, while a run is under way, that no page is lost or used twice. It walks over all pages,
 * so it must not come so often that a large machine does little else. How often is counted in
 * events and pages, not in time, so that a run repeats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/run/internal.h"

#define CHECKS_PER_RUN 8u /* our choice: at most */
/* A check looks at a page in some 40 ns, and an event with what it does takes 1 us at least. So a
 * check after so many events for each page costs at most 2% of the run. */
#define EVENTS_PER_PAGE 2u

bool run_check_is_due(const struct run *run, uint64_t now_ns, uint64_t pages)
{
    const char *told = getenv("BALLAST_CHECKS");
    bool is_every = !run->options->spare_checks || (told && strcmp(told, "all") == 0);
    return is_every || now_ns >= run->end_ns ||
           run->queue.fired - run->checked_fired >= EVENTS_PER_PAGE * pages;
}

static void verify(struct run *run, uint64_t now_ns)
{
    const char *wrong = host_verify(run->host);
    if (wrong) {
        fprintf(stderr, "ballast: bug at %.9f s, seed %llu: %s\n", (double)now_ns / 1e9,
                (unsigned long long)run->options->seed, wrong);
        abort();
    }
    run->checked_fired = run->queue.fired;
}

static void check(struct sim_event *event, uint64_t now_ns)
{
    struct run *run = sim_event_owner(event, struct run, check);
    if (run_check_is_due(run, now_ns, host_verify_pages(run->host)))
        verify(run, now_ns);
    if (now_ns < run->end_ns) {
        uint64_t next_ns = now_ns + run->end_ns / CHECKS_PER_RUN + 1;
        sim_queue_schedule(&run->queue, event, next_ns < run->end_ns ? next_ns : run->end_ns,
                           SIM_PHASE_RECORD);
    }
}

void run_check_begin(struct run *run)
{
    sim_event_init(&run->check, check);
    sim_queue_schedule(&run->queue, &run->check, 0, SIM_PHASE_RECORD);
}
