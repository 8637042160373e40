/*
 * An example of a memory image: the word "EXAMPLE\n" and, from byte 4,096 on, pages from address 0
 * on.
 *
 * The hazard is a file that ends within a page. It is refused.
 */
#include <inttypes.h>

#include "traces/images/parts.h"

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)options;
    return snapshot_begins(snapshot, "EXAMPLE\n", 8);
}

static int open_example(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                        struct sim_error *error)
{
    uint64_t bytes = snapshot->file_bytes;

    (void)options;
    snapshot->facts.format = "example image";
    if (bytes <= TR_DUMP_PAGE_BYTES || bytes % TR_DUMP_PAGE_BYTES != 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected whole pages, found %" PRIu64 " bytes", snapshot->path,
                             bytes);

    struct snapshot_piece piece = {.address = 0,
                                   .bytes = bytes - TR_DUMP_PAGE_BYTES,
                                   .from = snapshot->file + TR_DUMP_PAGE_BYTES};
    return snapshot_add_piece(snapshot, "piece", 0, piece, error);
}

const struct snapshot_format snapshot_example = {recognises, open_example};
