/*
 * Which images can be compared, and how often hashes of 32 bits are equal by chance.
 */
#include <stdio.h>

#include "ballast/scan/scan.h"

static void kind_text(const struct tr_snapshot_facts *facts, char *text, size_t bytes)
{
    if (facts->hash_bits == 0)
        snprintf(text, bytes, "real bytes");
    else if (facts->has_zero_hash)
        snprintf(text, bytes, "%u-bit hashes (zero page %016llx)", facts->hash_bits,
                 (unsigned long long)facts->zero_hash);
    else
        snprintf(text, bytes, "%u-bit hashes", facts->hash_bits);
}

int scan_check_kinds(struct tr_snapshot *const *snapshots, uint32_t count, struct sim_error *error)
{
    const struct tr_snapshot_facts *first = tr_snapshot_facts(snapshots[0]);

    for (uint32_t i = 1; i < count; i++) {
        const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshots[i]);
        char expected[80], found[80];

        if (facts->hash_bits == first->hash_bits && facts->page_bytes == first->page_bytes &&
            facts->has_zero_hash == first->has_zero_hash && facts->zero_hash == first->zero_hash)
            continue;
        kind_text(first, expected, sizeof expected);
        kind_text(facts, found, sizeof found);
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected %s of %u-byte pages as in %s, found %s of %u-byte pages: "
            "they cannot be compared",
            tr_snapshot_path(snapshots[i]), expected, first->page_bytes,
            tr_snapshot_path(snapshots[0]), found, facts->page_bytes);
    }
    return SIM_OK;
}

double scan_false_pairs(uint64_t distinct_pages)
{
    double pages = (double)distinct_pages;

    return pages * (pages - 1) / 2 / 4294967296.0;
}
