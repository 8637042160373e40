/*
 * Recordings as page numbers. Touches come in batches, so that what is done with them is a loop.
 */
#include "ballast/replay/trace.h"

#include <stdlib.h>

#include "sim/reserve.h"

enum {
    BATCH = 4096,
    HELD_BYTES_FIRST = 1 << 22
}; /* touches; our choice: 16 KB stay in the first cache */

struct replay_trace {
    const char *path;
    struct tr_source *source;
    struct tr_summary summary; /* of what was read */
    uint32_t page_bytes;       /* that the user gave; 0: none */
    uint32_t distinct;
    bool is_rising; /* every page that was touched so far had been touched, or was the next one */
    uint64_t *seen; /* else: a bit for each page */
    size_t seen_bytes;
    uint32_t *held;
    size_t held_bytes;
    uint64_t at; /* of the touches that are held */
    uint32_t batch[BATCH];
};

int replay_trace_open(const char *path, const struct tr_source_options *options,
                      struct replay_trace **out, struct sim_error *error)
{
    struct replay_trace *trace = calloc(1, sizeof *trace);

    *out = NULL;
    if (trace == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    trace->path = path;
    trace->is_rising = true;
    trace->page_bytes = options->page_bytes;
    int status = tr_source_open(path, options, &trace->source, error);
    if (status == SIM_OK && options->page_bytes > 0 && !tr_source_has_objects(trace->source) &&
        tr_source_header(trace->source)->page_bytes != options->page_bytes)
        status =
            sim_error_set(error, SIM_USAGE,
                          "%s: expected no --page-bytes, or that of the recording, which has "
                          "pages of %u bytes; found %u",
                          path, tr_source_header(trace->source)->page_bytes, options->page_bytes);
    if (status == SIM_OK)
        status =
            tr_header_require(path, tr_source_header(trace->source), TR_TOUCHES, "replay", error);
    if (status == SIM_OK) {
        trace->seen_bytes = ((size_t)replay_trace_pages(trace) + 63) / 64 * 8;
        trace->seen = sim_reserve(trace->seen_bytes);
        if (trace->seen == NULL)
            status = sim_error_set(error, SIM_SYSTEM, "%s: no memory for %u pages", path,
                                   replay_trace_pages(trace));
    }
    if (status == SIM_OK)
        *out = trace;
    else
        replay_trace_close(trace);
    return status;
}

void replay_trace_close(struct replay_trace *trace)
{
    if (trace == NULL)
        return;
    tr_source_close(trace->source);
    sim_release(trace->seen, trace->seen_bytes);
    sim_release(trace->held, trace->held_bytes);
    free(trace);
}

/* While pages get their numbers in the order of first touch, as objects do, the page that is
 * touched tells that it is new. How many of the touches that holds for. */
static size_t count_rising(struct replay_trace *trace, const uint32_t *pages, size_t count)
{
    uint32_t distinct = trace->distinct;
    size_t i = 0;
    for (; i < count && pages[i] <= distinct; i++)
        distinct += pages[i] == distinct;
    trace->distinct = distinct;
    return i;
}

static void mark_pages_below(struct replay_trace *trace, uint32_t end)
{
    for (uint32_t page = 0; page < end; page++)
        trace->seen[page / 64] |= UINT64_C(1) << page % 64;
}

static void count_pages(struct replay_trace *trace, const uint32_t *pages, size_t count)
{
    size_t i = 0;
    if (trace->is_rising) {
        i = count_rising(trace, pages, count);
        if (i == count)
            return;
        trace->is_rising = false;
        mark_pages_below(trace, trace->distinct);
    }
    uint32_t distinct = 0;
    for (; i < count; i++) {
        uint64_t *word = &trace->seen[pages[i] / 64], bit = UINT64_C(1) << pages[i] % 64;
        distinct += (*word & bit) == 0;
        *word |= bit;
    }
    trace->distinct += distinct;
}

/* Reads up to `room` touches. As replay_trace_next(). */
static int take(struct replay_trace *trace, uint32_t *pages, size_t room, size_t *count,
                struct sim_error *error)
{
    int more = tr_source_touches(trace->source, pages, room, count, &trace->summary, error);
    if (more > 0)
        count_pages(trace, pages, *count);
    return more;
}

/* Room for so many touches, with as much again where it grows. */
static int held_reserve(struct replay_trace *trace, uint64_t touches, struct sim_error *error)
{
    size_t wanted = touches * sizeof *trace->held, bytes = trace->held_bytes * 2;
    void *held;

    if (touches > REPLAY_HELD_MOST)
        return sim_error_set(
            error, SIM_USAGE,
            "%s: expected at most 2^31 touches where memory is given in percent or "
            "a policy must know the whole recording, found more",
            trace->path);
    if (wanted <= trace->held_bytes)
        return SIM_OK;
    if (trace->held == NULL)
        held = sim_reserve_huge(bytes = HELD_BYTES_FIRST);
    else
        held = sim_reserve_more(trace->held, trace->held_bytes, bytes);
    if (held == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory to hold %zu touches", trace->path,
                             (size_t)touches);
    trace->held = held;
    trace->held_bytes = bytes;
    return SIM_OK;
}

int replay_trace_hold(struct replay_trace *trace, struct sim_error *error)
{
    uint64_t held = 0;
    size_t count;
    int more = 1, status = SIM_OK;

    while (more > 0 && status == SIM_OK) {
        status = held_reserve(trace, held + BATCH, error);
        if (status == SIM_OK)
            more = take(trace, trace->held + held, BATCH, &count, error);
        held += status == SIM_OK && more > 0 ? count : 0;
    }
    return more < 0 ? error->status : status;
}

const uint32_t *replay_trace_held(const struct replay_trace *trace)
{
    return trace->held;
}

int replay_trace_next(struct replay_trace *trace, const uint32_t **pages, size_t *count,
                      struct sim_error *error)
{
    if (trace->held == NULL) {
        *pages = trace->batch;
        return take(trace, trace->batch, BATCH, count, error);
    }
    uint64_t left = trace->summary.touches - trace->at;
    *pages = trace->held + trace->at;
    *count = left < BATCH ? (size_t)left : BATCH;
    trace->at += *count;
    return left > 0;
}

void replay_trace_rewind(struct replay_trace *trace)
{
    trace->at = 0;
}

uint32_t replay_trace_pages(const struct replay_trace *trace)
{
    uint32_t pages = tr_source_header(trace->source)->pages;
    return pages > 0 ? pages : TR_PAGES_MOST;
}

void replay_trace_facts(const struct replay_trace *trace, struct replay_facts *facts)
{
    *facts = (struct replay_facts){.touches = trace->summary.touches, .distinct = trace->distinct};
}

static void note_left_out(struct tr_notes *notes, uint64_t count, const char *what)
{
    if (count > 0)
        tr_notes_add(notes, "left out: %llu %s", (unsigned long long)count, what);
}

void replay_trace_notes(const struct replay_trace *trace, struct tr_notes *notes)
{
    const struct tr_header *header = tr_source_header(trace->source);
    const struct tr_summary *summary = &trace->summary;

    *notes = *tr_source_notes(trace->source);
    note_left_out(notes, summary->contents, "new contents of pages, which are no touches");
    note_left_out(notes, summary->device_pages, "pages that devices read or wrote");
    note_left_out(notes, summary->allocated_pages, "pages that were allocated");
    note_left_out(notes, summary->freed_pages,
                  "pages or objects that were freed: they stay in memory until they are replaced");
    if (header->space != TR_SPACE_BLOCKS && header->carries & TR_TIME)
        tr_notes_add(notes, "touches of one window count in the order of the file, which need not "
                            "be the order of the touches");
}

uint32_t replay_trace_page_bytes(const struct replay_trace *trace)
{
    if (tr_source_has_objects(trace->source))
        return trace->page_bytes;
    return tr_source_header(trace->source)->page_bytes;
}

const char *replay_trace_path(const struct replay_trace *trace)
{
    return trace->path;
}

const struct tr_source *replay_trace_source(const struct replay_trace *trace)
{
    return trace->source;
}
