/*
 * Which pages of process memory are *settled*: one more touch of them takes its time and changes
 * nothing else. The page is in memory, it counts as used, and the hypervisor lets the access
 * through. So a touch of a run of settled pages is a look at a few words.
 *
 * One bit for each place (page.h) of process memory and each kind of access. A bit may be missing;
 * it must never be there in vain.
 */
#ifndef GUEST_SETTLED_H
#define GUEST_SETTLED_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/page.h"

#define SETTLED_BYTES ((PLACE_COUNT - PLACE_FILES) / 8) /* of each array */

struct settled {
    uint64_t *bits[2]; /* reads, writes; zeroed arrays */
};

static inline void guest_settled_set(struct settled *settled, bool write, uint32_t place)
{
    uint32_t bit = place - PLACE_FILES;
    settled->bits[write][bit / 64] |= UINT64_C(1) << bit % 64;
}

/* How many places from `place` on, up to `end`, are settled one after the other. */
static inline uint32_t guest_settled_run(const struct settled *settled, bool write, uint32_t place,
                                         uint32_t end)
{
    const uint64_t *bits = settled->bits[write];
    uint32_t at = place - PLACE_FILES, most = end - place, run = 0;
    while (run < most) {
        uint32_t shift = (at + run) % 64;
        uint64_t unset = ~bits[(at + run) / 64] >> shift;
        if (unset) {
            run += (uint32_t)__builtin_ctzll(unset);
            break;
        }
        run += 64 - shift;
    }
    return run < most ? run : most;
}

/* For both kinds of access. A place of a file has no bits. */
void guest_settled_clear(struct settled *settled, uint32_t place);
void guest_settled_clear_all(struct settled *settled, uint32_t end); /* of the places below `end` */

#endif
