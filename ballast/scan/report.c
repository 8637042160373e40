/*
 * The report of `ballast scan`. All tables but the one over time are about the last moment.
 */
#include "ballast/scan/report.h"

#include <inttypes.h>
#include <math.h>

#include "sim/json.h"
#include "sim/table.h"

/* More do not fit on a line. JSON has them all. */
#define MATRIX_VMS_MOST (SIM_TABLE_COLUMNS_MOST - 1)

/* The counts of a VM, or of all together: as columns, and as keys of JSON. */
static const struct {
    const char *head, *key;
    bool has_percent; /* of all pages: a column of its own */
    size_t offset;    /* in struct scan_counts */
} counted[] = {
#define COUNTED(head, name, has_percent)                                                           \
    {                                                                                              \
        head, #name, has_percent, offsetof(struct scan_counts, name)                               \
    }
    COUNTED("total", total_pages, false),
    COUNTED("zero", zero_pages, false),
    COUNTED("distinct", distinct_pages, false),
    COUNTED("shared", shared_pages, true),
    COUNTED("reclaimed", reclaimed_pages, true),
    COUNTED("by zero page", zero_reclaimed_pages, false),
    COUNTED("self", self_reclaimed_pages, false),
    COUNTED("inter-VM", inter_reclaimed_pages, false),
};
#define COUNTED_COUNT (sizeof counted / sizeof *counted)

static uint64_t count_of(const struct scan_counts *counts, size_t which)
{
    const void *at = (const char *)counts + counted[which].offset;
    return *(const uint64_t *)at;
}

static const struct scan_moment *last_moment(const struct scan_report *report)
{
    return &report->at[report->moments - 1];
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole > 0 ? 100 * (double)part / (double)whole : 0;
}

/* The mean time that a shareable page stays shareable, from the share of pages that did: under the
 * assumption that each is as likely to end at any time. In the unit of `elapsed`; infinite where
 * all survived, NAN where none did. */
static double mean_life(const struct scan_change *change, double elapsed)
{
    if (change->shareable_pages == 0 || change->surviving_pages == 0)
        return NAN;
    return -elapsed / log((double)change->surviving_pages / (double)change->shareable_pages);
}

/* ---- Tables ------------------------------------------------------------------------------ */

static void print_images(const struct scan_report *report, FILE *out)
{
    static const char *const heads[] = {"VM", "image", "format", "pages", "highest", "holes"};
    struct sim_table table;

    sim_table_init(&table, "lllrrr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        sim_table_cell(&table, "%s", heads[i]);
    for (uint32_t vm = 0; vm < report->vms; vm++) {
        const struct scan_image *image = &last_moment(report)->images[vm];
        sim_table_cell(&table, "%s", report->names[vm]);
        sim_table_cell(&table, "%s", image->path);
        sim_table_cell(&table, "%s", image->facts.format);
        sim_table_cell(&table, "%" PRIu32, image->facts.pages);
        sim_table_cell(&table, "0x%" PRIx64, image->facts.highest_ppn);
        sim_table_cell(&table, "%" PRIu32, image->facts.holes);
    }
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

static void counts_row(struct sim_table *table, const char *name, const struct scan_counts *counts)
{
    sim_table_cell(table, "%s", name);
    for (size_t i = 0; i < COUNTED_COUNT; i++) {
        uint64_t pages = count_of(counts, i);
        sim_table_cell(table, "%" PRIu64, pages);
        if (counted[i].has_percent)
            sim_table_cell(table, "%.1f", percent(pages, counts->total_pages));
    }
}

static void print_counts(const struct scan_report *report, FILE *out)
{
    const struct scan_result *result = &last_moment(report)->result;
    struct sim_table table;

    fprintf(out, "\nPages; each VM alone, and all together\n\n");
    sim_table_init(&table, "lrrrrrrrrrr");
    sim_table_cell(&table, "VM");
    for (size_t i = 0; i < COUNTED_COUNT; i++) {
        sim_table_cell(&table, "%s", counted[i].head);
        if (counted[i].has_percent)
            sim_table_cell(&table, "%%");
    }
    for (uint32_t vm = 0; vm < report->vms; vm++)
        counts_row(&table, report->names[vm], &result->alone[vm]);
    counts_row(&table, "together", &result->together);
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

static void print_savings(const struct scan_report *report, FILE *out)
{
    const struct scan_moment *moment = last_moment(report);
    const struct scan_counts *together = &moment->result.together;
    double mb = moment->images[0].facts.page_bytes / 1048576.0;

    fprintf(out, "\nSharing would save %.1f of %.1f MB (%.1f%%).\n",
            (double)together->reclaimed_pages * mb, (double)together->total_pages * mb,
            percent(together->reclaimed_pages, together->total_pages));
    fprintf(out,
            "With salting (inside a VM only) it would save %.1f MB: %.1f MB less, %.1f%% of the "
            "saving.\n",
            (double)together->self_reclaimed_pages * mb,
            (double)together->inter_reclaimed_pages * mb,
            percent(together->inter_reclaimed_pages, together->reclaimed_pages));
    if (moment->result.false_matches > 0)
        fprintf(out, "%" PRIu64 " pages had the hash of a different page and were left alone.\n",
                moment->result.false_matches);
    if (moment->images[0].facts.hash_bits == 32)
        fprintf(
            out,
            "Hashes of 32 bits: about %.0f pairs of different pages are expected to look equal.\n",
            scan_false_pairs(together->distinct_pages));
    if (moment->images[0].facts.hash_bits != 0 && !moment->images[0].facts.has_zero_hash)
        fprintf(out, "The hash of the zero page is not known: zero pages are not told apart "
                     "(--zero-hash).\n");
}

static void print_matrix(const struct scan_report *report, FILE *out)
{
    char alignment[SIM_TABLE_COLUMNS_MOST + 1] = "l";
    struct sim_table table;

    if (report->vms < 2)
        return;
    if (report->vms > MATRIX_VMS_MOST) {
        fprintf(out, "\nThe matrix of %" PRIu32 " VMs is in the output of --json.\n", report->vms);
        return;
    }
    fprintf(out, "\nContents that two VMs have in common: pages that sharing between them would "
                 "reclaim.\nOn the diagonal, what the VM would reclaim alone.\n\n");
    for (uint32_t i = 0; i < report->vms; i++)
        alignment[i + 1] = 'r';
    alignment[report->vms + 1] = '\0';
    sim_table_init(&table, alignment);
    sim_table_cell(&table, "VM");
    for (uint32_t vm = 0; vm < report->vms; vm++)
        sim_table_cell(&table, "%s", report->names[vm]);
    for (uint32_t vm = 0; vm < report->vms; vm++) {
        sim_table_cell(&table, "%s", report->names[vm]);
        for (uint32_t other = 0; other < report->vms; other++)
            sim_table_cell(&table, "%" PRIu64,
                           *scan_common(&last_moment(report)->result, vm, other));
    }
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

static void life_cell(struct sim_table *table, double life, bool is_in_seconds)
{
    if (isnan(life))
        sim_table_cell(table, "-");
    else if (isinf(life))
        sim_table_cell(table, "no end seen");
    else
        sim_table_cell(table, is_in_seconds ? "%.0f s" : "%.1f", life);
}

static void time_cell(struct sim_table *table, const struct scan_moment *moment, uint32_t number)
{
    if (isnan(moment->at_s))
        sim_table_cell(table, "#%" PRIu32, number + 1);
    else
        sim_table_cell(table, "%.10g s", moment->at_s);
}

static void print_time(const struct scan_report *report, FILE *out)
{
    static const char *const heads[] = {
        "at",        "shared %",         "reclaimed %", "changed %", "still shareable %",
        "mean life", "since the first %"};
    struct sim_table table;

    if (report->moments < 2)
        return;
    fprintf(
        out,
        "\nOver time. changed: the content differs from the moment before. still shareable: of "
        "the\n"
        "pages that could be shared at the moment before, those that are unchanged and can be "
        "shared\nnow. mean life: how long a page stays shareable at that rate. since the first: "
        "still\nshareable, from the first moment on.\n\n");
    sim_table_init(&table, "rrrrrrr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        sim_table_cell(&table, "%s", heads[i]);
    for (uint32_t i = 0; i < report->moments; i++) {
        const struct scan_moment *moment = &report->at[i];
        const struct scan_counts *together = &moment->result.together;
        const struct scan_change *last = &moment->since_last, *first = &moment->since_first;
        time_cell(&table, moment, i);
        sim_table_cell(&table, "%.1f", percent(together->shared_pages, together->total_pages));
        sim_table_cell(&table, "%.1f", percent(together->reclaimed_pages, together->total_pages));
        if (i == 0) {
            for (uint32_t empty = 0; empty < 4; empty++)
                sim_table_cell(&table, "%s", "");
            continue;
        }
        bool has_times = !isnan(moment->at_s);
        sim_table_cell(&table, "%.1f", percent(last->changed_pages, last->pages));
        sim_table_cell(&table, "%.1f", percent(last->surviving_pages, last->shareable_pages));
        life_cell(&table, mean_life(last, has_times ? moment->at_s - moment[-1].at_s : 1),
                  has_times);
        sim_table_cell(&table, "%.1f", percent(first->surviving_pages, first->shareable_pages));
    }
    sim_table_print(&table, out);
    sim_table_fini(&table);
}

void scan_report_print(const struct scan_report *report, FILE *out)
{
    print_images(report, out);
    print_counts(report, out);
    print_savings(report, out);
    print_matrix(report, out);
    print_time(report, out);
}

/* ---- JSON -------------------------------------------------------------------------------- */

static void json_counts(struct sim_json *json, const struct scan_counts *counts)
{
    for (size_t i = 0; i < COUNTED_COUNT; i++)
        sim_json_number(json, counted[i].key, (double)count_of(counts, i));
}

static void json_vm(struct sim_json *json, const struct scan_report *report,
                    const struct scan_moment *moment, uint32_t vm)
{
    const struct scan_image *image = &moment->images[vm];

    sim_json_open_object(json, NULL);
    sim_json_text(json, "vm", report->names[vm]);
    sim_json_text(json, "file", image->path);
    sim_json_text(json, "format", image->facts.format);
    sim_json_number(json, "highest_ppn", (double)image->facts.highest_ppn);
    sim_json_number(json, "holes", image->facts.holes);
    sim_json_number(json, "hole_pages", (double)image->facts.hole_pages);
    json_counts(json, &moment->result.alone[vm]);
    sim_json_open_list(json, "common_pages"); /* with each VM */
    for (uint32_t other = 0; other < report->vms; other++)
        sim_json_number(json, NULL, (double)*scan_common(&moment->result, vm, other));
    sim_json_close_list(json);
    sim_json_close_object(json);
}

static void json_change(struct sim_json *json, const char *key, const struct scan_change *change,
                        double elapsed_s)
{
    sim_json_open_object(json, key);
    sim_json_number(json, "pages", (double)change->pages);
    sim_json_number(json, "changed_pages", (double)change->changed_pages);
    sim_json_number(json, "shareable_pages", (double)change->shareable_pages);
    sim_json_number(json, "surviving_pages", (double)change->surviving_pages);
    sim_json_number(json, "elapsed_s", elapsed_s);
    sim_json_number(json, "mean_life_s", mean_life(change, elapsed_s));
    sim_json_close_object(json);
}

static void json_moment(struct sim_json *json, const struct scan_report *report, uint32_t number)
{
    const struct scan_moment *moment = &report->at[number];

    sim_json_number(json, "at_s", moment->at_s);
    sim_json_open_object(json, "together");
    json_counts(json, &moment->result.together);
    sim_json_number(json, "lost_to_salting_pages",
                    (double)moment->result.together.inter_reclaimed_pages);
    sim_json_number(json, "false_matches", (double)moment->result.false_matches);
    if (moment->images[0].facts.hash_bits == 32)
        sim_json_number(json, "expected_false_pairs",
                        scan_false_pairs(moment->result.together.distinct_pages));
    sim_json_close_object(json);
    sim_json_open_list(json, "vms");
    for (uint32_t vm = 0; vm < report->vms; vm++)
        json_vm(json, report, moment, vm);
    sim_json_close_list(json);
    if (number > 0) {
        json_change(json, "since_last", &moment->since_last, moment->at_s - moment[-1].at_s);
        json_change(json, "since_first", &moment->since_first, moment->at_s - report->at[0].at_s);
    }
}

void scan_report_json(const struct scan_report *report, FILE *out)
{
    const struct tr_snapshot_facts *facts = &report->at[0].images[0].facts;
    struct sim_json json;

    sim_json_begin(&json, out);
    sim_json_open_object(&json, NULL);
    sim_json_number(&json, "page_bytes", facts->page_bytes);
    sim_json_number(&json, "hash_bits", facts->hash_bits); /* 0: real bytes */
    json_moment(&json, report, report->moments - 1);
    sim_json_open_list(&json, "over_time");
    for (uint32_t i = 0; i < report->moments; i++) {
        sim_json_open_object(&json, NULL);
        json_moment(&json, report, i);
        sim_json_close_object(&json);
    }
    sim_json_close_list(&json);
    sim_json_close_object(&json);
    sim_json_end(&json);
}
