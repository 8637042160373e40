/*
 * Names with commas between, each of a row of a table. Internal to this folder.
 */
#ifndef REPLAY_NAMES_H
#define REPLAY_NAMES_H

#include <stdint.h>

#include "sim/error.h"

/* `rows` are pointers to structs that begin with their name, and end with NULL. Those that are
 * named go to `chosen`, which has room for `most`, and their number to *count. SIM_USAGE, with the
 * nearest right name, names `option`. */
int names_read(const char *option, const char *text, const void *const *rows, const void **chosen,
               uint32_t most, uint32_t *count, struct sim_error *error);

#endif
