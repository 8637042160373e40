/*
 * Replays a recorded VM: what its pages held over time is written at the guest's physical
 * addresses.
 *
 * A recording says only that a page changed between two moments; each change is placed at a random
 * time in between, from a stream of the VM's own. The first window is the state at the start and is
 * written as fast as it goes, after zeroes everywhere, since a trace leaves out what is still zero;
 * after the last window the memory stays as it is. One window at a time is in memory.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "traces/tr.h"
#include "workloads/wl.h"

/* Changes are made in batches, so that the guest sleeps once for many of them. */
#define BATCH_NS (10 * SIM_MS)

struct change {
    uint64_t at_ns;
    uint32_t order; /* in the recording: keeps the sorting stable */
    uint32_t ppn;
    uint64_t content;
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
    uint32_t count, room, next;
    uint64_t done;
    uint32_t pages, zeroed; /* of the recorded VM; of these, filled with zeroes at the start */
    char path[PATH_MAX];
};

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

static uint64_t simulated_ns(const struct trace *trace, uint64_t recorded_ns)
{
    double since_ns = (double)(recorded_ns - trace->first_window_ns);
    return trace->start_ns + (uint64_t)(since_ns / trace->speed);
}

static void add_change(struct trace *trace, uint64_t window_ns)
{
    if (trace->count == trace->room) {
        uint32_t room = trace->room ? 2 * trace->room : 4096;
        struct change *grown = realloc(trace->changes, room * sizeof *grown);
        if (!grown)
            abort();
        trace->changes = grown;
        trace->room = room;
    }
    const struct tr_record *record = &trace->ahead;
    double span_ns = (double)(window_ns - trace->window_began_ns);
    uint64_t at_ns = trace->window_began_ns + (uint64_t)(span_ns * sim_random_unit(&trace->random));
    uint64_t content = record->content;
    if (content == GUEST_CONTENT_PRIVATE) /* a hash that happens to be this word */
        content = sim_mix64(content, 0);
    trace->changes[trace->count] = (struct change){.at_ns = at_ns / BATCH_NS * BATCH_NS,
                                                   .order = trace->count,
                                                   .ppn = record->ppn,
                                                   .content = content,
                                                   .write = record->kind == TR_CONTENT};
    trace->count++;
}

static int by_time(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    if (x->at_ns != y->at_ns)
        return x->at_ns < y->at_ns ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Loads the next window that holds anything; false at the end. */
static bool load_window(struct trace *trace)
{
    trace->count = trace->next = 0;
    while (!trace->at_end && trace->count == 0) {
        uint64_t window_ns = simulated_ns(trace, trace->ahead.at_ns);
        advance(trace);
        for (; !trace->at_end && trace->ahead.kind != TR_WINDOW; advance(trace)) {
            if (trace->ahead.kind == TR_CONTENT || trace->ahead.kind == TR_TOUCH)
                add_change(trace, window_ns);
        }
        trace->window_began_ns = window_ns;
    }
    qsort(trace->changes, trace->count, sizeof *trace->changes, by_time);
    return trace->count > 0;
}

static void trace_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct trace *trace = sim_event_owner(program, struct trace, program);
    if (trace->zeroed < trace->pages) {
        *op = (struct guest_op){.kind = GUEST_OP_PHYSICAL,
                                .write = true,
                                .first = trace->zeroed++,
                                .pages = 1,
                                .content = GUEST_CONTENT_ZERO};
        return;
    }
    if (trace->next == trace->count && !load_window(trace)) {
        *op = (struct guest_op){.kind = GUEST_OP_EXIT};
        return;
    }
    const struct change *change = &trace->changes[trace->next];
    if (change->at_ns > now_ns) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = change->at_ns};
        return;
    }
    *op = (struct guest_op){.kind = GUEST_OP_PHYSICAL,
                            .write = change->write,
                            .first = change->ppn,
                            .pages = 1,
                            .content = change->content};
    trace->next++;
    trace->done++;
}

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

static double trace_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)((const struct trace *)(const void *)wl)->done;
}

static const struct wl_kind trace_kind = {
    .name = "trace", .stop = trace_stop, .progress = trace_progress, .progress_unit = "pages"};

uint64_t wl_trace_end_ns(const struct wl *wl)
{
    return ((const struct trace *)(const void *)wl)->end_ns;
}

/* Reads the whole trace once: what is damaged is refused before the run begins. */
static int check(const struct wl_context *context, struct trace *trace, struct sim_error *error)
{
    struct tr_summary summary;
    int status = tr_summarise(trace->path, &summary, error);
    if (status != SIM_OK)
        return status;
    if (!(summary.header.carries & TR_CONTENTS))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a trace that carries page contents, found only touches",
                             trace->path);
    if (summary.header.pages > context->memory_pages)
        return sim_error_set(error, SIM_USAGE,
                             "VM %s: expected memory_mb of %.10g or more, the size of the VM "
                             "recorded in %s, found %.10g",
                             context->vm_name, summary.header.pages / 256.0, trace->path,
                             context->memory_pages / 256.0);
    trace->pages = summary.header.pages;
    trace->first_window_ns = summary.first_ns;
    trace->end_ns = simulated_ns(trace, summary.last_ns);
    return SIM_OK;
}

int wl_trace_start(const struct wl_context *context, const struct wl_trace_config *config,
                   struct wl **out, struct sim_error *error)
{
    *out = NULL;
    struct trace *trace = calloc(1, sizeof *trace);
    if (!trace)
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory", context->vm_name);
    *trace = (struct trace){.wl = {&trace_kind},
                            .program = {.next = trace_next},
                            .speed = config->speed,
                            .start_ns = context->start_ns,
                            .window_began_ns = context->start_ns};
    char name[100];
    snprintf(name, sizeof name, "vm.%s.trace", context->vm_name);
    sim_random_init(&trace->random, context->seed, context->replicate, name);
    if (config->file[0] == '/' || !context->base_dir)
        snprintf(trace->path, sizeof trace->path, "%s", config->file);
    else
        snprintf(trace->path, sizeof trace->path, "%s/%s", context->base_dir, config->file);
    int status = check(context, trace, error);
    if (status == SIM_OK)
        status = tr_reader_open(trace->path, &trace->reader, error);
    if (status != SIM_OK) {
        trace_stop(&trace->wl);
        return status;
    }
    advance(trace);
    guest_spawn(context->guest, &trace->program, context->start_ns);
    *out = &trace->wl;
    return SIM_OK;
}
