/* Page touches by the older recorder. */
#include "fuzz/targets.h"

void fuzz_pgt(const uint8_t *bytes, size_t count)
{
    fuzz_source("pgt", bytes, count);
}
