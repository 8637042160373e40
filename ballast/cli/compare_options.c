/*
 * What `compare` and `diff` share: rows of options, and what they print.
 */
#include "ballast/cli/compare_options.h"

#include <assert.h>
#include <stdio.h>

#include "ballast/cli/command.h"
#include "sim/paragraph.h"

static int take_only(const char *text, void *field, struct sim_error *error)
{
    struct compare_only *only = field;
    if (only->count == COMPARISON_ONLY_MOST)
        return sim_error_set(error, SIM_USAGE, "--only: expected at most %u metrics, found more",
                             COMPARISON_ONLY_MOST);
    only->at[only->count++] = text;
    return SIM_OK;
}

static int take_tolerance(const char *text, void *field, struct sim_error *error)
{
    return tolerances_add(field, text, error);
}

static int take_tolerance_file(const char *path, void *field, struct sim_error *error)
{
    return tolerances_read(field, path, error);
}

const struct option_row compare_option_rows[COMPARE_OPTIONS] = {
    {.name = "only",
     .type = OPTION_OTHER,
     .argument = "METRIC",
     OPTION_IN(compare_options, only),
     .take = take_only,
     .help = "only this metric; may be given several times"},
    {.name = "tolerance",
     .type = OPTION_OTHER,
     .argument = "5%|0.5|METRIC=5%",
     OPTION_IN(compare_options, tolerances),
     .take = take_tolerance,
     .help = "how far B may be from A: a part of A or an amount in the metric's unit, for all "
             "metrics or for one; may be given several times"},
    {.name = "tolerances",
     .type = OPTION_OTHER,
     .argument = "FILE.csv",
     OPTION_IN(compare_options, tolerances),
     .take = take_tolerance_file,
     .help = "the same from a file with the columns metric and tolerance; the metric * is all "
             "others"},
    {.name = "all",
     .type = OPTION_FLAG,
     OPTION_IN(compare_options, all),
     .help = "print what is equal or usually left out, too"},
    COMMAND_ROW_JSON(compare_options),
    COMMAND_ROW_CSV(compare_options),
};

void compare_request_fill(const struct compare_options *options, struct comparison_request *request)
{
    for (uint32_t i = 0; i < options->only.count; i++)
        request->only[i] = options->only.at[i];
    request->only_count = options->only.count;
    request->tolerances = &options->tolerances;
}

int compare_tell(const char *command, const struct compare_options *options,
                 const struct comparison *comparison, struct sim_error *error)
{
    uint32_t beyond = comparison_beyond(comparison);
    uint32_t lone =
        comparison->request.exact ? comparison->missing_count + comparison->added_count : 0;
    if (options->form == SIM_LISTING_TABLE)
        comparison_print(comparison, options->all, sim_paragraph_columns(stdout), stdout);
    else
        comparison_list(comparison, (enum sim_listing_form)options->form, stdout);
    if (beyond + lone + comparison->unlike_count == 0)
        return SIM_OK;
    if (comparison->request.exact)
        return sim_error_set(error, SIM_FAILED,
                             "%s: expected the same runs on both sides and every number within its "
                             "tolerance, found %u runs or variants on one side alone, %u numbers "
                             "beyond and %u runs unlike",
                             command, lone, beyond, comparison->unlike_count);
    return sim_error_set(error, SIM_FAILED,
                         "%s: expected every number within its tolerance, found %u of %u beyond",
                         command, beyond, comparison->count);
}
