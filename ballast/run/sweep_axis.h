/*
 * The values of a varied key: "key=v1,v2,..." or "key=first:last[:step]".
 */
#ifndef RUN_SWEEP_AXIS_H
#define RUN_SWEEP_AXIS_H

#include <stdint.h>

#include "sim/error.h"
#include "sim/memory.h"

#define SWEEP_VALUES_MOST 1000000u /* our choice: more is a typing error */

struct sweep_axis {
    const char *key;
    const char **values; /* as texts, for key=value */
    uint32_t count;      /* at least 1 */
    struct sim_memory memory;
};

/*
 * A range has its first value, and every step from it up to its last value, which it has where a
 * step falls on it. The step is 1 unless given; where the last value is the smaller one it must be
 * given and negative. The numbers may have units of one kind; one without is in the unit of the
 * step, else of the last value, else of the first. Values are counted in whole units of the last
 * decimal place, so the tenth of 0:1:0.1 is 0.9 and nothing near it.
 *
 * `option` is the option's name for messages. The caller ends an axis with sweep_axis_fini() in any
 * case.
 */
int sweep_axis_make(const char *option, const char *text, struct sweep_axis *axis,
                    struct sim_error *error);
void sweep_axis_fini(struct sweep_axis *axis);

#endif
