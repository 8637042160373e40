/*
 * The tree of a YAML text, made from libyaml's events.
 *
 * libfyaml 0.7.12 was tried first, since it makes such a tree itself. It hangs on a directive that
 * holds an invalid character, leaks on invalid UTF-8, needs a time that grows with the square of
 * the keys in a mapping and of the anchors, and does not tell the lines of lists and mappings.
 *
 * The hazard is text made to harm. Depth, keys and anchors are limited; an alias shares the nodes
 * of its anchor, so that aliases of aliases do not multiply; and an anchor is known only behind its
 * value, so that no value holds itself.
 */
#include "ballast/config/yaml.h"
#include "sim/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    const struct config_node *node;
};

struct reader {
    yaml_parser_t parser;
    const char *name;
    struct sim_memory *memory;
    struct sim_error *error;
    uint32_t line; /* of the latest event */
    uint32_t depth, anchor_count;
    struct anchor anchors[CONFIG_YAML_ANCHORS_MOST];
};

/* ---- libyaml --------------------------------------------------------------------------------- */

/* The caller deletes the event. */
static int next_event(struct reader *reader, yaml_event_t *event)
{
    const yaml_parser_t *parser = &reader->parser;
    bool parsed = yaml_parser_parse(&reader->parser, event);
    if (parser->error == YAML_MEMORY_ERROR)
        sim_memory_short();
    if (!parsed)
        return sim_error_set(reader->error, SIM_USAGE, "%s:%zu: expected YAML, found an error: %s",
                             reader->name, parser->problem_mark.line + 1,
                             parser->problem != NULL ? parser->problem : "none that it names");
    reader->line = (uint32_t)event->start_mark.line + 1;
    return SIM_OK;
}

/* ---- Nodes ----------------------------------------------------------------------------------- */

static int refuse(struct reader *reader, uint32_t line, const char *key, const char *expected,
                  const char *found)
{
    return sim_error_set(reader->error, SIM_USAGE, "%s:%u: %.80s%sexpected %s, found %s",
                         reader->name, line, key != NULL ? key : "", key != NULL ? ": " : "",
                         expected, found);
}

static int text_copy(struct reader *reader, const yaml_char_t *begin, size_t bytes,
                     const char **text)
{
    if (memchr(begin, '\0', bytes) != NULL)
        return refuse(reader, reader->line, NULL, "text", "a NUL byte");
    char *copy = sim_memory_get(reader->memory, bytes + 1);
    memcpy(copy, begin, bytes);
    *text = copy;
    return SIM_OK;
}

/* NULL where the event has none. */
static const yaml_char_t *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor;
    default:
        return event->data.mapping_start.anchor;
    }
}

static int anchor_add(struct reader *reader, const yaml_char_t *name,
                      const struct config_node *node)
{
    if (name == NULL)
        return SIM_OK;
    if (reader->anchor_count == CONFIG_YAML_ANCHORS_MOST) {
        char expected[40];
        snprintf(expected, sizeof expected, "at most %u anchors", CONFIG_YAML_ANCHORS_MOST);
        return refuse(reader, node->line, NULL, expected, "more");
    }
    struct anchor *anchor = &reader->anchors[reader->anchor_count++];
    anchor->node = node;
    anchor->name = sim_memory_text(reader->memory, "%s", (const char *)name);
    return SIM_OK;
}

/* An anchor that is given again stands for the later value. */
static int read_alias(struct reader *reader, const char *name, struct config_node *node)
{
    char found[CONFIG_FOUND_BYTES];
    for (uint32_t i = reader->anchor_count; i-- > 0;) {
        const struct config_node *anchored = reader->anchors[i].node;
        if (strcmp(reader->anchors[i].name, name) != 0)
            continue;
        node->kind = anchored->kind;
        node->text = anchored->text;
        node->count = anchored->count;
        node->child = anchored->child;
        return SIM_OK;
    }
    snprintf(found, sizeof found, "'*%.40s'", name);
    return refuse(reader, node->line, node->key, "an anchor that stands above", found);
}

static int read_value(struct reader *reader, const yaml_event_t *event, struct config_node *node);

/* Reads the value that `event` begins as the next child of `parent`, behind `last`. */
static int read_child(struct reader *reader, const yaml_event_t *event, struct config_node *parent,
                      struct config_node **last, const char *key, uint32_t line)
{
    struct config_node *node = sim_memory_get(reader->memory, sizeof *node);
    *node = (struct config_node){.line = line, .key = key};
    *(*last != NULL ? &(*last)->next : &parent->child) = node;
    *last = node;
    parent->count++;
    if (reader->depth == CONFIG_YAML_DEPTH_MOST) {
        char expected[40];
        snprintf(expected, sizeof expected, "at most %u levels", CONFIG_YAML_DEPTH_MOST);
        return refuse(reader, line, NULL, expected, "more");
    }
    reader->depth++;
    int status = read_value(reader, event, node);
    reader->depth--;
    return status;
}

static int read_key(struct reader *reader, const yaml_event_t *event,
                    const struct config_node *parent, const char **key)
{
    char text[80];
    if (event->type != YAML_SCALAR_EVENT)
        return refuse(reader, reader->line, NULL, "a word as key", "something else");
    int status = text_copy(reader, event->data.scalar.value, event->data.scalar.length, key);
    if (status != SIM_OK)
        return status;
    if (parent->count == CONFIG_YAML_KEYS_MOST) {
        snprintf(text, sizeof text, "at most %u keys in a mapping", CONFIG_YAML_KEYS_MOST);
        return refuse(reader, reader->line, NULL, text, "more");
    }
    if (config_node_find(parent, *key) != NULL) {
        snprintf(text, sizeof text, "the key '%.50s' once", *key);
        return refuse(reader, reader->line, NULL, text, "it again");
    }
    return SIM_OK;
}

static int read_pair(struct reader *reader, const yaml_event_t *key_event,
                     struct config_node *parent, struct config_node **last)
{
    const char *key = NULL;
    yaml_event_t event;
    int status = read_key(reader, key_event, parent, &key);
    if (status != SIM_OK)
        return status;
    uint32_t line = reader->line;
    status = next_event(reader, &event);
    if (status != SIM_OK)
        return status;
    status = read_child(reader, &event, parent, last, key, line);
    yaml_event_delete(&event);
    return status;
}

/* Children until the end of the list or mapping `parent`. */
static int read_children(struct reader *reader, struct config_node *parent)
{
    struct config_node *last = NULL;
    for (;;) {
        yaml_event_t event;
        int status = next_event(reader, &event);
        if (status != SIM_OK)
            return status;
        bool end = event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        if (!end && parent->kind == CONFIG_NODE_MAPPING)
            status = read_pair(reader, &event, parent, &last);
        else if (!end)
            status = read_child(reader, &event, parent, &last, NULL, reader->line);
        yaml_event_delete(&event);
        if (end || status != SIM_OK)
            return status;
    }
}

static int read_value(struct reader *reader, const yaml_event_t *event, struct config_node *node)
{
    int status;
    if (event->type == YAML_ALIAS_EVENT)
        return read_alias(reader, (const char *)event->data.alias.anchor, node);
    if (event->type == YAML_SCALAR_EVENT) {
        status =
            text_copy(reader, event->data.scalar.value, event->data.scalar.length, &node->text);
    } else {
        node->kind =
            event->type == YAML_MAPPING_START_EVENT ? CONFIG_NODE_MAPPING : CONFIG_NODE_LIST;
        status = read_children(reader, node);
    }
    if (status != SIM_OK)
        return status;
    return anchor_add(reader, anchor_of(event), node);
}

/* ---- Documents ------------------------------------------------------------------------------- */

static int read_stream_event(struct reader *reader, const yaml_event_t *event,
                             struct config_node **root)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        return *root == NULL ? SIM_OK
                             : refuse(reader, reader->line, NULL, "one document", "a second");
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        *root = sim_memory_get(reader->memory, sizeof **root);
        (*root)->line = reader->line;
        return read_value(reader, event, *root);
    default:
        return SIM_OK;
    }
}

static int read_stream(struct reader *reader, struct config_node **root)
{
    for (;;) {
        yaml_event_t event;
        int status = next_event(reader, &event);
        if (status != SIM_OK)
            return status;
        bool end = event.type == YAML_STREAM_END_EVENT;
        status = read_stream_event(reader, &event, root);
        yaml_event_delete(&event);
        if (end || status != SIM_OK)
            return status;
    }
}

int config_yaml_parse(const char *text, const char *name, struct sim_memory *memory,
                      const struct config_node **root, struct sim_error *error)
{
    struct reader reader = {.name = name, .memory = memory, .error = error};
    struct config_node *made = NULL;

    *root = NULL;
    if (!yaml_parser_initialize(&reader.parser))
        sim_memory_short();
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, strlen(text));
    int status = read_stream(&reader, &made);
    yaml_parser_delete(&reader.parser);
    if (status == SIM_OK && made == NULL)
        status =
            sim_error_set(error, SIM_USAGE, "%s:1: expected keys and values, found nothing", name);
    if (status == SIM_OK)
        *root = made;
    return status;
}

/* ---- Looking at a tree ----------------------------------------------------------------------- */

const struct config_node *config_node_find(const struct config_node *mapping, const char *key)
{
    const struct config_node *child = mapping->child;
    while (child != NULL && strcmp(child->key, key) != 0)
        child = child->next;
    return child;
}

const char *config_node_found(const struct config_node *node, char found[CONFIG_FOUND_BYTES])
{
    if (node->kind == CONFIG_NODE_LIST)
        snprintf(found, CONFIG_FOUND_BYTES, "a list");
    else if (node->kind == CONFIG_NODE_MAPPING)
        snprintf(found, CONFIG_FOUND_BYTES, "a mapping");
    else if (node->text[0] == '\0')
        snprintf(found, CONFIG_FOUND_BYTES, "nothing");
    else
        snprintf(found, CONFIG_FOUND_BYTES, "'%.40s'", node->text);
    return found;
}
