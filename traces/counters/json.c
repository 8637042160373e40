/*
 * Statistics as JSON: objects with a time and numbers, in lists at any depth, as Proxmox gives
 * them.
 *
 *     pvesh get /nodes/NODE/qemu/VMID/rrddata --timeframe hour --output-format json
 *     [{"time": 1700000000, "mem": 536870912, "maxmem": 2147483648, "cpu": 0.01}, ...]
 *
 * A VM that was off at a time has null, or lacks the member. An object may name its VM ("name",
 * "vmid").
 *
 * The hazard is the order of members: the time may stand last. So an object counts at its end.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/counters/parts.h"
#include "traces/json_reader.h"

static int end_object(struct tr_counters *counters, double at_s, const char *vm,
                      struct sim_error *error)
{
    if (isnan(at_s)) {
        counters->pair_count = 0;
        return 1;
    }
    return counters_end_group(counters, vm[0] != '\0' ? vm : NULL, at_s, error);
}

/* The members of an object behind its brace. 1 or -1. */
static int read_object(struct tr_counters *counters, struct json_reader *reader,
                       struct sim_error *error)
{
    char name[COUNTERS_NAME_BYTES], vm[COUNTERS_NAME_BYTES] = "";
    struct counters_dates dates = {0};
    enum json_token token;
    double at_s = NAN;

    for (;;) {
        if (json_reader_next(reader, &token, error) < 0)
            return -1;
        if (token != JSON_NAME)
            break;
        snprintf(name, sizeof name, "%.63s", reader->text);
        if (json_reader_next(reader, &token, error) < 0)
            return -1;
        if (token == JSON_OBJECT || token == JSON_LIST) {
            counters->pair_count = 0; /* an object with objects in it, such as an answer's "data" */
            return 1;
        }
        bool is_number = token == JSON_NUMBER || token == JSON_TEXT;
        if (strcmp(name, "time") == 0 && is_number) {
            if (!counters_time(reader->text, &dates, &at_s))
                at_s = NAN;
        } else if (is_number && (strcmp(name, "name") == 0 || strcmp(name, "vmid") == 0)) {
            if (vm[0] == '\0')
                snprintf(vm, sizeof vm, "%.63s", reader->text);
        } else if (token == JSON_NUMBER || token == JSON_LITERAL) {
            counters_take(counters, name,
                          token == JSON_NUMBER ? strtod(reader->text, NULL) : (double)NAN,
                          UNIT_UNKNOWN);
        }
    }
    counters->line_number = reader->line;
    return end_object(counters, at_s, vm, error);
}

static int read_json(struct tr_counters *counters, struct sim_error *error)
{
    struct json_reader reader;
    enum json_token token;

    counters->any_order = true;
    json_reader_init(&reader, counters->input);
    for (;;) {
        if (json_reader_next(&reader, &token, error) < 0)
            return -1;
        if (token == JSON_END)
            return 1;
        if (token == JSON_OBJECT && read_object(counters, &reader, error) < 0)
            return -1;
    }
}

static bool recognises(const char *text)
{
    char first = text[strspn(text, " \t\r\n")];
    return (first == '[' || first == '{') && strstr(text, "\"time\"") != NULL;
}

const struct counters_format counters_json = {recognises, read_json};
