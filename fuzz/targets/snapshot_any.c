/* A memory image in a format with a signature: ELF core, LiME, native trace, and formats that are
 * not read. */
#include "fuzz/targets.h"
#include "traces/images/snapshot.h"

void fuzz_snapshot_any(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;

    fuzz_snapshot(fuzz_file(0, bytes, count), &options);
}
