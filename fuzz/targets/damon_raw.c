/* DAMON's regions as damo report raw prints them. */
#include "fuzz/targets.h"

void fuzz_damon_raw(const uint8_t *bytes, size_t count)
{
    fuzz_source("damon-raw", bytes, count);
}
