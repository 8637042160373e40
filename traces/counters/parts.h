/*
 * What the formats of statistics share. Internal to this folder.
 *
 * A format reads its file group by group: a group is what one VM's counters are at one time. It
 * hands each counter to counters_take() and ends the group; what the metric is made of, its unit,
 * which VMs are wanted and what is missing is decided here, alike for all formats.
 */
#ifndef TR_COUNTERS_PARTS_H
#define TR_COUNTERS_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "traces/counters/counters.h"
#include "traces/counters/units.h"
#include "traces/input.h"

#define COUNTERS_NAME_BYTES  64u  /* of a VM or a counter, the NUL included */
#define COUNTERS_FOUND_BYTES 700u /* of a list of counters for a message */
#define COUNTERS_PAIRS_MOST  128u /* in a group; esxtop has about 60 for memory */

struct counters_vm {
    char name[COUNTERS_NAME_BYTES];
    bool has_metric, has_time;
    double last_s; /* of its group that was read last */
};

struct counters_pair {
    char name[COUNTERS_NAME_BYTES];
    double value;
    enum counters_unit unit;
};

struct counters_sample {
    double at_s, mb;
    uint32_t vm, order; /* in the file */
};

/* How a file writes dates and numbers. A zeroed struct knows nothing yet. What was shown by a text
 * that can be read in one way only holds for the whole file. */
struct counters_style {
    bool day_first, month_first;       /* of dates with / or - */
    bool comma_is_point, comma_groups; /* of numbers: 12,5 and 1,048,576 */
    bool has_guessed_month;            /* a date was read with the month first without need */
    bool has_guessed_comma, has_guessed_point; /* as in 1,048 and 1.048 */
    bool contradicted; /* something that was shown later makes a guess wrong */
};

/* One format. */
struct counters_format {
    bool (*recognises)(const char *text); /* the first bytes of the file; NULL: any */
    /* Reads all of the file, from its first line on. 1; -1: `error` filled. */
    int (*read)(struct tr_counters *counters, struct sim_error *error);
};
extern const struct counters_format counters_table, counters_blocks, counters_sar, counters_json;

struct tr_counters {
    char *path;
    struct tr_input *input;
    char *line; /* the line that was read last, without its end */
    size_t line_room;
    uint64_t line_number;
    char metric[COUNTERS_NAME_BYTES];
    char vm[COUNTERS_NAME_BYTES]; /* empty: not given */
    enum counters_unit unit;      /* that the user gave */
    struct counters_style style;
    bool any_order;     /* of times: set by a format whose rows need not rise */
    bool one_per_group; /* a group has one counter only, so that others are not missing there */
    struct tr_notes notes;

    struct counters_vm *vms;
    size_t vm_room;
    uint32_t vm_count;
    uint32_t expected_vm; /* the next group is probably of this one, modulo vm_count */
    struct counters_pair pairs[COUNTERS_PAIRS_MOST]; /* of the present group */
    uint32_t pair_count;
    struct counters_sample *samples;
    size_t sample_room;
    uint32_t sample_count, next;
    uint32_t *columns; /* the rank of each VM among those that have the metric */
    uint32_t column_count;
    bool has_first; /* first_s is known */
    double first_s;
    const char *refusal;                  /* of what the file seems to be; NULL: not known */
    char found[COUNTERS_FOUND_BYTES];     /* counters of the file, for messages */
    char found_vms[COUNTERS_FOUND_BYTES]; /* VMs of the file */
};

/* Sets the error "FILE:LINE: ..." for the line that was read last. Returns -1. */
int counters_fail(const struct tr_counters *counters, struct sim_error *error, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));
/* 1: counters->line is the next line; 0: the end of the file; -1. */
int counters_next_line(struct tr_counters *counters, struct sim_error *error);

/* Does the metric need this counter? A format may leave out what it does not need. */
bool counters_needs(struct tr_counters *counters, const char *counter);
/* Adds a name to a list for messages, once, as long as there is room. */
void counters_list(char found[COUNTERS_FOUND_BYTES], const char *name);
/* Notes a VM that the file names, whether or not it will have the metric. 1 or -1. */
int counters_see_vm(struct tr_counters *counters, const char *vm, struct sim_error *error);
/* Adds a counter to the present group. `unit` is UNIT_UNKNOWN unless the file says it. A value of
 * NAN is missing. The first of two of one name counts. */
void counters_take(struct tr_counters *counters, const char *name, double value,
                   enum counters_unit unit);
bool counters_has(const struct tr_counters *counters, const char *name);
/* Ends the group, which is of this VM (NULL: the file names none) at this time. 1 or -1. */
int counters_end_group(struct tr_counters *counters, const char *vm, double at_s,
                       struct sim_error *error);

/* refused.c: what the file is, and what to record in its place, if its beginning is known but not
 * read; else NULL. */
const char *counters_refusal(const char *text, size_t count);

/* ---- Texts (text.c) ---------------------------------------------------------------------- */

/* Seconds of a time: since 1970 as a number (also in ms, us or ns), or a date such as 11/23/2026
 * 22:10:05.123, 23.11.2026 22:10, 2026-11-23T22:10:05Z, Nov 23, 2026, 10:10:05 PM. False: it is
 * none. */
bool counters_time(const char *text, struct counters_style *style, double *at_s);
/* Seconds since midnight of a time of day such as "22:10:05.123" or "10:10 PM". */
bool counters_clock(const char *text, double *seconds);

/* Times of day in their order; a zeroed struct is at the first midnight. */
struct counters_day {
    double midnight_s, last_s;
};
/* The time, from the first midnight on: a time of day that falls by hours is one of the next day.
 */
double counters_day_time(struct counters_day *day, double clock_s);

/* A whole text as a number, with a point or a comma, and with groups of three digits. NAN: it is
 * none. */
double counters_number(const char *text, struct counters_style *style);
/* Ends the next field of a line with a NUL and returns it without its quotes. NULL: there is no
 * further field, or its closing quote is missing. */
char *counters_field(char **rest, char delimiter);

#endif
