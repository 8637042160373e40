/*
 * Loaded into a program (LD_PRELOAD), lets one allocation of it fail: of its own code, of the C
 * library and of all others.
 *
 *     SHORT_MALLOC_AT=N         the N-th call of malloc(), calloc(), realloc() or aligned_alloc()
 *                               in a process returns NULL; a child goes on counting from its parent
 *     SHORT_MALLOC_COUNT=FILE   where the number of calls is written at the end, and then the
 * number of each call that came by another way than all before it; a line for each
 *
 * A way is all of the program's own functions that call each other, and the six innermost of all,
 * of which one or two stand below. Calls that come by the same way mostly meet the same state: a
 * statement that is run for each metric allocates a hundred times by one way.
 *
 * Nothing waits for the disk, because the kernel outlives the program.
 *
 * What runs before main() is not counted. Where the program has the address sanitizer, the
 * sanitizer's functions are the next ones, so it sees all blocks and what is left of them at the
 * end.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static void (*next_free)(void *);
static atomic_ulong seen;
static unsigned long fails_at;
static bool counts;

/* All processes of a command share what they have seen. */
enum { WAYS = 1 << 16, CALLERS = 256, INNERMOST = 6 };
static struct ways {
    _Atomic uint64_t hash[WAYS]; /* 0: free */
    _Atomic unsigned long first[WAYS / 2];
    atomic_uint count;
} * ways;
static uintptr_t program_begin, program_end;
static _Thread_local bool notes; /* looking at callers may allocate */

/* dlsym() itself allocates a little before the others are known, for each name that a sanitizer
 * looks for in vain. The others must not see it. */
static _Alignas(max_align_t) char early[1 << 16];
static size_t early_bytes;

static void *early_get(size_t bytes)
{
    void *block = early + early_bytes;
    early_bytes += (bytes + 15) / 16 * 16;
    return early_bytes <= sizeof early ? block : NULL;
}

static bool is_early(const void *block)
{
    return (uintptr_t)block - (uintptr_t)early < sizeof early;
}

static void find(void *function, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* Of the first object, which is the program. */
static int program_find(struct dl_phdr_info *object, size_t bytes, void *unused)
{
    (void)bytes, (void)unused;
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || (part->p_flags & PF_X) == 0)
            continue;
        program_begin = object->dlpi_addr + part->p_vaddr;
        program_end = program_begin + part->p_memsz;
    }
    return 1;
}

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("SHORT_MALLOC_AT");
    if (getenv("SHORT_MALLOC_COUNT") != NULL) {
        void *caller;
        backtrace(&caller, 1); /* loads what it needs */
        dl_iterate_phdr(program_find, NULL);
        ways = mmap(NULL, sizeof *ways, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    unsetenv("LD_PRELOAD");
    find(&next_calloc, "calloc");
    find(&next_realloc, "realloc");
    find(&next_aligned_alloc, "aligned_alloc");
    find(&next_free, "free");
    find(&next_malloc, "malloc");
    fails_at = at != NULL ? strtoul(at, NULL, 10) : 0;
    counts = true;
}

__attribute__((destructor)) static void end(void)
{
    const char *path = getenv("SHORT_MALLOC_COUNT");
    counts = false;
    int file = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    if (file < 0)
        return;
    dprintf(file, "%lu\n", atomic_load(&seen));
    for (unsigned i = 0; i < ways->count; i++)
        dprintf(file, "%lu\n", atomic_load(&ways->first[i]));
    close(file);
}

static void way_note(unsigned long call)
{
    void *callers[CALLERS];
    uint64_t hash = 1;
    notes = true;
    for (int i = backtrace(callers, CALLERS); i-- > 0;) {
        uintptr_t caller = (uintptr_t)callers[i];
        if (i < INNERMOST || caller - program_begin < program_end - program_begin)
            hash = (hash ^ caller) * 0x9e3779b97f4a7c15;
    }
    notes = false;
    for (uint64_t at = hash >> 40; ways->count < WAYS / 2; at++) {
        uint64_t there = 0;
        if (atomic_compare_exchange_strong(&ways->hash[at % WAYS], &there, hash))
            ways->first[atomic_fetch_add(&ways->count, 1)] = call;
        if (there == 0 || there == hash)
            return;
    }
}

static bool fails_now(void)
{
    if (!counts || notes)
        return false;
    unsigned long call = atomic_fetch_add(&seen, 1) + 1;
    if (ways != NULL)
        way_note(call);
    if (call != fails_at)
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t bytes)
{
    if (next_malloc == NULL)
        return early_get(bytes);
    return fails_now() ? NULL : next_malloc(bytes);
}

void *calloc(size_t count, size_t bytes)
{
    if (next_calloc == NULL)
        return early_get(count * bytes);
    return fails_now() ? NULL : next_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes)
{
    if (next_realloc == NULL)
        return early_get(bytes);
    return fails_now() ? NULL : next_realloc(block, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    return fails_now() ? NULL : next_aligned_alloc(alignment, bytes);
}

int fsync(int file)
{
    (void)file;
    return 0;
}

int fdatasync(int file)
{
    (void)file;
    return 0;
}

void free(void *block)
{
    if (next_free != NULL && !is_early(block))
        next_free(block);
}
