/*
 * The outline of a YAML text, from libyaml's events.
 *
 * The hazard is text made to harm: deep nesting is refused before it can exhaust the stack, and
 * places are found by hash so that a long file costs time in proportion to its length.
 */
#include "ballast/config/outline.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define DEPTH_MOST     64u
#define FIRST_CAPACITY 64u
#define NONE           UINT32_MAX

/* ---- The table of places ----------------------------------------------------------------- */

/* FNV-1a. */
static uint32_t hash_of(const char *place)
{
    uint32_t hash = 2166136261u;
    for (const char *c = place; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash;
}

static void link_node(struct config_outline *outline, uint32_t index)
{
    struct config_outline_node *node = &outline->nodes[index];
    uint32_t *head = &outline->heads[hash_of(node->place) & (outline->capacity - 1)];
    node->next = *head;
    *head = index;
}

static void grow(struct config_outline *outline)
{
    outline->capacity = outline->capacity == 0 ? FIRST_CAPACITY : outline->capacity * 2;
    outline->nodes = realloc(outline->nodes, outline->capacity * sizeof *outline->nodes);
    outline->heads = realloc(outline->heads, outline->capacity * sizeof *outline->heads);
    assert(outline->nodes != NULL && outline->heads != NULL);
    for (uint32_t i = 0; i < outline->capacity; i++)
        outline->heads[i] = NONE;
    for (uint32_t i = 0; i < outline->count; i++)
        link_node(outline, i);
}

const struct config_outline_node *config_outline_find(const struct config_outline *outline,
                                                      const char *place)
{
    if (outline->count == 0)
        return NULL;
    uint32_t index = outline->heads[hash_of(place) & (outline->capacity - 1)];
    while (index != NONE && strcmp(outline->nodes[index].place, place) != 0)
        index = outline->nodes[index].next;
    return index != NONE ? &outline->nodes[index] : NULL;
}

static void add_node(struct config_outline *outline, const char *place, uint32_t line,
                     const yaml_event_t *event)
{
    if (outline->count == outline->capacity)
        grow(outline);
    struct config_outline_node node = {.place = strdup(place), .line = line};
    assert(node.place != NULL);
    if (event->type == YAML_SEQUENCE_START_EVENT)
        snprintf(node.found, sizeof node.found, "a list");
    else if (event->type == YAML_MAPPING_START_EVENT)
        snprintf(node.found, sizeof node.found, "a mapping");
    else if (event->type == YAML_ALIAS_EVENT)
        snprintf(node.found, sizeof node.found, "'*%.40s'", event->data.alias.anchor);
    else if (event->data.scalar.length == 0)
        snprintf(node.found, sizeof node.found, "nothing");
    else
        snprintf(node.found, sizeof node.found, "'%.40s'", event->data.scalar.value);
    outline->nodes[outline->count] = node;
    link_node(outline, outline->count++);
}

/* ---- Reading the text -------------------------------------------------------------------- */

struct reader {
    yaml_parser_t parser;
    const char *name;
    struct config_outline *outline;
    struct sim_error *error;
    uint32_t depth;
};

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

static int read_value(struct reader *reader, const yaml_event_t *event, const char *place,
                      uint32_t line);

static int read_child(struct reader *reader, const char *parent, const char *key, uint32_t line,
                      const yaml_event_t *event)
{
    char place[CONFIG_OUTLINE_PLACE_BYTES];
    int length = snprintf(place, sizeof place, "%s%s%s", parent, *parent == '\0' ? "" : ".", key);
    if ((size_t)length >= sizeof place || reader->depth == DEPTH_MOST)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:%u: expected short keys and at most %u levels, found '%.40s'",
                             reader->name, line, DEPTH_MOST, key);
    if (config_outline_find(reader->outline, place) != NULL)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:%u: expected the key '%s' once, found it again", reader->name,
                             line, key);
    reader->depth++;
    int status = read_value(reader, event, place, line);
    reader->depth--;
    return status;
}

static int read_pair(struct reader *reader, const char *parent, const yaml_event_t *key)
{
    yaml_event_t value;
    if (key->type != YAML_SCALAR_EVENT)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:%u: expected a word as key, found something else", reader->name,
                             line_of(key));
    int status = next_event(reader, &value);
    if (status != SIM_OK)
        return status;
    status = read_child(reader, parent, (const char *)key->data.scalar.value, line_of(key), &value);
    yaml_event_delete(&value);
    return status;
}

static int read_mapping(struct reader *reader, const char *place)
{
    for (;;) {
        yaml_event_t key;
        int status = next_event(reader, &key);
        if (status != SIM_OK)
            return status;
        bool end = key.type == YAML_MAPPING_END_EVENT;
        if (!end)
            status = read_pair(reader, place, &key);
        yaml_event_delete(&key);
        if (end || status != SIM_OK)
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

static int read_value(struct reader *reader, const yaml_event_t *event, const char *place,
                      uint32_t line)
{
    add_node(reader->outline, place, line, event);
    if (event->type == YAML_MAPPING_START_EVENT)
        return read_mapping(reader, place);
    if (event->type == YAML_SEQUENCE_START_EVENT)
        return read_sequence(reader, place);
    return SIM_OK;
}

static int read_stream_event(struct reader *reader, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return read_value(reader, event, "", line_of(event));
    case YAML_DOCUMENT_START_EVENT:
        if (reader->outline->count > 0)
            return sim_error_set(reader->error, SIM_USAGE,
                                 "%s:%u: expected one document, found a second", reader->name,
                                 line_of(event));
        return SIM_OK;
    default:
        return SIM_OK;
    }
}

static int read_stream(struct reader *reader)
{
    for (;;) {
        yaml_event_t event;
        int status = next_event(reader, &event);
        if (status != SIM_OK)
            return status;
        bool end = event.type == YAML_STREAM_END_EVENT;
        status = read_stream_event(reader, &event);
        yaml_event_delete(&event);
        if (status != SIM_OK)
            return status;
        if (end)
            break;
    }
    if (reader->outline->count == 0)
        return sim_error_set(reader->error, SIM_USAGE,
                             "%s:1: expected keys and values, found nothing", reader->name);
    return SIM_OK;
}

/* ---- The interface ----------------------------------------------------------------------- */

int config_outline_init(struct config_outline *outline, const char *text, const char *name,
                        struct sim_error *error)
{
    struct reader reader = {.name = name, .outline = outline, .error = error};

    *outline = (struct config_outline){0};
    if (!yaml_parser_initialize(&reader.parser))
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", name);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, strlen(text));
    int status = read_stream(&reader);
    yaml_parser_delete(&reader.parser);
    return status;
}

void config_outline_fini(struct config_outline *outline)
{
    for (uint32_t i = 0; i < outline->count; i++)
        free(outline->nodes[i].place);
    free(outline->nodes);
    free(outline->heads);
    *outline = (struct config_outline){0};
}

const struct config_outline_node *config_outline_nearest(const struct config_outline *outline,
                                                         const char *place)
{
    char around[CONFIG_OUTLINE_PLACE_BYTES];
    snprintf(around, sizeof around, "%s", place);
    const struct config_outline_node *node;
    while ((node = config_outline_find(outline, around)) == NULL && around[0] != '\0')
        config_outline_ascend(around);
    return node;
}

void config_outline_ascend(char *place)
{
    char *dot = strrchr(place, '.');
    *(dot != NULL ? dot : place) = '\0';
}

const char *config_outline_last(const char *place)
{
    const char *dot = strrchr(place, '.');
    return dot != NULL ? dot + 1 : place;
}
