/* libCacheSim's format lcs: 128 bytes of header and the requests; what lies between them in a file
 * of this format is put there, so that a fuzzer does not lose itself in 8 KB of zeroes. */
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
