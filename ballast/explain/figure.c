/*
 * Draws the figure of a run's decisions.
 */
#include "ballast/explain/figure.h"

#include <inttypes.h>
#include <stdio.h>

#include "ballast/report/choice.h"

int explain_figure_draw(struct results *db, const struct explain_run *run, const char *target,
                        struct sim_error *error)
{
    const char *format = figure_format(target);
    struct figure figure = {.kind = FIGURE_RUN};
    struct caption *caption = &figure.caption;
    char number[24];
    const char *run_id = number;
    if (format == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "--plot: expected a file that ends in .svg, .png or .pdf, found '%s'",
                             target);
    snprintf(number, sizeof number, "%" PRId64, run->run_id);
    snprintf(caption->seed, sizeof caption->seed, "%s", run->seed);
    snprintf(caption->runs, sizeof caption->runs, "%s%s%.300s, seed %s, governor %s",
             run->experiment, *run->variant != '\0' ? ", " : "", run->variant, run->seed,
             run->governor);
    int status = figure_shared(&figure, "explain", error);
    if (status == SIM_OK)
        status = results_query(db, "DELETE FROM chosen WHERE run_id <> CAST(?1 AS INTEGER)",
                               &run_id, 1, NULL, NULL, error);
    return status == SIM_OK ? figure_draw(&figure, db, target, format, error) : status;
}
