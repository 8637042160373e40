/*
 * From the rows of cost.def to nanoseconds. The hazard is a constant that scales with the clock
 * although the memory bus sets its pace: hence two kinds of rows.
 */
#include "models/cost/cost.h"

static uint64_t ns_of_cycles(uint64_t cycles, uint32_t mhz)
{
    return (cycles * 1000 + mhz / 2) / mhz;
}

void cost_cpu_init(struct cost_cpu *cpu, uint32_t mhz)
{
    if (mhz == 0)
        mhz = COST_DEFAULT_MHZ;
    cpu->mhz = mhz;
#define COST_CYCLES(name, cycles, source) cpu->name##_ns = ns_of_cycles(cycles, mhz);
#define COST_MEMORY(name, ns, source)     cpu->name##_ns = ns;
#define COST_DISK(name, unit, value, source)
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
}

const struct cost_row cost_rows[] = {
#define COST_CYCLES(name, cycles, source)    {#name, "cycles", cycles, source},
#define COST_MEMORY(name, ns, source)        {#name, "ns", ns, source},
#define COST_DISK(name, unit, value, source) {#name, unit, value, source},
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
};
const uint32_t cost_row_count = sizeof cost_rows / sizeof cost_rows[0];
