/*
 * Reading and converting traces. The reference is what no reader can avoid: zstd alone on the same
 * compressed bytes.
 *
 * Pages are as popular as Zipf's law with exponent 1 says, like pages and objects in caches: they
 * are drawn evenly over the logarithm of the page number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "ballast/bench/bench.h"
#include "sim/event.h"
#include "traces/targets/target.h"

#define TOUCHES        2000000u
#define OCTAVES        20u   /* 2^20 pages */
#define WINDOW_TOUCHES 5000u /* in one second: libCacheSim's formats know whole seconds only */

enum { HEADER_BYTES = 280, CHUNK_HEAD_BYTES = 20 }; /* traces/FORMAT.md */

struct file {
    char path[BENCH_PATH_BYTES + 4]; /* and ".zst" */
    uint8_t *bytes;                  /* all of it, for the reference */
    size_t count;
};

struct traces {
    struct file native, requests, scratch;
    const struct file *read; /* the one that read_records() reads */
};

static void load(struct file *file)
{
    FILE *stream = fopen(file->path, "rb");

    bench_check(stream != NULL && fseek(stream, 0, SEEK_END) == 0);
    file->count = (size_t)ftell(stream);
    rewind(stream);
    file->bytes = malloc(file->count);
    bench_check(file->bytes && fread(file->bytes, 1, file->count, stream) == file->count);
    fclose(stream);
}

static void put_native(const char *path)
{
    const struct tr_header header = {.page_bytes = 4096,
                                     .pages = 1u << OCTAVES,
                                     .carries = TR_TOUCHES | TR_TIME,
                                     .space = TR_SPACE_BLOCKS};
    struct tr_record record;
    struct tr_writer *writer;
    uint64_t state = 7;

    bench_check(tr_writer_open(path, &header, &writer, NULL) == SIM_OK);
    for (uint32_t i = 0; i < TOUCHES; i++) {
        uint64_t draw = bench_next(&state), octave = draw % OCTAVES;
        if (i % WINDOW_TOUCHES == 0) {
            record.kind = TR_WINDOW;
            record.at_ns = (uint64_t)(i / WINDOW_TOUCHES + 1) * SIM_SECOND;
            bench_check(tr_writer_put(writer, &record, NULL) == SIM_OK);
        }
        record.kind = TR_TOUCH;
        record.access = TR_READ;
        record.ppn =
            (uint32_t)(UINT64_C(1) << octave | (draw >> 32 & ((UINT64_C(1) << octave) - 1)));
        bench_check(tr_writer_put(writer, &record, NULL) == SIM_OK);
    }
    bench_check(tr_writer_close(writer, NULL) == SIM_OK);
}

static struct tr_source *open_source(const struct file *file)
{
    static const struct tr_source_options options = {0};
    struct tr_source *source;

    bench_check(tr_source_open(file->path, &options, &source, NULL) == SIM_OK);
    return source;
}

static void convert(const struct file *from, const char *format, const char *to)
{
    struct tr_source *source = open_source(from);

    bench_check(tr_target_write(source, format, SIM_NEVER, to, NULL, NULL) == SIM_OK);
    tr_source_close(source);
}

/* ---- What is measured -------------------------------------------------------------------- */

static void read_records(void *context)
{
    const struct traces *traces = context;
    struct tr_source *source = open_source(traces->read);
    struct tr_summary summary;

    bench_check(tr_source_summarise(source, &summary, NULL) == SIM_OK);
    bench_check(summary.touches == TOUCHES);
    tr_source_close(source);
}

static void convert_requests(void *context)
{
    const struct traces *traces = context;

    convert(&traces->requests, "native", traces->scratch.path);
}

static void unpack_requests(void *context)
{
    const struct file *file = &((const struct traces *)context)->requests;
    static uint8_t plain[1 << 18];
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    ZSTD_inBuffer in = {file->bytes, file->count, 0};

    while (in.pos < in.size) {
        ZSTD_outBuffer out = {plain, sizeof plain, 0};
        bench_check(!ZSTD_isError(ZSTD_decompressStream(zstd, &out, &in)));
        bench_use(plain[out.pos / 2]);
    }
    ZSTD_freeDCtx(zstd);
}

static uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void unpack_native(void *context)
{
    const struct file *file = &((const struct traces *)context)->native;
    static uint8_t plain[1 << 20];
    const uint8_t *chunk = file->bytes + HEADER_BYTES;

    for (uint32_t count; (count = number_at(chunk)) > 0; chunk += CHUNK_HEAD_BYTES + count) {
        size_t got = ZSTD_decompress(plain, sizeof plain, chunk + CHUNK_HEAD_BYTES, count);
        bench_check(!ZSTD_isError(got));
        bench_use(plain[got / 2]);
    }
}

void bench_traces(void)
{
    struct traces traces;

    bench_file_make(traces.native.path);
    bench_file_make(traces.scratch.path);
    bench_file_make(traces.requests.path);
    /* The end of its name makes it a compressed file. */
    unlink(traces.requests.path);
    strcat(traces.requests.path, ".zst");
    put_native(traces.native.path);
    convert(&traces.native, "oracleGeneral", traces.requests.path);
    load(&traces.native);
    load(&traces.requests);
    struct bench_pair pair = {.name = "read oracleGeneral.zst",
                              .reference_name = "zstd alone on the same bytes",
                              .operations = TOUCHES,
                              .context = &traces,
                              .ours = read_records,
                              .reference = unpack_requests,
                              .least_ratio = 0.25,
                              .aim_ratio = 0.5};
    traces.read = &traces.requests;
    bench_pair_run(&pair);
    pair.name = "convert oracleGeneral.zst to native";
    pair.ours = convert_requests;
    bench_pair_run(&pair);
    traces.read = &traces.native;
    pair.name = "read a native trace";
    pair.ours = read_records;
    pair.reference = unpack_native;
    /* Our choice: a record has 3 bytes, so zstd has next to nothing to do. */
    pair.least_ratio = 0.1;
    pair.aim_ratio = 0.2;
    bench_pair_run(&pair);
    struct file *const files[] = {&traces.native, &traces.requests, &traces.scratch};
    for (unsigned i = 0; i < 3; i++)
        unlink(files[i]->path);
    free(traces.native.bytes);
    free(traces.requests.bytes);
}
