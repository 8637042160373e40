/*
 * Finds the moves of a run and judges what caused them.
 */
#include "ballast/explain/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/metrics.h"
#include "sim/array.h"
#include "sim/memory.h"

static double mb_of(uint32_t pages)
{
    return (double)pages * MP_PAGE_SIZE / (1024 * 1024);
}

/* ---- The run ----------------------------------------------------------------------------- */

static bool take_end(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    *(double *)context = values[0].number;
    return false;
}

static const char *run_text(const struct explain *explain, char text[24])
{
    snprintf(text, 24, "%lld", (long long)explain->run_id);
    return text;
}

int explain_init(struct explain *explain, struct results *db, int64_t run_id,
                 const struct mp_governor *governor, const uint32_t *parameters, const char *why,
                 struct sim_error *error)
{
    char number[24];
    *explain = (struct explain){.db = db, .run_id = run_id};
    const char *run = run_text(explain, number);
    int status = decisions_read(&explain->decisions, db, run_id, error);
    if (status == SIM_OK)
        status = results_query(db, "SELECT sim_s FROM run WHERE run_id = ?1", &run, 1, take_end,
                               &explain->end_s, error);
    if (status != SIM_OK)
        return status;
    if (governor == NULL) {
        snprintf(explain->no_replay, sizeof explain->no_replay, "%s", why);
        return SIM_OK;
    }
    status = replay_init(&explain->replay, &explain->decisions, governor, parameters, error);
    explain->has_replay = true;
    if (status != SIM_OK)
        return status;
    uint32_t wrong = replay_check(&explain->replay);
    if (wrong > 0)
        snprintf(explain->no_replay, sizeof explain->no_replay,
                 "computed again, the governor %s orders something else in %u cases; it has "
                 "changed since the run, or reads something that its function `explain` does not "
                 "name",
                 governor->name, wrong);
    return SIM_OK;
}

void explain_fini(struct explain *explain)
{
    if (explain->has_replay)
        replay_fini(&explain->replay);
    decisions_fini(&explain->decisions);
    sim_memory_free(&explain->memory);
}

/* ---- Causes ------------------------------------------------------------------------------ */

/* The view of a round with one number held; `vms` has room for all VMs. */
struct held {
    const struct explain_cause *cause;
    const struct round *before; /* where the number comes from */
    struct mp_view view;
    struct mp_vm_view *vms;
};

static void hold_power(struct held *held, const struct round *round)
{
    uint32_t count = 0;
    bool is_done = held->cause->after == 1; /* powered on: it is left out */
    const struct mp_vm_view *former =
        is_done ? NULL : &held->before->vms[round_place(held->before, (uint32_t)held->cause->vm)];
    for (uint32_t i = 0; i < round->view.vm_count; i++) {
        const struct mp_vm_view *vm = &round->vms[i];
        if (!is_done && vm->vm >= former->vm) {
            held->vms[count++] = *former;
            is_done = true;
        }
        if (vm->vm != held->cause->vm)
            held->vms[count++] = *vm;
    }
    if (!is_done)
        held->vms[count++] = *former;
    held->view.vm_count = count;
}

/* The estimate is at most the allocation, as the library shows it. So an allocation is not held
 * below the estimate: that would hold the estimate as well. */
static void hold_number(struct held *held, const struct round *round)
{
    const struct view_row *row = held->cause->row;
    memcpy(held->vms, round->vms, round->view.vm_count * sizeof *held->vms);
    if (!row->is_of_vm) {
        row->set(&held->view, NULL, held->cause->before);
        return;
    }
    int place = round_place(round, (uint32_t)held->cause->vm);
    if (place < 0)
        return;
    struct mp_vm_view *vm = &held->vms[place];
    row->set(&held->view, vm, held->cause->before);
    if (vm->active_pages > vm->alloc_pages && row == &view_rows[VIEW_alloc_pages])
        vm->alloc_pages = vm->active_pages;
    else if (vm->active_pages > vm->alloc_pages)
        vm->active_pages = vm->alloc_pages;
}

/* From the moment that replay_keep() kept. */
static void judge(struct explain *explain, const struct explain_move *move,
                  struct explain_cause *cause)
{
    const struct decisions *decisions = &explain->decisions;
    struct replay *replay = &explain->replay;
    struct held held = {.cause = cause, .before = &decisions->rounds[move->from]};
    held.vms = sim_memory_need(calloc(decisions->vm_count + 1u, sizeof *held.vms));
    replay_back(replay, move->from + 1);
    while (replay->next <= move->to) {
        const struct round *round = &decisions->rounds[replay->next];
        held.view = round->view;
        held.view.vms = held.vms;
        if (cause->row == NULL)
            hold_power(&held, round);
        else
            hold_number(&held, round);
        replay_show(replay, &held.view);
    }
    for (uint32_t vm = 0; vm < decisions->vm_count; vm++)
        cause->held_mb[vm] = replay->targets[vm] == MP_UNCHANGED ? NAN : mb_of(replay->targets[vm]);
    free(held.vms);
}

struct collecting {
    struct explain *explain;
    struct explain_move *move;
    size_t room;
};

static void cause_add(struct collecting *collecting, struct explain_cause cause)
{
    struct explain_move *move = collecting->move;
    uint32_t vms = collecting->explain->decisions.vm_count;
    struct sim_memory *memory = &collecting->explain->memory;
    sim_array_need(move->causes, collecting->room, move->cause_count + 1u);
    cause.held_mb = sim_memory_get(memory, vms * sizeof *cause.held_mb);
    move->causes[move->cause_count++] = cause;
    judge(collecting->explain, move, &move->causes[move->cause_count - 1]);
}

static void numbers_compare(struct collecting *collecting, bool is_of_vm, int vm,
                            const struct mp_vm_view *before, const struct mp_vm_view *after)
{
    const struct round *rounds = collecting->explain->decisions.rounds;
    const struct explain_move *move = collecting->move;
    for (uint32_t i = 0; i < VIEW_FIELDS; i++) {
        const struct view_row *row = &view_rows[i];
        if (row->is_of_vm != is_of_vm)
            continue;
        struct explain_cause cause = {.row = row,
                                      .vm = vm,
                                      .before = row->get(&rounds[move->from].view, before),
                                      .after = row->get(&rounds[move->to].view, after)};
        if (cause.before != cause.after)
            cause_add(collecting, cause);
    }
}

static void causes_find(struct explain *explain, struct explain_move *move)
{
    const struct decisions *decisions = &explain->decisions;
    const struct round *from = &decisions->rounds[move->from], *to = &decisions->rounds[move->to];
    struct collecting collecting = {.explain = explain, .move = move};
    if (!explain->has_replay || explain->no_replay[0] != '\0')
        return;
    replay_until(&explain->replay, move->from + 1);
    replay_keep(&explain->replay);
    numbers_compare(&collecting, false, -1, NULL, NULL);
    for (uint32_t vm = 0; vm < decisions->vm_count; vm++) {
        int before = round_place(from, vm), after = round_place(to, vm);
        if (before >= 0 && after >= 0)
            numbers_compare(&collecting, true, (int)vm, &from->vms[before], &to->vms[after]);
        else if (before >= 0 || after >= 0)
            cause_add(&collecting, (struct explain_cause){
                                       .vm = (int)vm, .before = before >= 0, .after = after >= 0});
    }
}

double explain_target_moved_mb(const struct explain_vm *vm)
{
    return vm->was_on && vm->is_on ? vm->after.target_mb - vm->before.target_mb : 0;
}

double explain_effect_mb(const struct explain_move *move, const struct explain_cause *cause,
                         uint32_t vm)
{
    return move->vms[vm].after.target_mb - cause->held_mb[vm];
}

uint32_t explain_causes_of(const struct explain_move *move, uint32_t vm,
                           const struct explain_cause **causes, uint32_t most)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < move->cause_count; i++) {
        double effect = fabs(explain_effect_mb(move, &move->causes[i], vm));
        if (!(effect >= EXPLAIN_LEAST_MB))
            continue;
        uint32_t at = count < most ? count++ : most;
        while (at > 0 && fabs(explain_effect_mb(move, causes[at - 1], vm)) < effect) {
            if (at < most)
                causes[at] = causes[at - 1];
            at--;
        }
        if (at < most)
            causes[at] = &move->causes[i];
    }
    return count;
}

/* ---- What was done ----------------------------------------------------------------------- */

/* Which moment a sample is of. */
enum sample_of { SAMPLE_THEN, SAMPLE_NOW, SAMPLE_DONE };

struct sampling {
    const struct explain *explain;
    struct explain_move *move;
    enum sample_of what;
};

static bool take_sample(void *context, const struct results_value *values, uint32_t count)
{
    struct sampling *sampling = context;
    const struct decisions *decisions = &sampling->explain->decisions;
    const char *metric = values[1].text;
    double value = values[2].number;
    (void)count;
    if (strcmp(metric, metric_in_role(METRIC_ROLE_FREE)) == 0 && sampling->what == SAMPLE_NOW) {
        sampling->move->free_mb = value;
        sampling->move->free_s = values[3].number;
    }
    for (uint32_t i = 0; i < decisions->vm_count && sampling->what != SAMPLE_NOW; i++) {
        struct explain_vm *vm = &sampling->move->vms[i];
        struct explain_memory *memory = sampling->what == SAMPLE_DONE ? &vm->done : &vm->then;
        if (strcmp(decisions->vms[i], values[0].text) != 0)
            continue;
        if (strcmp(metric, metric_in_role(METRIC_ROLE_ALLOCATED)) == 0)
            memory->alloc_mb = value;
        else if (strcmp(metric, metric_in_role(METRIC_ROLE_BALLOON)) == 0)
            memory->balloon_mb = value;
        else if (strcmp(metric, metric_in_role(METRIC_ROLE_SWAPPED)) == 0)
            memory->swapped_mb = value;
    }
    return true;
}

/* The last sample at or before t_s. */
static int sample_read(const struct explain *explain, double t_s, struct explain_move *move,
                       enum sample_of what, struct sim_error *error)
{
    struct sampling sampling = {explain, move, what};
    char number[24], time[32];
    const char *binds[] = {
        run_text(explain, number),           time,
        metric_in_role(METRIC_ROLE_FREE),    metric_in_role(METRIC_ROLE_ALLOCATED),
        metric_in_role(METRIC_ROLE_BALLOON), metric_in_role(METRIC_ROLE_SWAPPED)};
    snprintf(time, sizeof time, "%.17g", t_s);
    return results_query(explain->db,
                         "SELECT vm, metric, value, t_s FROM series WHERE run_id = ?1 AND t_s ="
                         " (SELECT max(t_s) FROM series_time WHERE run_id = ?1 AND t_s <= ?2)"
                         " AND metric IN (?3, ?4, ?5, ?6)",
                         binds, 6, take_sample, &sampling, error);
}

struct state {
    struct sim_memory *memory;
    const char *name;
};

/* The detail is "soft to high". */
static bool take_state(void *context, const struct results_value *values, uint32_t count)
{
    struct state *state = context;
    const char *to = strstr(values[0].text, " to ");
    (void)count;
    if (to != NULL)
        state->name = sim_memory_text(state->memory, "%s", to + 4);
    return false;
}

static int state_read(struct explain *explain, struct explain_move *move, struct sim_error *error)
{
    struct state state = {&explain->memory, mp_state_name(MP_STATE_HIGH)};
    char number[24], time[32];
    const char *binds[] = {run_text(explain, number), time};
    snprintf(time, sizeof time, "%.17g", move->to_s);
    int status = results_query(explain->db,
                               "SELECT detail FROM event WHERE run_id = ?1 AND kind = 'state'"
                               " AND t_s <= ?2 ORDER BY rowid DESC LIMIT 1",
                               binds, 2, take_state, &state, error);
    move->state = state.name;
    return status;
}

/* ---- Moves ------------------------------------------------------------------------------- */

/* The last round of the moment that `round` belongs to. */
static uint32_t moment_end(const struct decisions *decisions, uint32_t round)
{
    while (round + 1 < decisions->round_count &&
           decisions->rounds[round + 1].t_s == decisions->rounds[round].t_s)
        round++;
    return round;
}

static uint32_t count_moments(const struct decisions *decisions, uint32_t from, uint32_t to)
{
    uint32_t count = 0;
    for (uint32_t i = from + 1; i <= to; i++)
        count += decisions->rounds[i].t_s != decisions->rounds[i - 1].t_s;
    return count;
}

/* When the orders of a move began to be carried out, and until when they were. */
static void times_set(const struct explain *explain, struct explain_move *move)
{
    const struct decisions *decisions = &explain->decisions;
    uint32_t first = move->from;
    while (first < move->to && decisions->rounds[first].t_s == move->from_s)
        first++;
    move->then_s = decisions->rounds[first].t_s;
    move->done_s = move->to + 1 < decisions->round_count ? decisions->rounds[move->to + 1].t_s
                                                         : explain->end_s;
}

int explain_move(struct explain *explain, uint32_t from, uint32_t to, struct explain_move *move,
                 struct sim_error *error)
{
    const struct decisions *decisions = &explain->decisions;
    const struct round *before = &decisions->rounds[from], *after = &decisions->rounds[to];
    *move = (struct explain_move){
        .from = from,
        .to = to,
        .moments = count_moments(decisions, from, to),
        .from_s = before->t_s,
        .to_s = after->t_s,
        .done_s = to + 1 < decisions->round_count ? decisions->rounds[to + 1].t_s : explain->end_s,
        .free_mb = NAN};
    times_set(explain, move);
    move->vms = sim_memory_get(&explain->memory, decisions->vm_count * sizeof *move->vms);
    for (uint32_t i = 0; i < decisions->vm_count; i++) {
        struct explain_vm *vm = &move->vms[i];
        int was = round_place(before, i), is = round_place(after, i);
        vm->was_on = was >= 0;
        vm->is_on = is >= 0;
        vm->before = vm->was_on ? before->orders[was] : (struct decision){0};
        vm->after = vm->is_on ? after->orders[is] : (struct decision){0};
        vm->then = vm->done = (struct explain_memory){NAN, NAN, NAN};
    }
    causes_find(explain, move);
    int status = sample_read(explain, move->then_s, move, SAMPLE_THEN, error);
    if (status == SIM_OK)
        status = sample_read(explain, move->to_s, move, SAMPLE_NOW, error);
    if (status == SIM_OK)
        status = sample_read(explain, move->done_s, move, SAMPLE_DONE, error);
    return status == SIM_OK ? state_read(explain, move, error) : status;
}

/* By how much the target of a VM differs between two rounds; 0 where it was or is off. */
static double moved_mb(const struct decisions *decisions, uint32_t from, uint32_t to, uint32_t vm)
{
    const struct round *before = &decisions->rounds[from], *after = &decisions->rounds[to];
    int was = round_place(before, vm), is = round_place(after, vm);
    return was >= 0 && is >= 0 ? after->orders[is].target_mb - before->orders[was].target_mb : 0;
}

/* The VM whose target moved most; `only`: this one, unless it is -1. */
static uint32_t leader(const struct decisions *decisions, uint32_t from, uint32_t to, int only)
{
    uint32_t best = only >= 0 ? (uint32_t)only : 0;
    for (uint32_t vm = 0; vm < decisions->vm_count && only < 0; vm++)
        if (fabs(moved_mb(decisions, from, to, vm)) > fabs(moved_mb(decisions, from, to, best)))
            best = vm;
    return best;
}

static int compare_size(const void *a, const void *b)
{
    double first = fabs(((const struct explain_span *)a)->moved_mb);
    double second = fabs(((const struct explain_span *)b)->moved_mb);
    if (first != second)
        return first < second ? 1 : -1;
    return ((const struct explain_span *)a)->from < ((const struct explain_span *)b)->from ? -1 : 1;
}

static int compare_time(const void *a, const void *b)
{
    uint32_t first = ((const struct explain_span *)a)->from;
    uint32_t second = ((const struct explain_span *)b)->from;
    return first < second ? -1 : first > second;
}

uint32_t explain_largest(const struct explain *explain, int vm, struct explain_span *spans,
                         uint32_t most)
{
    const struct decisions *decisions = &explain->decisions;
    struct explain_span *all = sim_memory_need(calloc(decisions->round_count, sizeof *all));
    uint32_t count = 0, last = 0; /* the leader of the last span */
    for (uint32_t from = moment_end(decisions, 0); from + 1 < decisions->round_count;) {
        uint32_t to = moment_end(decisions, from + 1);
        uint32_t lead = leader(decisions, from, to, vm);
        double moved = moved_mb(decisions, from, to, lead);
        struct explain_span *span = &all[count];
        if (count > 0 && all[count - 1].to == from && last == lead &&
            (all[count - 1].moved_mb > 0) == (moved > 0) && fabs(moved) >= EXPLAIN_LEAST_MB) {
            all[count - 1].to = to;
            all[count - 1].moved_mb += moved;
        } else if (fabs(moved) >= EXPLAIN_LEAST_MB) {
            *span = (struct explain_span){from, to, moved};
            last = lead;
            count++;
        }
        from = to;
    }
    qsort(all, count, sizeof *all, compare_size);
    if (count > most)
        count = most;
    qsort(all, count, sizeof *all, compare_time);
    memcpy(spans, all, count * sizeof *all);
    free(all);
    return count;
}

/* The last round of the moment before that of `round`, or -1. */
static int64_t moment_before(const struct decisions *decisions, uint32_t round)
{
    int64_t before = round;
    while (before >= 0 && decisions->rounds[before].t_s == decisions->rounds[round].t_s)
        before--;
    return before;
}

bool explain_before(const struct explain *explain, double t_s, int vm, struct explain_span *span)
{
    const struct decisions *decisions = &explain->decisions;
    int64_t at = decisions_at(decisions, t_s);
    if (at < 0)
        return false;
    *span = (struct explain_span){(uint32_t)at, (uint32_t)at, 0};
    for (int64_t to = at, from; to >= 0; to = from) {
        from = moment_before(decisions, (uint32_t)to);
        if (from < 0)
            return true;
        if (to == at)
            span->from = (uint32_t)from;
        uint32_t lead = leader(decisions, (uint32_t)from, (uint32_t)to, vm);
        double moved = moved_mb(decisions, (uint32_t)from, (uint32_t)to, lead);
        if (fabs(moved) >= EXPLAIN_LEAST_MB) {
            *span = (struct explain_span){(uint32_t)from, (uint32_t)to, moved};
            return true;
        }
    }
    return true;
}
