/*
 * What every target of a memory image does: it reads the pages, so that a pointer outside the
 * mapped file is seen, and checks the promises of traces/images/snapshot.h.
 */
#include "fuzz/fuzz.h"
#include "traces/images/snapshot.h"
#include "traces/tr.h"

enum { LOOKED_AT = 1024 }; /* pages of an extent; the others are in the same mapping */

static void look_at(const struct tr_extent *extent, uint32_t hash_bits)
{
    volatile uint64_t sum = 0;

    FUZZ_CHECK(extent->bytes == NULL || hash_bits == 0);
    for (uint32_t i = 0; i < extent->pages && i < LOOKED_AT; i++) {
        /* Pages from both ends of the extent, where most mistakes are. */
        uint32_t index = extent->index + (i & 1 ? extent->pages - 1 - i / 2 : i / 2);
        if (hash_bits > 0) {
            sum = sum + (extent->hashes ? extent->hashes[index - extent->index] : 0);
            continue;
        }
        const uint8_t *page = tr_extent_page(extent, index);
        for (uint32_t at = 0; page != NULL && at < TR_DUMP_PAGE_BYTES; at += 64)
            sum = sum + page[at];
    }
}

void fuzz_snapshot(const char *path, const struct tr_snapshot_options *options)
{
    struct tr_snapshot *snapshot = NULL;
    struct sim_error error = {0};
    uint32_t count, pages = 0;
    uint64_t next_ppn = 0;

    if (!fuzz_accepted(tr_snapshot_open(path, options, &snapshot, &error), &error))
        return;
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
    const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
    FUZZ_CHECK(facts->pages > 0 && facts->pages <= TR_PAGES_MOST);
    for (uint32_t i = 0; i < count; i++) {
        const struct tr_extent *extent = &extents[i];
        FUZZ_CHECK(extent->index == pages && extent->pages > 0);
        FUZZ_CHECK(extent->ppn >= next_ppn);
        FUZZ_CHECK(tr_snapshot_extent_of(snapshot, extent->index) == extent);
        FUZZ_CHECK(tr_snapshot_extent_of(snapshot, extent->index + extent->pages - 1) == extent);
        look_at(extent, facts->hash_bits);
        pages += extent->pages;
        next_ppn = extent->ppn + extent->pages;
    }
    FUZZ_CHECK(pages == facts->pages && next_ppn == facts->highest_ppn + 1);
    tr_snapshot_close(snapshot);
}
