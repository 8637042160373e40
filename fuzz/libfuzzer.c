/*
 * The functions that libFuzzer calls. The environment variable FUZZ_TARGET names the target,
 * because libFuzzer starts itself again in some of its modes and passes on only the environment.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("FUZZ_TARGET");

    (void)argc, (void)argv;
    target = name ? fuzz_target_find(name) : NULL;
    if (target == NULL) {
        fprintf(stderr, "FUZZ_TARGET: expected the name of a target, found '%s'\n",
                name ? name : "");
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    target->run(bytes, count);
    return 0;
}
