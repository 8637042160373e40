/*
 * A set of pages from which the k-th is found, and a page added or removed, in logarithmic time: so
 * a page can be drawn exactly at random from any set, and the lowest free page is found at once.
 * About 0.16 bytes per page.
 */
#ifndef MP_PAGESET_H
#define MP_PAGESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mp_pageset {
    uint64_t *bits;  /* one per page */
    uint32_t *tree;  /* Fenwick tree of the pages in each block, from 1; [0] is never reached */
    uint32_t size;   /* pages are 0 .. size - 1 */
    uint32_t blocks; /* of MP_PAGESET_BLOCK pages */
    uint32_t top;    /* largest power of two that is not above `blocks` */
    uint32_t count;  /* pages in the set */
};

size_t mp_pageset_footprint(uint32_t size); /* a multiple of 64 */
/* `buffer` is zeroed memory, aligned to 8: the set is empty and hardly any is touched. */
void mp_pageset_init(struct mp_pageset *set, void *buffer, uint32_t size);
void mp_pageset_fill(struct mp_pageset *set, uint32_t first); /* an empty set: first .. size - 1 */

void mp_pageset_add(struct mp_pageset *set, uint32_t page);    /* must not be in the set */
void mp_pageset_remove(struct mp_pageset *set, uint32_t page); /* must be in the set */

uint32_t mp_pageset_select(const struct mp_pageset *set, uint32_t rank); /* rank < count */
/* The lowest page that is not below `from`; UINT32_MAX if there is none. */
uint32_t mp_pageset_next(const struct mp_pageset *set, uint32_t from);
/* The lowest page that is not below `from`, below `end` and not in the set; `end` if there is none.
 * Pages in the set are passed over 64 at a time. */
uint32_t mp_pageset_next_absent(const struct mp_pageset *set, uint32_t from, uint32_t end);
/* Do all counts agree with the bits? Pages from `end` on are not in the set; their bits are not
 * looked at. */
bool mp_pageset_verify(const struct mp_pageset *set, uint32_t end);

static inline bool mp_pageset_has(const struct mp_pageset *set, uint32_t page)
{
    return set->bits[page / 64] >> (page % 64) & 1;
}

#endif
