/*
 * Memory filled with contents of known number, and rewritten at a known rate: for questions about
 * page sharing (paper, section 4.3).
 *
 * Each write gives its page a content drawn from so many, the same in every VM; or one unlike any
 * other. Pages are filled in order, as fast as the guest can, and from then on one page drawn at
 * random is written so often per second.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "sim/random.h"
#include "workloads/wl.h"

#define CONTENTS_KEY UINT64_C(0x66696c6c) /* "fill": sets these contents apart from all others */

struct fill {
    struct wl wl;
    struct guest_program program;
    struct wl_fill_config config;
    struct sim_random random;
    uint64_t filled_ns; /* when the last page was filled; 0: not yet */
    uint64_t writes;
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

    return self->filled_ns + (uint64_t)((double)rewrites / self->config.writes_s * 1e9);
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
    return (double)fill_of(wl)->writes;
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

int wl_fill_start(const struct wl_context *context, const struct wl_fill_config *config,
                  struct wl **out, struct sim_error *error)
{
    struct fill *self = calloc(1, sizeof *self);
    char stream[100];

    *out = NULL;
    if (!self)
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory", context->vm_name);
    *self = (struct fill){.wl = {&fill_kind}, .program = {.next = fill_next}, .config = *config};
    snprintf(stream, sizeof stream, "vm.%s.fill", context->vm_name);
    sim_random_init(&self->random, context->seed, context->replicate, stream);
    guest_spawn(context->guest, &self->program, context->start_ns);
    *out = &self->wl;
    return SIM_OK;
}
