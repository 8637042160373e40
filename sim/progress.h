/*
 * How far a run has come and how long it will take, on one line of a terminal that is overwritten
 * in place. Silent where stderr is not a terminal.
 */
#ifndef SIM_PROGRESS_H
#define SIM_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct sim_progress {
    const char *label;
    double end_s;
    uint32_t run, runs;
    bool shown;
    double begun_wall_s, updated_wall_s;
};

/* `label` must live until the end; `end_s` is the simulated end of this run, number `run` (from 1)
 * of `runs`. */
void sim_progress_begin(struct sim_progress *progress, const char *label, double end_s,
                        uint32_t run, uint32_t runs, bool quiet);
/* May be called as often as one likes: it writes at most five times a second. */
void sim_progress_update(struct sim_progress *progress, double now_s);
/* Clears the line. */
void sim_progress_end(struct sim_progress *progress);

/* The line's text: "fig7_idle_tax 2/5  1234 of 3600 s  34%  12 s left". */
void sim_progress_format(const struct sim_progress *progress, double now_s, double elapsed_s,
                         char *line, unsigned bytes);

#endif
