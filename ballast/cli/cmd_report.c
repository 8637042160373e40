/*
 * `ballast report`: one page of HTML about the runs in the database.
 */
#include <stdio.h>

#include "ballast/cli/command.h"
#include "ballast/page/page.h"

struct options {
    const char *db, *out;
    bool quiet;
};

static int report(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct page_options page = {.db_path = options->db,
                                .target = options->out,
                                .names = line->operands,
                                .count = line->count,
                                .quiet = options->quiet};
    int status = page_make(&page, error);
    if (status == SIM_OK && !options->quiet)
        printf("%s\n", options->out);
    return status;
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    {.name = "out",
     .letter = 'o',
     .type = OPTION_FILE,
     .argument = "FILE.html",
     OPTION_IN(options, out),
     .fallback = "results/report.html",
     .help = "the page"},
    COMMAND_ROW_QUIET(options),
};

const struct command command_report = {
    .name = "report",
    .operands = "[EXPERIMENT|FILE.yaml...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Makes one HTML page about runs: figures, comparison, parameters, decisions",
    .text = "The page needs no network and no other file. It has a summary in words, the figures\n"
            "(values under the pointer or the arrow keys, zoom, curves that can be switched off),\n"
            "the comparison with the paper or with expect.csv, every parameter with its unit and\n"
            "source, the governor's decisions, and which program made it all at which cost.\n"
            "Without names: all experiments of the project that have finished runs.\n",
    .examples = "  ballast report fig8_dynamic\n"
                "  ballast report mine.yaml --db mine.db -o mine.html\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = report,
};
