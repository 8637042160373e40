/*
 * From the rows of cost.def to nanoseconds. The hazard is a constant that scales with the clock
 * although the memory bus sets its pace: hence two kinds of rows.
 */
#include "models/cost/cost.h"

#include <stddef.h>

#define COST_PAGE_BYTES 4096u
#define MOST            1e9 /* our choice: a second of CPU time at 1 GHz, a disk of 4 TB */

void cost_table_preset(struct cost_table *table)
{
    *table = (struct cost_table){
#define COST_CYCLES(name, cycles, source)    .name = cycles,
#define COST_MEMORY(name, ns, source)        .name = ns,
#define COST_DISK(name, unit, value, source) .name = value,
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
    };
}

static uint32_t part(uint32_t value, uint32_t divisor)
{
    return value / divisor > 0 ? value / divisor : 1;
}

bool cost_table_scale(struct cost_table *table, uint32_t pages)
{
    uint32_t *const of_a_page[] = {&table->touch,
                                   &table->guest_fault,
                                   &table->fault,
                                   &table->tlb_invalidate,
                                   &table->hash,
                                   &table->page_scan,
                                   &table->zero,
                                   &table->balloon_page,
                                   &table->copy,
                                   &table->compare,
                                   &table->user_copy,
                                   &table->zram_compress,
                                   &table->zram_decompress,
                                   &table->zram_page_bytes};
    for (size_t i = 0; i < sizeof of_a_page / sizeof of_a_page[0]; i++) {
        if (*of_a_page[i] > UINT32_MAX / pages)
            return false;
        *of_a_page[i] *= pages;
    }
    table->disk_blocks = part(table->disk_blocks, pages);
    table->transfer_bytes_s = part(table->transfer_bytes_s, pages);
    return true;
}

const char *cost_table_check(const struct cost_table *table)
{
    if (table->seek_average_ns < table->seek_least_ns)
        return "expected seek_average_ns of at least seek_least_ns";
    if (table->zram_page_bytes > COST_PAGE_BYTES)
        return "expected zram_page_bytes of at most 4096, the size of a page";
    if (table->half_pages_pct > 100)
        return "expected half_pages_pct of at most 100";
    return NULL;
}

static uint64_t ns_of_cycles(uint64_t cycles, uint32_t mhz)
{
    return (cycles * 1000 + mhz / 2) / mhz;
}

void cost_cpu_init(struct cost_cpu *cpu, uint32_t mhz, const struct cost_table *table)
{
    struct cost_table preset;
    if (!table) {
        cost_table_preset(&preset);
        table = &preset;
    }
    if (mhz == 0)
        mhz = COST_DEFAULT_MHZ;
    cpu->mhz = mhz;
#define COST_CYCLES(name, cycles, source) cpu->name##_ns = ns_of_cycles(table->name, mhz);
#define COST_MEMORY(name, ns, source)     cpu->name##_ns = table->name;
#define COST_DISK(name, unit, value, source)
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
}

const struct cost_row cost_rows[] = {
#define COST_CYCLES(name, cycles, source)                                                          \
    {#name, "cycles", cycles, 0, MOST, offsetof(struct cost_table, name), source},
#define COST_MEMORY(name, ns, source)                                                              \
    {#name, "ns", ns, 0, MOST, offsetof(struct cost_table, name), source},
#define COST_DISK(name, unit, value, source)                                                       \
    {#name, unit, value, 1, MOST, offsetof(struct cost_table, name), source},
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
};
const uint32_t cost_row_count = sizeof cost_rows / sizeof cost_rows[0];
