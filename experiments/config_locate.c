/*
 * Follows keys and list entries by their indentation.
 */
#include "experiments/config_locate.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DEEPEST 16u

struct level {
    uint32_t indent;
    size_t path_length; /* before this level */
    bool list;
    uint32_t entry;
};

struct cursor {
    struct level levels[DEEPEST];
    uint32_t depth;
    char path[256];
};

/* `keep_key`: the entries of a list may stand at the indentation of the list's own key. */
static void close_levels(struct cursor *cursor, uint32_t indent, bool keep_key)
{
    while (cursor->depth > 0) {
        const struct level *top = &cursor->levels[cursor->depth - 1];
        if (top->indent < indent || (top->indent == indent && keep_key))
            return;
        cursor->path[top->path_length] = '\0';
        cursor->depth--;
    }
}

static struct level *open_level(struct cursor *cursor, uint32_t indent, bool list)
{
    struct level *level = &cursor->levels[cursor->depth++];
    *level = (struct level){indent, strlen(cursor->path), list, 0};
    return level;
}

static void append(struct cursor *cursor, size_t at, const char *part, size_t length)
{
    snprintf(cursor->path + at, sizeof cursor->path - at, "%s%.*s", at > 0 ? "." : "", (int)length,
             part);
}

static void take_entry(struct cursor *cursor, uint32_t indent)
{
    char number[12];
    close_levels(cursor, indent, true);
    struct level *level = cursor->depth > 0 ? &cursor->levels[cursor->depth - 1] : NULL;
    if (level != NULL && level->list && level->indent == indent)
        level->entry++;
    else
        level = open_level(cursor, indent, true);
    int length = snprintf(number, sizeof number, "%u", level->entry);
    append(cursor, level->path_length, number, (size_t)length);
}

static void take_key(struct cursor *cursor, uint32_t indent, const char *key, size_t length)
{
    close_levels(cursor, indent, false);
    struct level *level = open_level(cursor, indent, false);
    append(cursor, level->path_length, key, length);
}

struct best {
    uint32_t line;
    size_t length;
};

/* The cursor stands at `path`, or at something that holds it: remember the nearest. */
static void consider(const struct cursor *cursor, const char *path, uint32_t line,
                     struct best *best)
{
    size_t length = strlen(cursor->path);
    bool leads =
        strncmp(cursor->path, path, length) == 0 && (path[length] == '\0' || path[length] == '.');
    if (leads && length > best->length)
        *best = (struct best){line, length};
}

uint32_t config_locate(const char *text, const char *path)
{
    struct cursor cursor = {0};
    struct best best = {1, 0};
    uint32_t line = 1;

    for (const char *at = text; *at != '\0'; line++) {
        const char *begin = at, *end = at + strcspn(at, "\n");
        at += strspn(at, " ");
        while (*at == '-' && strchr(" \n", at[1]) != NULL && cursor.depth < DEEPEST - 1) {
            take_entry(&cursor, (uint32_t)(at - begin));
            consider(&cursor, path, line, &best);
            at++;
            at += strspn(at, " ");
        }
        size_t length = strcspn(at, ": #\n");
        bool key = length > 0 && at[length] == ':' && strchr(" \n", at[length + 1]) != NULL;
        if (key && cursor.depth < DEEPEST) {
            take_key(&cursor, (uint32_t)(at - begin), at, length);
            consider(&cursor, path, line, &best);
        }
        at = *end == '\n' ? end + 1 : end;
    }
    return best.line;
}
