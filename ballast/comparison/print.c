/*
 * How a comparison looks.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/comparison/comparison.h"
#include "sim/paragraph.h"
#include "sim/quantity.h"

#define WIDE          80u  /* from this width on both means are shown, */
#define WIDEST        100u /* and from this one the effect */
#define EFFECT_MOST   99
#define LONE_MOST     10u
#define CONFIDENCE    0.95
#define TOGETHER_MARK "~"

/* ---- One row ----------------------------------------------------------------------------- */

static const char *title_of(const struct comparison_row *row)
{
    return row->known != NULL ? metric_title(row->known) : row->metric;
}

static bool is_shown(const struct comparison_row *row)
{
    return row->known != NULL && row->known->shown.rank > 0;
}

static void name_cell(struct sim_table *table, const struct comparison_row *row, bool exact)
{
    const char *vm = row->vm[0] != '\0' ? row->vm : "host";
    if (exact)
        sim_table_cell(table, "%s %s %s", vm, row->metric, outcome_of_name(row->of));
    else
        sim_table_cell(table, "%s %s", vm, title_of(row));
}

static void percent_cell(struct sim_table *table, double fraction)
{
    if (isnan(fraction))
        sim_table_cell(table, "%s", "");
    else if (fabs(fraction) >= 10)
        sim_table_cell(table, "x%.3g", 1 + fraction);
    else if (fabs(fraction) < 0.0005)
        sim_table_cell(table, "%s", "0.0%");
    else
        sim_table_cell(table, "%+.*f%%", fabs(fraction) < 0.1 ? 1 : 0, 100 * fraction);
}

static void effect_cell(struct sim_table *table, double effect)
{
    if (isnan(effect))
        sim_table_cell(table, "%s", "");
    else if (fabs(effect) > EFFECT_MOST)
        sim_table_cell(table, "%s%d", effect > 0 ? "> " : "< -", EFFECT_MOST);
    else
        sim_table_cell(table, "%.*f", fabs(effect) < 10 ? 1 : 0, fabs(effect) < 0.05 ? 0 : effect);
}

static void difference_cell(struct sim_table *table, const struct difference *difference,
                            const char *unit)
{
    char text[SIM_QUANTITY_BYTES];
    double size = fabs(difference->difference);
    if (difference->half > size)
        size = difference->half;
    if (isnan(difference->difference))
        sim_table_cell(table, "%s", "");
    else {
        struct sim_unit in = sim_unit_for(size, unit);
        sim_quantity_interval_number(text, difference->difference, difference->half, in);
        sim_table_cell(table, "%s%s%s", text, in.name[0] != '\0' ? " " : "", in.name);
    }
}

/* Which of the two is better, where more or less of the metric is. An exact comparison asks whether
 * runs differ, not whether they do so by chance. */
static const char *judgement(const struct comparison_row *row, bool exact)
{
    const struct difference *difference = &row->difference;
    if (row->only_in != 0)
        return row->only_in == 1 ? "A alone" : "B alone";
    if (difference->verdict == DIFFERENCE_EQUAL)
        return "equal";
    if (difference->verdict == DIFFERENCE_TOGETHER && !exact)
        return TOGETHER_MARK;
    if (difference->difference == 0)
        return "differs";
    enum metric_better better = row->known != NULL ? row->known->shown.better : METRIC_NEITHER;
    if (better == METRIC_NEITHER)
        return difference->difference > 0 ? "more" : "less";
    return (better == METRIC_MORE) == (difference->difference > 0) ? "better" : "worse";
}

static void row_cells(struct sim_table *table, const struct comparison_row *row, bool exact,
                      uint32_t width)
{
    char text[SIM_QUANTITY_BYTES];
    const struct difference *difference = &row->difference;
    name_cell(table, row, exact);
    if (width >= WIDE) {
        sim_table_cell(table, "%s", sim_quantity(text, difference->mean_a, row->unit));
        sim_table_cell(table, "%s", sim_quantity(text, difference->mean_b, row->unit));
    }
    if (exact)
        sim_table_cell(table, "%s", sim_quantity(text, difference->largest, row->unit));
    else
        difference_cell(table, difference, row->unit);
    percent_cell(table, difference->relative);
    if (width >= WIDEST)
        effect_cell(table, difference->effect);
    sim_table_cell(table, "%s%s", row->beyond ? "! " : "", judgement(row, exact));
}

/* ---- One part ---------------------------------------------------------------------------- */

/* What is left out of the table is counted. */
struct counts {
    uint32_t equal, apart, together, a_alone, b_alone;
};

static bool is_told(const struct comparison *comparison, const struct comparison_row *row, bool all)
{
    if (all || row->beyond)
        return true;
    if (comparison->request.exact)
        return false;
    bool asked = comparison->request.only_count > 0;
    return asked ||
           (row->only_in == 0 && row->difference.verdict != DIFFERENCE_EQUAL && is_shown(row));
}

static void left_out_count(const struct comparison_row *row, struct counts *counts)
{
    enum difference_verdict verdict = row->difference.verdict;
    counts->a_alone += row->only_in == 1;
    counts->b_alone += row->only_in == 2;
    if (row->only_in != 0)
        return;
    counts->equal += verdict == DIFFERENCE_EQUAL;
    counts->together += verdict == DIFFERENCE_TOGETHER;
    counts->apart += verdict == DIFFERENCE_APART || verdict == DIFFERENCE_SINGLE;
}

static void rows_print(const struct comparison *comparison, const struct comparison_part *part,
                       bool all, uint32_t width, FILE *out, struct counts *counts)
{
    struct sim_table table;
    sim_table_init(&table, width >= WIDEST ? "lrrrrrl" : width >= WIDE ? "lrrrrl" : "lrrl");
    sim_table_cell(&table, "%s", "");
    if (width >= WIDE) {
        sim_table_cell(&table, "A");
        sim_table_cell(&table, "B");
    }
    sim_table_cell(&table, "%s", comparison->request.exact ? "largest" : "B - A");
    sim_table_cell(&table, "change");
    if (width >= WIDEST)
        sim_table_cell(&table, "effect");
    sim_table_cell(&table, "%s", "");
    uint32_t empty = table.count;
    *counts = (struct counts){0};
    for (uint32_t i = part->first; i < part->first + part->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        if (is_told(comparison, row, all))
            row_cells(&table, row, comparison->request.exact, width);
        else
            left_out_count(row, counts);
    }
    if (table.count > empty) {
        fputc('\n', out);
        sim_table_print_within(&table, width, out);
        fputc('\n', out);
    }
    sim_table_fini(&table);
}

static const char *space(const char *text)
{
    return text[0] != '\0' ? " " : "";
}

static void runs_tell(const struct comparison_part *part, uint32_t width, FILE *out)
{
    char text[600];
    size_t used;
    bool is_same = strcmp(part->experiment_a, part->experiment_b) == 0 &&
                   strcmp(part->variant_a, part->variant_b) == 0;
    if (is_same)
        snprintf(text, sizeof text, "%.100s%s%.200s: ", part->experiment_a, space(part->variant_a),
                 part->variant_a);
    else
        snprintf(text, sizeof text, "A is %.80s%s%.100s, B is %.80s%s%.100s: ", part->experiment_a,
                 space(part->variant_a), part->variant_a, part->experiment_b,
                 space(part->variant_b), part->variant_b);
    used = strlen(text);
    if (!part->is_paired)
        snprintf(text + used, sizeof text - used, "%u and %u independent runs (Welch)",
                 part->runs_a, part->runs_b);
    else
        snprintf(text + used, sizeof text - used, "%u pair%s of runs by seed%s", part->runs_a,
                 part->runs_a == 1 ? "" : "s",
                 part->is_common ? ", with common random numbers" : "");
    sim_paragraph(out, width, 0, text);
}

static void left_out_tell(const struct counts *counts, bool exact, uint32_t width, FILE *out)
{
    const struct {
        uint32_t count;
        const char *what;
    } kinds[] = {{counts->equal, "equal"},
                 {exact ? 0 : counts->apart, "apart"},
                 {exact ? 0 : counts->together, "not told apart"},
                 {exact ? counts->apart + counts->together : 0, "within their tolerance"},
                 {counts->a_alone, "of A alone"},
                 {counts->b_alone, "of B alone"}};
    char text[300];
    size_t used = 0;
    for (uint32_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].count > 0)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s %u %s",
                                     used == 0 ? "Not shown:" : ",", kinds[i].count, kinds[i].what);
    if (used == 0)
        return;
    snprintf(text + used, sizeof text - used, " (--all shows them)");
    sim_paragraph(out, width, 0, text);
}

/* Is there anything in this part that a reader must see? */
static bool is_of_interest(const struct comparison *comparison, const struct comparison_part *part,
                           bool all)
{
    for (uint32_t i = part->first; i < part->first + part->count; i++)
        if (is_told(comparison, &comparison->rows[i], all))
            return true;
    return comparison->part_count == 1;
}

/* ---- All --------------------------------------------------------------------------------- */

static void lone_print(const char *what, const char *const *names, uint32_t count, uint32_t width,
                       FILE *out)
{
    char text[500];
    for (uint32_t i = 0; i < count && i < LONE_MOST; i++) {
        snprintf(text, sizeof text, "%s: %.400s", what, names[i]);
        sim_paragraph(out, width, 0, text);
    }
    if (count > LONE_MOST) {
        snprintf(text, sizeof text, "%s: %u more", what, count - LONE_MOST);
        sim_paragraph(out, width, 0, text);
    }
}

static void legend_print(const struct comparison *comparison, uint32_t width, FILE *out)
{
    char text[200];
    uint32_t intervals = 0, apart = 0, single = 0;
    for (uint32_t i = 0; i < comparison->count; i++) {
        const struct difference *difference = &comparison->rows[i].difference;
        intervals += difference->half > 0;
        single += difference->verdict == DIFFERENCE_SINGLE;
        apart += difference->half > 0 && difference->verdict == DIFFERENCE_APART;
    }
    if (single > 0)
        sim_paragraph(out, width, 0,
                      "One run has no interval: more seeds tell what differs by chance.");
    if (intervals == 0)
        return;
    sim_paragraph(out, width, 0,
                  "+-: half of the 95% interval of B - A (Student's t). " TOGETHER_MARK
                  ": not told apart, the interval includes zero.");
    if (width >= WIDEST)
        sim_paragraph(out, width, 0, "effect: B - A in standard deviations of one run.");
    snprintf(text, sizeof text,
             "Of %u intervals %u exclude zero; chance alone lets about %.0f of so many do so.",
             intervals, apart, ceil((1 - CONFIDENCE) * intervals));
    sim_paragraph(out, width, 0, text);
}

void comparison_print(const struct comparison *comparison, bool all, uint32_t width, FILE *out)
{
    uint32_t quiet = 0;
    for (uint32_t i = 0; i < comparison->part_count; i++) {
        const struct comparison_part *part = &comparison->parts[i];
        struct counts counts;
        if (!is_of_interest(comparison, part, all)) {
            quiet++;
            continue;
        }
        runs_tell(part, width, out);
        rows_print(comparison, part, all, width, out, &counts);
        left_out_tell(&counts, comparison->request.exact, width, out);
    }
    bool all_quiet = quiet == comparison->part_count;
    if (quiet > 0)
        fprintf(out, "%u %svariant%s without a difference%s\n", quiet, all_quiet ? "" : "more ",
                quiet == 1 ? "" : "s", comparison->request.exact ? " beyond its tolerance" : "");
    if (comparison->unlike_count > 0)
        fprintf(out, "%u runs differ in samples, events or decisions\n", comparison->unlike_count);
    lone_print("A alone", comparison->missing, comparison->missing_count, width, out);
    lone_print("B alone", comparison->added, comparison->added_count, width, out);
    if (comparison->request.exact && comparison_beyond(comparison) > 0)
        sim_paragraph(out, width, 0,
                      "A and B are means over runs; largest: of the differences of one run "
                      "from the same run of the other side. !: beyond the tolerance.");
    else if (!comparison->request.exact && comparison->count > 0)
        legend_print(comparison, width, out);
}

void comparison_list(const struct comparison *comparison, enum sim_listing_form form, FILE *out)
{
    static const struct sim_column columns[] = {
        {NULL, "experiment_a", 'l'},
        {NULL, "variant_a", 'l'},
        {NULL, "experiment_b", 'l'},
        {NULL, "variant_b", 'l'},
        {NULL, "vm", 'l'},
        {NULL, "metric", 'l'},
        {NULL, "statistic", 'l'},
        {NULL, "unit", 'l'},
        {NULL, "a", 'r'},
        {NULL, "b", 'r'},
        {NULL, "difference", 'r'},
        {NULL, "half95", 'r'},
        {NULL, "relative", 'r'},
        {NULL, "effect_sd", 'r'},
        {NULL, "runs_a", 'r'},
        {NULL, "runs_b", 'r'},
        {NULL, "method", 'l'},
        {NULL, "verdict", 'l'},
        {NULL, "beyond", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, out);
    for (uint32_t i = 0; i < comparison->count; i++) {
        const struct comparison_row *row = &comparison->rows[i];
        const struct comparison_part *part = &comparison->parts[row->part];
        const struct difference *difference = &row->difference;
        sim_listing_text(&listing, part->experiment_a);
        sim_listing_text(&listing, part->variant_a);
        sim_listing_text(&listing, part->experiment_b);
        sim_listing_text(&listing, part->variant_b);
        sim_listing_text(&listing, row->vm);
        sim_listing_text(&listing, row->metric);
        sim_listing_text(&listing, outcome_of_name(row->of));
        sim_listing_text(&listing, row->unit);
        sim_listing_number(&listing, difference->mean_a, 6);
        sim_listing_number(&listing, difference->mean_b, 6);
        sim_listing_number(&listing, difference->difference, 6);
        sim_listing_number(&listing, difference->half, 2);
        sim_listing_number(&listing, difference->relative, 4);
        sim_listing_number(&listing, difference->effect, 3);
        sim_listing_count(&listing, difference->count_a);
        sim_listing_count(&listing, difference->count_b);
        sim_listing_text(&listing, part->is_paired ? "paired" : "welch");
        sim_listing_text(&listing, difference_verdict_name(difference->verdict));
        sim_listing_bool(&listing, row->beyond);
    }
    sim_listing_end(&listing);
}
