/*
 * An output file that appears under its name only when it is complete. Until it is closed, its
 * bytes are in a file beside it (PATH.NUMBER.part). A pipe or a device is written directly.
 * Internal to this folder and its rooms.
 */
#ifndef TR_OUTPUT_H
#define TR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"
#include "sim/file.h"

struct tr_output {
    char *path;    /* the caller's path with symbolic links resolved */
    bool has_part; /* else `path` is written directly */
    struct sim_file_part part;
    int fd;
};

int tr_output_open(struct tr_output *output, const char *path, struct sim_error *error);
int tr_output_write(struct tr_output *output, const void *bytes, size_t count,
                    struct sim_error *error);
/* Overwrites the first bytes of the file. Not for a file that is written directly. */
int tr_output_rewrite(struct tr_output *output, const void *bytes, size_t count,
                      struct sim_error *error);
/* Completes the file. On failure it is removed. */
int tr_output_close(struct tr_output *output, struct sim_error *error);
/* Closes the file and removes it. May also be called after a failed open and after a close. */
void tr_output_abandon(struct tr_output *output);

#endif
