/*
 * Blocks of names and values.
 *
 *     virsh dommemstat VM        "actual 1048576", in KiB
 *     virsh domstats --balloon   "Domain: 'web'", then "  balloon.current=1048576", in KiB
 *     grep -r . /sys/kernel/mm/ksm "/sys/kernel/mm/ksm/pages_shared:100"
 *
 * A line with a time in seconds stands before a block, or before the blocks of several VMs. A line
 * with one word, perhaps with "#", "==" or "VM" before it or a colon behind it, names the VM of the
 * block that follows. A block ends where the next time or name stands, or where a counter comes a
 * second time.
 *
 * The hazard is what else such a log holds: texts such as "advisor_mode:[none] scan-time", messages
 * of virsh. Lines that are no number with a name are passed over.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "traces/counters/parts.h"

struct blocks {
    struct tr_counters *counters;
    double at_s;                  /* of the line with the time; NAN: none yet */
    double update_s;              /* last_update of the present block; NAN: none */
    char vm[COUNTERS_NAME_BYTES]; /* empty: not named */
};

/* ---- Lines ------------------------------------------------------------------------------- */

/* "name value", "name: value", "name=value" or "/path/name:value". */
static bool take_pair(const char *line, char name[COUNTERS_NAME_BYTES], double *value)
{
    const char *begin = line, *end = line + strcspn(line, "=: \t");
    const char *number = end + strspn(end, "=: \t");

    for (const char *at = line; at < end; at++)
        begin = *at == '/' ? at + 1 : begin;
    if (strncmp(begin, "balloon.", 8) == 0)
        begin += 8;
    if (*number == '\0' || end == begin || end - begin >= (long)COUNTERS_NAME_BYTES)
        return false;
    snprintf(name, COUNTERS_NAME_BYTES, "%.*s", (int)(end - begin), begin);
    *value = counters_number(number);
    if (strcmp(name, "current") == 0) /* domstats has other names than dommemstat */
        snprintf(name, COUNTERS_NAME_BYTES, "actual");
    for (char *at = name; *at != '\0'; at++)
        *at = *at == '-' ? '_' : *at;
    return !isnan(*value);
}

/* "web", "web:", "# web", "== web ==", "VM web" or "Domain: 'web'". */
static bool take_name(const char *line, char vm[COUNTERS_NAME_BYTES])
{
    static const char *const before[] = {"Domain:", "domain:", "VM:", "VM ", "vm:", "==="};

    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (strncmp(line, before[i], strlen(before[i])) == 0)
            line += strlen(before[i]);
    }
    line += strspn(line, "#= \t'\"");
    size_t length = strcspn(line, "= \t'\":");
    if (length == 0 || length >= COUNTERS_NAME_BYTES ||
        line[length + strspn(line + length, "= \t'\":")] != '\0' || strchr(line, '/'))
        return false;
    snprintf(vm, COUNTERS_NAME_BYTES, "%.*s", (int)length, line);
    return true;
}

static bool take_time(const char *line, double *at_s)
{
    struct counters_dates dates = {0};

    return isdigit((unsigned char)line[0]) && counters_time(line, &dates, at_s);
}

/* ---- Blocks ------------------------------------------------------------------------------ */

static int end_block(struct blocks *blocks, struct sim_error *error)
{
    struct tr_counters *counters = blocks->counters;
    double at_s = isnan(blocks->at_s) ? blocks->update_s : blocks->at_s;

    blocks->update_s = NAN;
    if (counters->pair_count == 0)
        return 1;
    if (isnan(at_s))
        return counters_fail(counters, error,
                             "expected a line with the time in seconds before each block, found "
                             "none before this line");
    return counters_end_group(counters, blocks->vm[0] != '\0' ? blocks->vm : NULL, at_s, error);
}

static int take_line(struct blocks *blocks, const char *line, struct sim_error *error)
{
    struct tr_counters *counters = blocks->counters;
    char name[COUNTERS_NAME_BYTES];
    double value;

    if (take_time(line, &value)) {
        int status = end_block(blocks, error);
        blocks->at_s = value;
        return status;
    }
    if (take_pair(line, name, &value)) {
        if (counters_has(counters, name) && end_block(blocks, error) < 0)
            return -1;
        if (strcmp(name, "last_update") == 0)
            blocks->update_s = value;
        counters_take(counters, name, value, UNIT_UNKNOWN);
        return 1;
    }
    if (take_name(line, name)) {
        int status = end_block(blocks, error);
        memcpy(blocks->vm, name, sizeof blocks->vm);
        return status;
    }
    if (line[0] != '#')
        tr_notes_pass_over(&counters->notes, counters->line_number,
                           "expected a time in seconds, or a name and a number, found '%.60s'",
                           line);
    return 1;
}

static int read_blocks(struct tr_counters *counters, struct sim_error *error)
{
    struct blocks blocks = {.counters = counters, .at_s = NAN, .update_s = NAN};
    int more;

    while ((more = counters_next_line(counters, error)) == 1) {
        const char *line = counters->line + strspn(counters->line, " \t");
        if (*line != '\0' && take_line(&blocks, line, error) < 0)
            return -1;
    }
    return more < 0 ? -1 : end_block(&blocks, error);
}

const struct counters_format counters_blocks = {NULL, read_blocks};
