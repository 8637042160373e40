/*
 * One process that touches pages of its own memory at a rate, in an order that suits a guest's page
 * replacement (Zipf: few pages get most touches) or defeats it (cyclic: the page that was untouched
 * for longest comes next). With more memory than its VM has, the guest pages (paper, 3.1).
 *
 * The hazard is a process that paging makes late: it touches as fast as it can until it has caught
 * up, and progress counts what it did, not what it should have done.
 *
 * Another hazard is the draw of a rank: a search of all ranks reads memory all over a table of
 * megabytes, which takes longer than the touch. So a second table says where each part of the
 * numbers from 0 to 1 begins; a search stays within one part, a few neighbours.
 */
#include "workloads/pages.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/event.h"
#include "sim/random.h"
#include "workloads/context.h"

#define NAP_NS     (10 * SIM_MS) /* our choice: sleeps are so coarse, to keep events few */
#define PART_RANKS 4u            /* at least, on average; our choice: one byte more for a page */

struct pages {
    struct wl wl;
    struct guest_program program;
    struct wl_pages_config config;
    uint32_t count, page_scale;
    double pages_per_mb;
    struct sim_random random;
    uint64_t start_ns;
    uint64_t begun; /* touches */
    uint64_t done;
    bool is_touching;
    uint32_t *order;    /* the page of each rank: hot pages lie scattered */
    uint32_t *first_of; /* the first rank that a number of each part may mean, and the last rank */
    uint32_t parts;     /* a power of two, so that a number's part is exact */
    double up_to[];     /* share of touches that go to this rank or a lower one */
};

static uint32_t rank_draw(struct pages *pages)
{
    double place = sim_random_unit(&pages->random);
    uint32_t part = (uint32_t)(place * pages->parts);
    uint32_t low = pages->first_of[part], high = pages->first_of[part + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (place < pages->up_to[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* When the next touch is due: the first round fills, at a rate of its own. */
static uint64_t due_at_ns(const struct pages *pages)
{
    double fill_s = pages->config.fill_mb_s * pages->pages_per_mb;
    uint64_t filled = pages->begun < pages->count ? pages->begun : pages->count;
    double due_s = (double)filled / fill_s +
                   (double)(pages->begun - filled) * pages->page_scale / pages->config.rate_pages_s;
    return pages->start_ns + wl_ns(due_s * 1e9);
}

static void next_touch(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct pages *pages = sim_event_owner(program, struct pages, program);
    const struct wl_pages_config *config = &pages->config;
    pages->done += pages->is_touching ? pages->page_scale : 0;
    uint64_t due_ns = due_at_ns(pages);
    pages->is_touching = due_ns <= now_ns;
    if (!pages->is_touching) {
        *op = (struct guest_op){.kind = GUEST_OP_SLEEP, .at_ns = due_ns + NAP_NS};
        return;
    }
    bool first_round = pages->begun < pages->count; /* everything is filled once, in order */
    uint32_t page = first_round || config->cyclic ? (uint32_t)(pages->begun % pages->count)
                                                  : pages->order[rank_draw(pages)];
    *op =
        (struct guest_op){.kind = GUEST_OP_MEMORY,
                          .first = page,
                          .pages = 1,
                          .write = first_round || sim_random_unit(&pages->random) < config->writes,
                          .content = GUEST_CONTENT_PRIVATE};
    pages->begun++;
}

static void pages_stop(struct wl *wl)
{
    struct pages *pages = (struct pages *)(void *)wl;
    if (!pages)
        return;
    sim_random_fini(&pages->random);
    free(pages->order);
    free(pages->first_of);
    free(pages);
}

static double pages_progress(const struct wl *wl, uint64_t now_ns)
{
    (void)now_ns;
    return (double)((const struct pages *)(const void *)wl)->done;
}

static const struct wl_kind pages_kind = {
    .name = "pages", .stop = pages_stop, .progress = pages_progress, .progress_unit = "pages"};

static void rank_all(struct pages *pages)
{
    uint32_t count = pages->count;
    double sum = 0;
    for (uint32_t rank = 0; rank < count; rank++) {
        sum += pow(rank + 1.0, -pages->config.skew);
        pages->up_to[rank] = sum;
        uint32_t other = sim_random_below(&pages->random, rank + 1);
        pages->order[rank] = pages->order[other];
        pages->order[other] = rank;
    }
    for (uint32_t rank = 0; rank < count; rank++)
        pages->up_to[rank] /= sum;
    for (uint32_t part = 0, rank = 0; part <= pages->parts; part++) {
        while (rank < count - 1 && pages->up_to[rank] <= (double)part / pages->parts)
            rank++;
        pages->first_of[part] = rank;
    }
}

static uint32_t parts_of(uint32_t count)
{
    uint32_t parts = 1;
    while (parts <= count / PART_RANKS / 2)
        parts *= 2;
    return parts;
}

static int pages_start(const struct wl_context *context, const void *configuration, struct wl **out,
                       struct sim_error *error)
{
    const struct wl_pages_config *config = configuration;
    uint32_t count = (uint32_t)ceil(config->memory_mb * wl_pages_per_mb(context));
    struct pages *pages = calloc(1, sizeof *pages + count * sizeof *pages->up_to);
    uint32_t parts = parts_of(count);
    uint32_t *order = calloc(count, sizeof *order);
    uint32_t *first_of = calloc(parts + 1, sizeof *first_of);

    *out = NULL;
    if (!pages || !order || !first_of) {
        free(pages);
        free(order);
        free(first_of);
        return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for a process of %u pages",
                             context->vm_name, count);
    }
    wl_random_init(context, "pages", &pages->random);
    pages->wl.kind = &pages_kind;
    pages->config = *config;
    pages->count = count;
    pages->page_scale = wl_page_scale(context);
    pages->pages_per_mb = wl_pages_per_mb(context);
    pages->order = order;
    pages->first_of = first_of;
    pages->parts = parts;
    pages->start_ns = context->start_ns;
    rank_all(pages);
    pages->program =
        (struct guest_program){.next = next_touch, .memory_pages = count, .name = "pages"};
    guest_spawn(context->guest, &pages->program, context->start_ns);
    *out = &pages->wl;
    return SIM_OK;
}

/* ---- The row --------------------------------------------------------------------------------- */

#define AT(field) offsetof(struct wl_pages_config, field)
static const struct sim_row rows[] = {
    {"memory_mb", SIM_ROW_REAL, AT(memory_mb), 1, WL_PROCESS_MB_MOST, NULL, true, "MB",
     "the memory of the process, which is filled first"},
    {"fill_mb_s", SIM_ROW_REAL, AT(fill_mb_s), 0.001, 1e6, "1000", false, "MB/s",
     "the rate at which it is filled"},
    {"cyclic", SIM_ROW_BOOL, AT(cyclic), 0, 0, "no", false, "",
     "the pages are touched in order, again and again; no: by Zipf's law"},
    {"skew", SIM_ROW_REAL, AT(skew), 0, 10, "1", false, "", "the exponent of Zipf's law"},
    {"rate_pages_s", SIM_ROW_REAL, AT(rate_pages_s), 0.001, 1e9, NULL, true, "pages/s",
     "the rate of touches"},
    {"writes", SIM_ROW_REAL, AT(writes), 0, 1, "0.5", false, "", "the share of touches that write"},
};
#undef AT

const struct wl_row wl_pages = {.keys = SIM_SECTION("pages", rows),
                                .bytes = sizeof(struct wl_pages_config),
                                .needs = WL_NEEDS_OS,
                                .scales = true,
                                .start = pages_start};
