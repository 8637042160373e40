/*
 * Recorded memory of a VM: what was in its pages, which pages were touched, and when.
 *
 * The native format (traces/FORMAT.md describes every byte) is a header that describes itself and a
 * row of zstd-compressed chunks, each with a checksum. Reader and writer stream: their memory does
 * not grow with the length of the trace. A trace that is damaged, cut short or of another version
 * is refused with SIM_BAD_DATA and one line that says where and why.
 */
#ifndef TR_H
#define TR_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

/* The hash of a page of zeroes in recordings made with the project's recorder (its page_hash). */
#define TR_RECORDER_ZERO_HASH UINT64_C(0xf0932edfbcf04981)

#define TR_PAGES_MOST       (UINT32_C(1) << 30)
#define TR_PAGE_BYTES_LEAST 512u
#define TR_PAGE_BYTES_MOST  (UINT32_C(1) << 30)

enum tr_carries {
    TR_CONTENTS = 1, /* 64-bit hashes of page contents */
    TR_TOUCHES = 2,  /* pages read, written or executed in windows of time */
    TR_MARKS = 4,    /* named moments */
};

struct tr_header {
    uint32_t page_bytes; /* a power of two */
    uint32_t pages;      /* of the VM; 1 .. TR_PAGES_MOST */
    uint32_t carries;    /* enum tr_carries, or-ed */
    uint64_t zero_hash;  /* the hash of a page of zeroes in the source; records hold 0 for it */
    char clock[32];      /* what the times are: "wall", "guest virtual", ... */
    char source[200];    /* what it was made from, for people */
};

/*
 * A trace is a sequence of windows in order of time. All that a window holds happened after the end
 * of the window before it and not after its own end; a whole snapshot is a window that holds the
 * contents of every page that differs from before (all pages start as zeroes).
 *
 * The rules, which writer and reader both enforce: the first record is a window; windows end later
 * and later; a PPN is below the header's `pages`; a mark's time lies in its window; no record of a
 * kind that the header does not announce.
 */
enum tr_kind {
    TR_WINDOW,  /* a window begins: at_ns is its end */
    TR_CONTENT, /* ppn now holds `content` */
    TR_TOUCH,   /* ppn was touched: `access`, enum tr_access or-ed */
    TR_MARK,    /* `text` at at_ns */
};

enum tr_access { TR_READ = 1, TR_WRITE = 2, TR_EXECUTE = 4 };

struct tr_record {
    enum tr_kind kind; /* fields that the kind does not name are left as they were */
    uint8_t access;
    uint32_t ppn;
    uint64_t at_ns;
    uint64_t content; /* 0 = a page of zeroes */
    char text[64];
};

struct tr_writer;
/* Creates or replaces the file, but only when tr_writer_close() succeeds: until then the records go
 * to a file beside it (PATH.NUMBER.part). What is not a regular file (a pipe, a device) is written
 * directly. A record that breaks the rules is refused with SIM_BAD_DATA, and the writer with it. */
int tr_writer_open(const char *path, const struct tr_header *header, struct tr_writer **out,
                   struct sim_error *error);
int tr_writer_put(struct tr_writer *writer, const struct tr_record *record,
                  struct sim_error *error);
/* Ends the file and closes it. Frees the writer in any case; on failure the file is removed. */
int tr_writer_close(struct tr_writer *writer, struct sim_error *error);
void tr_writer_abandon(struct tr_writer *writer); /* close and remove; accepts NULL */

struct tr_reader;
int tr_reader_open(const char *path, struct tr_reader **out, struct sim_error *error);
const struct tr_header *tr_reader_header(const struct tr_reader *reader);
/* 1: *record was filled; 0: the end of a whole trace; -1: `error` filled, the trace is not to be
 * used and the same error would come again. */
int tr_reader_next(struct tr_reader *reader, struct tr_record *record, struct sim_error *error);
uint64_t tr_reader_bytes(const struct tr_reader *reader); /* of the file, read so far */
void tr_reader_close(struct tr_reader *reader);           /* accepts NULL */

/* One pass over a whole trace, which it thereby checks. */
struct tr_summary {
    struct tr_header header;
    uint64_t file_bytes, windows, contents, zero_contents, touches, marks;
    uint64_t window_most;       /* contents and touches in the largest window */
    uint64_t first_ns, last_ns; /* ends of the first and of the last window */
};
int tr_summarise(const char *path, struct tr_summary *summary, struct sim_error *error);

/* Copies the windows that end at or before `until_ns`. What lies behind them is not looked at. */
int tr_cut(const char *path, uint64_t until_ns, const char *out, struct sim_error *error);

/* Importers. A snapshot list: the same VM's page hashes (.h64, or .h64.zst) at rising times; the
 * 64-bit hash of the zero page is given. A window for each file, holding what changed. Times that
 * do not rise are SIM_USAGE. */
int tr_import_snapshots(const char *const *paths, const uint64_t *at_ns, uint32_t count,
                        uint64_t zero_hash, const char *source, const char *out,
                        struct sim_error *error);
/* A page-touch trace of QEMU's plugin. Whether a file is zstd-compressed shows in its first bytes;
 * its name does not matter, here and above. */
int tr_import_pgt(const char *path, const char *source, const char *out, struct sim_error *error);

#endif
