/*
 * A copy of /proc/PID/pagemap: a little-endian 64-bit entry for each virtual page. Bits 0 to 54 are
 * the number of its page frame; bit 63 says that the page is in memory.
 *
 * The copy has no contents, but it tells which pages are shared. Pages of two virtual machines
 * (that is, of two processes of QEMU) that have the same frame are shared, by KSM or as pages of
 * one file. So the frame number stands for the content of a page. Pages that are not in memory are
 * holes. A copy of /proc/kpageflags, with an entry for each frame, tells the zero page by bit 24.
 *
 * The hazards: the kernel hides frame numbers from all users but root, who read 0 for each. And a
 * copy of kpageflags that is too short says nothing about the frames beyond it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "traces/format.h"
#include "traces/images/parts.h"

#define ENTRY_BYTES   8u
#define FRAME_BITS    55u
#define ENTRY_PRESENT (UINT64_C(1) << 63)
#define FRAME_MASK    ((UINT64_C(1) << FRAME_BITS) - 1)
#define FLAG_ZERO     (UINT64_C(1) << 24)

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)snapshot;
    return options->pagemap;
}

/* Opens a regular file; SIM_BAD_DATA if it is none. */
static int open_flags(const char *path, int *file, struct sim_error *error)
{
    struct stat status;
    *file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (*file < 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", path, strerror(errno));
    if (fstat(*file, &status) == 0 && S_ISREG(status.st_mode))
        return SIM_OK;
    close(*file);
    return sim_error_set(error, SIM_BAD_DATA, "%s: expected a file, a copy of /proc/kpageflags",
                         path);
}

static bool is_zero_frame(int flags_file, uint64_t frame)
{
    uint8_t bytes[ENTRY_BYTES];
    return flags_file >= 0 && frame <= INT64_MAX / ENTRY_BYTES &&
           pread(flags_file, bytes, sizeof bytes, (off_t)(frame * ENTRY_BYTES)) == sizeof bytes &&
           (tr_get_u64(bytes) & FLAG_ZERO);
}

/* Adds the runs of pages that are in memory, with their frame numbers as contents. */
static int take_entries(struct tr_snapshot *snapshot, uint32_t pages, int flags_file,
                        struct sim_error *error)
{
    uint64_t frames = 0, present = 0;
    uint32_t run = 0;
    int status = SIM_OK;
    for (uint32_t page = 0; page <= pages && status == SIM_OK; page++) {
        uint64_t entry =
            page < pages ? tr_get_u64(snapshot->file + (uint64_t)page * ENTRY_BYTES) : 0;
        uint64_t frame = entry & FRAME_MASK;
        if (entry & ENTRY_PRESENT) {
            snapshot->hashes[page] = is_zero_frame(flags_file, frame) ? 0 : frame + 1;
            frames |= frame;
            present++;
            run++;
        } else if (run > 0) {
            status = snapshot_add_hashes(snapshot, page - run, run, error);
            run = 0;
        }
    }
    if (status != SIM_OK)
        return status;
    if (present == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected pages in memory, found none",
                             snapshot->path);
    if (frames == 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected page frame numbers, found them hidden: copy "
                             "/proc/PID/pagemap as root",
                             snapshot->path);
    return SIM_OK;
}

static int open_pagemap(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                        struct sim_error *error)
{
    uint64_t pages = snapshot->file_bytes / ENTRY_BYTES;
    int flags_file = -1;
    snapshot->facts.format = "page frames (pagemap)";
    snapshot->facts.hash_bits = FRAME_BITS;
    snapshot->facts.has_zero_hash = options->kpageflags != NULL;
    if (snapshot->file_bytes % ENTRY_BYTES != 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected entries of 8 bytes, found %" PRIu64 " bytes",
                             snapshot->path, snapshot->file_bytes);
    int status = snapshot_check_pages(snapshot, pages, snapshot->stored_bytes / ENTRY_BYTES, error);
    if (status == SIM_OK && options->kpageflags)
        status = open_flags(options->kpageflags, &flags_file, error);
    if (status != SIM_OK)
        return status;
    snapshot->hashes = malloc((pages + 1) * sizeof *snapshot->hashes);
    status = snapshot->hashes ? take_entries(snapshot, (uint32_t)pages, flags_file, error)
                              : snapshot_no_memory(snapshot, error);
    if (flags_file >= 0)
        close(flags_file);
    return status;
}

const struct snapshot_format snapshot_pagemap = {recognises, open_pagemap};
