/*
 * A line on the terminal that shows how much of a long work is done and how long the rest will
 * take. Nothing is shown if standard error is not a terminal.
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

/* `whole` is the amount of work in any unit. Nothing is shown if `quiet`. */
void sim_progress_begin(struct sim_progress *progress, const char *label, double whole, bool quiet);
void sim_progress_update(struct sim_progress *progress, double done);
double sim_progress_wall_s(void); /* the wall clock in seconds */
void sim_progress_clear(
    struct sim_progress *progress); /* clears the line before other text; it comes back later */
void sim_progress_end(struct sim_progress *progress); /* clears the line */

#endif
