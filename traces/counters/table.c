/*
 * Statistics as CSV: a line of headings, then a row for each time.
 *
 *     esxtop -b, relog, perfmon   "\\HOST\Group Memory(NUMBER:VM)\COUNTER": a column for each
 * counter of each VM; rows begin with the date and time charts of vCenter           Time, then
 * "COUNTER for VM (UNIT)" or "VM: COUNTER (UNIT)" sadf -d -- -r               hostname, interval,
 * timestamp, then a column for each counter PowerCLI's Get-Stat         Value, Timestamp, MetricId,
 * Unit, Entity: a row for each sample
 *
 * The hazard is a file that was cut while it was written: its last line lacks columns, or a quote.
 * What is missing is left out. esxtop has thousands of columns: those that no metric needs are not
 * looked at.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/array.h"
#include "traces/counters/parts.h"

enum role { ROLE_TIME, ROLE_VM, ROLE_COUNTER, ROLE_VALUE, ROLE_UNIT, ROLES };
#define NOWHERE UINT32_MAX

static const struct {
    const char *heading;
    enum role role;
} headings[] = {
    {"time", ROLE_TIME},     {"timestamp", ROLE_TIME},   {"date", ROLE_TIME},
    {"datetime", ROLE_TIME}, {"entity", ROLE_VM},        {"hostname", ROLE_VM},
    {"vm", ROLE_VM},         {"vmname", ROLE_VM},        {"name", ROLE_VM},
    {"value", ROLE_VALUE},   {"metricid", ROLE_COUNTER}, {"metric", ROLE_COUNTER},
    {"unit", ROLE_UNIT},     {"counter", ROLE_COUNTER},
};

/* A column with a counter. */
struct value_column {
    uint32_t column;
    char vm[COUNTERS_NAME_BYTES]; /* empty: the row says, or nobody */
    char counter[COUNTERS_NAME_BYTES];
    enum counters_unit unit;
};

struct table {
    struct tr_counters *counters;
    char delimiter;
    uint32_t at[ROLES]; /* columns, from 0 */
    struct value_column *values;
    size_t value_room, read_room;
    uint32_t value_count;
    double *read; /* of the present row, one for each of `values` */
    struct counters_dates dates;
};

/* ---- Headings ---------------------------------------------------------------------------- */

static bool is_pdh(const char *line)
{
    return strstr(line, "(PDH-CSV ") != NULL;
}

static char delimiter_of(const char *line)
{
    return strchr(line, ';') && !strchr(line, ',') ? ';' : strchr(line, ',') ? ',' : '\t';
}

/* Without a mark of UTF-8 and the sign with which sadf begins. */
static char *without_mark(char *line)
{
    if (strncmp(line, "\xef\xbb\xbf", 3) == 0)
        line += 3;
    return line[0] == '#' ? line + 1 + strspn(line + 1, " ") : line;
}

static enum role role_of(const char *heading)
{
    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++) {
        if (strcasecmp(heading, headings[i].heading) == 0)
            return headings[i].role;
    }
    return ROLES;
}

/* "\\HOST\Group Memory(NUMBER:VM)\COUNTER" */
static bool split_pdh(char *heading, struct value_column *value)
{
    char *group = strstr(heading, "Group Memory(");
    char *colon = group ? strchr(group, ':') : NULL;
    char *close = colon ? strstr(colon, ")\\") : NULL;

    if (!close)
        return false;
    snprintf(value->vm, sizeof value->vm, "%.*s", (int)(close - colon - 1), colon + 1);
    snprintf(value->counter, sizeof value->counter, "%s", close + 2);
    return true;
}

/* "COUNTER for VM (UNIT)", "VM: COUNTER (UNIT)", "COUNTER (UNIT)" or "COUNTER" */
static bool split_heading(char *heading, struct value_column *value)
{
    size_t length = strlen(heading);
    char *open = strrchr(heading, '('), *part;

    if (!open)
        open = strrchr(heading, '[');
    if (open && length > 0 && (heading[length - 1] == ')' || heading[length - 1] == ']')) {
        heading[length - 1] = '\0';
        value->unit = counters_unit_named(open + 1);
        while (open > heading && open[-1] == ' ')
            open--;
        *open = '\0';
    }
    if ((part = strstr(heading, " for "))) {
        *part = '\0';
        snprintf(value->vm, sizeof value->vm, "%s", part + 5);
    } else if ((part = strstr(heading, ": "))) {
        *part = '\0';
        snprintf(value->vm, sizeof value->vm, "%s", heading);
        heading = part + 2;
    }
    snprintf(value->counter, sizeof value->counter, "%s", heading);
    return value->counter[0] != '\0';
}

static int add_value(struct table *table, const struct value_column *value, struct sim_error *error)
{
    if (sim_array_reserve(table->values, table->value_room, table->value_count + 1) &&
        sim_array_reserve(table->read, table->read_room, table->value_count + 1)) {
        table->values[table->value_count++] = *value;
        return 1;
    }
    sim_error_set(error, SIM_SYSTEM, "%s: no memory", table->counters->path);
    return -1;
}

/* The line of headings is in counters->line. */
static int take_headings(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    bool pdh = is_pdh(counters->line);
    char *rest = without_mark(counters->line), *field;

    table->delimiter = delimiter_of(rest);
    for (int i = 0; i < ROLES; i++)
        table->at[i] = NOWHERE;
    for (uint32_t column = 0; (field = counters_field(&rest, table->delimiter)); column++) {
        struct value_column value = {.column = column};
        enum role role = pdh ? (column == 0 ? ROLE_TIME : ROLES) : role_of(field);
        if (role != ROLES) {
            table->at[role] = table->at[role] == NOWHERE ? column : table->at[role];
            continue;
        }
        if (!(pdh ? split_pdh(field, &value) : split_heading(field, &value)))
            continue;
        if (value.vm[0] != '\0' && counters_see_vm(counters, value.vm, error) < 0)
            return -1;
        if (counters_needs(counters, value.counter) && add_value(table, &value, error) < 0)
            return -1;
    }
    if (table->at[ROLE_COUNTER] != NOWHERE) /* the other columns are no counters */
        counters->found[0] = '\0';
    return 1;
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* A row for each sample. */
static int take_sample(struct table *table, char *const texts[ROLES], double at_s,
                       struct sim_error *error)
{
    struct tr_counters *counters = table->counters;

    if (!texts[ROLE_COUNTER] || !counters_needs(counters, texts[ROLE_COUNTER]))
        return 1;
    counters_take(counters, texts[ROLE_COUNTER],
                  texts[ROLE_VALUE] ? counters_number(texts[ROLE_VALUE]) : (double)NAN,
                  texts[ROLE_UNIT] ? counters_unit_named(texts[ROLE_UNIT]) : UNIT_UNKNOWN);
    return counters_end_group(counters, texts[ROLE_VM], at_s, error);
}

/* A row for each time: the columns of a VM stand together. */
static int take_values(struct table *table, const char *vm_of_row, double at_s,
                       struct sim_error *error)
{
    struct tr_counters *counters = table->counters;

    for (uint32_t i = 0; i < table->value_count; i++) {
        const struct value_column *value = &table->values[i];
        bool is_last = i + 1 == table->value_count || strcmp(value->vm, value[1].vm) != 0;
        counters_take(counters, value->counter, table->read[i], value->unit);
        if (is_last && counters_end_group(counters, value->vm[0] != '\0' ? value->vm : vm_of_row,
                                          at_s, error) < 0)
            return -1;
    }
    return 1;
}

static int take_row(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    char *rest = counters->line, *field, *texts[ROLES] = {NULL};
    uint32_t next = 0;
    double at_s;

    for (uint32_t i = 0; i < table->value_count; i++)
        table->read[i] = NAN;
    for (uint32_t column = 0; (field = counters_field(&rest, table->delimiter)); column++) {
        for (int i = 0; i < ROLES; i++) {
            if (table->at[i] == column)
                texts[i] = field;
        }
        if (next < table->value_count && table->values[next].column == column)
            table->read[next++] = counters_number(field);
        if (next == table->value_count && table->at[ROLE_COUNTER] == NOWHERE &&
            column >= table->at[ROLE_TIME] && table->value_count > 0)
            break;
    }
    if (!texts[ROLE_TIME] || !counters_time(texts[ROLE_TIME], &table->dates, &at_s)) {
        tr_notes_pass_over(&counters->notes, counters->line_number,
                           "expected a time such as 11/23/2026 22:10:05, found '%.40s'",
                           texts[ROLE_TIME] ? texts[ROLE_TIME] : "");
        return 1;
    }
    if (table->at[ROLE_COUNTER] != NOWHERE)
        return take_sample(table, texts, at_s, error);
    return take_values(table, texts[ROLE_VM], at_s, error);
}

static int read_rows(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    int more;

    while ((more = counters_next_line(counters, error)) == 1) {
        if (counters->line[0] != '\0' && counters->line[0] != '#' && take_row(table, error) < 0)
            return -1;
    }
    if (table->dates.month_first)
        tr_notes_add(&counters->notes, "dates are read as month, day, year");
    return more < 0 ? -1 : 1;
}

static int read_table(struct tr_counters *counters, struct sim_error *error)
{
    struct table table = {.counters = counters};
    int more;

    do /* Export-Csv writes a line with the type before the headings */
        more = counters_next_line(counters, error);
    while (more == 1 && (counters->line[0] == '\0' || strncmp(counters->line, "#TYPE", 5) == 0));
    if (more == 1)
        more = take_headings(&table, error);
    counters->any_order = counters->one_per_group = table.at[ROLE_COUNTER] != NOWHERE;
    if (more == 1)
        more = read_rows(&table, error);
    free(table.values);
    free(table.read);
    return more < 0 ? -1 : 1;
}

/* Headings with a time, and with values or a counter whose unit is known. */
static bool recognises(const char *text)
{
    char line[4096], *rest, *field;
    bool has_time = false, has_counter = false;

    if (is_pdh(text))
        return true;
    if (strncmp(text, "#TYPE", 5) == 0)
        text += strcspn(text, "\n") + 1;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\r\n"), text);
    rest = without_mark(line);
    char delimiter = delimiter_of(rest);
    while ((field = counters_field(&rest, delimiter))) {
        struct value_column value = {0};
        enum role role = role_of(field);
        has_time |= role == ROLE_TIME;
        has_counter |= role == ROLE_VALUE;
        has_counter |=
            role == ROLES && split_heading(field, &value) &&
            (value.unit != UNIT_UNKNOWN || counters_unit_of(value.counter) != UNIT_UNKNOWN);
    }
    return has_time && has_counter;
}

const struct counters_format counters_table = {recognises, read_table};
