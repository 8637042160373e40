/*
 * What a perfect scanner would find: an exact count of equal contents over all pages that hold
 * something, resident, shared, or on the swap device. The truth beside which the real scanner's
 * result is drawn.
 *
 * The contents of each VM are sorted for the savings inside it; then all of them together. Nothing
 * is counted again while nothing was written.
 */
#include <stdlib.h>

#include "models/host/internal.h"
#include "sim/memory.h"

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Counts runs of equal values in a sorted array. */
static void count_runs(const uint64_t *sorted, uint32_t count, struct host_optimum *result)
{
    for (uint32_t i = 0; i < count;) {
        uint32_t run = 1;
        while (i + run < count && sorted[i + run] == sorted[i])
            run++;
        result->distinct_pages++;
        if (run > 1) {
            result->shared_pages += run;
            result->saved_pages += run - 1;
        }
        if (sorted[i] == GUEST_CONTENT_ZERO)
            result->zero_pages = run;
        i += run;
    }
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
    uint64_t room = 0;
    for (uint32_t i = 0; i < host->vm_count; i++)
        room += host->vms[i].on ? host->vms[i].memory.max_pages : 0;
    uint64_t *all = malloc(room * sizeof *all + 1);
    if (!all)
        sim_memory_short();
    struct host_optimum total = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < host->vm_count; i++) {
        if (!host->vms[i].on)
            continue;
        struct host_optimum own = {0};
        uint32_t pages = gather(host, &host->vms[i], all + count);
        qsort(all + count, pages, sizeof *all, by_value);
        count_runs(all + count, pages, &own);
        total.self_saved_pages += own.saved_pages;
        count += pages;
    }
    qsort(all, count, sizeof *all, by_value);
    count_runs(all, count, &total);
    total.total_pages = count;
    free(all);
    host->optimum = total;
    host->optimum_writes = host->content_writes;
    *optimum = total;
}
