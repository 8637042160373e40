/*
 * Images of LiME and of other programs that write its format. Each range of physical memory has a
 * packed little-endian header of 32 bytes (magic, version, first byte, last byte, reserved), then
 * its bytes. The source is LiME's documentation.
 *
 * The hazards: the last byte is inclusive; a wrong length shows only as a wrong magic of the next
 * range; ranges may end in the middle of a page. LiME's modes `raw` and `padded` have no headers at
 * all: see raw.c.
 */
#include <inttypes.h>

#include "traces/format.h"
#include "traces/images/parts.h"

#define MAGIC   UINT32_C(0x4c694d45)
#define VERSION 1u

enum { AT_VERSION = 4, AT_FIRST = 8, AT_LAST = 16, HEADER_BYTES = 32 };

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)options;
    return snapshot_has(snapshot, 0, 4) && tr_get_u32(snapshot->file) == MAGIC;
}

static int read_range(struct tr_snapshot *snapshot, uint64_t number, uint64_t *offset,
                      uint64_t *next_address, struct sim_error *error)
{
    if (!snapshot_has(snapshot, *offset, HEADER_BYTES))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64 ": expected the 32 bytes of a LiME header, found "
                             "%" PRIu64,
                             snapshot->path, *offset, snapshot->file_bytes - *offset);
    const uint8_t *header = snapshot->file + *offset;
    uint32_t magic = tr_get_u32(header), version = tr_get_u32(header + AT_VERSION);
    uint64_t first = tr_get_u64(header + AT_FIRST), last = tr_get_u64(header + AT_LAST);

    if (magic != MAGIC || version != VERSION)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64
                             ": expected a LiME header (0x4c694d45, version 1), "
                             "found 0x%" PRIx32 ", version %" PRIu32,
                             snapshot->path, *offset, magic, version);
    if (last < first || first < *next_address || last == UINT64_MAX)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64 ": expected a range from 0x%" PRIx64
                             " on, found 0x%" PRIx64 " to 0x%" PRIx64,
                             snapshot->path, *offset, *next_address, first, last);
    *offset += HEADER_BYTES;
    if (!snapshot_has(snapshot, *offset, last - first + 1))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte %" PRIu64 ": expected %" PRIu64 " bytes of memory, found "
                             "%" PRIu64,
                             snapshot->path, *offset, last - first + 1,
                             snapshot->file_bytes - *offset);
    struct snapshot_piece piece = {first, last - first + 1, snapshot->file + *offset};
    *offset += piece.bytes;
    *next_address = last + 1;
    return snapshot_add_stored(snapshot, "range", number, piece, error);
}

static int open_lime(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                     struct sim_error *error)
{
    uint64_t offset = 0, next_address = 0;
    int status = SIM_OK;

    (void)options;
    snapshot->facts.format = "LiME image";
    for (uint64_t i = 0; status == SIM_OK && offset < snapshot->file_bytes; i++)
        status = read_range(snapshot, i, &offset, &next_address, error);
    return status;
}

const struct snapshot_format snapshot_lime = {recognises, open_lime};
