/*
 * One way to grow an array. The hazards are a size that overflows, and the old array lost where
 * realloc() fails.
 */
#include "sim/array.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM_AT_FIRST = 16 };

bool sim_array_grow(void *array, size_t *room, size_t wanted, size_t element_bytes)
{
    size_t most = SIZE_MAX / 2 / element_bytes, larger = *room + *room / 2 + ROOM_AT_FIRST;
    void *elements;

    if (wanted > most)
        return false;
    if (larger < wanted)
        larger = wanted;
    if (larger > most)
        larger = most;
    memcpy(&elements, array, sizeof elements); /* whatever type the elements have */
    elements = realloc(elements, larger * element_bytes);
    if (elements == NULL)
        return false;
    memset((char *)elements + *room * element_bytes, 0, (larger - *room) * element_bytes);
    memcpy(array, &elements, sizeof elements);
    *room = larger;
    return true;
}
