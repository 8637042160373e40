/* libCacheSim's format oracleGeneral, plain or in zstd. */
#include "fuzz/targets.h"

void fuzz_oracle_general(const uint8_t *bytes, size_t count)
{
    fuzz_source("oracleGeneral", bytes, count);
}
