/*
 * Statistics over time that hypervisors print: how many MB each VM has or uses, row by row. They
 * name no pages, so they are no recording, but a workload can follow a VM's size or activity.
 *
 *     table.c   CSV with headings: esxtop -b, also through relog; PowerCLI's Get-Stat; charts of
 *               vCenter; sadf -d
 *     blocks.c  blocks of names and values: virsh dommemstat, virsh domstats --balloon, KSM
 *     sar.c     sar -r
 *     json.c    lists of objects with a time: Proxmox's rrddata by pvesh
 *
 * A file is read as a whole when it is opened, plain or compressed: 24 bytes for each sample of the
 * metric. A sample that is missing or no number is left out and counted, a line that is no
 * statistic is passed over and counted.
 */
#ifndef TR_COUNTERS_H
#define TR_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/notes.h"

#define TR_COUNTERS_VMS_MOST 4096u

struct tr_counters;

struct tr_counters_options {
    const char *metric; /* "active", "size", "granted", "target", "used" or a counter's own name */
    /* Of a file that names several VMs, only this one; the name of the VM of a file that names
     * none. NULL: all of them; "vm". */
    const char *vm;
    /* "MB", "KiB", "bytes" or "pages": the unit of the metric's counter, if it is not a known one.
     * NULL: not given. */
    const char *unit;
};

/* Opens and reads the file; its format is found by content. The caller closes *out. SIM_BAD_DATA if
 * the file cannot be read, lacks the metric or the VM, or if the metric is no amount of memory; the
 * message then lists what is there. SIM_SYSTEM if memory is short. */
int tr_counters_open(const char *path, const struct tr_counters_options *options,
                     struct tr_counters **out, struct sim_error *error);
void tr_counters_close(struct tr_counters *counters); /* accepts NULL */

/* How many VMs have the metric, and their names. */
uint32_t tr_counters_vms(const struct tr_counters *counters);
const char *tr_counters_vm(const struct tr_counters *counters, uint32_t vm);
/* How many VMs, or groups of esxtop, have statistics, but not this metric. */
uint32_t tr_counters_left_out(const struct tr_counters *counters);
/* What was assumed, passed over and left out. */
const struct tr_notes *tr_counters_notes(const struct tr_counters *counters);

/* The next row, in order of time. True: *t_s is its time in seconds since the first one of the
 * file, mb[vm] the metric of each VM in MB, or NAN where the VM has no sample at this time. */
bool tr_counters_next(struct tr_counters *counters, double *t_s, double *mb);

#endif
