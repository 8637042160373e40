/*
 * Page hashes of one machine at several times, one file (.h64) for each. A file has a little-endian
 * 64-bit hash for each page, in order of page number. It becomes a window that holds what changed
 * since the file before.
 *
 * The hazard is a file that does not belong to the others: it has another size, was cut short, or
 * is out of order.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "traces/formats/source_format.h"

enum { HASHES_AT_ONCE = 8192 };

struct page_hashes {
    struct tr_source base;
    const char *const *paths;
    const uint64_t *at_ns;
    uint32_t count, next; /* snapshots, and the index of the one that is opened next */
    uint64_t *contents;   /* of every page at the last snapshot; 0: a page of zeroes */
    uint32_t ppn;         /* the next page of the snapshot */
    uint32_t there, used; /* of `hashes`: how many were read, and how many were used */
    uint8_t hashes[HASHES_AT_ONCE * 8];
};

static struct page_hashes *page_hashes_of(struct tr_source *source)
{
    return (struct page_hashes *)(void *)source;
}

/* ---- Begin ------------------------------------------------------------------------------- */

/* Counts the pages of the first snapshot; the others must have as many. */
static int count_pages(struct page_hashes *source, struct sim_error *error)
{
    struct tr_input *input = source->base.input;
    size_t got = 0;
    int status;

    do {
        status = tr_input_read(input, source->hashes, sizeof source->hashes, &got, error);
    } while (status == SIM_OK && got > 0 && tr_input_bytes(input) / 8 <= TR_PAGES_MOST);
    if (status != SIM_OK)
        return status;
    uint64_t total = tr_input_bytes(input);
    if (total == 0 || total % 8 != 0 || total / 8 > TR_PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected 1 to 2^30 hashes of 8 bytes, found %" PRIu64 " bytes",
                             tr_input_path(input), total);
    source->base.header.pages = (uint32_t)(total / 8);
    return SIM_OK;
}

static int page_hashes_begin(struct tr_source *base, const struct tr_source_options *options,
                             struct sim_error *error)
{
    struct page_hashes *source = page_hashes_of(base);

    (void)options;
    int status = count_pages(source, error);
    if (status != SIM_OK)
        return status;
    base->header.carries = TR_CONTENTS | TR_TIME;
    tr_source_describe(base, "wall", "page hashes of snapshots");
    source->contents = calloc(base->header.pages, sizeof *source->contents);
    if (!source->contents)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(base->input));
    source->ppn = base->header.pages; /* no snapshot is open */
    return SIM_OK;
}

/* ---- Snapshot after snapshot ------------------------------------------------------------- */

static int open_snapshot(struct page_hashes *source, struct tr_record *record,
                         struct sim_error *error)
{
    struct tr_input *input;

    if (tr_input_open(source->paths[source->next], &input, error) != SIM_OK)
        return -1;
    tr_input_close(source->base.input);
    source->base.input = input;
    source->ppn = source->there = source->used = 0;
    record->kind = TR_WINDOW;
    record->at_ns = source->at_ns[source->next++];
    return 1;
}

static int read_hashes(struct page_hashes *source, struct sim_error *error)
{
    uint32_t left = source->base.header.pages - source->ppn;

    source->used = 0;
    source->there = left < HASHES_AT_ONCE ? left : HASHES_AT_ONCE;
    return tr_input_read_all(source->base.input, source->hashes, source->there * 8, "page hashes",
                             error);
}

static int check_end(struct page_hashes *source, struct sim_error *error)
{
    const uint8_t *bytes;
    size_t more;
    int status = tr_input_peek(source->base.input, 1, &bytes, &more, error);

    if (status == SIM_OK && more > 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu32 " pages as in the first snapshot, found more",
                             tr_input_path(source->base.input), source->base.header.pages);
    return status;
}

/* Finds the next page that changed. 1: *record is its content; 0: the end of the snapshot; -1. */
static int next_change(struct page_hashes *source, struct tr_record *record,
                       struct sim_error *error)
{
    while (source->ppn < source->base.header.pages) {
        if (source->used == source->there && read_hashes(source, error) != SIM_OK)
            return -1;
        uint64_t hash = tr_get_u64(source->hashes + (size_t)source->used++ * 8);
        uint64_t content = tr_content_of_hash(hash, source->base.header.zero_hash);
        uint32_t ppn = source->ppn++;
        if (source->ppn == source->base.header.pages && check_end(source, error) != SIM_OK)
            return -1;
        if (content == source->contents[ppn])
            continue;
        source->contents[ppn] = content;
        record->kind = TR_CONTENT;
        record->ppn = ppn;
        record->content = content;
        return 1;
    }
    return 0;
}

static int page_hashes_next(struct tr_source *base, struct tr_record *record,
                            struct sim_error *error)
{
    struct page_hashes *source = page_hashes_of(base);
    int found = next_change(source, record, error);

    if (found != 0 || source->next == source->count)
        return found;
    return open_snapshot(source, record, error);
}

static void page_hashes_end(struct tr_source *base)
{
    free(page_hashes_of(base)->contents);
}

static const struct tr_source_format page_hashes = {
    .about = {"page-hashes", "page hashes of a machine at given times (.h64)"},
    .bytes = sizeof(struct page_hashes),
    .begin = page_hashes_begin,
    .next = page_hashes_next,
    .end = page_hashes_end,
};

int tr_source_open_page_hashes(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                               const struct tr_source_options *options, struct tr_source **out,
                               struct sim_error *error)
{
    *out = NULL;
    int status = tr_source_check_times(paths, at_ns, count, "snapshot", error);
    if (status != SIM_OK)
        return status;
    status = tr_source_open_as(&page_hashes, paths[0], options, out, error);
    if (status != SIM_OK)
        return status;
    struct page_hashes *source = page_hashes_of(*out);
    source->paths = paths;
    source->at_ns = at_ns;
    source->count = count;
    return SIM_OK;
}
