/*
 * Writes JSON, as the options --json print it: objects and lists, commas and escapes in place.
 */
#ifndef EXPERIMENTS_JSON_H
#define EXPERIMENTS_JSON_H

#include <stdbool.h>
#include <stdio.h>

#define JSON_DEPTH_MOST 16u

struct json {
    FILE *out;
    unsigned depth;
    bool filled[JSON_DEPTH_MOST]; /* something stands already at this depth */
};

void json_begin(struct json *json, FILE *out);
/* `key` is NULL inside a list and at the top. */
void json_open_object(struct json *json, const char *key);
void json_open_list(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_close_list(struct json *json);
void json_text(struct json *json, const char *key, const char *value); /* NULL: null */
void json_number(struct json *json, const char *key, double value);    /* not finite: null */
void json_bool(struct json *json, const char *key, bool value);
void json_end(struct json *json); /* all is closed: ends the line */

#endif
