/*
 * A governor's decisions computed again: by its own code, from the views that it was shown in a run
 * (decisions.h). With one number of the views changed, this answers what it would have ordered
 * otherwise.
 *
 * A governor may remember things. So the replay shows it all views from the first one on, and keeps
 * its private state as bytes, to go back to.
 */
#ifndef EXPLAIN_REPLAY_H
#define EXPLAIN_REPLAY_H

#include "ballast/explain/decisions.h"

struct replay {
    const struct decisions *decisions;
    const struct mp_governor *governor;
    const uint32_t *parameters;
    void *state;
    size_t state_bytes;
    struct mp_vm_order *orders;
    uint32_t next;     /* the round that comes next */
    uint32_t *targets; /* by VM number: what it has now; UINT32_MAX: it is off */
    void *kept_state;  /* by replay_keep() */
    uint32_t *kept_targets;
};

/* `parameters` in the order of the governor's rows. SIM_SYSTEM where memory is short. The caller
 * ends `replay` with replay_fini() in any case. `decisions` must outlive it. */
int replay_init(struct replay *replay, const struct decisions *decisions,
                const struct mp_governor *governor, const uint32_t *parameters,
                struct sim_error *error);
void replay_fini(struct replay *replay);

/* Shows the governor `view` in place of the next round's own. */
void replay_show(struct replay *replay, const struct mp_view *view);
/* All rounds before `end`, from the first one on. */
void replay_until(struct replay *replay, uint32_t end);
/* Keeps the moment, and goes back to it. */
void replay_keep(struct replay *replay);
void replay_back(struct replay *replay, uint32_t next);

/* How many orders the replay gives that are not those on record, in all rounds. 0: the record holds
 * all that the governor reads. */
uint32_t replay_check(struct replay *replay);

#endif
