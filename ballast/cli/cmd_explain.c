/*
 * `ballast explain`: what moved in a run, and why.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/report/explain_run.h"
#include "ballast/report/explain_words.h"
#include "ballast/report/refusal.h"
#include "sim/nearest.h"
#include "sim/paragraph.h"

/* Moves that are told where no time is given; VMs of one move that are told in sentences. */
#define MOVES_TOLD 5u
#define VMS_TOLD   4u

struct options {
    const char *db, *variant, *vm, *why_not;
    struct config_sets sets;
    uint64_t seed;
    double at_s;
    struct option_times between;
    bool one_seed, has_at;
    int form;
};

/* ---- Text -------------------------------------------------------------------------------- */

struct printing {
    const struct options *options;
    const struct explain_run *run;
    struct explain *explain;
    int vm; /* the only one; -1: all */
    uint32_t columns;
};

/* Prints what was written into a stream of memory. */
static void paragraph_end(const struct printing *printing, FILE *stream, char **text,
                          uint32_t indent)
{
    fclose(stream);
    sim_paragraph(stdout, printing->columns, indent, *text);
    free(*text);
}

static FILE *paragraph_begin(char **text, size_t *bytes)
{
    FILE *stream = open_memstream(text, bytes);
    if (stream == NULL)
        abort();
    return stream;
}

static void from_to(struct sim_listing *listing, double from, double to)
{
    char before[WORDS_BYTES], after[WORDS_BYTES];
    words_mb(before, from);
    words_mb(after, to);
    if (strcmp(before, after) == 0)
        sim_listing_text(listing, after);
    else
        sim_listing_format(listing, "%s -> %s", before, after);
}

/* What was decided. A governor without prices has no column for them. */
static void print_orders(const struct printing *printing, const struct explain_move *move)
{
    struct sim_column columns[] = {{"VM", "", 'l'},     {"estimate", "", 'r'}, {"price", "", 'r'},
                                   {"target", "", 'r'}, {"balloon", "", 'r'},  {"swap", "", 'r'}};
    struct sim_listing listing;
    char mb[WORDS_BYTES];
    bool has_price = false;
    for (uint32_t i = 0; i < printing->explain->decisions.vm_count; i++)
        has_price |= move->vms[i].is_on && isfinite(move->vms[i].after.price);
    if (!has_price)
        columns[2].heading = NULL;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      stdout);
    for (uint32_t i = 0; i < printing->explain->decisions.vm_count; i++) {
        const struct explain_vm *vm = &move->vms[i];
        if (!vm->is_on)
            continue;
        sim_listing_text(&listing, printing->explain->decisions.vms[i]);
        from_to(&listing, vm->was_on ? vm->before.active_mb : vm->after.active_mb,
                vm->after.active_mb);
        sim_listing_number(&listing, vm->after.price, 3);
        from_to(&listing, vm->was_on ? vm->before.target_mb : vm->after.target_mb,
                vm->after.target_mb);
        sim_listing_text(&listing, words_mb(mb, vm->after.balloon_target_mb));
        sim_listing_text(&listing, words_mb(mb, vm->after.swap_target_mb));
    }
    sim_listing_end(&listing);
}

static void print_done(const struct printing *printing, const struct explain_move *move)
{
    static const struct sim_column columns[] = {
        {"VM", "", 'l'}, {"allocated", "", 'r'}, {"ballooned", "", 'r'}, {"swapped", "", 'r'}};
    struct sim_listing listing;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      stdout);
    for (uint32_t i = 0; i < printing->explain->decisions.vm_count; i++) {
        const struct explain_vm *vm = &move->vms[i];
        if (!vm->is_on)
            continue;
        sim_listing_text(&listing, printing->explain->decisions.vms[i]);
        from_to(&listing, vm->then.alloc_mb, vm->done.alloc_mb);
        from_to(&listing, vm->then.balloon_mb, vm->done.balloon_mb);
        from_to(&listing, vm->then.swapped_mb, vm->done.swapped_mb);
    }
    sim_listing_end(&listing);
}

static void print_tables(const struct printing *printing, const struct explain_move *move)
{
    char time[WORDS_BYTES], until[WORDS_BYTES];
    printf("\nOrders at %s, MB:\n\n", words_time(time, move->to_s));
    print_orders(printing, move);
    if (move->done_s > move->then_s) {
        printf("\nMemory at %s and at %s, MB:\n\n", words_time(time, move->then_s),
               words_time(until, move->done_s));
        print_done(printing, move);
    }
}

/* The VMs that came, went or moved, the largest move first. */
static uint32_t movers(const struct explain_move *move, uint32_t vms, uint32_t *order)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < vms; i++) {
        const struct explain_vm *vm = &move->vms[i];
        double moved = vm->was_on != vm->is_on ? INFINITY : fabs(explain_target_moved_mb(vm));
        if (moved < EXPLAIN_LEAST_MB)
            continue;
        uint32_t at = count++;
        for (; at > 0 && move->vms[order[at - 1]].was_on == move->vms[order[at - 1]].is_on &&
               fabs(explain_target_moved_mb(&move->vms[order[at - 1]])) < moved;
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return count;
}

static void print_vm(const struct printing *printing, const struct explain_move *move, uint32_t vm,
                     int told_before)
{
    char *text;
    size_t bytes;
    FILE *stream = paragraph_begin(&text, &bytes);
    words_vm(stream, printing->explain, move, vm, told_before);
    paragraph_end(printing, stream, &text, 2);
}

static void print_move(const struct printing *printing, const struct explain_move *move)
{
    uint32_t vms = printing->explain->decisions.vm_count, order[UINT16_MAX];
    char *text;
    size_t bytes;
    FILE *stream = paragraph_begin(&text, &bytes);
    words_heading(stream, printing->explain, move);
    paragraph_end(printing, stream, &text, 0);
    if (printing->vm >= 0) {
        print_vm(printing, move, (uint32_t)printing->vm, -1);
        return;
    }
    uint32_t count = movers(move, vms, order);
    for (uint32_t i = 0; i < count && i < VMS_TOLD; i++)
        print_vm(printing, move, order[i], i > 0 ? (int)order[i - 1] : -1);
    if (count > VMS_TOLD)
        printf("  %u more %s moved; --vm NAME tells of one.\n", count - VMS_TOLD,
               count - VMS_TOLD == 1 ? "target" : "targets");
    if (count == 0)
        printf("  No target moved by 1 MB.\n");
}

static void print_run(const struct printing *printing)
{
    const struct explain_run *run = printing->run;
    const struct explain *explain = printing->explain;
    char *text, time[WORDS_BYTES];
    size_t bytes;
    FILE *stream = paragraph_begin(&text, &bytes);
    fprintf(stream, "%s%s%s, seed %s, governor %s: decided %u times in %s.", run->experiment,
            *run->variant != '\0' ? ", " : "", run->variant, run->seed, run->governor,
            explain->decisions.round_count, words_time(time, explain->end_s));
    if (run->runs > 1)
        fprintf(stream, " One of %u runs; --variant and --seed choose another.", run->runs);
    if (explain->no_replay[0] != '\0')
        fprintf(stream, " Which number caused what is not known: %s.", explain->no_replay);
    paragraph_end(printing, stream, &text, 0);
    printf("\n");
}

/* ---- What is asked ----------------------------------------------------------------------- */

static int print_span(const struct printing *printing, const struct explain_span *span, bool tables,
                      struct sim_error *error)
{
    struct explain_move move;
    int status = explain_move(printing->explain, span->from, span->to, &move, error);
    if (status == SIM_OK) {
        print_move(printing, &move);
        if (tables)
            print_tables(printing, &move);
        free(move.causes);
    }
    return status;
}

static int print_largest(const struct printing *printing, struct sim_error *error)
{
    struct explain_span spans[MOVES_TOLD];
    uint32_t count = explain_largest(printing->explain, printing->vm, spans, MOVES_TOLD);
    int status = SIM_OK;
    if (count == 0)
        printf("No target moved by 1 MB.\n");
    else
        printf("The largest moves of targets, in order of time:\n");
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        printf("\n");
        status = print_span(printing, &spans[i], false, error);
    }
    return status;
}

static int print_at(const struct printing *printing, double t_s, struct sim_error *error)
{
    struct explain_span span;
    char at[WORDS_BYTES], to[WORDS_BYTES];
    const struct decisions *decisions = &printing->explain->decisions;
    if (!explain_before(printing->explain, t_s, printing->vm, &span))
        return sim_error_set(error, SIM_USAGE,
                             "--at: expected a time from %.10g s on, when the first decision was "
                             "made, found %.10g",
                             decisions->rounds[0].t_s, t_s);
    if (decisions->rounds[span.to].t_s != t_s)
        printf("At %s the last decision that moved a target was that of %s.\n\n",
               words_time(at, t_s), words_time(to, decisions->rounds[span.to].t_s));
    return print_span(printing, &span, true, error);
}

static int print_between(const struct printing *printing, double from_s, double to_s,
                         struct sim_error *error)
{
    const struct decisions *decisions = &printing->explain->decisions;
    int64_t from = decisions_at(decisions, from_s), to = decisions_at(decisions, to_s);
    if (from < 0)
        return sim_error_set(error, SIM_USAGE,
                             "--between: expected times from %.10g s on, when the first decision "
                             "was made, found %.10g",
                             decisions->rounds[0].t_s, from_s);
    struct explain_span span = {(uint32_t)from, (uint32_t)to, 0};
    return print_span(printing, &span, true, error);
}

static int check_time(const struct explain *explain, const char *option, double t_s,
                      struct sim_error *error)
{
    if (t_s <= explain->end_s)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a time in the run, which ended at %.10g s, found %.10g",
                         option, explain->end_s, t_s);
}

static int vm_find(const struct explain *explain, const char *name, int *vm,
                   struct sim_error *error)
{
    const struct decisions *decisions = &explain->decisions;
    char hint[SIM_HINT_BYTES];
    *vm = -1;
    for (uint32_t i = 0; name != NULL && i < decisions->vm_count; i++)
        if (strcmp(decisions->vms[i], name) == 0)
            *vm = (int)i;
    if (name == NULL || *vm >= 0)
        return SIM_OK;
    return sim_error_set(
        error, SIM_USAGE, "--vm: expected a VM of the run, found '%s'%s", name,
        sim_nearest_hint(hint, sim_nearest(name, decisions->vms, decisions->vm_count)));
}

static int answer(const struct options *options, const struct explain_run *run,
                  struct explain *explain, struct sim_error *error)
{
    struct printing printing = {options, run, explain, -1, sim_paragraph_columns(stdout)};
    const struct option_times *between = &options->between;
    int status = vm_find(explain, options->vm, &printing.vm, error);
    if (status == SIM_OK && options->has_at)
        status = check_time(explain, "--at", options->at_s, error);
    if (status == SIM_OK && between->count > 0)
        status = check_time(explain, "--between", between->at_s[1], error);
    if (status != SIM_OK)
        return status;
    print_run(&printing);
    if (options->has_at)
        return print_at(&printing, options->at_s, error);
    if (between->count > 0)
        return print_between(&printing, between->at_s[0], between->at_s[1], error);
    return print_largest(&printing, error);
}

/* ---- A refusal --------------------------------------------------------------------------- */

static void promise_row(struct sim_listing *listing, const char *name, double min_mb,
                        double overhead_mb, double memory_mb, double swap_mb)
{
    char mb[WORDS_BYTES];
    sim_listing_text(listing, name);
    sim_listing_text(listing, isnan(min_mb) ? "" : words_mb(mb, min_mb));
    sim_listing_text(listing, isnan(overhead_mb) ? "" : words_mb(mb, overhead_mb));
    sim_listing_text(listing, words_mb(mb, memory_mb));
    sim_listing_text(listing, words_mb(mb, swap_mb));
}

/* What was promised when the VM was refused. */
static void print_promises(const struct refusals *refusals, const struct refusal *refusal)
{
    static const struct sim_column columns[] = {{"promised to", "", 'l'},
                                                {"min", "", 'r'},
                                                {"overhead", "", 'r'},
                                                {"memory", "", 'r'},
                                                {"swap", "", 'r'}};
    struct sim_listing listing;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      stdout);
    for (uint32_t i = 0; i < refusals->decisions.vm_count; i++) {
        const struct refusal_promise *promise = &refusal->promises[i];
        if (promise->is_on)
            promise_row(&listing, refusals->decisions.vms[i], promise->min_mb, promise->overhead_mb,
                        promise->min_mb + promise->overhead_mb, promise->swap_mb);
    }
    promise_row(&listing, "nobody", NAN, NAN, refusal->memory_left_mb, refusal->swap_left_mb);
    promise_row(&listing, "all there is", NAN, NAN, refusal->memory_mb, refusal->swap_mb);
    sim_listing_end(&listing);
}

static void print_refusals(const struct explain_run *run, const struct refusals *refusals)
{
    const char *name = refusals->decisions.vms[refusals->vm];
    char time[WORDS_BYTES];
    uint32_t columns = sim_paragraph_columns(stdout);
    printf("%s%s%s, seed %s\n\n", run->experiment, *run->variant != '\0' ? ", " : "", run->variant,
           run->seed);
    if (refusals->count == 0 && isnan(refusals->on_s))
        printf("%s was not to be powered on in this run.\n", name);
    else if (refusals->count == 0)
        printf("%s was not refused: it was powered on at %s.\n", name,
               words_time(time, refusals->on_s));
    for (uint32_t i = 0; i < refusals->count; i++) {
        char *text;
        size_t bytes;
        FILE *stream = paragraph_begin(&text, &bytes);
        refusal_words(stream, refusals, &refusals->list[i]);
        fclose(stream);
        sim_paragraph(stdout, columns, 0, text);
        free(text);
        printf("\nPromises at %s, MB:\n\n", words_time(time, refusals->list[i].at_s));
        print_promises(refusals, &refusals->list[i]);
        printf(i + 1 < refusals->count ? "\n" : "");
    }
}

static int why_not(const struct options *options, struct results *db, const struct explain_run *run,
                   struct sim_error *error)
{
    struct refusals refusals;
    int status = refusals_read(&refusals, db, run->run_id, options->why_not, error);
    if (status == SIM_OK)
        print_refusals(run, &refusals);
    refusals_fini(&refusals);
    return status;
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
        status = options->why_not != NULL ? why_not(options, db, &run, error)
                                          : why(options, db, &run, error);
    explain_run_fini(&run);
    return status;
}

static int explain_command(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct results *db;
    struct sim_error ignored;
    if (options->between.count != 0 && options->between.count != 2)
        return sim_error_set(error, SIM_USAGE,
                             "--between: expected two times, the earlier one first, found %u",
                             options->between.count);
    int status = results_open(options->db, RESULTS_READ, &db, error);
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
                "  ballast explain fig7_idle_tax --between 1700,1900\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = explain_command,
};
