/*
 * Memory images that tests put together from bytes and numbers, and then open as a snapshot.
 */
#ifndef TESTS_DUMP_H
#define TESTS_DUMP_H

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/images/snapshot.h"

struct dump {
    uint8_t bytes[1 << 17];
    size_t count;
    bool is_big; /* byte order of the numbers that follow */
};

static inline void dump_number(struct dump *dump, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        dump->bytes[dump->count++] = (uint8_t)(number >> 8 * (dump->is_big ? bytes - 1 - i : i));
}

static inline void dump_fill(struct dump *dump, uint8_t value, size_t count)
{
    memset(dump->bytes + dump->count, value, count);
    dump->count += count;
}

/* Writes the image to a temporary file and opens it. */
static inline int dump_open(const struct dump *dump, struct files *files, const char *name,
                            const struct tr_snapshot_options *options,
                            struct tr_snapshot **snapshot, struct sim_error *error)
{
    const char *path = files_path(files, name);
    file_put(path, dump->bytes, dump->count);
    return tr_snapshot_open(path, options ? options : &TR_SNAPSHOT_DEFAULTS, snapshot, error);
}

/* Checks that the image is refused with this message. */
static inline void dump_refused(const struct dump *dump, const char *name, const char *text)
{
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    struct files files;
    files_init(&files);
    CHECK_EQ(dump_open(dump, &files, name, NULL, &snapshot, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, text);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

/* The page with this page number; NULL if it is absent. */
static inline const uint8_t *snapshot_page(const struct tr_snapshot *snapshot, uint64_t ppn)
{
    uint32_t count;
    const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
    for (uint32_t i = 0; i < count; i++)
        if (ppn >= extents[i].ppn && ppn - extents[i].ppn < extents[i].pages)
            return tr_extent_page(&extents[i], extents[i].index + (uint32_t)(ppn - extents[i].ppn));
    return NULL;
}

/* Says whether the page is present and has this value in all bytes from..to - 1. */
static inline bool page_is(const uint8_t *page, uint8_t value, unsigned from, unsigned to)
{
    bool same = page != NULL;
    for (unsigned i = from; same && i < to; i++)
        same = page[i] == value;
    return same;
}

#define CHECK_PAGE(snapshot, ppn, value)                                                           \
    CHECK(page_is(snapshot_page(snapshot, ppn), value, 0, 4096))

#endif
