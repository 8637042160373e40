/*
 * Replays a recording in a guest.
 *
 * What the pages of a recording are decides who makes its accesses. Those of a whole machine are
 * the guest's physical pages, and the guest is bare: its own OS is in the recording. Those of a
 * process are the memory of one process, those of blocks are the blocks of one file; a guest OS
 * then pages and caches them as it would.
 *
 * The hazard is to invent what the recording does not tell. Where it carries contents, a write that
 * it says nothing of left what was there; where it carries none, each write makes a page unlike any
 * other. Where it carries touches, a page comes into use with the first; where it carries only
 * contents, every page is in use from the start, as in the snapshots that it was made from.
 */
#include "workloads/trace.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "workloads/context.h"
#include "workloads/page_sample.h"
#include "workloads/recording.h"

struct trace {
    struct wl wl;
    struct guest_program program;
    struct recording *recording;
    const struct recording_access *access; /* the next; NULL at the end */
    struct sim_random random;
    struct tr_header header;
    uint32_t page_of_access; /* of its range, done so far */
    uint32_t zeroed_pages;   /* done so far, of a snapshot */
    uint32_t file;
    uint32_t page_scale, page_bytes; /* of the guest */
    struct wl_page_sample sample;    /* where page_scale is above 1 */
    uint64_t done;
};

static struct trace *trace_of(const struct wl *wl)
{
    return (struct trace *)(void *)wl;
}

/* ---- Operations of the guest ------------------------------------------------------------- */

static uint64_t content_of(const struct trace *trace)
{
    if (trace->access->kind == TR_CONTENT)
        return trace->access->content;
    return trace->header.carries & TR_CONTENTS ? GUEST_CONTENT_KEPT : GUEST_CONTENT_PRIVATE;
}

static void machine_op(const struct trace *trace, uint32_t page, struct guest_op *op)
{
    op->kind = trace->access->kind == TR_DEVICE ? GUEST_OP_DEVICE_IO : GUEST_OP_PHYSICAL;
    op->first = page;
}

static void process_op(const struct trace *trace, uint32_t page, struct guest_op *op)
{
    op->kind = trace->access->kind == TR_FREE ? GUEST_OP_MEMORY_FREE : GUEST_OP_MEMORY;
    op->first = page;
}

static void block_op(const struct trace *trace, uint32_t page, struct guest_op *op)
{
    op->kind = op->write ? GUEST_OP_FILE_WRITE : GUEST_OP_FILE_READ;
    op->file = trace->file;
    op->offset = (uint64_t)page * trace->page_bytes;
    op->bytes = trace->page_bytes;
}

/* The guest's page for one of the recording; WL_NOT_SAMPLED: others stand for it. */
static uint32_t own_page(const struct trace *trace, uint32_t page)
{
    return trace->sample.own ? trace->sample.own[page] : page;
}

static void access_op(const struct trace *trace, struct guest_op *op)
{
    uint32_t page = own_page(trace, trace->access->ppn + trace->page_of_access);
    *op =
        (struct guest_op){.write = trace->access->write, .pages = 1, .content = content_of(trace)};
    if (trace->header.space == TR_SPACE_MACHINE)
        machine_op(trace, page, op);
    else if (trace->header.space == TR_SPACE_PROCESS)
        process_op(trace, page, op);
    else
        block_op(trace, page, op);
}

static void advance(struct trace *trace)
{
    trace->page_of_access = 0;
    trace->access = recording_next(trace->recording);
}

/* Goes on by one page. */
static void step(struct trace *trace)
{
    if (++trace->page_of_access == trace->access->pages)
        advance(trace);
}

static void skip_what_is_not_sampled(struct trace *trace)
{
    while (trace->access &&
           own_page(trace, trace->access->ppn + trace->page_of_access) == WL_NOT_SAMPLED)
        step(trace);
}

/* Writes zeroes everywhere before the first access, since a snapshot leaves out what is still
 * zero. */
static bool zero_next(struct trace *trace, struct guest_op *op)
{
    while (trace->zeroed_pages < trace->header.pages &&
           (recording_is_hole(trace->recording, trace->zeroed_pages) ||
            own_page(trace, trace->zeroed_pages) == WL_NOT_SAMPLED))
        trace->zeroed_pages++;
    if (trace->zeroed_pages == trace->header.pages)
        return false;
    *op = (struct guest_op){.kind = GUEST_OP_PHYSICAL,
                            .write = true,
                            .pages = 1,
                            .first = own_page(trace, trace->zeroed_pages++),
                            .content = GUEST_CONTENT_ZERO};
    return true;
}

static void trace_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct trace *trace = sim_event_owner(program, struct trace, program);
    if (zero_next(trace, op))
        return;
    if (trace->sample.own)
        skip_what_is_not_sampled(trace);
    /* The end of the process would give back its memory: it sleeps on. */
    uint64_t at_ns = trace->access ? trace->access->at_ns : SIM_NEVER;
    if (at_ns > now_ns) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = at_ns};
        return;
    }
    access_op(trace, op);
    trace->done += trace->page_scale;
    step(trace);
}

static double trace_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)trace_of(wl)->done;
}

uint64_t wl_trace_end_ns(const struct wl *wl)
{
    return recording_end_ns(trace_of(wl)->recording);
}

/* ---- Start and stop ---------------------------------------------------------------------- */

static void trace_stop(struct wl *wl)
{
    struct trace *trace = trace_of(wl);
    if (!trace)
        return;
    recording_close(trace->recording);
    wl_page_sample_fini(&trace->sample);
    sim_random_fini(&trace->random);
    free(trace);
}

static const struct wl_kind trace_kind = {
    .name = "trace", .stop = trace_stop, .progress = trace_progress, .progress_unit = "pages"};

static int check_guest(const struct wl_context *context, const char *path,
                       const struct tr_header *header, struct sim_error *error)
{
    bool whole = header->space == TR_SPACE_MACHINE;
    uint32_t most = whole ? context->memory_pages * wl_page_scale(context)
                    : header->space == TR_SPACE_PROCESS ? GUEST_PROCESS_PAGES_MOST
                                                        : GUEST_FILE_PAGES_MOST;
    if (whole != context->is_bare)
        return sim_error_set(
            error, SIM_USAGE, "VM %s: expected %s for the pages of %s in %s, found %s",
            context->vm_name, whole ? "guest: bare" : "a guest OS", tr_space_text(header->space),
            path, context->is_bare ? "guest: bare" : "a guest OS");
    if (whole && header->pages > most)
        return sim_error_set(error, SIM_USAGE,
                             "VM %s: expected memory_mb of %.10g or more, the size of the VM "
                             "recorded in %s, found %.10g",
                             context->vm_name, header->pages / 256.0, path, most / 256.0);
    if (header->pages > most)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected at most %u %s, which is what a guest can hold, found %u",
                             path, most, tr_space_text(header->space), header->pages);
    return SIM_OK;
}

static int check(const struct wl_context *context, const struct wl_trace_config *config,
                 const char *path, const struct tr_header *header, struct sim_error *error)
{
    int status = SIM_OK;
    if (!(header->carries & (TR_CONTENTS | TR_TOUCHES | TR_WRITES | TR_DEVICE_IO)))
        status = tr_header_require(path, header, TR_CONTENTS | TR_TOUCHES, "the workload", error);
    if (status == SIM_OK && config->private_share > 0)
        status = tr_header_require(path, header, TR_CONTENTS, "private_share", error);
    if (status == SIM_OK && context->needs_contents)
        status = tr_header_require(path, header, TR_CONTENTS, "record.optimum", error);
    if (status == SIM_OK && context->needs_touches)
        status = tr_header_require(path, header, TR_TOUCHES, "record.touched", error);
    if (status == SIM_OK && header->page_bytes != GUEST_PAGE_SIZE)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: expected pages of %u bytes, found %u",
                               path, GUEST_PAGE_SIZE, header->page_bytes);
    return status == SIM_OK ? check_guest(context, path, header, error) : status;
}

/* The same for every run of a seed, and different in every VM. */
static uint64_t private_key(const struct wl_context *context)
{
    struct sim_random random;
    wl_random_init(context, "private", &random);
    uint64_t key = (uint64_t)sim_random_below(&random, UINT32_MAX) << 32;
    key |= sim_random_below(&random, UINT32_MAX);
    sim_random_fini(&random);
    return key;
}

/* The same in every VM: equal contents are chosen together. */
static uint64_t sample_key(const struct wl_context *context)
{
    return sim_mix64(context->seed, context->replicate);
}

static int open_recording(const struct wl_context *context, const struct wl_trace_config *config,
                          struct trace *trace, struct sim_error *error)
{
    char *path = wl_path_new(context, config->file);
    struct recording_config recording = {.path = path,
                                         .start_ns = context->start_ns,
                                         .speed = config->speed,
                                         .shift_s = config->shift_s,
                                         .loop_s = config->loop_s,
                                         .private_share = config->private_share,
                                         .random = &trace->random,
                                         .private_key = private_key(context)};
    int status =
        path ? recording_open(&recording, &trace->recording, error) : wl_no_memory(context, error);
    if (status == SIM_OK) {
        trace->header = *recording_header(trace->recording);
        status = check(context, config, path, &trace->header, error);
    }
    if (status == SIM_OK && trace->page_scale > 1)
        status = wl_page_sample_read(path, trace->page_scale, sample_key(context), &trace->sample,
                                     error);
    if (status == SIM_OK && trace->sample.pages > context->memory_pages && context->is_bare)
        status = sim_error_set(error, SIM_USAGE,
                               "VM %s: expected a machine.scale that leaves %s at most %u pages, "
                               "found %u",
                               context->vm_name, path, context->memory_pages, trace->sample.pages);
    free(path);
    return status;
}

static void begin(const struct wl_context *context, struct trace *trace)
{
    bool is_snapshot = trace->header.space == TR_SPACE_MACHINE &&
                       !(trace->header.carries & (TR_TOUCHES | TR_WRITES));
    uint32_t pages = trace->sample.own ? trace->sample.pages : trace->header.pages;
    trace->zeroed_pages = is_snapshot ? 0 : trace->header.pages;
    if (trace->header.space == TR_SPACE_PROCESS)
        trace->program.memory_pages = pages;
    if (trace->header.space == TR_SPACE_BLOCKS)
        trace->file = guest_files_new(context->guest, 1, (uint64_t)pages * trace->page_bytes);
    advance(trace); /* reads the first window, and with it the holes */
    guest_spawn(context->guest, &trace->program, context->start_ns);
}

static int trace_start(const struct wl_context *context, const void *configuration, struct wl **out,
                       struct sim_error *error)
{
    const struct wl_trace_config *config = configuration;
    struct trace *trace = calloc(1, sizeof *trace);

    *out = NULL;
    if (!trace)
        return wl_no_memory(context, error);
    trace->wl.kind = &trace_kind;
    trace->program.next = trace_next;
    trace->program.name = "trace";
    trace->page_scale = wl_page_scale(context);
    trace->page_bytes = GUEST_PAGE_SIZE * trace->page_scale;
    wl_random_init(context, "trace", &trace->random);
    int status = open_recording(context, config, trace, error);
    if (status != SIM_OK) {
        trace_stop(&trace->wl);
        return status;
    }
    begin(context, trace);
    *out = &trace->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_trace_config, field)
static const struct sim_row rows[] = {
    {"file", SIM_ROW_FILE, AT(file), 0, 0, NULL, true, "", "the recording, in native format"},
    {"speed", SIM_ROW_REAL, AT(speed), 1e-6, 1e6, "1", false, "",
     "the recorded seconds in one simulated second"},
    {"shift_s", SIM_ROW_REAL, AT(shift_s), 0, WL_SECONDS_MOST, "0", false, "s",
     "where in the recording the replay begins"},
    {"loop_s", SIM_ROW_REAL_OR_NONE, AT(loop_s), 0, WL_SECONDS_MOST, "none", false, "s",
     "where the replay goes on after the end of the recording; none: it ends"},
    {"private_share", SIM_ROW_REAL, AT(private_share), 0, 1, "0", false, "",
     "the share of its pages whose contents no other page has"},
};
#undef AT

const struct wl_row wl_trace = {.keys = SIM_SECTION("trace", rows),
                                .bytes = sizeof(struct wl_trace_config),
                                .needs = WL_NEEDS_NOTHING,
                                .scales = true,
                                .start = trace_start};
