/*
 * `ballast compare`: two variants, governors, experiments or databases against each other.
 */
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/compare_options.h"

struct options {
    const char *db;
    bool paired, independent;
    struct compare_options shared;
};

static int request_make(const struct options *options, const struct command_line *line,
                        struct comparison_request *request, struct sim_error *error)
{
    if (options->paired && options->independent)
        return sim_error_set(error, SIM_USAGE,
                             "compare: expected --paired or --independent, found both");
    request->method = options->paired        ? COMPARISON_PAIRED
                      : options->independent ? COMPARISON_WELCH
                                             : COMPARISON_AUTO;
    compare_request_fill(&options->shared, request);
    int status = comparison_side_parse(line->operands[0], options->db, NULL, &request->a, error);
    if (status == SIM_OK)
        status =
            comparison_side_parse(line->operands[1], options->db, &request->a, &request->b, error);
    return status;
}

static int compare(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct comparison_request request = {0};
    struct comparison comparison;
    int status = request_make(options, line, &request, error);
    if (status != SIM_OK)
        return status;
    status = comparison_make(&request, &comparison, error);
    if (status == SIM_OK)
        status = compare_tell("compare", &options->shared, &comparison, error);
    comparison_fini(&comparison);
    return status;
}

static const struct option_row rows[] = {
    {.name = "paired",
     .type = OPTION_FLAG,
     OPTION_IN(options, paired),
     .help =
         "compare runs with the same seed, pair by pair; this is so unless seeds or VMs differ"},
    {.name = "independent",
     .type = OPTION_FLAG,
     OPTION_IN(options, independent),
     .help = "compare means of independent runs, by Welch"},
    COMMAND_ROW_DB(options),
};

static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows), COMPARE_OPTION_GROUP(options), {0}};

const struct command command_compare = {
    .name = "compare",
    .operands = "A B",
    .least = 2,
    .most = 2,
    .expected = "two sides, A and B",
    .summary = "Compares two variants, experiments or databases",
    .text = "A and B are each EXPERIMENT, EXPERIMENT:VARIANT, FILE.db, FILE.db:EXPERIMENT or\n"
            "FILE.db:EXPERIMENT:VARIANT; a FILE.yaml stands for its experiment. B may be :VARIANT, "
            "of A's\n"
            "experiment. `X:` is the variant of X that has no name. Variants are matched by name, "
            "unless\n"
            "each side has one.\n\n"
            "Each row is a metric of a VM or the host: the difference of the means of A and B with "
            "its 95%\n"
            "interval, and the change in percent of A. What differs most comes first. A row with ~ "
            "is not\n"
            "told apart: the interval includes zero. From 100 columns on, in JSON and in CSV there "
            "is also\n"
            "the effect: the difference in standard deviations of one run.\n\n"
            "With --tolerance the exit status is 1 where a metric is told apart and beyond it.\n",
    .examples = "  ballast compare fig4_sharing:vms=10 :vms=10,sharing=off\n"
                "  ballast compare fig7_idle_tax: :policy.idle_tax=0.25\n"
                "  ballast compare fig7_idle_tax: :policy.governor=static --only throughput\n"
                "  ballast compare before.db after.db --tolerance 5%\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = compare,
};
