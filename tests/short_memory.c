/* Allocations that fail on demand, by the linker's option --wrap. */
#include "tests/short_memory.h"

#include <stddef.h>

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *old, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *old, size_t bytes);

static bool is_armed;
static unsigned left;

static bool fails_now(void)
{
    if (!is_armed || left-- > 0)
        return false;
    is_armed = false;
    return true;
}

void *__wrap_malloc(size_t bytes)
{
    return fails_now() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails_now() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *old, size_t bytes)
{
    return fails_now() ? NULL : __real_realloc(old, bytes);
}

void short_memory_after(unsigned good)
{
    is_armed = true;
    left = good;
}

bool short_memory_end(void)
{
    bool has_failed = !is_armed;
    is_armed = false;
    return has_failed;
}
