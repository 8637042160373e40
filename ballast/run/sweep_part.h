/*
 * The part of a sweep that is one run, in a database of its own beside the sweep's: its name.
 * Private to the files of sweeps.
 *
 * The hazards are a second sweep into the same database and a sweep that is killed. A part's name
 * carries the machine, the number of the sweep's process and a random number. A later sweep removes
 * the parts whose sweep is dead.
 */
#ifndef RUN_SWEEP_PART_H
#define RUN_SWEEP_PART_H

#include <stdint.h>

#include "ballast/config/home.h"

#define SWEEP_PARTS_BYTES (PATH_BYTES + 128)

/* What the names of this sweep's parts begin with. */
void sweep_parts_name(const char *db, char parts[SWEEP_PARTS_BYTES]);
void sweep_part_path(const char *parts, uint32_t index, char path[SWEEP_PARTS_BYTES]);
void sweep_part_remove(const char *parts, uint32_t index);
/* Removes the parts that sweeps of this machine into `db` left when they were killed. */
void sweep_parts_remove_stale(const char *db);

#endif
