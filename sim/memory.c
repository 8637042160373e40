/*
 * Each piece of memory is a block of its own in a list, which is freed as a whole.
 */
#include "sim/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/array.h"
#include "sim/error.h"

/* Not exit(), which may be in the middle of what it would clean up. */
_Noreturn void sim_memory_short(void)
{
    dprintf(STDERR_FILENO, "ballast: expected a little more memory, found none left\n");
    _exit(SIM_SYSTEM);
}

void *sim_memory_need(void *block)
{
    if (block == NULL)
        sim_memory_short();
    return block;
}

/* ---- Streams ----------------------------------------------------------------------------- */

struct stream {
    char **text;
    size_t *bytes, room;
};

static ssize_t stream_write(void *cookie, const char *bytes, size_t count)
{
    struct stream *stream = cookie;
    sim_array_need(*stream->text, stream->room, *stream->bytes + count + 1);
    memcpy(*stream->text + *stream->bytes, bytes, count);
    *stream->bytes += count;
    (*stream->text)[*stream->bytes] = '\0';
    return (ssize_t)count;
}

static int stream_close(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *sim_memory_stream(char **text, size_t *bytes)
{
    struct stream *stream = sim_memory_need(calloc(1, sizeof *stream));
    *stream = (struct stream){.text = text, .bytes = bytes};
    *text = NULL;
    *bytes = 0;
    stream_write(stream, "", 0);
    return sim_memory_need(fopencookie(
        stream, "w", (cookie_io_functions_t){.write = stream_write, .close = stream_close}));
}

/* ---- Blocks that are freed together ------------------------------------------------------ */

struct sim_memory_block {
    struct sim_memory_block *next;
    max_align_t bytes[];
};

void *sim_memory_get(struct sim_memory *memory, size_t bytes)
{
    struct sim_memory_block *block = sim_memory_need(calloc(1, sizeof *block + bytes));
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
