/*
 * `ballast show`: what runs came to, for people.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/cli/metrics_list.h"
#include "ballast/config/home.h"
#include "ballast/report/show.h"
#include "sim/paragraph.h"

struct options {
    const char *variant, *vm, *db;
    uint64_t seed;
    bool one_seed;
    double at_s;
    bool at_moment, metrics;
    int form; /* enum sim_listing_form */
};

static int experiment_show(const struct options *options, struct results *db,
                           const char *experiment, struct sim_error *error)
{
    const struct show_request request = {
        .experiment = experiment,
        .part = {options->variant, options->one_seed ? &options->seed : NULL},
        .vm = options->vm,
        .at_s = options->at_moment ? options->at_s : NAN};
    struct show show;
    int status = show_make(db, options->db, &request, &show, error);
    if (status == SIM_OK && options->form == SIM_LISTING_TABLE)
        show_print(&show, sim_paragraph_columns(stdout), stdout);
    else if (status == SIM_OK)
        show_list(&show, (enum sim_listing_form)options->form, stdout);
    show_fini(&show);
    return status;
}

/* Without an operand: what there is, and the one experiment, where there is one. */
static int all_show(const struct options *options, struct results *db, struct sim_error *error)
{
    struct show_contents contents;
    bool is_table = options->form == SIM_LISTING_TABLE;
    int status = show_contents_read(db, &contents, error);
    if (status == SIM_OK && contents.count == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected runs, found none; `ballast run EXPERIMENT` makes some",
                               options->db);
    if (status == SIM_OK && (is_table || contents.count > 1))
        show_contents_print(&contents, (enum sim_listing_form)options->form, stdout);
    if (status == SIM_OK && is_table)
        printf("\n");
    if (status == SIM_OK && contents.count > 1 && is_table)
        printf("`ballast show EXPERIMENT` shows one of them.\n");
    if (status == SIM_OK && contents.count == 1)
        status = experiment_show(options, db, contents.at[0].experiment, error);
    show_contents_fini(&contents);
    return status;
}

static int db_show(const struct options *options, const struct command_line *line,
                   struct results *db, struct sim_error *error)
{
    char name[CONFIG_NAME_BYTES];
    if (line->count == 0)
        return all_show(options, db, error);
    int status = chosen_experiment(db, line->operands[0], name, error);
    return status == SIM_OK ? experiment_show(options, db, name, error) : status;
}

static int show_command(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct results *db;
    struct sim_error ignored;
    if (options->metrics) {
        if (options->form == SIM_LISTING_TABLE)
            metrics_list_explain(sim_paragraph_columns(stdout), stdout);
        else
            metrics_list_print((enum sim_listing_form)options->form);
        return SIM_OK;
    }
    int status = results_open(options->db, RESULTS_READ, &db, error);
    if (status != SIM_OK)
        return status;
    status = db_show(options, line, db, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

static const struct option_row rows[] = {
    COMMAND_ROW_VARIANT(options, "only this variant, in full"),
    COMMAND_ROW_SEED(options, "only the run with this seed"),
    {.name = "vm",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(options, vm),
     .help = "only this VM"},
    {.name = "at",
     .type = OPTION_SECONDS,
     .argument = "T",
     OPTION_IN(options, at_s),
     OPTION_GIVEN(options, at_moment),
     .most_s = 1e9,
     .help = "the values at this time, in seconds from the start of the run"},
    {.name = "metrics",
     .type = OPTION_FLAG,
     OPTION_IN(options, metrics),
     .help = "explain every metric"},
    COMMAND_ROW_DB(options),
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_CSV(options),
};

const struct command command_show = {
    .name = "show",
    .operands = "[EXPERIMENT|FILE.yaml]",
    .most = 1,
    .expected = "one experiment or FILE.yaml, or none",
    .summary = "Shows what runs came to",
    .text =
        "One variant in full: for each VM and the host the mean, peak and last value of memory "
        "and\n"
        "work, what they came to over the run, and what went wrong. The means are over runs, with\n"
        "half of their 95% interval by Student's t. Several variants have a line each.\n"
        "Without an experiment: what the database holds. `earlier` counts runs of another\n"
        "configuration than their variant ran with last; they are shown nowhere else.\n\n"
        "Throughput is also told as what a VM loses against running alone, where the database has\n"
        "runs of `ballast run --alone`.\n",
    .examples = "  ballast show fig7_idle_tax\n"
                "  ballast show fig7_idle_tax --vm linux --at 1800\n"
                "  ballast show fig4_sharing --variant vms=10 --csv\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = show_command,
};
