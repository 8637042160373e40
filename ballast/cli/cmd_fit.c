/*
 * `ballast fit`: how many VMs fit, or how much memory is needed, under conditions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/config/home.h"
#include "ballast/report/fitted.h"
#include "sim/csv.h"
#include "sim/quantity_read.h"

struct untils {
    struct condition at[FIT_CONDITIONS_MOST]; /* the first is admission */
    uint32_t count;
};

struct inputs {
    struct fit_input at[FIT_INPUTS_MOST];
    uint32_t count;
};

struct options {
    const char *vary, *variant, *worst, *db, *more;
    struct untils untils;
    struct inputs inputs;
    double confidence;
    uint32_t least, most, jobs; /* jobs 0: not given */
    struct sweep_limits limits;
    struct config_sets sets;
    int form;
    bool tornado, quiet;
};

/* ---- Options that read their own values -------------------------------------------------- */

static int take_until(const char *text, void *field, struct sim_error *error)
{
    struct untils *untils = field;
    if (untils->count == 0)
        untils->at[untils->count++] = condition_of_admission();
    if (untils->count == FIT_CONDITIONS_MOST)
        return sim_error_set(error, SIM_USAGE, "--until: expected at most %u of them, found more",
                             FIT_CONDITIONS_MOST - 1);
    return condition_parse(text, &untils->at[untils->count++], error);
}

static int take_input(const char *text, void *field, struct sim_error *error)
{
    struct inputs *inputs = field;
    if (inputs->count == FIT_INPUTS_MOST)
        return sim_error_set(error, SIM_USAGE, "--input: expected at most %u of them, found more",
                             FIT_INPUTS_MOST);
    return fit_input_parse(text, &inputs->at[inputs->count++], error);
}

static int take_confidence(const char *text, void *field, struct sim_error *error)
{
    double *confidence = field;
    if (sim_quantity_read(text, "fraction", confidence) != SIM_QUANTITY_OK ||
        !(*confidence >= 0.5 && *confidence <= 0.9999))
        return sim_error_set(error, SIM_USAGE, "--confidence: expected 50%% to 99.99%%, found '%s'",
                             text);
    return SIM_OK;
}

/* ---- Inputs and their ranges ------------------------------------------------------------- */

/* Those of the project, where the user names none. */
static int inputs_load(struct inputs *inputs, struct sim_error *error)
{
    char path[PATH_BYTES];
    struct sim_csv csv;
    uint32_t key, low, high;
    int status = home_path(path, "experiments/presets/inputs.csv", error);
    if (status == SIM_OK)
        status = sim_csv_read(&csv, path, error);
    if (status != SIM_OK)
        return status;
    status = sim_csv_column(&csv, "key", &key, error);
    if (status == SIM_OK)
        status = sim_csv_column(&csv, "low", &low, error);
    if (status == SIM_OK)
        status = sim_csv_column(&csv, "high", &high, error);
    for (uint32_t i = 0; status == SIM_OK && i < csv.rows; i++) {
        char text[300];
        snprintf(text, sizeof text, "%s=%s,%s", sim_csv_field(&csv, i, key),
                 sim_csv_field(&csv, i, low), sim_csv_field(&csv, i, high));
        status = take_input(text, inputs, error);
    }
    sim_csv_fini(&csv);
    return status;
}

static const struct fit_answer *sorted_answer; /* qsort() has no context */

static int by_span(const void *a, const void *b)
{
    uint32_t first = fit_input_span(a, sorted_answer), second = fit_input_span(b, sorted_answer);
    return (first < second) - (first > second);
}

static int inputs_find(const struct fit_request *request, const struct fit_answer *answer,
                       struct inputs *inputs, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t i = 0; i < inputs->count && status == SIM_OK; i++)
        status = fit_input_find(request, answer, &inputs->at[i], error);
    sorted_answer = answer;
    if (status == SIM_OK)
        qsort(inputs->at, inputs->count, sizeof *inputs->at, by_span);
    return status;
}

/* ---- The command ------------------------------------------------------------------------- */

static void tell(void *context, const struct fit_point *point)
{
    fitted_print_point(context, point, stderr);
}

static int answer_print(const struct options *options, struct fit_request *request,
                        struct inputs *inputs, struct sim_error *error)
{
    struct fit_answer answer;
    uint32_t next;
    int status = fit_find(request, &answer, error);
    if (status != SIM_OK)
        return status;
    struct fitted fitted = {.request = request, .answer = &answer, .inputs = inputs->at};
    if (fit_next(&answer, &next) && strcmp(options->more, "none") != 0 &&
        strcmp(options->more, request->axis->key) != 0)
        status = fit_more_find(request, &answer, options->more, &fitted.more, error);
    if (status == SIM_OK)
        status = inputs_find(request, &answer, inputs, error);
    fitted.input_count = inputs->count;
    if (status == SIM_OK && options->form == SIM_LISTING_JSON)
        fitted_print_json(&fitted, stdout);
    else if (status == SIM_OK)
        fitted_print(&fitted, stdout);
    if (status == SIM_OK && answer.none)
        status = sim_error_set(error, SIM_FAILED,
                               "fit: expected a value of %s that meets the conditions, found none",
                               request->axis->key);
    fit_answer_fini(&answer);
    return status;
}

static int variant_find(const struct config_file *file, const char *name, uint32_t *variant,
                        struct sim_error *error)
{
    for (*variant = 0; *variant < config_file_variant_count(file); ++*variant)
        if (name == NULL || strcmp(config_file_variant_name(file, *variant), name) == 0)
            return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "--variant: expected a variant of the file, found '%s'",
                         name);
}

static uint32_t cpus(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (uint32_t)count : 1;
}

static int file_fit(const struct options *options, const struct config_file *file,
                    struct inputs *inputs, struct sim_error *error)
{
    struct sweep_axis axis;
    bool is_told = !options->quiet && options->form == SIM_LISTING_TABLE && isatty(STDERR_FILENO);
    const struct sweep_options how = {.db = options->db,
                                      .jobs = options->jobs > 0 ? options->jobs : cpus(),
                                      .shards = 1,
                                      .quiet = options->quiet,
                                      .no_lines = true,
                                      .limits = options->limits};
    struct fit_request request = {.file = file,
                                  .sets = &options->sets,
                                  .worst = options->worst,
                                  .axis = &axis,
                                  .conditions = options->untils.at,
                                  .condition_count = options->untils.count,
                                  .confidence = options->confidence,
                                  .seeds_least = options->least,
                                  .seeds_most = options->most,
                                  .how = &how,
                                  .tell = is_told ? tell : NULL};
    request.context = &request;
    int status = variant_find(file, options->variant, &request.variant, error);
    if (status == SIM_OK) {
        status = sweep_axis_make("--vary", options->vary, &axis, error);
        if (status == SIM_OK)
            status = answer_print(options, &request, inputs, error);
        sweep_axis_fini(&axis);
    }
    return status;
}

static int fit(void *values, const struct command_line *line, struct sim_error *error)
{
    struct options *options = values;
    struct config_file *file;
    if (options->vary == NULL)
        return sim_error_set(error, SIM_USAGE, "fit: expected --vary KEY=A:B, found none");
    if (options->untils.count == 0)
        return sim_error_set(error, SIM_USAGE,
                             "fit: expected --until 'METRIC < VALUE', found none");
    if (options->most < options->least)
        return sim_error_set(error, SIM_USAGE, "--most: expected at least --least (%u), found %u",
                             options->least, options->most);
    int status = home_config_load(line->operands[0], &file, error);
    if (status != SIM_OK)
        return status;
    if (options->tornado && options->inputs.count == 0)
        status = inputs_load(&options->inputs, error);
    if (status == SIM_OK)
        status = file_fit(options, file, &options->inputs, error);
    config_file_free(file);
    return status;
}

static void put_worst_cases(FILE *out)
{
    fprintf(out, "\nWorst cases:\n");
    for (const struct config_worst *worst = config_worst_list; worst->name != NULL; worst++)
        fprintf(out, "  %-14s %s\n", worst->name, worst->help);
}

static const struct option_row rows[] = {
    {.name = "vary",
     .type = OPTION_TEXT,
     .argument = "KEY=A:B",
     OPTION_IN(options, vary),
     .help = "the values to search, in rising or falling order; any number that --set takes, such "
             "as count.web=1:64 or machine.memory_mb=512:8192:64"},
    {.name = "until",
     .type = OPTION_OTHER,
     .argument = "CONDITION",
     OPTION_IN(options, untils),
     .take = take_until,
     .help = "what must hold, such as 'stalled < 1%'; may be given several times"},
    {.name = "confidence",
     .type = OPTION_OTHER,
     .argument = "PERCENT",
     OPTION_IN(options, confidence),
     .take = take_confidence,
     .fallback = "95%",
     .help = "of the intervals that decide"},
    {.name = "worst",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(options, worst),
     .help = "under this worst case"},
    {.name = "more",
     .type = OPTION_TEXT,
     .argument = "KEY",
     OPTION_IN(options, more),
     .fallback = "machine.memory_mb",
     .help = "how much more of this would make the next value fit; none: do not ask"},
    {.name = "tornado",
     .type = OPTION_FLAG,
     OPTION_IN(options, tornado),
     .help = "how far inputs move the answer: those of experiments/presets/inputs.csv"},
    {.name = "input",
     .type = OPTION_OTHER,
     .argument = "KEY=LOW,HIGH",
     OPTION_IN(options, inputs),
     .take = take_input,
     .help = "an input for the tornado instead of those; x2 is twice the present value; may be "
             "given several times"},
    {.name = "least",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, least),
     .least = 2,
     .most = 1000,
     .fallback = "3",
     .help = "seeds of each value at the start"},
    {.name = "most",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, most),
     .least = 2,
     .most = 10000,
     .fallback = "20",
     .help = "seeds of a value at most, while its verdict is not decided"},
    COMMAND_ROW_SET(options, "change what the file says, for all runs"),
    COMMAND_ROW_VARIANT(options, "this one of the experiment's variants; the first unless given"),
    {.name = "jobs",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, jobs),
     .least = 1,
     .most = 1000,
     .help = "runs at once; as many as there are CPUs unless given"},
    COMMAND_ROW_DB(options),
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_QUIET(options),
};

const struct command command_fit = {
    .name = "fit",
    .operands = "EXPERIMENT|FILE.yaml",
    .least = 1,
    .most = 1,
    .expected = "one experiment or FILE.yaml",
    .summary = "Finds how many VMs fit, or how much memory is needed",
    .text =
        "Searches the values of one key by bisection for the last one at which all conditions\n"
        "hold, and says what binds and what one more would take. A condition is METRIC < VALUE\n"
        "(or <=, >, >=), METRIC one of `ballast params --metrics`, its unit may be left out. A\n"
        "value has a unit, or is in percent of the run's time or of the configured memory.\n"
        "METRIC.loss is what a VM lost against running alone, host.METRIC the host's. A\n"
        "condition must hold for every VM; with 'at p95', for 95% of them. That no VM is\n"
        "refused is always a condition. Runs are made until the interval over seeds decides,\n"
        "and are kept in the database: a second fit uses them again.\n",
    .lists = put_worst_cases,
    .examples =
        "  ballast fit host.yaml --vary count.web=1:64 --until 'stalled < 1%'\n"
        "  ballast fit host.yaml --vary count.web=1:64 --until 'throughput.loss < 5% at p95'\n"
        "  ballast fit host.yaml --vary machine.memory_mb=1GB:8GB:256MB --until 'stalled < 30s'\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = fit,
};
