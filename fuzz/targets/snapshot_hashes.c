/* Page hashes of 64 bits, plain or in zstd. */
#include "fuzz/targets.h"
#include "traces/images/snapshot.h"

void fuzz_snapshot_hashes(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;

    options.hashes = true;
    fuzz_snapshot(fuzz_file(0, bytes, count), &options);
}
