/*
 * Sums over the samples of a run.
 *
 * The hazard is time: this is done for each of millions of rows. Every sample has the same VMs and
 * metrics in the same order but where a VM is powered on or off, so the row is nearly always the
 * one after the last; a hash finds the others.
 */
#include "ballast/results/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/memory.h"

#define SLOTS_LEAST 64u

static uint32_t slot_of(const struct summary *summary, uint64_t vm, uint64_t metric)
{
    uint32_t at = (uint32_t)(vm * 31 + metric) & (summary->slot_count - 1);
    while (summary->slots[at] != 0) {
        const struct summary_row *row = &summary->rows[summary->slots[at] - 1];
        if (row->vm == vm && row->metric == metric)
            break;
        at = (at + 1) & (summary->slot_count - 1);
    }
    return at;
}

/* At most half of the slots are in use. */
static void slots_grow(struct summary *summary)
{
    if (2 * (summary->count + 1) <= summary->slot_count)
        return;
    free(summary->slots);
    summary->slot_count = summary->slot_count > 0 ? 2 * summary->slot_count : SLOTS_LEAST;
    summary->slots = sim_memory_need(calloc(summary->slot_count, sizeof *summary->slots));
    for (uint32_t i = 0; i < summary->count; i++)
        summary->slots[slot_of(summary, summary->rows[i].vm, summary->rows[i].metric)] = i + 1;
}

static uint32_t find_or_add(struct summary *summary, uint64_t vm, uint64_t metric)
{
    slots_grow(summary);
    uint32_t *slot = &summary->slots[slot_of(summary, vm, metric)];
    if (*slot == 0) {
        sim_array_need(summary->rows, summary->room, summary->count + 1u);
        summary->rows[summary->count] = (struct summary_row){
            .vm = vm, .metric = metric, .least = NAN, .peak = NAN, .last = NAN};
        *slot = ++summary->count;
    }
    return *slot - 1;
}

struct summary_row *summary_add(struct summary *summary, uint64_t vm, uint64_t metric, double value)
{
    uint32_t at = summary->next;
    if (at >= summary->count || summary->rows[at].vm != vm || summary->rows[at].metric != metric)
        at = find_or_add(summary, vm, metric);
    summary->next = at + 1 < summary->count ? at + 1 : 0;
    struct summary_row *row = &summary->rows[at];
    if (isnan(value))
        return row;
    value += 0.0; /* -0 becomes 0, as it does in the file */
    row->samples++;
    row->sum += value;
    row->least = fmin(row->least, value);
    row->peak = fmax(row->peak, value);
    row->last = value;
    return row;
}

static const struct store_text *name_copy(struct summary *summary, const struct store_text *name)
{
    size_t bytes = sizeof *name + name->length + 1;
    return memcpy(sim_memory_get(&summary->names, bytes), name, bytes);
}

struct summary_row *summary_add_named(struct summary *summary, const struct store_text *vm,
                                      const struct store_text *metric, double value)
{
    struct summary_row *row = summary_add(summary, vm->hash, metric->hash, value);
    if (row->vm_name == NULL) {
        row->vm_name = name_copy(summary, vm);
        row->metric_name = name_copy(summary, metric);
    }
    return row;
}

double summary_mean(const struct summary_row *row)
{
    return row->samples > 0 ? row->sum / (double)row->samples : NAN;
}

void summary_fini(struct summary *summary)
{
    free(summary->rows);
    free(summary->slots);
    sim_memory_free(&summary->names);
    *summary = (struct summary){0};
}

/* ---- Rows of `summary` -------------------------------------------------------------------- */

static void numbers_fill(const struct summary_row *row, union store_cell *cells)
{
    cells[0].integer = (int64_t)row->samples;
    cells[1].number = summary_mean(row);
    cells[2].number = row->least;
    cells[3].number = row->peak;
    cells[4].number = row->last;
}

void summary_cells(const struct summary_row *row, union store_cell cells[SUMMARY_CELLS])
{
    cells[0].text = row->vm_name;
    cells[1].text = row->metric_name;
    numbers_fill(row, cells + 2);
}

void summary_words(const struct summary_row *row, uint64_t words[SUMMARY_CELLS])
{
    union store_cell numbers[SUMMARY_CELLS - 2];
    words[0] = row->vm;
    words[1] = row->metric;
    numbers_fill(row, numbers);
    store_words(&SUMMARY_TYPES[2], numbers, words + 2);
}
