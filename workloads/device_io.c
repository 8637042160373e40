/*
 * I/O of devices on a set of buffer pages (paper, section 7): a few pages in turn, as a network
 * stack reuses its buffers, or many pages of a disk cache, each drawn as often as its rank says
 * (Zipf).
 *
 * The I/Os of each page are counted here as they are made, so that how many copies they cost can be
 * judged without believing the policy's own counts.
 */
#include "workloads/device_io.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "sim/random.h"
#include "workloads/context.h"

/* I/Os are made in batches, so that the guest sleeps once for many: our choice, about as long as an
 * adapter waits before it interrupts for several packets at once. */
#define BATCH_NS SIM_MS

/* Each rank takes 48 bytes while the table is made: our choice, 64 GB of buffers. */
#define RANKED_PAGES_MOST (UINT32_C(1) << 24)

struct device_io {
    struct wl wl;
    struct guest_program program;
    struct wl_device_io_config config;
    uint64_t start_ns;
    struct sim_random random;
    struct sim_discrete ranks; /* where Zipf's law rules */
    uint32_t *ios;             /* made, by page */
    uint64_t done;
};

static const struct device_io *device_io_of(const struct wl *wl)
{
    return (const struct device_io *)(const void *)wl;
}

static uint32_t next_page(struct device_io *self)
{
    if (self->config.ring)
        return (uint32_t)(self->done % self->config.buffer_pages);
    if (self->config.zipf > 0)
        return sim_discrete_draw(&self->ranks, &self->random);
    return sim_random_below(&self->random, self->config.buffer_pages);
}

/* How many are due: those of the batches that have begun. */
static uint64_t due(const struct device_io *self, uint64_t now_ns)
{
    uint64_t batches = (now_ns - self->start_ns) / BATCH_NS + 1;

    return (uint64_t)((double)batches * BATCH_NS / 1e9 * self->config.ios_s);
}

/* The start of the first batch in which more than these are due. */
static uint64_t next_batch_ns(const struct device_io *self, uint64_t now_ns)
{
    uint64_t batch = (now_ns - self->start_ns) / BATCH_NS + 1;
    uint64_t wanted = (uint64_t)((double)(self->done + 1) / self->config.ios_s * 1e9 / BATCH_NS);

    return self->start_ns + (wanted > batch ? wanted : batch) * BATCH_NS;
}

static void device_io_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct device_io *self = sim_event_owner(program, struct device_io, program);

    if (self->done >= due(self, now_ns)) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = next_batch_ns(self, now_ns)};
        return;
    }
    *op = (struct guest_op){.kind = GUEST_OP_DEVICE_IO,
                            .write = true,
                            .first = next_page(self),
                            .content = GUEST_CONTENT_PRIVATE};
    self->ios[op->first]++;
    self->done++;
}

static double device_io_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)device_io_of(wl)->done;
}

static const uint32_t *device_io_counts(const struct wl *wl, uint32_t *pages)
{
    *pages = device_io_of(wl)->config.buffer_pages;
    return device_io_of(wl)->ios;
}

static void device_io_stop(struct wl *wl)
{
    struct device_io *self = (struct device_io *)(void *)wl;

    if (!self)
        return;
    sim_random_fini(&self->random);
    sim_discrete_fini(&self->ranks);
    free(self->ios);
    free(self);
}

static const struct wl_kind device_io_kind = {.name = "device_io",
                                              .stop = device_io_stop,
                                              .progress = device_io_progress,
                                              .progress_unit = "I/Os",
                                              .device_ios = device_io_counts};

static bool is_ranked(const struct wl_device_io_config *config)
{
    return !config->ring && config->zipf > 0;
}

static bool make_ranks(struct device_io *self)
{
    uint32_t pages = self->config.buffer_pages;
    double *weights = malloc(pages * sizeof *weights);

    for (uint32_t rank = 0; weights && rank < pages; rank++)
        weights[rank] = pow(rank + 1.0, -self->config.zipf);
    if (weights)
        sim_discrete_init(&self->ranks, weights, pages);
    free(weights);
    return self->ranks.table != NULL;
}

static int device_io_start(const struct wl_context *context, const void *configuration,
                           struct wl **out, struct sim_error *error)
{
    const struct wl_device_io_config *config = configuration;
    struct device_io *self = calloc(1, sizeof *self);

    *out = NULL;
    if (!self)
        return wl_no_memory(context, error);
    *self = (struct device_io){.wl = {&device_io_kind},
                               .program = {.next = device_io_next, .name = "device_io"},
                               .config = *config,
                               .start_ns = context->start_ns,
                               .ios = calloc(config->buffer_pages, sizeof *self->ios)};
    wl_random_init(context, "device_io", &self->random);
    if (!self->ios || (is_ranked(config) && !make_ranks(self))) {
        device_io_stop(&self->wl);
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for %u pages", context->vm_name,
                             config->buffer_pages);
    }
    guest_spawn(context->guest, &self->program, context->start_ns);
    *out = &self->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_device_io_config, field)
static const struct sim_row rows[] = {
    {"buffer_pages", SIM_ROW_COUNT, AT(buffer_pages), 1, GUEST_PAGES_MOST, NULL, true, "pages",
     "the number of pages on which devices do I/O"},
    {"ios_s", SIM_ROW_REAL, AT(ios_s), 1e-3, 1e7, NULL, true, "1/s",
     "the rate of I/Os of one page each"},
    {"ring", SIM_ROW_BOOL, AT(ring), 0, 0, "no", false, "",
     "the pages come in turn, as a network stack reuses its buffers; no: at random"},
    {"zipf", SIM_ROW_REAL, AT(zipf), 0, 10, "0", false, "",
     "the r-th page is drawn in proportion to r^-zipf; 0: all alike"},
};
#undef AT

static bool device_io_check(const void *configuration, const struct wl_vm *vm,
                            struct wl_problem *problem)
{
    const struct wl_device_io_config *config = configuration;

    if (!wl_fits_pages(problem, "buffer_pages", config->buffer_pages, vm))
        return false;
    if (!is_ranked(config) || config->buffer_pages <= RANKED_PAGES_MOST)
        return true;
    return wl_refuse(problem, "buffer_pages", "expected at most %u where zipf is above 0, found %u",
                     RANKED_PAGES_MOST, config->buffer_pages);
}

const struct wl_row wl_device_io = {.keys = SIM_SECTION("device_io", rows),
                                    .bytes = sizeof(struct wl_device_io_config),
                                    .needs = WL_NEEDS_BARE,
                                    .check = device_io_check,
                                    .start = device_io_start};
