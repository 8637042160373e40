/*
 * Hashes and comparison of single pages.
 *
 * A recorded hash is mixed before the policy library sees it. The library chooses a bucket by the
 * low half of a hash and recognises a hint by the high half, and a recorded "hash" may have all its
 * bits in one of them.
 */
#include "ballast/scan/page.h"

#include <string.h>
#if defined(__x86_64__)
#include <xxh_x86dispatch.h> /* as wide as the processor allows; the plain entry is SSE2 */
#else
#include <xxhash.h>
#endif

#include "sim/random.h"

static const uint8_t zeroes[TR_DUMP_PAGE_BYTES];

static uint64_t recorded(const struct tr_extent *extent, uint32_t index)
{
    return extent->hashes[index - extent->index];
}

static uint64_t spread(uint64_t hash)
{
    return sim_mix64(hash, 0);
}

uint64_t scan_bytes_hash(const uint8_t *page)
{
    return XXH3_64bits(page, TR_DUMP_PAGE_BYTES);
}

uint64_t scan_page_hash(const struct tr_extent *extent, uint32_t index)
{
    return extent->hashes != NULL ? spread(recorded(extent, index))
                                  : scan_bytes_hash(tr_extent_page(extent, index));
}

uint64_t scan_zero_hash(bool of_bytes)
{
    return of_bytes ? scan_bytes_hash(zeroes) : spread(0);
}

bool scan_bytes_are_zero(const uint8_t *page)
{
    return memcmp(page, zeroes, sizeof zeroes) == 0;
}

bool scan_page_is_zero(const struct tr_extent *extent, uint32_t index)
{
    return extent->hashes != NULL ? recorded(extent, index) == 0
                                  : scan_bytes_are_zero(tr_extent_page(extent, index));
}

bool scan_page_is_same(const struct tr_extent *extent, uint32_t index,
                       const struct tr_extent *other, uint32_t other_index)
{
    if (extent->hashes != NULL)
        return recorded(extent, index) == recorded(other, other_index);
    return memcmp(tr_extent_page(extent, index), tr_extent_page(other, other_index),
                  TR_DUMP_PAGE_BYTES) == 0;
}
