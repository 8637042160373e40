/*
 * The right name that a mistyped name most resembles, for error messages: "expected a key of a VM,
 * found 'memroy_mb' (did you mean 'memory_mb'?)".
 *
 * The distance between two names is the number of letters to insert, remove, replace or swap with
 * their neighbour. Case does not count, '-' equals '_', and a missing or surplus unit ("memory" for
 * "memory_mb") counts as one letter.
 */
#ifndef SIM_NEAREST_H
#define SIM_NEAREST_H

#include <stdint.h>

/* The name of the list that is nearest to `name`; of equally near names, the first. NULL if no name
 * is near: more than about a third of the letters differ. The result points into the list. */
const char *sim_nearest(const char *name, const char *const *names, uint32_t count);

/* The same for names that do not lie in one array: begin, offer each name, then read `best`. */
struct sim_nearest {
    const char *name;
    const char *best; /* NULL while no near name was offered */
    uint32_t distance;
};

void sim_nearest_begin(struct sim_nearest *nearest, const char *name);
void sim_nearest_offer(struct sim_nearest *nearest, const char *candidate); /* kept, not copied */

/* Bytes for any hint, the final NUL included. */
#define SIM_HINT_BYTES 96u

/* Writes " (did you mean 'BEST'?)", to be put at the end of a message, or "" if `best` is NULL.
 * Returns `hint`. */
const char *sim_nearest_hint(char hint[SIM_HINT_BYTES], const char *best);

#endif
