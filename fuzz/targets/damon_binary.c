/* DAMON's regions in the old binary format. */
#include "fuzz/targets.h"

void fuzz_damon_binary(const uint8_t *bytes, size_t count)
{
    fuzz_source("damon-binary", bytes, count);
}
