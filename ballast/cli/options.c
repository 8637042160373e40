/*
 * Reads the options of a command by their rows. getopt_long() splits the words; this file stores
 * the values and writes the messages.
 */
#include "ballast/cli/options.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/config.h"
#include "sim/nearest.h"
#include "sim/quantity_read.h"

#define ROWS_MOST 40u
#define FIRST_VAL 1000 /* what getopt_long() returns for row 0: larger than any letter */

struct reading {
    const char *command;
    const struct option_row *rows[ROWS_MOST];
    char *fields[ROWS_MOST]; /* where the value of each row goes */
    uint32_t count;
};

/* ---- Values ------------------------------------------------------------------------------ */

int options_number(const char *option, const char *text, uint64_t least, uint64_t most,
                   uint64_t *number, struct sim_error *error)
{
    char *end = NULL;
    errno = 0;
    if (isdigit((unsigned char)text[0]))
        *number = strtoull(text, &end, 10);
    if (end == NULL || *end != '\0' || errno != 0 || *number < least || *number > most)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected a whole number from %llu to %llu, found '%s'", option,
                             (unsigned long long)least, (unsigned long long)most, text);
    return SIM_OK;
}

static int take_number(const struct option_row *row, const char *name, const char *text,
                       void *field, struct sim_error *error)
{
    uint64_t number;
    int status = options_number(name, text, row->least, row->most, &number, error);
    if (status != SIM_OK)
        return status;
    if (row->bytes == sizeof(uint32_t)) {
        assert(row->most <= UINT32_MAX);
        *(uint32_t *)field = (uint32_t)number;
    } else {
        assert(row->bytes == sizeof(uint64_t));
        *(uint64_t *)field = number;
    }
    return SIM_OK;
}

static int take_hex(const struct option_row *row, const char *name, const char *text,
                    uint64_t *number, struct sim_error *error)
{
    char *end = NULL;
    errno = 0;
    if (isxdigit((unsigned char)text[0]))
        *number = strtoull(text, &end, 16);
    if (end == NULL || *end != '\0' || errno != 0 || *number < row->least)
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected at most 16 hexadecimal digits%s, found '%s'", name,
                             row->least > 0 ? ", not all 0" : "", text);
    return SIM_OK;
}

static int take_word(const struct option_row *row, const char *name, const char *text, void *field,
                     struct sim_error *error)
{
    char known[400] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;
    uint32_t count = 0;
    for (; row->words[count] != NULL; count++) {
        if (strcmp(text, row->words[count]) == 0) {
            *(const char **)field = row->words[count];
            return SIM_OK;
        }
        const char *comma = count == 0 ? "" : row->words[count + 1] == NULL ? " or " : ", ";
        used +=
            (size_t)snprintf(known + used, sizeof known - used, "%s%s", comma, row->words[count]);
        assert(used < sizeof known);
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected %s, found '%s'%s", name, known, text,
                         sim_nearest_hint(hint, sim_nearest(text, row->words, count)));
}

static int take_seconds(const struct option_row *row, const char *name, const char *text,
                        double *seconds, struct sim_error *error)
{
    if (sim_quantity_read(text, "s", seconds) != SIM_QUANTITY_OK ||
        !(*seconds >= row->least_s && *seconds <= row->most_s))
        return sim_error_set(error, SIM_USAGE, "%s: expected %.10g to %.10g seconds, found '%s'",
                             name, row->least_s, row->most_s, text);
    return SIM_OK;
}

static int take_times(const char *name, const char *text, struct option_times *times,
                      struct sim_error *error)
{
    times->count = 0;
    for (const char *at = text;;) {
        char *end;
        double seconds = strtod(at, &end);
        bool rises = times->count == 0 || seconds > times->at_s[times->count - 1];
        if (end == at || !(seconds >= 0 && seconds < 1e9) || !rises ||
            (*end != ',' && *end != '\0'))
            return sim_error_set(error, SIM_USAGE,
                                 "%s: expected rising times in seconds, such as 30,90,150, found "
                                 "'%s'",
                                 name, text);
        if (times->count == OPTION_TIMES_MOST)
            return sim_error_set(error, SIM_USAGE, "%s: expected at most %u times, found more",
                                 name, OPTION_TIMES_MOST);
        times->at_s[times->count++] = seconds;
        if (*end == '\0')
            return SIM_OK;
        at = end + 1;
    }
}

static int take_set(const struct option_row *row, const char *name, const char *text,
                    struct config_sets *sets, struct sim_error *error)
{
    if (row->most > 0 && sets->count == row->most)
        return sim_error_set(error, SIM_USAGE, "%s: expected at most %llu of them, found more",
                             name, (unsigned long long)row->most);
    return config_sets_add(sets, text, error);
}

/* One value, from the command line or the default of the row. */
static int store(const struct option_row *row, const char *text, char *field,
                 struct sim_error *error)
{
    char name[80];
    snprintf(name, sizeof name, "--%s", row->name);
    switch (row->type) {
    case OPTION_FLAG:
        assert(row->bytes == sizeof(bool));
        *(bool *)field = true;
        return SIM_OK;
    case OPTION_CHOICE:
        assert(row->bytes == sizeof(int));
        *(int *)field = row->choice;
        return SIM_OK;
    case OPTION_TEXT:
    case OPTION_FILE:
    case OPTION_FOLDER:
        *(const char **)field = text;
        return SIM_OK;
    case OPTION_WORD:
        return take_word(row, name, text, field, error);
    case OPTION_NUMBER:
        return take_number(row, name, text, field, error);
    case OPTION_HEX:
        assert(row->bytes == sizeof(uint64_t));
        return take_hex(row, name, text, (uint64_t *)field, error);
    case OPTION_SECONDS:
        return take_seconds(row, name, text, (double *)field, error);
    case OPTION_TIMES:
        assert(row->bytes == sizeof(struct option_times));
        return take_times(name, text, (struct option_times *)field, error);
    case OPTION_SETS:
        assert(row->bytes == sizeof(struct config_sets));
        return take_set(row, name, text, (struct config_sets *)field, error);
    case OPTION_OTHER:
        break;
    }
    return row->take(text, field, error);
}

/* ---- Words that are no option ------------------------------------------------------------ */

/* `word` begins with "--" and is the beginning of several names. */
static bool begins_several(const struct reading *reading, const char *word)
{
    size_t length = strcspn(word + 2, "=");
    uint32_t count = 0;
    for (uint32_t i = 0; i < reading->count; i++)
        count += strncmp(reading->rows[i]->name, word + 2, length) == 0;
    return count > 1;
}

static int refuse_unknown(const struct reading *reading, const char *word, struct sim_error *error)
{
    char name[80], best[80], hint[SIM_HINT_BYTES];
    const char *names[ROWS_MOST], *nearest = NULL;
    bool is_long = strncmp(word, "--", 2) == 0;
    if (is_long && begins_several(reading, word))
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected the whole name of an option, found '%s', with which "
                             "several begin",
                             reading->command, word);
    for (uint32_t i = 0; i < reading->count; i++)
        names[i] = reading->rows[i]->name;
    if (is_long) {
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
        nearest = sim_nearest(name, names, reading->count);
    }
    snprintf(best, sizeof best, "--%s", nearest != NULL ? nearest : "");
    return sim_error_set(error, SIM_USAGE,
                         "%s: expected a known option, found '%s'%s; see `ballast help %s`",
                         reading->command, word,
                         sim_nearest_hint(hint, nearest != NULL ? best : NULL), reading->command);
}

/* getopt_long() has refused `word`: it returned `answer` and left `optopt`. */
static int refuse(const struct reading *reading, int answer, const char *word,
                  struct sim_error *error)
{
    char letter[] = {'-', (char)optopt, '\0'};
    bool is_row = optopt >= FIRST_VAL;
    const char *name = is_row ? reading->rows[optopt - FIRST_VAL]->name : letter;
    if (answer == ':')
        return sim_error_set(error, SIM_USAGE, "%s: %s%s: expected a value, found none",
                             reading->command, is_row ? "--" : "", name);
    if (is_row)
        return sim_error_set(error, SIM_USAGE, "%s: --%s: expected no value, found '%s'",
                             reading->command, name, word);
    return refuse_unknown(reading, optopt != 0 ? letter : word, error);
}

/* ---- The command line -------------------------------------------------------------------- */

static void rows_gather(struct reading *reading, const struct option_group *groups, char *values)
{
    for (const struct option_group *group = groups; group != NULL && group->rows != NULL; group++) {
        for (uint32_t i = 0; i < group->count; i++) {
            assert(reading->count < ROWS_MOST);
            reading->rows[reading->count] = &group->rows[i];
            reading->fields[reading->count++] = values + group->offset + group->rows[i].offset;
        }
    }
}

/* The rows as getopt_long() takes them. */
static void rows_translate(const struct reading *reading, struct option *options,
                           char letters[2 * ROWS_MOST + 2])
{
    size_t length = 0;
    letters[length++] = ':'; /* a missing value is told from an unknown option */
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct option_row *row = reading->rows[i];
        bool takes_value = row->type != OPTION_FLAG && row->type != OPTION_CHOICE;
        options[i] = (struct option){row->name, takes_value ? required_argument : no_argument, NULL,
                                     FIRST_VAL + (int)i};
        if (row->letter == '\0')
            continue;
        letters[length++] = row->letter;
        if (takes_value)
            letters[length++] = ':';
    }
    options[reading->count] = (struct option){0};
    letters[length] = '\0';
}

static uint32_t row_of(const struct reading *reading, int answer)
{
    uint32_t i = 0;
    if (answer >= FIRST_VAL)
        return (uint32_t)(answer - FIRST_VAL);
    while (i < reading->count && reading->rows[i]->letter != (char)answer)
        i++;
    assert(i < reading->count);
    return i;
}

int options_take(const char *command, const struct option_group *groups, int argc, char **argv,
                 void *values, struct command_line *line, struct sim_error *error)
{
    struct reading reading = {.command = command};
    struct option options[ROWS_MOST + 1];
    char letters[2 * ROWS_MOST + 2];
    const char *last_value = NULL;
    int status = SIM_OK;

    rows_gather(&reading, groups, values);
    rows_translate(&reading, options, letters);
    for (uint32_t i = 0; i < reading.count && status == SIM_OK; i++)
        if (reading.rows[i]->fallback != NULL)
            status = store(reading.rows[i], reading.rows[i]->fallback, reading.fields[i], error);
    assert(status == SIM_OK); /* a default is a right value */

    opterr = 0;
    optind = 0; /* getopt begins anew */
    for (int answer; (answer = getopt_long(argc, argv, letters, options, NULL)) != -1;) {
        if (answer == '?' || answer == ':')
            return refuse(&reading, answer, argv[optind - 1], error);
        uint32_t i = row_of(&reading, answer);
        last_value = optarg;
        status = store(reading.rows[i], optarg, reading.fields[i], error);
        if (status != SIM_OK)
            return status;
        if (reading.rows[i]->given > 0)
            *(bool *)(reading.fields[i] - reading.rows[i]->offset + reading.rows[i]->given - 1) =
                true;
    }
    *line = (struct command_line){.operands = argv + optind, .count = (uint32_t)(argc - optind)};
    const char *before = argv[optind - 1]; /* "--" may also be the value of the last option */
    line->has_dashes = optind > 1 && before != last_value && strcmp(before, "--") == 0;
    return SIM_OK;
}
