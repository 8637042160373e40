/*
 * Recorded memory: what was in pages, which pages were touched, and when.
 *
 * The native format (traces/FORMAT.md describes every byte) is a header that describes itself and a
 * row of zstd-compressed chunks, each with a checksum. Reader and writer stream: their memory does
 * not grow with the length of the trace. A trace that is damaged, cut short or of another version
 * is refused with SIM_BAD_DATA and one line that says where and why.
 *
 * Recordings in other formats are read through traces/formats/source.h, as the same records.
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

/* What a trace tells. What it does not carry is unknown, not absent. */
enum tr_carries {
    TR_CONTENTS = 1,     /* 64-bit hashes of page contents */
    TR_TOUCHES = 2,      /* that pages were touched, reads included */
    TR_MARKS = 4,        /* named moments */
    TR_WRITES = 8,       /* which touches wrote; without TR_TOUCHES only writes are known */
    TR_DEVICE_IO = 16,   /* pages that devices read or wrote */
    TR_ALLOCATIONS = 32, /* pages that the guest's kernel or the process took and gave back */
    TR_HOLES = 64,       /* page numbers behind which there is no memory */
    TR_TIME = 128,       /* times are of a clock; without it they only count accesses */
    TR_CARRIES_ALL = 255,
};

/* What the page numbers are. */
enum tr_space {
    TR_SPACE_MACHINE, /* guest-physical pages of a whole machine */
    TR_SPACE_PROCESS, /* virtual pages of a process, numbered anew */
    TR_SPACE_BLOCKS,  /* blocks of files or disks, or objects, numbered anew */
    TR_SPACES,
};

struct tr_header {
    uint32_t page_bytes; /* a power of two */
    uint32_t pages;      /* page numbers are below it: 1 .. TR_PAGES_MOST; for a writer also 0 */
    uint32_t carries;    /* enum tr_carries, or-ed */
    enum tr_space space;
    uint64_t zero_hash; /* the hash of a page of zeroes in the source; records hold 0 for it */
    char clock[32];     /* what the times are: "wall", "guest virtual", ... */
    char source[200];   /* what it was made from, for people */
};

/* "contents, touches": the names of these bits. */
#define TR_CARRIES_TEXT_BYTES 100u
void tr_carries_text(uint32_t carries, char text[TR_CARRIES_TEXT_BYTES]);
const char *tr_space_text(enum tr_space space);
/* Seconds, exact, without zeroes at the end: "12.5". */
#define TR_TIME_TEXT_BYTES 24u
void tr_time_text(uint64_t ns, char text[TR_TIME_TEXT_BYTES]);
/* SIM_OK if the trace carries all bits of `needed`; otherwise SIM_BAD_DATA and "PATH: WHO needs a
 * trace with contents, found one with touches". */
int tr_header_require(const char *path, const struct tr_header *header, uint32_t needed,
                      const char *who, struct sim_error *error);

/*
 * A trace is a sequence of windows in order of time. All that a window holds happened after the end
 * of the window before it and not after its own end; a whole snapshot is a window that holds the
 * contents of every page that differs from before (all pages start as zeroes, and in use).
 *
 * The rules, which writer and reader both enforce: the first record is a window; windows end later
 * and later; a page number is below the header's `pages`, and so is the last of a range; a mark's
 * time lies in its window; a hole stands in the first window; no record, and no access, that the
 * header does not announce. Where nothing is known of writes, the access of a touch is TR_READ.
 */
enum tr_kind {
    TR_WINDOW,  /* a window begins: at_ns is its end */
    TR_CONTENT, /* ppn now holds `content` */
    TR_TOUCH,   /* ppn was touched: `access`, enum tr_access or-ed */
    TR_MARK,    /* `text` at at_ns */
    TR_DEVICE,  /* a device read (TR_READ) or wrote (TR_WRITE) `pages` pages from ppn on */
    TR_ALLOC,   /* `pages` pages from ppn on came into use */
    TR_FREE,    /* ... are out of use */
    TR_HOLE,    /* ... do not exist */
    TR_KINDS,
};

enum tr_access { TR_READ = 1, TR_WRITE = 2, TR_EXECUTE = 4 };

struct tr_record {
    enum tr_kind kind; /* fields that the kind does not name are left as they were */
    uint8_t access;
    uint32_t ppn;
    uint32_t pages;
    uint64_t at_ns;
    uint64_t content; /* 0 = a page of zeroes */
    char text[64];
};

struct tr_writer;
/* Creates or replaces the file, but only when tr_writer_close() succeeds: until then the records go
 * to a file beside it (PATH.NUMBER.part). What is not a regular file (a pipe, a device) is written
 * directly. A record that breaks the rules is refused with SIM_BAD_DATA, and the writer with it.
 *
 * header->pages may be 0 where the number is not known yet: the file then says one more than the
 * highest page number. Only a regular file can be corrected in this way. */
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

/* What a trace holds. Begins as zeroes; header and file_bytes are the caller's. */
struct tr_summary {
    struct tr_header header;
    uint64_t file_bytes, windows, contents, zero_contents, touches, marks;
    uint64_t writes; /* touches that wrote */
    uint64_t device_pages, allocated_pages, freed_pages, hole_pages;
    uint64_t in_window;         /* contents, touches, I/Os and frees in the last window */
    uint64_t window_most;       /* and in the largest */
    uint64_t first_ns, last_ns; /* ends of the first and of the last window */
};
void tr_summary_count(struct tr_summary *summary, const struct tr_record *record);
/* One pass over a whole trace, which it thereby checks. */
int tr_summarise(const char *path, struct tr_summary *summary, struct sim_error *error);

#endif
