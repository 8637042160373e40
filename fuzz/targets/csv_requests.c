/* Requests as text in columns. */
#include "fuzz/targets.h"

void fuzz_csv_requests(const uint8_t *bytes, size_t count)
{
    fuzz_source("csv", bytes, count);
}
