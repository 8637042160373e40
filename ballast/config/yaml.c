/*
 * The tree of a YAML text, made from libfyaml's events.
 *
 * libfyaml can build a tree itself, but takes a time that grows with the square of the keys in a
 * mapping and of the anchors, and does not tell the lines of lists and mappings. Its events have
 * neither flaw.
 *
 * The hazard is text made to harm. Depth, keys and anchors are limited; an alias shares the nodes
 * of its anchor, so that aliases of aliases do not multiply; and an anchor is known only behind its
 * value, so that no value holds itself.
 */
#include "ballast/config/yaml.h"

#include <libfyaml.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct anchor {
    const char *name;
    const struct config_node *node;
};

struct reader {
    struct fy_parser *parser;
    struct fy_diag *diag;
    const char *name;
    struct sim_memory *memory;
    struct sim_error *error;
    uint32_t line; /* of the latest event that has one */
    uint32_t depth, anchor_count;
    struct anchor anchors[CONFIG_YAML_ANCHORS_MOST];
};

/* ---- libfyaml -------------------------------------------------------------------------------- */

/* The messages are collected; nothing is to be printed. */
static void drop_message(struct fy_diag *diag, void *user, const char *text, size_t bytes)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)bytes;
}

static int refuse_syntax(struct reader *reader)
{
    void *at = NULL;
    const struct fy_diag_error *wrong = fy_diag_errors_iterate(reader->diag, &at);
    bool has_line = wrong != NULL && wrong->line > 0;
    return sim_error_set(reader->error, SIM_USAGE, "%s:%u: expected YAML, found an error: %s",
                         reader->name, has_line ? (uint32_t)wrong->line : reader->line,
                         wrong != NULL && wrong->msg != NULL ? wrong->msg : "unknown directive");
}

/* The next event, which the caller frees; NULL and SIM_OK at the end of the text. */
static int next_event(struct reader *reader, struct fy_event **event)
{
    *event = fy_parser_parse(reader->parser);
    if (*event == NULL)
        return fy_parser_get_stream_error(reader->parser) ? refuse_syntax(reader) : SIM_OK;
    const struct fy_mark *mark = fy_event_start_mark(*event);
    if (mark != NULL && mark->line >= 0)
        reader->line = (uint32_t)mark->line + 1;
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

static int token_text(struct reader *reader, struct fy_token *token, const char **text)
{
    size_t bytes = 0;
    const char *begin = token != NULL ? fy_token_get_text(token, &bytes) : "";
    if (begin == NULL)
        return sim_error_set(reader->error, SIM_SYSTEM, "%s: no memory", reader->name);
    if (memchr(begin, '\0', bytes) != NULL)
        return refuse(reader, reader->line, NULL, "text", "a NUL byte");
    char *copy = sim_memory_get(reader->memory, bytes + 1);
    memcpy(copy, begin, bytes);
    *text = copy;
    return SIM_OK;
}

static int anchor_add(struct reader *reader, struct fy_token *token, const struct config_node *node)
{
    if (token == NULL)
        return SIM_OK;
    if (reader->anchor_count == CONFIG_YAML_ANCHORS_MOST) {
        char expected[40];
        snprintf(expected, sizeof expected, "at most %u anchors", CONFIG_YAML_ANCHORS_MOST);
        return refuse(reader, node->line, NULL, expected, "more");
    }
    struct anchor *anchor = &reader->anchors[reader->anchor_count++];
    anchor->node = node;
    return token_text(reader, token, &anchor->name);
}

/* An anchor that is given again stands for the later value. */
static int read_alias(struct reader *reader, struct fy_token *token, struct config_node *node)
{
    const char *name;
    char found[CONFIG_FOUND_BYTES];
    int status = token_text(reader, token, &name);
    if (status != SIM_OK)
        return status;
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

static int read_value(struct reader *reader, struct fy_event *event, struct config_node *node);

/* Reads the value that `event` begins as the next child of `parent`, behind `last`. */
static int read_child(struct reader *reader, struct fy_event *event, struct config_node *parent,
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

static int read_key(struct reader *reader, struct fy_event *event, const struct config_node *parent,
                    const char **key)
{
    char text[80];
    if (event->type != FYET_SCALAR)
        return refuse(reader, reader->line, NULL, "a word as key", "something else");
    int status = token_text(reader, event->scalar.value, key);
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

static int read_pair(struct reader *reader, struct fy_event *key_event, struct config_node *parent,
                     struct config_node **last)
{
    const char *key;
    struct fy_event *event;
    int status = read_key(reader, key_event, parent, &key);
    if (status != SIM_OK)
        return status;
    uint32_t line = reader->line;
    status = next_event(reader, &event);
    if (status != SIM_OK || event == NULL)
        return status;
    status = read_child(reader, event, parent, last, key, line);
    fy_parser_event_free(reader->parser, event);
    return status;
}

/* Children until the end of the list or mapping `parent`. */
static int read_children(struct reader *reader, struct config_node *parent)
{
    struct config_node *last = NULL;
    for (;;) {
        struct fy_event *event;
        int status = next_event(reader, &event);
        if (status != SIM_OK || event == NULL)
            return status;
        bool end = event->type == FYET_MAPPING_END || event->type == FYET_SEQUENCE_END;
        if (!end && parent->kind == CONFIG_NODE_MAPPING)
            status = read_pair(reader, event, parent, &last);
        else if (!end)
            status = read_child(reader, event, parent, &last, NULL, reader->line);
        fy_parser_event_free(reader->parser, event);
        if (end || status != SIM_OK)
            return status;
    }
}

static int read_value(struct reader *reader, struct fy_event *event, struct config_node *node)
{
    int status;
    if (event->type == FYET_ALIAS)
        return read_alias(reader, event->alias.anchor, node);
    if (event->type == FYET_SCALAR) {
        status = token_text(reader, event->scalar.value, &node->text);
    } else {
        node->kind = event->type == FYET_MAPPING_START ? CONFIG_NODE_MAPPING : CONFIG_NODE_LIST;
        status = read_children(reader, node);
    }
    if (status != SIM_OK)
        return status;
    return anchor_add(reader, fy_event_get_anchor_token(event), node);
}

/* ---- Documents ------------------------------------------------------------------------------- */

static int read_stream_event(struct reader *reader, struct fy_event *event,
                             struct config_node **root)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return *root == NULL ? SIM_OK
                             : refuse(reader, reader->line, NULL, "one document", "a second");
    case FYET_SCALAR:
    case FYET_ALIAS:
    case FYET_MAPPING_START:
    case FYET_SEQUENCE_START:
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
        struct fy_event *event;
        int status = next_event(reader, &event);
        if (status != SIM_OK || event == NULL)
            return status;
        status = read_stream_event(reader, event, root);
        fy_parser_event_free(reader->parser, event);
        if (status != SIM_OK)
            return status;
    }
}

int config_yaml_parse(const char *text, const char *name, struct sim_memory *memory,
                      const struct config_node **root, struct sim_error *error)
{
    struct reader reader = {.name = name, .memory = memory, .error = error, .line = 1};
    struct fy_diag_cfg messages;
    struct config_node *made = NULL;

    *root = NULL;
    fy_diag_cfg_default(&messages);
    messages.fp = NULL;
    messages.output_fn = drop_message;
    messages.colorize = false;
    reader.diag = fy_diag_create(&messages);
    if (reader.diag == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", name);
    fy_diag_set_collect_errors(reader.diag, true);
    struct fy_parse_cfg settings = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE,
                                    .diag = reader.diag};
    reader.parser = fy_parser_create(&settings);
    int status = SIM_OK;
    if (reader.parser == NULL || fy_parser_set_string(reader.parser, text, strlen(text)) != 0)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", name);
    if (status == SIM_OK)
        status = read_stream(&reader, &made);
    fy_parser_destroy(reader.parser);
    fy_diag_destroy(reader.diag);
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
