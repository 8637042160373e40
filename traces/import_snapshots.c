/*
 * Snapshots of a VM's page hashes (.h64: one little-endian 64-bit hash per page, in order of page
 * number) become a trace: a window for each, holding what changed since the one before.
 *
 * The hazard is a snapshot that does not belong: of another size, cut short, or out of order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/format.h"
#include "traces/input.h"

#define HASHES_AT_ONCE 8192u

struct import {
    struct tr_writer *writer;
    uint64_t zero_hash;
    uint64_t *contents; /* of every page, as of the last snapshot; 0 = zeroes */
    uint32_t pages;
};

/* How many pages the first snapshot has; the others must have as many. */
static int count_pages(const char *path, uint32_t *pages, struct sim_error *error)
{
    uint8_t bytes[HASHES_AT_ONCE];
    struct tr_input *input;
    size_t got = 0;
    int status = tr_input_open(path, &input, error);

    if (status != SIM_OK)
        return status;
    do {
        status = tr_input_read(input, bytes, sizeof bytes, &got, error);
    } while (status == SIM_OK && got > 0 && tr_input_bytes(input) / 8 <= TR_PAGES_MOST);
    uint64_t total = tr_input_bytes(input);
    tr_input_close(input);
    if (status != SIM_OK)
        return status;
    if (total == 0 || total % 8 != 0 || total / 8 > TR_PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected 1 to 2^30 hashes of 8 bytes, found %" PRIu64 " bytes",
                             path, total);
    *pages = (uint32_t)(total / 8);
    return SIM_OK;
}

/* Writes what differs from before in `count` pages from `ppn` on. */
static int put_changes(struct import *import, const uint8_t *hashes, uint32_t ppn, uint32_t count,
                       struct sim_error *error)
{
    struct tr_record record = {.kind = TR_CONTENT};
    int status = SIM_OK;

    for (uint32_t i = 0; status == SIM_OK && i < count; i++) {
        uint64_t *content = &import->contents[ppn + i];
        record.ppn = ppn + i;
        record.content = tr_content_of_hash(tr_get_u64(hashes + 8 * i), import->zero_hash);
        if (record.content == *content)
            continue;
        *content = record.content;
        status = tr_writer_put(import->writer, &record, error);
    }
    return status;
}

static int put_snapshot(struct import *import, struct tr_input *input, const char *path,
                        uint64_t at_ns, struct sim_error *error)
{
    uint8_t hashes[HASHES_AT_ONCE * 8];
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = at_ns};
    size_t got = 0;
    int status = tr_writer_put(import->writer, &window, error);

    for (uint32_t ppn = 0; status == SIM_OK && ppn < import->pages;) {
        uint32_t left = import->pages - ppn;
        uint32_t count = left < HASHES_AT_ONCE ? left : HASHES_AT_ONCE;
        status = tr_input_read_all(input, hashes, count * 8, "page hashes", error);
        if (status == SIM_OK)
            status = put_changes(import, hashes, ppn, count, error);
        ppn += count;
    }
    if (status == SIM_OK)
        status = tr_input_read(input, hashes, 1, &got, error);
    if (status == SIM_OK && got > 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu32 " pages as in the first snapshot, found more",
                             path, import->pages);
    return status;
}

static int put_all(struct import *import, const char *const *paths, const uint64_t *at_ns,
                   uint32_t count, struct sim_error *error)
{
    int status = SIM_OK;

    for (uint32_t i = 0; status == SIM_OK && i < count; i++) {
        struct tr_input *input;
        status = tr_input_open(paths[i], &input, error);
        if (status == SIM_OK)
            status = put_snapshot(import, input, paths[i], at_ns[i], error);
        tr_input_close(input);
    }
    return status;
}

int tr_import_snapshots(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                        uint64_t zero_hash, const char *source, const char *out,
                        struct sim_error *error)
{
    struct import import = {.zero_hash = zero_hash};
    struct tr_header header = {
        .page_bytes = 4096, .carries = TR_CONTENTS, .zero_hash = zero_hash, .clock = "wall"};

    for (uint32_t i = 1; i < count; i++) {
        if (at_ns[i] <= at_ns[i - 1])
            return sim_error_set(error, SIM_USAGE, "%s: expected a time after %.9g s, found %.9g",
                                 paths[i], (double)at_ns[i - 1] / 1e9, (double)at_ns[i] / 1e9);
    }
    if (count == 0)
        return sim_error_set(error, SIM_USAGE, "%s: expected at least one snapshot", out);
    int status = count_pages(paths[0], &import.pages, error);
    if (status != SIM_OK)
        return status;
    header.pages = import.pages;
    snprintf(header.source, sizeof header.source, "%s", source);
    import.contents = calloc(import.pages, sizeof *import.contents);
    if (!import.contents)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", out);
    status = tr_writer_open(out, &header, &import.writer, error);
    if (status == SIM_OK)
        status = put_all(&import, paths, at_ns, count, error);
    if (status == SIM_OK)
        status = tr_writer_close(import.writer, error);
    else
        tr_writer_abandon(import.writer);
    free(import.contents);
    return status;
}
