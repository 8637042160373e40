/*
 * `ballast replay`: page replacement over a recording, as cache simulators do it.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/reader_notes.h"
#include "ballast/cli/trace.h"
#include "ballast/replay/print.h"
#include "ballast/replay/run.h"
#include "ballast/replay/store.h"
#include "ballast/report/figure.h"
#include "sim/quantity_read.h"

#define DEFAULT_MEMORY "10%,50%"

struct options {
    int form; /* enum sim_listing_form */
    bool curve;
    const char *memory, *policy, *estimate, *db, *plot;
    double rate;
    uint32_t points, sample_pages;
    uint64_t seed;
    struct tr_source_options reading;
};

static void print_notes(const struct replay_trace *trace)
{
    struct tr_notes notes;
    replay_trace_notes(trace, &notes);
    reader_notes_print(replay_trace_path(trace), &notes);
}

/* Where results go: a file, or memory where only a figure is made of them; NULL: nowhere. */
static int open_results(const struct options *options, struct results **db, struct sim_error *error)
{
    *db = NULL;
    if (options->plot != NULL && figure_format(options->plot) == NULL)
        return sim_error_set(error, SIM_USAGE,
                             "--plot: expected a file that ends in .svg, .png or .pdf, found '%s'",
                             options->plot);
    if (options->db != NULL)
        return results_open(options->db, RESULTS_WRITE, db, error);
    return options->plot != NULL ? results_open("replay", RESULTS_MEMORY, db, error) : SIM_OK;
}

/* `stored` is the status of what was stored in `db`, which is closed in any case. */
static int close_results(const struct options *options, const struct replay_trace *trace,
                         struct results *db, int stored, struct sim_error *error)
{
    if (stored == SIM_OK && options->plot != NULL)
        stored = replay_figure_draw(db, trace, options->plot, error);
    int status = results_close(db, stored == SIM_OK ? error : NULL);
    return stored == SIM_OK ? status : stored;
}

static int run_policies(const struct options *options, struct replay_trace *trace,
                        struct results *db, struct sim_progress *progress, struct sim_error *error)
{
    struct replay_run run = {.seed = options->seed};
    const char *sizes = options->memory != NULL ? options->memory : DEFAULT_MEMORY;
    int status = replay_memories_read(sizes, &run.memories, error);
    if (status == SIM_OK)
        status = replay_policies_read(options->policy, &run, error);
    if (status == SIM_OK)
        status = replay_run(&run, trace, progress, error);
    if (status == SIM_OK && db != NULL)
        status = replay_store(db, &run, trace, error);
    if (status == SIM_OK) {
        sim_progress_clear(progress);
        print_notes(trace);
        replay_print(&run, trace, (enum sim_listing_form)options->form, stdout);
    }
    return status;
}

static int run_curve(const struct options *options, struct replay_trace *trace, struct results *db,
                     struct sim_progress *progress, struct sim_error *error)
{
    struct replay_curve *curve = calloc(1, sizeof *curve);
    if (curve == NULL)
        return sim_error_set(error, SIM_SYSTEM, "replay: no memory");
    curve->points = options->points;
    curve->sampling = (struct replay_sampling){
        .seed = options->seed, .rate = options->rate, .sample_pages = options->sample_pages};
    int status = replay_estimators_read(options->estimate, curve, error);
    if (status == SIM_OK && options->memory != NULL)
        status = replay_memories_read(options->memory, &curve->memories, error);
    if (status == SIM_OK)
        status = replay_curve(curve, trace, progress, error);
    if (status == SIM_OK && db != NULL)
        status = replay_curve_store(db, curve, trace, error);
    if (status == SIM_OK) {
        sim_progress_clear(progress);
        print_notes(trace);
        replay_curve_print(curve, trace, (enum sim_listing_form)options->form, stdout);
    }
    free(curve);
    return status;
}

static int replay(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct replay_trace *trace = NULL;
    struct sim_progress progress;

    struct results *db = NULL;

    int status = replay_trace_open(line->operands[0], &options->reading, &trace, error);
    if (status == SIM_OK)
        status = open_results(options, &db, error);
    if (status == SIM_OK) {
        sim_progress_begin(&progress, "replaying", 1, false);
        status = (options->curve ? run_curve : run_policies)(options, trace, db, &progress, error);
        sim_progress_end(&progress);
        status = close_results(options, trace, db, status, error);
    }
    replay_trace_close(trace);
    return status;
}

static int take_rate(const char *text, void *field, struct sim_error *error)
{
    double rate;
    if (sim_quantity_read(text, "fraction", &rate) != SIM_QUANTITY_OK || !(rate >= 1e-6) ||
        rate > 1)
        return sim_error_set(
            error, SIM_USAGE,
            "--rate: expected a share of 0.000001 to 1, such as 0.01 or 1%%, found "
            "'%s'",
            text);
    *(double *)field = rate;
    return SIM_OK;
}

static const struct option_row rows[] = {
    {.name = "memory",
     .type = OPTION_TEXT,
     .argument = "SIZE,...",
     OPTION_IN(options, memory),
     .help = "sizes of memory: percent of the pages that the recording touches, bytes (512MB, 1GB) "
             "or pages (4096); " DEFAULT_MEMORY " unless given"},
    {.name = "policy",
     .type = OPTION_TEXT,
     .argument = "NAME,...",
     OPTION_IN(options, policy),
     .fallback = "lru",
     .help = "who chooses the page that leaves"},
    {.name = "seed",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, seed),
     .most = UINT64_MAX,
     .fallback = "1",
     .help = "of random choices"},
    {.name = "curve",
     .type = OPTION_FLAG,
     OPTION_IN(options, curve),
     .help = "print the miss ratio of LRU against the size of memory instead, from one pass"},
    {.name = "estimate",
     .type = OPTION_TEXT,
     .argument = "NAME,...",
     OPTION_IN(options, estimate),
     .fallback = "exact,shards,aet",
     .help = "how the curve is found"},
    {.name = "points",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, points),
     .least = 1,
     .most = REPLAY_POINTS_MOST,
     .fallback = "16",
     .help =
         "sizes of the curve, from a thousandth of the pages to all, where --memory gives none"},
    {.name = "sample-pages",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, sample_pages),
     .least = 1,
     .most = 1u << 24,
     .fallback = "8192",
     .help = "pages in the sample of shards"},
    {.name = "rate",
     .type = OPTION_OTHER,
     .argument = "R",
     OPTION_IN(options, rate),
     .take = take_rate,
     .help = "the share of pages in the sample of shards, in place of their number"},
    {.name = "db",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(options, db),
     .help = "also store what came out in this database, as runs of the experiment replay"},
    {.name = "plot",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(options, plot),
     .help = "also draw the miss ratio against memory: FILE ends in .svg, .png or .pdf"},
    COMMAND_ROW_JSON(options),
    /* --csv says how to read a file. */
    {.name = "as-csv",
     .type = OPTION_CHOICE,
     OPTION_IN(options, form),
     .choice = SIM_LISTING_CSV,
     .help = "print CSV with a row of headings"},
    COMMAND_ROW_MARKDOWN(options),
};
static const struct option_group groups[] = {
    COMMAND_GROUP("Options", rows),
    TRACE_READING_GROUP(options),
    {0},
};

static void print_policies(FILE *out)
{
    fputs("\nPolicies:\n", out);
    for (const struct replay_policy *const *policy = replay_policies; *policy != NULL; policy++)
        fprintf(out, "  %-14s %s\n", (*policy)->name, (*policy)->summary);
}

static void print_estimators(FILE *out)
{
    fputs("\nEstimates of the curve:\n", out);
    for (const struct replay_estimator *const *row = replay_estimators; *row != NULL; row++)
        fprintf(out, "  %-14s %s\n", (*row)->name, (*row)->summary);
}

static void print_lists(FILE *out)
{
    print_policies(out);
    print_estimators(out);
    trace_print_read(out);
}

const struct command command_replay = {
    .name = "replay",
    .operands = "TRACE",
    .least = 1,
    .most = 1,
    .expected = "a recording",
    .summary = "Counts the misses of page replacement over a recording",
    .text =
        "Each touch of a page is a hit where the page is in memory, else a miss; then the page is\n"
        "put in memory, and one leaves where memory is full. The first touch of a page is a miss\n"
        "too. A request of several pages touches each of them. What is no touch is left out, and\n"
        "a note on standard error counts it. All sizes and policies run in one pass.\n\n"
        "Sizes in percent, and the policies esx and opt, need the whole recording in memory: 4\n"
        "bytes for each touch. Otherwise it may be of any length, and may come through a pipe\n"
        "(/dev/stdin).\n",
    .lists = print_lists,
    .examples = "  ballast replay traces/samples/T1.btr --memory 10%,50% --policy lru,clock\n"
                "  ballast replay traces/samples/T1.btr --curve\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = replay,
};
