/*
 * YAML files by a schema: see config.h.
 *
 * The hazard is libcyaml's report of what is wrong: it goes to a log, and its lines are those of
 * the last thing that was right. So the log is asked only for the kind of mistake and for the path
 * of keys to it (its "backtrace"); the line, and what stands there, come from an outline of the
 * same text that libyaml's events give. A mistake of syntax shows while the outline is made.
 */
#include "sim/config.h"

#include <assert.h>
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MOST      64u
#define PLACE_BYTES     512u
#define FOUND_BYTES     48u
#define EXPECTED_BYTES  700u
#define SETTINGS_NO_LOG ((cyaml_config_t){.mem_fn = cyaml_mem, .log_level = CYAML_LOG_ERROR})

/* ---- The outline of a text ---------------------------------------------------------------------
 */

/* A value of the text: its place, the line of its key, and what stands there in a few words. */
struct node {
    char *place;
    char found[FOUND_BYTES];
    uint32_t line;
    bool repeated; /* its mapping has the key already */
};

struct outline {
    struct node *nodes;
    uint32_t count, capacity;
};

struct reader {
    yaml_parser_t parser;
    const char *name;
    struct outline *outline;
    struct sim_error *error;
    uint32_t depth;
};

static void outline_free(struct outline *outline)
{
    for (uint32_t i = 0; i < outline->count; i++)
        free(outline->nodes[i].place);
    free(outline->nodes);
}

static const struct node *outline_find(const struct outline *outline, const char *place)
{
    for (uint32_t i = outline->count; i-- > 0;) {
        if (strcmp(outline->nodes[i].place, place) == 0)
            return &outline->nodes[i];
    }
    return NULL;
}

static void outline_add(struct outline *outline, const char *place, uint32_t line,
                        const yaml_event_t *event)
{
    if (outline->count == outline->capacity) {
        outline->capacity = outline->capacity == 0 ? 64 : outline->capacity * 2;
        outline->nodes = realloc(outline->nodes, outline->capacity * sizeof *outline->nodes);
        assert(outline->nodes != NULL);
    }
    struct node node = {.place = strdup(place), .line = line};
    assert(node.place != NULL);
    node.repeated = outline_find(outline, place) != NULL;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        snprintf(node.found, sizeof node.found, "a list");
    else if (event->type == YAML_MAPPING_START_EVENT)
        snprintf(node.found, sizeof node.found, "a mapping");
    else if (event->type == YAML_ALIAS_EVENT)
        snprintf(node.found, sizeof node.found, "*%.40s", event->data.alias.anchor);
    else if (event->data.scalar.length == 0)
        snprintf(node.found, sizeof node.found, "nothing");
    else
        snprintf(node.found, sizeof node.found, "'%.40s'", event->data.scalar.value);
    outline->nodes[outline->count++] = node;
}

static uint32_t line_of(const yaml_event_t *event)
{
    return (uint32_t)event->start_mark.line + 1;
}

static int next_event(struct reader *reader, yaml_event_t *event)
{
    const yaml_parser_t *parser = &reader->parser;
    if (yaml_parser_parse(&reader->parser, event))
        return SIM_OK;
    return sim_error_set(reader->error, SIM_USAGE, "%s:%zu: expected YAML, found an error: %s",
                         reader->name, parser->problem_mark.line + 1,
                         parser->problem != NULL ? parser->problem : "no memory");
}

static int read_node(struct reader *reader, const yaml_event_t *event, const char *place,
                     uint32_t line);

static int read_child(struct reader *reader, const char *place, const char *key, uint32_t line,
                      const yaml_event_t *event)
{
    char child[PLACE_BYTES];
    int length = snprintf(child, sizeof child, "%s%s%s", place, *place == '\0' ? "" : ".", key);
    if ((size_t)length >= sizeof child || reader->depth == DEPTH_MOST)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:%u: expected shorter keys and at most %u levels, found '%.40s'",
                             reader->name, line, DEPTH_MOST, key);
    reader->depth++;
    int status = read_node(reader, event, child, line);
    reader->depth--;
    return status;
}

static int read_mapping(struct reader *reader, const char *place)
{
    for (;;) {
        yaml_event_t key, value;
        int status = next_event(reader, &key);
        if (status != SIM_OK)
            return status;
        if (key.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&key);
            return SIM_OK;
        }
        if (key.type != YAML_SCALAR_EVENT)
            status = sim_error_set(reader->error, SIM_USAGE,
                                   "%s:%u: expected a plain word as key, found something else",
                                   reader->name, line_of(&key));
        if (status == SIM_OK)
            status = next_event(reader, &value);
        if (status == SIM_OK) {
            status = read_child(reader, place, (const char *)key.data.scalar.value, line_of(&key),
                                &value);
            yaml_event_delete(&value);
        }
        yaml_event_delete(&key);
        if (status != SIM_OK)
            return status;
    }
}

static int read_sequence(struct reader *reader, const char *place)
{
    for (uint32_t entry = 0;; entry++) {
        yaml_event_t event;
        int status = next_event(reader, &event);
        if (status != SIM_OK)
            return status;
        bool end = event.type == YAML_SEQUENCE_END_EVENT;
        if (!end) {
            char number[12];
            snprintf(number, sizeof number, "%u", entry);
            status = read_child(reader, place, number, line_of(&event), &event);
        }
        yaml_event_delete(&event);
        if (end || status != SIM_OK)
            return status;
    }
}

static int read_node(struct reader *reader, const yaml_event_t *event, const char *place,
                     uint32_t line)
{
    outline_add(reader->outline, place, line, event);
    switch (event->type) {
    case YAML_MAPPING_START_EVENT:
        return read_mapping(reader, place);
    case YAML_SEQUENCE_START_EVENT:
        return read_sequence(reader, place);
    default:
        return SIM_OK;
    }
}

/* Reads the one document that there should be. */
static int read_stream(struct reader *reader)
{
    uint32_t documents = 0;
    for (bool end = false; !end;) {
        yaml_event_t event;
        int status = next_event(reader, &event);
        if (status != SIM_OK)
            return status;
        if (event.type == YAML_DOCUMENT_START_EVENT && ++documents > 1)
            status = sim_error_set(reader->error, SIM_USAGE,
                                   "%s:%u: expected one document, found a second", reader->name,
                                   line_of(&event));
        else if (event.type == YAML_SCALAR_EVENT || event.type == YAML_MAPPING_START_EVENT ||
                 event.type == YAML_SEQUENCE_START_EVENT)
            status = read_node(reader, &event, "", line_of(&event));
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        if (status != SIM_OK)
            return status;
    }
    if (documents == 0)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:1: expected keys and values, found nothing", reader->name);
    return SIM_OK;
}

static int outline_make(struct outline *outline, const char *text, const char *name,
                        struct sim_error *error)
{
    struct reader reader = {.name = name, .outline = outline, .error = error};
    if (!yaml_parser_initialize(&reader.parser))
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", name);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, strlen(text));
    int status = read_stream(&reader);
    yaml_parser_delete(&reader.parser);
    return status;
}

/* ---- libcyaml's log ----------------------------------------------------------------------------
 */

struct complaint {
    char key[80];            /* what the message names after its colon */
    char place[PLACE_BYTES]; /* from the backtrace, which comes innermost first */
    bool said, in_field;     /* in_field: the innermost is the field of a mapping */
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
        snprintf(complaint->key, sizeof complaint->key, "%s", colon != NULL ? colon + 2 : "");
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

/* ---- Both together make one line ---------------------------------------------------------------
 */

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
        snprintf(text, bytes, schema->string.min > 0 ? "a text of %u bytes or more" : "a text",
                 schema->string.min);
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

/* Cuts the last part off a place. */
static void place_ascend(char *place)
{
    char *dot = strrchr(place, '.');
    *(dot != NULL ? dot : place) = '\0';
}

static const char *last_part(const char *place)
{
    const char *dot = strrchr(place, '.');
    return dot != NULL ? dot + 1 : place;
}

/* The node at `place`, or the nearest around it. The root is always there. */
static const struct node *nearest(const struct outline *outline, const char *place)
{
    char around[PLACE_BYTES];
    snprintf(around, sizeof around, "%s", place);
    const struct node *node;
    while ((node = outline_find(outline, around)) == NULL && around[0] != '\0')
        place_ascend(around);
    return node;
}

struct report {
    const char *name;
    const struct cyaml_schema_value *schema;
    const struct outline *outline;
    struct complaint complaint;
};

/* About a key itself, as the log names it, in the mapping that the log led to. */
static int report_key(struct report *report, cyaml_err_t result, struct sim_error *error)
{
    struct complaint *complaint = &report->complaint;
    char expected[EXPECTED_BYTES] = "a known key", *mapping = complaint->place;

    if (complaint->in_field)
        place_ascend(mapping);
    if (result == CYAML_ERR_MAPPING_FIELD_MISSING)
        return sim_error_set(error, SIM_USAGE, "%s:%u: expected the key '%s', found none",
                             report->name, nearest(report->outline, mapping)->line, complaint->key);

    char place[PLACE_BYTES + sizeof complaint->key];
    snprintf(place, sizeof place, "%s%s%s", mapping, *mapping == '\0' ? "" : ".", complaint->key);
    const cyaml_schema_value_t *schema = schema_at(report->schema, mapping);
    if (schema != NULL && schema->type == CYAML_MAPPING)
        expected_keys(schema, expected, sizeof expected);
    return sim_error_set(error, SIM_USAGE, "%s:%u: expected %s, found '%s'", report->name,
                         nearest(report->outline, place)->line, expected, complaint->key);
}

static int report_entries(struct report *report, struct sim_error *error)
{
    char *place = report->complaint.place;
    place_ascend(place);
    const struct node *node = nearest(report->outline, place);
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
                         report->name, node->line, last_part(place), schema->sequence.min, most,
                         entries);
}

static int report_value(struct report *report, cyaml_err_t result, struct sim_error *error)
{
    const char *place = report->complaint.place;
    const struct node *node = nearest(report->outline, place);
    const cyaml_schema_value_t *schema = schema_at(report->schema, place);
    char expected[EXPECTED_BYTES];

    snprintf(expected, sizeof expected, "something else (%s)", cyaml_strerror(result));
    if (schema != NULL &&
        (result == CYAML_ERR_INVALID_VALUE || result == CYAML_ERR_STRING_LENGTH_MIN))
        expected_value(schema, expected, sizeof expected);
    return sim_error_set(error, SIM_USAGE, "%s:%u: %s%sexpected %s, found %s", report->name,
                         node->line, last_part(place), *place == '\0' ? "" : ": ", expected,
                         node->found);
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

static int check_repeated(const struct outline *outline, const char *name, struct sim_error *error)
{
    for (uint32_t i = 0; i < outline->count; i++) {
        const struct node *node = &outline->nodes[i];
        if (node->repeated)
            return sim_error_set(error, SIM_USAGE,
                                 "%s:%u: expected the key '%s' once, found it again", name,
                                 node->line, last_part(node->place));
    }
    return SIM_OK;
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

/* ---- The interface -----------------------------------------------------------------------------
 */

int sim_config_parse(const char *text, const char *name, const struct cyaml_schema_value *schema,
                     void **out, struct sim_error *error)
{
    struct outline outline = {0};
    struct report report = {.name = name, .schema = schema, .outline = &outline};

    *out = NULL;
    int status = outline_make(&outline, text, name, error);
    if (status == SIM_OK)
        status = check_repeated(&outline, name, error);
    if (status == SIM_OK)
        status = load(text, &report, out, error);
    outline_free(&outline);
    return status;
}

int sim_config_load(const char *path, const struct cyaml_schema_value *schema, void **out,
                    struct sim_error *error)
{
    char *text;
    *out = NULL;
    int status = sim_config_read(path, &text, error);
    if (status != SIM_OK)
        return status;
    status = sim_config_parse(text, path, schema, out, error);
    free(text);
    return status;
}

void sim_config_free(const struct cyaml_schema_value *schema, void *data)
{
    cyaml_config_t settings = SETTINGS_NO_LOG;
    if (data != NULL)
        cyaml_free(&settings, schema, data, 0);
}

int sim_config_read(const char *path, char **text, struct sim_error *error)
{
    *text = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return sim_error_set(error, SIM_USAGE, "%s: expected a readable file, found: %s", path,
                             strerror(errno));
    char *bytes = malloc(SIM_CONFIG_BYTES_MOST + 1);
    assert(bytes != NULL);
    size_t count = fread(bytes, 1, SIM_CONFIG_BYTES_MOST + 1, file);
    int status = SIM_OK;
    if (ferror(file))
        status = sim_error_set(error, SIM_USAGE, "%s: expected a readable file, found: %s", path,
                               strerror(errno));
    else if (count > SIM_CONFIG_BYTES_MOST)
        status = sim_error_set(error, SIM_USAGE, "%s: expected at most %u bytes, found more", path,
                               SIM_CONFIG_BYTES_MOST);
    else if (memchr(bytes, '\0', count) != NULL)
        status = sim_error_set(error, SIM_USAGE, "%s: expected text, found a NUL byte", path);
    fclose(file);
    if (status != SIM_OK) {
        free(bytes);
        return status;
    }
    bytes[count] = '\0';
    *text = bytes;
    return SIM_OK;
}

uint32_t sim_config_line(const char *text, const char *place)
{
    struct outline outline = {0};
    uint32_t line = 1;
    if (outline_make(&outline, text, "", NULL) == SIM_OK)
        line = nearest(&outline, place)->line;
    outline_free(&outline);
    return line;
}
