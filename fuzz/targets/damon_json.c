/* DAMON's regions in JSON, as damo records them. */
#include "fuzz/targets.h"

void fuzz_damon_json(const uint8_t *bytes, size_t count)
{
    fuzz_source("damon-json", bytes, count);
}
