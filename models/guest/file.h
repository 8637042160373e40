/*
 * Files and the blocks of the virtual disk's file area that they lie in.
 *
 * A file lies in extents of 16, 32, 64, ... blocks. So the block of a page follows from the page's
 * number, without a search. A block's number is the place (page.h) of the page that it holds.
 */
#ifndef GUEST_FILE_H
#define GUEST_FILE_H

#include <stdbool.h>
#include <stdint.h>

#define FILE_FIRST_BLOCKS 16u
#define FILE_EXTENTS      16u
#define FILE_MOST         (UINT32_C(1) << 20) /* files of one guest */

struct file {
    uint64_t bytes;
    uint32_t extent[FILE_EXTENTS];   /* first block; 0: not there yet */
    uint32_t dirty_first, dirty_end; /* pages dirtied since the last sync lie in here */
    uint32_t read_next, read_window; /* read-ahead: the page after the last read; pages at a time */
    bool written;                    /* contents are its own, no longer the disk image's */
};

struct files {
    struct file *file; /* FILE_MOST records */
    uint32_t count;
    uint32_t page_bytes;
    uint32_t blocks; /* of the file area, given out so far */
    /* Extents that were given back, by size: first block, 0: none. The entry of an extent's first
     * block in `place` holds the next extent. */
    uint32_t free_extent[FILE_EXTENTS];
    uint32_t *place; /* what is at each place of the guest (place.h) */
};

/* `file` and `place` are set and zeroed, and page_bytes is set. */
void guest_file_init(struct files *files);
/* See guest_files_new(). */
uint32_t guest_file_new(struct files *files, uint32_t count, uint64_t image_bytes);

/* The place of a page of the file; 0: it has no block yet. */
uint32_t guest_file_place(const struct file *file, uint32_t page);
/* Gives the page a block if it has none. False: the disk is full. */
bool guest_file_grow(struct files *files, struct file *file, uint32_t page);
/* Gives back all extents that lie beyond the first `pages` pages. Nothing may be at their places.
 */
void guest_file_shrink(struct files *files, struct file *file, uint32_t pages);

#endif
