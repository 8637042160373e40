/*
 * Two memory images as two VMs through the sharing code: the first half of the input, and the
 * second. The lowest bits of the first byte say what an image without a signature is, the highest
 * one that two threads hash. What is shared is counted here again, page by page.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ballast/scan/page.h"
#include "ballast/scan/report.h"
#include "fuzz/targets.h"
#include "traces/tr.h"

enum { VMS = 2, PAGES_MOST = 1024 };
enum { RAW = 1, HASHES = 2, BUDDIES = 4, SKIP_HOLES = 8, TWO_THREADS = 128 };

struct page {
    const struct tr_extent *extent;
    uint32_t index;
    uint32_t content; /* the number of the first page with the same content */
};
struct pages {
    struct page at[PAGES_MOST];
    uint32_t first[VMS + 1]; /* of each VM; one more at the end */
};

static bool is_same(const struct page *a, const struct page *b)
{
    if (a->extent->hashes != NULL)
        return a->extent->hashes[a->index - a->extent->index] ==
               b->extent->hashes[b->index - b->extent->index];
    return memcmp(tr_extent_page(a->extent, a->index), tr_extent_page(b->extent, b->index),
                  TR_DUMP_PAGE_BYTES) == 0;
}

static bool is_zero(const struct page *page)
{
    static const uint8_t zeroes[TR_DUMP_PAGE_BYTES];
    if (page->extent->hashes != NULL)
        return page->extent->hashes[page->index - page->extent->index] == 0;
    return memcmp(tr_extent_page(page->extent, page->index), zeroes, sizeof zeroes) == 0;
}

static void gather(struct tr_snapshot *const *vms, struct pages *pages)
{
    uint32_t count = 0;
    for (uint32_t vm = 0; vm < VMS; vm++) {
        pages->first[vm] = count;
        for (uint32_t index = 0; index < tr_snapshot_facts(vms[vm])->pages; index++, count++) {
            struct page *page = &pages->at[count];
            *page = (struct page){tr_snapshot_extent_of(vms[vm], index), index, 0};
            while (page->content < count && !is_same(&pages->at[page->content], page))
                page->content++;
        }
    }
    pages->first[VMS] = count;
}

/* Of the VMs from `vm` to before `end`; without what pages of each alone come to. */
static struct scan_counts counted(const struct pages *pages, uint32_t vm, uint32_t end)
{
    struct scan_counts counts = {0};
    uint32_t copies[PAGES_MOST] = {0};
    for (uint32_t i = pages->first[vm]; i < pages->first[end]; i++)
        copies[pages->at[i].content]++;
    for (uint32_t i = 0; i < PAGES_MOST; i++) {
        if (copies[i] == 0)
            continue;
        bool zero = is_zero(&pages->at[i]);
        counts.total_pages += copies[i];
        counts.distinct_pages++;
        counts.shared_pages += copies[i] > 1 ? copies[i] : 0;
        counts.reclaimed_pages += copies[i] - 1;
        counts.zero_pages += zero ? copies[i] : 0;
        counts.zero_reclaimed_pages += zero ? copies[i] - 1 : 0;
    }
    return counts;
}

/* Contents that both VMs have. */
static uint64_t common(const struct pages *pages)
{
    bool in_first[PAGES_MOST] = {false}, in_both[PAGES_MOST] = {false};
    uint64_t found = 0;
    for (uint32_t i = 0; i < pages->first[VMS]; i++) {
        uint32_t content = pages->at[i].content;
        if (i < pages->first[1])
            in_first[content] = true;
        else if (in_first[content] && !in_both[content]) {
            in_both[content] = true;
            found++;
        }
    }
    return found;
}

static void check_counts(const struct scan_result *result, const struct pages *pages)
{
    struct scan_counts together = counted(pages, 0, VMS);
    for (uint32_t vm = 0; vm < VMS; vm++) {
        struct scan_counts alone = counted(pages, vm, vm + 1);
        alone.self_reclaimed_pages = alone.reclaimed_pages;
        together.self_reclaimed_pages += alone.reclaimed_pages;
        FUZZ_CHECK(memcmp(&alone, &result->alone[vm], sizeof alone) == 0);
        FUZZ_CHECK(*scan_common(result, vm, vm) == alone.reclaimed_pages);
        FUZZ_CHECK(*scan_common(result, vm, 1 - vm) == common(pages));
    }
    together.inter_reclaimed_pages = together.reclaimed_pages - together.self_reclaimed_pages;
    FUZZ_CHECK(memcmp(&together, &result->together, sizeof together) == 0);
}

/* The first VM's image becomes the second's: and its own, in which nothing has changed. */
static struct scan_change check_changes(struct tr_snapshot *const *vms,
                                        const struct scan_result *result)
{
    struct scan_change none = {0}, change = {0};
    scan_change_add(&none, vms[0], result->shareable[0], vms[0], result->shareable[0]);
    FUZZ_CHECK(none.pages == result->alone[0].total_pages && none.changed_pages == 0);
    FUZZ_CHECK(none.surviving_pages == none.shareable_pages);
    scan_change_add(&change, vms[0], result->shareable[0], vms[1], result->shareable[1]);
    FUZZ_CHECK(change.pages <= none.pages && change.pages <= result->alone[1].total_pages);
    FUZZ_CHECK(change.changed_pages <= change.pages);
    FUZZ_CHECK(change.shareable_pages <= none.shareable_pages);
    FUZZ_CHECK(change.surviving_pages <= change.shareable_pages);
    FUZZ_CHECK(change.surviving_pages <= change.pages - change.changed_pages);
    return change;
}

static void report(struct tr_snapshot *const *vms, const struct scan_result *result,
                   const struct scan_change *change)
{
    static const char *const names[VMS] = {"one", "\"<two>\""};
    static FILE *out;
    struct scan_image images[VMS];
    struct scan_moment moments[VMS] = {{.at_s = NAN, .result = *result, .images = images},
                                       {.at_s = 1,
                                        .result = *result,
                                        .since_last = *change,
                                        .since_first = *change,
                                        .images = images}};
    const struct scan_report report = {VMS, VMS, names, moments};
    for (uint32_t vm = 0; vm < VMS; vm++)
        images[vm] = (struct scan_image){tr_snapshot_path(vms[vm]), *tr_snapshot_facts(vms[vm])};
    if (out == NULL)
        out = fopen("/dev/null", "w");
    FUZZ_CHECK(out != NULL);
    scan_report_print(&report, out);
    scan_report_json(&report, out);
}

static void scan(struct tr_snapshot *const *vms, uint32_t threads)
{
    static struct pages pages;
    struct scan_result result;
    struct sim_error error = {0};

    if (!fuzz_accepted(scan_check_kinds(vms, VMS, &error), &error))
        return;
    if (tr_snapshot_facts(vms[0])->pages + tr_snapshot_facts(vms[1])->pages > PAGES_MOST)
        return;
    FUZZ_CHECK(scan_run(vms, VMS, threads, &result, &error) == SIM_OK);
    gather(vms, &pages);
    if (result.false_matches == 0)
        check_counts(&result, &pages);
    struct scan_change change = check_changes(vms, &result);
    report(vms, &result, &change);
    scan_result_fini(&result);
}

void fuzz_scan(const uint8_t *bytes, size_t count)
{
    struct tr_snapshot_options options = TR_SNAPSHOT_DEFAULTS;
    struct tr_snapshot *vms[VMS] = {NULL, NULL};
    struct sim_error error = {0};

    if (count == 0)
        return;
    uint8_t how = bytes[0];
    const uint8_t *image = bytes + 1;
    size_t half = (count - 1) / 2;
    options.raw = how & RAW;
    options.hashes = how & HASHES;
    options.buddies.given = how & BUDDIES;
    options.file_holes = how & SKIP_HOLES ? TR_HOLES_SKIP : TR_HOLES_APART;
    const char *paths[] = {fuzz_file(0, image, half), fuzz_file(1, image + half, count - 1 - half)};
    if (fuzz_accepted(tr_snapshot_open(paths[0], &options, &vms[0], &error), &error) &&
        fuzz_accepted(tr_snapshot_open(paths[1], &options, &vms[1], &error), &error))
        scan(vms, how & TWO_THREADS ? 2 : 1);
    tr_snapshot_close(vms[0]);
    tr_snapshot_close(vms[1]);
}
