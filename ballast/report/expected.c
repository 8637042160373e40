/*
 * Expectations of own experiments, judged.
 *
 * The hazard is a comparison of runs that differ in more than what is compared. A run's variant
 * names all in which it differs from its file, "key=value,...", so runs that differ in one key
 * alone have equal variants but for that part.
 */
#include "ballast/report/expected.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/results/expect.h"
#include "ballast/run/chosen.h"
#include "sim/memory.h"
#include "sim/nearest.h"

struct run {
    const char *run_id, *variant;
    double seed, replicate;
    double key; /* of the row that is judged; NAN: none */
};

/* A variant of the file, as users name it and as its runs are named. */
struct variant {
    const char *name, *stored;
};

struct job {
    struct verify *verify;
    struct sim_memory *memory;
    struct results *db;
    const struct config_file *file;
    const struct config_sets *sets;
    const char *path;       /* of expect.csv */
    const char *experiment; /* its name */
    struct variant *variants;
    uint32_t variant_count;
    struct run *runs;
    uint32_t run_count;
    uint32_t used; /* how often a value of a run was found */
};

static int refuse(const struct job *job, const struct expect *expect, const char *expected,
                  const char *found, const char *nearest, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    return sim_error_set(error, SIM_BAD_DATA, "%s:%u: expected %s, found '%s'%s", job->path,
                         expect->line, expected, found, sim_nearest_hint(hint, nearest));
}

/* ---- Variants ---------------------------------------------------------------------------- */

/* Length of the part of a variant that begins here: up to a comma behind which the next key stands,
 * as a value may have commas. */
static size_t part_length(const char *part)
{
    size_t length = strcspn(part, ",");
    while (part[length] == ',') {
        size_t next = strcspn(part + length + 1, ",=");
        if (part[length + 1 + next] == '=')
            break;
        length += 1 + strcspn(part + length + 1, ",");
    }
    return length;
}

/* `variant` without the part "key=..."; `*value` is that part's value, NULL where it has none. */
static const char *without(const struct job *job, const char *variant, const char *key,
                           const char **value)
{
    size_t key_length = strlen(key);
    *value = NULL;
    for (const char *part = variant; *part != '\0';) {
        size_t length = part_length(part);
        const char *next = part + length + (part[length] == ',');
        if (strncmp(part, key, key_length) == 0 && part[key_length] == '=') {
            *value = sim_memory_text(job->memory, "%.*s", (int)(length - key_length - 1),
                                     part + key_length + 1);
            size_t before = (size_t)(part - variant);
            if (*next == '\0' && before > 0)
                before--; /* the comma */
            return sim_memory_text(job->memory, "%.*s%s", (int)before, variant, next);
        }
        part = next;
    }
    return variant;
}

/* The name under which runs of a variant of the file are stored, with `sets` over it. */
static int stored_name(const struct job *job, uint32_t variant, const struct config_sets *sets,
                       const char **stored, struct sim_error *error)
{
    struct experiment_config config;
    int status = config_resolve(job->file, variant, sets->at, sets->count, &config, error);
    if (status != SIM_OK)
        return status;
    *stored = sim_memory_text(job->memory, "%s", config.variant);
    config_fini(&config);
    return SIM_OK;
}

/* A name such as "policy.idle_tax=0.5,duration_s=60": keys over the variant of the file. */
static int swept_name(const struct job *job, const struct expect *expect, uint32_t variant,
                      const char *parts, const char **stored, struct sim_error *error)
{
    struct config_sets sets = *job->sets;
    struct sim_error wrong = {0};
    int status = SIM_OK;
    for (const char *part = parts; *part != '\0' && status == SIM_OK;) {
        size_t length = part_length(part);
        const char *set = sim_memory_text(job->memory, "%.*s", (int)length, part);
        status = config_sets_add(&sets, set, &wrong);
        part += length + (part[length] == ',');
    }
    if (status == SIM_OK)
        status = stored_name(job, variant, &sets, stored, &wrong);
    if (status == SIM_OK)
        return SIM_OK;
    const char *text = strncmp(wrong.text, "--set ", 6) == 0 ? wrong.text + 6 : wrong.text;
    return sim_error_set(error, SIM_BAD_DATA, "%s:%u: variant %s: %s", job->path, expect->line,
                         parts, text);
}

/* The variant that a user names: one of the file, or keys over one of the file. */
static int variant_find(const struct job *job, const struct expect *expect, const char *name,
                        const char **stored, struct sim_error *error)
{
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < job->variant_count; i++) {
        if (strcmp(job->variants[i].name, name) == 0) {
            *stored = job->variants[i].stored;
            return SIM_OK;
        }
        sim_nearest_offer(&nearest, job->variants[i].name);
    }
    for (uint32_t i = 0; i < job->variant_count; i++) {
        const char *own = job->variants[i].name;
        size_t length = strlen(own);
        if (length == 0 && strchr(name, '=') != NULL)
            return swept_name(job, expect, i, name, stored, error);
        if (length > 0 && strncmp(name, own, length) == 0 && name[length] == ',')
            return swept_name(job, expect, i, name + length + 1, stored, error);
    }
    return refuse(job, expect, "a variant of the experiment, or key=value", name, nearest.best,
                  error);
}

static int variants_resolve(struct job *job, struct sim_error *error)
{
    int status = SIM_OK;
    uint32_t count = config_file_variant_count(job->file);
    job->variants = sim_memory_get(job->memory, count * sizeof *job->variants);
    for (; job->variant_count < count && status == SIM_OK; job->variant_count++) {
        struct variant *variant = &job->variants[job->variant_count];
        variant->name = config_file_variant_name(job->file, job->variant_count);
        status = stored_name(job, job->variant_count, job->sets, &variant->stored, error);
    }
    return status;
}

/* ---- Names of the configuration ---------------------------------------------------------- */

/* The VM must be one of a variant. Without variants of the file that have it, it is a mistake. */
static int vm_check(const struct job *job, const struct expect *expect, struct sim_error *error)
{
    struct sim_nearest nearest;
    bool found = expect->vm[0] == '\0';
    char best[CONFIG_NAME_BYTES] = "";
    for (uint32_t i = 0; i < job->variant_count && !found; i++) {
        struct experiment_config config;
        int status = config_resolve(job->file, i, job->sets->at, job->sets->count, &config, error);
        if (status != SIM_OK)
            return status;
        sim_nearest_begin(&nearest, expect->vm);
        for (uint32_t vm = 0; vm < config.vm_count && !found; vm++) {
            sim_nearest_offer(&nearest, config.vms[vm].name);
            found = strcmp(config.vms[vm].name, expect->vm) == 0;
        }
        if (nearest.best != NULL)
            snprintf(best, sizeof best, "%s", nearest.best);
        config_fini(&config);
    }
    return found ? SIM_OK
                 : refuse(job, expect, "a VM of the experiment", expect->vm,
                          best[0] != '\0' ? best : NULL, error);
}

struct key_search {
    struct sim_memory *memory;
    struct sim_nearest nearest;
    bool found;
};

static void offer_key(void *context, const char *key, const char *value)
{
    struct key_search *search = context;
    (void)value;
    search->found = search->found || strcmp(key, search->nearest.name) == 0;
    sim_nearest_offer(&search->nearest, sim_memory_text(search->memory, "%s", key));
}

/* A key that no run has a value of must at least be one. */
static int key_check(const struct job *job, const struct expect *expect, struct sim_error *error)
{
    struct key_search search = {.memory = job->memory};
    struct experiment_config config;
    int status = config_resolve(job->file, 0, job->sets->at, job->sets->count, &config, error);
    if (status != SIM_OK)
        return status;
    sim_nearest_begin(&search.nearest, expect->key);
    config_each_param(&config, offer_key, &search);
    config_fini(&config);
    return search.found ? SIM_OK
                        : refuse(job, expect, "a key of `ballast params`", expect->key,
                                 search.nearest.best, error);
}

/* ---- Values of runs ---------------------------------------------------------------------- */

/* A run of a variant of the file is one of the configuration of now, or does not count. */
static bool take_run(void *context, const struct results_value *values, uint32_t count)
{
    struct job *job = context;
    assert(count == 5);
    for (uint32_t i = 0; i < job->variant_count; i++)
        if (strcmp(job->variants[i].stored, values[1].text) == 0 && values[4].number == 0)
            return true;
    job->runs = sim_memory_need(realloc(job->runs, (job->run_count + 1) * sizeof *job->runs));
    job->runs[job->run_count++] =
        (struct run){.run_id = sim_memory_text(job->memory, "%s", values[0].text),
                     .variant = sim_memory_text(job->memory, "%s", values[1].text),
                     .seed = values[2].number,
                     .replicate = values[3].number};
    return true;
}

static bool take_value(void *context, const struct results_value *values, uint32_t count)
{
    double *value = context;
    if (count == 1 && !values[0].is_null)
        *value = values[0].number;
    return false;
}

/* NAN where the run has none. */
static int value_of(const struct job *job, const struct expect *expect, const struct run *run,
                    double *value, struct sim_error *error)
{
#define OF_RUN " WHERE run_id = ?1 AND vm = ?2 AND metric = ?3"
    static const char *const queries[EXPECT_STATISTICS] = {
        [EXPECT_MEAN] = "SELECT mean FROM summary" OF_RUN,
        [EXPECT_LEAST] = "SELECT least FROM summary" OF_RUN,
        [EXPECT_PEAK] = "SELECT peak FROM summary" OF_RUN,
        [EXPECT_LAST] = "SELECT last FROM summary" OF_RUN,
        [EXPECT_RESULT] = "SELECT value FROM result" OF_RUN,
    };
    const char *binds[] = {run->run_id, expect->vm, expect->metric->name};
    *value = NAN;
    return results_query(job->db, queries[expect->statistic], binds, 3, take_value, value, error);
}

/* The values of the runs of a variant; `key` is NAN, or what the runs' key has to be. */
static int values_of(struct job *job, const struct expect *expect, const char *variant, double key,
                     struct expect_runs *values, struct sim_error *error)
{
    struct expect_run *at = sim_memory_get(job->memory, (job->run_count + 1u) * sizeof *at);
    int status = SIM_OK;
    *values = (struct expect_runs){.at = at};
    for (uint32_t i = 0; i < job->run_count && status == SIM_OK; i++) {
        const struct run *run = &job->runs[i];
        const char *ignored;
        const char *name =
            isnan(key) ? run->variant : without(job, run->variant, expect->key, &ignored);
        if (strcmp(name, variant) != 0 || (!isnan(key) && run->key != key))
            continue;
        struct expect_run *value = &at[values->count];
        *value = (struct expect_run){.seed = run->seed, .replicate = run->replicate};
        status = value_of(job, expect, run, &value->value, error);
        values->count += isnan(value->value) ? 0 : 1;
    }
    job->used += values->count;
    return status;
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* `which`: the variant, where the expectation is judged for several. */
static struct verify_row *row_add(const struct job *job, const struct expect *expect,
                                  const char *which)
{
    struct verify_row *row = verify_row_add(job->verify, job->experiment);
    struct compare_point *point = &row->point;
    snprintf(point->point, sizeof point->point, "%s%s%s", expect->name,
             which[0] != '\0' ? ", " : "", which);
    snprintf(point->metric, sizeof point->metric, "%s", expect->metric->name);
    snprintf(point->unit, sizeof point->unit, "%s", expect->metric->unit);
    snprintf(point->reason, sizeof point->reason, "%s", expect->reason);
    snprintf(point->tolerance_text, sizeof point->tolerance_text, "%s", expect->tolerance_text);
    snprintf(point->source, sizeof point->source, "%s:%u", job->path, expect->line);
    point->paper = expect->value;
    point->tolerance = expect->tolerance;
    point->kind = COMPARE_EXPECTED;
    row->expected = expect->text;
    return row;
}

static int value_judge(struct job *job, const struct expect *expect, const char *stored,
                       const char *which, struct sim_error *error)
{
    struct expect_runs runs;
    int status = values_of(job, expect, stored, NAN, &runs, error);
    if (status != SIM_OK)
        return status;
    struct verify_row *row = row_add(job, expect, which);
    double *values = sim_memory_get(job->memory, (runs.count + 1u) * sizeof *values);
    for (uint32_t i = 0; i < runs.count; i++)
        values[i] = runs.at[i].value;
    row->ours = compare_mean(values, runs.count);
    /* The mean itself is judged: noise must not let an expectation pass. */
    struct compare_mean mean = row->ours;
    mean.half = NAN;
    row->verdict = compare_judge(&row->point, &mean);
    verify_row_count(job->verify, row);
    return SIM_OK;
}

static int values_judge(struct job *job, const struct expect *expect, struct sim_error *error)
{
    const char *stored;
    int status = SIM_OK;
    if (expect->variant[0] != '\0') {
        status = variant_find(job, expect, expect->variant, &stored, error);
        return status == SIM_OK ? value_judge(job, expect, stored, expect->variant, error) : status;
    }
    for (uint32_t i = 0; i < job->variant_count && status == SIM_OK; i++)
        status = value_judge(job, expect, job->variants[i].stored, job->variants[i].name, error);
    return status;
}

static int order_judge(struct job *job, const struct expect *expect, struct sim_error *error)
{
    const char *less, *more;
    struct expect_runs runs[2];
    int status = variant_find(job, expect, expect->less, &less, error);
    if (status == SIM_OK)
        status = variant_find(job, expect, expect->more, &more, error);
    if (status == SIM_OK)
        status = values_of(job, expect, less, NAN, &runs[0], error);
    if (status == SIM_OK)
        status = values_of(job, expect, more, NAN, &runs[1], error);
    if (status != SIM_OK)
        return status;
    struct verify_row *row = row_add(job, expect, "");
    row->ours = expect_difference(&runs[0], &runs[1]);
    row->verdict = row->ours.count == 0               ? COMPARE_NO_DATA
                   : expect_is_above_zero(&row->ours) ? COMPARE_PASS
                                                      : COMPARE_MISS;
    if (row->verdict == COMPARE_NO_DATA && runs[0].count > 0 && runs[1].count > 0)
        row->note = "the two have no seed in common";
    else if (row->verdict == COMPARE_MISS && row->ours.mean > 0)
        row->note = "the difference is not above its interval; more seeds may show it";
    verify_row_count(job->verify, row);
    return SIM_OK;
}

/* ---- Along a key ------------------------------------------------------------------------- */

static bool take_text(void *context, const struct results_value *values, uint32_t count)
{
    const char **text = context;
    if (count == 1 && !values[0].is_null)
        *text = sim_memory_need(strdup(values[0].text));
    return false;
}

/* Sets the key of every run of the experiment: from its variant, else from its parameters. */
static int keys_find(struct job *job, const struct expect *expect, struct sim_error *error)
{
    bool any = false;
    for (uint32_t i = 0; i < job->run_count; i++) {
        struct run *run = &job->runs[i];
        const char *text, *binds[] = {run->run_id, expect->key};
        char *param = NULL;
        without(job, run->variant, expect->key, &text);
        int status =
            text != NULL
                ? SIM_OK
                : results_query(job->db, "SELECT value FROM param WHERE run_id = ?1 AND key = ?2",
                                binds, 2, take_text, &param, error);
        if (status != SIM_OK)
            return status;
        text = text != NULL ? text : param;
        char *end = NULL;
        run->key = text != NULL ? strtod(text, &end) : NAN;
        any = any || text != NULL;
        if (text != NULL && (end == text || *end != '\0'))
            status = refuse(job, expect, "a key whose values are numbers, as it goes along them",
                            expect->key, NULL, error);
        free(param);
        if (status != SIM_OK)
            return status;
    }
    return any ? SIM_OK : key_check(job, expect, error);
}

static int by_number(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The values of the key among the runs of a group, in rising order; returns their number. */
static uint32_t keys_of(const struct job *job, const struct expect *expect, const char *group,
                        double *keys)
{
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < job->run_count; i++) {
        const char *ignored;
        const char *rest = without(job, job->runs[i].variant, expect->key, &ignored);
        if (!isnan(job->runs[i].key) && strcmp(rest, group) == 0)
            keys[count++] = job->runs[i].key;
    }
    qsort(keys, count, sizeof *keys, by_number);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || keys[i] != keys[kept - 1])
            keys[kept++] = keys[i];
    return kept;
}

/* One group: the runs whose variants are equal but for the key. */
static int group_judge(struct job *job, const struct expect *expect, const char *group,
                       const char *which, struct sim_error *error)
{
    double *keys = sim_memory_get(job->memory, (job->run_count + 1u) * sizeof *keys);
    uint32_t count = keys_of(job, expect, group, keys);
    struct expect_runs *runs = sim_memory_get(job->memory, (count + 1u) * sizeof *runs);
    int step, status = SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = values_of(job, expect, group, keys[i], &runs[i], error);
    if (status != SIM_OK)
        return status;
    struct verify_row *row = row_add(job, expect, which);
    bool holds = expect_is_monotone(runs, count, expect->falls, &row->ours, &step);
    row->verdict = row->ours.count == 0 ? COMPARE_NO_DATA : holds ? COMPARE_PASS : COMPARE_MISS;
    if (count < 2)
        row->note = sim_memory_text(job->memory,
                                    "%s has fewer than two values; `ballast sweep --vary %s=...`",
                                    expect->key, expect->key);
    else if (step >= 0)
        row->note = sim_memory_text(job->memory, "%s from %s=%.10g to %.10g",
                                    expect->falls ? "rises" : "falls", expect->key, keys[step],
                                    keys[step + 1]);
    else if (row->verdict == COMPARE_MISS)
        row->note = "the difference is not beyond its interval";
    verify_row_count(job->verify, row);
    return SIM_OK;
}

static int along_judge(struct job *job, const struct expect *expect, struct sim_error *error)
{
    const char **groups = sim_memory_get(job->memory, job->variant_count * sizeof *groups);
    const char *stored, *ignored;
    uint32_t count = 0;
    int status = keys_find(job, expect, error);
    if (status == SIM_OK && expect->variant[0] != '\0') {
        status = variant_find(job, expect, expect->variant, &stored, error);
        if (status == SIM_OK)
            status = group_judge(job, expect, without(job, stored, expect->key, &ignored),
                                 expect->variant, error);
        return status;
    }
    for (uint32_t i = 0; i < job->variant_count && status == SIM_OK; i++) {
        const char *group = without(job, job->variants[i].stored, expect->key, &ignored);
        uint32_t known = 0;
        while (known < count && strcmp(groups[known], group) != 0)
            known++;
        if (known == count)
            groups[count++] = group;
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++)
        status = group_judge(job, expect, groups[i], count > 1 ? groups[i] : "", error);
    return status;
}

/* ---- All --------------------------------------------------------------------------------- */

static int expect_judge(struct job *job, const struct expect *expect, struct sim_error *error)
{
    int status = vm_check(job, expect, error);
    if (status != SIM_OK)
        return status;
    switch (expect->form) {
    case EXPECT_ALONG:
        return along_judge(job, expect, error);
    case EXPECT_ORDER:
        return order_judge(job, expect, error);
    default:
        return values_judge(job, expect, error);
    }
}

static int name_find(struct job *job, struct sim_error *error)
{
    struct experiment_config config;
    int status = config_resolve(job->file, 0, job->sets->at, job->sets->count, &config, error);
    if (status != SIM_OK)
        return status;
    job->experiment = sim_memory_text(job->memory, "%s", config.name);
    config_fini(&config);
    return SIM_OK;
}

int expected_judge(struct verify *verify, struct results *db, const struct config_file *file,
                   const struct config_sets *sets, const char *path, uint32_t *runs,
                   struct sim_error *error)
{
    struct job job = {.verify = verify,
                      .memory = &verify->memory,
                      .db = db,
                      .file = file,
                      .sets = sets,
                      .path = sim_memory_text(&verify->memory, "%s", path)};
    struct expect *expects;
    uint32_t count;
    int status = expect_read(path, job.memory, &expects, &count, error);
    if (status == SIM_OK)
        status = name_find(&job, error);
    if (status == SIM_OK)
        status = variants_resolve(&job, error);
    if (status == SIM_OK)
        status = results_query(db,
                               "SELECT run_id, variant, seed, replicate,"
                               " run_id IN (SELECT run_id FROM chosen)"
                               " FROM run WHERE " CHOSEN_LAST " ORDER BY run_id",
                               (const char *[]){job.experiment}, 1, take_run, &job, error);
    for (uint32_t i = 0; i < count && status == SIM_OK && job.run_count > 0; i++)
        status = expect_judge(&job, &expects[i], error);
    *runs += job.used;
    free(job.runs);
    return status;
}
