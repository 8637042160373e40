/*
 * The list of commands, and the way from a command line to the function that runs it.
 */
#include "ballast/cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "sim/nearest.h"

const struct command *const commands[] = {
    &command_run,
    &command_sweep,
    &command_fit,
    &command_show,
    &command_compare,
    &command_diff,
    &command_merge,
    &command_plot,
    &command_report,
    &command_verify,
    &command_explain,
    &command_replay,
    &command_trace,
    &command_scan,
    &command_list,
    &command_params,
    &command_bench,
    &command_help,
    NULL,
};

/* The last word of a command's name: "convert" of "trace convert". */
static const char *own_name(const struct command *command)
{
    const char *space = strrchr(command->name, ' ');
    return space != NULL ? space + 1 : command->name;
}

static const struct command *find_in(const struct command *const *list, const char *name,
                                     const char **nearest)
{
    struct sim_nearest search;
    sim_nearest_begin(&search, name);
    for (; *list != NULL; list++) {
        if (strcmp(own_name(*list), name) == 0)
            return *list;
        sim_nearest_offer(&search, own_name(*list));
    }
    *nearest = search.best;
    return NULL;
}

/* `found` is no part of `command`; NULL: none was named. */
static int refuse_part(const struct command *command, const char *found, const char *nearest,
                       struct sim_error *error)
{
    char names[200] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;
    for (const struct command *const *part = command->parts; *part != NULL; part++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                                 used == 0         ? ""
                                 : part[1] == NULL ? " or "
                                                   : ", ",
                                 own_name(*part));
    if (found == NULL)
        return sim_error_set(error, SIM_USAGE, "%s: expected %s, found none", command->name, names);
    return sim_error_set(error, SIM_USAGE, "%s: expected %s, found '%s'%s", command->name, names,
                         found, sim_nearest_hint(hint, nearest));
}

const struct command *command_find(char *const *words, uint32_t count, uint32_t *used,
                                   struct sim_error *error)
{
    char hint[SIM_HINT_BYTES];
    const char *nearest;
    const struct command *command = find_in(commands, words[0], &nearest);
    *used = 1;
    if (command == NULL) {
        sim_error_set(error, SIM_USAGE,
                      "expected a command, found '%s'%s; `ballast help` lists them", words[0],
                      sim_nearest_hint(hint, nearest));
        return NULL;
    }
    if (command->parts == NULL || count < 2)
        return command;
    const struct command *part = find_in(command->parts, words[1], &nearest);
    *used = 2;
    if (part == NULL)
        refuse_part(command, words[1], nearest, error);
    return part;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* What stands behind "--" is not for us. */
static bool asks_for_help(uint32_t count, char *const *words)
{
    for (uint32_t i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (is_help(words[i]))
            return true;
    return false;
}

static int check_count(const struct command *command, const struct command_line *line,
                       struct sim_error *error)
{
    if (line->count >= command->least && line->count <= command->most)
        return SIM_OK;
    if (line->count == 0)
        return sim_error_set(error, SIM_USAGE, "%s: expected %s, found none", command->name,
                             command->expected);
    if (command->most == 0)
        return sim_error_set(error, SIM_USAGE, "%s: expected no argument, found '%s'",
                             command->name, line->operands[0]);
    return sim_error_set(error, SIM_USAGE, "%s: expected %s, found %u argument%s", command->name,
                         command->expected, line->count, line->count == 1 ? "" : "s");
}

/* words[0] is the last word of the command's name. */
static int run(const struct command *command, int count, char **words, struct sim_error *error)
{
    struct command_line line;
    void *options = calloc(1, command->bytes > 0 ? command->bytes : 1);
    if (options == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", command->name);
    int status = options_take(command->name, command->groups, count, words, options, &line, error);
    if (status == SIM_OK)
        status = check_count(command, &line, error);
    if (status == SIM_OK)
        status = command->run(options, &line, error);
    free(options);
    return status;
}

int command_dispatch(int count, char **words, struct sim_error *error)
{
    uint32_t used;
    if (count < 1)
        return sim_error_set(error, SIM_USAGE,
                             "expected a command, found none; `ballast help` lists them");
    if (is_help(words[0])) {
        command_print_overview(stdout);
        return SIM_OK;
    }
    /* `trace --help` is about trace, not about a part that is called --help. */
    uint32_t named = count > 1 && is_help(words[1]) ? 1 : (uint32_t)count;
    const struct command *command = command_find(words, named, &used, error);
    if (command == NULL)
        return error->status;
    if (asks_for_help((uint32_t)count - used, words + used)) {
        command_print_help(command, stdout);
        return SIM_OK;
    }
    if (command->run == NULL) /* one that has parts */
        return refuse_part(command, NULL, NULL, error);
    return run(command, count - (int)used + 1, words + used - 1, error);
}
