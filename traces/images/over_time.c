/*
 * Memory images as a recording. An image is open only while its window is read.
 *
 * The hazard is an image that does not belong to the others: it has another size, other holes, or
 * is of another kind.
 */
#include "traces/images/over_time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/formats/source_format.h"

struct images {
    struct tr_source base;
    const char *const *paths;
    const uint64_t *at_ns;
    uint32_t count, next; /* images, and the index of the one that is opened next */
    struct tr_snapshot_options options;
    const struct tr_page_key *key;
    struct tr_snapshot *snapshot; /* the image that is open */
    struct tr_snapshot *first;    /* kept open, to compare the pages of the others */
    const struct tr_extent *extents;
    uint32_t extent_count, extent;
    uint32_t page;      /* the next page of the extent */
    bool hole_is_told;  /* the hole before the extent was given out, in the first window */
    uint64_t *contents; /* of every page in the last image; 0: a page of zeroes */
};

static struct images *images_of(struct tr_source *source)
{
    return (struct images *)(void *)source;
}

static int images_begin(struct tr_source *base, const struct tr_source_options *options,
                        struct sim_error *error)
{
    (void)options, (void)error;
    base->header.carries = TR_CONTENTS | TR_HOLES | TR_TIME;
    return SIM_OK;
}

static void images_end(struct tr_source *base)
{
    struct images *images = images_of(base);

    if (images->snapshot != images->first)
        tr_snapshot_close(images->snapshot);
    tr_snapshot_close(images->first);
    free(images->contents);
}

/* ---- Image after image ------------------------------------------------------------------- */

static bool are_alike(const struct tr_snapshot *a, const struct tr_snapshot *b)
{
    const struct tr_snapshot_facts *x = tr_snapshot_facts(a), *y = tr_snapshot_facts(b);

    return x->page_bytes == y->page_bytes && x->hash_bits == y->hash_bits &&
           x->zero_hash == y->zero_hash;
}

/* Says whether two images have the same pages, however these are grouped in extents. */
static bool have_the_same_pages(const struct tr_snapshot *a, const struct tr_snapshot *b)
{
    uint32_t a_count, b_count, i = 0, j = 0;
    const struct tr_extent *as = tr_snapshot_extents(a, &a_count);
    const struct tr_extent *bs = tr_snapshot_extents(b, &b_count);

    while (i < a_count && j < b_count) {
        uint64_t a_end = as[i].ppn + as[i].pages, b_end = bs[j].ppn + bs[j].pages;
        if (as[i].ppn - as[i].index != bs[j].ppn - bs[j].index)
            return false;
        i += a_end <= b_end;
        j += b_end <= a_end;
    }
    return i == a_count && j == b_count;
}

static int check_image(const struct images *images, const char *path, struct sim_error *error)
{
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(images->snapshot);

    if (facts->highest_ppn >= TR_PAGES_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected pages below 2^30, found one at 0x%" PRIx64, path,
                             facts->highest_ppn);
    if (facts->hash_bits == 0 && images->key == NULL)
        return sim_error_set(
            error, SIM_USAGE,
            "%s: expected a key for its bytes (--key TEXT, the same for all that is "
            "to be compared), found none",
            path);
    if (images->first != NULL && !are_alike(images->first, images->snapshot))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected an image of the kind of %s, found another", path,
                             images->paths[0]);
    if (images->first != NULL && !have_the_same_pages(images->first, images->snapshot))
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected the pages of the first image, found others; --holes zero "
            "counts those in holes of sparse files as zeroes",
            path);
    return SIM_OK;
}

static int open_image(struct images *images, struct sim_error *error)
{
    const char *path = images->paths[images->next];

    if (images->snapshot != images->first)
        tr_snapshot_close(images->snapshot);
    images->snapshot = NULL;
    images->options.at_ns = images->at_ns[images->next]; /* the moment of a native trace */
    int status = tr_snapshot_open(path, &images->options, &images->snapshot, error);
    if (status == SIM_OK)
        status = check_image(images, path, error);
    if (status != SIM_OK)
        return status;
    const struct tr_notes *notes = tr_snapshot_notes(images->snapshot);
    for (unsigned i = 0; i < notes->count; i++)
        tr_notes_add(&images->base.notes, "%.60s: %.230s", path, notes->text[i]);
    images->extents = tr_snapshot_extents(images->snapshot, &images->extent_count);
    images->extent = images->page = 0;
    images->next++;
    return SIM_OK;
}

static uint64_t content_of(const struct images *images, const struct tr_extent *extent)
{
    if (extent->hashes != NULL)
        return extent->hashes[images->page];
    return extent->bytes == NULL
               ? 0
               : tr_content_of_hash(
                     tr_page_hash(images->key, tr_extent_page(extent, extent->index + images->page),
                                  TR_DUMP_PAGE_BYTES),
                     images->base.header.zero_hash);
}

/* Gives out the hole before the present extent, once and in the first window only. */
static bool tell_hole(struct images *images, struct tr_record *record)
{
    const struct tr_extent *extent = &images->extents[images->extent];
    uint64_t first = images->extent > 0 ? extent[-1].ppn + extent[-1].pages : 0;
    bool is_due = images->snapshot == images->first && !images->hole_is_told && first < extent->ppn;

    images->hole_is_told = true;
    if (!is_due)
        return false;
    record->kind = TR_HOLE;
    record->ppn = (uint32_t)first;
    record->pages = (uint32_t)(extent->ppn - first);
    return true;
}

/* Finds the next hole, or the next page that changed; false at the end of the image. */
static bool next_change(struct images *images, struct tr_record *record)
{
    for (; images->extent < images->extent_count; images->extent++, images->page = 0) {
        const struct tr_extent *extent = &images->extents[images->extent];
        if (images->page == 0 && tell_hole(images, record))
            return true;
        while (images->page < extent->pages) {
            uint64_t *last = &images->contents[extent->index + images->page];
            uint64_t content = content_of(images, extent);
            images->page++;
            if (content == *last)
                continue;
            *last = content;
            record->kind = TR_CONTENT;
            record->ppn = (uint32_t)(extent->ppn + images->page - 1);
            record->content = content;
            return true;
        }
        images->hole_is_told = false;
    }
    return false;
}

static int images_next(struct tr_source *base, struct tr_record *record, struct sim_error *error)
{
    struct images *images = images_of(base);

    if (images->extents != NULL && next_change(images, record))
        return 1;
    if (images->extents != NULL && images->next == images->count)
        return 0;
    /* The first image is open already. */
    if (images->extents != NULL && open_image(images, error) != SIM_OK)
        return -1;
    images->extents = tr_snapshot_extents(images->snapshot, &images->extent_count);
    record->kind = TR_WINDOW;
    record->at_ns = images->at_ns[images->next - 1];
    return 1;
}

static const struct tr_source_format format = {
    .about = {"images", "memory images of a machine at given times (ELF, LiME, raw, page hashes)"},
    .bytes = sizeof(struct images),
    .begin = images_begin,
    .next = images_next,
    .end = images_end,
};

/* ---- Opening ----------------------------------------------------------------------------- */

static int open_first(struct images *images, struct sim_error *error)
{
    static const uint8_t zeroes[TR_DUMP_PAGE_BYTES];
    struct tr_header *header = &images->base.header;
    char text[sizeof header->source];
    int status = open_image(images, error);

    if (status != SIM_OK)
        return status;
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(images->snapshot);
    images->first = images->snapshot;
    images->extents = NULL; /* its window was not given out yet */
    header->page_bytes = facts->page_bytes;
    header->pages = (uint32_t)facts->highest_ppn + 1;
    header->zero_hash =
        facts->hash_bits == 0 ? tr_page_hash(images->key, zeroes, sizeof zeroes) : facts->zero_hash;
    images->base.rules.pages = header->pages;
    snprintf(text, sizeof text, "%s", facts->format);
    tr_source_describe(&images->base, "wall", text);
    images->contents = calloc(facts->pages, sizeof *images->contents);
    if (images->contents == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", images->paths[0]);
    return SIM_OK;
}

int tr_source_open_images(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                          const struct tr_snapshot_options *options_of_images,
                          const struct tr_page_key *key, const struct tr_source_options *options,
                          struct tr_source **out, struct sim_error *error)
{
    *out = NULL;
    int status = tr_source_check_times(paths, at_ns, count, "image", error);
    if (status != SIM_OK)
        return status;

    /* A path that names no file must be refused before anything waits for its first byte. */
    struct tr_snapshot_options probe_options = *options_of_images;
    struct tr_snapshot *probe;
    probe_options.at_ns = at_ns[0];
    status = tr_snapshot_open(paths[0], &probe_options, &probe, error);
    tr_snapshot_close(probe);
    if (status == SIM_OK)
        status = tr_source_open_as(&format, paths[0], options, out, error);
    if (status != SIM_OK)
        return status;
    struct images *images = images_of(*out);
    images->paths = paths;
    images->at_ns = at_ns;
    images->count = count;
    images->options = *options_of_images;
    images->key = key;
    status = open_first(images, error);
    if (status != SIM_OK) {
        tr_source_close(*out);
        *out = NULL;
    }
    return status;
}
