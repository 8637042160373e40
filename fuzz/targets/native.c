/* The native format with any bytes. native_sealed.c gets past its checksums. */
#include "fuzz/targets.h"

void fuzz_native(const uint8_t *bytes, size_t count)
{
    fuzz_source("native", bytes, count);
}
