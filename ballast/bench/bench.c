/* `ballast bench`: how pairs are timed, and the table. What is measured stands in the other files.
 */
#include "ballast/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sim/reserve.h"

#define ROUNDS 5

static volatile uint64_t used;
bool bench_detail;

void bench_use(uint64_t value)
{
    used ^= value;
}

void bench_check(bool ok)
{
    if (!ok)
        abort();
}

void bench_file_make(char path[BENCH_PATH_BYTES])
{
    snprintf(path, BENCH_PATH_BYTES, "/tmp/ballast-bench-XXXXXX");
    int number = mkstemp(path);
    bench_check(number >= 0);
    close(number);
}

void *bench_memory(size_t bytes)
{
    void *memory = sim_reserve_huge(bytes);
    bench_check(memory != NULL);
    return memory;
}

/* Eight sums, so that no addition waits for the one before. */
void bench_stream_read(const void *memory, size_t bytes)
{
    const uint64_t *words = memory;
    uint64_t sum[8] = {0};
    for (size_t i = 0; i < bytes / 8; i += 8)
        for (size_t lane = 0; lane < 8; lane++)
            sum[lane] += words[i + lane];
    for (size_t lane = 0; lane < 8; lane++)
        bench_use(sum[lane]);
}

double bench_cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double timed(void (*run)(void *), void *context)
{
    double began_s = bench_cpu_s();
    run(context);
    return bench_cpu_s() - began_s;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof *values, ascending);
    return values[ROUNDS / 2];
}

struct bench_result bench_pair_measure(const struct bench_pair *pair)
{
    double ours[ROUNDS], reference[ROUNDS], ratio[ROUNDS];
    timed(pair->reference, pair->context); /* both once, to fill the caches */
    timed(pair->ours, pair->context);
    double millions = (double)pair->operations / 1e6;
    for (int i = 0; i < ROUNDS; i++) {
        reference[i] = millions / timed(pair->reference, pair->context);
        ours[i] = millions / timed(pair->ours, pair->context);
        ratio[i] = ours[i] / reference[i];
    }
    return (struct bench_result){median(ours), median(reference), median(ratio)};
}

void bench_pair_print(const struct bench_pair *pair, struct bench_result result)
{
    printf("%-34s %9.1f %9.1f  %-32s %6.2f  %5.2f %5.2f  %s\n", pair->name, result.ours,
           result.reference, pair->reference_name, result.ratio, pair->least_ratio, pair->aim_ratio,
           result.ratio >= pair->aim_ratio     ? "aim"
           : result.ratio >= pair->least_ratio ? "ok"
                                               : "BELOW");
    fflush(stdout);
}

void bench_pair_run(const struct bench_pair *pair)
{
    bench_pair_print(pair, bench_pair_measure(pair));
}

void bench_value(const char *name, double value, const char *unit, const char *aim)
{
    printf("%-34s %9.1f  %s (%s)\n", name, value, unit, aim);
    fflush(stdout);
}

static const struct bench_part parts[] = {
    {"events", bench_events},         {"touch", bench_touch},     {"scan-ids", bench_scan_ids},
    {"scan-bytes", bench_scan_bytes}, {"scan", bench_scan_dumps}, {"traces", bench_traces},
    {"replay", bench_replay},         {"size", bench_size},       {"experiment", bench_experiment},
};

const struct bench_part *bench_parts(uint32_t *count)
{
    *count = sizeof parts / sizeof *parts;
    return parts;
}

void bench_head(void)
{
    printf("CPU time, million operations per second; ratio = ours / reference, median of %d "
           "interleaved rounds\n",
           ROUNDS);
    printf("%-34s %9s %9s  %-32s %6s  %5s %5s\n", "what", "ours", "reference", "reference loop",
           "ratio", "least", "aim");
}
