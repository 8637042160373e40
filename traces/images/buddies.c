/*
 * Hash traces of UMass Memory Buddies (T. Wood and others, VEE 2009; 2008, skuld.cs.umass.edu). A
 * file has a part in ASCII (operating system, processes), then 32-bit hashes, one for each page,
 * and in some files a Bloom filter, "which can be ignored".
 *
 * The hazard: the public description (readme.txt beside the traces) says neither where the text
 * ends, nor the byte order, nor where the hashes end. This reader does not guess: the user gives
 * offset, order and number of pages, which the reader that comes with the traces tells. Besides,
 * hashes of 32 bits collide, which whoever counts pages must report.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "traces/images/parts.h"
#include "traces/tr.h"

#define HASH_BYTES 4u

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)snapshot;
    return options->buddies.given;
}

static uint32_t hash_at(const uint8_t *at, bool is_big)
{
    return is_big ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]
                  : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static int open_buddies(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                        struct sim_error *error)
{
    uint64_t offset = options->buddies.offset_bytes, pages = options->buddies.pages;

    snapshot->facts.format = "Memory Buddies hashes";
    snapshot->facts.hash_bits = 32;
    snapshot->facts.has_zero_hash = options->has_zero_hash;
    snapshot->facts.zero_hash = options->zero_hash;
    if (pages == 0 && offset < snapshot->file_bytes)
        pages = (snapshot->file_bytes - offset) / HASH_BYTES;
    if (pages == 0 || pages > TR_PAGES_MOST || !snapshot_has(snapshot, offset, pages * HASH_BYTES))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu64 " hashes of 4 bytes from byte %" PRIu64
                             " on, found a file of %" PRIu64 " bytes",
                             snapshot->path, pages ? pages : 1, offset, snapshot->file_bytes);
    if (options->buddies.pages == 0 && (snapshot->file_bytes - offset) % HASH_BYTES != 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected whole hashes of 4 bytes from byte %" PRIu64
                             " to the end, found %" PRIu64 " bytes",
                             snapshot->path, offset, snapshot->file_bytes - offset);
    int status = snapshot_check_pages(snapshot, pages, snapshot->stored_bytes / HASH_BYTES, error);
    if (status != SIM_OK)
        return status;
    snapshot->hashes = malloc(pages * sizeof *snapshot->hashes);
    if (snapshot->hashes == NULL)
        return snapshot_no_memory(snapshot, error);
    for (uint64_t i = 0; i < pages; i++) {
        uint64_t hash =
            hash_at(snapshot->file + offset + i * HASH_BYTES, options->buddies.big_endian);
        bool is_zero = options->has_zero_hash && hash == options->zero_hash;
        snapshot->hashes[i] = is_zero ? 0 : hash + 1; /* 0 is for the page of zeroes alone */
    }
    return snapshot_add_hashes(snapshot, 0, (uint32_t)pages, error);
}

const struct snapshot_format snapshot_buddies = {recognises, open_buddies};
