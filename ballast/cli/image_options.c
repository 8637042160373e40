/*
 * The options on how to read a memory image.
 */
#include "ballast/cli/image_options.h"

#include <stdio.h>
#include <string.h>

/* "OFFSET,little|big[,PAGES]" */
static int take_buddies(const char *text, void *field, struct sim_error *error)
{
    struct tr_snapshot_options *images = field;
    unsigned long long offset, pages = 0;
    char order[8] = "";
    int end = 0;
    int fields = sscanf(text, "%llu,%7[a-z]%n,%llu%n", &offset, order, &end, &pages, &end);
    bool is_big = strcmp(order, "big") == 0;

    if (fields < 2 || text[end] != '\0' || text[0] == '-' ||
        (!is_big && strcmp(order, "little") != 0) || (fields == 3 && pages == 0))
        return sim_error_set(error, SIM_USAGE,
                             "--buddies: expected OFFSET,little or OFFSET,big, and ,PAGES where "
                             "not all that follows is hashes, found '%s'",
                             text);
    images->buddies.given = true;
    images->buddies.offset_bytes = offset;
    images->buddies.big_endian = is_big;
    images->buddies.pages = pages;
    return SIM_OK;
}

static int take_holes(const char *text, void *field, struct sim_error *error)
{
    enum tr_snapshot_holes *holes = field;

    if (strcmp(text, "zero") != 0 && strcmp(text, "skip") != 0)
        return sim_error_set(error, SIM_USAGE, "--holes: expected zero or skip, found '%s'", text);
    *holes = text[0] == 'z' ? TR_HOLES_ZERO : TR_HOLES_SKIP;
    return SIM_OK;
}

const struct option_row image_rows[IMAGE_ROWS] = {
    {.name = "raw",
     .type = OPTION_FLAG,
     OPTION_IN(tr_snapshot_options, raw),
     .help = "the images have no signature: byte i is physical address i, as pmemsave (not "
             "memsave) writes it. A file IMAGE.ranges beside an image says what is memory, and "
             "stands for this option: lines of /proc/iomem, `base ADDRESS`, `joined`"},
    {.name = "holes",
     .type = OPTION_OTHER,
     .argument = "zero|skip",
     OPTION_IN(tr_snapshot_options, file_holes),
     .take = take_holes,
     .help =
         "pages that lie in holes of a sparse file are zeroes, or absent; unless given, those of "
         "a raw image are absent, and a note counts them"},
    {.name = "hashes",
     .type = OPTION_FLAG,
     OPTION_IN(tr_snapshot_options, hashes),
     .help = "the images are 64-bit page hashes, whatever their names"},
    {.name = "pagemap",
     .type = OPTION_FLAG,
     OPTION_IN(tr_snapshot_options, pagemap),
     .help = "the images are copies of /proc/PID/pagemap, made by root: pages of the same frame "
             "are really shared"},
    {.name = "kpageflags",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(tr_snapshot_options, kpageflags),
     .help =
         "with --pagemap: a copy of /proc/kpageflags, which tells which frame is the zero page"},
    {.name = "buddies",
     .type = OPTION_OTHER,
     .argument = "OFFSET,ORDER[,PAGES]",
     .bytes = sizeof(struct tr_snapshot_options),
     .take = take_buddies,
     .help = "the images are hash traces of UMass Memory Buddies: 32-bit hashes from byte OFFSET "
             "on, ORDER little or big, PAGES of them (to the end unless given)"},
};
