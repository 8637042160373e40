/*
 * Replays a recorded VM: what its pages held over time is written at the guest's physical
 * addresses.
 *
 * A recording says only that a page changed between two moments; each change is placed at a random
 * time in between, from a stream of the VM's own. The first window is the state at the start and is
 * written as fast as it goes, after zeroes everywhere, since a trace leaves out what is still zero;
 * after the last window the memory stays as it is. One window at a time is in memory.
 *
 * The hazard is an order of writes that never was: changes of one page keep theirs.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "traces/tr.h"
#include "workloads/wl.h"
#include "workloads/wl_path.h"

/* Changes are made in batches, so that the guest sleeps once for many of them: our choice, short
 * against the seconds between scans of a page. */
#define BATCH_NS (10 * SIM_MS)

struct change {
    uint64_t at_ns;
    uint64_t content;
    uint32_t order; /* in the recording */
    uint32_t ppn;
    bool write;
};

struct trace {
    struct wl wl;
    struct guest_program program;
    struct tr_reader *reader;
    struct tr_record ahead; /* read and not yet used */
    bool at_end;
    double speed;
    uint64_t start_ns, first_window_ns, end_ns;
    uint64_t window_began_ns; /* simulated end of the window before */
    struct sim_random random;
    struct change *changes; /* of the present window, in order of time */
    uint64_t room;          /* of these: the largest window's */
    uint64_t count, next;
    uint64_t done;
    uint32_t pages, zeroed; /* of the recorded VM; of these, filled with zeroes at the start */
};

static const struct trace *trace_of(const struct wl *wl)
{
    return (const struct trace *)(const void *)wl;
}

static uint64_t simulated_ns(const struct trace *trace, uint64_t recorded_ns)
{
    double since_ns = (double)(recorded_ns - trace->first_window_ns);

    return trace->start_ns + (uint64_t)(since_ns / trace->speed);
}

/* ---- Windows ---- */

static void advance(struct trace *trace)
{
    struct sim_error error;
    int got = tr_reader_next(trace->reader, &trace->ahead, &error);

    if (got < 0) { /* it was read to its end before: somebody changes it under our hands */
        fprintf(stderr, "ballast: %s\n", error.text);
        abort();
    }
    trace->at_end = got == 0;
}

static void add_change(struct trace *trace, uint64_t window_ns)
{
    const struct tr_record *record = &trace->ahead;
    double span_ns = (double)(window_ns - trace->window_began_ns);
    uint64_t after_ns = (uint64_t)(span_ns * sim_random_unit(&trace->random));
    uint64_t content = record->content;

    assert(trace->count < trace->room);
    if (content == GUEST_CONTENT_PRIVATE) /* a hash that happens to be this word */
        content = sim_mix64(content, 0);
    trace->changes[trace->count] =
        (struct change){.at_ns = trace->window_began_ns + after_ns / BATCH_NS * BATCH_NS,
                        .content = content,
                        .order = (uint32_t)trace->count,
                        .ppn = record->ppn,
                        .write = record->kind == TR_CONTENT};
    trace->count++;
}

static int by_page(const void *a, const void *b)
{
    const struct change *x = a, *y = b;

    if (x->ppn != y->ppn)
        return x->ppn < y->ppn ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static int by_time(const void *a, const void *b)
{
    const struct change *x = a, *y = b;

    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static void put_in_order(struct change *changes, uint64_t count)
{
    qsort(changes, count, sizeof *changes, by_page);
    for (uint64_t i = 1; i < count; i++) {
        if (changes[i].ppn == changes[i - 1].ppn && changes[i].at_ns < changes[i - 1].at_ns)
            changes[i].at_ns = changes[i - 1].at_ns;
    }
    qsort(changes, count, sizeof *changes, by_time);
}

/* Loads the next window that holds anything; false at the end. */
static bool load_window(struct trace *trace)
{
    trace->count = trace->next = 0;
    while (!trace->at_end && trace->count == 0) {
        uint64_t window_ns = simulated_ns(trace, trace->ahead.at_ns);
        for (advance(trace); !trace->at_end && trace->ahead.kind != TR_WINDOW; advance(trace)) {
            if (trace->ahead.kind == TR_CONTENT || trace->ahead.kind == TR_TOUCH)
                add_change(trace, window_ns);
        }
        trace->window_began_ns = window_ns;
    }
    if (trace->count > 0)
        put_in_order(trace->changes, trace->count);
    return trace->count > 0;
}

/* ---- The program ---- */

static void trace_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct trace *trace = sim_event_owner(program, struct trace, program);

    *op = (struct guest_op){.kind = GUEST_OP_PHYSICAL, .write = true, .pages = 1};
    if (trace->zeroed < trace->pages) {
        op->first = trace->zeroed++;
        op->content = GUEST_CONTENT_ZERO;
        return;
    }
    if (trace->next == trace->count && !load_window(trace)) {
        op->kind = GUEST_OP_EXIT;
        return;
    }
    const struct change *change = &trace->changes[trace->next];
    if (change->at_ns > now_ns) {
        op->kind = GUEST_OP_SLEEP;
        op->at_ns = change->at_ns;
        return;
    }
    op->write = change->write;
    op->first = change->ppn;
    op->content = change->content;
    trace->next++;
    trace->done++;
}

static double trace_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)trace_of(wl)->done;
}

uint64_t wl_trace_end_ns(const struct wl *wl)
{
    return trace_of(wl)->end_ns;
}

/* ---- Start and stop ---- */

static void trace_stop(struct wl *wl)
{
    struct trace *trace = (struct trace *)(void *)wl;

    if (!trace)
        return;
    tr_reader_close(trace->reader);
    sim_random_fini(&trace->random);
    free(trace->changes);
    free(trace);
}

static const struct wl_kind trace_kind = {
    .name = "trace", .stop = trace_stop, .progress = trace_progress, .progress_unit = "pages"};

/* Reads the whole trace once: what is damaged or does not fit is refused before the run begins. */
static int check(const struct wl_context *context, const char *path,
                 const struct tr_summary *summary, struct sim_error *error)
{
    const struct tr_header *header = &summary->header;

    int status = tr_header_require(path, header, TR_CONTENTS, "the workload", error);
    if (status != SIM_OK)
        return status;
    if (header->page_bytes != GUEST_PAGE_SIZE)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected pages of %u bytes, found %u", path,
                             GUEST_PAGE_SIZE, header->page_bytes);
    if (header->pages > context->memory_pages)
        return sim_error_set(error, SIM_USAGE,
                             "VM %s: expected memory_mb of %.10g or more, the size of the VM "
                             "recorded in %s, found %.10g",
                             context->vm_name, header->pages / 256.0, path,
                             context->memory_pages / 256.0);
    return SIM_OK;
}

static int open_trace(const struct wl_context *context, struct trace *trace, const char *path,
                      struct sim_error *error)
{
    struct tr_summary summary;
    int status = tr_summarise(path, &summary, error);

    if (status == SIM_OK)
        status = check(context, path, &summary, error);
    if (status == SIM_OK)
        status = tr_reader_open(path, &trace->reader, error);
    if (status != SIM_OK)
        return status;
    trace->pages = summary.header.pages;
    trace->first_window_ns = summary.first_ns;
    trace->end_ns = simulated_ns(trace, summary.last_ns);
    trace->room = summary.window_most;
    trace->changes = malloc((trace->room + 1) * sizeof *trace->changes);
    if (!trace->changes)
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for a window of %s",
                             context->vm_name, path);
    advance(trace);
    return SIM_OK;
}

int wl_trace_start(const struct wl_context *context, const struct wl_trace_config *config,
                   struct wl **out, struct sim_error *error)
{
    struct trace *trace = calloc(1, sizeof *trace);
    char *path = wl_path_new(context, config->file);
    char stream[100];
    int status;

    *out = NULL;
    if (!trace || !path) {
        status = sim_error_set(error, SIM_SYSTEM, "VM %s: no memory", context->vm_name);
    } else {
        *trace = (struct trace){.wl = {&trace_kind},
                                .program = {.next = trace_next},
                                .speed = config->speed,
                                .start_ns = context->start_ns,
                                .window_began_ns = context->start_ns};
        snprintf(stream, sizeof stream, "vm.%s.trace", context->vm_name);
        sim_random_init(&trace->random, context->seed, context->replicate, stream);
        status = open_trace(context, trace, path, error);
    }
    free(path);
    if (status != SIM_OK) {
        trace_stop((struct wl *)(void *)trace);
        return status;
    }
    guest_spawn(context->guest, &trace->program, context->start_ns);
    *out = &trace->wl;
    return SIM_OK;
}
