/* libCacheSim's format lcs. The input is 128 bytes of the header, then the requests. The target
 * adds the rest of the header, so that the fuzzer does not waste its time on 8 KB of zeroes. */
#include <stdlib.h>
#include <string.h>

#include "fuzz/targets.h"
#include "traces/format.h"
#include "traces/formats/lcs.h"

enum { BEGIN_BYTES = 128 };

void fuzz_lcs(const uint8_t *bytes, size_t count)
{
    size_t begin = count < BEGIN_BYTES ? count : BEGIN_BYTES;
    uint8_t *file = calloc(1, LCS_HEADER_BYTES + count - begin);

    FUZZ_CHECK(file != NULL);
    memcpy(file, bytes, begin);
    tr_put_u64(file + LCS_AT_END_MAGIC, LCS_MAGIC);
    memcpy(file + LCS_HEADER_BYTES, bytes + begin, count - begin);
    fuzz_source("lcs", file, LCS_HEADER_BYTES + count - begin);
    free(file);
}
