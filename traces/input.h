/*
 * A recorder's file as a stream of bytes, uncompressed on the way if it is a zstd frame (which its
 * first bytes say, not its name). Internal to this folder: what importers read from.
 */
#ifndef TR_INPUT_H
#define TR_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

struct tr_input;

int tr_input_open(const char *path, struct tr_input **out, struct sim_error *error);
void tr_input_close(struct tr_input *input); /* accepts NULL */

/* Reads up to `wanted` bytes; fewer only at the end of the file. */
int tr_input_read(struct tr_input *input, void *to, size_t wanted, size_t *got,
                  struct sim_error *error);
/* The same, but it is an error if the file ends before `wanted` bytes; `what` names them. */
int tr_input_read_all(struct tr_input *input, void *to, size_t wanted, const char *what,
                      struct sim_error *error);
/* Uncompressed bytes read so far, for the text of errors. */
uint64_t tr_input_bytes(const struct tr_input *input);

#endif
