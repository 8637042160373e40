/* Ballast's own recordings, as any bytes; native_sealed.c goes behind the checksums. */
#include "fuzz/targets.h"

void fuzz_native(const uint8_t *bytes, size_t count)
{
    fuzz_source("native", bytes, count);
}
