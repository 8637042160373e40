/*
 * Statistics of hypervisors: see stats.h.
 *
 * The hazards: units (esxtop says MB, libvirt KiB, KSM pages), times that do not rise, and lines of
 * a megabyte, since esxtop has a column for everything that it knows.
 */
#include "traces/formats/stats.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/file.h"

#define NAME_BYTES 64u
#define KEYS_MOST  64u

/* A value of a block; a file that names no VMs has these alone. */
struct pair {
    char name[NAME_BYTES];
    double value;
};

struct column {
    uint32_t at; /* in the row */
    char vm[NAME_BYTES];
};

struct tr_stats {
    char *path;
    FILE *file;
    char *line;
    size_t line_room;
    uint64_t line_number;
    char metric[NAME_BYTES];
    bool is_esxtop;
    struct column *columns; /* esxtop: of the metric, in order */
    uint32_t vms;
    uint32_t groups; /* esxtop: VMs and other groups that have memory counters at all */
    bool has_line;   /* read, and not yet used */
    bool has_first;
    double first_s, last_s;
};

static int fail(const struct tr_stats *stats, struct sim_error *error, const char *what)
{
    sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": %s", stats->path, stats->line_number, what);
    return -1;
}

/* 1: stats->line is the next line, without its end; 0: the end; -1. */
static int next_line(struct tr_stats *stats, struct sim_error *error)
{
    if (stats->has_line) {
        stats->has_line = false;
        return 1;
    }
    size_t length;
    const char *problem;
    int more = sim_file_line(stats->file, &stats->line, &stats->line_room, &length, &problem);
    if (more < 0)
        sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", stats->path, problem);
    if (more <= 0)
        return more;
    stats->line_number++;
    if (strlen(stats->line) != length)
        return fail(stats, error, "expected text, found a zero byte");
    stats->line[strcspn(stats->line, "\r\n")] = '\0';
    return 1;
}

static int take_time(struct tr_stats *stats, double at_s, double *t_s, struct sim_error *error)
{
    if (!stats->has_first)
        stats->first_s = at_s;
    else if (!(at_s > stats->last_s))
        return fail(stats, error, "expected a later time than before");
    stats->has_first = true;
    stats->last_s = at_s;
    *t_s = at_s - stats->first_s;
    return 1;
}

/* ---- esxtop ------------------------------------------------------------------------------ */

/* The next field of a line of CSV, quotes taken off; NULL behind the last, and where a quote
 * has no end because the file was cut. */
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

/* "\\host\Group Memory(NUMBER:VM)\COUNTER": the counter, and the VM copied out; NULL: another
 * heading. */
static const char *memory_counter(char *heading, char vm[NAME_BYTES])
{
    char *group = strstr(heading, "Group Memory(");
    char *colon = group ? strchr(group, ':') : NULL;
    char *close = colon ? strstr(colon, ")\\") : NULL;
    if (!close)
        return NULL;
    snprintf(vm, NAME_BYTES, "%.*s", (int)(close - colon - 1), colon + 1);
    for (char *at = vm; *at != '\0'; at++) /* it will be the heading of a column */
        *at = *at == ',' || *at == '"' ? '_' : *at;
    return close + 2;
}

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

static void note_counter(char *found, size_t bytes, const char *counter)
{
    size_t length = strlen(found);
    if (strlen(counter) < NAME_BYTES && !strstr(found, counter) && length + NAME_BYTES < bytes)
        snprintf(found + length, bytes - length, "%s%s", length > 0 ? ", " : "", counter);
}

static int add_column(struct tr_stats *stats, uint32_t at, const char *vm, struct sim_error *error)
{
    if (stats->vms == TR_STATS_VMS_MOST)
        return fail(stats, error, "expected at most 4096 VMs, found more");
    if (stats->vms % 64 == 0) {
        struct column *columns =
            realloc(stats->columns, (stats->vms + 64) * sizeof *stats->columns);
        if (!columns) {
            sim_error_set(error, SIM_SYSTEM, "%s: no memory", stats->path);
            return -1;
        }
        stats->columns = columns;
    }
    struct column *column = &stats->columns[stats->vms++];
    column->at = at;
    snprintf(column->vm, sizeof column->vm, "%s", vm);
    return 1;
}

static int take_headings(struct tr_stats *stats, struct sim_error *error)
{
    const char *wanted = counter_of(stats->metric);
    char *rest = stats->line, *field, found[700] = "", what[900];
    char vm[NAME_BYTES], last_vm[NAME_BYTES] = "";
    for (uint32_t at = 0; (field = next_field(&rest)) != NULL; at++) {
        const char *counter = memory_counter(field, vm);
        if (!counter)
            continue;
        note_counter(found, sizeof found, counter);
        stats->groups += strcmp(vm, last_vm) != 0; /* the counters of one stand together */
        snprintf(last_vm, sizeof last_vm, "%s", vm);
        if (strcmp(counter, wanted) == 0 && add_column(stats, at, vm, error) < 0)
            return -1;
    }
    if (stats->vms > 0)
        return 1;
    snprintf(what, sizeof what, "expected the memory counter '%s' of a VM, found %s", wanted,
             found[0] != '\0' ? found : "none of any VM");
    return fail(stats, error, what);
}

/* "11/23/2026 22:10:05" in seconds; NAN. */
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
    return end != text && *end == '\0' && *mb >= 0 && *mb <= 1e9;
}

static int next_esxtop(struct tr_stats *stats, double *t_s, double *mb, struct sim_error *error)
{
    char *rest, *field;
    uint32_t vm = 0;
    int more;
    do
        more = next_line(stats, error);
    while (more == 1 && stats->line[0] == '\0');
    if (more <= 0)
        return more;
    rest = stats->line;
    for (uint32_t at = 0; (field = next_field(&rest)) != NULL && vm < stats->vms; at++) {
        double at_s = at == 0 ? seconds_of_date(field) : 0;
        if (isnan(at_s))
            return fail(stats, error, "expected a time such as 11/23/2026 22:10:05");
        if (at == 0 && take_time(stats, at_s, t_s, error) < 0)
            return -1;
        if (at == stats->columns[vm].at && !take_mb(field, &mb[vm++]))
            return fail(stats, error, "expected a number of MB in each column of the counter");
    }
    return vm == stats->vms ? 1 : fail(stats, error, "expected as many columns as headings");
}

/* ---- Blocks of names and values ---------------------------------------------------------- */

struct block {
    double at_s; /* NAN: not told */
    struct pair pairs[KEYS_MOST];
    uint32_t count;
};

static const struct pair *find(const struct block *block, const char *name)
{
    for (uint32_t i = 0; i < block->count; i++) {
        if (strcmp(block->pairs[i].name, name) == 0)
            return &block->pairs[i];
    }
    return NULL;
}

/* "name value", "name: value" or "/path/name:value". */
static bool parse_pair(const char *line, struct pair *pair)
{
    const char *last = line + strcspn(line, ": \t");
    const char *value = last + strspn(last, ": \t");
    char *end;
    const char *name = line;
    for (const char *at = line; at < last; at++)
        name = *at == '/' ? at + 1 : name;
    if (*value == '\0' || last == name || last - name >= (ptrdiff_t)NAME_BYTES)
        return false;
    snprintf(pair->name, sizeof pair->name, "%.*s", (int)(last - name), name);
    pair->value = strtod(value, &end);
    end += strspn(end, " \t");
    return end != value && *end == '\0' && isfinite(pair->value);
}

static bool parse_time(const char *line, double *at_s)
{
    char *end;
    *at_s = strtod(line, &end);
    return end != line && *end == '\0' && isdigit((unsigned char)line[0]) && isfinite(*at_s);
}

/* A block ends where the next time stands, or a name comes again. 1: one; 0: the end; -1. */
static int next_block(struct tr_stats *stats, struct block *block, struct sim_error *error)
{
    int more;
    double at_s;
    *block = (struct block){.at_s = NAN};
    while ((more = next_line(stats, error)) == 1) {
        struct pair pair;
        const char *line = stats->line + strspn(stats->line, " \t");
        if (*line == '\0' || *line == '#')
            continue;
        bool is_time = parse_time(line, &at_s);
        if (!is_time && !parse_pair(line, &pair))
            return fail(stats, error, "expected a time in seconds, or a name and a number");
        if ((is_time && block->count > 0) || (!is_time && find(block, pair.name))) {
            stats->has_line = true;
            return 1;
        }
        if (is_time)
            block->at_s = at_s;
        else if (block->count < KEYS_MOST)
            block->pairs[block->count++] = pair;
    }
    return more < 0 ? -1 : block->count > 0;
}

static double mb_of(const struct pair *pair)
{
    bool is_pages = strncmp(pair->name, "pages_", 6) == 0;
    return pair->value / (is_pages ? 256 : 1024);
}

/* NAN: the block does not tell. */
static double metric_mb(const struct block *block, const char *metric)
{
    const struct pair *available = find(block, "available"), *free = find(block, "usable");
    const struct pair *own = find(block, strcmp(metric, "size") == 0 ? "actual" : metric);
    if (own)
        return mb_of(own);
    if (!free)
        free = find(block, "unused");
    if ((strcmp(metric, "used") == 0 || strcmp(metric, "active") == 0) && available && free)
        return mb_of(available) - mb_of(free);
    return NAN;
}

static int next_of_block(struct tr_stats *stats, double *t_s, double *mb, struct sim_error *error)
{
    struct block block;
    char what[900], found[700] = "";
    int more = next_block(stats, &block, error);
    if (more <= 0)
        return more;
    const struct pair *update = find(&block, "last_update");
    if (isnan(block.at_s) && update)
        block.at_s = update->value;
    if (isnan(block.at_s))
        return fail(stats, error, "expected a line with the time in seconds before each block");
    *mb = metric_mb(&block, stats->metric);
    if (!isnan(*mb) && *mb >= 0)
        return take_time(stats, block.at_s, t_s, error);
    for (uint32_t i = 0; i < block.count; i++)
        note_counter(found, sizeof found, block.pairs[i].name);
    snprintf(what, sizeof what, "expected '%s' in the block before, found %s", stats->metric,
             found);
    return fail(stats, error, what);
}

/* ---- Open and close ---------------------------------------------------------------------- */

int tr_stats_open(const char *path, const char *metric, const char *vm, struct tr_stats **out,
                  struct sim_error *error)
{
    struct tr_stats *stats = calloc(1, sizeof *stats);
    *out = NULL;
    if (!stats || !(stats->path = strdup(path))) {
        tr_stats_close(stats);
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    snprintf(stats->metric, sizeof stats->metric, "%s", metric);
    const char *problem;
    stats->file = sim_file_open_stream(path, &problem);
    int more = -1;
    if (!stats->file)
        sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", path, problem);
    else
        more = next_line(stats, error);
    if (more == 0)
        more = fail(stats, error, "expected statistics, found an empty file");
    stats->is_esxtop = more == 1 && strstr(stats->line, "(PDH-CSV ") != NULL;
    if (stats->is_esxtop)
        more = take_headings(stats, error);
    else if (more == 1)
        more = add_column(stats, 0, vm, error);
    stats->has_line = !stats->is_esxtop;
    if (more == 1) {
        *out = stats;
        return SIM_OK;
    }
    tr_stats_close(stats);
    return error->status;
}

void tr_stats_close(struct tr_stats *stats)
{
    if (!stats)
        return;
    if (stats->file)
        fclose(stats->file);
    free(stats->columns);
    free(stats->line);
    free(stats->path);
    free(stats);
}

uint32_t tr_stats_vms(const struct tr_stats *stats)
{
    return stats->vms;
}

uint32_t tr_stats_left_out(const struct tr_stats *stats)
{
    return stats->groups > stats->vms ? stats->groups - stats->vms : 0;
}

const char *tr_stats_vm(const struct tr_stats *stats, uint32_t vm)
{
    return stats->columns[vm].vm;
}

int tr_stats_next(struct tr_stats *stats, double *t_s, double *mb, struct sim_error *error)
{
    int more = (stats->is_esxtop ? next_esxtop : next_of_block)(stats, t_s, mb, error);
    return more == 0 && !stats->has_first ? fail(stats, error, "expected statistics, found none")
                                          : more;
}
