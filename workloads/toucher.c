/*
 * The toucher of the paper's Figure 6: a user-level program that touches a known amount of memory
 * again and again, so that the hypervisor's estimate can be held against it. How much, and when, is
 * a schedule in a file.
 *
 * It never pauses while it has memory, so the guest is never idle then: what it gives back stays
 * dirty on the free list until it ends, and Windows zeroes all of that at once (the figure's
 * spike).
 *
 * The hazard is a change of the schedule in the middle of a pass, which may take a second: memory
 * is touched in small pieces, and the schedule is looked at before each.
 */
#include "workloads/toucher.h"

#include <math.h>
#include <stdlib.h>

#include "sim/event.h"
#include "workloads/context.h"
#include "workloads/series.h"

#define PIECE_PAGES 256u /* our choice: some milliseconds */

struct toucher {
    struct wl wl;
    struct guest_program program;
    struct wl_series schedule;
    uint64_t start_ns, page_ns;
    double pages_per_mb;
    uint32_t page_scale;
    uint32_t at, filled_end; /* the next page; pages from filled_end on are not in use */
    uint64_t touches;
};

static void sleep_until_change(const struct toucher *toucher, double t_s, struct guest_op *op)
{
    double next_s = wl_series_next_s(&toucher->schedule, t_s);

    op->kind = GUEST_OP_SLEEP;
    op->at_ns = isinf(next_s) ? SIM_NEVER : toucher->start_ns + wl_ns(round(next_s * 1e9));
}

static void toucher_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct toucher *toucher = sim_event_owner(program, struct toucher, program);
    double t_s = (double)(now_ns - toucher->start_ns) / 1e9;
    uint32_t pages = (uint32_t)(wl_series_step_at(&toucher->schedule, t_s) * toucher->pages_per_mb);

    if (toucher->filled_end > pages) {
        op->kind = GUEST_OP_MEMORY_FREE;
        op->first = pages;
        op->pages = toucher->filled_end - pages;
        toucher->filled_end = pages;
        return;
    }
    if (pages == 0) {
        sleep_until_change(toucher, t_s, op);
        return;
    }
    op->kind = GUEST_OP_MEMORY;
    op->write = true;
    op->content = GUEST_CONTENT_PRIVATE;
    op->ns = toucher->page_ns;
    op->first = toucher->at < pages ? toucher->at : 0;
    op->pages = pages - op->first < PIECE_PAGES ? pages - op->first : PIECE_PAGES;
    toucher->at = op->first + op->pages;
    if (toucher->at > toucher->filled_end)
        toucher->filled_end = toucher->at;
    toucher->touches += (uint64_t)op->pages * toucher->page_scale;
}

static void toucher_stop(struct wl *wl)
{
    struct toucher *toucher = (struct toucher *)(void *)wl;

    if (!wl)
        return;
    wl_series_fini(&toucher->schedule);
    free(toucher);
}

static double toucher_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)((const struct toucher *)(const void *)wl)->touches;
}

static const struct wl_kind kind = {.name = "toucher",
                                    .stop = toucher_stop,
                                    .progress = toucher_progress,
                                    .progress_unit = "pages"};

static int schedule_read(struct toucher *toucher, const struct wl_context *context,
                         const char *file, struct sim_error *error)
{
    double most_mb = (double)wl_process_pages_most(context->memory_pages) / toucher->pages_per_mb;
    double largest_mb = 0;
    char *path = wl_path_new(context, file);

    if (!path)
        return wl_no_memory(context, error);
    int status = wl_series_read(&toucher->schedule, path, "mb", 0, most_mb, error);
    free(path);
    for (uint32_t row = 0; row < toucher->schedule.count; row++)
        largest_mb = fmax(largest_mb, toucher->schedule.value[row]);
    toucher->program =
        (struct guest_program){.next = toucher_next,
                               .memory_pages = (uint32_t)(largest_mb * toucher->pages_per_mb),
                               .name = "toucher"};
    return status;
}

static int toucher_start(const struct wl_context *context, const void *configuration,
                         struct wl **out, struct sim_error *error)
{
    const struct wl_toucher_config *config = configuration;
    struct toucher *toucher = calloc(1, sizeof *toucher);

    if (!toucher)
        return wl_no_memory(context, error);
    toucher->wl.kind = &kind;
    toucher->start_ns = context->start_ns;
    toucher->page_scale = wl_page_scale(context);
    toucher->pages_per_mb = wl_pages_per_mb(context);
    toucher->page_ns = (uint64_t)llround(config->page_us * 1e3) * toucher->page_scale;
    int status = schedule_read(toucher, context, config->schedule, error);
    if (status != SIM_OK) {
        toucher_stop(&toucher->wl);
        return status;
    }
    guest_spawn(context->guest, &toucher->program, context->start_ns);
    *out = &toucher->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_toucher_config, field)
static const struct sim_row rows[] = {
    {"schedule", SIM_ROW_FILE, AT(schedule), 0, 0, NULL, true, "",
     "a CSV file with t_s, from start_s on, and mb, the memory that it touches from then on"},
    {"page_us", SIM_ROW_REAL, AT(page_us), 0, 1e6, "16", false, "us",
     "the CPU time at each page; 16 us write 4 KB at 256 MB/s (cost.zero)"},
};
#undef AT

const struct wl_row wl_toucher = {.keys = SIM_SECTION("toucher", rows),
                                  .bytes = sizeof(struct wl_toucher_config),
                                  .needs = WL_NEEDS_OS,
                                  .scales = true,
                                  .start = toucher_start};
