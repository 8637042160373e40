/* See page_sample.h. The hazard is a page that changes: it is chosen once, by what it held longest.
 */
#include "workloads/page_sample.h"

#include <stdbool.h>
#include <stdlib.h>

#include "sim/random.h"
#include "traces/tr.h"

/* A page while the recording is read. */
struct history {
    uint64_t content, since_ns; /* now; 0 is a page of zeroes */
    uint64_t longest, longest_ns;
    bool is_touched, is_hole;
};

struct candidate {
    uint64_t hash;
    uint32_t ppn;
};

enum { GROUPS = 4 };

/* What the page has held since then is over. */
static void hold(struct history *page, uint64_t content, uint64_t now_ns)
{
    uint64_t held_ns = now_ns - page->since_ns;
    if (held_ns >= page->longest_ns) {
        page->longest = page->content;
        page->longest_ns = held_ns;
    }
    page->content = content;
    page->since_ns = now_ns;
}

static void note(struct history *pages, const struct tr_record *record, uint64_t window_ns)
{
    struct history *page = &pages[record->ppn];
    if (record->kind == TR_CONTENT)
        hold(page, record->content, window_ns);
    else if (record->kind == TR_TOUCH)
        page->is_touched = true;
    for (uint32_t i = 0; record->kind == TR_HOLE && i < record->pages; i++)
        page[i].is_hole = true;
}

static int read_histories(struct tr_reader *reader, struct history *pages, uint64_t *end_ns,
                          struct sim_error *error)
{
    struct tr_record record;
    int got;
    while ((got = tr_reader_next(reader, &record, error)) == 1) {
        if (record.kind == TR_WINDOW)
            *end_ns = record.at_ns;
        else if (record.kind != TR_MARK)
            note(pages, &record, *end_ns);
    }
    return got == 0 ? SIM_OK : SIM_BAD_DATA;
}

static int by_hash(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->ppn < y->ppn ? -1 : x->ppn > y->ppn;
}

static uint32_t group_of(const struct history *page)
{
    return (page->longest != 0 ? 2u : 0u) + page->is_touched;
}

/* Marks one of `scale` pages of the group, rounded, in `own`. */
static void choose(const struct history *pages, uint32_t count, uint32_t group, uint32_t scale,
                   uint64_t key, struct candidate *room, uint32_t *own)
{
    uint32_t found = 0;
    for (uint32_t ppn = 0; ppn < count; ppn++) {
        if (pages[ppn].is_hole || group_of(&pages[ppn]) != group)
            continue;
        uint64_t name = pages[ppn].longest != 0 ? pages[ppn].longest : ppn;
        room[found++] = (struct candidate){sim_mix64(key, name), ppn};
    }
    qsort(room, found, sizeof *room, by_hash);
    for (uint32_t i = 0; i < (found + scale / 2) / scale; i++)
        own[room[i].ppn] = 0;
}

static uint32_t number(uint32_t *own, uint32_t count)
{
    uint32_t pages = 0;
    for (uint32_t ppn = 0; ppn < count; ppn++) {
        if (own[ppn] != WL_NOT_SAMPLED)
            own[ppn] = pages++;
    }
    return pages;
}

static int sample(const char *path, struct tr_reader *reader, uint32_t scale, uint64_t key,
                  struct wl_page_sample *out, struct sim_error *error)
{
    uint32_t count = tr_reader_header(reader)->pages;
    struct history *pages = calloc(count, sizeof *pages);
    struct candidate *room = malloc(count * sizeof *room);
    uint64_t end_ns = 0;
    int status = SIM_OK;
    out->own = malloc(count * sizeof *out->own);
    if (!pages || !room || !out->own)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory for a sample of its pages", path);
    if (status == SIM_OK)
        status = read_histories(reader, pages, &end_ns, error);
    for (uint32_t ppn = 0; status == SIM_OK && ppn < count; ppn++) {
        hold(&pages[ppn], 0, end_ns);
        out->own[ppn] = WL_NOT_SAMPLED;
    }
    for (uint32_t group = 0; status == SIM_OK && group < GROUPS; group++)
        choose(pages, count, group, scale, key, room, out->own);
    if (status == SIM_OK)
        out->pages = number(out->own, count);
    free(pages);
    free(room);
    return status;
}

int wl_page_sample_read(const char *path, uint32_t scale, uint64_t key, struct wl_page_sample *out,
                        struct sim_error *error)
{
    struct tr_reader *reader;
    *out = (struct wl_page_sample){0};
    int status = tr_reader_open(path, &reader, error);
    if (status != SIM_OK)
        return status;
    status = sample(path, reader, scale, key, out, error);
    tr_reader_close(reader);
    if (status != SIM_OK)
        wl_page_sample_fini(out);
    return status;
}

void wl_page_sample_fini(struct wl_page_sample *sample)
{
    free(sample->own);
    *sample = (struct wl_page_sample){0};
}
