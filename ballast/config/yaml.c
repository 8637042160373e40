/*
 * YAML files by a schema: see config.h.
 *
 * The hazard is libcyaml's report of what is wrong: it goes to a log, and its lines are those of
 * the last thing that was right. So the log is asked only for the kind of mistake and for the path
 * of keys to it (its "backtrace"); the line, and what stands there, come from an outline of the
 * same text that libyaml's events give. A mistake of syntax shows while the outline is made.
 */
#include "ballast/config/yaml.h"

#include <assert.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/config/outline.h"
#include "sim/file.h"

#define EXPECTED_BYTES  700u
#define SETTINGS_NO_LOG ((cyaml_config_t){.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR})

/* ---- libcyaml's log ---------------------------------------------------------------------- */

struct complaint {
    char key[80];                           /* what the message names after its colon */
    char place[CONFIG_OUTLINE_PLACE_BYTES]; /* from the backtrace, which comes innermost first */
    bool said, in_field;                    /* in_field: the innermost is the field of a mapping */
    uint32_t depth;
};

static void place_prepend(struct complaint *complaint, const char *part, size_t length)
{
    char *place = complaint->place;
    size_t had = strlen(place), dot = had > 0;

    if (had + dot + length >= sizeof complaint->place)
        return; /* the outline refuses such depths before */
    memmove(place + length + dot, place, had + 1);
    memcpy(place, part, length);
    if (dot)
        place[length] = '.';
}

static void complaint_take(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct complaint *complaint = context;
    char line[400];

    (void)level;
    vsnprintf(line, sizeof line, format, args);
    line[strcspn(line, "\n")] = '\0';
    if (!complaint->said) {
        const char *colon = strrchr(line, ':');
        snprintf(complaint->key, sizeof complaint->key, "%s",
                 colon != NULL && colon[1] != '\0' ? colon + 2 : "");
        complaint->said = true;
        return;
    }
    static const char field[] = "  in mapping field '", entry[] = "  in sequence entry '";
    if (strncmp(line, field, sizeof field - 1) == 0) {
        const char *key = line + sizeof field - 1;
        place_prepend(complaint, key, strcspn(key, "'"));
        complaint->in_field = complaint->in_field || complaint->depth == 0;
        complaint->depth++;
    } else if (strncmp(line, entry, sizeof entry - 1) == 0) {
        char number[24]; /* libcyaml counts entries from 1 */
        snprintf(number, sizeof number, "%lu", strtoul(line + sizeof entry - 1, NULL, 10) - 1);
        place_prepend(complaint, number, strlen(number));
        complaint->depth++;
    } else if (strncmp(line, "  in mapping (", 14) == 0) {
        complaint->depth++;
    }
}

/* ---- Both together make one line --------------------------------------------------------- */

/* The schema of what stands at `place`, or NULL. */
static const cyaml_schema_value_t *schema_at(const cyaml_schema_value_t *schema, const char *place)
{
    while (*place != '\0' && schema != NULL) {
        size_t length = strcspn(place, ".");
        if (schema->type == CYAML_SEQUENCE || schema->type == CYAML_SEQUENCE_FIXED) {
            schema = schema->sequence.entry;
        } else if (schema->type == CYAML_MAPPING) {
            const cyaml_schema_field_t *field = schema->mapping.fields;
            while (field->key != NULL &&
                   (strncmp(field->key, place, length) != 0 || field->key[length] != '\0'))
                field++;
            schema = field->key != NULL ? &field->value : NULL;
        } else {
            schema = NULL;
        }
        place += length + (place[length] == '.');
    }
    return schema;
}

static void expected_keys(const cyaml_schema_value_t *schema, char *text, size_t bytes)
{
    size_t length = (size_t)snprintf(text, bytes, "one of the keys");
    const cyaml_schema_field_t *field = schema->mapping.fields;
    for (; field->key != NULL && length < bytes; field++)
        length += (size_t)snprintf(text + length, bytes - length, "%s %s",
                                   field == schema->mapping.fields ? "" : ",", field->key);
}

static void expected_value(const cyaml_schema_value_t *schema, char *text, size_t bytes)
{
    unsigned bits = schema->data_size < 8 ? schema->data_size * 8 : 64;
    switch (schema->type) {
    case CYAML_INT:
        snprintf(text, bytes, "a whole number of %u bits", bits);
        break;
    case CYAML_UINT:
        snprintf(text, bytes, "a whole number from 0 to %llu", ~0ull >> (64 - bits));
        break;
    case CYAML_FLOAT:
        snprintf(text, bytes, "a number");
        break;
    case CYAML_BOOL:
        snprintf(text, bytes, "true or false");
        break;
    case CYAML_STRING:
        snprintf(text, bytes, "a text%s", schema->string.min > 0 ? " that is not empty" : "");
        break;
    case CYAML_MAPPING:
        snprintf(text, bytes, "a mapping");
        break;
    case CYAML_SEQUENCE:
    case CYAML_SEQUENCE_FIXED:
        snprintf(text, bytes, "a list");
        break;
    default:
        snprintf(text, bytes, "a value of another kind");
    }
}

struct report {
    const char *name;
    const struct cyaml_schema_value *schema;
    const struct config_outline *outline;
    struct complaint complaint;
};

/* About a key itself, as the log names it, in the mapping that the log led to. */
static int report_key(struct report *report, cyaml_err_t result, struct sim_error *error)
{
    struct complaint *complaint = &report->complaint;
    char expected[EXPECTED_BYTES] = "a known key", *mapping = complaint->place;

    if (complaint->in_field)
        config_outline_ascend(mapping);
    if (result == CYAML_ERR_MAPPING_FIELD_MISSING)
        return sim_error_set(error, SIM_USAGE, "%s:%u: expected the key '%s', found none",
                             report->name, config_outline_nearest(report->outline, mapping)->line,
                             complaint->key);

    char place[CONFIG_OUTLINE_PLACE_BYTES + sizeof complaint->key];
    snprintf(place, sizeof place, "%s%s%s", mapping, *mapping == '\0' ? "" : ".", complaint->key);
    const cyaml_schema_value_t *schema = schema_at(report->schema, mapping);
    if (schema != NULL && schema->type == CYAML_MAPPING)
        expected_keys(schema, expected, sizeof expected);
    return sim_error_set(error, SIM_USAGE, "%s:%u: expected %s, found '%s'", report->name,
                         config_outline_nearest(report->outline, place)->line, expected,
                         complaint->key);
}

static int report_entries(struct report *report, struct sim_error *error)
{
    char *place = report->complaint.place;
    config_outline_ascend(place);
    const struct config_outline_node *node = config_outline_nearest(report->outline, place);
    const cyaml_schema_value_t *schema = schema_at(report->schema, place);
    uint32_t entries = 0;
    for (size_t i = 0, length = strlen(place); i < report->outline->count; i++) {
        const char *entry = report->outline->nodes[i].place;
        entries += strncmp(entry, place, length) == 0 && entry[length] == '.' &&
                   strchr(entry + length + 1, '.') == NULL;
    }
    char most[32] = "any number of";
    if (schema->sequence.max != CYAML_UNLIMITED)
        snprintf(most, sizeof most, "%u", schema->sequence.max);
    return sim_error_set(error, SIM_USAGE, "%s:%u: %s: expected %u to %s entries, found %u",
                         report->name, node->line, config_outline_last(place), schema->sequence.min,
                         most, entries);
}

/* "memory_mb: ", or "entry 2: " of a list, or "" for the whole document. */
static void value_name(const char *place, char *text, size_t bytes)
{
    const char *last = config_outline_last(place);
    bool entry = *last != '\0' && last[strspn(last, "0123456789")] == '\0';
    if (entry)
        snprintf(text, bytes, "entry %lu: ", strtoul(last, NULL, 10) + 1);
    else
        snprintf(text, bytes, "%s%s", last, *last != '\0' ? ": " : "");
}

static int report_value(struct report *report, cyaml_err_t result, struct sim_error *error)
{
    const char *place = report->complaint.place;
    const struct config_outline_node *node = config_outline_nearest(report->outline, place);
    const cyaml_schema_value_t *schema = schema_at(report->schema, place);
    char value[CONFIG_OUTLINE_PLACE_BYTES + 4], expected[EXPECTED_BYTES];

    value_name(place, value, sizeof value);
    if (result == CYAML_ERR_INVALID_ALIAS)
        snprintf(expected, sizeof expected, "an anchor that stands above");
    else if (schema != NULL)
        expected_value(schema, expected, sizeof expected);
    else
        snprintf(expected, sizeof expected, "something else (%s)", cyaml_strerror(result));
    return sim_error_set(error, SIM_USAGE, "%s:%u: %sexpected %s, found %s", report->name,
                         node->line, value, expected, node->found);
}

static int report_make(struct report *report, cyaml_err_t result, struct sim_error *error)
{
    switch (result) {
    case CYAML_ERR_OOM:
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", report->name);
    case CYAML_ERR_INVALID_KEY:
    case CYAML_ERR_MAPPING_FIELD_MISSING:
        return report_key(report, result, error);
    case CYAML_ERR_SEQUENCE_ENTRIES_MIN:
    case CYAML_ERR_SEQUENCE_ENTRIES_MAX:
        return report_entries(report, error);
    default:
        return report_value(report, result, error);
    }
}

static int load(const char *text, struct report *report, void **out, struct sim_error *error)
{
    cyaml_config_t settings = SETTINGS_NO_LOG;
    settings.log_fn = complaint_take;
    settings.log_ctx = &report->complaint;
    cyaml_err_t result =
        cyaml_load_data((const uint8_t *)text, strlen(text), &settings, report->schema, out, NULL);
    if (result != CYAML_OK)
        return report_make(report, result, error);
    if (*out == NULL)
        return sim_error_set(error, SIM_USAGE, "%s:1: expected keys and values, found nothing",
                             report->name);
    return SIM_OK;
}

/* ---- The interface ----------------------------------------------------------------------- */

int config_yaml_parse(const char *text, const char *name, const struct cyaml_schema_value *schema,
                      void **out, struct sim_error *error)
{
    struct config_outline outline;
    struct report report = {.name = name, .schema = schema, .outline = &outline};

    *out = NULL;
    int status = config_outline_init(&outline, text, name, error);
    if (status == SIM_OK)
        status = load(text, &report, out, error);
    config_outline_fini(&outline);
    return status;
}

void config_yaml_free(const struct cyaml_schema_value *schema, void *data)
{
    cyaml_config_t settings = SETTINGS_NO_LOG;
    if (data != NULL)
        cyaml_free(&settings, schema, data, 0);
}
