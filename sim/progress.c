/* Progress on a terminal. The time that is left is estimated from the mean rate so far. */
#include "sim/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define RENEW_S 0.2

double sim_progress_wall_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void sim_progress_begin(struct sim_progress *progress, const char *label, double whole, bool quiet)
{
    *progress = (struct sim_progress){.whole = whole, .began_s = sim_progress_wall_s()};
    progress->shown = !quiet && isatty(STDERR_FILENO);
    progress->last_shown_s = progress->began_s;
    snprintf(progress->label, sizeof progress->label, "%s", label);
}

void sim_progress_update(struct sim_progress *progress, double done)
{
    if (!progress->shown || done <= 0)
        return;
    double now_s = sim_progress_wall_s();
    if (now_s - progress->last_shown_s < RENEW_S)
        return;
    progress->last_shown_s = now_s;
    double left_s = (now_s - progress->began_s) * (progress->whole / done - 1);
    fprintf(stderr, "\r\033[K%s  %3.0f%%  about %.0f s left", progress->label,
            100 * done / progress->whole, left_s);
    fflush(stderr);
}

void sim_progress_clear(struct sim_progress *progress)
{
    if (progress->shown)
        fprintf(stderr, "\r\033[K");
    progress->last_shown_s -= RENEW_S;
}

void sim_progress_end(struct sim_progress *progress)
{
    sim_progress_clear(progress);
    progress->shown = false;
}
