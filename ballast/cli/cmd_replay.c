/*
 * `ballast replay`: page replacement over a recording, as cache simulators do it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ballast/cli/command.h"
#include "ballast/cli/reader_notes.h"
#include "ballast/cli/trace.h"
#include "ballast/replay/print.h"
#include "ballast/replay/run.h"

struct options {
    int form; /* enum sim_listing_form */
    const char *memory, *policy;
    uint64_t seed;
    struct tr_source_options reading;
};

static int replay(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    const char *path = line->operands[0];
    struct replay_run run = {.seed = options->seed};
    struct replay_trace *trace = NULL;
    struct sim_progress progress;

    int status = replay_memories_read(options->memory, &run.memories, error);
    if (status == SIM_OK)
        status = replay_policies_read(options->policy, &run, error);
    if (status == SIM_OK)
        status = replay_trace_open(path, &options->reading, &trace, error);
    if (status != SIM_OK)
        return status;
    sim_progress_begin(&progress, "replaying", 1, false);
    status = replay_run(&run, trace, &progress, error);
    sim_progress_end(&progress);
    if (status == SIM_OK) {
        struct tr_notes notes;
        replay_trace_notes(trace, &notes);
        reader_notes_print(path, &notes);
        replay_print(&run, trace, (enum sim_listing_form)options->form, stdout);
    }
    replay_trace_close(trace);
    return status;
}

static const struct option_row rows[] = {
    {.name = "memory",
     .type = OPTION_TEXT,
     .argument = "SIZE,...",
     OPTION_IN(options, memory),
     .fallback = "10%,50%",
     .help = "sizes of memory: percent of the pages that the recording touches, bytes (512MB, 1GB) "
             "or pages (4096)"},
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

static void print_lists(FILE *out)
{
    print_policies(out);
    trace_print_read(out);
}

const struct command command_replay = {
    .name = "replay",
    .operands = "TRACE",
    .least = 1,
    .most = 1,
    .expected = "a recording",
    .summary = "Counts the misses of page replacement over a recording",
    .lists = print_lists,
    .examples = "  ballast replay traces/samples/T1.btr --memory 10%,50% --policy lru,clock\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = replay,
};
