/*
 * What the formats of statistics share. Internal to this folder.
 */
#ifndef TR_COUNTERS_PARTS_H
#define TR_COUNTERS_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "traces/counters/counters.h"

#define COUNTERS_NAME_BYTES  64u  /* of a VM or a counter, the NUL included */
#define COUNTERS_FOUND_BYTES 700u /* of a list of counters for a message */

struct counters_vm {
    char name[COUNTERS_NAME_BYTES];
    uint32_t column; /* esxtop: where its metric stands in a row, from 0 */
};

/* One format. */
struct counters_format {
    /* Is this the first line of such a file? NULL: of any file. */
    bool (*recognises)(const char *first_line);
    /* Adds the VMs; the first line is in counters->line. 1; -1: `error` filled. */
    int (*begin)(struct tr_counters *counters, const char *vm, struct sim_error *error);
    /* As tr_counters_next(). */
    int (*next)(struct tr_counters *counters, double *t_s, double *mb, struct sim_error *error);
};
extern const struct counters_format counters_esxtop, counters_blocks;

struct tr_counters {
    const struct counters_format *format;
    char *path;
    FILE *file;
    char *line; /* the line that was read last, without its end */
    size_t line_room;
    uint64_t line_number;
    bool keeps_line; /* counters_next_line() gives the same line once more */
    char metric[COUNTERS_NAME_BYTES];
    struct counters_vm *vms;
    size_t vm_room;
    uint32_t vm_count;
    uint32_t groups; /* esxtop: groups with memory counters, VMs among them */
    bool has_first;  /* first_s is known */
    double first_s, last_s;
};

/* Sets the error "FILE:LINE: ..." for the line that was read last. Returns -1. */
int counters_fail(const struct tr_counters *counters, struct sim_error *error, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));
/* 1: counters->line is the next line; 0: the end of the file; -1. */
int counters_next_line(struct tr_counters *counters, struct sim_error *error);
/* A row of this time begins: *t_s is set. 1; -1: the time is not later than the row before. */
int counters_take_time(struct tr_counters *counters, double at_s, double *t_s,
                       struct sim_error *error);
int counters_add_vm(struct tr_counters *counters, const char *name, uint32_t column,
                    struct sim_error *error); /* 1 or -1 */
/* Adds a name to a list for a message, once, as long as there is room. */
void counters_list(char found[COUNTERS_FOUND_BYTES], const char *name);

#endif
