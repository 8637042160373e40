/*
 * Loaded into a program (LD_PRELOAD), lets one allocation of it fail: of its own code, of the C
 * library and of all others.
 *
 *     SHORT_MALLOC_AT=N         the N-th call of malloc(), calloc(), realloc() or aligned_alloc()
 *                               in a process returns NULL; a child goes on counting from its parent
 *     SHORT_MALLOC_COUNT=FILE   where the number of calls is written at the end
 *
 * What runs before main() is not counted. Where the program has the address sanitizer, the
 * sanitizer's functions are the next ones, so it sees all blocks and what is left of them at the
 * end.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static void (*next_free)(void *);
static atomic_ulong seen;
static unsigned long fails_at;
static bool counts;

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

__attribute__((constructor)) static void begin(void)
{
    const char *at = getenv("SHORT_MALLOC_AT");
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
    close(file);
}

static bool fails_now(void)
{
    if (!counts || atomic_fetch_add(&seen, 1) + 1 != fails_at)
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

void free(void *block)
{
    if (next_free != NULL && !is_early(block))
        next_free(block);
}
