/*
 * Recordings written for other programs: their touches as requests, so that a user can go on in
 * libCacheSim or in a program of his own.
 *
 * A page is an object with its page number for a name and the size of a page. A touch is one
 * request (a write if it wrote, else a read); a freed page is a deletion where the format has such.
 * Contents, marks, device I/O and holes have no place in these formats.
 */
#ifndef TR_TARGETS_TARGET_H
#define TR_TARGETS_TARGET_H

#include "traces/formats/source.h"

/* The formats: native, oracleGeneral, lcs, csv. */
const struct tr_source_about *tr_target_formats(void);
/* The name of the format that a path's ending stands for (.btr, .oracleGeneral, .lcs, .csv, each
 * perhaps with .zst), or NULL. */
const char *tr_target_of_path(const char *path);
/* Writes what ends by `until_ns` to `path`, compressed if that ends in .zst. The formats with the
 * number of an object's next request keep a file without a name beside `path` meanwhile, and memory
 * for each distinct page. */
int tr_target_write(struct tr_source *source, const char *format, uint64_t until_ns,
                    const char *path, struct sim_progress *progress, struct sim_error *error);

#endif
