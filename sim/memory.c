/*
 * Each piece of memory is a block of its own in a list, which is freed as a whole.
 */
#include "sim/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct sim_memory_block {
    struct sim_memory_block *next;
    max_align_t bytes[];
};

void *sim_memory_get(struct sim_memory *memory, size_t bytes)
{
    struct sim_memory_block *block = calloc(1, sizeof *block + bytes);
    assert(block != NULL);
    block->next = memory->blocks;
    memory->blocks = block;
    return block->bytes;
}

const char *sim_memory_text(struct sim_memory *memory, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    assert(length >= 0);
    char *text = sim_memory_get(memory, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void sim_memory_free(struct sim_memory *memory)
{
    while (memory->blocks != NULL) {
        struct sim_memory_block *block = memory->blocks;
        memory->blocks = block->next;
        free(block);
    }
}
