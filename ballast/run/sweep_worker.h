/*
 * A process that does runs of a sweep, one after the other. Private to sweep_run.c.
 *
 * The hazard is a run that ends its process: it crashes, or reaches a limit. That costs no other
 * run: each writes a part of its own (sweep_part.h), the sweep sees that the process is gone, and
 * starts another one for the next run. The process dies with the sweep.
 */
#ifndef RUN_SWEEP_WORKER_H
#define RUN_SWEEP_WORKER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ballast/run/sweep.h"
#include "sim/error.h"

/* What its process needs to know; the caller keeps it while workers live. */
struct sweep_work {
    const struct sweep_run *runs; /* all of the grid */
    const char *parts;            /* of sweep_parts_name() */
    struct sweep_limits limits;
    bool is_isolated; /* a process for each run */
};

struct sweep_worker {
    pid_t process; /* 0: none */
    int channel;   /* readable when the run has ended, or the process */
    int words;     /* a file with what it says on standard error */
    uint32_t run;  /* that it does at this moment */
    bool is_busy;
};

/* Lets the worker, which is not busy, do a run; starts its process where there is none. False with
 * errno where it cannot be started. */
bool sweep_worker_order(struct sweep_worker *worker, const struct sweep_work *work, uint32_t run);

enum sweep_run_end {
    SWEEP_RUN_DONE,
    SWEEP_RUN_FAILED, /* this run alone; others may do better */
    SWEEP_RUN_STOPS,  /* every run would fail so */
};
/* How the run ended; waits for that. `error` gets its last words and a status; where it is done,
 * what it said goes to standard error. */
enum sweep_run_end sweep_worker_ended(struct sweep_worker *worker, const struct sweep_work *work,
                                      struct sim_error *error);

/* Ends its process, in the middle of a run too. */
void sweep_worker_stop(struct sweep_worker *worker);

#endif
