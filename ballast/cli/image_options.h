/*
 * Options that say what a memory image does not say of itself, for the commands that read images.
 */
#ifndef CLI_IMAGE_OPTIONS_H
#define CLI_IMAGE_OPTIONS_H

#include "ballast/cli/options.h"
#include "traces/images/snapshot.h"

enum { IMAGE_ROWS = 6 };
extern const struct option_row image_rows[IMAGE_ROWS];

/* The group of a command whose struct has them in `struct tr_snapshot_options images`. */
#define IMAGE_GROUP(owner)                                                                         \
    {                                                                                              \
        .title = "Options on how to read memory images that do not say it themselves",             \
        .short_title = "[image options]", .rows = image_rows, .count = IMAGE_ROWS,                 \
        .offset = offsetof(struct owner, images)                                                   \
    }

#endif
