/*
 * Statistics over time that hypervisors print, as MB of VMs: no pages, so no recording, but a VM's
 * size or activity that a workload can follow.
 *
 *     esxtop -b         CSV with a column for each counter of each VM
 *     virsh dommemstat  blocks of "name KIBIBYTES", each with last_update or after a line with the
 *                       time
 *     KSM               blocks of "pages_shared N" or "/sys/.../pages_shared:N", each after a line
 *                       with the time
 *
 * Read line by line: memory does not grow with the file.
 */
#ifndef TR_STATS_H
#define TR_STATS_H

#include <stdint.h>

#include "sim/error.h"

#define TR_STATS_VMS_MOST 4096u

struct tr_stats;

/* `metric`: "active", "size", "granted", "target", "used", or a counter's own name. `vm`: the name
 * of the one VM of a file that names none. SIM_BAD_DATA names the metrics that are there if this
 * one is not. */
int tr_stats_open(const char *path, const char *metric, const char *vm, struct tr_stats **out,
                  struct sim_error *error);
void tr_stats_close(struct tr_stats *stats); /* accepts NULL */
uint32_t tr_stats_vms(const struct tr_stats *stats);
/* Groups of esxtop that have memory counters, but not this one. */
uint32_t tr_stats_left_out(const struct tr_stats *stats);
const char *tr_stats_vm(const struct tr_stats *stats, uint32_t vm);
/* 1: the time in seconds since the first row, and `mb` for each VM; 0: the end; -1, also if there
 * was no row at all. */
int tr_stats_next(struct tr_stats *stats, double *t_s, double *mb, struct sim_error *error);

#endif
