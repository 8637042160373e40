/*
 * The rows of expect.csv, and what it takes to meet them.
 */
#include "ballast/results/expect.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/csv.h"
#include "sim/memory.h"
#include "sim/nearest.h"

enum column { NAME, METRIC, VM, STATISTIC, VARIANT, EXPECT, REASON, COLUMNS };
static const char *const headings[COLUMNS] = {"name",    "metric", "vm",    "statistic",
                                              "variant", "expect", "reason"};

const char *expect_statistic_name(enum expect_statistic statistic)
{
    static const char *const names[EXPECT_STATISTICS] = {
        [EXPECT_MEAN] = "mean", [EXPECT_LEAST] = "least",   [EXPECT_PEAK] = "peak",
        [EXPECT_LAST] = "last", [EXPECT_RESULT] = "result",
    };
    return names[statistic];
}

struct reading {
    struct sim_csv csv;
    int columns[COLUMNS]; /* where each is in the file; -1: nowhere */
    struct sim_memory *memory;
};

/* ---- Columns ----------------------------------------------------------------------------- */

static int refuse_heading(const struct sim_csv *csv, const char *found, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    return sim_error_set(error, SIM_BAD_DATA,
                         "%s:%u: expected the columns name, metric, vm, statistic, variant, expect "
                         "and reason, found '%s'%s",
                         csv->path, csv->lines[0], found,
                         sim_nearest_hint(hint, sim_nearest(found, headings, COLUMNS)));
}

static int columns_find(struct reading *reading, struct sim_error *error)
{
    const struct sim_csv *csv = &reading->csv;
    for (uint32_t i = 0; i < COLUMNS; i++)
        reading->columns[i] = -1;
    for (uint32_t i = 0; i < csv->columns; i++) {
        uint32_t column = 0;
        while (column < COLUMNS && strcmp(csv->fields[i], headings[column]) != 0)
            column++;
        if (column == COLUMNS || reading->columns[column] >= 0)
            return refuse_heading(csv, csv->fields[i], error);
        reading->columns[column] = (int)i;
    }
    uint32_t needed;
    int status = sim_csv_column(csv, headings[METRIC], &needed, error);
    return status == SIM_OK ? sim_csv_column(csv, headings[EXPECT], &needed, error) : status;
}

/* "" where the file has no such column. */
static const char *field_of(const struct reading *reading, uint32_t row, enum column column)
{
    int at = reading->columns[column];
    return at >= 0 ? sim_csv_field(&reading->csv, row, (uint32_t)at) : "";
}

static const char *text_of(const struct reading *reading, uint32_t row, enum column column)
{
    return sim_memory_text(reading->memory, "%s", field_of(reading, row, column));
}

/* `nearest` may be NULL. */
static int refuse(const struct reading *reading, uint32_t row, enum column column,
                  const char *expected, const char *nearest, struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    return sim_error_set(error, SIM_BAD_DATA, "%s:%u: %s: expected %s, found '%s'%s",
                         reading->csv.path, reading->csv.lines[row + 1], headings[column], expected,
                         field_of(reading, row, column), sim_nearest_hint(hint, nearest));
}

/* ---- What is measured -------------------------------------------------------------------- */

static int metric_of(const struct reading *reading, uint32_t row, struct expect *expect,
                     struct sim_error *error)
{
    const char *name = field_of(reading, row, METRIC);
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (strcmp(metrics[i].name, name) == 0) {
            expect->metric = &metrics[i];
            return SIM_OK;
        }
        sim_nearest_offer(&nearest, metrics[i].name);
    }
    return refuse(reading, row, METRIC, "a metric of `ballast params --metrics`", nearest.best,
                  error);
}

static int statistic_of(const struct reading *reading, uint32_t row, struct expect *expect,
                        struct sim_error *error)
{
    const char *name = field_of(reading, row, STATISTIC);
    const struct metric *metric = expect->metric;
    bool has_series = metric->series != METRIC_NEVER;
    struct sim_nearest nearest;
    uint32_t statistic = has_series ? EXPECT_MEAN : EXPECT_RESULT;
    if (name[0] != '\0') {
        sim_nearest_begin(&nearest, name);
        for (statistic = 0; statistic < EXPECT_STATISTICS; statistic++) {
            const char *candidate = expect_statistic_name((enum expect_statistic)statistic);
            if (strcmp(candidate, name) == 0)
                break;
            sim_nearest_offer(&nearest, candidate);
        }
        if (statistic == EXPECT_STATISTICS)
            return refuse(reading, row, STATISTIC, "mean, least, peak, last or result",
                          nearest.best, error);
    }
    expect->statistic = (enum expect_statistic)statistic;
    if (statistic == EXPECT_RESULT && metric->result == METRIC_NEVER)
        return refuse(reading, row, STATISTIC, "mean, least, peak or last for this metric", NULL,
                      error);
    if (statistic != EXPECT_RESULT && !has_series)
        return refuse(reading, row, STATISTIC, "result for this metric", NULL, error);
    return SIM_OK;
}

/* A metric of the host has no VM, and one of VMs alone needs one. */
static int vm_of(const struct reading *reading, uint32_t row, struct expect *expect,
                 struct sim_error *error)
{
    expect->vm = text_of(reading, row, VM);
    if (expect->vm[0] == '\0' && !metric_is_of_host(expect->metric))
        return refuse(reading, row, VM, "the name of a VM for this metric", NULL, error);
    if (expect->vm[0] != '\0' && !metric_is_of_vm(expect->metric))
        return refuse(reading, row, VM, "nothing, as this metric is one of the whole host", NULL,
                      error);
    return SIM_OK;
}

/* ---- What is expected -------------------------------------------------------------------- */

/* What follows `words` in `text`, behind blanks; NULL where `text` does not begin with them. */
static const char *behind(const char *text, const char *words)
{
    size_t length = strlen(words);
    return strncmp(text, words, length) == 0 ? text + length + strspn(text + length, " ") : NULL;
}

static bool along_parse(const char *text, struct expect *expect)
{
    const char *rises = behind(text, "increasing along "),
               *falls = behind(text, "decreasing along ");
    expect->form = EXPECT_ALONG;
    expect->falls = falls != NULL;
    expect->key = falls != NULL ? falls : rises;
    return expect->key != NULL && expect->key[0] != '\0' && strchr(expect->key, ' ') == NULL;
}

/* "A < B" and "A > B", with blanks around the sign, because a name may have one inside. */
static bool order_parse(const char *text, struct sim_memory *memory, struct expect *expect)
{
    const char *less = strstr(text, " < "), *sign = less != NULL ? less : strstr(text, " > ");
    if (sign == NULL || sign == text || sign[3] == '\0')
        return false;
    const char *first = sim_memory_text(memory, "%.*s", (int)(sign - text), text);
    const char *second = sim_memory_text(memory, "%s", sign + 3);
    expect->form = EXPECT_ORDER;
    expect->less = less != NULL ? first : second;
    expect->more = less != NULL ? second : first;
    return true;
}

/* "24 +-5%", or a tolerance of compare.h that needs no value. */
static bool value_parse(const char *text, struct expect *expect)
{
    char *end;
    expect->form = EXPECT_VALUE;
    expect->value = strtod(text, &end);
    const char *rest = end + strspn(end, " ");
    if (end == text || strncmp(rest, "+-", 2) != 0) {
        expect->value = NAN;
        rest = text;
    }
    expect->tolerance_text = rest;
    return compare_tolerance_parse(rest, &expect->tolerance) &&
           expect->tolerance.bound != COMPARE_NONE &&
           (isfinite(expect->value) || strncmp(rest, "+-", 2) != 0);
}

static int expectation_of(const struct reading *reading, uint32_t row, struct expect *expect,
                          struct sim_error *error)
{
    expect->text = expect->tolerance_text = text_of(reading, row, EXPECT);
    if (along_parse(expect->text, expect) || order_parse(expect->text, reading->memory, expect) ||
        value_parse(expect->text, expect))
        return SIM_OK;
    return refuse(reading, row, EXPECT,
                  "24 +-3, 24 +-5%, 95..108, <116, >=30, increasing along KEY, decreasing along "
                  "KEY or VARIANT < VARIANT",
                  NULL, error);
}

/* ---- The file ---------------------------------------------------------------------------- */

static const char *name_of(const struct reading *reading, uint32_t row, const struct expect *expect)
{
    const char *name = field_of(reading, row, NAME);
    if (name[0] != '\0')
        return sim_memory_text(reading->memory, "%s", name);
    const char *statistic =
        expect->statistic == EXPECT_RESULT ? "" : expect_statistic_name(expect->statistic);
    return sim_memory_text(reading->memory, "%s%s%s%s%s", statistic,
                           statistic[0] != '\0' ? " " : "", expect->metric->name,
                           expect->vm[0] != '\0' ? " of " : "", expect->vm);
}

static int row_read(const struct reading *reading, uint32_t row, struct expect *expect,
                    struct sim_error *error)
{
    for (enum column column = NAME; column < COLUMNS; column++)
        if (strlen(field_of(reading, row, column)) >= COMPARE_TEXT_BYTES)
            return refuse(reading, row, column, "fewer than 200 bytes", NULL, error);
    *expect = (struct expect){.line = reading->csv.lines[row + 1], .value = NAN};
    int status = metric_of(reading, row, expect, error);
    if (status == SIM_OK)
        status = statistic_of(reading, row, expect, error);
    if (status == SIM_OK)
        status = vm_of(reading, row, expect, error);
    if (status == SIM_OK)
        status = expectation_of(reading, row, expect, error);
    expect->variant = text_of(reading, row, VARIANT);
    expect->reason = text_of(reading, row, REASON);
    if (status == SIM_OK && expect->form == EXPECT_ORDER && expect->variant[0] != '\0')
        status =
            refuse(reading, row, VARIANT, "nothing beside an order of two variants", NULL, error);
    if (status == SIM_OK)
        expect->name = name_of(reading, row, expect);
    return status;
}

int expect_read(const char *path, struct sim_memory *memory, struct expect **expects,
                uint32_t *count, struct sim_error *error)
{
    struct reading reading = {.memory = memory};
    *count = 0;
    int status = sim_csv_read(&reading.csv, path, error);
    if (status != SIM_OK)
        return status;
    status = columns_find(&reading, error);
    *expects = sim_memory_get(memory, reading.csv.rows * sizeof **expects + 1);
    for (uint32_t row = 0; row < reading.csv.rows && status == SIM_OK; row++) {
        status = row_read(&reading, row, &(*expects)[row], error);
        *count += status == SIM_OK;
    }
    sim_csv_fini(&reading.csv);
    return status;
}

/* ---- Judging ----------------------------------------------------------------------------- */

static const struct expect_run *partner(const struct expect_runs *runs,
                                        const struct expect_run *other)
{
    for (uint32_t i = 0; i < runs->count; i++)
        if (runs->at[i].seed == other->seed && runs->at[i].replicate == other->replicate)
            return &runs->at[i];
    return NULL;
}

struct compare_mean expect_difference(const struct expect_runs *less,
                                      const struct expect_runs *more)
{
    double *differences = sim_memory_need(calloc(more->count + 1u, sizeof *differences));
    uint32_t count = 0;
    for (uint32_t i = 0; i < more->count; i++) {
        const struct expect_run *other = partner(less, &more->at[i]);
        if (other != NULL)
            differences[count++] = more->at[i].value - other->value;
    }
    struct compare_mean mean = compare_mean(differences, count);
    free(differences);
    return mean;
}

bool expect_is_above_zero(const struct compare_mean *mean)
{
    return mean->mean > 0 && (mean->count < 2 || mean->mean - mean->half > 0);
}

static struct compare_mean negative(struct compare_mean mean)
{
    mean.mean = -mean.mean;
    return mean;
}

bool expect_is_monotone(const struct expect_runs *runs, uint32_t count, bool falls,
                        struct compare_mean *whole, int *step)
{
    *step = -1;
    *whole = compare_mean(NULL, 0);
    if (count < 2)
        return false;
    for (uint32_t i = 0; i + 1 < count && *step < 0; i++) {
        struct compare_mean wrong = expect_difference(&runs[i], &runs[i + 1]);
        if (!falls)
            wrong = negative(wrong);
        if (expect_is_above_zero(&wrong))
            *step = (int)i;
    }
    *whole = expect_difference(&runs[0], &runs[count - 1]);
    struct compare_mean right = falls ? negative(*whole) : *whole;
    return *step < 0 && expect_is_above_zero(&right);
}
