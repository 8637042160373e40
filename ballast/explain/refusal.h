/*
 * Why a VM was not powered on: admission control (paper 6.2) promises every VM its min and full
 * overhead of machine memory, and swap for the rest of its max. A VM for which not enough is left
 * unpromised is refused.
 */
#ifndef EXPLAIN_REFUSAL_H
#define EXPLAIN_REFUSAL_H

#include <stdio.h>

#include "ballast/explain/decisions.h"

/* What is promised to a VM. */
struct refusal_promise {
    bool is_on; /* at the moment of the refusal */
    double min_mb, overhead_mb, swap_mb;
};

struct refusal {
    uint32_t vm;
    double at_s;
    bool is_swap;              /* swap was short, not machine memory */
    double needed_mb;          /* of that */
    double memory_mb, swap_mb; /* what there is to promise in all */
    double memory_left_mb, swap_left_mb;
    struct refusal_promise *promises; /* by VM number */
};

struct refusals {
    struct decisions decisions; /* names and what is configured */
    uint32_t vm;
    struct refusal *list; /* of this VM, in order of time */
    uint32_t count;
    double on_s; /* when it was first powered on; NaN: never */
    struct sim_memory memory;
};

/* SIM_USAGE for a VM that the run has not, with the nearest name. The caller ends `refusals` with
 * refusals_fini() in any case. */
int refusals_read(struct refusals *refusals, struct results *db, int64_t run_id, const char *vm,
                  struct sim_error *error);
void refusals_fini(struct refusals *refusals);

/* Which bound refused it, and what would have had to be different. */
void refusal_words(FILE *out, const struct refusals *refusals, const struct refusal *refusal);

#endif
