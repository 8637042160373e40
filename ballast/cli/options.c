/*
 * Options of the command line, with errors in the program's one form.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"

static void short_options(const struct option *options, char *text, size_t bytes)
{
    size_t length = 0;
    text[length++] = ':'; /* a missing value is told from an unknown option */
    for (; options->name != NULL; options++) {
        if (!isalpha(options->val))
            continue;
        if (length + 3 > bytes)
            break;
        text[length++] = (char)options->val;
        if (options->has_arg == required_argument)
            text[length++] = ':';
    }
    text[length] = '\0';
}

int command_option(int argc, char **argv, const struct option *options, struct sim_error *error)
{
    char letters[80];
    short_options(options, letters, sizeof letters);
    opterr = 0;
    int at = optind > 0 ? optind : 1;
    int option = getopt_long(argc, argv, letters, options, NULL);
    if (option == '?') {
        sim_error_set(error, SIM_USAGE,
                      "%s: expected a known option, found '%s'; see `ballast help %s`", argv[0],
                      isalpha(optopt) ? (char[]){'-', (char)optopt, '\0'} : argv[optind - 1],
                      argv[0]);
    } else if (option == ':') {
        sim_error_set(error, SIM_USAGE, "%s: %s: expected a value, found none", argv[0],
                      argv[optind > at ? optind - 1 : at]);
        option = '?';
    }
    return option;
}

int command_number(const char *option, const char *text, uint64_t least, uint64_t most,
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
