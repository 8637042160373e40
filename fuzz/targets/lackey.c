/* Text of valgrind's tool lackey. */
#include "fuzz/targets.h"

void fuzz_lackey(const uint8_t *bytes, size_t count)
{
    fuzz_source("lackey", bytes, count);
}
