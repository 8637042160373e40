/*
 * Recordings over time in any format, as the records of the native format (traces/tr.h).
 *
 * A source reads its file once, from the start to the end. Its memory depends on the number of
 * distinct pages, not on the length of the recording nor on what the file claims. Its records keep
 * the rules of the native format, whatever the file holds. A file that cannot be read in this way
 * is refused with SIM_BAD_DATA; the message says where, what was expected and what was found.
 */
#ifndef TR_SOURCE_H
#define TR_SOURCE_H

#include "sim/progress.h"
#include "traces/notes.h"
#include "traces/tr.h"

/* What a file does not say about itself. A zeroed struct has the defaults. */
struct tr_source_options {
    const char *format;       /* a name of tr_source_formats(); NULL: found by content */
    uint32_t page_bytes;      /* 0: 4096 */
    uint64_t zero_hash;       /* the hash of a page of zeroes; 0: TR_RECORDER_ZERO_HASH */
    const char *source;       /* for the header; NULL: the format's description */
    const char *clock;        /* for the header; NULL: the format's clock */
    uint64_t window_accesses; /* accesses in a window if the file has no times; 0: 1000 */
    const char *csv;          /* the file is csv with these columns: see csv.c */
    const char *op_codes;     /* what numbers for operations mean: "0=read,1=write" */
    bool one_tenant;          /* only `tenant` of a file with several VMs or targets */
    uint32_t tenant;
    uint32_t samples; /* DAMON: samples in a window where the file does not say; 0: its default */
};

/* The formats, in the order in which they are tried. */
struct tr_source_about {
    const char *name, *description; /* NULL behind the last format */
};
const struct tr_source_about *tr_source_formats(void);

struct tr_source;

/* Opens a recording; its format is found by content, unless the options name it. Also fails with
 * SIM_USAGE if the options name an unknown format. */
int tr_source_open(const char *path, const struct tr_source_options *options,
                   struct tr_source **out, struct sim_error *error);
/* Opens page hashes of one machine (8 bytes per page, in order of page number), one file for each
 * time. All files must have as many pages as the first. Times that do not rise are SIM_USAGE. The
 * caller keeps paths and times until the source is closed. */
int tr_source_open_page_hashes(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                               const struct tr_source_options *options, struct tr_source **out,
                               struct sim_error *error);
void tr_source_close(struct tr_source *source); /* accepts NULL */
/* The same recording with longer windows: all windows that end in the same interval of `window_ns`
 * become one. Takes `inner`, and closes it even on failure. SIM_USAGE if `inner` carries
 * allocations. */
int tr_source_merge(struct tr_source *inner, uint64_t window_ns, struct tr_source **out,
                    struct sim_error *error);

/* `pages` is 0 until the number of pages is known, which may be after the last record only. */
const struct tr_header *tr_source_header(const struct tr_source *source);
/* 1: *record is the next record; 0: the end; -1: an error, after which every call fails alike. */
int tr_source_next(struct tr_source *source, struct tr_record *record, struct sim_error *error);

/* For callers that want to know which pages are touched, and nothing else of the records: *count is
 * how many of the next touches stand in `ppn`, at most `room`, in order. What is read is counted in
 * *summary, all but windows. 1; 0: the end; -1, as above. */
int tr_source_touches(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                      struct tr_summary *summary, struct sim_error *error);

/* Is a page an object, or perhaps one, whose size the recording does not tell? Then the header's
 * page_bytes is a stand-in. */
bool tr_source_has_objects(const struct tr_source *source);

/* What the reader assumed and passed over; complete at the end of the recording. */
const struct tr_notes *tr_source_notes(const struct tr_source *source);

const char *tr_source_format(const struct tr_source *source); /* the name of its format */
/* How much of the file was read, 0 to 1; negative if its size is unknown. */
double tr_source_progress(const struct tr_source *source);

/* Reads a whole recording, which checks it, and fills *summary. */
int tr_source_summarise(struct tr_source *source, struct tr_summary *summary,
                        struct sim_error *error);
/* Writes the windows that end at `until_ns` or before as a native trace and reads no further.
 * `progress` has a whole of 1; it may be NULL. */
int tr_source_copy(struct tr_source *source, uint64_t until_ns, const char *out,
                   struct sim_progress *progress, struct sim_error *error);

#endif
