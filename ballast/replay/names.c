/*
 * Names of rows.
 */
#include "ballast/replay/names.h"

#include <stdio.h>
#include <string.h>

#include "sim/nearest.h"

static const char *name_of(const void *row)
{
    return *(const char *const *)row;
}

static const void *find(const char *name, const void *const *rows)
{
    while (*rows != NULL && strcmp(name_of(*rows), name) != 0)
        rows++;
    return *rows;
}

static int refuse(const char *option, const char *name, const void *const *rows,
                  struct sim_error *error)
{
    struct sim_nearest nearest;
    char names[200] = "", hint[SIM_HINT_BYTES];
    size_t used = 0;

    sim_nearest_begin(&nearest, name);
    for (; *rows != NULL && used < sizeof names; rows++) {
        sim_nearest_offer(&nearest, name_of(*rows));
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                 name_of(*rows));
    }
    return sim_error_set(error, SIM_USAGE, "%s: expected one of %s; found '%s'%s", option, names,
                         name, sim_nearest_hint(hint, nearest.best));
}

int names_read(const char *option, const char *text, const void *const *rows, const void **chosen,
               uint32_t most, uint32_t *count, struct sim_error *error)
{
    *count = 0;
    for (const char *at = text;; at++) {
        char name[40];
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, at);
        const void *row = find(name, rows);
        if (row == NULL)
            return refuse(option, name, rows, error);
        for (uint32_t i = 0; i < *count; i++)
            if (chosen[i] == row)
                return sim_error_set(error, SIM_USAGE,
                                     "%s: expected each name once, found %s twice", option, name);
        if (*count == most)
            return sim_error_set(error, SIM_USAGE, "%s: expected at most %u names, found more",
                                 option, most);
        chosen[(*count)++] = row;
        at += length;
        if (*at == '\0')
            return SIM_OK;
    }
}
