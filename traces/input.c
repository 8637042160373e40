/*
 * A recorder's file as a stream of bytes, uncompressed on the way.
 *
 * The hazard is a compressed file that is cut short: zstd hands out what it has and only the state
 * of the frame says that more should have come.
 */
#include "traces/input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

struct tr_input {
    char *path;
    FILE *file;
    ZSTD_DStream *stream; /* NULL: the file is not compressed */
    bool frame_open;      /* the frame has not ended yet */
    uint64_t bytes;
    ZSTD_inBuffer packed;
    uint8_t buffer[1 << 17];
};

static int system_error(const char *path, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
}

/* Fetches the next piece of the file; packed.size is 0 at its end. */
static int refill(struct tr_input *input, struct sim_error *error)
{
    input->packed.pos = 0;
    input->packed.size = fread(input->buffer, 1, sizeof input->buffer, input->file);
    if (ferror(input->file))
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", input->path,
                             strerror(errno));
    return SIM_OK;
}

static int begin(struct tr_input *input, const char *path, struct sim_error *error)
{
    static const uint8_t zstd_magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

    input->path = strdup(path);
    if (!input->path)
        return system_error(path, error);
    input->file = fopen(path, "rbe");
    if (!input->file)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", path, strerror(errno));
    input->packed.src = input->buffer;
    int status = refill(input, error);
    if (status != SIM_OK || input->packed.size < sizeof zstd_magic ||
        memcmp(input->buffer, zstd_magic, sizeof zstd_magic) != 0)
        return status;
    input->stream = ZSTD_createDStream();
    return input->stream ? SIM_OK : system_error(path, error);
}

int tr_input_open(const char *path, struct tr_input **out, struct sim_error *error)
{
    struct tr_input *input = calloc(1, sizeof *input);

    *out = NULL;
    if (!input)
        return system_error(path, error);
    int status = begin(input, path, error);
    if (status == SIM_OK)
        *out = input;
    else
        tr_input_close(input);
    return status;
}

void tr_input_close(struct tr_input *input)
{
    if (!input)
        return;
    if (input->file)
        fclose(input->file);
    ZSTD_freeDStream(input->stream);
    free(input->path);
    free(input);
}

/* Moves what is in the buffer on to `to`, uncompressed if need be. */
static int take(struct tr_input *input, ZSTD_outBuffer *to, struct sim_error *error)
{
    if (!input->stream) {
        size_t there = input->packed.size - input->packed.pos, room = to->size - to->pos;
        size_t count = there < room ? there : room;
        memcpy((uint8_t *)to->dst + to->pos, input->buffer + input->packed.pos, count);
        input->packed.pos += count;
        to->pos += count;
        return SIM_OK;
    }
    if (!input->frame_open && input->packed.pos == input->packed.size)
        return SIM_OK; /* asking for another frame would look as if one had begun */
    size_t hint = ZSTD_decompressStream(input->stream, to, &input->packed);
    if (ZSTD_isError(hint))
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot uncompress: %s", input->path,
                             ZSTD_getErrorName(hint));
    input->frame_open = hint != 0;
    return SIM_OK;
}

int tr_input_read(struct tr_input *input, void *to, size_t wanted, size_t *got,
                  struct sim_error *error)
{
    ZSTD_outBuffer out = {to, wanted, 0};
    int status = SIM_OK;

    while (status == SIM_OK && out.pos < wanted) {
        size_t before = out.pos;
        status = take(input, &out, error);
        if (status != SIM_OK || out.pos > before || input->packed.pos < input->packed.size)
            continue;
        status = refill(input, error);
        if (status == SIM_OK && input->packed.size == 0)
            break;
    }
    *got = out.pos;
    input->bytes += out.pos;
    if (status == SIM_OK && out.pos < wanted && input->frame_open)
        return sim_error_set(error, SIM_BAD_DATA, "%s: the zstd frame is cut short", input->path);
    return status;
}

int tr_input_read_all(struct tr_input *input, void *to, size_t wanted, const char *what,
                      struct sim_error *error)
{
    size_t got;
    uint64_t at = input->bytes;
    int status = tr_input_read(input, to, wanted, &got, error);

    if (status == SIM_OK && got < wanted)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64 ": expected %zu bytes of %s, found %zu",
                             input->path, at, wanted, what, got);
    return status;
}

uint64_t tr_input_bytes(const struct tr_input *input)
{
    return input->bytes;
}
