/*
 * The list of targets. Each is one function in a file of its name in fuzz/targets.
 */
#ifndef FUZZ_TARGETS_H
#define FUZZ_TARGETS_H

#include "fuzz/fuzz.h"

/* clang-format off */
#define FUZZ_TARGETS(target) \
    target(input) \
    target(native) \
    target(native_sealed) \
    target(source_any) \
    target(lackey) \
    target(pgt) \
    target(lcs) \
    target(csv_requests) \
    target(csv_columns) \
    target(layouts) \
    target(convert) \
    target(oracle_general) \
    target(page_hashes) \
    target(images) \
    target(replay) \
    target(counters) \
    target(json) \
    target(damon_json) \
    target(damon_text) \
    target(damon_binary) \
    target(damon_raw) \
    target(snapshot_any) \
    target(snapshot_hashes) \
    target(snapshot_buddies) \
    target(snapshot_ranges) \
    target(snapshot_pagemap) \
    target(scan) \
    target(config_file) \
    target(config_stretched) \
    target(config_set) \
    target(csv_table) \
    target(series) \
    target(curves) \
    target(database) \
    target(parts) \
    target(paper_points) \
    target(paper_series) \
    target(dbench_load)
/* clang-format on */

#define FUZZ_DECLARE(name) void fuzz_##name(const uint8_t *bytes, size_t count);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

#endif
