/*
 * The rows of a comparison: every metric of two sets of runs, and which of them matter most.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/comparison/internal.h"
#include "sim/memory.h"

struct filling {
    struct comparison_making *making;
    const struct comparison_set *a, *b;
    const struct comparison_pairs *pairs; /* NULL: independent runs */
    double *values_a, *values_b;
};

static void values_gather(double *to, const double *values, const uint32_t *runs, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        to[i] = values != NULL ? values[runs[i]] : NAN;
}

static struct difference differ(const struct filling *filling, const double *a, const double *b)
{
    const struct comparison_pairs *pairs = filling->pairs;
    uint32_t count_a = pairs != NULL ? pairs->count : filling->a->count;
    uint32_t count_b = pairs != NULL ? pairs->count : filling->b->count;
    values_gather(filling->values_a, a, pairs != NULL ? pairs->a : filling->a->runs, count_a);
    values_gather(filling->values_b, b, pairs != NULL ? pairs->b : filling->b->runs, count_b);
    return pairs != NULL ? difference_paired(filling->values_a, filling->values_b, count_a)
                         : difference_welch(filling->values_a, count_a, filling->values_b, count_b);
}

static bool has_any(const double *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            return true;
    return false;
}

/* Run by run: a value that is there on one side alone is a difference too. */
static bool pair_is_beyond(const struct filling *filling, const struct tolerance *tolerance)
{
    for (uint32_t i = 0; i < filling->pairs->count; i++) {
        double a = filling->values_a[i], b = filling->values_b[i];
        if (isnan(a) != isnan(b) || (!isnan(a) && !tolerance_allows(tolerance, a, b)))
            return true;
    }
    return false;
}

static bool is_beyond(const struct filling *filling, const struct comparison_row *row)
{
    static const struct tolerance none;
    const struct tolerance *tolerance = row->tolerance;
    if (filling->making->comparison->request.exact)
        return pair_is_beyond(filling, tolerance != NULL ? tolerance : &none);
    const struct difference *difference = &row->difference;
    bool is_known =
        difference->verdict == DIFFERENCE_APART || difference->verdict == DIFFERENCE_SINGLE;
    return tolerance != NULL && is_known &&
           !tolerance_allows(tolerance, difference->mean_a, difference->mean_b);
}

static const struct tolerance *tolerance_of(struct comparison_making *making, const char *metric)
{
    const struct tolerances *tolerances = making->comparison->request.tolerances;
    if (tolerances == NULL)
        return NULL;
    const struct tolerance *found = tolerances_find(tolerances, metric);
    if (found != NULL)
        making->seen_tolerance[found - tolerances->at] = true;
    return found;
}

/* Of the two outcomes, which are of one VM and metric, one may be NULL. */
static void statistic_compare(struct filling *filling, const struct outcome *a,
                              const struct outcome *b, enum outcome_of of)
{
    struct comparison_making *making = filling->making;
    struct comparison *comparison = making->comparison;
    const struct outcome *known = a != NULL ? a : b;
    struct comparison_row row = {.part = comparison->part_count,
                                 .known = known->metric,
                                 .of = of,
                                 .tolerance = tolerance_of(making, known->name)};
    row.difference =
        differ(filling, a != NULL ? a->values[of] : NULL, b != NULL ? b->values[of] : NULL);
    uint32_t count_a = filling->pairs != NULL ? filling->pairs->count : filling->a->count;
    uint32_t count_b = filling->pairs != NULL ? filling->pairs->count : filling->b->count;
    bool in_a = has_any(filling->values_a, count_a), in_b = has_any(filling->values_b, count_b);
    if (!in_a && !in_b)
        return;
    row.only_in = in_a && in_b ? 0 : in_a ? 1 : 2;
    if (row.only_in != 0) /* pairs have dropped the values that are there */
        row.difference = difference_welch(filling->values_a, count_a, filling->values_b, count_b);
    row.beyond = is_beyond(filling, &row);
    row.vm = comparison_copy(making, known->vm);
    row.metric = comparison_copy(making, known->name);
    row.unit = comparison_copy(making, known->unit);
    COMPARISON_RESERVE(comparison->rows, comparison->room, comparison->count);
    comparison->rows[comparison->count++] = row;
}

static bool is_wanted(struct comparison_making *making, const char *metric)
{
    const struct comparison_request *request = &making->comparison->request;
    bool wanted = request->only_count == 0;
    for (uint32_t i = 0; i < request->only_count; i++) {
        if (strcmp(request->only[i], metric) != 0)
            continue;
        making->seen_only[i] = true;
        wanted = true;
    }
    return wanted;
}

static void outcomes_compare(struct filling *filling, const struct outcome *a,
                             const struct outcome *b)
{
    const struct outcome *known = a != NULL ? a : b;
    enum outcome_of of_a = OUTCOME_MEAN, of_b = OUTCOME_MEAN;
    if (!is_wanted(filling->making, known->name))
        return;
    if (filling->making->comparison->request.exact) {
        for (uint32_t of = 0; of < OUTCOMES_OF; of++)
            statistic_compare(filling, a, b, (enum outcome_of)of);
        return;
    }
    const double *values = a != NULL ? outcome_main(a, &of_a) : NULL;
    if (b != NULL)
        outcome_main(b, &of_b);
    statistic_compare(filling, a, b, values != NULL ? of_a : of_b);
}

/* The outcome of the other side with the same VM and metric. Both sides have nearly the same ones
 * in the same order, so it is mostly the one at `*at`. */
static const struct outcome *partner(const struct outcomes *outcomes, const struct outcome *of,
                                     uint32_t *at)
{
    if (*at >= outcomes->count || strcmp(outcomes->at[*at].name, of->name) != 0 ||
        strcmp(outcomes->at[*at].vm, of->vm) != 0) {
        const struct outcome *found = outcomes_find(outcomes, of->vm, of->name);
        if (found == NULL)
            return NULL;
        *at = (uint32_t)(found - outcomes->at);
    }
    return &outcomes->at[(*at)++];
}

static void rows_fill(struct filling *filling)
{
    const struct outcomes *a = &filling->a->side->outcomes, *b = &filling->b->side->outcomes;
    uint32_t at = 0;
    for (uint32_t i = 0; i < a->count; i++)
        outcomes_compare(filling, &a->at[i], partner(b, &a->at[i], &at));
    at = 0;
    for (uint32_t i = 0; i < b->count; i++)
        if (partner(a, &b->at[i], &at) == NULL)
            outcomes_compare(filling, NULL, &b->at[i]);
}

/* ---- What matters most comes first --------------------------------------------------------- */

static int verdict_order(const struct comparison_row *row)
{
    static const int orders[] = {[DIFFERENCE_APART] = 1,
                                 [DIFFERENCE_SINGLE] = 1,
                                 [DIFFERENCE_TOGETHER] = 2,
                                 [DIFFERENCE_EQUAL] = 4,
                                 [DIFFERENCE_NONE] = 3};
    return row->beyond ? 0 : orders[row->difference.verdict];
}

/* What begins at 0 grows without bound. */
static double size_of(const struct comparison_row *row)
{
    const struct difference *difference = &row->difference;
    if (!isnan(difference->relative))
        return fabs(difference->relative);
    return difference->difference != 0 ? INFINITY : 0;
}

static bool is_shown(const struct comparison_row *row)
{
    return row->known != NULL && row->known->shown.rank > 0;
}

static int row_compare(const void *first, const void *second)
{
    const struct comparison_row *a = first, *b = second;
    if (verdict_order(a) != verdict_order(b))
        return verdict_order(a) < verdict_order(b) ? -1 : 1;
    if (is_shown(a) != is_shown(b))
        return is_shown(a) ? -1 : 1;
    if (size_of(a) != size_of(b))
        return size_of(a) > size_of(b) ? -1 : 1;
    int order = strcmp(a->metric, b->metric);
    if (order == 0)
        order = strcmp(a->vm, b->vm);
    return order != 0 ? order : (int)a->of - (int)b->of;
}

/* ---- All --------------------------------------------------------------------------------- */

void comparison_rows_add(struct comparison_making *making, const struct comparison_set *a,
                         const struct comparison_set *b, const struct comparison_pairs *pairs)
{
    struct comparison *comparison = making->comparison;
    uint32_t room = a->count + b->count + 1u, first = comparison->count;
    struct filling filling = {.making = making,
                              .a = a,
                              .b = b,
                              .pairs = pairs,
                              .values_a = sim_memory_need(calloc(room, sizeof(double))),
                              .values_b = sim_memory_need(calloc(room, sizeof(double)))};
    rows_fill(&filling);
    if (comparison->count > first)
        qsort(comparison->rows + first, comparison->count - first, sizeof *comparison->rows,
              row_compare);
    free(filling.values_a);
    free(filling.values_b);
}
