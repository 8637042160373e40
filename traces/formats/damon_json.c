/*
 * Recordings of damo (`damo record`) in its format json, plain or compressed with zlib: a list of
 * records, each with the snapshots of one target.
 *
 *     [{"kdamond_idx": 0, "context_idx": 0, "intervals": {...}, "target_id": 0, ...
 *       "snapshots": [
 *         {"start_time": NS, "end_time": NS, "regions": [
 *           {"start": A, "end": B, "nr_accesses": {"samples": 3, "percent": 15}, "age": {...}},
 *           ...]},
 *         ...]}]
 *
 * A number may be a string with commas and units: "4,194,304", "4.000 GiB", "5 s 100 ms". A region
 * without "percent" has a rate of its samples divided by the most possible; the intervals give that
 * number, or the user, or it is DAMON's default of 20. damo writes null for what it does not know,
 * which counts as absent. A snapshot from 0 to 0 only fills a gap and is skipped.
 *
 * The hazard is the order of members, which JSON does not fix. So a snapshot or a region is
 * evaluated only at its end. Unknown members are skipped.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "traces/formats/damon.h"
#include "traces/json_reader.h"

struct damon_json {
    struct damon damon;
    struct json_reader reader;
    bool one_target;
    uint32_t target, records; /* how many records have begun */
    bool in_snapshots;        /* the next token is a snapshot, or the end of their list */
    bool is_over;
    bool has_intervals; /* the file says how many samples a window has */
    bool has_origin;
    double origin_ns;
};

static struct damon_json *json_of(struct damon *damon)
{
    return (struct damon_json *)(void *)damon;
}

/* ---- Members ----------------------------------------------------------------------------- */

static int next_token(struct damon_json *json, enum json_token *token, struct sim_error *error)
{
    return json_reader_next(&json->reader, token, error);
}

static int refuse(struct damon_json *json, const char *expected, enum json_token found,
                  struct sim_error *error)
{
    return json_reader_fail(&json->reader, error, "expected %s, found %s", expected,
                            json_token_name(found));
}

static bool is_null(const struct damon_json *json, enum json_token token)
{
    return token == JSON_LITERAL && strcmp(json->reader.text, "null") == 0;
}

static int take_number(struct damon_json *json, double *number, struct sim_error *error)
{
    enum json_token token;
    if (next_token(json, &token, error) < 0)
        return -1;
    bool is_text = token == JSON_TEXT || token == JSON_NUMBER;
    if (is_null(json, token))
        return 1; /* as if the member were absent */
    if (is_text && damon_number(json->reader.text, number))
        return 1;
    if (!is_text)
        return refuse(json, "a number", token, error);
    return json_reader_fail(&json->reader, error, "expected a number, found '%.60s'",
                            json->reader.text);
}

/* 1: reader.text is the name of the next member; 0: the end of the object; -1. */
static int next_member(struct damon_json *json, struct sim_error *error)
{
    enum json_token token;
    if (next_token(json, &token, error) < 0)
        return -1;
    return token == JSON_NAME;
}

/* The next token must be `wanted`; `what` names it in the message. 1 or -1. */
static int expect(struct damon_json *json, enum json_token wanted, const char *what,
                  struct sim_error *error)
{
    enum json_token token;
    if (next_token(json, &token, error) < 0)
        return -1;
    return token == wanted ? 1 : refuse(json, what, token, error);
}

/* The same for a value that may be null, which counts as absent. 1: its token was `wanted`; 0: it
 * is null; -1. */
static int enter(struct damon_json *json, enum json_token wanted, const char *what,
                 struct sim_error *error)
{
    enum json_token token;
    if (next_token(json, &token, error) < 0)
        return -1;
    if (is_null(json, token))
        return 0;
    return token == wanted ? 1 : refuse(json, what, token, error);
}

static bool is_named(const struct damon_json *json, const char *name)
{
    return strcmp(json->reader.text, name) == 0;
}

/* Intervals of the file may change while it is recorded: more hits than samples count as 100%. */
static int take_rate(struct damon_json *json, double hits, double *rate, struct sim_error *error)
{
    if (!json->has_intervals)
        return damon_rate(&json->damon, hits, rate, error);
    *rate = hits / json->damon.samples;
    return 1;
}

/* Reads {"samples": N, "percent": P}, or a number of samples, as older tools write. *rate stays
 * where neither is there. */
static int take_accesses(struct damon_json *json, double *rate, struct sim_error *error)
{
    enum json_token token;
    double samples = -1, percent = -1;
    int more = 0;
    if (next_token(json, &token, error) < 0)
        return -1;
    if (is_null(json, token))
        return 1;
    if (token == JSON_NUMBER)
        samples = strtod(json->reader.text, NULL);
    else if (token != JSON_OBJECT)
        return refuse(json, "samples and percent of a region", token, error);
    while (token == JSON_OBJECT && (more = next_member(json, error)) == 1) {
        int status = is_named(json, "samples")   ? take_number(json, &samples, error)
                     : is_named(json, "percent") ? take_number(json, &percent, error)
                                                 : json_reader_skip(&json->reader, error);
        if (status < 0)
            return -1;
    }
    if (more == 0 && percent < 0 && samples >= 0)
        return take_rate(json, samples, rate, error);
    if (percent >= 0)
        *rate = percent / 100;
    return more;
}

static int take_region(struct damon_json *json, struct sim_error *error)
{
    double from = -1, to = -1, rate = -1;
    int more;
    while ((more = next_member(json, error)) == 1) {
        int status = is_named(json, "start")         ? take_number(json, &from, error)
                     : is_named(json, "end")         ? take_number(json, &to, error)
                     : is_named(json, "nr_accesses") ? take_accesses(json, &rate, error)
                                                     : json_reader_skip(&json->reader, error);
        if (status < 0)
            return -1;
    }
    if (more < 0)
        return -1;
    if (from < 0 || to < 0 || rate < 0) {
        tr_notes_pass_over(&json->damon.base.notes, json->reader.line,
                           "expected start, end and nr_accesses of a region, found one missing");
        return 1;
    }
    if (!(to > from))
        return json_reader_fail(
            &json->reader, error,
            "expected a region whose end is above its start, found %.0f to %.0f", from, to);
    struct damon_region region = {(uint64_t)from, (uint64_t)to, rate};
    return damon_add(&json->damon, &region, error);
}

static int take_regions(struct damon_json *json, struct sim_error *error)
{
    enum json_token token;
    int more = enter(json, JSON_LIST, "a list of regions", error);
    if (more <= 0)
        return more < 0 ? -1 : 1;
    for (;;) {
        if (next_token(json, &token, error) < 0)
            return -1;
        if (token == JSON_CLOSE)
            return 1;
        if (token != JSON_OBJECT)
            return refuse(json, "a region", token, error);
        if (take_region(json, error) < 0)
            return -1;
    }
}

/* ---- Snapshots --------------------------------------------------------------------------- */

/* Reads a snapshot behind its opening brace. 1: it counts; 0: it only fills a gap; -1. */
static int take_snapshot(struct damon_json *json, struct sim_error *error)
{
    double start_ns = -1, end_ns = -1;
    int more;
    damon_clear(&json->damon);
    while ((more = next_member(json, error)) == 1) {
        int status = is_named(json, "start_time") ? take_number(json, &start_ns, error)
                     : is_named(json, "end_time") ? take_number(json, &end_ns, error)
                     : is_named(json, "regions")  ? take_regions(json, error)
                                                  : json_reader_skip(&json->reader, error);
        if (status < 0)
            return -1;
    }
    if (more < 0)
        return -1;
    if (!(end_ns > start_ns))
        return start_ns == 0 && end_ns == 0
                   ? 0
                   : json_reader_fail(
                         &json->reader, error,
                         "expected a snapshot whose end_time is above its start_time, found "
                         "%.0f to %.0f",
                         start_ns, end_ns);
    if (!json->has_origin)
        json->origin_ns = start_ns;
    json->has_origin = true;
    if (end_ns <= json->origin_ns)
        return json_reader_fail(&json->reader, error,
                                "expected rising times, found one before the first");
    json->damon.end_ns = (uint64_t)(end_ns - json->origin_ns);
    return 1;
}

/* Reads {"sample_us": 5000, "aggr_us": 100000, ...}, which give the samples of a snapshot. */
static int take_intervals(struct damon_json *json, struct sim_error *error)
{
    double sample = 0, aggregation = 0;
    int more = enter(json, JSON_OBJECT, "intervals", error);
    if (more <= 0)
        return more < 0 ? -1 : 1;
    while ((more = next_member(json, error)) == 1) {
        int status = is_named(json, "sample_us") ? take_number(json, &sample, error)
                     : is_named(json, "aggr_us") ? take_number(json, &aggregation, error)
                                                 : json_reader_skip(&json->reader, error);
        if (status < 0)
            return -1;
    }
    if (sample > 0 && aggregation >= sample)
        json->damon.samples = aggregation / sample;
    json->has_intervals = sample > 0 && aggregation >= sample;
    return more;
}

/* 1: the next token is the first of a list of snapshots, in a record of the chosen target; 0: there
 * is no further list; -1. */
static int find_snapshots(struct damon_json *json, struct sim_error *error)
{
    enum json_token token;
    for (;;) {
        if (next_token(json, &token, error) < 0)
            return -1;
        if (token == JSON_OBJECT) {
            json->records++;
        } else if (token == JSON_NAME && json->reader.depth == 2) {
            bool is_wanted = !json->one_target || json->records - 1 == json->target;
            if (is_named(json, "snapshots") && is_wanted) {
                if (json->has_origin)
                    return json_reader_fail(&json->reader, error,
                                            "expected one record with snapshots, found another; "
                                            "choose one with --tenant, from 0 on");
                int more = enter(json, JSON_LIST, "a list of snapshots", error);
                if (more != 0)
                    return more;
                continue;
            }
            if (is_named(json, "intervals") && is_wanted) {
                if (take_intervals(json, error) < 0)
                    return -1;
                continue;
            }
            if (json_reader_skip(&json->reader, error) < 0)
                return -1;
        } else if (token == JSON_END) {
            return 0;
        } else if (token != JSON_CLOSE) {
            return refuse(json, "a record of damo", token, error);
        }
    }
}

static int load(struct damon *damon, struct sim_error *error)
{
    struct damon_json *json = json_of(damon);
    enum json_token token;
    while (!json->is_over) {
        if (!json->in_snapshots) {
            int more = find_snapshots(json, error);
            if (more < 0)
                return -1;
            json->in_snapshots = more == 1;
            json->is_over = more == 0;
            continue;
        }
        if (next_token(json, &token, error) < 0)
            return -1;
        if (token == JSON_CLOSE) {
            json->in_snapshots = false;
            continue;
        }
        int counts = token == JSON_OBJECT ? take_snapshot(json, error)
                                          : refuse(json, "a snapshot", token, error);
        if (counts != 0)
            return counts;
    }
    return 0;
}

/* ---- The format -------------------------------------------------------------------------- */

static bool matches(const uint8_t *bytes, size_t count)
{
    static const char *const names[] = {"\"kdamond_idx\"", "\"snapshots\"", "\"target_id\""};
    char text[TR_SOURCE_PEEK_BYTES + 1];
    size_t length = count < TR_SOURCE_PEEK_BYTES ? count : TR_SOURCE_PEEK_BYTES;
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (text[strspn(text, " \t\r\n")] != '[')
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strstr(text, names[i]))
            return true;
    }
    return false;
}

static int begin(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error)
{
    struct damon_json *json = (struct damon_json *)(void *)source;
    source->is_text = true;
    damon_init(&json->damon, load, "DAMON: access rates of regions (damo)", options);
    json->one_target = options->one_tenant;
    json->target = options->tenant;
    json_reader_init(&json->reader, source->input);
    return expect(json, JSON_LIST, "a list of damo's records", error) < 0 ? error->status : SIM_OK;
}

const struct tr_source_format tr_source_damon_json = {
    .about = {"damon-json", "DAMON's regions, recorded by damo (json, json_compressed)"},
    .bytes = sizeof(struct damon_json),
    .matches = matches,
    .begin = begin,
    .next = damon_next,
    .end = damon_end,
};
