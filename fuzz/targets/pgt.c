/* Page touches recorded by a QEMU plugin (.pgt). */
#include "fuzz/targets.h"

void fuzz_pgt(const uint8_t *bytes, size_t count)
{
    fuzz_source("pgt", bytes, count);
}
