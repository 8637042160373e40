/*
 * Opening a memory image: maps the file and finds its format by its first bytes.
 *
 * The hazard is a path that names no regular file: a directory, or a pipe, for which an ordinary
 * open would wait for ever.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "traces/images/parts.h"

/* Formats with a signature come first. The others are tried only if the user or the name asks for
 * them. */
static const struct snapshot_format *const formats[] = {
    &snapshot_xen,     &snapshot_elf,     &snapshot_lime,   &snapshot_native,
    &snapshot_buddies, &snapshot_pagemap, &snapshot_hashes, &snapshot_raw,
};

/* Of the open images, so many keep a descriptor; our choice: most of a usual limit is left. */
enum { DESCRIPTORS_MOST = 256 };

static const uint8_t zeroes[TR_DUMP_PAGE_BYTES];
static struct tr_snapshot *mapped_first; /* the list of all open images, for a handler of SIGBUS */

int snapshot_no_memory(const struct tr_snapshot *snapshot, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: no memory", snapshot->path);
}

bool snapshot_begins(const struct tr_snapshot *snapshot, const void *bytes, size_t count)
{
    return snapshot_has(snapshot, 0, count) && memcmp(snapshot->file, bytes, count) == 0;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static const char *kind_name(mode_t mode)
{
    return S_ISDIR(mode)                    ? "a directory"
           : S_ISFIFO(mode)                 ? "a pipe"
           : S_ISSOCK(mode)                 ? "a socket"
           : S_ISBLK(mode) || S_ISCHR(mode) ? "a device"
                                            : "something else";
}

static int map_open_file(struct tr_snapshot *snapshot, int file, struct sim_error *error)
{
    struct stat status;

    if (fstat(file, &status) != 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", snapshot->path,
                             strerror(errno));
    if (!S_ISREG(status.st_mode))
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected a file, found %s", snapshot->path,
                             kind_name(status.st_mode));
    if (status.st_size == 0)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a memory image, found an empty file", snapshot->path);
    snapshot->file_bytes = (uint64_t)status.st_size;
    snapshot->stored_bytes = (uint64_t)status.st_blocks * 512;
    if (snapshot->stored_bytes > snapshot->file_bytes)
        snapshot->stored_bytes = snapshot->file_bytes;
    void *mapped = mmap(NULL, snapshot->file_bytes, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED)
        return sim_error_set(error,
                             errno == ENOMEM || errno == EOVERFLOW ? SIM_SYSTEM : SIM_BAD_DATA,
                             "%s: cannot map its %llu bytes: %s", snapshot->path,
                             (unsigned long long)snapshot->file_bytes, strerror(errno));
    snapshot->descriptor = fcntl(file, F_DUPFD_CLOEXEC, 0);
    if (snapshot->descriptor > DESCRIPTORS_MOST) {
        close(snapshot->descriptor);
        snapshot->descriptor = -1;
    }
    snapshot->file = mapped;
    snapshot->next_mapped = mapped_first;
    mapped_first = snapshot;
    return SIM_OK;
}

/* Maps the plain bytes of a compressed image. Page hashes have a reader that does so itself. */
static int map_plain_file(struct tr_snapshot *snapshot, int file,
                          const struct tr_snapshot_options *options, struct sim_error *error)
{
    struct stat status;
    int plain = -1, result = SIM_OK;

    bool is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
    if (is_file && !snapshot_hashes.recognises(snapshot, options))
        result = snapshot_unpack(snapshot, &plain, error);
    if (result == SIM_OK)
        result = map_open_file(snapshot, plain >= 0 ? plain : file, error);
    if (result == SIM_OK && plain < 0)
        result = snapshot_find_holes(snapshot, file, error);
    if (plain >= 0)
        close(plain);
    return result;
}

static int map_file(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                    struct sim_error *error)
{
    int file = open(snapshot->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (file < 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", snapshot->path,
                             strerror(errno));
    int status = map_plain_file(snapshot, file, options, error);
    close(file);
    return status;
}

static int read_memory(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                       struct sim_error *error)
{
    const struct snapshot_format *format = NULL;

    for (size_t i = 0; format == NULL && i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->recognises(snapshot, options))
            format = formats[i];
    if (format == NULL)
        return snapshot_refuse(snapshot, error);
    snapshot->facts.page_bytes = TR_DUMP_PAGE_BYTES;
    snapshot->drops_holes = options->file_holes == TR_HOLES_SKIP;
    int status = format->open(snapshot, options, error);
    if (status == SIM_OK && snapshot->hashes == NULL)
        status = snapshot_lay_out(snapshot, error);
    return status;
}

static void facts_of_extents(struct tr_snapshot *snapshot)
{
    const struct tr_extent *last = &snapshot->extents[snapshot->extent_count - 1];
    uint64_t next_ppn = 0;

    for (uint32_t i = 0; i < snapshot->extent_count; i++) {
        snapshot->facts.holes += snapshot->extents[i].ppn != next_ppn;
        next_ppn = snapshot->extents[i].ppn + snapshot->extents[i].pages;
    }
    snapshot->facts.pages = last->index + last->pages;
    snapshot->facts.highest_ppn = next_ppn - 1;
}

int tr_snapshot_open(const char *path, const struct tr_snapshot_options *options,
                     struct tr_snapshot **out, struct sim_error *error)
{
    struct tr_snapshot *snapshot = calloc(1, sizeof *snapshot);

    *out = NULL;
    if (snapshot == NULL || (snapshot->path = strdup(path)) == NULL) {
        free(snapshot);
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    int status = map_file(snapshot, options, error);
    if (status == SIM_OK)
        status = read_memory(snapshot, options, error);
    if (status != SIM_OK) {
        tr_snapshot_close(snapshot);
        return status;
    }
    facts_of_extents(snapshot);
    *out = snapshot;
    return SIM_OK;
}

static void unmap_file(struct tr_snapshot *snapshot)
{
    for (struct tr_snapshot **at = &mapped_first; *at != NULL; at = &(*at)->next_mapped) {
        if (*at != snapshot)
            continue;
        *at = snapshot->next_mapped;
        munmap((void *)(uintptr_t)snapshot->file, snapshot->file_bytes);
        if (snapshot->descriptor >= 0)
            close(snapshot->descriptor);
        return;
    }
}

void tr_snapshot_close(struct tr_snapshot *snapshot)
{
    if (snapshot == NULL)
        return;
    unmap_file(snapshot);
    for (uint32_t i = 0; i < snapshot->partial_count; i++)
        free(snapshot->partial[i]);
    free(snapshot->partial);
    free(snapshot->holes);
    free(snapshot->pieces);
    free(snapshot->extents);
    free(snapshot->hashes);
    free(snapshot->path);
    free(snapshot);
}

const struct tr_notes *tr_snapshot_notes(const struct tr_snapshot *snapshot)
{
    return &snapshot->notes;
}

/* ---- Reading ----------------------------------------------------------------------------- */

const char *tr_snapshot_path(const struct tr_snapshot *snapshot)
{
    return snapshot->path;
}

const struct tr_snapshot_facts *tr_snapshot_facts(const struct tr_snapshot *snapshot)
{
    return &snapshot->facts;
}

const struct tr_extent *tr_snapshot_extents(const struct tr_snapshot *snapshot, uint32_t *count)
{
    *count = snapshot->extent_count;
    return snapshot->extents;
}

const struct tr_extent *tr_snapshot_extent_of(const struct tr_snapshot *snapshot, uint32_t index)
{
    uint32_t first = 0, last = snapshot->extent_count - 1;

    while (first < last) {
        uint32_t middle = first + (last - first + 1) / 2;
        if (snapshot->extents[middle].index <= index)
            first = middle;
        else
            last = middle - 1;
    }
    return &snapshot->extents[first];
}

const uint8_t *tr_extent_page(const struct tr_extent *extent, uint32_t index)
{
    return extent->bytes == NULL
               ? zeroes
               : extent->bytes + (size_t)(index - extent->index) * TR_DUMP_PAGE_BYTES;
}

static bool is_mapped_by(const struct tr_snapshot *snapshot, const void *address)
{
    uintptr_t first = (uintptr_t)snapshot->file;
    return (uintptr_t)address >= first && (uintptr_t)address - first < snapshot->file_bytes;
}

void tr_snapshot_copy(const struct tr_snapshot *snapshot, const uint8_t *from, uint8_t *to,
                      size_t bytes)
{
    while (snapshot->descriptor >= 0 && bytes > 0 && is_mapped_by(snapshot, from)) {
        ssize_t count = pread(snapshot->descriptor, to, bytes, from - snapshot->file);
        if (count <= 0)
            break; /* the mapping then says what is wrong */
        from += count;
        to += count;
        bytes -= (size_t)count;
    }
    memcpy(to, from, bytes);
}

const char *tr_snapshot_mapped_at(const void *address)
{
    for (const struct tr_snapshot *at = mapped_first; at != NULL; at = at->next_mapped) {
        if (is_mapped_by(at, address))
            return at->path;
    }
    return NULL;
}
