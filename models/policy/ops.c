/*
 * A table of operations that do as little as is safe, for embedders that need only a few of them.
 *
 * The hazard is an answer that the library would act upon. So nothing matches: every machine page
 * has another hash, and no two are the same. And no device takes a page, in or out.
 */
#include "mp.h"

static void each_another(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    (void)context;
    for (uint32_t i = 0; i < count; i++)
        hash[i] = (uint64_t)mpn[i] << 32 | mpn[i];
}

static bool never_same(void *context, uint32_t mpn, uint32_t other_mpn)
{
    (void)context, (void)mpn, (void)other_mpn;
    return false;
}

static void no_copy(void *context, uint32_t from_mpn, uint32_t to_mpn)
{
    (void)context, (void)from_mpn, (void)to_mpn;
}

static void no_zero(void *context, uint32_t mpn)
{
    (void)context, (void)mpn;
}

static void no_map(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable)
{
    (void)context, (void)vm, (void)ppn, (void)mpn, (void)writable;
}

static void no_unmap(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn)
{
    (void)context, (void)vm, (void)ppn, (void)mpn;
}

static void nothing_of_a_page(void *context, uint16_t vm, uint32_t ppn)
{
    (void)context, (void)vm, (void)ppn;
}

static uint32_t take_none(void *context, const struct mp_page_io *pages, uint32_t count)
{
    (void)context, (void)pages, (void)count;
    return 0;
}

static bool read_none(void *context, const struct mp_page_io *page)
{
    (void)context, (void)page;
    return false;
}

static void no_balloon(void *context, uint16_t vm, uint32_t pages)
{
    (void)context, (void)vm, (void)pages;
}

static void no_block(void *context, uint16_t vm, bool blocked)
{
    (void)context, (void)vm, (void)blocked;
}

static bool not_pinned(void *context, uint16_t vm, uint32_t ppn)
{
    (void)context, (void)vm, (void)ppn;
    return false;
}

static uint32_t always_0(void *context, uint16_t vm, enum mp_stream stream, uint32_t n)
{
    (void)context, (void)vm, (void)stream, (void)n;
    return 0;
}

static void stop(void *context, const char *what)
{
    (void)context, (void)what;
    __builtin_trap();
}

const struct mp_ops mp_ops_inert = {
    .hash = each_another,
    .same = never_same,
    .copy = no_copy,
    .zero = no_zero,
    .map = no_map,
    .unmap = no_unmap,
    .drop = nothing_of_a_page,
    .page_out = take_none,
    .page_in = read_none,
    .balloon_target = no_balloon,
    .block = no_block,
    .retry = nothing_of_a_page,
    .pinned = not_pinned,
    .random_below = always_0,
    .panic = stop,
};
