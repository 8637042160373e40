/*
 * The outline of a YAML text: which values it holds, at which lines, and in a few words what they
 * are. It needs no schema.
 *
 * A value's place is the path of keys to it with dots between, such as "vms.0.boot.early_s"; the
 * entries of a list count from 0. The place of the whole document is "".
 */
#ifndef CONFIG_OUTLINE_H
#define CONFIG_OUTLINE_H

#include <stdint.h>

#include "sim/error.h"

#define CONFIG_OUTLINE_PLACE_BYTES 512u /* of the longest place, with its terminator */

struct config_outline_node {
    char *place;
    char found[48]; /* "a list", "a mapping", "nothing", or the value itself in quotes */
    uint32_t line;  /* of its key or list entry, from 1 */
    uint32_t next;  /* private */
};

struct config_outline {
    struct config_outline_node *nodes; /* in the order of the text; the first is the document */
    uint32_t count;
    uint32_t capacity; /* private, and so is the table of hashed places */
    uint32_t *heads;
};

/* Refuses what is not one YAML document with scalar keys, each once in its mapping: SIM_USAGE and
 * "NAME:LINE: ...". To be ended by config_outline_fini() in any case. */
int config_outline_init(struct config_outline *outline, const char *text, const char *name,
                        struct sim_error *error);
void config_outline_fini(struct config_outline *outline);

/* NULL where there is none. */
const struct config_outline_node *config_outline_find(const struct config_outline *outline,
                                                      const char *place);
/* Or else the nearest that would hold it; the document at last. */
const struct config_outline_node *config_outline_nearest(const struct config_outline *outline,
                                                         const char *place);

/* Cuts the last part off a place, and points to it. */
void config_outline_ascend(char *place);
const char *config_outline_last(const char *place);

#endif
