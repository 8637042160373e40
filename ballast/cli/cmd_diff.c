/*
 * `ballast diff`: a database against a baseline, run by run, for regression tests.
 */
#include <stdio.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/cli/compare_options.h"
#include "sim/file.h"

struct options {
    bool update;
    struct compare_options shared;
};

/* From now on OLD.db is NEW.db. */
static int baseline_make(const struct options *options, const char *old, const char *new,
                         struct sim_error *error)
{
    struct results *db;
    int status = results_open(new, RESULTS_READ, &db, error);
    if (status == SIM_OK)
        status = results_close(db, error);
    if (status == SIM_OK)
        status = sim_file_replace(old, new, error);
    if (status == SIM_OK && options->shared.form == SIM_LISTING_TABLE)
        printf("%s is now a copy of %s\n", old, new);
    return status;
}

static int diff(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    const char *old = line->operands[0], *new = line->operands[1];
    struct comparison_request request = {.exact = true};
    struct comparison comparison;
    if (options->update && access(old, F_OK) != 0)
        return baseline_make(options, old, new, error);
    snprintf(request.a.db, sizeof request.a.db, "%s", old);
    snprintf(request.b.db, sizeof request.b.db, "%s", new);
    compare_request_fill(&options->shared, &request);
    int status = comparison_make(&request, &comparison, error);
    if (status == SIM_OK)
        status = compare_tell("diff", &options->shared, &comparison, error);
    comparison_fini(&comparison);
    if (!options->update || (status != SIM_OK && status != SIM_FAILED))
        return status;
    return baseline_make(options, old, new, error);
}

static const struct option_row rows[] = {
    {.name = "update",
     .type = OPTION_FLAG,
     OPTION_IN(options, update),
     .help = "after the comparison make OLD.db a copy of NEW.db; the exit status is 0 then"},
};

static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows), COMPARE_OPTION_GROUP(options), {0}};

const struct command command_diff = {
    .name = "diff",
    .operands = "OLD.db NEW.db",
    .least = 2,
    .most = 2,
    .expected = "OLD.db and NEW.db",
    .summary = "Compares a database with a baseline, run by run",
    .text =
        "For regression tests. Runs are matched by experiment, variant, seed and replicate. Every\n"
        "mean, least, peak and last of the samples and every result must be equal, or within the\n"
        "tolerance that is given. Without a tolerance all samples, events and decisions must be "
        "equal\n"
        "too: their checksums are compared. The exit status is 1 where a number is beyond its\n"
        "tolerance, or where one side has runs or variants that the other has not; they are "
        "named.\n\n"
        "The same program gives the same numbers, on any machine with the same libm.\n",
    .examples = "  ballast diff baseline.db results/ballast.db\n"
                "  ballast diff baseline.db new.db --tolerance 1% --tolerance stalled_s=0.5\n"
                "  ballast diff baseline.db new.db --update\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = diff,
};
