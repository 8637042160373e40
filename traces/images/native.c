/*
 * The memory of a native trace (.btr) at one moment: the contents of all pages at the end of the
 * last window that ends at that moment or before.
 *
 * The hazards: a trace without contents, a moment before its first window, and a header that claims
 * more pages than the trace names.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "traces/format.h"
#include "traces/images/parts.h"

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)options;
    return snapshot_begins(snapshot, TR_MAGIC, TR_MAGIC_BYTES);
}

struct play {
    struct tr_snapshot *snapshot;
    const struct tr_header *header;
    uint64_t at_ns;
    uint64_t windows, contents, hole_pages;
    uint8_t *holes; /* a bit for each page; NULL: the trace does not carry holes */
};

/* Adds a hole. A page may be in one hole only, which bounds the work by the number of pages. */
static int take_hole(struct play *play, const struct tr_record *record, struct sim_error *error)
{
    for (uint32_t ppn = record->ppn; ppn < record->ppn + record->pages; ppn++) {
        uint8_t bit = (uint8_t)(1 << ppn % 8);
        if (play->holes[ppn / 8] & bit)
            return sim_error_set(error, SIM_BAD_DATA,
                                 "%s: expected each page once in a hole, found page %" PRIu32
                                 " twice",
                                 play->snapshot->path, ppn);
        play->holes[ppn / 8] |= bit;
    }
    play->hole_pages += record->pages;
    return SIM_OK;
}

/* Reads the trace up to the moment, before which its first window must end. */
static int play_trace(struct play *play, struct tr_reader *reader, struct sim_error *error)
{
    struct tr_record record;
    int more;

    while ((more = tr_reader_next(reader, &record, error)) > 0) {
        if (record.kind == TR_WINDOW && record.at_ns > play->at_ns && play->windows == 0)
            return sim_error_set(error, SIM_BAD_DATA,
                                 "%s: expected a window that ends by %.9g s, found %.9g s as the "
                                 "first",
                                 play->snapshot->path, (double)play->at_ns / 1e9,
                                 (double)record.at_ns / 1e9);
        if (record.kind == TR_WINDOW && record.at_ns > play->at_ns)
            return SIM_OK;
        play->windows += record.kind == TR_WINDOW;
        if (record.kind == TR_HOLE && take_hole(play, &record, error) != SIM_OK)
            return SIM_BAD_DATA;
        if (record.kind != TR_CONTENT)
            continue;
        play->snapshot->hashes[record.ppn] = record.content;
        play->contents++;
    }
    return more < 0 ? SIM_BAD_DATA : SIM_OK;
}

static bool is_hole(const struct play *play, uint32_t ppn)
{
    return play->holes != NULL && (play->holes[ppn / 8] >> ppn % 8 & 1);
}

static int lay_out(const struct play *play, struct sim_error *error)
{
    uint32_t pages = play->header->pages;
    int status =
        snapshot_check_pages(play->snapshot, pages - play->hole_pages, play->contents, error);

    if (status == SIM_OK && play->hole_pages == pages)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: expected memory, found holes only",
                               play->snapshot->path);
    for (uint32_t ppn = 0, end; ppn < pages && status == SIM_OK; ppn = end) {
        bool absent = is_hole(play, ppn);
        for (end = ppn + 1; end < pages && is_hole(play, end) == absent; end++)
            continue;
        if (!absent)
            status = snapshot_add_hashes(play->snapshot, ppn, end - ppn, error);
    }
    return status;
}

static int open_trace(struct play *play, struct tr_reader *reader, struct sim_error *error)
{
    struct tr_snapshot *snapshot = play->snapshot;
    const struct tr_header *header = play->header;

    if (tr_header_require(snapshot->path, header, TR_CONTENTS, "a memory image", error) != SIM_OK)
        return SIM_BAD_DATA;
    snapshot->facts.page_bytes = header->page_bytes;
    snapshot->facts.zero_hash = header->zero_hash;
    snapshot->hashes = calloc(header->pages, sizeof *snapshot->hashes);
    if (header->carries & TR_HOLES)
        play->holes = calloc(header->pages / 8 + 1, 1);
    if (snapshot->hashes == NULL || ((header->carries & TR_HOLES) && play->holes == NULL))
        return snapshot_no_memory(snapshot, error);
    int status = play_trace(play, reader, error);
    return status == SIM_OK ? lay_out(play, error) : status;
}

static int open_native(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                       struct sim_error *error)
{
    struct tr_reader *reader;

    snapshot->facts.format = "native trace";
    snapshot->facts.hash_bits = 64;
    snapshot->facts.has_moments = true;
    snapshot->facts.has_zero_hash = true;
    int status = tr_reader_open(snapshot->path, &reader, error);
    if (status != SIM_OK)
        return status;
    struct play play = {
        .snapshot = snapshot, .header = tr_reader_header(reader), .at_ns = options->at_ns};
    status = open_trace(&play, reader, error);
    free(play.holes);
    tr_reader_close(reader);
    return status;
}

const struct snapshot_format snapshot_native = {recognises, open_native};
