/*
 * DAMON's trace points as text: a line for each region, here broken in two. The beginnings are
 * those of `perf script`, `trace-cmd report` and the file /sys/kernel/tracing/trace.
 *
 *     kdamond.0  3412 [002]  1234.567890: damon:damon_aggregated: \
 *     kdamond.0-3412  [002]  1234.567890: damon_aggregated: \
 *     kdamond.0-3412  [002] .....  1234.567890: damon_aggregated: \
 *         target_id=0 nr_regions=11 4194304-8388608: 3 12
 *
 * Addresses and hits are decimal. Old kernels leave out the age at the end of the line. The trace
 * point damon:damos_before_apply prints further names before nr_regions. A snapshot has nr_regions
 * lines, and its window ends at the time of its first line. The start of the first window is
 * unknown; it is assumed to be as long as the second.
 *
 * The hazards: the lines do not say how many samples were taken (damon_rate() looks after that),
 * and lines of other trace points and of programs stand between them. The latter are passed over.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "traces/digits.h"
#include "traces/formats/damon.h"

struct line {
    char kdamond[32]; /* empty: the line does not say */
    bool is_apply;    /* damos_before_apply; otherwise damon_aggregated */
    uint64_t at_ns;
    uint64_t target, regions, hits;
    struct damon_region region;
};

struct damon_text {
    struct damon damon;
    bool one_target;
    uint64_t target;
    bool has_target;
    bool has_ahead; /* `ahead` was read already; it belongs to the next snapshot */
    struct line ahead;
    bool has_origin;
    uint64_t origin_ns;
    char kdamond[32];        /* of the target's first line; targets are numbered within it */
    bool has_kind, is_apply; /* the trace point of the first line */
};

/* ---- Lines ------------------------------------------------------------------------------- */

/* Reads the time, "SECONDS.MICROSECONDS:", which stands before the trace point's name. Without a
 * point it would come from a clock that does not count seconds. */
static bool take_time(const char *line, const char *name, uint64_t *at_ns)
{
    const char *at = name;
    while (at > line && (at[-1] == ' ' || at[-1] == ':'))
        at--;
    const char *end = at;
    while (at > line && (isdigit((unsigned char)at[-1]) || at[-1] == '.'))
        at--;
    return (at == line || at[-1] == ' ') && memchr(at, '.', (size_t)(end - at)) &&
           tr_digits_time(at, UINT64_C(1000000000), at_ns) == end && *at_ns <= INT64_MAX;
}

/* The thread at the beginning of a line, "kdamond.0 3412" or "kdamond.0-3412". */
static void take_kdamond(const char *text, struct line *line)
{
    text += strspn(text, " ");
    size_t length = strcspn(text, " -");

    line->kdamond[0] = '\0';
    if (strncmp(text, "kdamond", 7) == 0 && length < sizeof line->kdamond) {
        memcpy(line->kdamond, text, length);
        line->kdamond[length] = '\0';
    }
}

static bool take_named(const char *line, const char *name, uint64_t *number)
{
    const char *at = strstr(line, name);
    return at && tr_digits(at + strlen(name), number) != NULL;
}

/* Where the name of one of the two trace points begins; NULL: the line is of another one. */
static const char *trace_point(const char *text)
{
    static const char *const names[] = {"damon:damon_aggregated:", "damon:damos_before_apply:",
                                        "damon_aggregated:", "damos_before_apply:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *at = strstr(text, names[i]);
        if (at)
            return at;
    }
    return NULL;
}

/* Fills *line; returns NULL, or what was expected in the text. */
static const char *parse(const char *text, struct line *line)
{
    const char *name = trace_point(text);
    if (!name)
        return "a line of damon_aggregated or damos_before_apply";
    take_kdamond(text, line);
    line->is_apply = strstr(name, "damos_before_apply") == name + (name[5] == ':' ? 6 : 0);
    if (!take_time(text, name, &line->at_ns))
        return "a time in seconds such as 1234.567890 before the trace point's name (trace clock "
               "local)";
    if (!take_named(name, "target_id=", &line->target) &&
        !take_named(name, "target_idx=", &line->target))
        return "target_id=NUMBER";
    const char *at = strstr(name, "nr_regions=");
    at = at ? tr_digits(at + strlen("nr_regions="), &line->regions) : NULL;
    if (!at || line->regions == 0 || *at != ' ')
        return "nr_regions=NUMBER, not 0, and a region";
    while (*at == ' ')
        at++;
    at = tr_digits(at, &line->region.from);
    at = at && *at == '-' ? tr_digits(at + 1, &line->region.to) : NULL;
    at = at && at[0] == ':' && at[1] == ' ' ? tr_digits(at + 2, &line->hits) : NULL;
    if (!at || (*at != '\0' && *at != ' '))
        return "a region START-END: HITS";
    if (line->region.from >= line->region.to)
        return "a region whose end is above its start";
    return NULL;
}

static bool is_other(const char *text)
{
    return text[0] == '\0' || text[0] == '#';
}

/* Another thread's target of the same number is another one. 1 or -1. */
static int check_kdamond(struct damon_text *text, const struct line *line, struct sim_error *error)
{
    if (text->kdamond[0] == '\0')
        memcpy(text->kdamond, line->kdamond, sizeof text->kdamond);
    if (line->kdamond[0] == '\0' || strcmp(line->kdamond, text->kdamond) == 0)
        return 1;
    return tr_source_fail(
        &text->damon.base, error,
        "expected regions of one kdamond, found those of %s and %s, whose targets "
        "have the same numbers; `grep %s FILE` keeps one",
        text->kdamond, line->kdamond, text->kdamond);
}

/* 1: *line is the next line of the chosen target; 0: the end; -1. */
static int next_line(struct damon_text *text, struct line *line, struct sim_error *error)
{
    const char *bytes;
    size_t length;
    if (text->has_ahead) {
        text->has_ahead = false;
        *line = text->ahead;
        return 1;
    }
    for (;;) {
        int more = tr_input_line(text->damon.base.input, &bytes, &length, error);
        if (more <= 0)
            return more;
        if (is_other(bytes))
            continue;
        const char *expected = parse(bytes, line);
        if (expected) {
            text->damon.is_tuned |= strstr(bytes, "damon_monitor_intervals_tune") != NULL;
            tr_source_pass_over(&text->damon.base, "expected %s, found '%.60s'", expected, bytes);
            continue;
        }
        if (text->has_kind && line->is_apply != text->is_apply) {
            tr_source_pass_over(&text->damon.base,
                                "expected lines of one trace point, found '%.60s'", bytes);
            continue;
        }
        text->has_kind = true;
        text->is_apply = line->is_apply;
        if (!text->has_target) {
            text->has_target = true;
            text->target = text->one_target ? text->target : line->target;
        }
        if (line->target == text->target)
            return check_kdamond(text, line, error);
        if (!text->one_target)
            return tr_source_fail(&text->damon.base, error,
                                  "expected one target, found %" PRIu64 " and %" PRIu64
                                  "; choose one with --tenant",
                                  text->target, line->target);
    }
}

/* ---- Snapshots --------------------------------------------------------------------------- */

static int load(struct damon *damon, struct sim_error *error)
{
    struct damon_text *text = (struct damon_text *)(void *)damon;
    struct line first, line;
    int more = next_line(text, &first, error);
    if (more <= 0)
        return more;
    damon_clear(damon);
    line = first;
    for (uint64_t i = 0;; i++) {
        if (damon_rate(damon, (double)line.hits, &line.region.rate, error) < 0 ||
            damon_add(damon, &line.region, error) < 0)
            return -1;
        if (i + 1 == first.regions)
            break;
        more = next_line(text, &line, error);
        if (more < 0)
            return -1;
        if (more == 0)
            break; /* the recording was cut short */
        if (line.regions != first.regions || line.region.from <= first.region.from) {
            text->has_ahead = true; /* the rest of this snapshot was lost */
            text->ahead = line;
            break;
        }
    }
    if (!text->has_origin) {
        uint64_t before_ns = 100000000; /* DAMON's default, if there is no second snapshot */
        if (!text->has_ahead) {
            more = next_line(text, &text->ahead, error);
            if (more < 0)
                return -1;
            text->has_ahead = more > 0;
        }
        if (text->has_ahead && text->ahead.at_ns > first.at_ns)
            before_ns = text->ahead.at_ns - first.at_ns;
        tr_notes_add(&damon->base.notes, "the first window is taken to last %.4g s, %s",
                     (double)before_ns / 1e9,
                     text->has_ahead ? "as the second does" : "DAMON's default");
        text->origin_ns = first.at_ns > before_ns ? first.at_ns - before_ns : 0;
        text->has_origin = true;
    }
    if (first.at_ns < text->origin_ns)
        return tr_source_fail(&damon->base, error,
                              "expected rising times, found one before the first");
    damon->end_ns = first.at_ns - text->origin_ns;
    return 1;
}

/* ---- The format -------------------------------------------------------------------------- */

static bool matches(const uint8_t *bytes, size_t count)
{
    char text[TR_SOURCE_PEEK_BYTES + 1];
    size_t length = count < TR_SOURCE_PEEK_BYTES ? count : TR_SOURCE_PEEK_BYTES;
    memcpy(text, bytes, length);
    text[length] = '\0';
    return trace_point(text) != NULL;
}

static int begin(struct tr_source *source, const struct tr_source_options *options,
                 struct sim_error *error)
{
    struct damon_text *text = (struct damon_text *)(void *)source;
    (void)error;
    source->is_text = true;
    damon_init(&text->damon, load, "DAMON: access rates of regions (trace points)", options);
    text->one_target = options->one_tenant;
    text->target = options->tenant;
    return SIM_OK;
}

const struct tr_source_format tr_source_damon_text = {
    .about = {"damon-text", "DAMON's regions: damon_aggregated by perf script, trace-cmd, ftrace"},
    .bytes = sizeof(struct damon_text),
    .matches = matches,
    .begin = begin,
    .next = damon_next,
    .end = damon_end,
};
