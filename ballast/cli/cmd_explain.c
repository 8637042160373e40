/*
 * `ballast explain`: what moved in a run, and why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/explain/figure.h"
#include "ballast/explain/refusal.h"
#include "ballast/explain/run.h"
#include "ballast/explain/text.h"
#include "ballast/explain/words.h"
#include "sim/paragraph.h"

/* Moves that are told where no time is given. */
#define MOVES_TOLD 5u

struct options {
    const char *db, *variant, *vm, *why_not, *plot;
    struct config_sets sets;
    uint64_t seed;
    double at_s;
    struct option_times between;
    bool one_seed, has_at;
    int form;
};

/* ---- What is asked ----------------------------------------------------------------------- */

struct question {
    struct explain_span spans[MOVES_TOLD];
    uint32_t count;
    bool tables;
    char note[200]; /* before the moves; "": none */
};

static int check_time(const struct explain *explain, const char *option, double t_s,
                      struct sim_error *error)
{
    double first_s = explain->decisions.rounds[0].t_s;
    if (t_s > explain->end_s)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a time in the run, which ended at %.10g s, found %.10g",
                             option, explain->end_s, t_s);
    if (t_s < first_s)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a time from %.10g s on, when the first decision was "
                             "made, found %.10g",
                             option, first_s, t_s);
    return SIM_OK;
}

static int ask_at(const struct explain *explain, double t_s, int vm, struct question *question,
                  struct sim_error *error)
{
    char at[WORDS_BYTES], to[WORDS_BYTES];
    int status = check_time(explain, "--at", t_s, error);
    if (status != SIM_OK)
        return status;
    question->count = 1;
    question->tables = true;
    explain_before(explain, t_s, vm, &question->spans[0]);
    double to_s = explain->decisions.rounds[question->spans[0].to].t_s;
    if (to_s != t_s)
        snprintf(question->note, sizeof question->note,
                 "At %s the last decision that moved a target was that of %s.", words_time(at, t_s),
                 words_time(to, to_s));
    return SIM_OK;
}

static int ask_between(const struct explain *explain, const double *times,
                       struct question *question, struct sim_error *error)
{
    int status = check_time(explain, "--between", times[1], error);
    if (status == SIM_OK)
        status = check_time(explain, "--between", times[0], error);
    if (status != SIM_OK)
        return status;
    question->count = 1;
    question->tables = true;
    question->spans[0].from = (uint32_t)decisions_at(&explain->decisions, times[0]);
    question->spans[0].to = (uint32_t)decisions_at(&explain->decisions, times[1]);
    if (question->spans[0].from == question->spans[0].to)
        snprintf(question->note, sizeof question->note,
                 "No decision was made between these times.");
    return SIM_OK;
}

static void ask_largest(const struct explain *explain, int vm, struct question *question)
{
    question->count = explain_largest(explain, vm, question->spans, MOVES_TOLD);
    snprintf(question->note, sizeof question->note, "%s",
             question->count == 0 ? "No target moved by 1 MB; --at TIME shows what was decided."
                                  : "The largest moves of targets, in order of time:");
}

static int ask(const struct options *options, const struct explain *explain, int vm,
               struct question *question, struct sim_error *error)
{
    if (options->has_at)
        return ask_at(explain, options->at_s, vm, question, error);
    if (options->between.count > 0)
        return ask_between(explain, options->between.at_s, question, error);
    ask_largest(explain, vm, question);
    return SIM_OK;
}

/* ---- Answers ----------------------------------------------------------------------------- */

static int print_text(const struct explain_text *text, struct explain *explain,
                      const struct question *question, struct sim_error *error)
{
    int status = SIM_OK;
    explain_text_run(text);
    if (question->note[0] != '\0')
        sim_paragraph(stdout, text->columns, 0, question->note);
    for (uint32_t i = 0; i < question->count && status == SIM_OK; i++) {
        struct explain_move move;
        status =
            explain_move(explain, question->spans[i].from, question->spans[i].to, &move, error);
        if (i > 0 || question->note[0] != '\0')
            printf("\n");
        if (status == SIM_OK)
            explain_text_move(text, &move, question->tables);
        free(move.causes);
    }
    return status;
}

static int print_json(const struct explain_text *text, struct explain *explain,
                      const struct question *question, struct sim_error *error)
{
    struct sim_json json;
    int status = SIM_OK;
    sim_json_begin(&json, stdout);
    sim_json_open_object(&json, NULL);
    explain_json_run(&json, text);
    sim_json_open_list(&json, "moves");
    for (uint32_t i = 0; i < question->count && status == SIM_OK; i++) {
        struct explain_move move;
        status =
            explain_move(explain, question->spans[i].from, question->spans[i].to, &move, error);
        if (status == SIM_OK)
            explain_json_move(&json, text, &move);
        free(move.causes);
    }
    sim_json_close_list(&json);
    sim_json_close_object(&json);
    sim_json_end(&json);
    return status;
}

static int answer(const struct options *options, const struct explain_run *run,
                  struct explain *explain, struct sim_error *error)
{
    struct explain_text text = {stdout, sim_paragraph_columns(stdout), run, explain, -1};
    struct question question = {.count = 0};
    uint32_t vm;
    int status = SIM_OK;
    if (options->vm != NULL) {
        status = decisions_vm(&explain->decisions, "--vm", options->vm, &vm, error);
        text.vm = (int)vm;
    }
    if (status == SIM_OK)
        status = ask(options, explain, text.vm, &question, error);
    if (status != SIM_OK)
        return status;
    return options->form == SIM_LISTING_JSON ? print_json(&text, explain, &question, error)
                                             : print_text(&text, explain, &question, error);
}

static int why(const struct options *options, struct results *db, const struct explain_run *run,
               struct sim_error *error)
{
    struct explain explain;
    int status =
        explain_init(&explain, db, run->run_id, run->table, run->parameters, run->no_table, error);
    if (status == SIM_OK)
        status = answer(options, run, &explain, error);
    explain_fini(&explain);
    return status;
}

static int why_not(const struct options *options, struct results *db, const struct explain_run *run,
                   struct sim_error *error)
{
    const struct explain_text text = {stdout, sim_paragraph_columns(stdout), run, NULL, -1};
    struct refusals refusals;
    struct sim_json json;
    int status = refusals_read(&refusals, db, run->run_id, options->why_not, error);
    if (status == SIM_OK && options->form == SIM_LISTING_JSON) {
        sim_json_begin(&json, stdout);
        sim_json_open_object(&json, NULL);
        explain_json_run(&json, &text);
        explain_json_refusals(&json, &refusals);
        sim_json_close_object(&json);
        sim_json_end(&json);
    } else if (status == SIM_OK) {
        explain_text_run(&text);
        explain_text_refusals(&text, &refusals);
    }
    refusals_fini(&refusals);
    return status;
}

static int plot(const struct options *options, struct results *db, const struct explain_run *run,
                struct sim_error *error)
{
    int status = explain_figure_draw(db, run, options->plot, error);
    if (status == SIM_OK)
        printf("%s\n", options->plot);
    return status;
}

static int with_database(const struct options *options, struct results *db, const char *name,
                         struct sim_error *error)
{
    const struct explain_ask ask = {
        .db_path = options->db,
        .name = name,
        .refused_vm = options->why_not,
        .sets = &options->sets,
        .part = {options->variant, options->one_seed ? &options->seed : NULL}};
    struct explain_run run;
    int status = explain_run_find(&run, db, &ask, error);
    if (status == SIM_OK)
        status = options->plot != NULL      ? plot(options, db, &run, error)
                 : options->why_not != NULL ? why_not(options, db, &run, error)
                                            : why(options, db, &run, error);
    explain_run_fini(&run);
    return status;
}

/* Each of them is a question of its own. */
static int check_options(const struct options *options, struct sim_error *error)
{
    uint32_t questions = (options->has_at ? 1u : 0) + (options->between.count > 0) +
                         (options->why_not != NULL) + (options->plot != NULL);
    if (questions > 1)
        return sim_error_set(error, SIM_USAGE,
                             "explain: expected one of --at, --between, --why-not and --plot, "
                             "found %u of them",
                             questions);
    if (options->between.count != 0 && options->between.count != 2)
        return sim_error_set(error, SIM_USAGE,
                             "--between: expected two times, the earlier one first, found %u",
                             options->between.count);
    return SIM_OK;
}

static int explain_command(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct results *db;
    struct sim_error ignored;
    int status = check_options(options, error);
    if (status != SIM_OK)
        return status;
    status = results_open(options->db, RESULTS_READ, &db, error);
    if (status != SIM_OK)
        return status;
    status = with_database(options, db, line->count > 0 ? line->operands[0] : NULL, error);
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    COMMAND_ROW_VARIANT(options, "the variant of the run (default: the first)"),
    COMMAND_ROW_SEED(options, "the seed of the run (default: the smallest)"),
    {.name = "vm",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(options, vm),
     .help = "tell of this VM alone"},
    {.name = "at",
     .type = OPTION_SECONDS,
     .argument = "SECONDS",
     OPTION_IN(options, at_s),
     OPTION_GIVEN(options, has_at),
     .most_s = 1e12,
     .help = "explain the decision that was in force then"},
    {.name = "between",
     .type = OPTION_TIMES,
     .argument = "FROM,TO",
     OPTION_IN(options, between),
     .help = "explain what moved from one time to the other"},
    {.name = "why-not",
     .type = OPTION_TEXT,
     .argument = "VM",
     OPTION_IN(options, why_not),
     .help = "tell why this VM was refused at its power-on"},
    {.name = "plot",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(options, plot),
     .help = "draw prices, targets and orders over time: FILE.svg, FILE.png or FILE.pdf"},
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_SET(options, "explain a run that was made with the same --set"),
};

const struct command command_explain = {
    .name = "explain",
    .operands = "[EXPERIMENT|FILE.yaml]",
    .most = 1,
    .expected = "one experiment",
    .summary = "Tells why the memory of VMs moved in a run",
    .text =
        "Each decision of the governor is on record with what the governor read. The governor's\n"
        "own code computes the decision again with one of these numbers held at what it was\n"
        "before: the difference is what that number did. Such effects do not add up, because the\n"
        "governor divides one memory among all VMs.\n\n"
        "Without a time, the largest moves of the run are told. Without an experiment, the one\n"
        "that was run last is meant. A price is in shares per MB, an estimate and a target in "
        "MB.\n",
    .examples = "  ballast explain fig7_idle_tax\n"
                "  ballast explain fig7_idle_tax --at 1870 --vm windows\n"
                "  ballast explain fig7_idle_tax --between 1700,1900\n"
                "  ballast explain fig7_idle_tax --plot decisions.svg\n"
                "  ballast explain sec62_admission --why-not sql_server\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = explain_command,
};
