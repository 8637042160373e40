/*
 * Two sets of runs against each other.
 */
#include "ballast/comparison/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ballast/run/chosen.h"
#include "sim/memory.h"
#include "sim/nearest.h"

/* ---- Runs of one side that the other has not ---------------------------------------------- */

static void lone_add(struct comparison_making *making, bool in_a, const char *experiment,
                     const char *variant, const char *seed)
{
    struct comparison *comparison = making->comparison;
    const char *words = sim_memory_text(&comparison->memory, "%s%s%s%s%s", experiment,
                                        variant[0] != '\0' ? " " : "", variant,
                                        seed != NULL ? " seed " : "", seed != NULL ? seed : "");
    if (in_a) {
        COMPARISON_RESERVE(comparison->missing, comparison->missing_room,
                           comparison->missing_count);
        comparison->missing[comparison->missing_count++] = words;
    } else {
        COMPARISON_RESERVE(comparison->added, comparison->added_room, comparison->added_count);
        comparison->added[comparison->added_count++] = words;
    }
}

/* ---- Pairs of runs ----------------------------------------------------------------------- */

static bool are_alike(const struct outcome_run *a, const struct outcome_run *b)
{
    return a->replicate == b->replicate && strcmp(a->seed, b->seed) == 0;
}

/* The runs of both sets with the same seed and replicate. */
static struct comparison_pairs pairs_find(const struct comparison_set *a,
                                          const struct comparison_set *b)
{
    struct comparison_pairs pairs = {.a = sim_memory_need(calloc(a->count + 1u, sizeof *pairs.a)),
                                     .b = sim_memory_need(calloc(a->count + 1u, sizeof *pairs.b))};
    for (uint32_t i = 0; i < a->count; i++) {
        for (uint32_t j = 0; j < b->count; j++) {
            if (!are_alike(&a->side->outcomes.runs[a->runs[i]],
                           &b->side->outcomes.runs[b->runs[j]]))
                continue;
            pairs.a[pairs.count] = a->runs[i];
            pairs.b[pairs.count++] = b->runs[j];
            break;
        }
    }
    return pairs;
}

/* A summary may be equal where samples, events or decisions are not. */
static uint32_t unlike_count(const struct comparison_set *a, const struct comparison_set *b,
                             const struct comparison_pairs *pairs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < pairs->count; i++)
        count += strcmp(a->side->outcomes.runs[pairs->a[i]].checksum,
                        b->side->outcomes.runs[pairs->b[i]].checksum) != 0;
    return count;
}

static bool is_in(const uint32_t *numbers, uint32_t count, uint32_t number)
{
    for (uint32_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static void lone_runs(struct comparison_making *making, const struct comparison_set *set,
                      const uint32_t *paired, uint32_t count, bool in_a)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (!is_in(paired, count, set->runs[i]))
            lone_add(making, in_a, set->side->experiment, set->variant,
                     set->side->outcomes.runs[set->runs[i]].seed);
}

static bool has_value(const struct outcome *outcome, const struct comparison_set *set)
{
    for (uint32_t of = 0; of < OUTCOMES_OF; of++)
        for (uint32_t i = 0; outcome->values[of] != NULL && i < set->count; i++)
            if (!isnan(outcome->values[of][set->runs[i]]))
                return true;
    return false;
}

/* The next outcome of the set behind `*at` that belongs to a VM which is not `last`; NULL: none. */
static const char *next_vm(const struct comparison_set *set, uint32_t *at, const char *last)
{
    const struct outcomes *outcomes = &set->side->outcomes;
    for (; *at < outcomes->count; ++*at) {
        const struct outcome *outcome = &outcomes->at[*at];
        bool is_new = last == NULL || strcmp(outcome->vm, last) != 0;
        if (outcome->vm[0] != '\0' && is_new && has_value(outcome, set))
            return outcome->vm;
    }
    return NULL;
}

/* The same VMs in the same order: streams of random numbers have the names of VMs. */
static bool have_same_vms(const struct comparison_set *a, const struct comparison_set *b)
{
    uint32_t at_a = 0, at_b = 0;
    const char *vm_a = NULL, *vm_b = NULL;
    do {
        vm_a = next_vm(a, &at_a, vm_a);
        vm_b = next_vm(b, &at_b, vm_b);
        if ((vm_a == NULL) != (vm_b == NULL) || (vm_a != NULL && strcmp(vm_a, vm_b) != 0))
            return false;
    } while (vm_a != NULL);
    return true;
}

/* ---- Variants ---------------------------------------------------------------------------- */

static enum comparison_method method_of(const struct comparison_request *request, bool is_common)
{
    if (request->exact)
        return COMPARISON_PAIRED;
    if (request->method == COMPARISON_AUTO)
        return is_common ? COMPARISON_PAIRED : COMPARISON_WELCH;
    return request->method;
}

static void part_add(struct comparison_making *making, const struct comparison_part *part)
{
    struct comparison *comparison = making->comparison;
    COMPARISON_RESERVE(comparison->parts, comparison->part_room, comparison->part_count);
    struct comparison_part *added = &comparison->parts[comparison->part_count++];
    *added = *part;
    added->count = comparison->count - part->first;
}

static int sets_compare(struct comparison_making *making, const struct comparison_set *a,
                        const struct comparison_set *b)
{
    const struct comparison_request *request = &making->comparison->request;
    struct comparison_pairs pairs = pairs_find(a, b);
    bool all_paired = pairs.count == a->count && pairs.count == b->count;
    bool is_common = all_paired && have_same_vms(a, b);
    bool is_paired = method_of(request, is_common) == COMPARISON_PAIRED;
    int status = SIM_OK;
    bool is_strict = request->exact && request->only_count == 0 &&
                     (request->tolerances == NULL || request->tolerances->count == 0);
    if (is_strict)
        making->comparison->unlike_count += unlike_count(a, b, &pairs);
    if (request->exact || is_paired) {
        lone_runs(making, a, pairs.a, pairs.count, true);
        lone_runs(making, b, pairs.b, pairs.count, false);
    }
    if (is_paired && pairs.count == 0 && !request->exact)
        status = sim_error_set(making->error, SIM_USAGE,
                               "--paired: expected runs of both sides with the same seed, found "
                               "none of %s %s and %s %s",
                               a->side->experiment, a->variant, b->side->experiment, b->variant);
    const struct comparison_part part = {
        .experiment_a = comparison_copy(making, a->side->experiment),
        .variant_a = comparison_copy(making, a->variant),
        .experiment_b = comparison_copy(making, b->side->experiment),
        .variant_b = comparison_copy(making, b->variant),
        .runs_a = is_paired ? pairs.count : a->count,
        .runs_b = is_paired ? pairs.count : b->count,
        .is_paired = is_paired,
        .is_common = is_common,
        .first = making->comparison->count};
    if (status == SIM_OK && part.runs_a > 0 && part.runs_b > 0) {
        comparison_rows_add(making, a, b, is_paired ? &pairs : NULL);
        part_add(making, &part);
    }
    free(pairs.a);
    free(pairs.b);
    return status;
}

/* The runs of the variant of the run number `first`. */
static struct comparison_set set_of(const struct comparison_input *side, uint32_t first)
{
    const struct outcomes *outcomes = &side->outcomes;
    struct comparison_set set = {.side = side, .variant = outcomes->runs[first].variant};
    set.runs = sim_memory_need(calloc(outcomes->run_count, sizeof *set.runs));
    for (uint32_t i = 0; i < outcomes->run_count; i++)
        if (strcmp(outcomes->runs[i].variant, set.variant) == 0)
            set.runs[set.count++] = i;
    return set;
}

/* The first run of a variant; run_count: it has none. */
static uint32_t variant_first(const struct comparison_input *side, const char *variant)
{
    uint32_t i = 0;
    while (i < side->outcomes.run_count && strcmp(side->outcomes.runs[i].variant, variant) != 0)
        i++;
    return i;
}

static bool is_first(const struct comparison_input *side, uint32_t run)
{
    return variant_first(side, side->outcomes.runs[run].variant) == run;
}

static uint32_t variants_count(const struct comparison_input *side)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < side->outcomes.run_count; i++)
        count += is_first(side, i);
    return count;
}

static int variants_compare(struct comparison_making *making)
{
    const struct comparison_input *a = &making->a, *b = &making->b;
    bool single = variants_count(a) == 1 && variants_count(b) == 1;
    bool by_name = making->comparison->request.exact || !single;
    uint32_t matched = 0;
    int status = SIM_OK;
    for (uint32_t i = 0; i < a->outcomes.run_count && status == SIM_OK; i++) {
        if (!is_first(a, i))
            continue;
        uint32_t j = by_name ? variant_first(b, a->outcomes.runs[i].variant) : 0;
        if (j == b->outcomes.run_count) {
            lone_add(making, true, a->experiment, a->outcomes.runs[i].variant, NULL);
            continue;
        }
        struct comparison_set of_a = set_of(a, i), of_b = set_of(b, j);
        status = sets_compare(making, &of_a, &of_b);
        free(of_a.runs);
        free(of_b.runs);
        matched++;
    }
    for (uint32_t i = 0; by_name && i < b->outcomes.run_count && status == SIM_OK; i++)
        if (is_first(b, i) &&
            variant_first(a, b->outcomes.runs[i].variant) == a->outcomes.run_count)
            lone_add(making, false, b->experiment, b->outcomes.runs[i].variant, NULL);
    if (status == SIM_OK && matched == 0 && !making->comparison->request.exact)
        status = sim_error_set(making->error, SIM_USAGE,
                               "expected one variant on each side or variants of the same names, "
                               "found %u of %s and %u of %s; EXPERIMENT:VARIANT names one",
                               variants_count(a), a->experiment, variants_count(b), b->experiment);
    return status;
}

/* ---- Experiments ------------------------------------------------------------------------- */

/* A message about a variant names the operand and not an option. */
static int refuse_variant(const struct comparison_input *side, struct sim_error *error)
{
    char text[sizeof error->text];
    static const char option[] = "--variant: ";
    bool has_option = strncmp(error->text, option, strlen(option)) == 0;
    snprintf(text, sizeof text, "%s", error->text + (has_option ? strlen(option) : 0));
    return sim_error_set(error, error->status, "%s:%s: %.700s", side->experiment,
                         side->asked->variant, text);
}

static int side_read(struct comparison_making *making, struct comparison_input *side)
{
    static const struct config_sets no_sets;
    uint32_t count;
    int status = chosen_all(side->db, side->experiment, &count, making->error);
    if (status == SIM_OK && count == 0 && !making->comparison->request.exact)
        status = chosen_refuse_none(side->asked->db, side->experiment, &no_sets, making->error);
    if (status == SIM_OK && side->asked->has_variant) {
        const struct chosen_part part = {.variant = side->asked->variant};
        status = chosen_narrow(side->db, side->experiment, &part, &count, making->error);
        if (status == SIM_USAGE)
            return refuse_variant(side, making->error);
    }
    return status == SIM_OK ? outcomes_read(side->db, &side->outcomes, making->error) : status;
}

static int experiment_compare(struct comparison_making *making, const char *a, const char *b)
{
    making->a.experiment = a;
    making->b.experiment = b;
    int status = side_read(making, &making->a);
    if (status == SIM_OK)
        status = side_read(making, &making->b);
    if (status == SIM_OK)
        status = variants_compare(making);
    outcomes_fini(&making->a.outcomes);
    outcomes_fini(&making->b.outcomes);
    return status;
}

struct names {
    struct comparison_making *making;
    const char **at;
    size_t room;
    uint32_t count;
};

static bool take_name(void *context, const struct results_value *values, uint32_t count)
{
    struct names *names = context;
    assert(count == 1);
    COMPARISON_RESERVE(names->at, names->room, names->count);
    names->at[names->count++] = comparison_copy(names->making, values[0].text);
    return true;
}

static bool has_name(const struct names *names, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name) == 0)
            return true;
    return false;
}

static int names_read(struct comparison_making *making, const struct comparison_input *side,
                      struct names *names)
{
    char name[CONFIG_NAME_BYTES];
    *names = (struct names){.making = making};
    if (side->asked->experiment[0] == '\0')
        return results_query(side->db,
                             "SELECT DISTINCT experiment FROM run WHERE status = 'done'"
                             " AND NOT " CHOSEN_IS_ALONE " ORDER BY experiment",
                             NULL, 0, take_name, names, making->error);
    int status = chosen_experiment(side->db, side->asked->experiment, name, making->error);
    if (status == SIM_OK) {
        COMPARISON_RESERVE(names->at, names->room, names->count);
        names->at[names->count++] = comparison_copy(making, name);
    }
    return status;
}

/* Both name one experiment: these two. Otherwise those with the same name. */
static int names_compare(struct comparison_making *making, const struct names *a,
                         const struct names *b)
{
    bool both_named =
        making->a.asked->experiment[0] != '\0' && making->b.asked->experiment[0] != '\0';
    bool one_named =
        making->a.asked->experiment[0] != '\0' || making->b.asked->experiment[0] != '\0';
    uint32_t matched = 0;
    int status = SIM_OK;
    if (both_named)
        return experiment_compare(making, a->at[0], b->at[0]);
    for (uint32_t i = 0; i < a->count && status == SIM_OK; i++) {
        if (has_name(b, a->at[i])) {
            status = experiment_compare(making, a->at[i], a->at[i]);
            matched++;
        } else if (!one_named) {
            lone_add(making, true, a->at[i], "", NULL);
        }
    }
    for (uint32_t i = 0; i < b->count && !one_named; i++)
        if (!has_name(a, b->at[i]))
            lone_add(making, false, b->at[i], "", NULL);
    if (status == SIM_OK && matched == 0)
        status = sim_error_set(making->error, SIM_USAGE,
                               "expected finished runs of one experiment in %s and in %s, found "
                               "none",
                               making->a.asked->db, making->b.asked->db);
    return status;
}

/* ---- Names of metrics -------------------------------------------------------------------- */

static int refuse_metric(const char *option, const char *name, const struct comparison *comparison,
                         struct sim_error *error)
{
    struct sim_nearest nearest;
    char hint[SIM_HINT_BYTES];
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < METRIC_COUNT; i++)
        sim_nearest_offer(&nearest, metrics[i].name);
    for (uint32_t i = 0; i < comparison->count; i++)
        sim_nearest_offer(&nearest, comparison->rows[i].metric);
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a metric of these runs, found '%s'%s; `ballast show "
                         "--metrics` explains them",
                         option, name, sim_nearest_hint(hint, nearest.best));
}

static int names_check(const struct comparison_making *making)
{
    const struct comparison_request *request = &making->comparison->request;
    for (uint32_t i = 0; i < request->only_count; i++)
        if (!making->seen_only[i])
            return refuse_metric("--only", request->only[i], making->comparison, making->error);
    if (request->tolerances == NULL || request->only_count > 0)
        return SIM_OK;
    for (uint32_t i = 0; i < request->tolerances->count; i++) {
        const char *name = request->tolerances->at[i].metric;
        if (!making->seen_tolerance[i] && name[0] != '\0' && metric_named(name) == NULL)
            return refuse_metric("tolerance", name, making->comparison, making->error);
    }
    return SIM_OK;
}

/* ---- All --------------------------------------------------------------------------------- */

static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static int sides_compare(struct comparison_making *making)
{
    struct names a = {0}, b = {0};
    int status = names_read(making, &making->a, &a);
    if (status == SIM_OK)
        status = names_read(making, &making->b, &b);
    if (status == SIM_OK)
        status = names_compare(making, &a, &b);
    if (status == SIM_OK)
        status = names_check(making);
    free(a.at);
    free(b.at);
    return status;
}

int comparison_make(const struct comparison_request *request, struct comparison *comparison,
                    struct sim_error *error)
{
    *comparison = (struct comparison){.request = *request};
    struct comparison_making making = {.comparison = comparison,
                                       .a.asked = &comparison->request.a,
                                       .b.asked = &comparison->request.b,
                                       .error = error};
    bool is_same = is_same_file(request->a.db, request->b.db);
    int status = results_open(request->a.db, RESULTS_READ, &making.a.db, error);
    if (status == SIM_OK && !is_same)
        status = results_open(request->b.db, RESULTS_READ, &making.b.db, error);
    if (is_same)
        making.b.db = making.a.db;
    if (status == SIM_OK)
        status = sides_compare(&making);
    if (!is_same)
        results_close(making.b.db, NULL);
    results_close(making.a.db, NULL);
    return status;
}

void comparison_fini(struct comparison *comparison)
{
    free(comparison->parts);
    free(comparison->rows);
    free(comparison->missing);
    free(comparison->added);
    sim_memory_free(&comparison->memory);
    *comparison = (struct comparison){0};
}

uint32_t comparison_beyond(const struct comparison *comparison)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < comparison->count; i++)
        count += comparison->rows[i].beyond;
    return count;
}
