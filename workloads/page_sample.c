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
    uint64_t content, hash;
    uint32_t ppn;
};

enum { GROUPS = 4 };

/* Our choice: a content that has so many copies in the sample is common. */
#define COMMON_COPIES 8u

struct sampler {
    const struct history *pages;
    uint32_t count, scale;
    uint64_t key;
    struct candidate *room; /* one for each page */
    uint32_t rest;          /* of the divisions so far: no page is lost by rounding */
    uint32_t *own;
};

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

static int compare(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_content(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int order = compare(x->content, y->content);
    return order != 0 ? order : compare(x->ppn, y->ppn);
}

static int by_hash(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    int order = compare(x->hash, y->hash);
    return order != 0 ? order : compare(x->ppn, y->ppn);
}

static uint32_t group_of(const struct history *page)
{
    return (page->longest != 0 ? 2u : 0u) + page->is_touched;
}

/* The pages of a group, in order of content. */
static uint32_t collect(const struct sampler *sampler, uint32_t group)
{
    uint32_t found = 0;
    for (uint32_t ppn = 0; ppn < sampler->count; ppn++) {
        const struct history *page = &sampler->pages[ppn];
        if (!page->is_hole && group_of(page) == group)
            sampler->room[found++] = (struct candidate){.content = page->longest, .ppn = ppn};
    }
    qsort(sampler->room, found, sizeof *sampler->room, by_content);
    return found;
}

/* Chooses one of `scale` candidates. */
static void take(struct sampler *sampler, struct candidate *candidates, uint32_t count)
{
    uint32_t due = (count + sampler->rest) / sampler->scale;
    sampler->rest = (count + sampler->rest) % sampler->scale;
    qsort(candidates, count, sizeof *candidates, by_hash);
    for (uint32_t i = 0; i < due && i < count; i++)
        sampler->own[candidates[i].ppn] = 0;
}

static void choose(struct sampler *sampler, uint32_t group)
{
    struct candidate *room = sampler->room;
    uint32_t found = collect(sampler, group), rare = 0;
    for (uint32_t first = 0, end; first < found; first = end) {
        end = first + 1;
        while (end < found && room[end].content == room[first].content)
            end++;
        bool is_common = end - first >= COMMON_COPIES * sampler->scale || room[first].content == 0;
        for (uint32_t i = first; i < end; i++)
            room[i].hash = sim_mix64(sampler->key, is_common ? room[i].ppn : room[i].content);
        if (is_common)
            take(sampler, &room[first], end - first);
        for (uint32_t i = first; !is_common && i < end; i++)
            room[rare++] = room[i];
    }
    take(sampler, room, rare);
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
    struct sampler sampler = {
        .pages = pages, .count = count, .scale = scale, .key = key, .room = room, .own = out->own};
    for (uint32_t group = 0; status == SIM_OK && group < GROUPS; group++)
        choose(&sampler, group);
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
