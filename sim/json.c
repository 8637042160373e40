/*
 * JSON is written as it comes: the only state is whether a comma is due at each depth.
 *
 * The hazard is text that is not UTF-8, such as the name of a file: JSON with such bytes is refused
 * by its readers as a whole.
 */
#include "sim/json.h"

#include <assert.h>
#include <math.h>

#include "sim/utf8.h"

void sim_json_begin(struct sim_json *json, FILE *out)
{
    *json = (struct sim_json){.out = out};
}

static void string(FILE *out, const char *text)
{
    const char *at = text;

    fputc('"', out);
    while (*at != '\0') {
        unsigned length = sim_utf8_length(at);
        if (length == 0)
            fputs("\\ufffd", out);
        else if (*at == '"' || *at == '\\')
            fprintf(out, "\\%c", *at);
        else if ((unsigned char)*at < 0x20)
            fprintf(out, "\\u%04x", (unsigned)*at);
        else
            fwrite(at, 1, length, out);
        at += length > 0 ? length : 1;
    }
    fputc('"', out);
}

static void place(struct sim_json *json, const char *key)
{
    if (json->filled[json->depth])
        fputc(',', json->out);
    json->filled[json->depth] = true;
    if (json->depth > 0)
        fprintf(json->out, "\n%*s", (int)json->depth * 2, "");
    if (key != NULL) {
        string(json->out, key);
        fputs(": ", json->out);
    }
}

static void json_open(struct sim_json *json, const char *key, char bracket)
{
    place(json, key);
    fputc(bracket, json->out);
    assert(json->depth + 1 < SIM_JSON_DEPTH_MOST);
    json->filled[++json->depth] = false;
}

static void json_close(struct sim_json *json, char bracket)
{
    assert(json->depth > 0);
    if (json->filled[json->depth--])
        fprintf(json->out, "\n%*s", (int)json->depth * 2, "");
    fputc(bracket, json->out);
}

void sim_json_open_object(struct sim_json *json, const char *key)
{
    json_open(json, key, '{');
}

void sim_json_open_list(struct sim_json *json, const char *key)
{
    json_open(json, key, '[');
}

void sim_json_close_object(struct sim_json *json)
{
    json_close(json, '}');
}

void sim_json_close_list(struct sim_json *json)
{
    json_close(json, ']');
}

void sim_json_text(struct sim_json *json, const char *key, const char *value)
{
    place(json, key);
    if (value != NULL)
        string(json->out, value);
    else
        fputs("null", json->out);
}

void sim_json_number(struct sim_json *json, const char *key, double value)
{
    place(json, key);
    if (isfinite(value))
        fprintf(json->out, "%.15g", value);
    else
        fputs("null", json->out);
}

void sim_json_bool(struct sim_json *json, const char *key, bool value)
{
    place(json, key);
    fputs(value ? "true" : "false", json->out);
}

void sim_json_end(struct sim_json *json)
{
    assert(json->depth == 0);
    fputc('\n', json->out);
}
