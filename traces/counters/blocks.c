/*
 * Blocks of names and values, as `virsh dommemstat` prints them for one VM (in KiB) and the
 * kernel's KSM keeps them for a host (in pages of 4 KiB). A block ends where the next time stands,
 * or where a name comes a second time.
 *
 * The hazard is the unit, which no block says: counters that begin with "pages_" are pages, all
 * others are KiB.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "traces/counters/parts.h"

#define PAIRS_MOST 64u /* in a block; libvirt knows of about a dozen */

struct pair {
    char name[COUNTERS_NAME_BYTES];
    double value;
};

struct block {
    double at_s; /* NAN: the block does not say */
    struct pair pairs[PAIRS_MOST];
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

/* ---- Reading a block --------------------------------------------------------------------- */

/* "name value", "name: value" or "/path/name:value". */
static bool parse_pair(const char *line, struct pair *pair)
{
    const char *name = line, *name_end = line + strcspn(line, ": \t");
    const char *value = name_end + strspn(name_end, ": \t");
    char *end;

    for (const char *at = line; at < name_end; at++)
        name = *at == '/' ? at + 1 : name;
    if (*value == '\0' || name_end == name || name_end - name >= (ptrdiff_t)COUNTERS_NAME_BYTES)
        return false;
    snprintf(pair->name, sizeof pair->name, "%.*s", (int)(name_end - name), name);
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

/* 1: `block` is the next block; 0: the end of the file; -1. */
static int next_block(struct tr_counters *counters, struct block *block, struct sim_error *error)
{
    int more;
    double at_s;

    *block = (struct block){.at_s = NAN};
    while ((more = counters_next_line(counters, error)) == 1) {
        struct pair pair;
        const char *line = counters->line + strspn(counters->line, " \t");
        if (*line == '\0' || *line == '#')
            continue;
        bool is_time = parse_time(line, &at_s);
        if (!is_time && !parse_pair(line, &pair))
            return counters_fail(counters, error,
                                 "expected a time in seconds, or a name and a number, found "
                                 "'%.60s'",
                                 line);
        if ((is_time && block->count > 0) || (!is_time && find(block, pair.name))) {
            counters->keeps_line = true; /* it belongs to the next block */
            return 1;
        }
        if (is_time)
            block->at_s = at_s;
        else if (block->count < PAIRS_MOST)
            block->pairs[block->count++] = pair;
    }
    return more < 0 ? -1 : block->count > 0;
}

/* ---- The metric of a block --------------------------------------------------------------- */

static double mb_of(const struct pair *pair)
{
    bool is_pages = strncmp(pair->name, "pages_", 6) == 0;
    return pair->value / (is_pages ? 256 : 1024);
}

/* NAN: the block does not say. A VM uses what it has less what it could free at once. */
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

static int next(struct tr_counters *counters, double *t_s, double *mb, struct sim_error *error)
{
    struct block block;
    char found[COUNTERS_FOUND_BYTES] = "";
    int more = next_block(counters, &block, error);

    if (more <= 0)
        return more;
    const struct pair *update = find(&block, "last_update");
    if (isnan(block.at_s) && update)
        block.at_s = update->value;
    if (isnan(block.at_s))
        return counters_fail(counters, error,
                             "expected a line with the time in seconds before each block, found "
                             "none before this line");
    *mb = metric_mb(&block, counters->metric);
    if (!isnan(*mb) && *mb >= 0)
        return counters_take_time(counters, block.at_s, t_s, error);
    if (!isnan(*mb))
        return counters_fail(counters, error,
                             "expected '%s' of at least 0 in the block that ends here, found %.10g "
                             "MB",
                             counters->metric, *mb);
    for (uint32_t i = 0; i < block.count; i++)
        counters_list(found, block.pairs[i].name);
    return counters_fail(counters, error, "expected '%s' in the block that ends here, found %s",
                         counters->metric, found);
}

static int begin(struct tr_counters *counters, const char *vm, struct sim_error *error)
{
    counters->keeps_line = true; /* the first line belongs to the first block */
    return counters_add_vm(counters, vm, 0, error);
}

const struct counters_format counters_blocks = {NULL, begin, next};
