/*
 * `ballast bench`: how fast the hot paths are, beside bare reference loops.
 *
 * Both run in turn in the same process, and the result is a ratio. Only CPU time counts, because
 * wall time on a shared machine says little.
 */
#ifndef BALLAST_BENCH_H
#define BALLAST_BENCH_H

#include <stdbool.h>
#include <stddef.h>
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

/* Million operations per CPU second of each, and the median of the ratios. */
struct bench_result {
    double ours, reference, ratio;
};

/* Runs both in turn. */
struct bench_result bench_pair_measure(const struct bench_pair *pair);
/* Prints a row. */
void bench_pair_print(const struct bench_pair *pair, struct bench_result result);
/* Both of these. */
void bench_pair_run(const struct bench_pair *pair);
/* Prints a row that has no reference: a value, its unit, and the goal. */
void bench_value(const char *name, double value, const char *unit, const char *aim);

double bench_cpu_s(void);
/* Keeps the compiler from dropping the computation of `value`. */
void bench_use(uint64_t value);
/* Ends the program where a step of a benchmark failed. */
void bench_check(bool ok);
/* Makes an empty file and writes its name to `path`. */
#define BENCH_PATH_BYTES 40u
void bench_file_make(char path[BENCH_PATH_BYTES]);
/* Memory of zeroes on huge pages where the system has them; sim_release() ends it. */
void *bench_memory(size_t bytes);
/* Reads memory from end to end as fast as one core can; `bytes` a multiple of 64. */
void bench_stream_read(const void *memory, size_t bytes);
/* Xorshift: a fast sequence of numbers for reference loops and inputs. `*state` must not be 0. */
static inline uint64_t bench_next(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

/* Prints the head of the table. */
void bench_head(void);

/* True if a row that shows the worst of several measurements is to follow all of them. */
extern bool bench_detail;

/* A part of the table, by name; `run` prints its rows. */
struct bench_part {
    const char *name;
    void (*run)(void);
};

/* All parts, in the order of the table. */
const struct bench_part *bench_parts(uint32_t *count);

void bench_events(void);
void bench_touch(void);
void bench_scan_ids(void);
void bench_scan_bytes(void);
void bench_scan_dumps(void);
void bench_traces(void);
void bench_replay(void);
void bench_size(void);
void bench_experiment(void);

#endif
