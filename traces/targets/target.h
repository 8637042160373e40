/*
 * Writes recordings for other programs, such as libCacheSim: touches become requests to a cache.
 *
 * A page becomes an object whose name is the page number and whose size is that of a page. A touch
 * becomes one request: a write if the page was written, else a read. A freed page becomes a
 * deletion if the format has deletions. Contents, marks, device I/O and holes are left out.
 */
#ifndef TR_TARGETS_TARGET_H
#define TR_TARGETS_TARGET_H

#include "traces/formats/source.h"

/* The formats: native, oracleGeneral, lcs, csv; then one with the name NULL. */
const struct tr_source_about *tr_target_formats(void);
/* The name of the format for the ending of a path (.btr, .oracleGeneral, .lcs or .csv, each also
 * with .zst behind it); NULL: none. */
const char *tr_target_of_path(const char *path);
/* Writes the windows that end at `until_ns` or before to `path`, compressed if `path` ends in .zst.
 * For oracleGeneral and lcs, which have the number of an object's next request, an unnamed
 * temporary file beside `path` and memory for each distinct page are needed. SIM_USAGE: no such
 * format. */
int tr_target_write(struct tr_source *source, const char *format, uint64_t until_ns,
                    const char *path, struct sim_progress *progress, struct sim_error *error);

#endif
