/*
 * A keyed hash of pages. A recording with such hashes says which pages are equal, but not what they
 * hold.
 *
 * Whoever lacks the key cannot find out whether a recording contains a page that he knows. The hash
 * is not cryptographic: it does not resist an attacker who has pages together with their hashes.
 * Recordings can be compared if they were made with the same key. The hash of a page of zeroes, in
 * the header of a trace, tells keys apart.
 */
#ifndef TR_PAGE_KEY_H
#define TR_PAGE_KEY_H

#include <stddef.h>
#include <stdint.h>

#define TR_PAGE_KEY_BYTES 192u /* as long as XXH3's own secret */

struct tr_page_key {
    uint8_t secret[TR_PAGE_KEY_BYTES];
};

/* Derives the key from a text. The same text gives the same key on every machine. */
void tr_page_key_of_text(struct tr_page_key *key, const char *text);
/* XXH3 (64 bits) with the key as its secret. */
uint64_t tr_page_hash(const struct tr_page_key *key, const void *bytes, size_t count);

#endif
