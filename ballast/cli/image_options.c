/*
 * The options on how to read a memory image.
 */
#include "ballast/cli/image_options.h"

#include <stdio.h>
#include <string.h>

/* "OFFSET,little|big[,PAGES]" */
static int take_buddies(const char *text, struct tr_snapshot_options *options,
                        struct sim_error *error)
{
    unsigned long long offset, pages = 0;
    char order[8] = "";
    int end = 0;
    int fields = sscanf(text, "%llu,%7[a-z]%n,%llu%n", &offset, order, &end, &pages, &end);
    bool is_big = strcmp(order, "big") == 0;

    if (fields < 2 || text[end] != '\0' || text[0] == '-' ||
        (!is_big && strcmp(order, "little") != 0) || (fields == 3 && pages == 0))
        return sim_error_set(error, SIM_USAGE,
                             "--buddies: expected OFFSET,little or OFFSET,big, and ,PAGES if not "
                             "all that follows is hashes, found '%s'",
                             text);
    options->buddies.given = true;
    options->buddies.offset_bytes = offset;
    options->buddies.big_endian = is_big;
    options->buddies.pages = pages;
    return SIM_OK;
}

int image_option(int option, const char *value, struct tr_snapshot_options *options,
                 struct sim_error *error)
{
    switch (option) {
    case IMAGE_RAW:
        options->raw = true;
        return SIM_OK;
    case IMAGE_HASHES:
        options->hashes = true;
        return SIM_OK;
    case IMAGE_PAGEMAP:
        options->pagemap = true;
        return SIM_OK;
    case IMAGE_KPAGEFLAGS:
        options->kpageflags = value;
        return SIM_OK;
    case IMAGE_BUDDIES:
        return take_buddies(value, options, error);
    default:
        return SIM_USAGE;
    }
}
