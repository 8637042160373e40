/*
 * Replay of a recording: from the file to the miss counts. The reference holds the page numbers
 * already and does nothing but LRU, by lists in dense arrays: what is left of it is what reading
 * and the rest of a command cost.
 *
 * The file has 24 bytes for each request (libCacheSim's oracleGeneral), with objects of Zipf's law
 * with exponent 1 and numbers that lie anywhere in 64 bits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ballast/bench/bench.h"
#include "ballast/replay/run.h"
#include "sim/reserve.h"

#define REQUESTS     5000000u
#define OBJECTS      1000000u
#define REQUEST_SIZE 24u

struct replayed {
    char path[BENCH_PATH_BYTES];
    const char *memory, *policy;
    uint32_t *pages; /* of each request, in the order of first touch */
    uint32_t distinct, memory_pages;
    uint64_t misses; /* of ours, and */
    uint64_t bare;   /* of the reference */
};

/* Zipf's law with exponent 1, by the inverse of its distribution function. */
static uint32_t draw_object(const double *sums, double u)
{
    uint32_t low = 0, high = OBJECTS - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (sums[middle] < u * sums[OBJECTS - 1])
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void write_file(struct replayed *replayed)
{
    double *sums = malloc(OBJECTS * sizeof *sums), sum = 0;
    uint32_t *number_of = calloc(OBJECTS, sizeof *number_of);
    FILE *file = fopen(replayed->path, "wb");
    uint64_t state = 7;

    bench_check(sums && number_of && file && replayed->pages);
    for (uint32_t i = 0; i < OBJECTS; i++)
        sums[i] = sum += 1.0 / (i + 1);
    for (uint32_t i = 0; i < REQUESTS; i++) {
        uint32_t object = draw_object(sums, (double)(bench_next(&state) >> 11) * 0x1p-53);
        uint32_t seconds = i / 5000, size = 1;
        uint64_t number = (object + 1) * UINT64_C(0x9e3779b97f4a7c15), next = UINT64_MAX;
        uint8_t request[REQUEST_SIZE];
        if (number_of[object] == 0)
            number_of[object] = ++replayed->distinct;
        replayed->pages[i] = number_of[object] - 1;
        memcpy(request, &seconds, 4);
        memcpy(request + 4, &number, 8);
        memcpy(request + 12, &size, 4);
        memcpy(request + 16, &next, 8);
        bench_check(fwrite(request, sizeof request, 1, file) == 1);
    }
    bench_check(fclose(file) == 0);
    free(sums);
    free(number_of);
}

static void replay_file(void *context)
{
    static const struct tr_source_options options = {0};
    struct replayed *replayed = context;
    struct replay_run run = {.seed = 1};
    struct replay_trace *trace;
    struct sim_progress progress;
    struct sim_error error;

    sim_progress_begin(&progress, "", 1, true);
    bench_check(replay_memories_read(replayed->memory, &run.memories, &error) == SIM_OK);
    bench_check(replay_policies_read(replayed->policy, &run, &error) == SIM_OK);
    bench_check(replay_trace_open(replayed->path, &options, &trace, &error) == SIM_OK);
    bench_check(replay_run(&run, trace, &progress, &error) == SIM_OK);
    bench_check(run.facts.distinct == replayed->distinct);
    replayed->memory_pages = run.memories.at[0].pages;
    replayed->misses = run.misses[0][0];
    replay_trace_close(trace);
}

/* ---- The bare loop ----------------------------------------------------------------------- */

struct link {
    uint32_t older, younger;
};

/* Number 0 is the head of the ring; page p is number p + 1. A page without links is not there. */
static void bare_lru(void *context)
{
    struct replayed *replayed = context;
    uint32_t memory_pages = replayed->memory_pages ? replayed->memory_pages : 1, used = 0;
    size_t bytes = (replayed->distinct + 1) * sizeof(struct link);
    struct link *links = bench_memory(bytes);

    replayed->bare = 0;
    for (uint32_t i = 0; i < REQUESTS; i++) {
        uint32_t at = replayed->pages[i] + 1;
        struct link *link = &links[at];
        if (link->older != 0 || link->younger != 0 || links[0].younger == at) {
            links[link->older].younger = link->younger;
            links[link->younger].older = link->older;
        } else {
            replayed->bare++;
            if (used < memory_pages) {
                used++;
            } else {
                uint32_t oldest = links[0].younger;
                links[0].younger = links[oldest].younger;
                links[links[oldest].younger].older = 0;
                links[oldest] = (struct link){0, 0};
            }
        }
        *link = (struct link){links[0].older, 0};
        links[links[0].older].younger = at;
        links[0].older = at;
    }
    bench_use(replayed->bare);
    sim_release(links, bytes);
}

static void row(struct replayed *replayed, const char *name, const char *policy, const char *memory)
{
    replayed->policy = policy;
    replayed->memory = memory;
    replay_file(replayed); /* says how many pages the memory has */
    bench_pair_run(&(struct bench_pair){.name = name,
                                        .reference_name = "bare LRU, page numbers at hand",
                                        .operations = REQUESTS,
                                        .context = replayed,
                                        .ours = replay_file,
                                        .reference = bare_lru,
                                        .least_ratio = 0.25,
                                        .aim_ratio = 0.5});
    bench_check(strcmp(policy, "lru") != 0 || replayed->misses == replayed->bare);
}

void bench_replay(void)
{
    struct replayed replayed = {.pages = malloc(REQUESTS * sizeof *replayed.pages)};

    bench_file_make(replayed.path);
    write_file(&replayed);
    row(&replayed, "replay of a file, LRU, memory 10%", "lru", "10%");
    row(&replayed, "replay of a file, LRU, memory 50%", "lru", "50%");
    row(&replayed, "replay of a file, CLOCK, memory 10%", "clock", "10%");
    row(&replayed, "replay of a file, CLOCK, memory 50%", "clock", "50%");
    unlink(replayed.path);
    free(replayed.pages);
}
