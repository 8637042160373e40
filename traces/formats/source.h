/*
 * Recordings over time, of whatever format, as the records of the native one (traces/tr.h).
 *
 * A source reads its file once, from begin to end, in memory bounded by the number of distinct
 * pages, never by the length of the recording or by what the file claims. Its records keep the
 * native format's rules, whatever is in the file; a file that cannot be read so is refused with
 * SIM_BAD_DATA and one line that says where, what was expected and what was found.
 */
#ifndef TR_SOURCE_H
#define TR_SOURCE_H

#include "sim/progress.h"
#include "traces/tr.h"

/* What a file does not say of itself. Zeroes everywhere stand for the defaults. */
struct tr_source_options {
    const char *format;       /* a name of tr_source_formats(); NULL: found by content */
    uint32_t page_bytes;      /* 0: 4096 */
    uint64_t zero_hash;       /* of page hashes; 0: TR_RECORDER_ZERO_HASH */
    const char *source;       /* for the header; NULL: the format's description */
    const char *clock;        /* what the times are; NULL: what the format says */
    uint64_t window_accesses; /* accesses in a window where there is no time; 0: 1000 */
    const char *csv;          /* the file is csv with these columns: see csv.c */
    bool one_tenant;          /* of an lcs or csv file with several, only `tenant` */
    uint32_t tenant;
};

/* The formats, in the order in which content is matched. */
struct tr_source_about {
    const char *name, *description; /* NULL after the last */
};
const struct tr_source_about *tr_source_formats(void);

struct tr_source;

int tr_source_open(const char *path, const struct tr_source_options *options,
                   struct tr_source **out, struct sim_error *error);
/* Page hashes of one machine (8 bytes per page, in order of page number) at rising times, one file
 * each. The first file says how many pages there are. Times that do not rise are SIM_USAGE. Paths
 * and times stay the caller's, until the source is closed. */
int tr_source_open_page_hashes(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                               const struct tr_source_options *options, struct tr_source **out,
                               struct sim_error *error);
void tr_source_close(struct tr_source *source); /* accepts NULL */
/* The same recording with windows of `window_ns`, or longer where its own are: what ended within
 * one is one. Takes `inner`, which is closed in any case. One that carries allocations is
 * SIM_USAGE. */
int tr_source_merge(struct tr_source *inner, uint64_t window_ns, struct tr_source **out,
                    struct sim_error *error);

/* `pages` is 0 as long as it is not known, at the latest until all records were read. */
const struct tr_header *tr_source_header(const struct tr_source *source);
/* 1: *record was filled; 0: the end; -1: `error` filled, the source is not to be used further. */
int tr_source_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);

const char *tr_source_format(const struct tr_source *source); /* its name */
/* How much of the file was read, 0 to 1; negative where nobody knows. */
double tr_source_progress(const struct tr_source *source);

/* One pass over a whole recording, which is thereby checked. */
int tr_source_summarise(struct tr_source *source, struct tr_summary *summary,
                        struct sim_error *error);
/* Writes the windows that end by `until_ns` as a native trace; what lies behind them is not looked
 * at. `progress` (of a whole of 1; may be NULL) is kept up to date. */
int tr_source_copy(struct tr_source *source, uint64_t until_ns, const char *out,
                   struct sim_progress *progress, struct sim_error *error);

#endif
