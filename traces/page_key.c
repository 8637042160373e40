/*
 * Derives a key from a text, and hashes pages under it.
 */
#include "traces/page_key.h"

#include <string.h>
#include <xxhash.h>

#include "traces/format.h"

void tr_page_key_of_text(struct tr_page_key *key, const char *text)
{
    for (uint32_t i = 0; i < TR_PAGE_KEY_BYTES; i += 16) {
        XXH128_hash_t part = XXH3_128bits_withSeed(text, strlen(text), i);
        tr_put_u64(key->secret + i, part.low64);
        tr_put_u64(key->secret + i + 8, part.high64);
    }
}

uint64_t tr_page_hash(const struct tr_page_key *key, const void *bytes, size_t count)
{
    return XXH3_64bits_withSecret(bytes, count, key->secret, sizeof key->secret);
}
