/*
 * The virtual hardware of a guest, which the host provides: "physical" pages, one disk, and the
 * balloon driver's channel to the hypervisor (paper, section 3.2).
 *
 * A guest does not know which of its pages have machine memory behind them. A touch that the
 * hypervisor cannot satisfy at once (of a page that it has swapped out) stalls the virtual CPU:
 * `access` notes what is to be done, sets `stalled`, and the host makes the access good later. The
 * guest finishes the step that it is in, at most one page's work, and leaves guest_run().
 *
 * Units: pages of 4 KiB or of page_scale times that (config.h), nanoseconds.
 */
#ifndef GUEST_HARDWARE_H
#define GUEST_HARDWARE_H

#include <stdbool.h>
#include <stdint.h>

#define GUEST_PAGE_SIZE 4096u
#define GUEST_PPN_BITS  28u

/* Contents that a write gives to a page. Any other value is itself the content id. */
#define GUEST_CONTENT_ZERO UINT64_C(0)
#define GUEST_CONTENT_PRIVATE                                                                      \
    UINT64_C(1)                        /* unlike any other page's: the host makes an id for it     \
                                        */
#define GUEST_CONTENT_KEPT UINT64_C(2) /* what the page holds: a write that changes nothing */

/* Makes a content id of any 64 bits: none of the three words above. */
static inline uint64_t guest_content_plain(uint64_t bits)
{
    return bits > GUEST_CONTENT_KEPT ? bits : bits + GUEST_CONTENT_KEPT + 1;
}

/* Bits of guest_hw.map. */
enum guest_map { GUEST_MAP_READ = 1, GUEST_MAP_WRITE = 2 };

struct guest_io {
    bool write;
    uint64_t block; /* of the virtual disk, 4 KiB each */
    uint32_t count; /* blocks, contiguous */
    /* Where a block stands for many of 4 KiB, it may take several requests to read or write them:
     * so many in all. 0: one. */
    uint32_t requests;
    uint32_t tag;   /* the guest's own; the host hands it back to guest_io_done() */
    uint64_t at_ns; /* when the guest makes the request: after the start of its slice */
};

struct guest_hw {
    void *context; /* the first argument of every function below */
    /* One byte for each PPN, kept by the host: which accesses need no fault. The guest is told of
     * those that end (guest_unmapped()). */
    const uint8_t *map;
    /* Does anybody look at contents? If not, the guest need not report a write that `map` allows.
     */
    bool contents_matter;
    /* Accesses (enum guest_map) of single pages that it reports in any case: writes while contents
     * matter, all where `accessed` is there. */
    uint8_t told;
    bool stalled; /* set by the host inside `access`; cleared by the host */
    bool to_disk; /* set by the guest: a device makes this access, to write the page to a disk */
    uint64_t touch_ns; /* CPU time of a touch that `map` allows (models/cost) */

    /* Makes an access that `map` does not allow, or that is told. Returns the CPU time that it
     * took beyond touch_ns. */
    uint64_t (*access)(void *context, uint32_t ppn, bool write, uint64_t content);
    /* These pages were accessed as `map` allows; a PPN is the low GUEST_PPN_BITS bits of each word.
     * NULL: nobody asks. */
    void (*accessed)(void *context, const uint32_t *pages, uint32_t count);
    /* Returns the content id of a page that a device has just read or written: what a disk keeps.
     */
    uint64_t (*content)(void *context, uint32_t ppn);
    /* Starts disk I/O. The disk has a queue. The host calls guest_io_done() when the I/O ends, and
     * never before this function has returned. */
    void (*disk)(void *context, const struct guest_io *io);
    /* A device that may not reach all machine memory reads or writes a page that `map` allows.
     * Returns the CPU time that the hypervisor spent on it. The transfer itself takes no time. */
    uint64_t (*device_io)(void *context, uint32_t ppn);
    /* The balloon driver's channel: it is there or gone; it asks for its target, in pages; it has
     * taken a page from its guest (false: the hypervisor does not want it), or is about to give one
     * back. */
    void (*balloon_driver)(void *context, bool present);
    uint32_t (*balloon_poll)(void *context);
    bool (*balloon_taken)(void *context, uint32_t ppn);
    void (*balloon_returned)(void *context, uint32_t ppn);
    /* These pages are free: the hypervisor may take their memory. The next touch finds zeroes. */
    void (*free_pages)(void *context, uint32_t ppn, uint32_t count);
    /* Tells of something that a user should hear of; `kind` is one word of those in log.h, `detail`
     * one line. It is no part of the hardware: a real administrator finds it in the guest's log.
     * NULL: nobody listens. */
    void (*event)(void *context, const char *kind, const char *detail);
};

static inline uint8_t guest_map_need(bool write)
{
    return write ? GUEST_MAP_WRITE : GUEST_MAP_READ;
}

/* Does the access take its time and nothing else, but for a call of `accessed`? */
static inline bool guest_hw_allows(const struct guest_hw *hw, uint32_t ppn, bool write)
{
    return (hw->map[ppn] & guest_map_need(write)) && !(write && hw->contents_matter);
}

/* One access to a page. Returns its CPU time. The hot path of the whole simulator. */
static inline uint64_t guest_hw_touch(struct guest_hw *hw, uint32_t ppn, bool write,
                                      uint64_t content)
{
    if (hw->map[ppn] & guest_map_need(write) & ~hw->told)
        return hw->touch_ns;
    return hw->touch_ns + hw->access(hw->context, ppn, write, content);
}

#endif
