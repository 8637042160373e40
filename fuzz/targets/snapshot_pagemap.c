/* A copy of pagemap and one of kpageflags: the input is used as both. */
#include "fuzz/targets.h"
#include "traces/images/snapshot.h"

void fuzz_snapshot_pagemap(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;

    options.pagemap = true;
    options.kpageflags = count > 64 ? fuzz_file(1, bytes + count - 64, 64) : NULL;
    fuzz_snapshot(fuzz_file(0, bytes, count), &options);
}
