/*
 * A list of page hashes (.h64, .h64.zst): one little-endian 64-bit hash for each page, in order of
 * page number from 0.
 *
 * The hazards: the format has no signature, so the name of the file must tell it. The key of the
 * hashes is not in the file either; the hash of the page of zeroes stands for it. And a small
 * compressed file may hold a very long list.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "traces/format.h"
#include "traces/images/parts.h"
#include "traces/input.h"

#define BLOCK_HASHES 8192u

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    return options->hashes || ends_with(snapshot->path, ".h64") ||
           ends_with(snapshot->path, ".h64.zst");
}

static int read_hashes(struct tr_snapshot *snapshot, struct tr_input *input, uint64_t *pages,
                       struct sim_error *error)
{
    uint64_t zero_hash = snapshot->facts.zero_hash;
    size_t room = 0;
    uint8_t block[BLOCK_HASHES * 8];
    size_t got = 0;
    int status;

    do {
        status = tr_input_read(input, block, sizeof block, &got, error);
        if (status == SIM_OK && got % 8 != 0)
            status = sim_error_set(error, SIM_BAD_DATA,
                                   "%s: expected hashes of 8 bytes, found %" PRIu64 " bytes",
                                   snapshot->path, tr_input_bytes(input));
        if (status == SIM_OK)
            status =
                snapshot_check_pages(snapshot, *pages + got / 8, snapshot->stored_bytes / 8, error);
        if (status == SIM_OK && !sim_array_reserve(snapshot->hashes, room, *pages + got / 8))
            status = snapshot_no_memory(snapshot, error);
        for (size_t i = 0; status == SIM_OK && i < got / 8; i++)
            snapshot->hashes[(*pages)++] = tr_content_of_hash(tr_get_u64(block + 8 * i), zero_hash);
    } while (status == SIM_OK && got == sizeof block);
    return status;
}

static int open_hashes(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                       struct sim_error *error)
{
    struct tr_input *input;
    uint64_t pages = 0;

    snapshot->facts.format = "page hashes";
    snapshot->facts.hash_bits = 64;
    snapshot->facts.has_zero_hash = true;
    snapshot->facts.zero_hash = options->has_zero_hash ? options->zero_hash : TR_RECORDER_ZERO_HASH;
    int status = tr_input_open(snapshot->path, &input, error);
    if (status != SIM_OK)
        return status;
    status = read_hashes(snapshot, input, &pages, error);
    tr_input_close(input);
    if (status == SIM_OK && pages == 0)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: expected page hashes, found none",
                               snapshot->path);
    return status != SIM_OK ? status : snapshot_add_hashes(snapshot, 0, (uint32_t)pages, error);
}

const struct snapshot_format snapshot_hashes = {recognises, open_hashes};
