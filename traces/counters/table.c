/*
 * Statistics as CSV: a line of headings, then a row for each time.
 *
 *     esxtop -b, relog, perfmon   "\\HOST\OBJECT(INSTANCE)\COUNTER": a column for each counter of
 *                                 each VM; rows begin with the date and time
 *     charts of vCenter           Time, then "COUNTER for VM (UNIT)" or "VM: COUNTER (UNIT)"
 *     sadf -d -- -r               hostname, interval, timestamp, then a column for each counter
 *     PowerCLI's Get-Stat         Value, Timestamp, MetricId, Unit, Entity: a row for each sample
 *     sadf -p -- -r               likewise, without headings
 *
 * A file may have a title before its headings, and headings again where two were joined.
 *
 * The hazard is a file that was cut while it was written: its last line lacks columns, or a quote.
 * What is missing is left out. esxtop has thousands of columns: those that no metric needs are not
 * looked at.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/array.h"
#include "traces/counters/parts.h"

enum role { ROLE_TIME, ROLE_VM, ROLE_ID, ROLE_COUNTER, ROLE_VALUE, ROLE_UNIT, ROLES };
#define NOWHERE UINT32_MAX

static const struct {
    const char *heading;
    enum role role;
} headings[] = {
    {"time", ROLE_TIME},     {"timestamp", ROLE_TIME},   {"date", ROLE_TIME},
    {"datetime", ROLE_TIME}, {"entity", ROLE_VM},        {"hostname", ROLE_VM},
    {"vm", ROLE_VM},         {"vmname", ROLE_VM},        {"name", ROLE_VM},
    {"value", ROLE_VALUE},   {"metricid", ROLE_COUNTER}, {"metric", ROLE_COUNTER},
    {"unit", ROLE_UNIT},     {"counter", ROLE_COUNTER},  {"entityid", ROLE_ID},
    {"vmid", ROLE_ID},
};

/* A column with a counter. */
struct value_column {
    uint32_t column;
    bool is_host;                 /* its counter is the host's, not a VM's */
    char vm[COUNTERS_NAME_BYTES]; /* empty: the row says, or nobody */
    char id[COUNTERS_NAME_BYTES]; /* with which the VM's name is unique; empty: none */
    char counter[COUNTERS_NAME_BYTES];
    enum counters_unit unit;
};

struct identity {
    char vm[COUNTERS_NAME_BYTES], id[COUNTERS_NAME_BYTES];
    bool is_second; /* another VM had the name before */
};

struct table {
    struct tr_counters *counters;
    char delimiter;
    uint32_t at[ROLES]; /* columns, from 0 */
    struct value_column *values;
    size_t value_room, read_room, order_room;
    uint32_t value_count;
    double *read;    /* of the present row, one for each of `values` */
    uint32_t *order; /* of `values`, so that those of a VM stand together */
    struct identity *identities;
    size_t identity_room;
    uint32_t identity_count, latest;
};

static int no_memory(const struct table *table, struct sim_error *error)
{
    sim_error_set(error, SIM_SYSTEM, "%s: no memory", table->counters->path);
    return -1;
}

/* ---- VMs of one name --------------------------------------------------------------------- */

/* Two VMs may have one name. The id tells them apart, and is put behind the name of the later one.
 * 1 or -1. */
static int make_unique(struct table *table, char vm[COUNTERS_NAME_BYTES], const char *id,
                       struct sim_error *error)
{
    char plain[COUNTERS_NAME_BYTES];
    bool is_second = false;

    memcpy(plain, vm, sizeof plain);
    for (uint32_t i = 0; i < table->identity_count; i++) { /* mostly the same as before */
        uint32_t at = (table->latest + i) % table->identity_count;
        const struct identity *identity = &table->identities[at];
        bool same = strcmp(identity->vm, plain) == 0;
        is_second |= same;
        if (!same || strcmp(identity->id, id) != 0)
            continue;
        table->latest = at;
        if (identity->is_second)
            snprintf(vm, COUNTERS_NAME_BYTES, "%.40s (%.20s)", plain, id);
        return 1;
    }
    if (!sim_array_reserve(table->identities, table->identity_room, table->identity_count + 1))
        return no_memory(table, error);
    struct identity *identity = &table->identities[table->identity_count++];
    memcpy(identity->vm, plain, sizeof plain);
    snprintf(identity->id, sizeof identity->id, "%s", id);
    identity->is_second = is_second;
    if (is_second) {
        snprintf(vm, COUNTERS_NAME_BYTES, "%.40s (%.20s)", plain, id);
        tr_notes_add(&table->counters->notes,
                     "several VMs are named '%s': the later ones have their id behind the name, "
                     "as in '%s'",
                     plain, vm);
    }
    return 1;
}

/* ---- Headings ---------------------------------------------------------------------------- */

/* Comma-separated, or with tabs by `relog -f TSV`. */
static bool is_pdh(const char *line)
{
    return strstr(line, "(PDH-CSV ") || strstr(line, "(PDH-TSV ");
}

/* The most frequent one. */
static char delimiter_of(const char *line)
{
    static const char usual[] = ",;\t";
    size_t best = 0, count;
    char delimiter = ',';

    for (const char *candidate = usual; *candidate != '\0'; candidate++) {
        count = 0;
        for (const char *at = line; *at != '\0'; at++)
            count += *at == *candidate;
        delimiter = count > best ? *candidate : delimiter;
        best = count > best ? count : best;
    }
    return delimiter;
}

/* Without the sign with which sadf begins. */
static char *without_mark(char *line)
{
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

/* "\\HOST\OBJECT(INSTANCE)\COUNTER" of an object of memory; without an instance it is the host's.
 * esxtop's instances are "NUMBER:VM". */
static bool split_pdh(char *heading, struct value_column *value)
{
    char *counter = strrchr(heading, '\\');
    char *object = strncmp(heading, "\\\\", 2) == 0 ? strchr(heading + 2, '\\') : NULL;

    if (!object || counter == object)
        return false;
    *object++ = *counter++ = '\0';
    char *instance = strchr(object, '(');
    size_t length = strlen(object);
    value->is_host = !instance || object[length - 1] != ')';
    if (!value->is_host) {
        object[length - 1] = *instance++ = '\0';
        char *colon = strcmp(object, "Group Memory") == 0 ? strchr(instance, ':') : NULL;
        snprintf(value->id, sizeof value->id, "%.*s", colon ? (int)(colon - instance) : 0,
                 instance);
        instance = colon ? colon + 1 : instance;
    }
    snprintf(value->vm, sizeof value->vm, "%s", value->is_host ? heading + 2 : instance);
    snprintf(value->counter, sizeof value->counter, "%s", counter);
    return strstr(object, "Memory") != NULL;
}

/* "COUNTER for VM (UNIT)", "VM: COUNTER (UNIT)", "COUNTER (UNIT)" or "COUNTER" */
static bool split_heading(char *heading, struct value_column *value)
{
    size_t length = strlen(heading);
    char *open = strrchr(heading, '('), *part;

    if (!open)
        open = strrchr(heading, '[');
    if (open && length > 0 && strchr(")]", heading[length - 1])) {
        heading[length - 1] = '\0';
        value->unit = counters_unit_named(open + 1);
        if (value->unit == UNIT_UNKNOWN) /* so that the name without it is not taken for known */
            heading[length - 1] = ')';
    }
    if (value->unit != UNIT_UNKNOWN) {
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
    uint32_t at = table->value_count, moved = at;

    if (!sim_array_reserve(table->values, table->value_room, at + 1) ||
        !sim_array_reserve(table->read, table->read_room, at + 1) ||
        !sim_array_reserve(table->order, table->order_room, at + 1))
        return no_memory(table, error);
    table->values[table->value_count++] = *value;
    /* Behind the last column of its VM. relog may put all columns of a counter together. */
    while (moved > 0 && strcmp(table->values[table->order[moved - 1]].vm, value->vm) != 0)
        moved--;
    moved = moved > 0 ? moved : at;
    memmove(table->order + moved + 1, table->order + moved, (at - moved) * sizeof *table->order);
    table->order[moved] = at;
    return 1;
}

/* A heading that is the name of a counter. 1 or -1. */
static int take_counter(struct table *table, struct value_column *value,
                        char host_counters[COUNTERS_FOUND_BYTES], struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    bool is_needed = counters_needs(counters, value->counter);

    counters_list(value->is_host ? host_counters : counters->found, value->counter);
    if (value->id[0] != '\0' && make_unique(table, value->vm, value->id, error) < 0)
        return -1;
    if (value->vm[0] != '\0' && (is_needed || !value->is_host) &&
        counters_see_vm(counters, value->vm, error) < 0)
        return -1;
    return is_needed ? add_value(table, value, error) : 1;
}

/* The line of headings is in counters->line. */
static int take_headings(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    bool pdh = is_pdh(counters->line);
    char *rest = without_mark(counters->line), *field, host_counters[COUNTERS_FOUND_BYTES] = "";

    table->delimiter = delimiter_of(rest);
    table->value_count = 0;
    for (int i = 0; i < ROLES; i++)
        table->at[i] = NOWHERE;
    for (uint32_t column = 0; (field = counters_field(&rest, table->delimiter)); column++) {
        struct value_column value = {.column = column};
        enum role role = pdh ? (column == 0 ? ROLE_TIME : ROLES) : role_of(field);
        if (role != ROLES)
            table->at[role] = table->at[role] == NOWHERE ? column : table->at[role];
        else if ((pdh ? split_pdh(field, &value) : split_heading(field, &value)) &&
                 take_counter(table, &value, host_counters, error) < 0)
            return -1;
    }
    if (table->at[ROLE_COUNTER] != NOWHERE) /* the other columns are no counters */
        counters->found[0] = '\0';
    else if (counters->found[0] == '\0')
        memcpy(counters->found, host_counters, sizeof host_counters);
    return 1;
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* A row for each sample. */
static int take_sample(struct table *table, char *const texts[ROLES], double at_s,
                       struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    char vm[COUNTERS_NAME_BYTES] = "";

    if (!texts[ROLE_COUNTER])
        return 1;
    counters_list(counters->found, texts[ROLE_COUNTER]);
    if (!counters_needs(counters, texts[ROLE_COUNTER]))
        return 1;
    if (texts[ROLE_VM])
        snprintf(vm, sizeof vm, "%s", texts[ROLE_VM]);
    if (texts[ROLE_VM] && texts[ROLE_ID] && make_unique(table, vm, texts[ROLE_ID], error) < 0)
        return -1;
    counters_take(counters, texts[ROLE_COUNTER],
                  texts[ROLE_VALUE] ? counters_number(texts[ROLE_VALUE], &counters->style)
                                    : (double)NAN,
                  texts[ROLE_UNIT] ? counters_unit_named(texts[ROLE_UNIT]) : UNIT_UNKNOWN);
    return counters_end_group(counters, texts[ROLE_VM] ? vm : NULL, at_s, error);
}

/* A row for each time. */
static int take_values(struct table *table, const char *vm_of_row, double at_s,
                       struct sim_error *error)
{
    struct tr_counters *counters = table->counters;

    for (uint32_t i = 0; i < table->value_count; i++) {
        const struct value_column *value = &table->values[table->order[i]];
        bool is_last = i + 1 == table->value_count ||
                       strcmp(value->vm, table->values[table->order[i + 1]].vm) != 0;
        counters_take(counters, value->counter, table->read[table->order[i]], value->unit);
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
            table->read[next++] = counters_number(field, &counters->style);
        if (next == table->value_count && table->at[ROLE_COUNTER] == NOWHERE &&
            column >= table->at[ROLE_TIME] && table->value_count > 0)
            break;
    }
    if (!texts[ROLE_TIME] || !counters_time(texts[ROLE_TIME], &counters->style, &at_s)) {
        tr_notes_pass_over(&counters->notes, counters->line_number,
                           "expected a time such as 11/23/2026 22:10:05, found '%.40s'",
                           texts[ROLE_TIME] ? texts[ROLE_TIME] : "");
        return 1;
    }
    if (table->at[ROLE_COUNTER] != NOWHERE)
        return take_sample(table, texts, at_s, error);
    return take_values(table, texts[ROLE_VM], at_s, error);
}

/* Headings with a time, and with values or a counter whose unit is known; or with a VM. */
static bool is_headings(const char *text)
{
    char line[4096], *rest, *field;
    bool has_time = false, has_counter = false;

    if (is_pdh(text))
        return true;
    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\r\n"), text);
    rest = without_mark(line);
    char delimiter = delimiter_of(rest);
    while ((field = counters_field(&rest, delimiter))) {
        struct value_column value = {0};
        enum role role = role_of(field);
        has_time |= role == ROLE_TIME;
        has_counter |= role == ROLE_VALUE || role == ROLE_VM;
        has_counter |= role == ROLES && split_heading(field, &value) &&
                       (value.vm[0] != '\0' || value.unit != UNIT_UNKNOWN ||
                        counters_unit_of(value.counter) != UNIT_UNKNOWN);
    }
    return has_time && has_counter;
}

/* sadf -p: "HOST interval time device counter value", with tabs between. */
static bool is_plain_sadf(const char *text)
{
    struct counters_style style = {0};
    char line[300], *rest = line, *fields[7] = {NULL};
    double at_s;

    snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\r\n"), text);
    for (int i = 0; i < 7 && (fields[i] = counters_field(&rest, '\t')); i++)
        ;
    return fields[5] && !fields[6] && counters_time(fields[2], &style, &at_s) &&
           !isnan(counters_number(fields[1], &style));
}

static int read_rows(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    int more, taken = 1;

    while (taken == 1 && (more = counters_next_line(counters, error)) == 1) {
        const char *line = counters->line;
        if (!isdigit((unsigned char)line[line[0] == '"']) && is_headings(line))
            taken = take_headings(table, error); /* two files were joined */
        else if (line[0] != '\0' && line[0] != '#')
            taken = take_row(table, error);
    }
    return taken < 0 || more < 0 ? -1 : 1;
}

/* Finds the headings, before which Export-Csv writes a type, and vCenter a title. */
static int find_headings(struct table *table, struct sim_error *error)
{
    struct tr_counters *counters = table->counters;
    int more;

    while ((more = counters_next_line(counters, error)) == 1) {
        if (is_headings(counters->line))
            return take_headings(table, error);
        if (is_plain_sadf(counters->line)) {
            *table = (struct table){.counters = counters,
                                    .delimiter = '\t',
                                    .at = {[ROLE_VM] = 0,
                                           [ROLE_TIME] = 2,
                                           [ROLE_COUNTER] = 4,
                                           [ROLE_VALUE] = 5,
                                           [ROLE_ID] = NOWHERE,
                                           [ROLE_UNIT] = NOWHERE}};
            return take_row(table, error);
        }
        if (counters->line[0] != '\0' && strncmp(counters->line, "#TYPE", 5) != 0)
            tr_notes_pass_over(&counters->notes, counters->line_number,
                               "expected headings, found '%.40s'", counters->line);
    }
    return more;
}

static int read_table(struct tr_counters *counters, struct sim_error *error)
{
    struct table table = {.counters = counters};
    int more = find_headings(&table, error);

    counters->any_order = counters->one_per_group = table.at[ROLE_COUNTER] != NOWHERE;
    if (more == 1)
        more = read_rows(&table, error);
    free(table.values);
    free(table.read);
    free(table.order);
    free(table.identities);
    return more < 0 ? -1 : 1;
}

#define TITLE_LINES_MOST 10 /* our choice */

static bool recognises(const char *text)
{
    for (int i = 0; i < TITLE_LINES_MOST && *text != '\0'; i++) {
        if (is_headings(text) || is_plain_sadf(text))
            return true;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return false;
}

const struct counters_format counters_table = {recognises, read_table};
