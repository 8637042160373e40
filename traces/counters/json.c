/*
 * Statistics as JSON: objects with a time and numbers, in lists at any depth.
 *
 *     pvesh get /nodes/NODE/qemu/VMID/rrddata --timeframe hour --output-format json
 *     [{"time": 1700000000, "mem": 536870912, "maxmem": 2147483648, "cpu": 0.01}, ...]
 *
 *     sadf -j -- -r
 *     {"sysstat": {"hosts": [{"nodename": "web", "statistics": [
 *         {"timestamp": {"date": "2026-11-23", "time": "22:10:05"}, "memory": {"active": 1}}]}]}}
 *
 *     Prometheus, /api/v1/query_range
 *     {"data": {"result": [{"metric": {"__name__": "memory_bytes", "domain": "web"},
 *                           "values": [[1700000000, "536870912"]]}]}}
 *
 * An object in a list is a group; the objects that it has as members belong to it. A VM that was
 * off at a time has null, or lacks the member. An object may name its VM.
 *
 * The hazards: the time may stand last, so an object counts at its end; and Prometheus tells VMs of
 * one name apart by other labels, so two series of one name are refused.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/counters/parts.h"
#include "traces/json_reader.h"

/* An object of a list. */
struct group {
    char vm[COUNTERS_NAME_BYTES];      /* empty: not named */
    char counter[COUNTERS_NAME_BYTES]; /* Prometheus: of its values */
    char date[24];                     /* sysstat: it has a member of its own */
    double at_s;                       /* NAN: not known */
};

struct json {
    struct tr_counters *counters;
    struct json_reader reader;
    struct sim_error *error;
};

static int read_list(struct json *json, struct group *outer);

static int next_token(struct json *json, enum json_token *token)
{
    int more = json_reader_next(&json->reader, token, json->error);

    json->counters->line_number = json->reader.line;
    return more;
}

/* ---- Members ----------------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static void take_time(struct json *json, struct group *group)
{
    char text[300];

    snprintf(text, sizeof text, "%s%s%s", group->date, group->date[0] != '\0' ? " " : "",
             json->reader.text);
    if (!counters_time(text, &json->counters->style, &group->at_s))
        group->at_s = NAN;
}

/* sysstat's "memory" counts KiB, and its names lack the kb of sar. */
static void take_counter(struct json *json, const char *object, const char *name, double value)
{
    char full[COUNTERS_NAME_BYTES];
    bool is_sysstat = strcmp(object, "memory") == 0 && !strstr(name, "-percent");

    snprintf(full, sizeof full, "%s%.60s", is_sysstat ? "kb" : "", name);
    counters_take(json->counters, full, value, UNIT_UNKNOWN);
}

/* A text or a number, of an object that is itself a member with the name `object`, or "". */
static void take_scalar(struct json *json, struct group *group, const char *object,
                        const char *name, enum json_token token)
{
    static const char *const times[] = {"time", "timestamp", NULL}, *const vms[] = {
                                                                        "name",     "vmid",
                                                                        "nodename", "domain",
                                                                        "vmname",   NULL};
    const char *text = json->reader.text;
    bool is_literal = token == JSON_LITERAL;

    if (!is_literal && is_one_of(name, times))
        take_time(json, group);
    else if (!is_literal && strcmp(name, "date") == 0)
        snprintf(group->date, sizeof group->date, "%.23s", text);
    else if (!is_literal && is_one_of(name, vms) && group->vm[0] == '\0')
        snprintf(group->vm, sizeof group->vm, "%.63s", text);
    else if (!is_literal && strcmp(name, "__name__") == 0)
        snprintf(group->counter, sizeof group->counter, "%.63s", text);
    else if (strcmp(object, "metric") != 0) { /* whose members are labels */
        double value = is_literal ? (double)NAN : counters_number(text, &json->counters->style);
        if (token != JSON_TEXT || !isnan(value))
            take_counter(json, object, name, value);
    }
}

/* ---- Groups ------------------------------------------------------------------------------ */

static int end_group(struct json *json, const struct group *group)
{
    struct tr_counters *counters = json->counters;

    if (!isnan(group->at_s))
        return counters_end_group(counters, group->vm[0] != '\0' ? group->vm : NULL, group->at_s,
                                  json->error);
    for (uint32_t i = 0; i < counters->pair_count; i++) {
        if (counters_needs(counters, counters->pairs[i].name))
            tr_notes_leave_out(&counters->notes, counters->line_number,
                               "expected a time beside '%.40s', found none",
                               counters->pairs[i].name);
    }
    counters->pair_count = 0;
    return 1;
}

/* Prometheus's "values": [[time, "value"], ...], or one such pair. */
static int read_values(struct json *json, struct group *group)
{
    const char *counter = group->counter[0] != '\0' ? group->counter : "value";
    enum json_token token;
    unsigned depth = 1, member = 0;

    for (uint32_t i = 0; i < json->counters->vm_count; i++) {
        const struct counters_vm *vm = &json->counters->vms[i];
        if (vm->has_metric && strcmp(vm->name, group->vm) == 0 &&
            counters_needs(json->counters, counter))
            return json_reader_fail(&json->reader, json->error,
                                    "expected one series of each VM, found a second one of '%s'; "
                                    "choose with labels in the query, or ask for sum by (domain)",
                                    group->vm);
    }
    while (depth > 0) {
        if (next_token(json, &token) < 0)
            return -1;
        depth += token == JSON_LIST || token == JSON_OBJECT;
        depth -= token == JSON_CLOSE;
        member = token == JSON_LIST || token == JSON_CLOSE ? 0 : member + 1;
        if (member == 1)
            take_time(json, group);
        if (member == 2) {
            counters_take(json->counters, counter,
                          counters_number(json->reader.text, &json->counters->style), UNIT_UNKNOWN);
            if (end_group(json, group) < 0)
                return -1;
        }
    }
    group->at_s = NAN;
    return 1;
}

/* The members of an object behind its brace. 1 or -1. */
static int read_object(struct json *json, struct group *group, const char *object)
{
    static const char *const values[] = {"values", "value", NULL};
    char name[COUNTERS_NAME_BYTES];
    enum json_token token;
    int taken = 1;

    while (taken == 1) {
        if (next_token(json, &token) < 0)
            return -1;
        if (token != JSON_NAME)
            return 1;
        snprintf(name, sizeof name, "%.63s", json->reader.text);
        if (next_token(json, &token) < 0)
            return -1;
        if (token == JSON_OBJECT)
            taken = read_object(json, group, name);
        else if (token == JSON_LIST && is_one_of(name, values))
            taken = read_values(json, group);
        else if (token == JSON_LIST)
            taken = read_list(json, group);
        else
            take_scalar(json, group, object, name, token);
    }
    return taken;
}

/* The elements of a list behind its bracket. In a group with a time they are other statistics, as
 * of each processor. 1 or -1. */
static int read_list(struct json *json, struct group *outer)
{
    struct tr_counters *counters = json->counters;
    struct group group;
    enum json_token token;
    int taken = 1;

    if (isnan(outer->at_s))
        counters->pair_count = 0; /* members of an answer around the list */
    while (taken == 1) {
        if (next_token(json, &token) < 0)
            return -1;
        group = (struct group){.at_s = NAN};
        memcpy(group.vm, outer->vm, sizeof group.vm);
        if (token == JSON_CLOSE)
            return 1;
        uint32_t before = counters->pair_count;
        if (token == JSON_OBJECT)
            taken = read_object(json, &group, "");
        else if (token == JSON_LIST)
            taken = read_list(json, outer);
        if (!isnan(outer->at_s))
            counters->pair_count = before;
        else if (taken == 1 && token == JSON_OBJECT)
            taken = end_group(json, &group);
    }
    return taken;
}

static int read_json(struct tr_counters *counters, struct sim_error *error)
{
    struct json json = {.counters = counters, .error = error};
    struct group group = {.at_s = NAN};
    enum json_token token;
    int taken = 1;

    counters->any_order = true;
    json_reader_init(&json.reader, counters->input);
    while (taken == 1) {
        if (next_token(&json, &token) < 0)
            return -1;
        if (token == JSON_END)
            return 1;
        if (token == JSON_LIST)
            taken = read_list(&json, &group);
        else if (token == JSON_OBJECT)
            taken = read_object(&json, &group, "") < 0 ? -1 : end_group(&json, &group);
    }
    return taken;
}

/* "[{", "[[", "[]", "{\"": "[web]" is the name of a VM in a log. */
static bool recognises(const char *text)
{
    const char *first = text + strspn(text, " \t\r\n");
    const char *second = first + (*first != '\0');

    second += strspn(second, " \t\r\n");
    return (*first == '[' && *second != '\0' && strchr("{[]\"", *second)) ||
           (*first == '{' && *second == '"');
}

const struct counters_format counters_json = {recognises, read_json};
