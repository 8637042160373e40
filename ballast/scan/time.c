/*
 * One VM at two moments: which pages have changed; and which of the pages that could be shared at
 * the first moment are unchanged and can still be shared at the second. Pages are matched by their
 * page number. Both lists of extents are in order of it.
 */
#include "ballast/scan/page.h"
#include "ballast/scan/scan.h"

/* The pages that both extents have. */
static void add_overlap(struct scan_change *change, const struct tr_extent *a,
                        const uint8_t *before, const struct tr_extent *b, const uint8_t *after)
{
    uint64_t first = a->ppn > b->ppn ? a->ppn : b->ppn;
    uint64_t a_end = a->ppn + a->pages, b_end = b->ppn + b->pages;
    uint64_t end = a_end < b_end ? a_end : b_end;

    for (uint64_t ppn = first; ppn < end; ppn++) {
        uint32_t a_index = a->index + (uint32_t)(ppn - a->ppn);
        uint32_t b_index = b->index + (uint32_t)(ppn - b->ppn);
        bool same = scan_page_is_same(a, a_index, b, b_index),
             shareable = scan_bit_get(before, a_index);

        change->pages++;
        change->changed_pages += !same;
        change->shareable_pages += shareable;
        change->surviving_pages += shareable && same && scan_bit_get(after, b_index);
    }
}

void scan_change_add(struct scan_change *change, const struct tr_snapshot *from,
                     const uint8_t *before, const struct tr_snapshot *to, const uint8_t *after)
{
    uint32_t a_count, b_count, a = 0, b = 0;
    const struct tr_extent *as = tr_snapshot_extents(from, &a_count);
    const struct tr_extent *bs = tr_snapshot_extents(to, &b_count);

    while (a < a_count && b < b_count) {
        add_overlap(change, &as[a], before, &bs[b], after);
        if (as[a].ppn + as[a].pages <= bs[b].ppn + bs[b].pages)
            a++;
        else
            b++;
    }
}
