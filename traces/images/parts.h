/*
 * What the readers of memory images share: the mapped file, and the pieces of memory that a reader
 * finds in it. Internal to this folder.
 */
#ifndef TR_IMAGES_PARTS_H
#define TR_IMAGES_PARTS_H

#include <stddef.h>

#include "traces/images/snapshot.h"

/* A run of guest-physical bytes. */
struct snapshot_piece {
    uint64_t address, bytes;
    const uint8_t *from; /* in the mapped file; NULL: they read as zeroes */
};

struct tr_snapshot {
    struct tr_snapshot *next_mapped;
    char *path;
    const uint8_t *file; /* mapped, read-only */
    uint64_t file_bytes;
    uint64_t stored_bytes; /* of the disk, which for a sparse file are fewer */
    struct tr_snapshot_facts facts;

    struct snapshot_piece *pieces; /* what snapshot_add_piece() took */
    size_t piece_count, piece_room;
    struct tr_extent *extents;
    size_t extent_room;
    uint32_t extent_count;
    uint8_t **partial; /* pages that no piece holds as a whole */
    uint32_t partial_count;
    uint64_t *hashes;
};

/* One format. `open` fills pieces or hashes and facts.format; the file is mapped already. */
struct snapshot_format {
    bool (*recognises)(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options);
    int (*open)(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                struct sim_error *error);
};
extern const struct snapshot_format snapshot_elf, snapshot_lime, snapshot_native, snapshot_hashes,
    snapshot_pagemap, snapshot_buddies, snapshot_raw;

/* snapshot_refused.c: what the file is and how to convert it, or that nothing is known of it. */
int snapshot_refuse(const struct tr_snapshot *snapshot, struct sim_error *error);
/* NULL if the first bytes are of no format that is known and refused. */
const char *snapshot_refusal(const struct tr_snapshot *snapshot);

/* Does the file begin with these bytes? */
bool snapshot_begins(const struct tr_snapshot *snapshot, const void *bytes, size_t count);
/* Are there so many bytes from an offset on? Does not overflow. */
static inline bool snapshot_has(const struct tr_snapshot *snapshot, uint64_t offset, uint64_t bytes)
{
    return offset <= snapshot->file_bytes && bytes <= snapshot->file_bytes - offset;
}

/* ---- Pieces (snapshot_pieces.c) ---------------------------------------------------------- */

/* Takes a run of bytes, in any order; nothing for 0 bytes. `what` and `number` name it in errors.
 */
int snapshot_add_piece(struct tr_snapshot *snapshot, const char *what, uint64_t number,
                       struct snapshot_piece piece, struct sim_error *error);
/* Puts the pieces in order, the same bytes once, and makes pages of them. */
int snapshot_lay_out(struct tr_snapshot *snapshot, struct sim_error *error);

/* Refuses more pages than the file can stand for: 2^30, and 2^22 more than 64 times what is stored.
 */
int snapshot_check_pages(const struct tr_snapshot *snapshot, uint64_t pages, uint64_t stored_pages,
                         struct sim_error *error);
/* The pages from `ppn` on are present, their contents in snapshot->hashes[ppn] and after. */
int snapshot_add_hashes(struct tr_snapshot *snapshot, uint32_t ppn, uint32_t pages,
                        struct sim_error *error);
int snapshot_no_memory(const struct tr_snapshot *snapshot, struct sim_error *error);

#endif
