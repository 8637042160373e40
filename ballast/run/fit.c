/*
 * The search for the edge between values that meet the conditions and values that do not.
 *
 * The hazard is a verdict by luck: a mean on the right side of a limit says nothing while the
 * interval contains the limit. So three edges are searched, each by bisection over the same points:
 * where means change sides, where the conditions cease to hold for sure, and where they begin to
 * fail for sure.
 */
#include "ballast/run/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/results.h"
#include "ballast/run/fit_runs.h"

struct search {
    const struct fit_request *request;
    struct fit_answer *answer;
    struct fit_runs runs;
    struct sim_error *error;
    int status;
};

/* ---- Points -------------------------------------------------------------------------------- */

static void judge(const struct fit_request *request, struct fit_point *point)
{
    point->verdict = CONDITION_HOLDS;
    point->mean_holds = true;
    for (uint32_t i = 0; i < request->condition_count; i++) {
        const struct condition_estimate *estimate = &point->estimates[i];
        if (estimate->verdict < point->verdict)
            point->verdict = estimate->verdict;
        point->mean_holds &= estimate->mean_holds;
    }
}

/* Half as many again, at least one. */
static uint32_t more_seeds(uint32_t seeds, uint32_t most)
{
    uint32_t more = seeds + (seeds + 1) / 2;
    return more < most ? more : most;
}

static struct fit_point *point_at(struct search *search, uint32_t index)
{
    const struct fit_request *request = search->request;
    struct fit_point *point = &search->answer->points[index];
    if (point->runs > 0 || search->status != SIM_OK)
        return point;
    point->index = index;
    for (uint32_t seeds = request->seeds_least;; seeds = more_seeds(seeds, request->seeds_most)) {
        search->status =
            fit_runs_make(&search->runs, index, seeds, point->estimates, search->error);
        if (search->status != SIM_OK)
            return point;
        point->runs = seeds;
        judge(request, point);
        if (point->verdict != CONDITION_OPEN || seeds >= request->seeds_most)
            break;
    }
    if (request->tell != NULL)
        request->tell(request->context, point);
    return point;
}

/* ---- Bisection ----------------------------------------------------------------------------- */

/* Values in the order in which conditions go from holding to failing. */
static uint32_t index_of(const struct fit_answer *answer, uint32_t place)
{
    return answer->is_reversed ? answer->count - 1 - place : place;
}

static bool mean_holds(const struct fit_point *point)
{
    return point->mean_holds;
}

static bool surely_holds(const struct fit_point *point)
{
    return point->verdict == CONDITION_HOLDS;
}

static bool may_hold(const struct fit_point *point)
{
    return point->verdict != CONDITION_FAILS;
}

/* The last place from `from` on, before `end`, that is so. `from` is so, `end` is not, or is behind
 * the last. */
static uint32_t last_place(struct search *search, uint32_t from, uint32_t end,
                           bool (*is_so)(const struct fit_point *))
{
    while (end - from > 1 && search->status == SIM_OK) {
        uint32_t middle = from + (end - from) / 2;
        if (is_so(point_at(search, index_of(search->answer, middle))))
            from = middle;
        else
            end = middle;
    }
    return from;
}

/* `end` is a place that does not hold. */
static void edges_find(struct search *search, uint32_t from, uint32_t end)
{
    struct fit_answer *answer = search->answer;
    uint32_t best = last_place(search, from, end, mean_holds), sure = from, perhaps = end;
    if (surely_holds(point_at(search, index_of(answer, best))))
        sure = best;
    else if (surely_holds(point_at(search, index_of(answer, from))))
        sure = last_place(search, from, best, surely_holds);
    if (!may_hold(point_at(search, index_of(answer, best + 1))))
        perhaps = best;
    else if (!may_hold(point_at(search, index_of(answer, end))))
        perhaps = last_place(search, best + 1, end, may_hold);
    answer->best = index_of(answer, best);
    answer->sure = index_of(answer, sure);
    answer->perhaps = index_of(answer, perhaps);
}

/* Both ends say which way it goes. */
static void search_all(struct search *search)
{
    struct fit_answer *answer = search->answer;
    bool first = mean_holds(point_at(search, 0));
    bool last = mean_holds(point_at(search, answer->count - 1));
    answer->all = first && last;
    answer->none = !first && !last;
    answer->is_reversed = !first && last;
    answer->best = answer->sure = answer->perhaps = answer->count - 1;
    if (first != last)
        edges_find(search, 0, answer->count - 1);
}

/* In steps that double, away from an answer that is perhaps near. */
static void search_near(struct search *search)
{
    struct fit_answer *answer = search->answer;
    uint32_t last = answer->count - 1, step = 1;
    answer->is_reversed = search->request->near->is_reversed;
    uint32_t place = index_of(answer, search->request->near->best), other;
    bool holds = mean_holds(point_at(search, index_of(answer, place)));
    for (;; place = other, step *= 2) {
        if (place == (holds ? last : 0)) {
            answer->all = holds;
            answer->none = !holds;
            answer->best = answer->sure = answer->perhaps = index_of(answer, place);
            return;
        }
        if (holds)
            other = last - place > step ? place + step : last;
        else
            other = place > step ? place - step : 0;
        if (mean_holds(point_at(search, index_of(answer, other))) != holds)
            break;
    }
    edges_find(search, holds ? place : other, holds ? other : place);
}

/* A value that fails for sure before one that holds for sure. */
static void oddities_find(struct fit_answer *answer)
{
    bool failed = false;
    for (uint32_t place = 0; place < answer->count && !answer->is_odd; place++) {
        const struct fit_point *point = &answer->points[index_of(answer, place)];
        if (point->runs == 0)
            continue;
        if (point->verdict == CONDITION_FAILS && !failed) {
            failed = true;
            answer->odd_fails = point->index;
        }
        answer->is_odd = failed && point->verdict == CONDITION_HOLDS;
        answer->odd_holds = point->index;
    }
}

int fit_find(const struct fit_request *request, struct fit_answer *answer, struct sim_error *error)
{
    struct search search = {.request = request, .answer = answer, .error = error};
    *answer = (struct fit_answer){.count = request->axis->count};
    answer->points = calloc(answer->count, sizeof *answer->points);
    if (answer->points == NULL)
        return sim_error_set(error, SIM_SYSTEM, "no memory for %u values", answer->count);
    search.status = fit_runs_init(&search.runs, request, error);
    if (search.status == SIM_OK && request->near != NULL)
        search_near(&search);
    else
        search_all(&search);
    if (search.status == SIM_OK)
        oddities_find(answer);
    answer->runs_made = search.runs.made;
    answer->runs_found = search.runs.found;
    fit_runs_fini(&search.runs);
    if (search.status != SIM_OK)
        fit_answer_fini(answer);
    return search.status;
}

void fit_answer_fini(struct fit_answer *answer)
{
    free(answer->points);
    *answer = (struct fit_answer){0};
}

bool fit_next(const struct fit_answer *answer, uint32_t *index)
{
    if (answer->all || answer->none)
        return false;
    *index = answer->is_reversed ? answer->best - 1 : answer->best + 1;
    return true;
}

uint32_t fit_binding(const struct fit_request *request, const struct fit_point *point)
{
    uint32_t binding = 0;
    double furthest = -INFINITY;
    for (uint32_t i = 0; i < request->condition_count; i++) {
        const struct condition *condition = &request->conditions[i];
        const struct condition_estimate *estimate = &point->estimates[i];
        double beyond = (condition->is_below ? 1 : -1) * (estimate->mean - condition->limit);
        double scale = fmax(fabs(condition->limit), 1e-9);
        if (!estimate->mean_holds && beyond / scale > furthest) {
            furthest = beyond / scale;
            binding = i;
        }
    }
    return binding;
}
