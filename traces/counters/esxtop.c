/*
 * Batch output of VMware's esxtop: one CSV file for all VMs of a host. The first line has the
 * headings, "\\HOST\Group Memory(NUMBER:VM)\COUNTER" for the memory of a VM; every other line
 * begins with the date and time. Memory is in MB.
 *
 * The hazard is a file that was cut while esxtop wrote it: its last line lacks columns, or a quote.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/nearest.h"
#include "traces/counters/parts.h"

#define MB_MOST 1e9

static bool recognises(const char *first_line)
{
    return strstr(first_line, "(PDH-CSV ") != NULL;
}

/* Ends the next field of a line with a NUL and returns it without its quotes. NULL: there is no
 * further field, or its closing quote is missing. */
static char *next_field(char **rest)
{
    char *at = *rest, *field = at;

    if (!at)
        return NULL;
    if (*at == '"') {
        field = ++at;
        at = strchr(at, '"');
        if (!at) {
            *rest = NULL;
            return NULL;
        }
        *at++ = '\0';
    }
    at = strchr(at, ',');
    *rest = at ? at + 1 : NULL;
    if (at)
        *at = '\0';
    return field;
}

/* ---- Headings ---------------------------------------------------------------------------- */

/* Returns the counter that a heading names and copies the name of its VM; NULL if the heading is of
 * something else than the memory of a group. */
static const char *memory_counter(char *heading, char vm[COUNTERS_NAME_BYTES])
{
    char *group = strstr(heading, "Group Memory(");
    char *colon = group ? strchr(group, ':') : NULL;
    char *close = colon ? strstr(colon, ")\\") : NULL;

    if (!close)
        return NULL;
    snprintf(vm, COUNTERS_NAME_BYTES, "%.*s", (int)(close - colon - 1), colon + 1);
    for (char *at = vm; *at != '\0'; at++) /* the name becomes the heading of a CSV column */
        *at = *at == ',' || *at == '"' ? '_' : *at;
    return close + 2;
}

/* The counter that a metric stands for; the metric itself if it is a counter's name already. */
static const char *counter_of(const char *metric)
{
    static const struct {
        const char *metric, *counter;
    } known[] = {{"active", "Touched MBytes"},
                 {"size", "Memory Size MBytes"},
                 {"granted", "Memory Granted Size MBytes"},
                 {"used", "Memory Consumed Size MBytes"},
                 {"target", "Target Size MBytes"}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(metric, known[i].metric) == 0)
            return known[i].counter;
    }
    return metric;
}

static int begin(struct tr_counters *counters, const char *vm_of_file, struct sim_error *error)
{
    const char *wanted = counter_of(counters->metric);
    char *rest = counters->line, *field, found[COUNTERS_FOUND_BYTES] = "", hint[SIM_HINT_BYTES];
    char vm[COUNTERS_NAME_BYTES], last_vm[COUNTERS_NAME_BYTES] = "";
    struct sim_nearest nearest;

    (void)vm_of_file; /* esxtop names its VMs */
    sim_nearest_begin(&nearest, wanted);
    for (uint32_t column = 0; (field = next_field(&rest)) != NULL; column++) {
        const char *counter = memory_counter(field, vm);
        if (!counter)
            continue;
        counters_list(found, counter);
        sim_nearest_offer(&nearest, counter);
        counters->groups += strcmp(vm, last_vm) != 0; /* the counters of a group stand together */
        snprintf(last_vm, sizeof last_vm, "%s", vm);
        if (strcmp(counter, wanted) == 0 && counters_add_vm(counters, vm, column, error) < 0)
            return -1;
    }
    if (counters->vm_count > 0)
        return 1;
    return counters_fail(counters, error, "expected the memory counter '%s' of a VM, found %s%s",
                         wanted, found[0] != '\0' ? found : "no memory counter of any VM",
                         sim_nearest_hint(hint, nearest.best));
}

/* ---- Rows -------------------------------------------------------------------------------- */

/* Seconds of a date such as "11/23/2026 22:10:05"; NAN if it is none. */
static double seconds_of_date(const char *text)
{
    struct tm date = {0};
    int used = 0;

    if (sscanf(text, "%2d/%2d/%4d %2d:%2d:%2d%n", &date.tm_mon, &date.tm_mday, &date.tm_year,
               &date.tm_hour, &date.tm_min, &date.tm_sec, &used) != 6 ||
        text[used] != '\0' || date.tm_mon < 1 || date.tm_mon > 12 || date.tm_mday < 1 ||
        date.tm_year < 1990)
        return NAN;
    date.tm_mon--;
    date.tm_year -= 1900;
    return (double)timegm(&date);
}

static bool take_mb(const char *text, double *mb)
{
    char *end;

    *mb = strtod(text, &end);
    return end != text && *end == '\0' && *mb >= 0 && *mb <= MB_MOST;
}

static int take_row(struct tr_counters *counters, double *t_s, double *mb, struct sim_error *error)
{
    char *rest = counters->line, *field;
    uint32_t vm = 0;

    for (uint32_t column = 0; vm < counters->vm_count && (field = next_field(&rest)); column++) {
        const struct counters_vm *wanted = &counters->vms[vm];
        if (column == 0) {
            double at_s = seconds_of_date(field);
            if (isnan(at_s))
                return counters_fail(counters, error,
                                     "expected a time such as 11/23/2026 22:10:05, found '%.40s'",
                                     field);
            if (counters_take_time(counters, at_s, t_s, error) < 0)
                return -1;
        }
        if (column != wanted->column)
            continue;
        if (!take_mb(field, &mb[vm]))
            return counters_fail(counters, error,
                                 "expected a number of MB for the VM '%s', found '%.40s'",
                                 wanted->name, field);
        vm++;
    }
    if (vm == counters->vm_count)
        return 1;
    return counters_fail(counters, error,
                         "expected a column for the VM '%s', found the end of the line",
                         counters->vms[vm].name);
}

static int next(struct tr_counters *counters, double *t_s, double *mb, struct sim_error *error)
{
    int more;

    do
        more = counters_next_line(counters, error);
    while (more == 1 && counters->line[0] == '\0');
    return more == 1 ? take_row(counters, t_s, mb, error) : more;
}

const struct counters_format counters_esxtop = {recognises, begin, next};
