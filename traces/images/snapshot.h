/*
 * Memory images: the memory of one machine at one moment. The file may be a core of QEMU or
 * libvirt, a raw image, a LiME image, a list of page hashes, or a native trace, of which one moment
 * counts.
 *
 * An image is mapped, never copied whole: a page is a pointer into the mapped file. What a file
 * says about itself is checked before use, and memory is bounded by what the file really holds. A
 * file that is damaged or of another kind is refused with SIM_BAD_DATA. The message says what was
 * expected, what was found and, if another program can help, how to convert the file.
 */
#ifndef TR_IMAGES_SNAPSHOT_H
#define TR_IMAGES_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"
#include "traces/notes.h"

#define TR_DUMP_PAGE_BYTES 4096u /* of a page in the formats that hold real bytes */

/* What a file cannot say about itself. TR_SNAPSHOT_DEFAULTS suits every format with a signature. */
struct tr_snapshot_options {
    /* The file has no signature: its byte i is guest-physical address i (QEMU's pmemsave from 0,
     * LiME's mode `padded`). Not needed if there is a range list FILE.ranges beside the file. */
    bool raw;
    bool hashes; /* 64-bit page hashes, though the name ends neither in .h64 nor in .h64.zst */
    /* zero_hash is the hash of a page of zeroes. Otherwise 64-bit hashes are taken to be those of
     * this project's recorder (TR_RECORDER_ZERO_HASH), and for 32-bit hashes it is unknown. */
    bool has_zero_hash;
    uint64_t zero_hash;
    bool pagemap;           /* a copy of /proc/PID/pagemap: frame numbers stand for contents */
    const char *kpageflags; /* a copy of /proc/kpageflags, which tells the zero page; NULL: none */
    /* Pages of an image of real bytes that lie in holes of a sparse file. A raw image with holes
     * may be a copy in which zeroes took no room, or a snapshot of changed pages only. */
    enum tr_snapshot_holes {
        TR_HOLES_APART, /* of a raw image: absent, counted, and a note says so; else zeroes */
        TR_HOLES_ZERO,
        TR_HOLES_SKIP, /* absent, in any format */
    } file_holes;
    uint64_t at_ns; /* of a native trace: the last window that ends at this time or before */

    /* A hash trace of UMass Memory Buddies: where its 32-bit hashes begin, how many there are (0:
     * up to the end of the file), and their byte order. No public description says so. */
    struct {
        bool given, big_endian;
        uint64_t offset_bytes, pages;
    } buddies;
};
#define TR_SNAPSHOT_DEFAULTS ((struct tr_snapshot_options){.at_ns = UINT64_MAX})

struct tr_snapshot_facts {
    const char *format; /* for people: "ELF core", ... */
    uint32_t page_bytes;
    uint32_t pages;       /* how many are present; 1 .. TR_PAGES_MOST */
    uint64_t highest_ppn; /* of the present pages */
    uint32_t holes;       /* runs of absent pages below highest_ppn */
    uint64_t hole_pages;  /* that lie in holes of the file, whether they count as zeroes or not */
    uint32_t hash_bits;   /* 0: real bytes; 64 or 32: hashes; 55: frame numbers */
    bool has_moments;     /* a recording over time: options.at_ns chose the moment */
    /* Hashes only: zero_hash is known, and so which pages are zeroes. It depends on the recorder's
     * key too, so hashes of two images can be compared if their zero_hash is equal. */
    bool has_zero_hash;
    uint64_t zero_hash;
};

/* A run of pages that follow each other, in the machine and in the mapped file. */
struct tr_extent {
    uint64_t ppn;   /* of the first page */
    uint32_t index; /* of the first page: how many present pages lie below it */
    uint32_t pages;
    const uint8_t *bytes;   /* real bytes, at any alignment; NULL: hashes, or pages of zeroes */
    const uint64_t *hashes; /* 0 for a page of zeroes; equal pages have equal hashes */
};

struct tr_snapshot;
int tr_snapshot_open(const char *path, const struct tr_snapshot_options *options,
                     struct tr_snapshot **out, struct sim_error *error);
void tr_snapshot_close(struct tr_snapshot *snapshot); /* accepts NULL */

/* What was assumed and left out. */
const struct tr_notes *tr_snapshot_notes(const struct tr_snapshot *snapshot);
const char *tr_snapshot_path(const struct tr_snapshot *snapshot);
const struct tr_snapshot_facts *tr_snapshot_facts(const struct tr_snapshot *snapshot);
/* The extents in order of address. The indices of their pages are 0 .. facts->pages - 1, without
 * gaps. */
const struct tr_extent *tr_snapshot_extents(const struct tr_snapshot *snapshot, uint32_t *count);
/* The extent that holds the page of this index. */
const struct tr_extent *tr_snapshot_extent_of(const struct tr_snapshot *snapshot, uint32_t index);
/* The bytes of the page of this index, which is in the extent. Not for an extent of hashes. */
const uint8_t *tr_extent_page(const struct tr_extent *extent, uint32_t index);
/* Copies bytes of the image: `from` is in a page of it, and all of them are. Reading every page of
 * an image in this way is faster than through the mapping, where each page costs a fault. A file
 * that was cut short raises SIGBUS, as the mapping does. */
void tr_snapshot_copy(const struct tr_snapshot *snapshot, const uint8_t *from, uint8_t *to,
                      size_t bytes);
/* The path of the image in whose mapped file an address lies; NULL: of none. It also knows an image
 * that is just being opened. It is for a handler of SIGBUS, the signal that comes when a mapped
 * file is cut short. Only one thread may open and close images. */
const char *tr_snapshot_mapped_at(const void *address);

#endif
