/* An experiment's file with any bytes. */
#include "fuzz/targets.h"

void fuzz_config_file(const uint8_t *bytes, size_t count)
{
    fuzz_config(bytes, count);
}
