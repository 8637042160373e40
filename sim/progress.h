/*
 * One line on the terminal that says how far long work is and how long it will still take. Silent
 * where standard error is not a terminal.
 */
#ifndef SIM_PROGRESS_H
#define SIM_PROGRESS_H

#include <stdbool.h>

struct sim_progress {
    bool shown;
    char label[80];
    double whole;        /* amount of work */
    double began_s;      /* wall clock */
    double last_shown_s; /* wall clock */
};

/* `whole` is the amount of work, in any unit. */
void sim_progress_begin(struct sim_progress *progress, const char *label, double whole, bool quiet);
void sim_progress_update(struct sim_progress *progress, double done);
double sim_progress_wall_s(void); /* the wall clock, for those who show something now and then */
void sim_progress_clear(
    struct sim_progress *progress);                   /* before a line of text; shown again later */
void sim_progress_end(struct sim_progress *progress); /* clears the line */

#endif
