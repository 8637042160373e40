/* Requests and accesses as text, in whatever layout is found. */
#include "fuzz/targets.h"

void fuzz_layouts(const uint8_t *bytes, size_t count)
{
    fuzz_source(NULL, bytes, count);
    fuzz_source("blkparse", bytes, count);
    fuzz_source("perf-mem", bytes, count);
}
