/* DAMON's regions as perf script prints them. */
#include "fuzz/targets.h"

void fuzz_damon_text(const uint8_t *bytes, size_t count)
{
    fuzz_source("damon-text", bytes, count);
}
