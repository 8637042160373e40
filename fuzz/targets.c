/*
 * The table of targets.
 */
#include "fuzz/targets.h"

#include <string.h>

#define FUZZ_ROW(name) {#name, fuzz_##name},
const struct fuzz_target fuzz_targets[] = {FUZZ_TARGETS(FUZZ_ROW){NULL, NULL}};

const struct fuzz_target *fuzz_target_find(const char *name)
{
    const struct fuzz_target *target = fuzz_targets;

    while (target->name != NULL && strcmp(target->name, name) != 0)
        target++;
    return target->name != NULL ? target : NULL;
}
