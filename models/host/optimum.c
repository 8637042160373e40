/*
 * What a perfect scanner would find: an exact count of equal contents over all pages that hold
 * something, resident, shared, or on the swap device. The truth beside which the real scanner's
 * result is drawn.
 *
 * One pass over all pages, VM by VM, with a table of contents. Nothing is counted again while
 * nothing was written.
 */
#include "models/host/internal.h"
#include "sim/memory.h"
#include "sim/reserve.h"

#define AHEAD      16u /* our choice: entries that are fetched while others are counted */
#define ROOM_LEAST 64u /* our choice, a power of two */

struct seen {
    uint64_t content;
    uint32_t pages; /* 0: the entry is free */
    uint32_t vm;    /* the last one that had it */
};

struct table {
    struct seen *seen;
    uint32_t mask, shift;
};

static uint32_t place_of(const struct table *table, uint64_t content)
{
    /* The high half of a product depends on all of the content (Knuth: multiplicative hashing). */
    return (uint32_t)(content * UINT64_C(0x9e3779b97f4a7c15) >> table->shift);
}

static void count_page(const struct table *table, uint64_t content, uint32_t vm,
                       struct host_optimum *total)
{
    uint32_t place = place_of(table, content);
    while (table->seen[place].pages > 0 && table->seen[place].content != content)
        place = (place + 1) & table->mask;

    struct seen *seen = &table->seen[place];
    seen->content = content;
    seen->pages++;
    total->distinct_pages += seen->pages == 1;
    total->shared_pages += seen->pages == 2 ? 2 : seen->pages > 2;
    total->saved_pages += seen->pages > 1;
    total->zero_pages += content == GUEST_CONTENT_ZERO;
    total->self_saved_pages += seen->pages > 1 && seen->vm == vm;
    seen->vm = vm;
}

static void count_vm(const struct table *table, const uint64_t *contents, uint32_t count,
                     uint32_t vm, struct host_optimum *total)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i + AHEAD < count)
            __builtin_prefetch(&table->seen[place_of(table, contents[i + AHEAD])], 1);
        count_page(table, contents[i], vm, total);
    }
    total->total_pages += count;
}

static uint32_t gather(const struct host *host, const struct host_vm *vm, uint64_t *into)
{
    const struct mp_pmap_entry *pmap = mp_pmap(host->policy, vm->number);
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < vm->memory.max_pages; ppn++) {
        switch (pmap[ppn].backing) {
        case MP_PRIVATE:
        case MP_SHARED:
        case MP_PAGING_OUT:
            into[count++] = host->content[pmap[ppn].where];
            break;
        default: /* swapped contents return through page-in and are counted then */
            break;
        }
    }
    return count;
}

void host_optimum(struct host *host, struct host_optimum *optimum)
{
    if (host->optimum_writes == host->content_writes) {
        *optimum = host->optimum;
        return;
    }
    uint64_t pages = 0, most_pages = 0, room = ROOM_LEAST;
    for (uint32_t i = 0; i < host->vm_count; i++) {
        uint64_t own_pages = host->vms[i].on ? host->vms[i].memory.max_pages : 0;
        pages += own_pages;
        most_pages = own_pages > most_pages ? own_pages : most_pages;
    }
    while (room < 2 * pages) /* at most half is in use, so that a free entry is near */
        room *= 2;
    uint64_t *contents = sim_memory_need(sim_reserve_huge(most_pages * sizeof *contents));
    struct table table = {.seen = sim_memory_need(sim_reserve_huge(room * sizeof *table.seen)),
                          .mask = (uint32_t)(room - 1),
                          .shift = 64 - (uint32_t)__builtin_ctzll(room)};
    host->optimum = (struct host_optimum){0};
    for (uint32_t i = 0; i < host->vm_count; i++) {
        if (host->vms[i].on)
            count_vm(&table, contents, gather(host, &host->vms[i], contents), i, &host->optimum);
    }
    sim_release(table.seen, room * sizeof *table.seen);
    sim_release(contents, most_pages * sizeof *contents);
    host->optimum_writes = host->content_writes;
    *optimum = host->optimum;
}
