/* Shared by the files of a comparison: what is known while it is made. */
#ifndef COMPARISON_INTERNAL_H
#define COMPARISON_INTERNAL_H

#include <assert.h>

#include "ballast/comparison/comparison.h"
#include "sim/array.h"

#define COMPARISON_RESERVE(array, room, count)                                                     \
    do {                                                                                           \
        bool has_room = sim_array_reserve(array, room, (count) + 1u);                              \
        assert(has_room);                                                                          \
        (void)has_room;                                                                            \
    } while (0)

/* One side while it is read: one experiment of it. */
struct comparison_input {
    const struct comparison_side *asked;
    struct results *db;
    const char *experiment;
    struct outcomes outcomes;
};

/* The runs of one variant of a side. */
struct comparison_set {
    const struct comparison_input *side;
    const char *variant;
    uint32_t *runs; /* their numbers in the side's outcomes */
    uint32_t count;
};

struct comparison_making {
    struct comparison *comparison;
    struct comparison_input a, b;
    struct sim_error *error;
    bool seen_only[COMPARISON_ONLY_MOST];
    bool seen_tolerance[TOLERANCES_MOST];
};

/* Two numbers of runs, in the outcomes of a and of b. */
struct comparison_pairs {
    uint32_t *a, *b;
    uint32_t count;
};

static inline const char *comparison_copy(struct comparison_making *making, const char *text)
{
    return sim_memory_text(&making->comparison->memory, "%s", text);
}

/* comparison_rows.c: adds the rows of two sets, sorted. `pairs` is NULL for independent runs. */
void comparison_rows_add(struct comparison_making *making, const struct comparison_set *a,
                         const struct comparison_set *b, const struct comparison_pairs *pairs);

#endif
