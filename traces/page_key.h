/*
 * A keyed hash of pages, so that a recording says which pages are equal and not what is in them.
 *
 * Without the key nobody can look up whether a known page is in a recording. It is no cryptographic
 * hash: it keeps from looking up, not from somebody who has pages and their hashes and works at it.
 * Recordings are comparable if they were made with the same key; the hash of a page of zeroes,
 * which a trace's header has, tells keys apart.
 */
#ifndef TR_PAGE_KEY_H
#define TR_PAGE_KEY_H

#include <stddef.h>
#include <stdint.h>

#define TR_PAGE_KEY_BYTES 192u /* as long as XXH3's own secret */

struct tr_page_key {
    uint8_t secret[TR_PAGE_KEY_BYTES];
};

/* The same text gives the same key everywhere. */
void tr_page_key_of_text(struct tr_page_key *key, const char *text);
/* XXH3 (64 bits) with the key as its secret. */
uint64_t tr_page_hash(const struct tr_page_key *key, const void *bytes, size_t count);

#endif
