/*
 * What the formats of target.h share: the walk over a recording, and the output file. Internal to
 * this folder.
 */
#ifndef TR_TARGETS_PARTS_H
#define TR_TARGETS_PARTS_H

#include "traces/targets/target.h"

/* ---- The walk over a recording, request by request ------------------------------------------- */

struct tr_walk {
    struct tr_source *source;
    uint64_t until_ns;
    struct sim_progress *progress; /* may be NULL */
    uint64_t window_ns;
    uint64_t records;
    uint32_t left; /* pages of the present range that are still to come */
    struct tr_record record;
};

/* 1: the next request is for the page walk->record.ppn, with walk->record.access (0: a deletion),
 * at walk->window_ns. 0: the end. -1: an error. */
int tr_walk_next(struct tr_walk *walk, struct sim_error *error);

/* ---- The output file ------------------------------------------------------------------------- */

/* The file is compressed if `path` ends in .zst. */
struct tr_packer;
int tr_packer_open(const char *path, struct tr_packer **out, struct sim_error *error);
int tr_packer_write(struct tr_packer *packer, const void *bytes, size_t count,
                    struct sim_error *error);
/* Completes the file. Frees the packer in any case; on failure the file is removed. */
int tr_packer_close(struct tr_packer *packer, struct sim_error *error);
void tr_packer_abandon(struct tr_packer *packer); /* removes the file; accepts NULL */

/* ---- The formats ------------------------------------------------------------------------------
 */

int tr_csv_write(struct tr_walk *walk, const char *path, struct sim_error *error);
int tr_oracle_general_write(struct tr_walk *walk, const char *path, struct sim_error *error);
int tr_lcs_write(struct tr_walk *walk, const char *path, struct sim_error *error);

#endif
