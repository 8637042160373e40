/*
 * A page-touch recording (.pgt) of a QEMU plugin. Numbers are little-endian.
 *
 *     file: "PGTR1" and three zero bytes; u32 pages, u32 instructions in a window, u32 ns for an
 *           instruction, u32 1 if there are hashes; then windows
 *     window: u64 instructions so far, u64 virtual ns, u64 real ns, u32 records, u32 hashes; the
 *           records; the hashes, u64 each, of those records that have one
 *     record: a u32, the page number shifted left by 4, plus 8 if it has a hash, 4 if the page was
 *           executed, 2 if it was written, 1 if it was read
 *
 * The hazard is a false length. A window has at most one record for each page, and its buffer grows
 * only with bytes that were really read.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "traces/formats/source_format.h"

enum {
    HEAD_BYTES = 24,
    WINDOW_HEAD_BYTES = 32,
    HASH_FOLLOWS = 8,
    PAGES_MOST = 1 << 28, /* a record has 28 bits for the page */
    BYTES_AT_ONCE = 1 << 16,
};

struct pgt {
    struct tr_source base;
    bool has_hashes;
    uint64_t windows, last_ns;
    /* The present window. */
    uint64_t window_at; /* offset of its head in the file */
    uint32_t records, hashes, next, hashes_used;
    bool content_follows; /* the touch of record `next` was given out, its content was not yet */
    uint8_t *window;      /* records, then hashes */
    size_t room;
};

static struct pgt *pgt_of(struct tr_source *source)
{
    return (struct pgt *)(void *)source;
}

static bool pgt_matches(const uint8_t *bytes, size_t count)
{
    return count >= 8 && memcmp(bytes, "PGTR1\0\0", 8) == 0;
}

static int pgt_begin(struct tr_source *source, const struct tr_source_options *options,
                     struct sim_error *error)
{
    struct tr_header *header = &source->header;
    struct pgt *pgt = pgt_of(source);
    uint8_t head[HEAD_BYTES];

    (void)options;
    int status = tr_input_read_all(source->input, head, sizeof head, "a header", error);
    if (status != SIM_OK)
        return status;
    uint32_t pages = tr_get_u32(head + 8), hashes = tr_get_u32(head + 20);
    if (!pgt_matches(head, sizeof head))
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected the signature PGTR1, found another",
                             tr_input_path(source->input));
    if (pages == 0 || pages > PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte 8: expected 1 to %d pages, found %" PRIu32,
                             tr_input_path(source->input), PAGES_MOST, pages);
    if (hashes > 1)
        return sim_error_set(error, SIM_BAD_DATA, "%s: byte 20: expected 0 or 1, found %" PRIu32,
                             tr_input_path(source->input), hashes);
    pgt->has_hashes = hashes;
    header->pages = pages;
    header->carries = TR_TOUCHES | TR_WRITES | TR_TIME | (hashes ? TR_CONTENTS : 0);
    header->zero_hash = TR_RECORDER_ZERO_HASH;
    tr_source_describe(source, "guest virtual", "page touches recorded by a QEMU plugin");
    return SIM_OK;
}

/* ---- A window ---------------------------------------------------------------------------- */

/* Sets the error "FILE: window at byte N: ...". Returns -1. */
__attribute__((format(printf, 3, 4))) static int
fail(const struct pgt *pgt, struct sim_error *error, const char *format, ...)
{
    char what[200];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    sim_error_set(error, SIM_BAD_DATA, "%s: window at byte %" PRIu64 ": %s",
                  tr_input_path(pgt->base.input), pgt->window_at, what);
    return -1;
}

static int read_columns(struct pgt *pgt, struct sim_error *error)
{
    size_t bytes = (size_t)pgt->records * 4 + (size_t)pgt->hashes * 8;

    for (size_t have = 0; have < bytes;) {
        size_t piece = bytes - have < BYTES_AT_ONCE ? bytes - have : BYTES_AT_ONCE;
        if (!sim_array_reserve(pgt->window, pgt->room, have + piece)) {
            sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(pgt->base.input));
            return -1;
        }
        if (tr_input_read_all(pgt->base.input, pgt->window + have, piece, "a window", error))
            return -1;
        have += piece;
    }
    return 1;
}

/* Reads the next window. 1: done; *opens says whether it is a window of its own, which ends at
 * *at_ns. 0: the end. -1. */
static int next_window(struct pgt *pgt, bool *opens, uint64_t *at_ns, struct sim_error *error)
{
    uint8_t head[WINDOW_HEAD_BYTES];
    const uint8_t *bytes;
    size_t there;

    pgt->window_at = tr_input_bytes(pgt->base.input);
    if (tr_input_peek(pgt->base.input, 1, &bytes, &there, error) != SIM_OK)
        return -1;
    if (there == 0)
        return 0;
    if (tr_input_read_all(pgt->base.input, head, sizeof head, "a window's head", error) != SIM_OK)
        return -1;
    uint32_t pages = pgt->base.header.pages;
    *at_ns = tr_get_u64(head + 8);
    pgt->records = tr_get_u32(head + 24);
    pgt->hashes = tr_get_u32(head + 28);
    pgt->next = pgt->hashes_used = 0;
    if (pgt->records > pages || pgt->hashes > pgt->records)
        return fail(pgt, error,
                    "expected at most %" PRIu32
                    " records and no more hashes than records, found %" PRIu32 " and %" PRIu32,
                    pages, pgt->records, pgt->hashes);
    if (pgt->hashes > 0 && !pgt->has_hashes)
        return fail(pgt, error, "expected no hashes, as its header says, found %" PRIu32,
                    pgt->hashes);
    /* The last sweep of the recorder is a window with the time of the one before: they are one. */
    *opens = pgt->windows++ == 0 || *at_ns != pgt->last_ns;
    if (*at_ns < pgt->last_ns)
        return fail(pgt, error, "expected a time of at least %" PRIu64 " ns, found %" PRIu64,
                    pgt->last_ns, *at_ns);
    pgt->last_ns = *at_ns;
    return read_columns(pgt, error);
}

/* ---- Its records ------------------------------------------------------------------------- */

static void take_content(struct pgt *pgt, uint32_t word, struct tr_record *record)
{
    const uint8_t *hashes = pgt->window + (size_t)pgt->records * 4;
    uint64_t hash = tr_get_u64(hashes + (size_t)pgt->hashes_used * 8);

    record->kind = TR_CONTENT;
    record->ppn = word >> 4;
    record->content = tr_content_of_hash(hash, TR_RECORDER_ZERO_HASH);
    pgt->hashes_used++;
    pgt->content_follows = false;
    pgt->next++;
}

/* Gives out the next record of the file: a touch, a content, or both. 1; 0: it was neither; -1. */
static int take(struct pgt *pgt, struct tr_record *record, struct sim_error *error)
{
    uint32_t word = tr_get_u32(pgt->window + (size_t)pgt->next * 4);
    bool has_hash = word & HASH_FOLLOWS;
    uint8_t access = word & (TR_READ | TR_WRITE | TR_EXECUTE);

    if (word >> 4 >= pgt->base.header.pages || (has_hash && pgt->hashes_used == pgt->hashes))
        return fail(pgt, error,
                    "record %" PRIu32 ": expected a page below %" PRIu32 " and %" PRIu32
                    " hashes in all, found page %" PRIu32,
                    pgt->next, pgt->base.header.pages, pgt->hashes, word >> 4);
    if (pgt->content_follows || (access == 0 && has_hash)) {
        take_content(pgt, word, record);
        return 1;
    }
    record->kind = TR_TOUCH;
    record->ppn = word >> 4;
    record->access = access;
    pgt->content_follows = has_hash;
    pgt->next += !has_hash;
    return access != 0;
}

static int pgt_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct pgt *pgt = pgt_of(source);

    for (;;) {
        while (pgt->next < pgt->records) {
            int taken = take(pgt, record, error);
            if (taken != 0)
                return taken;
        }
        if (pgt->hashes_used != pgt->hashes)
            return fail(pgt, error, "expected %" PRIu32 " records with a hash, found %" PRIu32,
                        pgt->hashes, pgt->hashes_used);
        bool opens = false;
        int more = next_window(pgt, &opens, &record->at_ns, error);
        if (more <= 0)
            return more;
        if (opens) {
            record->kind = TR_WINDOW;
            return 1;
        }
    }
}

static void pgt_end(struct tr_source *source)
{
    free(pgt_of(source)->window);
}

const struct tr_source_format tr_source_pgt = {
    .about = {"pgt", "page touches of a QEMU guest (.pgt), by an older recorder"},
    .bytes = sizeof(struct pgt),
    .matches = pgt_matches,
    .begin = pgt_begin,
    .next = pgt_next,
    .end = pgt_end,
};
