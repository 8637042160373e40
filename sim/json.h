/*
 * Writes JSON, as the options --json print it: objects and lists, commas and escapes in place.
 */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include <stdbool.h>
#include <stdio.h>

#define SIM_JSON_DEPTH_MOST 16u

struct sim_json {
    FILE *out;
    unsigned depth;
    bool filled[SIM_JSON_DEPTH_MOST]; /* something stands already at this depth */
};

void sim_json_begin(struct sim_json *json, FILE *out);
/* `key` is NULL inside a list and at the top. */
void sim_json_open_object(struct sim_json *json, const char *key);
void sim_json_open_list(struct sim_json *json, const char *key);
void sim_json_close_object(struct sim_json *json);
void sim_json_close_list(struct sim_json *json);
void sim_json_text(struct sim_json *json, const char *key, const char *value); /* NULL: null */
void sim_json_number(struct sim_json *json, const char *key, double value); /* not finite: null */
void sim_json_bool(struct sim_json *json, const char *key, bool value);
void sim_json_end(struct sim_json *json); /* all is closed: ends the line */

#endif
