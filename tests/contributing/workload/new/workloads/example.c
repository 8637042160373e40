/*
 * An example of a workload: one process that writes all of its memory once a second.
 */
#include <stdlib.h>

#include "sim/event.h"
#include "workloads/context.h"

struct config {
    double memory_mb;
};

struct example {
    struct wl wl;
    struct guest_program program;
    uint64_t rounds;
    bool is_resting;
};

static void next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct example *self = sim_event_owner(program, struct example, program);

    if (self->is_resting) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = now_ns + SIM_SECOND};
    } else {
        *op = (struct guest_op){.kind = GUEST_OP_MEMORY,
                                .pages = program->memory_pages,
                                .write = true,
                                .content = GUEST_CONTENT_PRIVATE};
        self->rounds++;
    }
    self->is_resting = !self->is_resting;
}

static double progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)((const struct example *)(const void *)wl)->rounds;
}

static void stop(struct wl *wl)
{
    free(wl); /* the first member of a struct example */
}

static const struct wl_kind kind = {
    .name = "example", .stop = stop, .progress = progress, .progress_unit = "rounds"};

static int start(const struct wl_context *context, const void *configuration, struct wl **out,
                 struct sim_error *error)
{
    const struct config *config = configuration;
    struct example *self = calloc(1, sizeof *self);

    *out = NULL;
    if (!self)
        return wl_no_memory(context, error);
    self->wl.kind = &kind;
    self->program.next = next;
    self->program.memory_pages = (uint32_t)(config->memory_mb * ((1 << 20) / GUEST_PAGE_SIZE));
    guest_spawn(context->guest, &self->program, context->start_ns);
    *out = &self->wl;
    return SIM_OK;
}

static const struct sim_row rows[] = {
    {"memory_mb", SIM_ROW_REAL, offsetof(struct config, memory_mb), 0.1, 1e6, NULL, true, "MB",
     "written once a second"},
};

static bool check(const void *configuration, const struct wl_vm *vm, struct wl_problem *problem)
{
    const struct config *config = configuration;

    return wl_fits_mb(problem, "memory_mb", config->memory_mb, vm);
}

const struct wl_row wl_example = {.keys = SIM_SECTION("example", rows),
                                  .bytes = sizeof(struct config),
                                  .needs = WL_NEEDS_OS,
                                  .check = check,
                                  .start = start};
