/*
 * Sizes of memory. The hazard is a size in bytes where a page is an object of unknown size: there
 * is no default for that.
 */
#include "ballast/replay/memory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/quantity_read.h"

static bool is_word(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool read_one(char *text, struct replay_memory *memory)
{
    static const char *const pages[] = {"", "page", "pages", NULL};
    size_t length = sim_quantity_number_length(text);
    const char *unit = text + length + strspn(text + length, " ");

    if (length == 0)
        return false;
    memory->unit = is_word(unit, pages)     ? REPLAY_PAGES
                   : strcmp(unit, "%") == 0 ? REPLAY_PERCENT
                                            : REPLAY_BYTES;
    if (memory->unit != REPLAY_BYTES)
        text[length] = '\0';
    return sim_quantity_read(text, memory->unit == REPLAY_BYTES ? "B" : "", &memory->value) ==
               SIM_QUANTITY_OK &&
           memory->value > 0;
}

int replay_memories_read(const char *text, struct replay_memories *memories,
                         struct sim_error *error)
{
    memories->count = 0;
    for (const char *at = text;; at++) {
        struct replay_memory memory = {.text = at, .length = (uint32_t)strcspn(at, ",")};
        char copy[40];
        snprintf(copy, sizeof copy, "%.*s", (int)memory.length, at);
        if (memory.length >= sizeof copy || !read_one(copy, &memory) ||
            (memory.unit == REPLAY_PERCENT && memory.value > 100) ||
            (memory.unit == REPLAY_PAGES && memory.value != floor(memory.value)))
            return sim_error_set(error, SIM_USAGE,
                                 "--memory: expected a size above 0, such as 10%%, 512MB, 1GB or "
                                 "4096 (pages), found '%.*s'",
                                 (int)memory.length, at);
        if (memories->count == REPLAY_MEMORIES_MOST)
            return sim_error_set(error, SIM_USAGE,
                                 "--memory: expected at most %u sizes, found more",
                                 REPLAY_MEMORIES_MOST);
        memories->at[memories->count++] = memory;
        at += memory.length;
        if (*at == '\0')
            return SIM_OK;
    }
}

bool replay_memories_have(const struct replay_memories *memories, enum replay_unit unit)
{
    for (uint32_t i = 0; i < memories->count; i++)
        if (memories->at[i].unit == unit)
            return true;
    return false;
}

int replay_memories_resolve(struct replay_memories *memories, uint32_t page_bytes,
                            uint32_t distinct, const char *path, struct sim_error *error)
{
    for (uint32_t i = 0; i < memories->count; i++) {
        struct replay_memory *memory = &memories->at[i];
        double pages = memory->value;
        if (memory->unit == REPLAY_BYTES && page_bytes == 0)
            return sim_error_set(error, SIM_USAGE,
                                 "--memory %.*s: expected percent or pages, because a page of %s "
                                 "is an object of unknown size; --page-bytes N gives it one",
                                 (int)memory->length, memory->text, path);
        if (memory->unit == REPLAY_BYTES)
            pages /= page_bytes;
        else if (memory->unit == REPLAY_PERCENT)
            pages = pages * distinct / 100;
        if (pages < 1)
            return sim_error_set(error, SIM_USAGE,
                                 "--memory %.*s: expected at least one page, found %.4g",
                                 (int)memory->length, memory->text, pages);
        if (distinct > 0 ? pages > distinct : pages > UINT32_C(1) << 30)
            return sim_error_set(error, SIM_USAGE,
                                 "--memory %.*s: expected at most the %u pages that %s touches, "
                                 "found %.0f",
                                 (int)memory->length, memory->text,
                                 distinct > 0 ? distinct : UINT32_C(1) << 30, path, floor(pages));
        memory->pages = (uint32_t)pages;
    }
    return SIM_OK;
}
