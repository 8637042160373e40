/*
 * Counts what was shared, over the policy library's records of pages. Two pages on one machine page
 * share it.
 */
#include "ballast/scan/count.h"

#include <stdlib.h>
#include <string.h>

#include "ballast/scan/page.h"

static uint64_t less_one(uint64_t pages)
{
    return pages > 0 ? pages - 1 : 0;
}

/* One VM by itself. `here` gets a bit for each machine page that the VM has, `twice` one for each
 * that it has more than once. */
static void count_alone(const struct scan_counted *scan, uint32_t vm, uint8_t *here, uint8_t *twice,
                        struct scan_result *result)
{
    const struct mp_pmap_entry *pmap = mp_pmap(scan->mp, (uint16_t)vm);
    struct scan_counts *counts = &result->alone[vm];

    counts->total_pages = scan->first_page[vm + 1] - scan->first_page[vm];
    counts->zero_pages = scan->zero_pages[vm];
    counts->zero_reclaimed_pages = less_one(counts->zero_pages);
    for (uint32_t ppn = 0; ppn < counts->total_pages; ppn++) {
        uint32_t mpn = pmap[ppn].where;

        if (!scan_bit_get(here, mpn)) {
            scan_bit_set(here, mpn);
            counts->distinct_pages++;
        } else if (!scan_bit_get(twice, mpn)) {
            scan_bit_set(twice, mpn);
            counts->shared_pages += 2;
        } else {
            counts->shared_pages++;
        }
        if (mp_share_references(scan->mp, mpn) > 1)
            scan_bit_set(result->shareable[vm], ppn);
    }
    counts->reclaimed_pages = counts->total_pages - counts->distinct_pages;
    counts->self_reclaimed_pages = counts->reclaimed_pages;
    result->together.self_reclaimed_pages += counts->self_reclaimed_pages;
    *scan_common(result, vm, vm) = counts->reclaimed_pages;
}

/* How many machine pages of `theirs` another VM has too. Each is taken out of `theirs` when it is
 * counted, so that it counts once. */
static void count_common(const struct scan_counted *scan, uint32_t vm, uint32_t other,
                         uint8_t *theirs, struct scan_result *result)
{
    const struct mp_pmap_entry *pmap = mp_pmap(scan->mp, (uint16_t)other);
    uint32_t pages = scan->first_page[other + 1] - scan->first_page[other];
    uint64_t common = 0;

    for (uint32_t ppn = 0; ppn < pages; ppn++) {
        uint32_t mpn = pmap[ppn].where;

        if (scan_bit_get(result->shareable[other], ppn) && scan_bit_get(theirs, mpn)) {
            scan_bit_clear(theirs, mpn);
            common++;
        }
    }
    *scan_common(result, vm, other) = *scan_common(result, other, vm) = common;
}

static int count_all(const struct scan_counted *scan, struct scan_result *result,
                     struct sim_error *error)
{
    size_t bytes = scan->machine_pages / 8 + 1;
    uint8_t *bits = malloc(3 * bytes), *here = bits, *twice = bits + bytes, *left = twice + bytes;

    if (bits == NULL)
        return sim_error_set(error, SIM_SYSTEM, "scan: no memory");
    for (uint32_t vm = scan->vms; vm-- > 0;) {
        memset(bits, 0, 2 * bytes);
        count_alone(scan, vm, here, twice, result);
        for (uint32_t other = vm + 1; other < scan->vms; other++) {
            memcpy(left, here, bytes);
            count_common(scan, vm, other, left, result);
        }
    }
    free(bits);
    return SIM_OK;
}

static int result_init(const struct scan_counted *scan, struct scan_result *result,
                       struct sim_error *error)
{
    bool is_short;

    result->vms = scan->vms;
    result->alone = calloc(scan->vms, sizeof *result->alone);
    result->common = calloc((size_t)scan->vms * scan->vms, sizeof *result->common);
    result->shareable = calloc(scan->vms, sizeof *result->shareable);
    is_short = !result->alone || !result->common || !result->shareable;
    for (uint32_t vm = 0; vm < scan->vms && !is_short; vm++) {
        result->shareable[vm] =
            calloc(1, (scan->first_page[vm + 1] - scan->first_page[vm]) / 8 + 1);
        is_short = result->shareable[vm] == NULL;
    }
    return is_short ? sim_error_set(error, SIM_SYSTEM, "scan: no memory") : SIM_OK;
}

int scan_count_vms(const struct scan_counted *scan, struct scan_result *result,
                   struct sim_error *error)
{
    int status = result_init(scan, result, error);

    return status == SIM_OK ? count_all(scan, result, error) : status;
}
