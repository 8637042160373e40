/*
 * Writes JSON (RFC 8259), as the option --json prints it. The writer sets commas, line ends and
 * escapes; the caller opens and closes objects and lists in pairs.
 *
 * What is written is always valid UTF-8: a byte of a text that is no part of a UTF-8 character
 * becomes U+FFFD, the replacement character, as most readers of text do it.
 */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include <stdbool.h>
#include <stdio.h>

#define SIM_JSON_DEPTH_MOST 16u

struct sim_json {
    FILE *out;
    unsigned depth;
    bool filled[SIM_JSON_DEPTH_MOST]; /* at this depth a comma is due before the next value */
};

void sim_json_begin(struct sim_json *json, FILE *out);
/* In an object a value has a `key`; in a list and at the top `key` is NULL. */
void sim_json_open_object(struct sim_json *json, const char *key);
void sim_json_open_list(struct sim_json *json, const char *key);
void sim_json_close_object(struct sim_json *json);
void sim_json_close_list(struct sim_json *json);
void sim_json_text(struct sim_json *json, const char *key, const char *value); /* NULL is null */
void sim_json_number(struct sim_json *json, const char *key,
                     double value); /* NAN, INFINITY: null */
void sim_json_bool(struct sim_json *json, const char *key, bool value);
void sim_json_end(struct sim_json *json); /* when all is closed */

#endif
