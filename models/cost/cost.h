/*
 * What things cost on the modelled hardware: CPU work (cost.def) and disks. Every constant has its
 * source in the table; nothing else in the project holds a hardware number.
 */
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/random.h"

#define COST_DEFAULT_MHZ 800u /* the paper's Figures 2, 6 and 7: an 800 MHz Pentium III */

/* The constants of one run, by the names and in the units of cost.def. */
struct cost_table {
#define COST_CYCLES(name, cycles, source)    uint32_t name;
#define COST_MEMORY(name, ns, source)        uint32_t name;
#define COST_DISK(name, unit, value, source) uint32_t name;
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
};

void cost_table_preset(struct cost_table *table); /* as cost.def has them */
/* NULL if the values fit together, else what is wrong. */
const char *cost_table_check(const struct cost_table *table);

/* Where each page of the model stands for so many pages of 4 KiB: what a page costs, and what a
 * disk with heads does with a block of it. What an operation, a request or a millisecond costs
 * stays. The rate of a solid-state disk is too coarse to divide: device.h has the size of a block.
 * False: a cost would have more than 32 bits, and the table is of no use.
 */
bool cost_table_scale(struct cost_table *table, uint32_t pages);

/* CPU time of each action of cost.def, in nanoseconds at one clock rate: touch_ns, zero_ns, ... */
struct cost_cpu {
    uint32_t mhz;
#define COST_CYCLES(name, cycles, source) uint64_t name##_ns;
#define COST_MEMORY(name, ns, source)     uint64_t name##_ns;
#define COST_DISK(name, unit, value, source)
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
};

/* 0 MHz stands for COST_DEFAULT_MHZ; a table of NULL for the preset. */
void cost_cpu_init(struct cost_cpu *cpu, uint32_t mhz, const struct cost_table *table);

/* The table for people: every constant of CPU and disk with unit and source. */
struct cost_row {
    const char *name, *unit;
    double value; /* the preset */
    double least, most;
    uint32_t offset; /* of the value in struct cost_table */
    const char *source;
};
extern const struct cost_row cost_rows[];
extern const uint32_t cost_row_count;

/* Storage devices. One disk: disk_blocks (of 4 KiB), seek_least_ns (to the next track),
 * seek_average_ns (between two random places), rotation_ns (one revolution), transfer_bytes_s
 * (sustained), command_ns (of the controller and the bus, per request), queue_depth (requests that
 * the disk holds and may serve in its own order). Those of other kinds (device.h) begin with the
 * kind's name. */
struct cost_disk {
#define COST_CYCLES(name, cycles, source)
#define COST_MEMORY(name, ns, source)
#define COST_DISK(name, unit, value, source) uint64_t name;
#include "models/cost/cost.def"
#undef COST_CYCLES
#undef COST_MEMORY
#undef COST_DISK
};

/* A table of NULL: a 10,000 rpm SCSI disk of 2001. */
void cost_disk_init(struct cost_disk *disk, const struct cost_table *table);

/*
 * Service time of one request by a disk whose last request ended before block `head`. A request
 * that goes on there needs neither seek nor rotation; one a little further on waits until the
 * blocks between have passed; any other seeks, in a time that grows with the square root of the
 * distance, and then waits a random part of a revolution.
 */
uint64_t cost_disk_service_ns(const struct cost_disk *disk, struct sim_random *random,
                              uint64_t head, uint64_t block, uint32_t count);

#endif
