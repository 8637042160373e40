/*
 * A recording with longer windows, which makes a long recording small. All windows that end in the
 * same interval of window_ns become one. It names each page once, with all its accesses and with
 * the content that the page had at the end.
 *
 * The hazard is the order of records: within the longer window it is lost. So recordings whose
 * meaning depends on it are refused, such as those of pages that are freed and allocated again.
 */
#include <stdlib.h>

#include "sim/array.h"
#include "traces/formats/source_format.h"
#include "traces/page_map.h"

enum { HAS_CONTENT = 128 }; /* a bit beside those of enum tr_access */

struct page {
    uint32_t ppn, place; /* place: the index in `state` and `content` */
};

struct merge {
    struct tr_source base;
    struct tr_source *inner;
    uint64_t window_ns;
    uint64_t end_ns;        /* of the last window that was collected */
    struct tr_record ahead; /* the record of the window that comes next */
    bool has_ahead, is_over;
    struct tr_page_map map; /* gives places to page numbers, which may lie far apart */
    uint8_t *state;         /* of each place: bits of enum tr_access, and HAS_CONTENT */
    uint64_t *content;
    size_t state_room, content_room;
    struct page *pages; /* of the present window */
    size_t page_room;
    uint32_t page_count;
    struct tr_record *others; /* marks, I/O of devices, holes, in order */
    size_t other_room;
    uint32_t other_count;
    uint32_t next_other, next_page;
    bool is_out; /* the record of the window was given out; what it holds is next */
};

static struct merge *merge_of(struct tr_source *source)
{
    return (struct merge *)(void *)source;
}

static int no_memory(const struct merge *merge, struct sim_error *error)
{
    sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(merge->base.input));
    return -1;
}

/* ---- Collecting windows --------------------------------------------------------------------- */

static int take_page(struct merge *merge, const struct tr_record *record, struct sim_error *error)
{
    uint32_t place;
    if (tr_page_map_find(&merge->map, record->ppn, &place, error) != SIM_OK)
        return -1;
    if (!sim_array_reserve(merge->state, merge->state_room, place + 1) ||
        !sim_array_reserve(merge->content, merge->content_room, place + 1) ||
        !sim_array_reserve(merge->pages, merge->page_room, merge->page_count + 1))
        return no_memory(merge, error);
    uint8_t *state = &merge->state[place];
    if (*state == 0)
        merge->pages[merge->page_count++] = (struct page){record->ppn, place};
    if (record->kind == TR_CONTENT)
        merge->content[place] = record->content;
    *state |= record->kind == TR_CONTENT ? HAS_CONTENT : record->access;
    return 1;
}

static int take_other(struct merge *merge, const struct tr_record *record, struct sim_error *error)
{
    if (!sim_array_reserve(merge->others, merge->other_room, merge->other_count + 1))
        return no_memory(merge, error);
    merge->others[merge->other_count++] = *record;
    return 1;
}

static bool is_same_interval(const struct merge *merge, uint64_t a_ns, uint64_t b_ns)
{
    return (a_ns - (a_ns > 0)) / merge->window_ns == (b_ns - (b_ns > 0)) / merge->window_ns;
}

/* Collects all windows of the next interval. 1: done; 0: there are none; -1. */
static int collect(struct merge *merge, struct sim_error *error)
{
    struct tr_record record = {.kind = TR_WINDOW};
    int more = 1;
    merge->page_count = merge->next_page = merge->other_count = merge->next_other = 0;
    if (!merge->has_ahead && (more = tr_source_next(merge->inner, &merge->ahead, error)) <= 0)
        return more;
    merge->end_ns = merge->ahead.at_ns;
    merge->has_ahead = false;
    while ((more = tr_source_next(merge->inner, &record, error)) == 1) {
        if (record.kind == TR_WINDOW && !is_same_interval(merge, merge->end_ns, record.at_ns)) {
            merge->ahead = record;
            merge->has_ahead = true;
            return 1;
        }
        if (record.kind == TR_WINDOW)
            merge->end_ns = record.at_ns;
        else if ((record.kind == TR_TOUCH || record.kind == TR_CONTENT
                      ? take_page(merge, &record, error)
                      : take_other(merge, &record, error)) < 0)
            return -1;
    }
    merge->is_over = true;
    merge->base.notes = merge->inner->notes;
    return more < 0 ? -1 : 1;
}

/* ---- Giving it out ----------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
    uint32_t x = ((const struct page *)a)->ppn, y = ((const struct page *)b)->ppn;
    return x < y ? -1 : x > y;
}

static int merge_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct merge *merge = merge_of(source);
    if (merge->is_out && merge->next_other < merge->other_count) {
        *record = merge->others[merge->next_other++];
        return 1;
    }
    if (merge->is_out && merge->next_page < merge->page_count) {
        const struct page *page = &merge->pages[merge->next_page];
        uint8_t *state = &merge->state[page->place];
        record->ppn = page->ppn;
        bool is_touch = *state != HAS_CONTENT;
        record->kind = is_touch ? TR_TOUCH : TR_CONTENT;
        record->access = is_touch ? *state & (HAS_CONTENT - 1) : record->access;
        record->content = is_touch ? record->content : merge->content[page->place];
        *state = is_touch ? *state & HAS_CONTENT : 0;
        merge->next_page += *state == 0;
        return 1;
    }
    if (merge->is_over)
        return 0;
    int more = collect(merge, error);
    if (more <= 0)
        return more;
    if (merge->page_count > 0)
        qsort(merge->pages, merge->page_count, sizeof *merge->pages, by_number);
    merge->is_out = true;
    record->kind = TR_WINDOW;
    record->at_ns = merge->end_ns;
    return 1;
}

static uint64_t merge_file_read(const struct tr_source *source)
{
    const struct tr_source *inner = ((const struct merge *)(const void *)source)->inner;
    return inner->format->file_read ? inner->format->file_read(inner)
                                    : tr_input_file_read(inner->input);
}

static void merge_end(struct tr_source *source)
{
    struct merge *merge = merge_of(source);
    tr_source_close(merge->inner); /* and with it the input, which is common to both */
    source->input = NULL;
    tr_page_map_fini(&merge->map);
    free(merge->state);
    free(merge->content);
    free(merge->pages);
    free(merge->others);
}

static const struct tr_source_format merged = {
    .about = {"merged", "a recording with longer windows"},
    .bytes = sizeof(struct merge),
    .next = merge_next,
    .end = merge_end,
    .file_read = merge_file_read,
};

int tr_source_merge(struct tr_source *inner, uint64_t window_ns, struct tr_source **out,
                    struct sim_error *error)
{
    const char *path = tr_input_path(inner->input);
    struct merge *merge = calloc(1, sizeof *merge);
    int status = SIM_OK;
    *out = NULL;
    if (!merge)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    else if (inner->header.carries & TR_ALLOCATIONS)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a recording without allocations, whose order in a "
                               "window matters; found one with them",
                               path);
    else
        status = tr_page_map_init(&merge->map, path, error);
    if (status != SIM_OK) {
        free(merge);
        tr_source_close(inner);
        return status;
    }
    merge->base =
        (struct tr_source){.format = &merged,
                           .input = inner->input,
                           .header = inner->header,
                           .rules = {.pages = inner->rules.pages, .carries = inner->rules.carries}};
    merge->inner = inner;
    merge->window_ns = window_ns;
    *out = &merge->base;
    return SIM_OK;
}
