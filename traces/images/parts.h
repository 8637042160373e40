/*
 * What the readers of memory images share: the mapped file, and the pieces of memory that a reader
 * finds in it. Internal to this folder.
 */
#ifndef TR_IMAGES_PARTS_H
#define TR_IMAGES_PARTS_H

#include <stddef.h>

#include "traces/images/snapshot.h"
#include "traces/notes.h"

/* A run of guest-physical bytes. */
struct snapshot_piece {
    uint64_t address, bytes;
    const uint8_t *from; /* in the mapped file; NULL: all of them are zeroes */
};

/* Bytes of the file that take no room on the disk. */
struct snapshot_hole {
    uint64_t offset, bytes;
};

struct tr_snapshot {
    struct tr_snapshot *next_mapped;
    char *path;
    const uint8_t *file; /* mapped, read-only */
    int descriptor;      /* of the mapped file; negative: many images are open, there is none */
    uint64_t file_bytes;
    uint64_t stored_bytes; /* that the file takes on the disk; fewer if it is sparse */
    struct tr_snapshot_facts facts;
    struct tr_notes notes;

    struct snapshot_hole *holes; /* in order; of a file that is not compressed */
    size_t hole_room;
    uint32_t hole_count;
    bool drops_holes; /* pages that lie in holes are absent, not zeroes */

    struct snapshot_piece *pieces; /* that snapshot_add_piece() took */
    size_t piece_count, piece_room;
    struct tr_extent *extents;
    size_t extent_room;
    uint32_t extent_count;
    uint8_t **partial; /* pages put together from several pieces */
    uint32_t partial_count;
    uint64_t *hashes;
};

/* One format. open() is called when the file is mapped. It adds pieces or hashes and sets
 * facts.format.
 */
struct snapshot_format {
    bool (*recognises)(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options);
    int (*open)(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                struct sim_error *error);
};
extern const struct snapshot_format snapshot_elf, snapshot_lime, snapshot_native, snapshot_hashes,
    snapshot_pagemap, snapshot_buddies, snapshot_raw, snapshot_xen;

/* refused.c: sets an error that says what the file is and how to convert it, or that its format is
 * unknown. Returns SIM_BAD_DATA. */
int snapshot_refuse(const struct tr_snapshot *snapshot, struct sim_error *error);
/* What the file is, if its first bytes are those of a format that is known but not read; else NULL.
 */
const char *snapshot_refusal(const struct tr_snapshot *snapshot);

/* unpack.c: sets *file to a file without a name that holds the plain bytes; -1 if the file is not
 * compressed. The caller closes it. */
int snapshot_unpack(const struct tr_snapshot *snapshot, int *file, struct sim_error *error);
/* holes.c: finds the holes of the file; those of a file system that does not tell are none. */
int snapshot_find_holes(struct tr_snapshot *snapshot, int file, struct sim_error *error);
/* Adds a stored piece, without the pages of it that lie in holes where these are to be dropped, and
 * counts these pages. */
int snapshot_add_stored(struct tr_snapshot *snapshot, const char *what, uint64_t number,
                        struct snapshot_piece piece, struct sim_error *error);

/* Says whether the file begins with these bytes. */
bool snapshot_begins(const struct tr_snapshot *snapshot, const void *bytes, size_t count);
/* Says whether the file has `bytes` bytes from `offset` on. Safe for any numbers. */
static inline bool snapshot_has(const struct tr_snapshot *snapshot, uint64_t offset, uint64_t bytes)
{
    return offset <= snapshot->file_bytes && bytes <= snapshot->file_bytes - offset;
}

/* ---- Pieces (pieces.c) ------------------------------------------------------------------- */

/* Adds a piece of memory; pieces may come in any order, and one of 0 bytes is ignored. `what` and
 * `number` name the piece in messages. */
int snapshot_add_piece(struct tr_snapshot *snapshot, const char *what, uint64_t number,
                       struct snapshot_piece piece, struct sim_error *error);
/* Makes pages of the pieces, in order of address. Bytes that several pieces hold count once. */
int snapshot_lay_out(struct tr_snapshot *snapshot, struct sim_error *error);

/* Refuses more pages than the file can stand for: more than 2^30, or more than 64 times those
 * stored on the disk plus 2^22. */
int snapshot_check_pages(const struct tr_snapshot *snapshot, uint64_t pages, uint64_t stored_pages,
                         struct sim_error *error);
/* Adds pages from `ppn` on. Their hashes are in snapshot->hashes, from index `ppn` on. */
int snapshot_add_hashes(struct tr_snapshot *snapshot, uint32_t ppn, uint32_t pages,
                        struct sim_error *error);
int snapshot_no_memory(const struct tr_snapshot *snapshot, struct sim_error *error);

#endif
