/*
 * How the numbers of `ballast show` look: in full for one variant, a line each for several.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/report/show.h"
#include "sim/paragraph.h"
#include "sim/quantity.h"

#define OVERVIEW_COLUMNS_MOST 9u
#define COLUMN_WIDTH          12u /* of an overview, with the blanks before it */
#define RUNS_WIDTH            6u
#define NAME_MOST             22u /* of a variant's name; a longer one may be cut */
#define TITLES_MOST           40u

/* ---- One variant in full ------------------------------------------------------------------ */

static bool is_zero(const struct show_row *row)
{
    bool peaks = row->peak.count > 0 && row->peak.mean != 0;
    return row->mean.mean == 0 && !peaks && (row->last.count == 0 || row->last.mean == 0);
}

/* Rows of one metric stand together: the first and the number of them. */
static uint32_t group_length(const struct show_variant *variant, uint32_t first)
{
    uint32_t length = 1;
    while (first + length < variant->count &&
           strcmp(variant->rows[first + length].title, variant->rows[first].title) == 0)
        length++;
    return length;
}

static double largest(const struct show_row *row)
{
    double value = fabs(row->mean.mean);
    if (row->peak.count > 0)
        value = fmax(value, fabs(row->peak.mean));
    return row->last.count > 0 ? fmax(value, fabs(row->last.mean)) : value;
}

static void number_cell(struct sim_table *table, const struct compare_mean *mean,
                        struct sim_unit unit, bool with_half)
{
    char text[SIM_QUANTITY_BYTES];
    if (mean->count == 0)
        sim_table_cell(table, "%s", "");
    else if (with_half)
        sim_table_cell(table, "%s",
                       sim_quantity_interval_number(text, mean->mean, mean->half, unit));
    else
        sim_table_cell(table, "%s", sim_quantity_number(text, mean->mean, unit));
}

/* Is this row part of the full report? */
static bool is_told(const struct show_row *row)
{
    return !row->is_sum && !is_zero(row);
}

static void row_cells(struct sim_table *table, const char *name, const struct show_row *row,
                      bool levels)
{
    struct sim_unit unit = sim_unit_for(largest(row), row->unit);
    sim_table_cell(table, "%s", name);
    number_cell(table, &row->mean, unit, true);
    if (levels) {
        number_cell(table, &row->peak, unit, false);
        number_cell(table, &row->last, unit, false);
    }
    sim_table_cell(table, "%s", unit.name);
}

static void heading_cell(struct sim_table *table, const char *text)
{
    sim_table_cell(table, "%s", text);
    for (uint32_t i = 1; i < table->columns; i++)
        sim_table_cell(table, "%s", "");
}

/* One metric: a line with its title, and one for each VM under it. One line does where there is no
 * other VM to be told from. */
static void group_cells(struct sim_table *table, const struct show_row *rows, uint32_t count,
                        bool levels, bool one_vm)
{
    char name[200];
    uint32_t told = 0;
    for (uint32_t i = 0; i < count; i++)
        told += is_told(&rows[i]);
    bool is_host = count == 1 && rows[0].vm[0] == '\0';
    bool flat = one_vm || is_host;
    if (told > 0 && !flat)
        heading_cell(table, rows[0].title);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_told(&rows[i]))
            continue;
        snprintf(name, sizeof name, "  %s", rows[i].vm[0] != '\0' ? rows[i].vm : "host");
        row_cells(table, flat ? rows[0].title : name, &rows[i], levels);
    }
}

/* Either the rows of levels, with what is lost of them, or those of totals. */
static void table_print(const struct show *show, const struct show_variant *variant, bool levels,
                        uint32_t width, FILE *out)
{
    static const char *const headings[] = {"", "mean", "peak", "last", ""};
    struct sim_table table;
    bool is_moment = !isnan(show->at_s);
    bool wide = levels && !is_moment;
    uint32_t columns = wide ? 5 : 3;
    sim_table_init(&table, wide ? "lrrrl" : "lrl");
    for (uint32_t i = 0; i < columns; i++)
        sim_table_cell(&table, "%s",
                       wide        ? headings[i]
                       : i != 1    ? ""
                       : is_moment ? "then"
                                   : "in all");
    for (uint32_t i = 0; i < variant->count; i += group_length(variant, i)) {
        enum show_kind kind = variant->rows[i].kind;
        if ((kind == SHOW_LEVEL || kind == SHOW_LOST) == levels)
            group_cells(&table, &variant->rows[i], group_length(variant, i), wide,
                        show->request.vm != NULL);
    }
    if (table.count > columns)
        sim_table_print_within(&table, width, out);
    sim_table_fini(&table);
}

/* ---- Lines of words ---------------------------------------------------------------------- */

static void heading_print(const struct show *show, const struct show_variant *variant,
                          uint32_t width, FILE *out)
{
    char text[500], duration[SIM_QUANTITY_BYTES];
    const char *vm = show->request.vm;
    snprintf(text, sizeof text, "%s%s%.200s%s%.100s: %u run%s (%s) of %s, governor %.100s",
             show->request.experiment, variant->name[0] != '\0' ? " " : "", variant->name,
             vm != NULL ? ", VM " : "", vm != NULL ? vm : "", variant->runs,
             variant->runs == 1 ? "" : "s", variant->seeds,
             sim_quantity(duration, variant->sim_s, "s"), variant->governor);
    sim_paragraph(out, width, 0, text);
    if (isnan(show->at_s))
        return;
    snprintf(text, sizeof text, "At %.10g s, the sample that is nearest to %.10g s.", show->at_s,
             show->request.at_s);
    sim_paragraph(out, width, 0, text);
}

/* Why and when: the first of each kind of event and VM. */
static void notes_print(const struct show_variant *variant, uint32_t width, FILE *out)
{
    char text[600];
    for (uint32_t i = 0; i < variant->count; i++) {
        const struct show_row *row = &variant->rows[i];
        if (row->note == NULL)
            continue;
        snprintf(text, sizeof text, "%.100s %s, %.400s", row->vm, row->title, row->note);
        sim_paragraph(out, width, 0, text);
    }
}

static bool is_zero_group(const struct show_variant *variant, uint32_t first)
{
    for (uint32_t i = 0; i < group_length(variant, first); i++)
        if (!is_zero(&variant->rows[first + i]))
            return false;
    return true;
}

static void zeroes_print(const struct show_variant *variant, uint32_t width, FILE *out)
{
    struct sim_memory memory = {0};
    const char *titles = NULL;
    for (uint32_t i = 0; i < variant->count; i += group_length(variant, i))
        if (is_zero_group(variant, i))
            titles =
                sim_memory_text(&memory, "%s%s %s", titles == NULL ? "Zero throughout:" : titles,
                                titles == NULL ? "" : ",", variant->rows[i].title);
    if (titles != NULL)
        sim_paragraph(out, width, 0, titles);
    sim_memory_free(&memory);
}

static void hints_print(const struct show *show, uint32_t most_runs, uint32_t width, FILE *out)
{
    char text[400];
    if (most_runs > 1)
        sim_paragraph(out, width, 0,
                      "+- is half of the 95% interval of the mean over runs (Student's t).");
    if (show->has_work && !show->has_alone && isnan(show->at_s)) {
        snprintf(text, sizeof text,
                 "What is lost against running alone: `ballast run %.200s --alone` measures it.",
                 show->request.experiment);
        sim_paragraph(out, width, 0, text);
    }
}

static void variant_print(const struct show *show, const struct show_variant *variant,
                          uint32_t width, FILE *out)
{
    heading_print(show, variant, width, out);
    fputc('\n', out);
    table_print(show, variant, true, width, out);
    if (isnan(show->at_s))
        fputc('\n', out);
    table_print(show, variant, false, width, out);
    fputc('\n', out);
    notes_print(variant, width, out);
    zeroes_print(variant, width, out);
    hints_print(show, variant->runs, width, out);
}

/* ---- Several variants -------------------------------------------------------------------- */

/* The row that tells about all of the host, of one metric. */
static const struct show_row *whole_find(const struct show_variant *variant, const char *title)
{
    const struct show_row *found = NULL;
    for (uint32_t i = 0; i < variant->count; i++)
        if (variant->rows[i].vm[0] == '\0' && strcmp(variant->rows[i].title, title) == 0)
            found = &variant->rows[i];
    return found;
}

/* With one VM asked for, its rows. */
static const struct show_row *overview_find(const struct show *show,
                                            const struct show_variant *variant, const char *title)
{
    if (show->request.vm == NULL)
        return whole_find(variant, title);
    for (uint32_t i = 0; i < variant->count; i++)
        if (strcmp(variant->rows[i].title, title) == 0)
            return &variant->rows[i];
    return NULL;
}

/* How far the variants are apart, from 0 (equal) to 1; -1: the title is not for an overview. */
static double spread(const struct show *show, const char *title)
{
    double least = INFINITY, most = -INFINITY;
    for (uint32_t i = 0; i < show->count; i++) {
        const struct show_row *row = overview_find(show, &show->variants[i], title);
        double value = row != NULL ? row->mean.mean : 0;
        if (row != NULL && row->kind == SHOW_LOST)
            return -1;
        least = fmin(least, value);
        most = fmax(most, value);
    }
    double size = fmax(fabs(least), fabs(most));
    return size > 0 ? (most - least) / (2 * size) : -1;
}

struct title {
    const char *text;
    double spread;
    uint32_t rank;
};

static bool has_title(const struct title *titles, uint32_t count, const char *text)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(titles[i].text, text) == 0)
            return true;
    return false;
}

static int spread_compare(const void *a, const void *b)
{
    const struct title *first = a, *second = b;
    if (first->spread != second->spread)
        return first->spread > second->spread ? -1 : 1;
    return first->rank < second->rank ? -1 : first->rank > second->rank;
}

static int rank_compare(const void *a, const void *b)
{
    const struct title *first = a, *second = b;
    return first->rank < second->rank ? -1 : first->rank > second->rank;
}

/* The `most` titles in which the variants differ most, by rank. */
static uint32_t titles_choose(const struct show *show, struct title titles[TITLES_MOST],
                              uint32_t most)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < show->count; i++) {
        for (uint32_t j = 0; j < show->variants[i].count && count < TITLES_MOST; j++) {
            const struct show_row *row = &show->variants[i].rows[j];
            if (has_title(titles, count, row->title) || spread(show, row->title) < 0)
                continue;
            titles[count++] = (struct title){row->title, spread(show, row->title), row->rank};
        }
    }
    qsort(titles, count, sizeof *titles, spread_compare);
    count = count < most ? count : most;
    qsort(titles, count, sizeof *titles, rank_compare);
    return count;
}

static void overview_print(const struct show *show, uint32_t width, FILE *out)
{
    static const char alignments[] = "lrrrrrrrrrr";
    struct title titles[TITLES_MOST];
    char text[SIM_QUANTITY_BYTES];
    struct sim_table table;
    uint32_t name = 0;
    for (uint32_t i = 0; i < show->count; i++)
        name =
            strlen(show->variants[i].name) > name ? (uint32_t)strlen(show->variants[i].name) : name;
    name = name > NAME_MOST ? NAME_MOST : name;
    uint32_t room = (width - name - RUNS_WIDTH) / COLUMN_WIDTH;
    uint32_t most = room < OVERVIEW_COLUMNS_MOST ? room : OVERVIEW_COLUMNS_MOST;
    uint32_t count = titles_choose(show, titles, most);
    char alignment[sizeof alignments];
    snprintf(alignment, sizeof alignment, "%.*s", (int)count + 2, alignments);
    sim_table_init(&table, alignment);
    sim_table_cell(&table, "variant");
    sim_table_cell(&table, "runs");
    for (uint32_t i = 0; i < count; i++)
        sim_table_cell(&table, "%s", titles[i].text);
    for (uint32_t i = 0; i < show->count; i++) {
        const struct show_variant *variant = &show->variants[i];
        sim_table_cell(&table, "%s", variant->name[0] != '\0' ? variant->name : "(no name)");
        sim_table_cell(&table, "%u", variant->runs);
        for (uint32_t j = 0; j < count; j++) {
            const struct show_row *row = overview_find(show, variant, titles[j].text);
            sim_table_cell(&table, "%s",
                           row != NULL ? sim_quantity(text, row->mean.mean, row->unit) : "");
        }
    }
    sim_table_print_within(&table, width, out);
    sim_table_fini(&table);
}

static void variants_print(const struct show *show, uint32_t width, FILE *out)
{
    char text[400];
    snprintf(text, sizeof text, "%.200s: %u variants. Means over runs, of %s.",
             show->request.experiment, show->count,
             show->request.vm != NULL ? show->request.vm : "all VMs together");
    sim_paragraph(out, width, 0, text);
    fputc('\n', out);
    overview_print(show, width, out);
    fputc('\n', out);
    snprintf(text, sizeof text, "`ballast show %.200s --variant NAME` shows one with intervals.",
             show->request.experiment);
    sim_paragraph(out, width, 0, text);
}

void show_print(const struct show *show, uint32_t width, FILE *out)
{
    if (show->count == 1)
        variant_print(show, &show->variants[0], width, out);
    else
        variants_print(show, width, out);
}

/* ---- For programs ------------------------------------------------------------------------ */

static void list_one(struct sim_listing *listing, const struct show *show,
                     const struct show_variant *variant, const struct show_row *row,
                     const char *statistic, const struct compare_mean *mean)
{
    if (mean->count == 0)
        return;
    sim_listing_text(listing, show->request.experiment);
    sim_listing_text(listing, variant->name);
    sim_listing_text(listing, row->vm);
    sim_listing_text(listing, row->metric);
    sim_listing_text(listing, statistic);
    sim_listing_number(listing, mean->mean, 6);
    sim_listing_number(listing, mean->half, 2);
    sim_listing_count(listing, mean->count);
    sim_listing_text(listing, row->unit);
    sim_listing_number(listing, show->at_s, 6);
}

void show_list(const struct show *show, enum sim_listing_form form, FILE *out)
{
    static const struct sim_column columns[] = {
        {"experiment", "experiment", 'l'},
        {"variant", "variant", 'l'},
        {"VM", "vm", 'l'},
        {"metric", "metric", 'l'},
        {"statistic", "statistic", 'l'},
        {"value", "value", 'r'},
        {"+-", "half95", 'r'},
        {"runs", "runs", 'r'},
        {"unit", "unit", 'l'},
        {"at s", "at_s", 'r'},
    };
    static const char *const names[] = {[SHOW_LEVEL] = "mean",
                                        [SHOW_TOTAL] = "total",
                                        [SHOW_LOST] = "lost_pct",
                                        [SHOW_EVENT] = "events"};
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, out);
    for (uint32_t i = 0; i < show->count; i++) {
        const struct show_variant *variant = &show->variants[i];
        for (uint32_t j = 0; j < variant->count; j++) {
            const struct show_row *row = &variant->rows[j];
            if (row->is_sum)
                continue;
            list_one(&listing, show, variant, row, isnan(show->at_s) ? names[row->kind] : "value",
                     &row->mean);
            list_one(&listing, show, variant, row, "peak", &row->peak);
            list_one(&listing, show, variant, row, "last", &row->last);
        }
    }
    sim_listing_end(&listing);
}
