/*
 * libCacheSim's oracleGeneral: requests of 24 bytes and nothing else. A request has, little-endian,
 * u32 seconds, u64 object, u32 size, i64 number of the object's next request (-1 or the largest
 * number: there is none).
 *
 * The hazard: the format has no signature. A file is taken for one if all of its first requests are
 * plausible; a random request is so with a probability of 2^-16.
 */
#include <inttypes.h>

#include "traces/formats/requests.h"

enum { REQUEST_BYTES = 24, AT_OBJECT = 4, AT_NEXT = 16 };

/* Longer than any published trace, by far: our choice. */
#define REQUESTS_MOST (INT64_C(1) << 46)

static bool next_is_plausible(uint64_t next)
{
    return next == UINT64_MAX || next == INT64_MAX || (next > 0 && next < REQUESTS_MOST);
}

static bool oracle_general_matches(const uint8_t *bytes, size_t count)
{
    uint32_t last_s = 0;

    if (count < REQUEST_BYTES || (count < TR_SOURCE_PEEK_BYTES && count % REQUEST_BYTES != 0))
        return false;
    for (size_t at = 0; at + REQUEST_BYTES <= count; at += REQUEST_BYTES) {
        uint32_t s = tr_get_u32(bytes + at);
        if (s < last_s || !next_is_plausible(tr_get_u64(bytes + at + AT_NEXT)))
            return false;
        last_s = s;
    }
    return true;
}

/* *count whole requests lie at *bytes, at most `most`; none at the end. */
static int peek(struct tr_requests *requests, uint32_t most, const uint8_t **bytes, uint32_t *count,
                struct sim_error *error)
{
    size_t there;

    if (tr_input_peek(requests->base.input, (size_t)most * REQUEST_BYTES, bytes, &there, error) !=
        SIM_OK)
        return -1;
    if (there > 0 && there < REQUEST_BYTES)
        return tr_source_fail(&requests->base, error, "expected a request of %d bytes, found %zu",
                              REQUEST_BYTES, there);
    there /= REQUEST_BYTES;
    *count = there < most ? (uint32_t)there : most;
    return 1;
}

static uint64_t time_of(const uint8_t *bytes)
{
    return tr_get_u32(bytes) * UINT64_C(1000000000);
}

static int oracle_general_read(struct tr_requests *requests, struct sim_error *error)
{
    const uint8_t *bytes;
    uint32_t there = 0;

    if (peek(requests, TR_REQUESTS_AT_ONCE, &bytes, &there, error) < 0)
        return -1;
    for (; requests->count < there; requests->count++, bytes += REQUEST_BYTES) {
        struct tr_request *request = &requests->batch[requests->count];
        if (time_of(bytes) < requests->last_ns && requests->count > 0)
            break; /* it fails as the first of a batch: then the input is at it */
        *request = (struct tr_request){.object = tr_get_u64(bytes + AT_OBJECT), .access = TR_READ};
        if (tr_requests_set_time(requests, request, time_of(bytes), error) < 0)
            return -1;
    }
    tr_input_skip(requests->base.input, (size_t)requests->count * REQUEST_BYTES);
    return 1;
}

static int oracle_general_read_objects(struct tr_requests *requests, uint64_t *objects,
                                       uint32_t most, uint32_t *count, struct sim_error *error)
{
    const uint8_t *bytes;
    struct tr_request request;
    uint32_t there = 0, taken = 0;
    uint64_t last_ns = requests->last_ns;

    if (peek(requests, most, &bytes, &there, error) < 0)
        return -1;
    for (; taken < there && time_of(bytes) >= last_ns; taken++, bytes += REQUEST_BYTES) {
        last_ns = time_of(bytes);
        objects[taken] = tr_get_u64(bytes + AT_OBJECT);
    }
    if (taken == 0 && there > 0) /* which fails; the input is at it */
        return tr_requests_set_time(requests, &request, time_of(bytes), error);
    requests->last_ns = last_ns;
    tr_input_skip(requests->base.input, (size_t)taken * REQUEST_BYTES);
    *count = taken;
    return 1;
}

static int oracle_general_begin(struct tr_source *source, const struct tr_source_options *options,
                                struct sim_error *error)
{
    struct tr_requests *requests = (struct tr_requests *)(void *)source;

    if (!options->format)
        tr_notes_add(&source->notes,
                     "the format has no signature: the first requests are plausible");
    requests->read_all = oracle_general_read;
    requests->read_objects = oracle_general_read_objects;
    source->has_objects = true;
    source->header.carries = TR_TOUCHES | TR_TIME;
    tr_notes_add(&source->notes, "an object is a page, whatever its size");
    tr_notes_add(&source->notes, "every request is a read: the format has no operations");
    tr_source_describe(source, "of the trace", "libCacheSim oracleGeneral: an object is a page");
    return tr_requests_begin(requests, error);
}

const struct tr_source_format tr_source_oracle_general = {
    .about = {"oracleGeneral", "libCacheSim's requests with the time of the next one"},
    .bytes = sizeof(struct tr_requests),
    .matches = oracle_general_matches,
    .begin = oracle_general_begin,
    .next = tr_requests_next,
    .touches = tr_requests_touches,
    .end = tr_requests_end,
};
