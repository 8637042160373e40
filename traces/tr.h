/*
 * Recorded memory: what pages held, which pages were touched, and when.
 *
 * A trace in the native format is a header followed by chunks of records. Each chunk is compressed
 * with zstd and has a checksum; traces/FORMAT.md describes every byte. Reader and writer handle one
 * chunk at a time, so their memory does not grow with the length of the trace. A trace that is
 * damaged, cut short or of another version is refused with SIM_BAD_DATA; the message says where and
 * why.
 *
 * traces/formats/source.h reads recordings in other formats and gives the same records.
 */
#ifndef TR_H
#define TR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

/* The hash of a page of zeroes in recordings made with the project's recorder (its page_hash). */
#define TR_RECORDER_ZERO_HASH UINT64_C(0xf0932edfbcf04981)

#define TR_PAGES_MOST       (UINT32_C(1) << 30)
#define TR_PAGE_BYTES_LEAST 512u
#define TR_PAGE_BYTES_MOST  (UINT32_C(1) << 30)

/* What a trace carries. What it does not carry is unknown: it may have happened all the same. */
enum tr_carries {
    TR_CONTENTS = 1,     /* 64-bit hashes of page contents */
    TR_TOUCHES = 2,      /* touches of pages, reads included */
    TR_MARKS = 4,        /* named moments */
    TR_WRITES = 8,       /* which touches wrote; without TR_TOUCHES only writes are known */
    TR_DEVICE_IO = 16,   /* pages that devices read or wrote */
    TR_ALLOCATIONS = 32, /* pages that the guest's kernel or the process allocated and freed */
    TR_HOLES = 64,       /* page numbers without memory */
    TR_TIME = 128,       /* times come from a clock; without it they only count accesses */
    TR_CARRIES_ALL = 255,
};

/* What the page numbers stand for. */
enum tr_space {
    TR_SPACE_MACHINE, /* guest-physical pages of a whole machine */
    TR_SPACE_PROCESS, /* virtual pages of a process, numbered anew */
    TR_SPACE_BLOCKS,  /* blocks of files or disks, or objects, numbered anew */
    TR_SPACES,
};

struct tr_header {
    uint32_t page_bytes; /* a power of two */
    uint32_t pages;      /* 1 .. TR_PAGES_MOST; page numbers are below it. For a writer also 0 */
    uint32_t carries;    /* enum tr_carries, or-ed */
    enum tr_space space;
    uint64_t zero_hash; /* the source's hash of a page of zeroes; records have 0 in its place */
    char clock[32];     /* the clock of the times: "wall", "guest virtual", ... */
    char source[200];   /* where the recording comes from, for people */
};

/* The names of the bits of `carries`: "contents, touches". */
#define TR_CARRIES_TEXT_BYTES 100u
void tr_carries_text(uint32_t carries, char text[TR_CARRIES_TEXT_BYTES]);
const char *tr_space_text(enum tr_space space);
/* A time in seconds, exact, without zeroes at the end: "12.5". */
#define TR_TIME_TEXT_BYTES 24u
void tr_time_text(uint64_t ns, char text[TR_TIME_TEXT_BYTES]);
/* SIM_OK if the trace carries all bits of `needed`. Otherwise SIM_BAD_DATA with the message "PATH:
 * WHO needs a trace with contents, found one with touches". */
int tr_header_require(const char *path, const struct tr_header *header, uint32_t needed,
                      const char *who, struct sim_error *error);

/*
 * A trace is a sequence of windows in order of time. What the records of a window say happened
 * after the end of the previous window and not after the end of this one. At first every page is in
 * use and full of zeroes. A snapshot of all memory is a window with the contents of every page that
 * changed since the previous window.
 *
 * Writer and reader both enforce these rules:
 * - The first record is a window, and each window ends later than the one before.
 * - Page numbers, the last one of a range included, are below the header's `pages`.
 * - The time of a mark lies in its window.
 * - Holes are in the first window only.
 * - Records and accesses are only of kinds that the header's `carries` announces. Without TR_WRITES
 *   every touch has the access TR_READ.
 */
enum tr_kind {
    TR_WINDOW,  /* a window begins; it ends at at_ns */
    TR_CONTENT, /* ppn now holds `content` */
    TR_TOUCH,   /* ppn was touched; `access` has bits of enum tr_access */
    TR_MARK,    /* the moment at_ns is named `text` */
    TR_DEVICE,  /* a device read (TR_READ) or wrote (TR_WRITE) `pages` pages from ppn on */
    TR_ALLOC,   /* `pages` pages from ppn on were allocated */
    TR_FREE,    /* `pages` pages from ppn on were freed */
    TR_HOLE,    /* `pages` pages from ppn on do not exist */
    TR_KINDS,
};

enum tr_access { TR_READ = 1, TR_WRITE = 2, TR_EXECUTE = 4 };

struct tr_record {
    enum tr_kind kind; /* says which of the fields below count; a reader leaves the others alone */
    uint8_t access;
    uint32_t ppn;
    uint32_t pages;
    uint64_t at_ns;
    uint64_t content; /* 0 = a page of zeroes */
    char text[64];
};

struct tr_writer;
/* Opens a trace for writing. The file is created or replaced only when tr_writer_close() succeeds;
 * until then the records are in a file beside it (PATH.NUMBER.part). A pipe or a device is written
 * directly. A record that breaks the rules is refused with SIM_BAD_DATA, and so is every later one.
 *
 * header->pages may be 0 if the number of pages is not known yet. The header of the file then gets
 * one more than the highest page number. This needs a regular file. */
int tr_writer_open(const char *path, const struct tr_header *header, struct tr_writer **out,
                   struct sim_error *error);
int tr_writer_put(struct tr_writer *writer, const struct tr_record *record,
                  struct sim_error *error);
/* Writes the end of the file and closes it. Frees the writer in any case; on failure the file is
 * removed. */
int tr_writer_close(struct tr_writer *writer, struct sim_error *error);
void tr_writer_abandon(struct tr_writer *writer); /* closes and removes the file; accepts NULL */

struct tr_reader;
int tr_reader_open(const char *path, struct tr_reader **out, struct sim_error *error);
const struct tr_header *tr_reader_header(const struct tr_reader *reader);
/* 1: *record is the next record. 0: the end of a complete trace. -1: the trace is damaged, `error`
 * says where; another call gives the same error. */
int tr_reader_next(struct tr_reader *reader, struct tr_record *record, struct sim_error *error);
uint64_t tr_reader_bytes(const struct tr_reader *reader); /* read from the file so far */
void tr_reader_close(struct tr_reader *reader);           /* accepts NULL */

/* What a trace holds. A summary starts zeroed; the caller fills `header` and `file_bytes`. */
struct tr_summary {
    struct tr_header header;
    uint64_t file_bytes, windows, contents, zero_contents, touches, marks;
    uint64_t writes; /* touches that wrote */
    uint64_t device_pages, allocated_pages, freed_pages, hole_pages;
    uint64_t in_window;         /* contents, touches, I/Os and frees in the latest window */
    uint64_t window_most;       /* the most of these in any window */
    uint64_t first_ns, last_ns; /* ends of the first and of the last window */
};
void tr_summary_count(struct tr_summary *summary, const struct tr_record *record);
/* Reads a whole trace, which checks it, and fills *summary. */
int tr_summarise(const char *path, struct tr_summary *summary, struct sim_error *error);

#endif
