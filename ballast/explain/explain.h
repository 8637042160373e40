/*
 * Why the targets of a run moved.
 *
 * A move is what lies between two moments at which the governor decided. Its causes are the numbers
 * that the governor read and that changed. Each is judged by the governor's own code: all decisions
 * of the move are computed again with this one number held at what it was before, and the
 * difference between the targets is what it did. Effects do not add up, because the governor
 * divides one memory among all VMs.
 */
#ifndef EXPLAIN_EXPLAIN_H
#define EXPLAIN_EXPLAIN_H

#include "ballast/explain/decisions.h"
#include "ballast/explain/replay.h"
#include "sim/memory.h"

/* Less than this is rounding and noise, not a move. */
#define EXPLAIN_LEAST_MB 1.0

/* Something that the governor read and that changed. */
struct explain_cause {
    const struct view_row *row; /* NULL: the VM was powered on or off */
    int vm;                     /* its number; -1: of the host */
    int64_t before, after;      /* 0 and 1 where it was powered on */
    double *held_mb; /* by VM: its target if this had stayed as it was; NaN: it would be off */
};

/* What one VM has in machine memory and elsewhere. NaN: it is off. */
struct explain_memory {
    double alloc_mb, balloon_mb, swapped_mb;
};

/* One VM over a move. */
struct explain_vm {
    bool was_on, is_on;
    struct decision before, after;    /* all zeroes where it was or is off */
    struct explain_memory then, done; /* at then_s and at done_s */
};

struct explain_move {
    uint32_t from, to; /* rounds: the last of the moment before, and the last of the move */
    uint32_t moments;  /* decisions from the one to the other */
    double from_s, to_s;
    double then_s, done_s;  /* its orders were carried out from then on, until the next decision */
    const char *state;      /* of free memory at to_s */
    double free_mb, free_s; /* by the last sample at or before to_s; NaN: there is none */
    struct explain_vm *vms; /* by number */
    struct explain_cause *causes;
    uint32_t cause_count;
};

struct explain {
    struct results *db;
    int64_t run_id;
    double end_s; /* of the run */
    struct decisions decisions;
    struct replay replay;
    bool has_replay;
    char no_replay[400]; /* why causes are not known; "": they are */
    struct sim_memory memory;
};

/*
 * Reads the run. `governor` may be NULL, with the reason in `why`: then there are moves without
 * causes, and so there are where the record does not hold what the governor read. Whatever the
 * status is, the caller ends `explain` with explain_fini().
 */
int explain_init(struct explain *explain, struct results *db, int64_t run_id,
                 const struct mp_governor *governor, const uint32_t *parameters, const char *why,
                 struct sim_error *error);
void explain_fini(struct explain *explain);

/* The move from one round to a later one; each should be the last of its moment. */
int explain_move(struct explain *explain, uint32_t from, uint32_t to, struct explain_move *move,
                 struct sim_error *error);

/* Of round `to` alone: by how much the target of the VM moved since the moment before. */
double explain_target_moved_mb(const struct explain_vm *vm);

/* What the cause did to the target of a VM. NaN: not known. */
double explain_effect_mb(const struct explain_move *move, const struct explain_cause *cause,
                         uint32_t vm);
/* The causes that matter for a VM, the greatest effect first, into `causes` of `most`. */
uint32_t explain_causes_of(const struct explain_move *move, uint32_t vm,
                           const struct explain_cause **causes, uint32_t most);

/*
 * The largest moves of the run, at most `most`, in order of time. `vm`: of this VM alone; -1: of
 * any. Decisions that follow each other and move the same VM most, in the same direction, are one
 * move. Fills the rounds of `spans`.
 */
struct explain_span {
    uint32_t from, to;
    double moved_mb;
};
uint32_t explain_largest(const struct explain *explain, int vm, struct explain_span *spans,
                         uint32_t most);
/* The last decision at or before t_s that moved a target of the VM (-1: of any), or, where none
 * did, the one in force. False: none was made until then. */
bool explain_before(const struct explain *explain, double t_s, int vm, struct explain_span *span);

#endif
