/*
 * Arrays that grow while they are filled.
 *
 *     struct item *items = NULL;
 *     size_t room = 0, count = 0;
 *     if (!sim_array_reserve(items, room, count + 1))
 *         return no_memory();
 *     items[count++] = item;
 */
#ifndef SIM_ARRAY_H
#define SIM_ARRAY_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/memory.h"

/* Makes room for at least `wanted` elements and adjusts `room` (a size_t, in elements). New
 * elements are zeroes. The array grows by half, so filling it element by element takes linear time.
 * False if memory is short: the array and its room are then what they were. The caller frees the
 * array with free(). `array` and `room` are evaluated more than once. */
#define sim_array_reserve(array, room, wanted)                                                     \
    ((wanted) <= (room) || sim_array_grow(&(array), &(room), (wanted), sizeof *(array)))

/* The same for arrays without which nothing can go on: where memory is short the program ends
 * (sim_memory_short()). */
#define sim_array_need(array, room, wanted)                                                        \
    ((void)(sim_array_reserve(array, room, wanted) || (sim_memory_short(), true)))

/* Private: what the macro calls. `array` points to a pointer. */
bool sim_array_grow(void *array, size_t *room, size_t wanted, size_t element_bytes);

#endif
