/*
 * Statistics over time that hypervisors print: how many MB each VM has or uses, row by row. They
 * name no pages, so they are no recording, but a workload can follow a VM's size or activity.
 *
 *     esxtop -b         CSV with a column for each counter of each VM          (esxtop.c)
 *     virsh dommemstat  blocks of "name KIBIBYTES" for one VM, each with        (blocks.c)
 *                       last_update or after a line with the time
 *     KSM               blocks of "pages_shared N" or "/sys/.../pages_shared:N", each after a line
 *                       with the time                                           (blocks.c)
 *
 * The file is read line by line: memory does not grow with its length.
 */
#ifndef TR_COUNTERS_H
#define TR_COUNTERS_H

#include <stdint.h>

#include "sim/error.h"

#define TR_COUNTERS_VMS_MOST 4096u

struct tr_counters;

/* Opens the file; its format is found by content. `metric` is "active", "size", "granted",
 * "target", "used" or a counter's own name. `vm` names the VM of a file that names none; NULL:
 * "vm". The caller closes *out. SIM_BAD_DATA if the file cannot be read or lacks the metric; the
 * message then lists the counters that are there. SIM_SYSTEM if memory is short. */
int tr_counters_open(const char *path, const char *metric, const char *vm, struct tr_counters **out,
                     struct sim_error *error);
void tr_counters_close(struct tr_counters *counters); /* accepts NULL */

/* How many VMs have the metric, and their names. */
uint32_t tr_counters_vms(const struct tr_counters *counters);
const char *tr_counters_vm(const struct tr_counters *counters, uint32_t vm);
/* How many groups of esxtop have memory counters, but not this metric. */
uint32_t tr_counters_left_out(const struct tr_counters *counters);

/* Reads the next row. 1: *t_s is its time in seconds since the first row, mb[vm] the metric of each
 * VM in MB. 0: the end of the file. -1: `error` says what is wrong; a file without any row is an
 * error too. */
int tr_counters_next(struct tr_counters *counters, double *t_s, double *mb,
                     struct sim_error *error);

#endif
