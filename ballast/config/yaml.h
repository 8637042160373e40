/*
 * A YAML text as a tree whose every part knows its line. No schema is needed: what the keys mean is
 * for the caller.
 *
 * A text is refused with SIM_USAGE and "NAME:LINE: expected ..., found ..." unless it is one
 * document of well-formed YAML, whose keys are words and stand once in their mapping, and whose
 * aliases name an anchor that stands above.
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdint.h>

#include "sim/error.h"
#include "sim/memory.h"

#define CONFIG_YAML_DEPTH_MOST   64u
#define CONFIG_YAML_KEYS_MOST    256u /* in one mapping */
#define CONFIG_YAML_ANCHORS_MOST 256u

enum config_node_kind { CONFIG_NODE_TEXT, CONFIG_NODE_LIST, CONFIG_NODE_MAPPING };

struct config_node {
    enum config_node_kind kind;
    uint32_t line;                    /* of its key, or of its entry in a list, from 1 */
    const char *key;                  /* in a mapping; else NULL */
    const char *text;                 /* every scalar is text, whatever it looks like; else NULL */
    uint32_t count;                   /* of children */
    struct config_node *child, *next; /* the first child; the next child of the same parent */
};

/* The tree lives in `memory`. `name` stands for the text in errors: the path of a file. An alias
 * becomes a node of its own with the children of its anchor, so that the tree is never larger than
 * its text; a walk that follows every child may still take for ever. */
int config_yaml_parse(const char *text, const char *name, struct sim_memory *memory,
                      const struct config_node **root, struct sim_error *error);

/* The value of a key of a mapping; NULL if there is none. */
const struct config_node *config_node_find(const struct config_node *mapping, const char *key);

/* What stands there, for an error: "a list", "a mapping", "nothing", or the text in quotes. */
#define CONFIG_FOUND_BYTES 48u
const char *config_node_found(const struct config_node *node, char found[CONFIG_FOUND_BYTES]);

#endif
