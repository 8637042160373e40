/*
 * `ballast scan` over dumps in the page cache: it opens and maps them, hashes pages, looks them up
 * in the policy library's table, compares them in full and counts the result. The reference is one
 * core that only reads the same files and sums their bytes. (Summing them where they are mapped
 * already is faster, by what the system takes to hand out a file; no scan of a file is spared it.)
 *
 * The contents are mixed as in the recorded VMs of traces/samples: of 100 pages 10 are zeroes, 45
 * are in both images, 10 more occur twice or more in one image, and the rest occur once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ballast/bench/bench.h"
#include "ballast/scan/scan.h"

#define IMAGES      2u
#define IMAGE_PAGES 32768u /* 128 MB */
#define IMAGE_BYTES ((size_t)IMAGE_PAGES * TR_DUMP_PAGE_BYTES)
#define PIECE_BYTES ((size_t)1 << 18)

struct dumps {
    char path[IMAGES][BENCH_PATH_BYTES];
    uint32_t threads;
    double table_bytes_per_page;
};

static void make_page(uint32_t image, uint32_t page, uint64_t *words)
{
    uint32_t draw = page % 100;
    uint64_t state = draw < 55 ? page + 1 : (uint64_t)(image + 1) << 32 | page;

    if (draw >= 55 && draw < 65)
        state -= draw; /* as another page of this image */
    for (uint32_t i = 0; i < TR_DUMP_PAGE_BYTES / 8; i++)
        words[i] = draw < 10 ? 0 : bench_next(&state);
}

static void make_dump(struct dumps *dumps, uint32_t image)
{
    uint64_t words[TR_DUMP_PAGE_BYTES / 8];
    char *path = dumps->path[image];

    bench_file_make(path);
    FILE *file = fopen(path, "wb+");
    bench_check(file != NULL);
    for (uint32_t page = 0; page < IMAGE_PAGES; page++) {
        make_page(image, page, words);
        bench_check(fwrite(words, sizeof words, 1, file) == 1);
    }
    bench_check(fflush(file) == 0);
    fclose(file);
}

static void scan(void *context)
{
    struct dumps *dumps = context;
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *snapshots[IMAGES];
    struct scan_result result;

    options.raw = true;
    for (uint32_t image = 0; image < IMAGES; image++)
        bench_check(tr_snapshot_open(dumps->path[image], &options, &snapshots[image], NULL) ==
                    SIM_OK);
    bench_check(scan_run(snapshots, IMAGES, dumps->threads, &result, NULL) == SIM_OK);
    dumps->table_bytes_per_page =
        (double)result.metadata_bytes / (double)result.together.total_pages;
    scan_result_fini(&result);
    for (uint32_t image = 0; image < IMAGES; image++)
        tr_snapshot_close(snapshots[image]);
}

static void stream(void *context)
{
    const struct dumps *dumps = context;

    static _Alignas(64) uint8_t buffer[PIECE_BYTES];

    for (uint32_t image = 0; image < IMAGES; image++) {
        int file = open(dumps->path[image], O_RDONLY | O_CLOEXEC);
        for (size_t at = 0; at < IMAGE_BYTES; at += PIECE_BYTES) {
            bench_check(read(file, buffer, PIECE_BYTES) == PIECE_BYTES);
            bench_stream_read(buffer, PIECE_BYTES);
        }
        close(file);
    }
}

static double wall_s(struct dumps *dumps, uint32_t threads)
{
    struct timespec began, ended;

    dumps->threads = threads;
    clock_gettime(CLOCK_MONOTONIC, &began);
    scan(dumps);
    clock_gettime(CLOCK_MONOTONIC, &ended);
    return (double)(ended.tv_sec - began.tv_sec) + (double)(ended.tv_nsec - began.tv_nsec) / 1e9;
}

void bench_scan_dumps(void)
{
    struct dumps dumps = {.threads = 1};

    for (uint32_t image = 0; image < IMAGES; image++)
        make_dump(&dumps, image);
    bench_pair_run(&(struct bench_pair){.name = "ballast scan, two dumps of 128 MB",
                                        .reference_name = "read() of the dumps, summed",
                                        .operations = IMAGES * IMAGE_PAGES,
                                        .context = &dumps,
                                        .ours = scan,
                                        .reference = stream,
                                        .least_ratio = 0.4,
                                        .aim_ratio = 0.6});
    double best[2] = {1e9, 1e9};
    for (uint32_t round = 0; round < 6; round++) {
        double s = wall_s(&dumps, 1 + round % 2);
        if (s < best[round % 2])
            best[round % 2] = s;
    }
    bench_value("the same by two threads", best[0] / best[1], "times as fast",
                "wall time; 1 where the other core is busy");
    bench_value("tables of ballast scan", dumps.table_bytes_per_page, "bytes per page, at most",
                "less where much is shared");
    for (uint32_t image = 0; image < IMAGES; image++)
        unlink(dumps.path[image]);
}
