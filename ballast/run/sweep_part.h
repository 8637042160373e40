/*
 * The part of a sweep that one process does: one run, in a database of its own beside the sweep's.
 * Private to sweep_run.c.
 *
 * The hazards are a second sweep into the same database and a sweep that is killed. A part's name
 * carries the machine, the number of the sweep's process and a random number. A part's process
 * dies with the sweep. A later sweep removes the parts whose sweep is dead.
 */
#ifndef RUN_SWEEP_PART_H
#define RUN_SWEEP_PART_H

#include <stdint.h>
#include <sys/types.h>

#include "ballast/config/home.h"
#include "ballast/run/sweep.h"
#include "sim/error.h"

#define SWEEP_PARTS_BYTES (PATH_BYTES + 128)

/* What the names of this sweep's parts begin with. */
void sweep_parts_name(const char *db, char parts[SWEEP_PARTS_BYTES]);
void sweep_part_path(const char *parts, uint32_t index, char path[SWEEP_PARTS_BYTES]);
void sweep_part_remove(const char *parts, uint32_t index);
/* Removes the parts that sweeps of this machine into `db` left when they were killed. */
void sweep_parts_remove_stale(const char *db);

/* Starts a process that does `run`. Returns its number, or -1 with errno. `*words` is a file with
 * what it says on standard error. */
pid_t sweep_part_start(const struct sweep_run *run, const char *parts, uint32_t index,
                       const struct sweep_limits *limits, int *words);

enum sweep_part_end {
    SWEEP_PART_DONE,
    SWEEP_PART_FAILED, /* this run alone; others may do better */
    SWEEP_PART_STOPS,  /* every run would fail so */
};
/* Says how the process ended, `how` being its status of waitpid(), and closes `words`. `error` gets
 * its last words and a status; where it is done, what it said goes to standard error. */
enum sweep_part_end sweep_part_ended(int how, const struct sweep_limits *limits, int words,
                                     struct sim_error *error);

#endif
