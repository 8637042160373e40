/*
 * Explanations for programs. The sentences are there as well, as `words`.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/explain/text.h"
#include "ballast/explain/words.h"
#include "ballast/results/metrics.h"
#include "sim/memory.h"

/* Ends a text that words were written into, as the value of `words`. */
static void words_end(struct sim_json *json, FILE *out, char **words)
{
    fclose(out);
    sim_json_text(json, "words", *words);
    free(*words);
}

static FILE *words_begin(char **words, size_t *bytes)
{
    FILE *out = sim_memory_stream(words, bytes);
    return out;
}

/* ---- Moves ------------------------------------------------------------------------------- */

static void from_to(struct sim_json *json, const char *key, double from, double to)
{
    sim_json_open_object(json, key);
    sim_json_number(json, "before", from);
    sim_json_number(json, "after", to);
    sim_json_close_object(json);
}

/* What the VM was shown and ordered; NaN, which JSON has as null, where it was off. */
static void orders(struct sim_json *json, const struct explain_vm *vm)
{
    static const struct decision off = {NAN, NAN, NAN, NAN, NAN, NAN};
    const struct decision *before = vm->was_on ? &vm->before : &off;
    const struct decision *after = vm->is_on ? &vm->after : &off;
    from_to(json, "price", before->price, after->price);
    sim_json_open_object(json, "decided_mb");
    from_to(json, "estimate", before->active_mb, after->active_mb);
    from_to(json, "target", before->target_mb, after->target_mb);
    from_to(json, "balloon", before->balloon_target_mb, after->balloon_target_mb);
    from_to(json, "swap", before->swap_target_mb, after->swap_target_mb);
    sim_json_close_object(json);
}

static void done(struct sim_json *json, const struct explain_vm *vm)
{
    sim_json_open_object(json, "done");
    from_to(json, metric_in_role(METRIC_ROLE_ALLOCATED), vm->then.alloc_mb, vm->done.alloc_mb);
    from_to(json, metric_in_role(METRIC_ROLE_BALLOON), vm->then.balloon_mb, vm->done.balloon_mb);
    from_to(json, metric_in_role(METRIC_ROLE_SWAPPED), vm->then.swapped_mb, vm->done.swapped_mb);
    sim_json_close_object(json);
}

/* All causes that were found, the greatest effect on this VM first. */
static void causes(struct sim_json *json, const struct explain *explain,
                   const struct explain_move *move, uint32_t vm)
{
    const struct explain_cause **found =
        sim_memory_need(calloc(move->cause_count + 1u, sizeof *found));
    char *words;
    size_t bytes;
    uint32_t count = explain_causes_of(move, vm, found, move->cause_count);
    sim_json_open_list(json, "causes");
    for (uint32_t i = 0; i < count; i++) {
        const struct explain_cause *cause = found[i];
        sim_json_open_object(json, NULL);
        sim_json_text(json, "name", cause->row != NULL ? cause->row->name : "is_on");
        sim_json_text(json, "vm", cause->vm >= 0 ? explain->decisions.vms[cause->vm] : "");
        sim_json_number(json, "before", (double)cause->before);
        sim_json_number(json, "after", (double)cause->after);
        sim_json_number(json, "held_target_mb", cause->held_mb[vm]);
        sim_json_number(json, "effect_mb", explain_effect_mb(move, cause, vm));
        FILE *out = words_begin(&words, &bytes);
        words_cause(out, explain, cause, -1);
        words_end(json, out, &words);
        sim_json_close_object(json);
    }
    sim_json_close_list(json);
    free(found);
}

static void vm_put(struct sim_json *json, const struct explain_text *text,
                   const struct explain_move *move, uint32_t vm)
{
    char *words;
    size_t bytes;
    sim_json_open_object(json, NULL);
    sim_json_text(json, "vm", text->explain->decisions.vms[vm]);
    orders(json, &move->vms[vm]);
    done(json, &move->vms[vm]);
    causes(json, text->explain, move, vm);
    FILE *out = words_begin(&words, &bytes);
    words_vm(out, text->explain, move, vm, -1);
    words_end(json, out, &words);
    sim_json_close_object(json);
}

void explain_json_move(struct sim_json *json, const struct explain_text *text,
                       const struct explain_move *move)
{
    const struct decisions *decisions = &text->explain->decisions;
    sim_json_open_object(json, NULL);
    sim_json_number(json, "from_s", move->from_s);
    sim_json_number(json, "to_s", move->to_s);
    sim_json_number(json, "decisions", move->moments);
    sim_json_text(json, "reason", mp_reason_name(decisions->rounds[move->to].view.reason));
    sim_json_text(json, "memory_state", move->state);
    sim_json_number(json, metric_in_role(METRIC_ROLE_FREE), move->free_mb);
    sim_json_number(json, "then_s", move->then_s);
    sim_json_number(json, "done_s", move->done_s);
    sim_json_open_list(json, "vms");
    for (uint32_t vm = 0; vm < decisions->vm_count; vm++)
        if ((text->vm < 0 || text->vm == (int)vm) && (move->vms[vm].was_on || move->vms[vm].is_on))
            vm_put(json, text, move, vm);
    sim_json_close_list(json);
    sim_json_close_object(json);
}

void explain_json_run(struct sim_json *json, const struct explain_text *text)
{
    const struct explain_run *run = text->run;
    const struct explain *explain = text->explain;
    sim_json_text(json, "experiment", run->experiment);
    sim_json_text(json, "variant", run->variant);
    sim_json_text(json, "seed", run->seed);
    sim_json_text(json, "governor", run->governor);
    if (explain != NULL)
        sim_json_text(json, "causes_unknown",
                      explain->no_replay[0] != '\0' ? explain->no_replay : NULL);
}

/* ---- Refusals ---------------------------------------------------------------------------- */

static void promises(struct sim_json *json, const struct refusals *refusals,
                     const struct refusal *refusal)
{
    sim_json_open_list(json, "promises");
    for (uint32_t i = 0; i < refusals->decisions.vm_count; i++) {
        const struct refusal_promise *promise = &refusal->promises[i];
        if (!promise->is_on)
            continue;
        sim_json_open_object(json, NULL);
        sim_json_text(json, "vm", refusals->decisions.vms[i]);
        sim_json_number(json, "min_mb", promise->min_mb);
        sim_json_number(json, "full_overhead_mb", promise->overhead_mb);
        sim_json_number(json, "swap_mb", promise->swap_mb);
        sim_json_close_object(json);
    }
    sim_json_close_list(json);
}

void explain_json_refusals(struct sim_json *json, const struct refusals *refusals)
{
    char *words;
    size_t bytes;
    sim_json_text(json, "vm", refusals->decisions.vms[refusals->vm]);
    sim_json_number(json, "powered_on_s", refusals->on_s);
    sim_json_open_list(json, "refusals");
    for (uint32_t i = 0; i < refusals->count; i++) {
        const struct refusal *refusal = &refusals->list[i];
        double left_mb = refusal->is_swap ? refusal->swap_left_mb : refusal->memory_left_mb;
        sim_json_open_object(json, NULL);
        sim_json_number(json, "at_s", refusal->at_s);
        sim_json_text(json, "short_of", refusal->is_swap ? "swap" : "memory");
        sim_json_number(json, "needed_mb", refusal->needed_mb);
        sim_json_number(json, "left_mb", left_mb);
        sim_json_number(json, "missing_mb", refusal->needed_mb - left_mb);
        promises(json, refusals, refusal);
        FILE *out = words_begin(&words, &bytes);
        refusal_words(out, refusals, refusal);
        words_end(json, out, &words);
        sim_json_close_object(json);
    }
    sim_json_close_list(json);
}
