/*
 * Pages that are not settled any more. The hazard is a bit that stays: its page would be touched
 * and nobody would hear of it.
 */
#include "models/guest/settled.h"

#include <string.h>

void guest_settled_clear(struct settled *settled, uint32_t place)
{
    if (place < PLACE_FILES)
        return;
    uint32_t word = (place - PLACE_FILES) / 64;
    uint64_t bit = UINT64_C(1) << (place - PLACE_FILES) % 64;
    for (int write = 0; write < 2; write++) {
        uint64_t *bits = &settled->bits[write][word];
        if (*bits & bit) /* memory that was never written to stays so */
            *bits &= ~bit;
    }
}

void guest_settled_clear_all(struct settled *settled, uint32_t end)
{
    size_t words = (end - PLACE_FILES + 63) / 64;
    memset(settled->bits[false], 0, words * sizeof *settled->bits[false]);
    memset(settled->bits[true], 0, words * sizeof *settled->bits[true]);
}
