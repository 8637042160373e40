/*
 * The memory of one machine at one moment, from whatever file holds it: a core of QEMU or libvirt,
 * a raw image, a LiME image, a list of page hashes, a native trace at a time.
 *
 * Dumps are mapped, never copied whole: a page is a pointer into the file. What a file says of
 * itself is checked before it is used, and memory is bounded by what the file really holds. A file
 * that is damaged or of another kind is refused with SIM_BAD_DATA and one line that says what was
 * expected, what was found and, where another program can help, how to convert.
 */
#ifndef TR_IMAGES_SNAPSHOT_H
#define TR_IMAGES_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/error.h"

#define TR_DUMP_PAGE_BYTES 4096u /* of the formats that hold real bytes */

/* What the file cannot say of itself. TR_SNAPSHOT_DEFAULTS suits every format with a signature. */
struct tr_snapshot_options {
    /* No signature: byte i of the file is guest-physical address i (QEMU's pmemsave from 0, LiME's
     * mode `padded`). Not needed where a range list FILE.ranges stands beside the file. */
    bool raw;
    bool hashes;        /* 64-bit page hashes, though the name ends neither in .h64 nor .h64.zst */
    bool has_zero_hash; /* the hash of a page of zeroes is given; else 64-bit hashes are taken to be
                           the recorder's (TR_RECORDER_ZERO_HASH), of 32-bit hashes it is unknown */
    uint64_t zero_hash;
    bool pagemap;           /* a copy of /proc/PID/pagemap: frames stand for contents */
    const char *kpageflags; /* a copy of /proc/kpageflags, which knows the zero page; NULL: none */
    uint64_t at_ns;         /* the moment of a native trace: the last window that ends by then */

    /* A hash trace of UMass Memory Buddies: where the 32-bit hashes begin, how many there are (0:
     * to the end of the file), and their byte order. Their public description names none of it. */
    struct {
        bool given, big_endian;
        uint64_t offset_bytes, pages;
    } buddies;
};
#define TR_SNAPSHOT_DEFAULTS ((struct tr_snapshot_options){.at_ns = UINT64_MAX})

struct tr_snapshot_facts {
    const char *format; /* for people: "ELF core", ... */
    uint32_t page_bytes;
    uint32_t pages;       /* present; 1 .. TR_PAGES_MOST */
    uint64_t highest_ppn; /* of those present */
    uint32_t holes;       /* runs of absent pages below it */
    uint32_t hash_bits;   /* 0: real bytes; else 64 or 32; 55: frames */
    bool has_moments;     /* a recording over time: options.at_ns chose the moment */
    bool has_zero_hash; /* of hashes: it is known, and so which pages are zeroes. It stands for the
                         */
    uint64_t zero_hash; /* recorder's key as well: hashes are comparable where it is equal */
};

/* Pages that lie one after another, in the machine and in memory. */
struct tr_extent {
    uint64_t ppn;   /* of the first */
    uint32_t index; /* of the first, among the pages present, in order of address */
    uint32_t pages;
    const uint8_t *bytes;   /* real bytes, at any alignment; NULL: pages of zeroes, or hashes: */
    const uint64_t *hashes; /* 0 = a page of zeroes; equal hashes mean equal pages */
};

struct tr_snapshot;
int tr_snapshot_open(const char *path, const struct tr_snapshot_options *options,
                     struct tr_snapshot **out, struct sim_error *error);
void tr_snapshot_close(struct tr_snapshot *snapshot); /* accepts NULL */

const char *tr_snapshot_path(const struct tr_snapshot *snapshot);
const struct tr_snapshot_facts *tr_snapshot_facts(const struct tr_snapshot *snapshot);
/* In order of address; their indices are 0 .. facts->pages - 1 without a gap. */
const struct tr_extent *tr_snapshot_extents(const struct tr_snapshot *snapshot, uint32_t *count);
/* The extent of a page, by its index. */
const struct tr_extent *tr_snapshot_extent_of(const struct tr_snapshot *snapshot, uint32_t index);
/* The bytes of a page of an extent without hashes. */
const uint8_t *tr_extent_page(const struct tr_extent *extent, uint32_t index);
/* The path of the open image in whose mapped file an address lies, also while it is being opened;
 * NULL: none. For a handler of SIGBUS, which a file raises that is cut while it is mapped; images
 * are opened and closed by one thread. */
const char *tr_snapshot_mapped_at(const void *address);

#endif
