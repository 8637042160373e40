/*
 * Makes touches of DAMON's regions: see damon.h.
 */
#include "traces/formats/damon.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/random.h"

void damon_init(struct damon *damon, damon_load load, const char *text,
                const struct tr_source_options *options)
{
    damon->load = load;
    damon->samples = options->samples > 0 ? options->samples : DAMON_SAMPLES;
    damon->knows_samples = options->samples > 0;
    damon->page_shift = tr_source_page_shift(&damon->base);
    tr_notes_add(&damon->base.notes,
                 "DAMON does not say which pages of a region were touched, nor whether they were "
                 "written: touches are spread evenly, and all are reads");
    damon->base.header.carries = TR_TOUCHES | TR_TIME;
    damon->base.header.space = TR_SPACE_PROCESS;
    tr_source_describe(&damon->base, "wall", text);
}

static struct damon *damon_of(struct tr_source *source)
{
    return (struct damon *)(void *)source;
}

void damon_end(struct tr_source *source)
{
    free(damon_of(source)->ranges);
    free(damon_of(source)->regions);
}

static int no_memory(const struct damon *damon, struct sim_error *error)
{
    sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(damon->base.input));
    return -1;
}

void damon_clear(struct damon *damon)
{
    damon->region_count = 0;
}

/* ---- Numbers ----------------------------------------------------------------------------- */

/* The value of a unit in bytes or nanoseconds; 0 if there is no such unit. */
static double unit_of(const char *text, size_t length)
{
    static const struct {
        const char *name;
        double worth;
    } units[] = {{"B", 1},        {"KiB", 0x1p10}, {"MiB", 0x1p20}, {"GiB", 0x1p30},
                 {"TiB", 0x1p40}, {"PiB", 0x1p50}, {"EiB", 0x1p60}, {"K", 0x1p10},
                 {"M", 0x1p20},   {"G", 0x1p30},   {"T", 0x1p40},   {"ns", 1},
                 {"us", 1e3},     {"ms", 1e6},     {"s", 1e9},      {"m", 60e9},
                 {"h", 3600e9},   {"d", 86400e9},  {"%", 1}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].name) == length && memcmp(units[i].name, text, length) == 0)
            return units[i].worth;
    }
    return 0;
}

bool damon_number(const char *text, double *number)
{
    char digits[64];
    *number = 0;
    while (*text == ' ')
        text++;
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        size_t length = 0;
        for (; (isdigit((unsigned char)*text) || strchr(".,-+eE", *text)) && *text != '\0' &&
               length + 1 < sizeof digits;
             text++) {
            if (*text != ',')
                digits[length++] = *text;
        }
        digits[length] = '\0';
        char *end;
        double part = strtod(digits, &end);
        if (length == 0 || *end != '\0')
            return false;
        while (*text == ' ')
            text++;
        size_t unit_length = strcspn(text, " ");
        bool has_unit = unit_length > 0 && !isdigit((unsigned char)*text);
        double unit = has_unit ? unit_of(text, unit_length) : 1;
        if (unit == 0)
            return false;
        *number += part * unit;
        text += has_unit ? unit_length : 0;
        while (*text == ' ')
            text++;
    }
    return *number >= -1 && *number < 0x1p63;
}

int damon_rate(struct damon *damon, double hits, double *rate, struct sim_error *error)
{
    if (hits > damon->samples * DAMON_SAMPLES_SLACK)
        return tr_source_fail(&damon->base, error,
                              "expected at most %.4g hits, %s, found %.10g; say with --samples how "
                              "many samples a window has (aggregation / sampling interval)",
                              damon->samples,
                              damon->knows_samples ? "as many as samples in a window"
                                                   : "DAMON's default of samples in a window",
                              hits);
    if (!damon->knows_samples && !damon->tells_samples)
        tr_notes_add(&damon->base.notes,
                     "a window is taken to have %.4g samples, DAMON's default; --samples N says "
                     "otherwise",
                     damon->samples);
    damon->tells_samples = true;
    *rate = hits / damon->samples;
    return 1;
}

/* ---- Page numbers ------------------------------------------------------------------------ */

/* The index of the first range that ends beyond this page. */
static uint32_t range_at(const struct damon *damon, uint64_t page)
{
    uint32_t low = 0, high = damon->range_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (damon->ranges[middle].to > page)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static int range_insert(struct damon *damon, uint32_t at, uint64_t from, uint64_t to,
                        struct sim_error *error)
{
    if (to - from > DAMON_PAGES_MOST - damon->pages)
        return tr_source_fail(&damon->base, error,
                              "expected regions of at most %u pages in all, found more",
                              DAMON_PAGES_MOST);
    if (damon->range_count == DAMON_RANGES_MOST)
        return tr_source_fail(&damon->base, error,
                              "expected at most %u separate ranges of addresses, found more",
                              DAMON_RANGES_MOST);
    if (!sim_array_reserve(damon->ranges, damon->range_room, damon->range_count + 1))
        return no_memory(damon, error);
    struct damon_range *range = &damon->ranges[at];
    memmove(range + 1, range, (damon->range_count - at) * sizeof *range);
    *range = (struct damon_range){.from = from, .to = to, .ppn = damon->pages};
    damon->pages += (uint32_t)(to - from);
    damon->range_count++;
    return 1;
}

/* Gives page numbers to those pages of a region that have none yet. */
static int number_pages(struct damon *damon, uint64_t from, uint64_t to, struct sim_error *error)
{
    uint32_t at = range_at(damon, from);
    while (from < to) {
        uint64_t gap_end =
            at < damon->range_count && damon->ranges[at].from < to ? damon->ranges[at].from : to;
        if (from < gap_end) {
            if (range_insert(damon, at, from, gap_end, error) < 0)
                return -1;
        }
        from = damon->ranges[at].to;
        at++;
    }
    return 1;
}

static uint32_t number_of(const struct damon *damon, uint64_t page)
{
    const struct damon_range *range = &damon->ranges[range_at(damon, page)];
    return range->ppn + (uint32_t)(page - range->from);
}

/* ---- Snapshots --------------------------------------------------------------------------- */

int damon_add(struct damon *damon, const struct damon_region *region, struct sim_error *error)
{
    if (region->from >= region->to)
        return tr_source_fail(&damon->base, error,
                              "expected a region whose end is above its start, found %" PRIu64
                              " to %" PRIu64,
                              region->from, region->to);
    uint64_t from = region->from >> damon->page_shift;
    uint64_t to = ((region->to - 1) >> damon->page_shift) + 1;
    if (!(region->rate > 0)) /* idle: it has no touches and needs no page numbers */
        return 1;
    if (!sim_array_reserve(damon->regions, damon->region_room, damon->region_count + 1))
        return no_memory(damon, error);
    damon->regions[damon->region_count++] =
        (struct damon_region){from, to, region->rate > 1 ? 1 : region->rate};
    return number_pages(damon, from, to, error);
}

static void begin_region(struct damon *damon)
{
    const struct damon_region *region = &damon->regions[damon->region];
    uint64_t draw = sim_mix64(damon->windows, region->from);
    damon->region_pages = region->to - region->from;
    damon->touch = 0;
    damon->phase = (double)(draw >> 11) * 0x1p-53;
    /* A fraction of a page becomes a touch with that probability. */
    damon->touches = (uint64_t)floor((double)damon->region_pages * region->rate + damon->phase);
    if (damon->touches > damon->region_pages)
        damon->touches = damon->region_pages;
}

/* The page of the next touch: touches are evenly spread and begin elsewhere in each window. */
static uint64_t nth_page(const struct damon *damon)
{
    double step = (double)damon->region_pages / (double)damon->touches;
    uint64_t page = (uint64_t)(((double)damon->touch + damon->phase) * step);
    return page < damon->region_pages ? page : damon->region_pages - 1;
}

/* The next touch of the present snapshot; false: there is none. */
static bool next_touch(struct damon *damon, struct tr_record *record)
{
    while (damon->region < damon->region_count) {
        if (damon->touch < damon->touches) {
            uint64_t page = damon->regions[damon->region].from + nth_page(damon);
            damon->touch++;
            record->kind = TR_TOUCH;
            record->access = TR_READ;
            record->ppn = number_of(damon, page);
            return true;
        }
        if (++damon->region < damon->region_count)
            begin_region(damon);
    }
    return false;
}

/* The windows show how long DAMON aggregated; that may contradict its default. */
static void check_window(struct damon *damon, uint64_t last_ns)
{
    double ratio = (double)(damon->end_ns - last_ns) / DAMON_WINDOW_NS;

    if (damon->windows != 1 || !damon->tells_samples || damon->is_tuned ||
        (ratio < 1.5 && ratio > 0.6))
        return;
    tr_notes_add(
        &damon->base.notes,
        "windows last %.4g s, not 0.1 s as by default; with DAMON's sample every 5 ms they "
        "have %.0f samples: say --samples %.0f",
        ratio * DAMON_WINDOW_NS / 1e9, ratio * DAMON_SAMPLES, ratio * DAMON_SAMPLES);
}

int damon_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct damon *damon = damon_of(source);

    if (damon->has_window && next_touch(damon, record))
        return 1;
    damon->has_window = false;
    uint64_t last_ns = damon->end_ns;
    int more = damon->load(damon, error);
    if (more <= 0)
        return more;
    if (damon->windows > 0 && damon->end_ns <= last_ns)
        return tr_source_fail(source, error,
                              "expected a snapshot behind the one at %.9g s, found one at %.9g s; "
                              "sort the file by time, or cut it where two were joined",
                              (double)last_ns / 1e9, (double)damon->end_ns / 1e9);
    check_window(damon, last_ns);
    damon->has_window = true;
    damon->windows++;
    damon->region = 0;
    if (damon->region_count > 0)
        begin_region(damon);
    record->kind = TR_WINDOW;
    record->at_ns = damon->end_ns;
    return 1;
}
