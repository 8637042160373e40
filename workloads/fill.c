/*
 * Memory filled with contents of known number, and rewritten at a known rate: for questions about
 * page sharing (paper, section 4.3).
 *
 * Each write gives its page a content drawn from so many, the same in every VM; or one unlike any
 * other. Pages are filled in order, as fast as the guest can, and from then on one page drawn at
 * random is written so often per second.
 */
#include "workloads/fill.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "sim/random.h"
#include "workloads/context.h"

#define CONTENTS_KEY UINT64_C(0x66696c6c) /* "fill": sets these contents apart from all others */

struct fill {
    struct wl wl;
    struct guest_program program;
    struct wl_fill_config config;
    struct sim_random random;
    uint64_t filled_ns; /* when the last page was filled; 0: not yet */
    uint64_t writes;
    uint32_t page_scale;
};

static const struct fill *fill_of(const struct wl *wl)
{
    return (const struct fill *)(const void *)wl;
}

static uint64_t draw_content(struct fill *self)
{
    if (self->config.contents == 0)
        return GUEST_CONTENT_PRIVATE;

    uint32_t number = sim_random_below(&self->random, self->config.contents);

    return guest_content_plain(sim_mix64(CONTENTS_KEY, number));
}

static uint64_t rewrite_due_ns(const struct fill *self)
{
    uint64_t rewrites = self->writes - self->config.pages + 1;

    return self->filled_ns + wl_ns((double)rewrites / self->config.writes_s * 1e9);
}

static void fill_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct fill *self = sim_event_owner(program, struct fill, program);
    bool is_full = self->writes >= self->config.pages;

    if (is_full && self->filled_ns == 0)
        self->filled_ns = now_ns;
    if (is_full && self->config.writes_s == 0)
        return; /* the program ends */
    if (is_full && rewrite_due_ns(self) > now_ns) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = rewrite_due_ns(self)};
        return;
    }
    uint32_t page =
        is_full ? sim_random_below(&self->random, self->config.pages) : (uint32_t)self->writes;
    *op = (struct guest_op){
        .kind = GUEST_OP_PHYSICAL, .write = true, .first = page, .content = draw_content(self)};
    self->writes++;
}

static double fill_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)fill_of(wl)->writes * fill_of(wl)->page_scale;
}

static void fill_stop(struct wl *wl)
{
    struct fill *self = (struct fill *)(void *)wl;

    if (!self)
        return;
    sim_random_fini(&self->random);
    free(self);
}

static const struct wl_kind fill_kind = {
    .name = "fill", .stop = fill_stop, .progress = fill_progress, .progress_unit = "pages"};

/* In pages of the VM, one of `scale`: so many fewer pages, contents and writes. */
static void scale_down(struct wl_fill_config *config, uint32_t scale)
{
    config->pages = config->pages > scale ? config->pages / scale : 1;
    if (config->contents > 0)
        config->contents = config->contents > scale ? config->contents / scale : 1;
    config->writes_s /= scale;
}

static int fill_start(const struct wl_context *context, const void *configuration, struct wl **out,
                      struct sim_error *error)
{
    const struct wl_fill_config *config = configuration;
    struct fill *self = calloc(1, sizeof *self);

    *out = NULL;
    if (!self)
        return wl_no_memory(context, error);
    *self = (struct fill){
        .wl = {&fill_kind}, .program = {.next = fill_next, .name = "fill"}, .config = *config};
    self->page_scale = wl_page_scale(context);
    scale_down(&self->config, self->page_scale);
    wl_random_init(context, "fill", &self->random);
    guest_spawn(context->guest, &self->program, context->start_ns);
    *out = &self->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_fill_config, field)
static const struct sim_row rows[] = {
    {"pages", SIM_ROW_COUNT, AT(pages), 1, GUEST_PAGES_MOST, NULL, true, "pages",
     "the number of pages that are filled"},
    {"contents", SIM_ROW_COUNT, AT(contents), 0, 1e9, "0", false, "",
     "a write draws one of so many contents, the same in every VM; 0: unlike any other"},
    {"writes_s", SIM_ROW_REAL, AT(writes_s), 0, 1e6, "0", false, "1/s",
     "the rate at which pages are written anew after all are filled"},
};
#undef AT

static bool fill_check(const void *configuration, const struct wl_vm *vm,
                       struct wl_problem *problem)
{
    const struct wl_fill_config *config = configuration;

    return wl_fits_pages(problem, "pages", config->pages, vm);
}

const struct wl_row wl_fill = {.keys = SIM_SECTION("fill", rows),
                               .bytes = sizeof(struct wl_fill_config),
                               .needs = WL_NEEDS_BARE,
                               .scales = true,
                               .check = fill_check,
                               .start = fill_start};
