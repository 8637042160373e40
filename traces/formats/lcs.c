/*
 * libCacheSim's lcs format: a header of 8192 bytes, then requests, whose size depends on the
 * version. The user may choose the requests of one tenant, such as one VM.
 */
#include "traces/formats/lcs.h"

#include <inttypes.h>
#include <string.h>

#include "traces/formats/ops.h"
#include "traces/formats/requests.h"

static const uint8_t request_bytes[LCS_VERSION_MOST + 1] = {0, 24, 28, 36, 40, 44, 52, 68, 100};

struct lcs {
    struct tr_requests requests;
    uint64_t version;
    size_t bytes;     /* of a request */
    bool has_tenants; /* some request is of another tenant than 0 */
    bool one_tenant;
    uint32_t tenant;
};

static bool lcs_matches(const uint8_t *bytes, size_t count)
{
    return count >= 8 && tr_get_u64(bytes) == LCS_MAGIC;
}

/* 1: *request is the request; 0: it is of another tenant; -1. */
static int take(struct lcs *lcs, const uint8_t *bytes, struct tr_request *request,
                struct sim_error *error)
{
    *request = (struct tr_request){.object = tr_get_u64(bytes + LCS_AT_OBJECT), .access = TR_READ};
    if (lcs->version > 1) {
        uint32_t word = tr_get_u32(bytes + (lcs->version == 2 ? LCS_V2_AT_OP : LCS_V3_AT_OP));
        if (lcs->one_tenant && word >> 8 != lcs->tenant)
            return 0;
        request->volume = word >> 8;
        if (request->volume > 0 && !lcs->has_tenants)
            tr_notes_add(&lcs->requests.base.notes,
                         "objects of different tenants are different pages; --tenant chooses one");
        lcs->has_tenants |= request->volume > 0;
        if (!tr_op_access(word & 0xff, &request->access))
            return tr_source_fail(&lcs->requests.base, error,
                                  "expected an operation of 0 to %d, found %" PRIu32, TR_OPS - 1,
                                  word & 0xff);
    }
    return tr_requests_set_time(&lcs->requests, request, tr_get_u32(bytes) * UINT64_C(1000000000),
                                error);
}

static int lcs_read(struct tr_requests *requests, struct tr_request *request,
                    struct sim_error *error)
{
    struct lcs *lcs = (struct lcs *)(void *)requests;
    struct tr_input *input = requests->base.input;
    int taken = 0;

    while (taken == 0) {
        const uint8_t *bytes;
        size_t there;
        if (tr_input_peek(input, lcs->bytes, &bytes, &there, error) != SIM_OK)
            return -1;
        if (there == 0)
            return 0;
        if (there < lcs->bytes)
            return tr_source_fail(&requests->base, error,
                                  "expected a request of %zu bytes, found %zu", lcs->bytes, there);
        taken = take(lcs, bytes, request, error);
        tr_input_skip(input, lcs->bytes);
    }
    return taken;
}

static int lcs_begin(struct tr_source *source, const struct tr_source_options *options,
                     struct sim_error *error)
{
    struct lcs *lcs = (struct lcs *)(void *)source;
    uint8_t head[LCS_HEADER_BYTES];
    const char *path = tr_input_path(source->input);
    int status = tr_input_read_all(source->input, head, sizeof head, "a header", error);

    if (status != SIM_OK)
        return status;
    lcs->version = tr_get_u64(head + LCS_AT_VERSION);
    if (!lcs_matches(head, sizeof head) || tr_get_u64(head + LCS_AT_END_MAGIC) != LCS_MAGIC)
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected %" PRIx64 " at bytes 0 and %d, found %" PRIx64 " and %" PRIx64, path,
            LCS_MAGIC, LCS_AT_END_MAGIC, tr_get_u64(head), tr_get_u64(head + LCS_AT_END_MAGIC));
    if (lcs->version == 0 || lcs->version > LCS_VERSION_MOST)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: byte 8: expected a version of 1 to %d, found %" PRIu64, path,
                             LCS_VERSION_MOST, lcs->version);
    if (options->one_tenant && lcs->version == 1)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a version with tenants, found version 1", path);
    lcs->bytes = request_bytes[lcs->version];
    lcs->one_tenant = options->one_tenant;
    lcs->tenant = options->tenant;
    lcs->requests.read = lcs_read;
    source->has_objects = true;
    source->header.carries =
        TR_TOUCHES | TR_TIME | (lcs->version > 1 ? TR_WRITES | TR_ALLOCATIONS : 0);
    tr_notes_add(&source->notes, "an object is a page, whatever its size");
    tr_source_describe(source, "of the trace", "libCacheSim lcs: an object is a page");
    return tr_requests_begin(&lcs->requests, error);
}

const struct tr_source_format tr_source_lcs = {
    .about = {"lcs", "libCacheSim's requests with operation and tenant"},
    .bytes = sizeof(struct lcs),
    .matches = lcs_matches,
    .begin = lcs_begin,
    .next = tr_requests_next,
    .touches = tr_requests_touches,
    .end = tr_requests_end,
};
