/*
 * One page of an image: its hash, and whether two pages are the same.
 *
 * A page of real bytes is hashed with XXH3 and compared in full. Of a page that was recorded as a
 * hash nothing else is known, so equal hashes are equal pages.
 */
#ifndef SCAN_PAGE_H
#define SCAN_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "traces/images/snapshot.h"

/* The hash that the policy library sees. `index` lies in the extent. */
uint64_t scan_page_hash(const struct tr_extent *extent, uint32_t index);
/* The same of a page of real bytes. */
uint64_t scan_bytes_hash(const uint8_t *page);
bool scan_bytes_are_zero(const uint8_t *page);
/* That of a page of zeroes, of real bytes or as recorders of hashes write it. */
uint64_t scan_zero_hash(bool of_bytes);

bool scan_page_is_zero(const struct tr_extent *extent, uint32_t index);
/* Both extents are of one kind (scan_check_kinds()). */
bool scan_page_is_same(const struct tr_extent *extent, uint32_t index,
                       const struct tr_extent *other, uint32_t other_index);

/* Bit `at` of an array of bits: one bit for each page. */
static inline bool scan_bit_get(const uint8_t *bits, uint32_t at)
{
    return bits[at / 8] >> at % 8 & 1;
}

static inline void scan_bit_set(uint8_t *bits, uint32_t at)
{
    bits[at / 8] = (uint8_t)(bits[at / 8] | 1 << at % 8);
}

static inline void scan_bit_clear(uint8_t *bits, uint32_t at)
{
    bits[at / 8] = (uint8_t)(bits[at / 8] & ~(1 << at % 8));
}

#endif
