/*
 * An example of a format: lines "SECONDS OBJECT" behind a first line "example 1". An object is a
 * page.
 *
 * The hazard is a number that is none, or too large for its type: it is refused, not cut.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "traces/formats/requests.h"

static const char mark[] = "example 1\n";

static bool example_matches(const uint8_t *bytes, size_t count)
{
    return count >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0;
}

static int example_read(struct tr_requests *requests, struct tr_request *request,
                        struct sim_error *error)
{
    const char *line;
    size_t length;
    uint32_t seconds;
    char rest;
    int more = tr_input_line(requests->base.input, &line, &length, error);

    if (more <= 0)
        return more;
    if (sscanf(line, "%9" SCNu32 " %18" SCNu64 "%c", &seconds, &request->object, &rest) != 2)
        return tr_source_fail(&requests->base, error, "expected SECONDS OBJECT, found '%.40s'",
                              line);
    request->access = TR_READ;
    return tr_requests_set_time(requests, request, seconds * UINT64_C(1000000000), error);
}

static int example_begin(struct tr_source *source, const struct tr_source_options *options,
                         struct sim_error *error)
{
    struct tr_requests *requests = (struct tr_requests *)(void *)source;
    const char *line;
    size_t length;

    (void)options;
    source->is_text = true;
    requests->read = example_read;
    source->header.carries = TR_TOUCHES | TR_TIME;
    tr_source_describe(source, "of the example", "an example: an object is a page");
    if (tr_input_line(source->input, &line, &length, error) < 0)
        return -1;
    return tr_requests_begin(requests, error);
}

const struct tr_source_format tr_source_example = {
    .about = {"example", "an example of a format"},
    .bytes = sizeof(struct tr_requests),
    .matches = example_matches,
    .begin = example_begin,
    .next = tr_requests_next,
    .end = tr_requests_end,
};
