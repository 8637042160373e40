/*
 * A page-touch recording of QEMU's plugin (.pgt) becomes a trace.
 *
 * All little-endian: "PGTR1" and three zero bytes; u32 pages, instructions per window, ns per
 * instruction, 1 if there are hashes. Then windows: u64 instructions so far, u64 virtual ns, u64
 * real ns, u32 records, u32 hashes; the records, u32 each: page << 4 | hash follows 8 | executed 4
 * | written 2 | read 1; then the u64 hashes of the records that have one.
 *
 * The hazard: the lengths come from the file. A window has at most one record per page, and its
 * buffer grows only as bytes really arrive.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/format.h"
#include "traces/input.h"

enum {
    HEAD_BYTES = 24,
    WINDOW_HEAD_BYTES = 32,
    HASH_FOLLOWS = 8,
    PAGES_MOST = 1 << 28, /* a record has 28 bits for the page */
    BYTES_AT_ONCE = 1 << 16,
};

struct import {
    const char *path;
    struct tr_input *input;
    struct tr_writer *writer;
    uint32_t pages;
    bool has_hashes;
    uint64_t windows, last_ns;
    uint8_t *window; /* records, then hashes */
    size_t room;
};

static int read_head(struct import *import, struct tr_header *header, struct sim_error *error)
{
    uint8_t head[HEAD_BYTES];
    size_t got;
    int status = tr_input_read(import->input, head, sizeof head, &got, error);

    if (status != SIM_OK)
        return status;
    if (got < sizeof head || memcmp(head, "PGTR1\0\0", 8) != 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: not a page-touch recording", import->path);
    import->pages = tr_get_u32(head + 8);
    uint32_t hashes = tr_get_u32(head + 20);
    if (import->pages == 0 || import->pages > PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte 8: expected 1 to %d pages, found %" PRIu32, import->path,
                             PAGES_MOST, import->pages);
    if (hashes > 1)
        return sim_error_set(error, SIM_BAD_DATA, "%s: byte 20: expected 0 or 1, found %" PRIu32,
                             import->path, hashes);
    import->has_hashes = hashes;
    header->pages = import->pages;
    header->carries = TR_TOUCHES | (hashes ? TR_CONTENTS : 0);
    return SIM_OK;
}

/* Reads `bytes` bytes of a window into import->window. */
static int read_window(struct import *import, size_t bytes, struct sim_error *error)
{
    for (size_t have = 0; have < bytes;) {
        size_t piece = bytes - have < BYTES_AT_ONCE ? bytes - have : BYTES_AT_ONCE;
        if (import->room < have + piece) {
            size_t room = import->room + import->room / 2 + BYTES_AT_ONCE;
            uint8_t *window = realloc(import->window, room);
            if (!window)
                return sim_error_set(error, SIM_SYSTEM, "%s: no memory", import->path);
            import->window = window;
            import->room = room;
        }
        int status =
            tr_input_read_all(import->input, import->window + have, piece, "a window", error);
        if (status != SIM_OK)
            return status;
        have += piece;
    }
    return SIM_OK;
}

/* One record: a touch, a content, or both. */
static int put_record(struct import *import, uint32_t word, const uint8_t *hash,
                      struct sim_error *error)
{
    struct tr_record record = {.ppn = word >> 4, .access = word & 7};
    int status = SIM_OK;

    if (record.access != 0) {
        record.kind = TR_TOUCH;
        status = tr_writer_put(import->writer, &record, error);
    }
    if (status == SIM_OK && hash) {
        record.kind = TR_CONTENT;
        record.content = tr_content_of_hash(tr_get_u64(hash), TR_RECORDER_ZERO_HASH);
        status = tr_writer_put(import->writer, &record, error);
    }
    return status;
}

static int put_window(struct import *import, const uint8_t *head, uint64_t at,
                      struct sim_error *error)
{
    uint32_t records = tr_get_u32(head + 24), hashes = tr_get_u32(head + 28), used = 0;
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = tr_get_u64(head + 8)};

    if (records > import->pages || hashes > records)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: window at byte %" PRIu64 ": expected at most %" PRIu32
                             " records and no more hashes than records, found %" PRIu32
                             " and %" PRIu32,
                             import->path, at, import->pages, records, hashes);
    if (hashes > 0 && !import->has_hashes)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: window at byte %" PRIu64
                             ": expected no hashes, as its header says, found %" PRIu32,
                             import->path, at, hashes);
    /* The recorder's last sweep comes as a window at the time of the one before: one window. */
    bool begins = import->windows++ == 0 || window.at_ns != import->last_ns;
    if (window.at_ns < import->last_ns)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: window at byte %" PRIu64 ": expected a time of at least %" PRIu64
                             " ns, found %" PRIu64,
                             import->path, at, import->last_ns, window.at_ns);
    import->last_ns = window.at_ns;
    int status = read_window(import, (size_t)records * 4 + (size_t)hashes * 8, error);
    if (status == SIM_OK && begins)
        status = tr_writer_put(import->writer, &window, error);
    for (uint32_t i = 0; status == SIM_OK && i < records; i++) {
        uint32_t word = tr_get_u32(import->window + (size_t)i * 4);
        bool follows = word & HASH_FOLLOWS;
        if (word >> 4 >= import->pages || (follows && used == hashes))
            return sim_error_set(error, SIM_BAD_DATA,
                                 "%s: window at byte %" PRIu64 ": record %" PRIu32
                                 ": expected a page below %" PRIu32 " and %" PRIu32
                                 " hashes in all, found page %" PRIu32,
                                 import->path, at, i, import->pages, hashes, word >> 4);
        const uint8_t *hash = import->window + (size_t)records * 4 + (size_t)used * 8;
        status = put_record(import, word, follows ? hash : NULL, error);
        used += follows;
    }
    if (status == SIM_OK && used != hashes)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: window at byte %" PRIu64 ": expected %" PRIu32
                             " records with a hash, found %" PRIu32,
                             import->path, at, hashes, used);
    return status;
}

static int put_all(struct import *import, struct sim_error *error)
{
    uint8_t head[WINDOW_HEAD_BYTES];

    for (;;) {
        uint64_t at = tr_input_bytes(import->input);
        size_t got;
        int status = tr_input_read(import->input, head, sizeof head, &got, error);
        if (status == SIM_OK && got == 0)
            return SIM_OK;
        if (status == SIM_OK && got < sizeof head)
            return sim_error_set(error, SIM_BAD_DATA,
                                 "%s: byte %" PRIu64 ": expected a window's head of %d bytes, "
                                 "found %zu",
                                 import->path, at, WINDOW_HEAD_BYTES, got);
        if (status == SIM_OK)
            status = put_window(import, head, at, error);
        if (status != SIM_OK)
            return status;
    }
}

int tr_import_pgt(const char *path, const char *source, const char *out, struct sim_error *error)
{
    struct import import = {.path = path};
    struct tr_header header = {
        .page_bytes = 4096, .zero_hash = TR_RECORDER_ZERO_HASH, .clock = "guest virtual"};
    int status = tr_input_open(path, &import.input, error);

    if (status != SIM_OK)
        return status;
    snprintf(header.source, sizeof header.source, "%s", source);
    status = read_head(&import, &header, error);
    if (status == SIM_OK)
        status = tr_writer_open(out, &header, &import.writer, error);
    if (status == SIM_OK)
        status = put_all(&import, error);
    if (status == SIM_OK)
        status = tr_writer_close(import.writer, error);
    else
        tr_writer_abandon(import.writer);
    tr_input_close(import.input);
    free(import.window);
    return status;
}
