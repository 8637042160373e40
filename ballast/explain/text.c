/*
 * Prints explanations for people.
 */
#include "ballast/explain/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/explain/words.h"
#include "sim/listing.h"
#include "sim/memory.h"
#include "sim/paragraph.h"

/* VMs of one move that are told in sentences: of one among several moves, and of one that was asked
 * for. */
#define VMS_TOLD_SHORT 2u
#define VMS_TOLD_LONG  5u

/* Sentences, before they are broken into lines. */
struct paragraph {
    FILE *out;
    char *words;
    size_t bytes;
};

static FILE *paragraph_begin(struct paragraph *paragraph)
{
    paragraph->out = sim_memory_stream(&paragraph->words, &paragraph->bytes);
    return paragraph->out;
}

static void paragraph_end(struct paragraph *paragraph, const struct explain_text *text,
                          uint32_t indent)
{
    fclose(paragraph->out);
    sim_paragraph(text->out, text->columns, indent, paragraph->words);
    free(paragraph->words);
}

/* ---- Tables ------------------------------------------------------------------------------ */

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
static void print_orders(const struct explain_text *text, const struct explain_move *move)
{
    const struct decisions *decisions = &text->explain->decisions;
    struct sim_column columns[] = {{"VM", "", 'l'},     {"estimate", "", 'r'}, {"price", "", 'r'},
                                   {"target", "", 'r'}, {"balloon", "", 'r'},  {"swap", "", 'r'}};
    struct sim_listing listing;
    char mb[WORDS_BYTES];
    bool has_price = false;
    for (uint32_t i = 0; i < decisions->vm_count; i++)
        has_price |= move->vms[i].is_on && isfinite(move->vms[i].after.price);
    if (!has_price)
        columns[2].heading = NULL;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      text->out);
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        const struct decision *after = &move->vms[i].after;
        const struct decision *before = move->vms[i].was_on ? &move->vms[i].before : after;
        if (!move->vms[i].is_on)
            continue;
        sim_listing_text(&listing, decisions->vms[i]);
        from_to(&listing, before->active_mb, after->active_mb);
        sim_listing_number(&listing, after->price, 3);
        from_to(&listing, before->target_mb, after->target_mb);
        sim_listing_text(&listing, words_mb(mb, after->balloon_target_mb));
        sim_listing_text(&listing, words_mb(mb, after->swap_target_mb));
    }
    sim_listing_end(&listing);
}

static void print_done(const struct explain_text *text, const struct explain_move *move)
{
    static const struct sim_column columns[] = {
        {"VM", "", 'l'}, {"allocated", "", 'r'}, {"ballooned", "", 'r'}, {"swapped", "", 'r'}};
    const struct decisions *decisions = &text->explain->decisions;
    struct sim_listing listing;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      text->out);
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        const struct explain_vm *vm = &move->vms[i];
        if (!vm->is_on)
            continue;
        sim_listing_text(&listing, decisions->vms[i]);
        from_to(&listing, vm->then.alloc_mb, vm->done.alloc_mb);
        from_to(&listing, vm->then.balloon_mb, vm->done.balloon_mb);
        from_to(&listing, vm->then.swapped_mb, vm->done.swapped_mb);
    }
    sim_listing_end(&listing);
}

static void print_tables(const struct explain_text *text, const struct explain_move *move)
{
    char time[WORDS_BYTES], until[WORDS_BYTES];
    fprintf(text->out, "\nOrders at %s, MB:\n\n", words_time(time, move->to_s));
    print_orders(text, move);
    if (move->done_s <= move->then_s)
        return;
    fprintf(text->out, "\nMemory at %s and at %s, MB:\n\n", words_time(time, move->then_s),
            words_time(until, move->done_s));
    print_done(text, move);
}

/* ---- Moves ------------------------------------------------------------------------------- */

/* What makes a VM worth telling of: it came or went, or by how much its target moved. */
static double weight(const struct explain_vm *vm)
{
    return vm->was_on != vm->is_on ? INFINITY : fabs(explain_target_moved_mb(vm));
}

/* The VMs that came, went or moved, the largest move first. */
static uint32_t movers(const struct explain_move *move, uint32_t vms, uint32_t *order)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < vms; i++) {
        if (weight(&move->vms[i]) < EXPLAIN_LEAST_MB)
            continue;
        uint32_t at = count++;
        for (; at > 0 && weight(&move->vms[order[at - 1]]) < weight(&move->vms[i]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return count;
}

static void print_vm(const struct explain_text *text, const struct explain_move *move, uint32_t vm,
                     int told_before)
{
    struct paragraph paragraph;
    words_vm(paragraph_begin(&paragraph), text->explain, move, vm, told_before);
    paragraph_end(&paragraph, text, 2);
}

/* A time for --at: rounded up, so that the decision of that moment has been made. */
static double asked_s(double t_s)
{
    return ceil(t_s * 1000) / 1000;
}

static void print_movers(const struct explain_text *text, const struct explain_move *move,
                         uint32_t most)
{
    uint32_t vms = text->explain->decisions.vm_count;
    uint32_t *order = sim_memory_need(calloc(vms + 1u, sizeof *order));
    uint32_t count = movers(move, vms, order);
    uint32_t more = count > most ? count - most : 0;
    for (uint32_t i = 0; i < count - more; i++)
        print_vm(text, move, order[i], i > 0 ? (int)order[i - 1] : -1);
    if (more > 0)
        fprintf(text->out, "  %u more %s moved; ", more, more == 1 ? "target" : "targets");
    if (more > 0 && most == VMS_TOLD_LONG)
        fprintf(text->out, "--vm NAME tells of one.\n");
    else if (more > 0 && move->moments > 1)
        fprintf(text->out, "--between %.10g,%.10g tells more.\n", asked_s(move->from_s),
                asked_s(move->to_s));
    else if (more > 0)
        fprintf(text->out, "--at %.10g tells more.\n", asked_s(move->to_s));
    if (count == 0)
        fprintf(text->out, "  No target moved by 1 MB.\n");
    free(order);
}

void explain_text_move(const struct explain_text *text, const struct explain_move *move,
                       bool tables)
{
    struct paragraph paragraph;
    words_heading(paragraph_begin(&paragraph), text->explain, move);
    paragraph_end(&paragraph, text, 0);
    if (text->vm >= 0)
        print_vm(text, move, (uint32_t)text->vm, -1);
    else
        print_movers(text, move, tables ? VMS_TOLD_LONG : VMS_TOLD_SHORT);
    if (tables)
        print_tables(text, move);
}

void explain_text_run(const struct explain_text *text)
{
    const struct explain_run *run = text->run;
    const struct explain *explain = text->explain;
    struct paragraph paragraph;
    char time[WORDS_BYTES];
    FILE *out = paragraph_begin(&paragraph);
    fprintf(out, "%s%s%s, seed %s", run->experiment, *run->variant != '\0' ? ", " : "",
            run->variant, run->seed);
    if (explain != NULL)
        fprintf(out, ", governor %s: decided %u times in %s", run->governor,
                explain->decisions.round_count, words_time(time, explain->end_s));
    fputc('.', out);
    if (run->runs > 1)
        fprintf(out, " One of %u runs; --variant and --seed choose another.", run->runs);
    if (explain != NULL && explain->no_replay[0] != '\0')
        fprintf(out, " Which number caused what is not known: %s.", explain->no_replay);
    paragraph_end(&paragraph, text, 0);
    fputc('\n', text->out);
}

/* ---- Refusals ---------------------------------------------------------------------------- */

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

static void print_promises(const struct explain_text *text, const struct refusals *refusals,
                           const struct refusal *refusal)
{
    static const struct sim_column columns[] = {{"promised to", "", 'l'},
                                                {"min", "", 'r'},
                                                {"overhead", "", 'r'},
                                                {"memory", "", 'r'},
                                                {"swap", "", 'r'}};
    struct sim_listing listing;
    sim_listing_begin(&listing, SIM_LISTING_TABLE, columns, sizeof columns / sizeof *columns,
                      text->out);
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

void explain_text_refusals(const struct explain_text *text, const struct refusals *refusals)
{
    const char *name = refusals->decisions.vms[refusals->vm];
    char time[WORDS_BYTES];
    if (refusals->count == 0 && isnan(refusals->on_s))
        fprintf(text->out, "%s was not to be powered on in this run.\n", name);
    else if (refusals->count == 0)
        fprintf(text->out, "%s was not refused: it was powered on at %s.\n", name,
                words_time(time, refusals->on_s));
    for (uint32_t i = 0; i < refusals->count; i++) {
        const struct refusal *refusal = &refusals->list[i];
        struct paragraph paragraph;
        if (i > 0)
            fputc('\n', text->out);
        refusal_words(paragraph_begin(&paragraph), refusals, refusal);
        paragraph_end(&paragraph, text, 0);
        fprintf(text->out, "\nPromises at %s, MB:\n\n", words_time(time, refusal->at_s));
        print_promises(text, refusals, refusal);
    }
}
