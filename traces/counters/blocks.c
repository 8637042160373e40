/*
 * Blocks of names and values.
 *
 *     virsh dommemstat VM        "actual 1048576", in KiB
 *     virsh domstats --balloon   "Domain: 'web'", then "  balloon.current=1048576", in KiB
 *     grep -r . /sys/kernel/mm/ksm "/sys/kernel/mm/ksm/pages_shared:100"
 *     tail -n +1 on such files   "==> /sys/kernel/mm/ksm/pages_shared <==", then "100"
 *     cat /proc/meminfo          "Active:  1048576 kB"
 *     xl list, xentop -b -i 1    headings with "Mem" or "MEM(k)", then a line for each VM
 *
 * A line with a time stands before a block, or before the blocks of several VMs. A line with one
 * word, perhaps with marks around it, names the VM of the block that follows. A block ends where
 * the next time or name stands, or where a counter comes a second time.
 *
 * The hazard is what else such a log holds: texts such as "advisor_mode:[none] scan-time", messages
 * of virsh. Lines that are no number with a name are passed over. But a block that nobody names
 * behind another one may be of another VM, so it is refused.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "traces/counters/parts.h"

#define DATED_S 1e9 /* seconds since 1970 are more */
#define ID_MOST 1e6 /* a number below it is the name of a VM among such times */

struct blocks {
    struct tr_counters *counters;
    double at_s;                    /* of the line with the time; NAN: none yet */
    double update_s;                /* last_update of the present block; NAN: none */
    bool has_block;                 /* of the present time and VM */
    char vm[COUNTERS_NAME_BYTES];   /* empty: not named */
    char file[COUNTERS_NAME_BYTES]; /* whose value is on the next line; empty: none */
    struct counters_day day;
    unsigned memory_at;                    /* of Xen's tables: the column, from 1; 0: no table */
    char memory_name[COUNTERS_NAME_BYTES]; /* and its heading */
};

/* ---- Lines ------------------------------------------------------------------------------- */

/* The part of a path behind its last slash, up to `end`. */
static void copy_name(const char *line, const char *end, char name[COUNTERS_NAME_BYTES])
{
    const char *begin = line;

    for (const char *at = line; at < end; at++)
        begin = *at == '/' ? at + 1 : begin;
    size_t length = (size_t)(end - begin);
    snprintf(name, COUNTERS_NAME_BYTES, "%.*s", length < COUNTERS_NAME_BYTES ? (int)length : 0,
             begin);
}

/* virsh domstats without --balloon prints counters of processors, networks and disks. */
static bool is_neighbour(const char *name)
{
    static const char *const groups[] = {"state.", "cpu.",      "vcpu.", "net.",
                                         "block.", "iothread.", "perf.", "dirtyrate."};

    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        if (strncmp(name, groups[i], strlen(groups[i])) == 0)
            return true;
    }
    return false;
}

/* "name value", "name: value kB", "name=value" or "/path/name:value". */
static bool take_pair(struct tr_counters *counters, const char *line, struct counters_pair *pair)
{
    char number[40];
    const char *end = line + strcspn(line, "=: \t"), *at = end + strspn(end, "=: \t");
    size_t length = strcspn(at, " \t");

    *pair = (struct counters_pair){.unit = UNIT_UNKNOWN};
    copy_name(line, end, pair->name);
    if (strncmp(pair->name, "balloon.", 8) == 0)
        memmove(pair->name, pair->name + 8, strlen(pair->name + 8) + 1);
    if (strcmp(pair->name, "current") == 0) /* domstats has other names than dommemstat */
        snprintf(pair->name, sizeof pair->name, "actual");
    for (char *mark = pair->name; *mark != '\0'; mark++)
        *mark = *mark == '-' ? '_' : *mark;
    if (length == 0 || length >= sizeof number || pair->name[0] == '\0')
        return false;
    snprintf(number, sizeof number, "%.*s", (int)length, at);
    pair->value = counters_number(number, &counters->style);
    at += length + strspn(at + length, " \t");
    if (*at != '\0')
        pair->unit = counters_unit_named(at);
    return !isnan(pair->value) && (*at == '\0' || pair->unit != UNIT_UNKNOWN);
}

/* Where the name stands in "virsh dommemstat --domain NAME --live", a command that was echoed. */
static const char *behind_command(const char *line)
{
    const char *at = strstr(line, "dommemstat ");

    if (!at)
        return NULL;
    for (at += strlen("dommemstat "); *at == '-' || *at == ' ';)
        at += *at == ' ' ? 1 : strcspn(at, " ");
    return at;
}

/* "web", "web:", "# web", "== web ==", "[web]", "VM web", "Domain: 'web'" or a command. Behind
 * "Domain:" a name may have blanks. */
static bool take_name(const char *line, char vm[COUNTERS_NAME_BYTES])
{
    static const char *const before[] = {"Domain:", "domain:", "VM:", "vm:", "VM "};
    static const char marks[] = "#=-*<>[]$ \t'\":";
    const char *command = behind_command(line);
    bool may_have_blanks = false;

    line = command ? command : line + strspn(line, marks);
    size_t length = command ? strcspn(line, " ") : strlen(line);
    for (size_t i = 0; i < sizeof before / sizeof *before && !command; i++) {
        size_t skipped = strlen(before[i]);
        if (strncmp(line, before[i], skipped) != 0)
            continue;
        may_have_blanks = before[i][skipped - 1] == ':';
        line += skipped + strspn(line + skipped, marks);
        length = strlen(line);
    }
    while (length > 0 && strchr(marks, line[length - 1]))
        length--;
    if (length == 0 || length >= COUNTERS_NAME_BYTES || memchr(line, '/', length) ||
        (!may_have_blanks && strcspn(line, " \t=") < length))
        return false;
    snprintf(vm, COUNTERS_NAME_BYTES, "%.*s", (int)length, line);
    return true;
}

/* "==> /sys/kernel/mm/ksm/pages_shared <==" */
static bool take_file(const char *line, char file[COUNTERS_NAME_BYTES])
{
    const char *end = strstr(line, " <==");

    if (strncmp(line, "==> /", 5) != 0 || !end)
        return false;
    copy_name(line + 4, end, file);
    return file[0] != '\0';
}

/* The n-th word of a line, from 1; false if there is none. */
static bool take_word(const char *line, unsigned n, char word[COUNTERS_NAME_BYTES])
{
    size_t length = 0;

    for (; n > 0; n--) {
        line += length;
        line += strspn(line, " \t");
        length = strcspn(line, " \t");
    }
    snprintf(word, COUNTERS_NAME_BYTES, "%.*s", length < COUNTERS_NAME_BYTES ? (int)length : 0,
             line);
    return word[0] != '\0';
}

/* The headings of xl list, "Name ID Mem", or xentop, "NAME STATE CPU(sec) CPU(%) MEM(k)". */
static bool take_headings(struct blocks *blocks, const char *line)
{
    char word[COUNTERS_NAME_BYTES];

    if (strncasecmp(line, "name ", 5) != 0)
        return false;
    for (unsigned i = 2; take_word(line, i, word); i++) {
        if (strcmp(word, "Mem") != 0 && strcmp(word, "MEM(k)") != 0)
            continue;
        blocks->memory_at = i;
        memcpy(blocks->memory_name, word, sizeof word);
        return true;
    }
    return false;
}

/* A time since 1970, a date, or a time of day. Among times since 1970 a small number is none. */
static bool take_time(struct blocks *blocks, const char *line, double *at_s)
{
    double clock_s;

    if (counters_time(line, &blocks->counters->style, at_s))
        return !(*at_s < ID_MOST && blocks->at_s >= DATED_S);
    if (!isdigit((unsigned char)line[0]) || !counters_clock(line, &clock_s))
        return false;
    *at_s = counters_day_time(&blocks->day, clock_s);
    tr_notes_add(&blocks->counters->notes,
                 "times have no date: one that falls is taken for one of the next day");
    return true;
}

/* "1700000000 web" */
static bool take_time_and_name(struct blocks *blocks, const char *line, double *at_s,
                               char vm[COUNTERS_NAME_BYTES])
{
    char time[24];
    size_t length = strcspn(line, " \t");

    if (length >= sizeof time || !isdigit((unsigned char)line[0]))
        return false;
    snprintf(time, sizeof time, "%.*s", (int)length, line);
    return counters_time(time, &blocks->counters->style, at_s) && *at_s >= DATED_S &&
           take_name(line + length, vm);
}

/* ---- Blocks ------------------------------------------------------------------------------ */

static int end_block(struct blocks *blocks, struct sim_error *error)
{
    struct tr_counters *counters = blocks->counters;
    double at_s = isnan(blocks->at_s) ? blocks->update_s : blocks->at_s;

    if (counters->pair_count == 0)
        return 1;
    if (isnan(at_s))
        return counters_fail(counters, error,
                             "expected a line with the time before each block, such as 1700000000 "
                             "of `date +%%s`, found none before this line");
    if (isnan(blocks->at_s))
        tr_notes_add(&counters->notes, "no lines have the time: last_update, when the guest last "
                                       "reported, stands for it");
    if (blocks->has_block && blocks->vm[0] == '\0' && !isnan(blocks->at_s))
        return counters_fail(counters, error,
                             "expected a line with the VM's name before each block, found two "
                             "blocks of one time without names");
    blocks->update_s = NAN;
    blocks->has_block = true;
    return counters_end_group(counters, blocks->vm[0] != '\0' ? blocks->vm : NULL, at_s, error);
}

static int begin_block(struct blocks *blocks, double at_s, const char *vm, struct sim_error *error)
{
    int status = end_block(blocks, error);

    blocks->at_s = at_s;
    blocks->has_block = false;
    if (vm)
        memcpy(blocks->vm, vm, sizeof blocks->vm);
    return status;
}

static int add_pair(struct blocks *blocks, const struct counters_pair *pair,
                    struct sim_error *error)
{
    struct tr_counters *counters = blocks->counters;

    if (is_neighbour(pair->name))
        return 1;
    if (counters_has(counters, pair->name) && end_block(blocks, error) < 0)
        return -1;
    if (strcmp(pair->name, "last_update") == 0)
        blocks->update_s = pair->value;
    counters_take(counters, pair->name, pair->value, pair->unit);
    return 1;
}

/* A line of a VM in one of Xen's tables. 1; 0: it is none; -1. */
static int take_row(struct blocks *blocks, const char *line, struct sim_error *error)
{
    char vm[COUNTERS_NAME_BYTES], word[COUNTERS_NAME_BYTES];
    struct counters_pair pair = {.unit = UNIT_UNKNOWN};

    if (blocks->memory_at == 0 || !take_word(line, blocks->memory_at, word) ||
        !take_word(line, 1, vm))
        return 0;
    memcpy(pair.name, blocks->memory_name, sizeof pair.name);
    pair.value = counters_number(word, &blocks->counters->style);
    if (isnan(pair.value))
        return 0;
    if (begin_block(blocks, blocks->at_s, vm, error) < 0)
        return -1;
    return add_pair(blocks, &pair, error);
}

static int take_line(struct blocks *blocks, const char *line, struct sim_error *error)
{
    struct tr_counters *counters = blocks->counters;
    char name[COUNTERS_NAME_BYTES];
    struct counters_pair pair = {.unit = UNIT_UNKNOWN};
    double at_s;

    if (blocks->file[0] != '\0') { /* the line is the content of that file */
        memcpy(pair.name, blocks->file, sizeof pair.name);
        pair.value = counters_number(line, &counters->style);
        blocks->file[0] = '\0';
        if (!isnan(pair.value))
            return add_pair(blocks, &pair, error);
    }
    if (take_file(line, blocks->file))
        return 1;
    if (take_time(blocks, line, &at_s))
        return begin_block(blocks, at_s, NULL, error);
    if (take_time_and_name(blocks, line, &at_s, name))
        return begin_block(blocks, at_s, name, error);
    if (take_headings(blocks, line))
        return begin_block(blocks, blocks->at_s, NULL, error);
    int taken = take_row(blocks, line, error);
    if (taken != 0)
        return taken;
    if (take_pair(counters, line, &pair) || is_neighbour(pair.name))
        return add_pair(blocks, &pair, error);
    if (take_name(line, name))
        return begin_block(blocks, blocks->at_s, name, error);
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
