/*
 * `ballast verify`: every point of the paper beside what the runs in the database gave, with the
 * mean and the 95% interval over seeds; then the verdicts by kind. Fails on a miss that the
 * experiment does not list as known.
 */
#include <stdio.h>

#include "ballast/cli/command.h"
#include "ballast/report/verify.h"

/* The section that explains a miss, for the verdicts that have one. */
static const char *section_of(const struct verify_row *row)
{
    bool is_listed =
        row->verdict == COMPARE_KNOWN_MISS || row->verdict == COMPARE_KNOWN_MISS_PASSES;
    return is_listed ? row->point.known_miss : "";
}

static void print_rows(const struct verify *verify, enum sim_listing_form form)
{
    static const struct sim_column columns[] = {
        {"figure", "figure", 'l'}, {"point", "point", 'l'},
        {NULL, "metric", 'l'},     {"unit", "unit", 'l'},
        {"paper", "paper", 'r'},   {"ours", "ours", 'r'},
        {"+-", "interval", 'r'},   {NULL, "reading_error", 'r'},
        {"runs", "runs", 'r'},     {"tolerance", "tolerance", 'l'},
        {"reason", "reason", 'l'}, {"kind", NULL, 'l'},
        {NULL, "kind", 'l'},       {NULL, "repeats", 'l'},
        {"verdict", NULL, 'l'},    {NULL, "verdict", 'l'},
        {NULL, "known_miss", 'l'}, {NULL, "source", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        const char *verdict = compare_verdict_name(row->verdict), *section = section_of(row);
        const char *kind = compare_kind_name(row->point.kind);
        sim_listing_text(&listing, row->figure);
        sim_listing_text(&listing, row->point.point);
        sim_listing_text(&listing, row->point.metric);
        sim_listing_text(&listing, row->point.unit);
        sim_listing_number(&listing, row->point.paper, 4);
        sim_listing_number(&listing, row->ours.mean, 4);
        sim_listing_number(&listing, row->ours.half, 2);
        sim_listing_number(&listing, row->point.reading_error, 4);
        sim_listing_count(&listing, row->ours.count);
        sim_listing_text(&listing, row->point.tolerance_text);
        sim_listing_text(&listing, row->point.reason);
        sim_listing_format(&listing, "%s%s", kind, row->point.repeats[0] != '\0' ? ", again" : "");
        sim_listing_text(&listing, kind);
        sim_listing_text(&listing, row->point.repeats);
        sim_listing_format(&listing, "%s%s%s", verdict, *section != '\0' ? ": " : "", section);
        sim_listing_text(&listing, verdict);
        sim_listing_text(&listing, row->point.known_miss);
        sim_listing_text(&listing, row->point.source);
    }
    sim_listing_end(&listing);
}

/* ---- Counts ------------------------------------------------------------------------------ */

static uint32_t count_judged(const uint32_t verdicts[COMPARE_VERDICTS])
{
    uint32_t judged = 0;
    for (uint32_t i = 0; i < COMPARE_VERDICTS; i++)
        judged += i == COMPARE_SHOWN ? 0 : verdicts[i];
    return judged;
}

static void count_row(struct sim_listing *listing, const char *kind,
                      const uint32_t verdicts[COMPARE_VERDICTS])
{
    sim_listing_text(listing, kind);
    sim_listing_count(listing, count_judged(verdicts));
    for (uint32_t i = 0; i < COMPARE_VERDICTS; i++)
        sim_listing_count(listing, verdicts[i]);
}

/* One row for each kind. The predictions come first, and of them those that repeat no other. */
static void print_kinds(const struct verify *verify, enum sim_listing_form form)
{
    struct sim_column columns[2 + COMPARE_VERDICTS] = {{"kind", NULL, 'l'}, {"judged", NULL, 'r'}};
    struct sim_listing listing;
    for (uint32_t i = 0; i < COMPARE_VERDICTS; i++)
        columns[2 + i] =
            (struct sim_column){compare_verdict_name((enum compare_verdict)i), NULL, 'r'};
    printf("\n");
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < COMPARE_KINDS; i++) {
        count_row(&listing, compare_kind_name((enum compare_kind)i), verify->kinds[i]);
        if (i == COMPARE_PREDICTED)
            count_row(&listing, "of them independent", verify->independent);
    }
    sim_listing_end(&listing);
}

static void print_summary(const struct verify *verify)
{
    const uint32_t *verdicts = verify->verdicts, *independent = verify->independent;
    printf("\n%u points: %u pass, %u MISS, %u known misses", verify->count, verdicts[COMPARE_PASS],
           verdicts[COMPARE_MISS], verdicts[COMPARE_KNOWN_MISS]);
    if (verdicts[COMPARE_KNOWN_MISS_PASSES] > 0)
        printf(", %u known misses that PASS", verdicts[COMPARE_KNOWN_MISS_PASSES]);
    printf(", %u without data, %u only shown\n", verdicts[COMPARE_NO_DATA],
           verdicts[COMPARE_SHOWN]);
    printf("%u predictions, %u of them independent; of these %u pass\n",
           count_judged(verify->kinds[COMPARE_PREDICTED]), count_judged(independent),
           independent[COMPARE_PASS] + independent[COMPARE_KNOWN_MISS_PASSES]);
}

struct options {
    const char *db;
    struct config_sets sets;
    int form; /* enum sim_listing_form */
};

static int verify_command(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct verify verify;
    int status =
        verify_make(&verify, options->db, &options->sets, line->operands, line->count, error);
    if (status == SIM_OK) {
        print_rows(&verify, (enum sim_listing_form)options->form);
        if (options->form != SIM_LISTING_JSON) {
            print_kinds(&verify, (enum sim_listing_form)options->form);
            print_summary(&verify);
        }
        status = verify_status(&verify, error);
    }
    verify_fini(&verify);
    return status;
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    COMMAND_ROW_SET(options, "compare the runs that were made with the same --set"),
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_MARKDOWN(options),
};

const struct command command_verify = {
    .name = "verify",
    .operands = "[EXPERIMENT...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Compares runs with the paper",
    .text =
        "Prints one row for each point of experiments/NAME/paper.csv: the paper's value, the mean\n"
        "of the runs with its 95% interval over seeds, the tolerance with its reason, the kind\n"
        "(predicted, conditional, calibrated, interpolated, construction: only the first is\n"
        "evidence) and the verdict. `again` marks a point that nearly repeats another. Then come\n"
        "the verdicts by kind, and how many predictions there are, near-duplicates counted "
        "once.\n\n"
        "A point passes where the interval, widened by the error of reading the paper's figure,\n"
        "overlaps the tolerance.\n\n"
        "A known miss is judged like every point, and its verdict tells if it passes. The exit\n"
        "status is 1 if a point misses that is not listed as a known miss, or has no data.\n",
    .examples = "  ballast verify\n"
                "  ballast verify fig7_idle_tax --json\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = verify_command,
};
