/*
 * `ballast plot`: draws the figures of those experiments that have runs in the database.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/report/figure.h"
#include "ballast/run/chosen.h"
#include "sim/nearest.h"

struct options {
    struct config_sets sets;
    const char *db, *out, *format;
};

struct plotting {
    const struct options *options;
    struct results *db;
    uint32_t drawn;
};

/* There is no figure of this name. */
static int refuse_figure(const char *name, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    struct sim_nearest nearest;
    struct figure figure;
    struct home_names all;
    int status = home_experiments(&all, error);
    if (status != SIM_OK)
        return status;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < all.count; i++)
        if (figure_find(&figure, all.names[i], error) == SIM_OK && access(figure.script, R_OK) == 0)
            sim_nearest_offer(&nearest, all.names[i]);
    status = sim_error_set(error, SIM_USAGE,
                           "plot: expected a figure, which is an experiment with a script in "
                           "plots/, found '%s'%s",
                           name, sim_nearest_hint(hint, nearest.best));
    home_names_fini(&all);
    return status;
}

/* Draws one figure. `named`: the user asked for it, so that its absence is an error; otherwise an
 * experiment without a figure or without runs is left out. */
static int figure_make(struct plotting *plotting, const char *name, bool named,
                       struct sim_error *error)
{
    const struct options *options = plotting->options;
    struct figure figure;
    struct config_file *file;
    uint32_t runs;
    int status = figure_find(&figure, name, error);
    if (status != SIM_OK)
        return status;
    bool known = access(figure.script, R_OK) == 0;
    if (!known && named)
        return refuse_figure(name, error);
    if (!known)
        return SIM_OK;
    status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    struct caption caption;
    status = chosen_make(plotting->db, file, &options->sets, &runs, error);
    if (status == SIM_OK && runs == 0 && named)
        status = chosen_refuse_none(options->db, name, &options->sets, error);
    if (status == SIM_OK && runs > 0)
        status = caption_make(plotting->db, file, &options->sets, &caption, error);
    config_file_free(file);
    if (status != SIM_OK || runs == 0)
        return status;
    char target[PATH_BYTES];
    snprintf(target, sizeof target, "%s/%s.%s", options->out, name, options->format);
    status = figure_draw(&figure, plotting->db, &caption, target, options->format, error);
    if (status != SIM_OK)
        return status;
    printf("%s\n", target);
    plotting->drawn++;
    return SIM_OK;
}

static int figures_make(struct plotting *plotting, char **names, uint32_t count,
                        struct sim_error *error)
{
    struct home_names all = {0};
    int status = count == 0 ? home_experiments(&all, error) : SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = figure_make(plotting, names[i], true, error);
    for (uint32_t i = 0; i < all.count && status == SIM_OK; i++)
        status = figure_make(plotting, all.names[i], false, error);
    home_names_fini(&all);
    if (status == SIM_OK && plotting->drawn == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of an experiment that has a figure, "
                               "found none",
                               plotting->options->db);
    return status;
}

static int plot(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct plotting plotting = {.options = options};
    struct sim_error ignored;
    int status = results_open(options->db, RESULTS_READ, &plotting.db, error);
    if (status != SIM_OK)
        return status;
    status = figures_make(&plotting, line->operands, line->count, error);
    int closed = results_close(plotting.db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

static const char *const formats[] = {"svg", "png", "pdf", NULL};

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    {.name = "out",
     .letter = 'o',
     .type = OPTION_FOLDER,
     .argument = "DIR",
     OPTION_IN(options, out),
     .fallback = "results",
     .help = "the folder for the files"},
    {.name = "format",
     .type = OPTION_WORD,
     OPTION_IN(options, format),
     .words = formats,
     .fallback = "svg",
     .help = "of the files"},
    COMMAND_ROW_SET(options, "draw the runs that were made with the same --set"),
};

const struct command command_plot = {
    .name = "plot",
    .operands = "[FIGURE...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Draws figures with gnuplot",
    .text = "A figure has the name of its experiment. Without names: all that have runs.\n",
    .examples = "  ballast plot fig7_idle_tax --format png --out /tmp\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = plot,
};
