/*
 * A file that appears when it is whole. Until it is closed, its bytes go to a file beside it
 * (PATH.NUMBER.part); what is not a regular file (a pipe, a device) is written directly. Internal
 * to this folder and its rooms.
 */
#ifndef TR_OUTPUT_H
#define TR_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/error.h"

struct tr_output {
    char *path;      /* what the caller named, symbolic links resolved */
    char *part_path; /* the file beside it, or NULL: written directly */
    int fd;
};

int tr_output_open(struct tr_output *output, const char *path, struct sim_error *error);
int tr_output_write(struct tr_output *output, const void *bytes, size_t count,
                    struct sim_error *error);
/* Writes over the first bytes. Only what is not written directly can be corrected. */
int tr_output_rewrite(struct tr_output *output, const void *bytes, size_t count,
                      struct sim_error *error);
/* On failure the file is removed. */
int tr_output_close(struct tr_output *output, struct sim_error *error);
/* Closes and removes. Also after a failed open and after a close. */
void tr_output_abandon(struct tr_output *output);

#endif
