/* A recording in any format, which is found by content. */
#include "fuzz/targets.h"

void fuzz_source_any(const uint8_t *bytes, size_t count)
{
    fuzz_source(NULL, bytes, count);
}
