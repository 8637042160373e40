/* A hash trace of Memory Buddies. */
#include "fuzz/targets.h"
#include "traces/images/snapshot.h"

void fuzz_snapshot_buddies(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;

    /* The first byte stands for the options that a user must give. */
    options.buddies.given = true;
    options.buddies.big_endian = count > 0 && bytes[0] & 1;
    options.buddies.offset_bytes = count > 0 ? bytes[0] >> 1 & 15 : 0;
    options.buddies.pages = count > 0 ? bytes[0] >> 5 : 0;
    fuzz_snapshot(fuzz_file(0, bytes, count), &options);
}
