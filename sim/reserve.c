/*
 * Address space from mmap(), which refuses to map nothing: an array of no bytes gets one. Linux
 * aligns for huge pages where the length is a multiple of theirs.
 */
#include "sim/reserve.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_BYTES ((size_t)1 << 21)

static size_t mapped_bytes(size_t bytes)
{
    if (bytes >= HUGE_BYTES && bytes <= SIZE_MAX - HUGE_BYTES)
        return (bytes + HUGE_BYTES - 1) / HUGE_BYTES * HUGE_BYTES;
    return bytes > 0 ? bytes : 1;
}

void *sim_reserve(size_t bytes)
{
    void *memory = mmap(NULL, mapped_bytes(bytes), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void *sim_reserve_huge(size_t bytes)
{
    void *memory = sim_reserve(bytes);

    if (memory != NULL)
        /* All of it: a part would be a mapping of its own, and mremap() takes one only. It is a
         * wish: small pages do as well. */
        madvise(memory, mapped_bytes(bytes), MADV_HUGEPAGE);
    return memory;
}

void *sim_reserve_more(void *memory, size_t bytes, size_t wanted)
{
    void *more = mremap(memory, mapped_bytes(bytes), mapped_bytes(wanted), MREMAP_MAYMOVE);

    return more == MAP_FAILED ? NULL : more;
}

void sim_release(void *memory, size_t bytes)
{
    if (memory != NULL)
        munmap(memory, mapped_bytes(bytes));
}
