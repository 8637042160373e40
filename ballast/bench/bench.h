/*
 * `ballast bench`: how fast the hot paths are against bare reference loops that run interleaved in
 * the same process. CPU time only, and ratios: wall time on shared machines says little.
 */
#ifndef BALLAST_BENCH_H
#define BALLAST_BENCH_H

#include <stdint.h>

/* Two ways to do the same number of operations. Each call does `operations` of them. */
struct bench_pair {
    const char *name;
    const char *reference_name;
    uint64_t operations; /* per call */
    void *context;
    void (*ours)(void *context);
    void (*reference)(void *context);
    double least_ratio, aim_ratio; /* speed of ours over speed of the reference (README.md) */
};

/* Runs both in turn, prints a row: million operations per CPU second of each, median ratio. */
void bench_pair_run(const struct bench_pair *pair);
/* A row that has no reference: a value, its unit, and what is aimed at. */
void bench_value(const char *name, double value, const char *unit, const char *aim);

double bench_cpu_s(void);
/* Keeps the compiler from dropping a result. */
void bench_use(uint64_t value);
/* A fast sequence of numbers for reference loops and inputs alike. */
static inline uint64_t bench_next(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/* The whole table, on standard output. */
void bench_all(void);

void bench_events(void);
void bench_touch(void);
void bench_scan_ids(void);
void bench_scan_bytes(void);
void bench_scan_dumps(void);
void bench_traces(void);
void bench_size(void);
void bench_experiment(void);

#endif
