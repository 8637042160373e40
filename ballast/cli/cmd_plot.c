/*
 * `ballast plot`: draws the figures of those experiments that have runs in the database.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/report/figure.h"
#include "ballast/run/chosen.h"

#define DEFAULT_OUT "results"

struct plotting {
    struct results *db;
    const char *db_path, *out, *format;
    struct config_sets sets;
    uint32_t drawn;
};

/* `named` by the user: then it must be possible. Otherwise a figure without runs is passed over. */
static int figure_make(struct plotting *plotting, const char *name, bool named,
                       struct sim_error *error)
{
    struct figure figure;
    struct config_file *file;
    uint32_t runs;
    int status = figure_find(&figure, name, error);
    if (status != SIM_OK)
        return status;
    bool known = access(figure.script, R_OK) == 0;
    if (!known && named)
        return sim_error_set(error, SIM_USAGE,
                             "plot: expected the name of a figure with a script in plots/, "
                             "found '%s'",
                             name);
    if (!known)
        return SIM_OK;
    status = home_config_load(name, &file, error);
    if (status != SIM_OK)
        return status;
    status = chosen_make(plotting->db, file, &plotting->sets, &runs, error);
    config_file_free(file);
    if (status == SIM_OK && runs == 0 && named)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of %s, found none; `ballast run %s`",
                               plotting->db_path, name, name);
    if (status != SIM_OK || runs == 0)
        return status;
    char target[PATH_BYTES];
    snprintf(target, sizeof target, "%s/%s.%s", plotting->out, name, plotting->format);
    status = figure_draw(&figure, plotting->db, target, plotting->format, error);
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
                               "%s: expected finished runs of an experiment that has a figure, "
                               "found none",
                               plotting->db_path);
    return status;
}

static int plot(int argc, char **argv, struct sim_error *error)
{
    enum { DB = 1, FORMAT, SET };
    static const struct option options[] = {{"db", required_argument, NULL, DB},
                                            {"out", required_argument, NULL, 'o'},
                                            {"format", required_argument, NULL, FORMAT},
                                            {"set", required_argument, NULL, SET},
                                            {0}};
    struct plotting plotting = {.db_path = COMMAND_DEFAULT_DB, .out = DEFAULT_OUT, .format = "svg"};

    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (option == DB)
            plotting.db_path = optarg;
        else if (option == 'o')
            plotting.out = optarg;
        else if (option == FORMAT)
            plotting.format = optarg;
        else if (option != SET || config_sets_add(&plotting.sets, optarg, error) != SIM_OK)
            return SIM_USAGE;
    }
    if (strcmp(plotting.format, "svg") != 0 && strcmp(plotting.format, "png") != 0 &&
        strcmp(plotting.format, "pdf") != 0)
        return sim_error_set(error, SIM_USAGE, "--format: expected svg, png or pdf, found '%s'",
                             plotting.format);

    struct sim_error ignored;
    int status = results_open(plotting.db_path, RESULTS_READ, &plotting.db, error);
    if (status != SIM_OK)
        return status;
    status = figures_make(&plotting, argv + optind, (uint32_t)(argc - optind), error);
    int closed = results_close(plotting.db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

const struct command command_plot = {
    .name = "plot",
    .usage = "[FIGURE...] [--db FILE] [--out DIR] [--format svg|png|pdf] [--set key=value]...",
    .summary = "Draws figures with gnuplot",
    .details = "A figure has the name of its experiment. Without names: all that have runs.\n\n"
               "  --out DIR        where the files go, " DEFAULT_OUT " unless told\n"
               "  --set key=value  draw the runs that were made with the same --set\n\n"
               "  ballast plot fig7_idle_tax --format png --out /tmp\n",
    .run = plot,
};
