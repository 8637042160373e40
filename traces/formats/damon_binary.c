/*
 * The binary recordings of DAMON's tools before 2022. Numbers have fixed sizes, no padding and the
 * byte order of the machine; this reader takes little-endian ones.
 *
 *     file: "damon_recfmt_ver", i32 version (1 or 2); both are absent in version 0; snapshots
 *     snapshot: i64 seconds, i64 nanoseconds, u32 targets; the targets
 *     target: its id, an i32 (versions 0 and 1) or a u64 (version 2); u32 regions; the regions
 *     region: u64 start, u64 end, u32 hits
 *
 * The hazard is a false count. Memory therefore grows with the regions that are really read. The
 * file does not say how many samples were taken: see damon_rate().
 */
#include <inttypes.h>
#include <string.h>

#include "traces/formats/damon.h"

#define MARK       "damon_recfmt_ver"
#define MARK_BYTES 16u

struct damon_binary {
    struct damon damon;
    uint32_t version;
    bool one_target;
    uint32_t target; /* its index among the targets of a snapshot */
    bool has_origin;
    uint64_t origin_ns;
};

/* 1: all bytes were read; 0: the file ends before the first one, and may_end; -1. */
static int take(struct damon *damon, void *to, size_t wanted, bool may_end, const char *what,
                struct sim_error *error)
{
    size_t got;
    if (tr_input_read(damon->base.input, to, wanted, &got, error) != SIM_OK)
        return -1;
    if (got == wanted)
        return 1;
    if (got == 0 && may_end)
        return 0;
    return tr_source_fail(&damon->base, error, "expected %s, found the end of the file", what);
}

static int take_regions(struct damon_binary *binary, uint32_t count, bool wanted,
                        struct sim_error *error)
{
    uint8_t bytes[20];
    for (uint32_t i = 0; i < count; i++) {
        if (take(&binary->damon, bytes, sizeof bytes, false, "a region", error) < 0)
            return -1;
        struct damon_region region = {.from = tr_get_u64(bytes), .to = tr_get_u64(bytes + 8)};
        if (wanted &&
            (damon_rate(&binary->damon, tr_get_u32(bytes + 16), &region.rate, error) < 0 ||
             damon_add(&binary->damon, &region, error) < 0))
            return -1;
    }
    return 1;
}

static int take_targets(struct damon_binary *binary, uint32_t targets, struct sim_error *error)
{
    uint8_t bytes[12];
    size_t id_bytes = binary->version >= 2 ? 8 : 4;
    if (targets > 1 && !binary->one_target)
        return tr_source_fail(&binary->damon.base, error,
                              "expected one target, found %u; choose one with --tenant, from 0 on",
                              targets);
    for (uint32_t i = 0; i < targets; i++) {
        if (take(&binary->damon, bytes, id_bytes + 4, false, "a target", error) < 0 ||
            take_regions(binary, tr_get_u32(bytes + id_bytes),
                         !binary->one_target || i == binary->target, error) < 0)
            return -1;
    }
    return 1;
}

static int load(struct damon *damon, struct sim_error *error)
{
    struct damon_binary *binary = (struct damon_binary *)(void *)damon;
    uint8_t bytes[20];
    int more = take(damon, bytes, sizeof bytes, true, "a snapshot", error);
    if (more <= 0)
        return more;
    uint64_t seconds = tr_get_u64(bytes), part = tr_get_u64(bytes + 8);
    if (seconds > INT64_MAX / 2000000000 || part >= 1000000000)
        return tr_source_fail(&damon->base, error,
                              "expected a time in seconds and nanoseconds, found %" PRIu64
                              " and %" PRIu64,
                              seconds, part);
    uint64_t at_ns = seconds * 1000000000 + part;
    damon_clear(damon);
    if (take_targets(binary, tr_get_u32(bytes + 16), error) < 0)
        return -1;
    if (!binary->has_origin)
        tr_notes_add(&damon->base.notes,
                     "the first window is taken to last 0.1 s, DAMON's default");
    if (!binary->has_origin)
        binary->origin_ns = at_ns > 100000000 ? at_ns - 100000000 : 0;
    binary->has_origin = true;
    if (at_ns < binary->origin_ns)
        return tr_source_fail(&damon->base, error,
                              "expected rising times, found one before the first");
    damon->end_ns = at_ns - binary->origin_ns;
    return 1;
}

static bool matches(const uint8_t *bytes, size_t count)
{
    return count >= MARK_BYTES && memcmp(bytes, MARK, MARK_BYTES) == 0;
}

static int begin(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error)
{
    struct damon_binary *binary = (struct damon_binary *)(void *)source;
    const uint8_t *bytes;
    size_t got;
    damon_init(&binary->damon, load, "DAMON: access rates of regions (binary)", options);
    binary->one_target = options->one_tenant;
    binary->target = options->tenant;
    if (tr_input_peek(source->input, MARK_BYTES + 4, &bytes, &got, error) != SIM_OK)
        return error->status;
    if (!matches(bytes, got))
        return SIM_OK;
    binary->version = got >= MARK_BYTES + 4 ? tr_get_u32(bytes + MARK_BYTES) : 0;
    if (binary->version < 1 || binary->version > 2)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected version 1 or 2 of DAMON's binary format, found %u",
                             tr_input_path(source->input), binary->version);
    tr_input_skip(source->input, MARK_BYTES + 4);
    return SIM_OK;
}

const struct tr_source_format tr_source_damon_binary = {
    .about = {"damon-binary", "DAMON's regions, recorded by its tools before 2022"},
    .bytes = sizeof(struct damon_binary),
    .matches = matches,
    .begin = begin,
    .next = damon_next,
    .end = damon_end,
};
