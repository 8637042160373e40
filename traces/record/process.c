/*
 * Records a live Linux process from outside: in each period it walks the mappings of the process
 * and hashes the pages that are in memory.
 *
 * The files of /proc/PID tell the rest: maps has the mappings; pagemap says which of their pages
 * are in memory, and which were written since the last write to clear_refs ("soft-dirty"). Contents
 * come from process_vm_readv(2). The owner of the process may do all of this without being root.
 *
 * A kernel without soft-dirty does not tell writes. Then every page is hashed in every period, and
 * the trace does not carry writes. The ioctl PAGEMAP_SCAN finds written pages only in a process
 * that asked for it itself. On kernels that have it, it finds the pages in memory in huge, nearly
 * empty mappings.
 *
 * The hazards: an open file of /proc belongs to the program that ran when it was opened, and the
 * process may start another program; so these files are opened anew in every round. The process
 * runs on while it is read. So a page may be read in the middle of a write, and a mapping may
 * vanish in between; a page that cannot be read any more counts as freed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "sim/array.h"
#include "sim/progress.h"
#include "traces/format.h"
#include "traces/page_map.h"
#include "traces/record/record.h"
#include "traces/tr.h"

#define PAGE_BYTES      4096u
#define BATCH_PAGES     64u
#define PAGEMAP_DIRTY   (UINT64_C(1) << 55)
#define PAGEMAP_SWAPPED (UINT64_C(1) << 62)
#define PAGEMAP_PRESENT (UINT64_C(1) << 63)

/* A page of the process; its index is its page number in the trace. */
struct page {
    uint64_t hash;
    uint32_t round; /* the last round in which it was in memory; 0: not in use */
};

struct process {
    const struct record_process_options *options;
    char name[40]; /* "process PID", for errors */
    int pagemap;
    bool tells_writes;
    struct tr_page_map numbers; /* of virtual pages */
    struct page *pages;
    size_t room;
    uint32_t round;
    struct tr_writer *writer;
    uint64_t zero_hash, began_ns;
    struct record_done *done; /* stays the caller's */
};

static uint64_t clock_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* ---- What the kernel can do --------------------------------------------------------------- */

static bool is_dirty(int pagemap, const void *page)
{
    uint64_t entry = 0;
    off_t at = (off_t)((uintptr_t)page / PAGE_BYTES * sizeof entry);
    return pread(pagemap, &entry, sizeof entry, at) == sizeof entry && (entry & PAGEMAP_DIRTY);
}

/* Tries on a page of this program whether the kernel tells writes. */
static bool kernel_tells_writes(void)
{
    volatile char *page =
        mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    int clear = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    bool tells = false;
    if (page != MAP_FAILED && pagemap >= 0 && clear >= 0) {
        *page = 1;
        bool cleared = write(clear, "4", 1) == 1;
        bool before = is_dirty(pagemap, (const void *)page);
        *page = 2;
        tells = cleared && !before && is_dirty(pagemap, (const void *)page);
    }
    if (page != MAP_FAILED)
        munmap((void *)page, PAGE_BYTES);
    if (pagemap >= 0)
        close(pagemap);
    if (clear >= 0)
        close(clear);
    return tells;
}

/* ---- Pages --------------------------------------------------------------------------------- */

static int put(struct process *process, const struct tr_record *record, struct sim_error *error)
{
    return tr_writer_put(process->writer, record, error);
}

/* Records a page that is in memory in this round. `bytes` is NULL if it cannot be read, or was not
 * written. */
static int see_page(struct process *process, uint64_t virtual_page, bool written,
                    const uint8_t *bytes, struct sim_error *error)
{
    uint32_t ppn;
    int status = tr_page_map_find(&process->numbers, virtual_page, &ppn, error);
    if (status == SIM_OK && !sim_array_reserve(process->pages, process->room, ppn + 1))
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", process->name);
    if (status != SIM_OK)
        return status;
    struct page *page = &process->pages[ppn];
    if (page->round == 0) {
        status = put(process, &(struct tr_record){.kind = TR_ALLOC, .ppn = ppn, .pages = 1}, error);
        page->hash = process->zero_hash;
    }
    page->round = process->round;
    if (status == SIM_OK && written && process->tells_writes) {
        process->done->touches++;
        status = put(process, &(struct tr_record){.kind = TR_TOUCH, .ppn = ppn, .access = TR_WRITE},
                     error);
    }
    uint64_t hash = bytes ? tr_page_hash(&process->options->key, bytes, PAGE_BYTES) : page->hash;
    if (status != SIM_OK || hash == page->hash)
        return status;
    page->hash = hash;
    process->done->contents++;
    return put(process,
               &(struct tr_record){.kind = TR_CONTENT,
                                   .ppn = ppn,
                                   .content = tr_content_of_hash(hash, process->zero_hash)},
               error);
}

/* Reads pages; returns how many could be read, from the first on. */
static uint32_t read_pages(const struct process *process, uint64_t address, uint32_t pages,
                           uint8_t *bytes)
{
    struct iovec here = {.iov_base = bytes, .iov_len = (size_t)pages * PAGE_BYTES};
    struct iovec there = {.iov_base = (void *)(uintptr_t)address, .iov_len = here.iov_len};
    ssize_t got = process_vm_readv(process->options->pid, &here, 1, &there, 1, 0);
    return got > 0 ? (uint32_t)((size_t)got / PAGE_BYTES) : 0;
}

static bool is_there(uint64_t entry)
{
    return (entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)) != 0;
}

/* Says whether the contents of this page must be read. Those of a new page always are. */
static bool is_to_be_read(const struct process *process, uint64_t entry)
{
    return !process->tells_writes || process->round == 1 || (entry & PAGEMAP_DIRTY);
}

/* Records consecutive pages, of which all must be read or none. */
static int see_run(struct process *process, uint64_t virtual_page, const uint64_t *entries,
                   uint32_t count, bool read, struct sim_error *error)
{
    static uint8_t bytes[BATCH_PAGES * PAGE_BYTES];
    uint32_t got = read ? read_pages(process, virtual_page * PAGE_BYTES, count, bytes) : 0;
    int status = SIM_OK;
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        bool written = (entries[i] & PAGEMAP_DIRTY) != 0;
        status = see_page(process, virtual_page + i, written,
                          i < got ? bytes + (size_t)i * PAGE_BYTES : NULL, error);
    }
    return status;
}

static int see_batch(struct process *process, uint64_t virtual_page, const uint64_t *entries,
                     uint32_t count, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t first = 0, end; first < count && status == SIM_OK; first = end) {
        bool read = is_to_be_read(process, entries[first]);
        for (end = first + 1; end < count && is_there(entries[end]) == is_there(entries[first]) &&
                              is_to_be_read(process, entries[end]) == read;)
            end++;
        if (is_there(entries[first]))
            status =
                see_run(process, virtual_page + first, entries + first, end - first, read, error);
    }
    return status;
}

static int see_pages(struct process *process, uint64_t from, uint64_t to, struct sim_error *error)
{
    uint64_t entries[BATCH_PAGES];
    int status = SIM_OK;
    for (uint64_t page = from / PAGE_BYTES; page < to / PAGE_BYTES && status == SIM_OK;) {
        uint64_t left = to / PAGE_BYTES - page;
        uint32_t count = left < BATCH_PAGES ? (uint32_t)left : BATCH_PAGES;
        ssize_t got = pread(process->pagemap, entries, count * sizeof *entries,
                            (off_t)(page * sizeof *entries));
        if (got <= 0) /* the mapping vanished meanwhile */
            return SIM_OK;
        count = (uint32_t)((size_t)got / sizeof *entries);
        if (count == 0)
            return SIM_OK;
        status = see_batch(process, page, entries, count, error);
        page += count;
    }
    return status;
}

/* The ioctl PAGEMAP_SCAN as Linux 6.7 defines it (Documentation/admin-guide/mm/pagemap.rst). It
 * fills `regions` with ranges of pages of the given categories. */
struct scan_region {
    uint64_t start, end, categories;
};
struct scan_argument {
    uint64_t size, flags, start, end, walk_end, regions, region_count, most_pages;
    uint64_t inverted, all_of, any_of, told;
};
#define SCAN         _IOWR('f', 16, struct scan_argument)
#define SCAN_PRESENT (1u << 3)
#define SCAN_SWAPPED (1u << 4)

/* Walks only the pages in memory if the kernel has PAGEMAP_SCAN; otherwise all pages. */
static int see_range(struct process *process, uint64_t from, uint64_t to, struct sim_error *error)
{
    struct scan_region regions[64];
    int status = SIM_OK;
    while (from < to && status == SIM_OK) {
        struct scan_argument scan = {.size = sizeof scan,
                                     .start = from,
                                     .end = to,
                                     .regions = (uintptr_t)regions,
                                     .region_count = sizeof regions / sizeof *regions,
                                     .any_of = SCAN_PRESENT | SCAN_SWAPPED,
                                     .told = SCAN_PRESENT | SCAN_SWAPPED};
        int found = ioctl(process->pagemap, SCAN, &scan);
        if (found < 0)
            return see_pages(process, from, to, error);
        for (int i = 0; i < found && status == SIM_OK; i++)
            status = see_pages(process, regions[i].start, regions[i].end, error);
        if (scan.walk_end <= from)
            break;
        from = scan.walk_end;
    }
    return status;
}

/* ---- Rounds ------------------------------------------------------------------------------- */

/* Mappings that the kernel makes up, or that nobody may read. */
static bool is_skipped(const char *line, const char *rights)
{
    return rights[0] != 'r' || strstr(line, "[vvar") || strstr(line, "[vsyscall]");
}

static int free_unseen(struct process *process, struct sim_error *error)
{
    int status = SIM_OK;
    for (uint32_t ppn = 0; ppn < process->numbers.pages && status == SIM_OK; ppn++) {
        struct page *page = &process->pages[ppn];
        if (page->round == 0 || page->round == process->round)
            continue;
        page->round = 0;
        status = put(process, &(struct tr_record){.kind = TR_FREE, .ppn = ppn, .pages = 1}, error);
    }
    return status;
}

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int open_proc(const struct process *process, const char *name, int flags)
{
    char path[60];
    snprintf(path, sizeof path, "/proc/%d/%s", process->options->pid, name);
    return open(path, flags | O_CLOEXEC);
}

static bool clear_writes(const struct process *process)
{
    int fd = open_proc(process, "clear_refs", O_WRONLY);
    bool cleared = fd >= 0 && write(fd, "4", 1) == 1;
    if (fd >= 0)
        close(fd);
    return cleared;
}

/* Records one round. 1: done; 0: the process has ended; -1: an error. */
static int round_record(struct process *process, struct sim_error *error)
{
    char path[60], line[512], rights[8];
    uint64_t from, to;
    snprintf(path, sizeof path, "/proc/%d/maps", process->options->pid);
    FILE *maps = fopen(path, "r");
    bool any = false;
    close_file(&process->pagemap);
    process->pagemap = open_proc(process, "pagemap", O_RDONLY);
    process->round++;
    int status = put(
        process,
        &(struct tr_record){.kind = TR_WINDOW, .at_ns = clock_ns() - process->began_ns + 1}, error);
    while (maps && status == SIM_OK && fgets(line, sizeof line, maps)) {
        any = true;
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s", &from, &to, rights) == 3 &&
            !is_skipped(line, rights))
            status = see_range(process, from, to, error);
    }
    if (maps)
        fclose(maps);
    if (any && status == SIM_OK)
        status = free_unseen(process, error);
    if (any && process->tells_writes)
        any = clear_writes(process); /* on failure the process has just ended */
    process->done->windows++;
    return status != SIM_OK ? -1 : any;
}

static void wait_until(uint64_t at_ns, const volatile bool *stop)
{
    for (uint64_t now = clock_ns(); now < at_ns && !*stop; now = clock_ns()) {
        uint64_t left_ns = at_ns - now < 50000000 ? at_ns - now : 50000000;
        nanosleep(&(struct timespec){.tv_nsec = (long)left_ns}, NULL);
    }
}

static int rounds_record(struct process *process, const volatile bool *stop,
                         struct sim_error *error)
{
    const struct record_process_options *options = process->options;
    struct sim_progress progress;
    int more = 1;
    sim_progress_begin(&progress, "recording", options->seconds, options->quiet);
    for (uint64_t round = 0; more == 1 && !*stop; round++) {
        double at_s = (double)round * options->every_s;
        if (at_s > options->seconds)
            break;
        wait_until(process->began_ns + (uint64_t)(at_s * 1e9), stop);
        more = round_record(process, error);
        process->done->seconds = (double)(clock_ns() - process->began_ns) / 1e9;
        sim_progress_update(&progress, process->done->seconds);
    }
    sim_progress_end(&progress);
    return more < 0 ? error->status : SIM_OK;
}

/* ---- Begin and end ------------------------------------------------------------------------ */

static int open_pagemap(struct process *process, struct sim_error *error)
{
    process->pagemap = open_proc(process, "pagemap", O_RDONLY);
    if (process->pagemap >= 0)
        return SIM_OK;
    if (errno == ENOENT || errno == ESRCH)
        return sim_error_set(error, SIM_USAGE,
                             "--pid: expected a running process, found none with the number %d",
                             process->options->pid);
    return sim_error_set(error, SIM_USAGE,
                         "/proc/%d/pagemap: cannot open: %s; record your own processes, or be root",
                         process->options->pid, strerror(errno));
}

static int check_readable(const struct process *process, struct sim_error *error)
{
    /* Any address does: the question is only whether reading is allowed. */
    uint8_t byte;
    struct iovec here = {&byte, 1}, there = {(void *)(uintptr_t)PAGE_BYTES, 1};
    if (process_vm_readv(process->options->pid, &here, 1, &there, 1, 0) >= 0 || errno == EFAULT)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "%s: cannot read its memory: %s; record your own processes or those that "
                         "you start after --, or be root",
                         process->name, strerror(errno));
}

static int begin(struct process *process, struct sim_error *error)
{
    static const uint8_t zeroes[PAGE_BYTES];
    char path[60];
    int status = open_pagemap(process, error);
    if (status == SIM_OK)
        status = check_readable(process, error);
    process->tells_writes = status == SIM_OK && kernel_tells_writes();
    if (status == SIM_OK)
        status = tr_page_map_init(&process->numbers, process->name, error);
    process->zero_hash = tr_page_hash(&process->options->key, zeroes, PAGE_BYTES);
    struct tr_header header = {.page_bytes = PAGE_BYTES,
                               .carries = TR_CONTENTS | TR_ALLOCATIONS | TR_TIME |
                                          (process->tells_writes ? TR_WRITES : 0),
                               .space = TR_SPACE_PROCESS,
                               .zero_hash = process->zero_hash,
                               .clock = "wall"};
    char name[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", process->options->pid);
    FILE *comm = fopen(path, "r");
    if (comm && fgets(name, sizeof name, comm))
        name[strcspn(name, "\n")] = '\0';
    if (comm)
        fclose(comm);
    snprintf(header.source, sizeof header.source, "process %s, looked at every %.10g s", name,
             process->options->every_s);
    process->began_ns = clock_ns();
    return status == SIM_OK
               ? tr_writer_open(process->options->out, &header, &process->writer, error)
               : status;
}

int record_process(const struct record_process_options *options, const volatile bool *stop,
                   struct record_done *done, const char **note, struct sim_error *error)
{
    struct process process = {.options = options, .pagemap = -1, .done = done};
    *done = (struct record_done){0};
    snprintf(process.name, sizeof process.name, "process %d", options->pid);
    int status = begin(&process, error);
    *note = status == SIM_OK && !process.tells_writes
                ? "this kernel does not tell which pages were written (no soft-dirty): contents, "
                  "allocations and frees are recorded, writes are not"
                : NULL;
    if (status == SIM_OK) {
        status = rounds_record(&process, stop, error);
        if (status == SIM_OK)
            status = tr_writer_close(process.writer, error);
        else
            tr_writer_abandon(process.writer);
    }
    tr_page_map_fini(&process.numbers);
    free(process.pages);
    close_file(&process.pagemap);
    return status;
}
