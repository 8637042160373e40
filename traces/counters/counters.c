/*
 * Statistics of every format: which counters make up the metric, in which unit, of which VMs.
 *
 * The hazards: lines of a megabyte, since esxtop has a column for everything that it knows; VMs
 * that are off for a while; and times that do not rise, where two files were joined.
 */
#include "traces/counters/counters.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/nearest.h"
#include "traces/counters/parts.h"

#define MB_MOST         1e9
#define LINE_BYTES_MOST (UINT64_C(1) << 26) /* our choice: esxtop writes some megabytes */

/* The last one takes what the others do not recognise. */
static const struct counters_format *const formats[] = {&counters_json, &counters_sar,
                                                        &counters_table, &counters_blocks};

/* ---- Lines ------------------------------------------------------------------------------- */

int counters_fail(const struct tr_counters *counters, struct sim_error *error, const char *format,
                  ...)
{
    char what[1800];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": %s", counters->path, counters->line_number,
                  what);
    return -1;
}

static int no_memory(const struct tr_counters *counters, struct sim_error *error)
{
    sim_error_set(error, SIM_SYSTEM, "%s: no memory", counters->path);
    return -1;
}

/* Adds bytes to the line. */
static int add_bytes(struct tr_counters *counters, size_t *length, const uint8_t *bytes,
                     size_t count, struct sim_error *error)
{
    if (*length + count > LINE_BYTES_MOST)
        return counters_fail(counters, error,
                             "expected a line of less than 2^26 bytes, found a "
                             "longer one");
    if (!sim_array_reserve(counters->line, counters->line_room, *length + count + 1))
        return no_memory(counters, error);
    memcpy(counters->line + *length, bytes, count);
    *length += count;
    tr_input_skip(counters->input, count);
    return 1;
}

/* Reads a line with its end. 1; 0: the end of the file; -1. */
static int read_line(struct tr_counters *counters, size_t *length, struct sim_error *error)
{
    size_t there;
    const uint8_t *bytes, *newline = NULL;

    for (*length = 0; !newline;) {
        if (tr_input_peek(counters->input, 1, &bytes, &there, error) != SIM_OK)
            return -1;
        if (there == 0)
            break;
        newline = memchr(bytes, '\n', there);
        if (add_bytes(counters, length, bytes, newline ? (size_t)(newline - bytes) + 1 : there,
                      error) < 0)
            return -1;
    }
    counters->line_number += *length > 0;
    return *length > 0;
}

int counters_next_line(struct tr_counters *counters, struct sim_error *error)
{
    size_t length;
    int more;

    while ((more = read_line(counters, &length, error)) == 1) {
        bool has_nul = memchr(counters->line, '\0', length) != NULL;
        counters->line[length] = '\0';
        counters->line[strcspn(counters->line, "\r\n")] = '\0';
        if (!has_nul)
            return 1;
        /* A computer that crashes while it writes leaves NUL bytes. */
        tr_notes_pass_over(&counters->notes, counters->line_number, "expected text, found a NUL");
    }
    return more;
}

/* ---- Lists for messages ------------------------------------------------------------------ */

/* Adds a name to a list, once, as long as there is room. */
void counters_list(char found[COUNTERS_FOUND_BYTES], const char *name)
{
    size_t length = strlen(found);

    for (const char *at = found; *at != '\0'; at += *at == ',' ? 2 : 0) {
        const char *end = strstr(at, ", ");
        size_t bytes = end ? (size_t)(end - at) : strlen(at);
        if (bytes == strlen(name) && strncmp(at, name, bytes) == 0)
            return;
        at += bytes;
    }
    if (strlen(name) < COUNTERS_NAME_BYTES && length + COUNTERS_NAME_BYTES < COUNTERS_FOUND_BYTES)
        snprintf(found + length, COUNTERS_FOUND_BYTES - length, "%s%s", length > 0 ? ", " : "",
                 name);
}

static const char *or_none(const char *list_of_names)
{
    return list_of_names[0] != '\0' ? list_of_names : "none";
}

/* ---- Groups ------------------------------------------------------------------------------ */

bool counters_needs(struct tr_counters *counters, const char *counter)
{
    if (strcmp(counter, counters->metric) == 0)
        return true;
    for (const struct counters_rule *rule = counters_rules; rule->metric; rule++) {
        if (strcmp(rule->metric, counters->metric) == 0 &&
            (strcmp(rule->plus, counter) == 0 ||
             (rule->minus && strcmp(rule->minus, counter) == 0)))
            return true;
    }
    return false;
}

static const struct counters_pair *find(const struct tr_counters *counters, const char *name)
{
    for (uint32_t i = 0; i < counters->pair_count; i++) {
        if (strcmp(counters->pairs[i].name, name) == 0)
            return &counters->pairs[i];
    }
    return NULL;
}

bool counters_has(const struct tr_counters *counters, const char *name)
{
    return find(counters, name) != NULL;
}

void counters_take(struct tr_counters *counters, const char *name, double value,
                   enum counters_unit unit)
{
    counters_list(counters->found, name);
    if (counters->pair_count == COUNTERS_PAIRS_MOST || find(counters, name))
        return;
    struct counters_pair *pair = &counters->pairs[counters->pair_count++];
    snprintf(pair->name, sizeof pair->name, "%s", name);
    pair->value = value;
    pair->unit = unit;
}

/* The MB of a counter. 1; -1: it is no amount of memory, or nobody knows its unit. */
static int mb_of(const struct tr_counters *counters, const struct counters_pair *pair, double *mb,
                 struct sim_error *error)
{
    enum counters_unit unit = counters_unit_of(pair->name);

    if (pair->unit != UNIT_UNKNOWN && unit < UNIT_PERCENT) /* what a file says goes before */
        unit = pair->unit;
    if (unit == UNIT_UNKNOWN)
        unit = counters->unit;
    if (unit == UNIT_UNKNOWN)
        return counters_fail(counters, error,
                             "expected a counter of a known unit, found '%s'; say --unit MB, KiB, "
                             "bytes or pages",
                             pair->name);
    if (unit >= UNIT_PERCENT)
        return counters_fail(counters, error,
                             "expected an amount of memory, found '%s', which is %s", pair->name,
                             counters_unit_text(unit));
    *mb = pair->value * counters_unit_mb(unit);
    return 1;
}

/* The metric of the present group. 1; 0: its counters are not there; -1. */
static int evaluate(struct tr_counters *counters, double *mb, struct sim_error *error)
{
    const struct counters_pair *own = find(counters, counters->metric);
    double minus_mb = 0;

    if (own)
        return mb_of(counters, own, mb, error);
    for (const struct counters_rule *rule = counters_rules; rule->metric; rule++) {
        if (strcmp(rule->metric, counters->metric) != 0)
            continue;
        const struct counters_pair *plus = find(counters, rule->plus);
        const struct counters_pair *minus = rule->minus ? find(counters, rule->minus) : NULL;
        if (!plus || (rule->minus && !minus))
            continue;
        if (mb_of(counters, plus, mb, error) < 0 ||
            (minus && mb_of(counters, minus, &minus_mb, error) < 0))
            return -1;
        *mb -= minus_mb;
        if (rule->stands_in && counters->sample_count == 0)
            tr_notes_add(&counters->notes, "'%s' is not recorded; '%s'%s%s%s stands for it",
                         rule->metric, rule->plus, minus ? " less '" : "", minus ? rule->minus : "",
                         minus ? "'" : "");
        return 1;
    }
    return 0;
}

/* The index of the VM, which is new perhaps. UINT32_MAX: `error` is set. */
static uint32_t index_of_vm(struct tr_counters *counters, const char *name, struct sim_error *error)
{
    char plain[COUNTERS_NAME_BYTES];
    uint32_t vm;

    snprintf(plain, sizeof plain, "%s", name);
    for (char *at = plain; *at != '\0'; at++) /* the name becomes the heading of a CSV column */
        *at = *at == ',' || *at == '"' ? '_' : *at;
    /* Files name their VMs in the same order again and again. */
    for (uint32_t i = 0; i < counters->vm_count; i++) {
        vm = (counters->expected_vm + i) % counters->vm_count;
        if (strcmp(counters->vms[vm].name, plain) == 0) {
            counters->expected_vm = vm + 1;
            return vm;
        }
    }
    vm = counters->vm_count;
    if (vm == TR_COUNTERS_VMS_MOST) {
        counters_fail(counters, error, "expected at most %u VMs, found more", TR_COUNTERS_VMS_MOST);
        return UINT32_MAX;
    }
    if (!sim_array_reserve(counters->vms, counters->vm_room, vm + 1)) {
        no_memory(counters, error);
        return UINT32_MAX;
    }
    counters->vms[vm] = (struct counters_vm){0};
    memcpy(counters->vms[vm].name, plain, sizeof plain);
    counters->vm_count++;
    return vm;
}

int counters_see_vm(struct tr_counters *counters, const char *vm, struct sim_error *error)
{
    counters_list(counters->found_vms, vm);
    if (counters->vm[0] != '\0' && strcmp(vm, counters->vm) != 0)
        return 1;
    return index_of_vm(counters, vm, error) == UINT32_MAX ? -1 : 1;
}

static int check_time(struct tr_counters *counters, struct counters_vm *vm, double at_s,
                      struct sim_error *error)
{
    struct counters_style *style = &counters->style;

    if (vm->has_time && at_s < vm->last_s && !counters->any_order) {
        if (style->has_guessed_month && !style->month_first && !style->day_first)
            style->day_first = style->contradicted = true;
        return counters_fail(counters, error,
                             "expected a later time than before, %.10g s after the first, found "
                             "%.10g s after it; sort the file by time, or cut it where %s",
                             vm->last_s - counters->first_s, at_s - counters->first_s,
                             vm->last_s - at_s <= 3600 ? "the clocks were set back an hour"
                                                       : "two were joined");
    }
    vm->has_time = true;
    vm->last_s = at_s;
    if (!counters->has_first || at_s < counters->first_s)
        counters->first_s = at_s;
    counters->has_first = true;
    return 1;
}

/* Says that the metric is missing in the present group. */
static void leave_out(struct tr_counters *counters)
{
    char found[COUNTERS_FOUND_BYTES] = "";

    for (uint32_t i = 0; i < counters->pair_count; i++)
        counters_list(found, counters->pairs[i].name);
    if (!counters->one_per_group)
        tr_notes_leave_out(&counters->notes, counters->line_number, "expected '%s', found %s",
                           counters->metric, or_none(found));
}

static int add_sample(struct tr_counters *counters, uint32_t vm, double at_s, double mb,
                      struct sim_error *error)
{
    if (!(mb >= 0) || mb > MB_MOST) {
        tr_notes_leave_out(&counters->notes, counters->line_number,
                           isnan(mb) ? "expected a number for '%s', found none"
                                     : "expected '%s' of at least 0, found %.10g MB",
                           counters->metric, mb);
        return 1;
    }
    if (!sim_array_reserve(counters->samples, counters->sample_room, counters->sample_count + 1))
        return no_memory(counters, error);
    counters->samples[counters->sample_count] =
        (struct counters_sample){at_s, mb, vm, counters->sample_count};
    counters->sample_count++;
    counters->vms[vm].has_metric = true;
    return 1;
}

int counters_end_group(struct tr_counters *counters, const char *name, double at_s,
                       struct sim_error *error)
{
    bool names_vm = name != NULL;
    double mb = 0;

    if (!name)
        name = counters->vm[0] != '\0' ? counters->vm : "vm";
    counters_list(counters->found_vms, name);
    if (names_vm && counters->vm[0] != '\0' && strcmp(name, counters->vm) != 0) {
        counters->pair_count = 0;
        return 1;
    }
    uint32_t vm = index_of_vm(counters, name, error);
    if (vm == UINT32_MAX || check_time(counters, &counters->vms[vm], at_s, error) < 0)
        return -1;
    int found = evaluate(counters, &mb, error);
    if (found == 0)
        leave_out(counters);
    if (found > 0)
        found = add_sample(counters, vm, at_s, mb, error);
    counters->pair_count = 0;
    return found < 0 ? -1 : 1;
}

/* ---- The whole file ---------------------------------------------------------------------- */

static int by_time(const void *left, const void *right)
{
    const struct counters_sample *a = left, *b = right;

    if (a->at_s != b->at_s)
        return a->at_s < b->at_s ? -1 : 1;
    if (a->vm != b->vm)
        return a->vm < b->vm ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Metrics that the file could give instead: "; --metric takes size, rss". `names` are those of the
 * file, each with a NUL behind it, and another one behind the last. */
static void suggest(const struct tr_counters *counters, const char *names,
                    char text[COUNTERS_FOUND_BYTES])
{
    char others[COUNTERS_FOUND_BYTES] = "";

    text[0] = '\0';
    for (const struct counters_rule *rule = counters_rules; rule->metric; rule++) {
        bool has_plus = false, has_minus = rule->minus == NULL;
        for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
            has_plus |= strcmp(name, rule->plus) == 0;
            has_minus |= rule->minus && strcmp(name, rule->minus) == 0;
        }
        if (has_plus && has_minus && strcmp(rule->metric, counters->metric) != 0)
            counters_list(others, rule->metric);
    }
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1) {
        if (counters_unit_mb(counters_unit_of(name)) > 0)
            counters_list(others, name);
    }
    if (others[0] != '\0')
        snprintf(text, COUNTERS_FOUND_BYTES, "; --metric takes %.600s", others);
}

/* From "a, b" to names with a NUL behind each. */
static void split_list(const char *list_of_names, char names[COUNTERS_FOUND_BYTES + 1])
{
    char *to = names;

    for (; *list_of_names != '\0'; list_of_names++) {
        bool ends = strncmp(list_of_names, ", ", 2) == 0;
        *to++ = ends ? '\0' : *list_of_names;
        list_of_names += ends;
    }
    to[0] = to[1] = '\0';
}

/* Nothing is left. Returns -1. */
static int refuse(struct tr_counters *counters, struct sim_error *error)
{
    char passed[TR_NOTE_BYTES], help[COUNTERS_FOUND_BYTES], hint[SIM_HINT_BYTES];
    char names[COUNTERS_FOUND_BYTES + 1];
    struct sim_nearest nearest;

    tr_notes_passed_text(&counters->notes, passed);
    bool is_nothing =
        counters->found[0] == '\0' && !counters->has_first && counters->found_vms[0] == '\0';
    if (is_nothing && counters->refusal) {
        sim_error_set(error, SIM_BAD_DATA, "%s: expected statistics, found %s", counters->path,
                      counters->refusal);
        return -1;
    }
    if (is_nothing)
        return counters_fail(counters, error, "expected statistics, found none%s%s",
                             passed[0] != '\0' ? "; " : "", passed);
    if (counters->found_vms[0] != '\0' && counters->vm_count == 0)
        return counters_fail(counters, error, "expected the VM '%s', found %s", counters->vm,
                             counters->found_vms);
    sim_nearest_begin(&nearest, counters->metric);
    split_list(counters->found, names);
    for (const char *name = names; *name != '\0'; name += strlen(name) + 1)
        sim_nearest_offer(&nearest, name);
    suggest(counters, names, help);
    return counters_fail(counters, error, "expected '%s', found %s%s%s%s%s", counters->metric,
                         or_none(counters->found), sim_nearest_hint(hint, nearest.best), help,
                         passed[0] != '\0' ? "; " : "", passed);
}

/* Puts the samples in order, the first one of a VM at a time once, and gives columns to VMs. */
static int put_in_order(struct tr_counters *counters, struct sim_error *error)
{
    uint32_t kept = 0;

    if (counters->sample_count == 0)
        return refuse(counters, error);
    qsort(counters->samples, counters->sample_count, sizeof *counters->samples, by_time);
    for (uint32_t i = 0; i < counters->sample_count; i++) {
        const struct counters_sample *sample = &counters->samples[i];
        const struct counters_sample *last = kept > 0 ? &counters->samples[kept - 1] : NULL;
        if (last && last->at_s == sample->at_s && last->vm == sample->vm)
            tr_notes_leave_out(&counters->notes, 0, "two samples of '%s' have one time",
                               counters->vms[sample->vm].name);
        else
            counters->samples[kept++] = *sample;
    }
    counters->sample_count = kept;
    counters->columns = calloc(counters->vm_count, sizeof *counters->columns);
    if (!counters->columns)
        return no_memory(counters, error);
    for (uint32_t vm = 0; vm < counters->vm_count; vm++)
        counters->columns[vm] = counters->vms[vm].has_metric ? counters->column_count++ : 0;
    tr_notes_end(&counters->notes);
    return 1;
}

/* Says what a number or a date could also mean, if nothing in the file told. */
static void note_guesses(struct tr_counters *counters)
{
    const struct counters_style *style = &counters->style;

    if (style->has_guessed_month && !style->month_first && !style->day_first)
        tr_notes_add(&counters->notes, "dates are read as month, day, year");
    if (style->has_guessed_comma && !style->comma_is_point && !style->comma_groups)
        tr_notes_add(&counters->notes,
                     "a comma in a number such as 1,048 is read as the decimal point");
}

static int read_file(struct tr_counters *counters, struct sim_error *error)
{
    char text[4097];
    const uint8_t *bytes;
    const struct counters_format *format = NULL;
    size_t there;

    if (tr_input_open(counters->path, &counters->input, error) != SIM_OK ||
        tr_input_peek(counters->input, sizeof text - 1, &bytes, &there, error) != SIM_OK)
        return -1;
    counters->line_number = there == 0;
    if (there == 0)
        return counters_fail(counters, error, "expected statistics, found an empty file");
    size_t length = there < sizeof text ? there : sizeof text - 1;
    memcpy(text, bytes, length);
    text[length] = '\0';
    counters->refusal = counters_refusal(text, length);
    for (size_t i = 0; !format; i++) {
        if (!formats[i]->recognises || formats[i]->recognises(text))
            format = formats[i];
    }
    if (format->read(counters, error) < 0)
        return -1;
    note_guesses(counters);
    return put_in_order(counters, error);
}

/* ---- For the user ------------------------------------------------------------------------ */

static void fini(struct tr_counters *counters)
{
    tr_input_close(counters->input);
    free(counters->columns);
    free(counters->samples);
    free(counters->vms);
    free(counters->line);
}

/* Reads the file; what is known of its style is known from the beginning. */
static int read_with(struct tr_counters *counters, const struct tr_counters_options *options,
                     struct counters_style style, struct sim_error *error)
{
    *counters = (struct tr_counters){.path = counters->path, .style = style};
    snprintf(counters->metric, sizeof counters->metric, "%s", options->metric);
    snprintf(counters->vm, sizeof counters->vm, "%s", options->vm ? options->vm : "");
    counters->unit = options->unit ? counters_unit_named(options->unit) : UNIT_UNKNOWN;
    return read_file(counters, error);
}

int tr_counters_open(const char *path, const struct tr_counters_options *options,
                     struct tr_counters **out, struct sim_error *error)
{
    struct tr_counters *counters = calloc(1, sizeof *counters);
    struct sim_error failure = {0};

    *out = NULL;
    if (!counters || !(counters->path = strdup(path))) {
        free(counters);
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    int status = read_with(counters, options, (struct counters_style){0}, &failure);
    if (counters->style.contradicted) {
        struct counters_style style = {.day_first = counters->style.day_first,
                                       .month_first = counters->style.month_first,
                                       .comma_is_point = counters->style.comma_is_point,
                                       .comma_groups = counters->style.comma_groups};
        fini(counters);
        failure = (struct sim_error){0};
        status = read_with(counters, options, style, &failure);
    }
    if (status == 1) {
        *out = counters;
        return SIM_OK;
    }
    tr_counters_close(counters);
    if (error)
        *error = failure;
    return failure.status;
}

void tr_counters_close(struct tr_counters *counters)
{
    if (!counters)
        return;
    fini(counters);
    free(counters->path);
    free(counters);
}

uint32_t tr_counters_vms(const struct tr_counters *counters)
{
    return counters->column_count;
}

const char *tr_counters_vm(const struct tr_counters *counters, uint32_t column)
{
    uint32_t vm = 0;

    while (!counters->vms[vm].has_metric || counters->columns[vm] != column)
        vm++;
    return counters->vms[vm].name;
}

uint32_t tr_counters_left_out(const struct tr_counters *counters)
{
    return counters->vm_count - counters->column_count;
}

const struct tr_notes *tr_counters_notes(const struct tr_counters *counters)
{
    return &counters->notes;
}

bool tr_counters_next(struct tr_counters *counters, double *t_s, double *mb)
{
    if (counters->next == counters->sample_count)
        return false;
    double at_s = counters->samples[counters->next].at_s;
    for (uint32_t i = 0; i < counters->column_count; i++)
        mb[i] = NAN;
    *t_s = at_s - counters->first_s;
    for (; counters->next < counters->sample_count; counters->next++) {
        const struct counters_sample *sample = &counters->samples[counters->next];
        if (sample->at_s != at_s)
            break;
        mb[counters->columns[sample->vm]] = sample->mb;
    }
    return true;
}
