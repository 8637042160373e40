/*
 * `ballast verify`: every point of the paper beside what the runs in the database gave, with the
 * mean and the 95% interval over seeds. Fails on a miss that the experiment does not list as known.
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
        {"figure", "figure", 'l'}, {"point", "point", 'l'}, {NULL, "metric", 'l'},
        {"unit", "unit", 'l'},     {"paper", "paper", 'r'}, {"ours", "ours", 'r'},
        {"+-", "interval", 'r'},   {"runs", "runs", 'r'},   {"tolerance", "tolerance", 'l'},
        {"kind", "kind", 'l'},     {"verdict", NULL, 'l'},  {NULL, "verdict", 'l'},
        {NULL, "known_miss", 'l'}, {NULL, "source", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        const char *verdict = compare_verdict_name(row->verdict), *section = section_of(row);
        sim_listing_text(&listing, row->figure);
        sim_listing_text(&listing, row->point.point);
        sim_listing_text(&listing, row->point.metric);
        sim_listing_text(&listing, row->point.unit);
        sim_listing_number(&listing, row->point.paper, 4);
        sim_listing_number(&listing, row->ours.mean, 4);
        sim_listing_number(&listing, row->ours.half, 2);
        sim_listing_count(&listing, row->ours.count);
        sim_listing_text(&listing, row->point.tolerance_text);
        sim_listing_text(&listing, row->point.kind);
        sim_listing_format(&listing, "%s%s%s", verdict, *section != '\0' ? ": " : "", section);
        sim_listing_text(&listing, verdict);
        sim_listing_text(&listing, row->point.known_miss);
        sim_listing_text(&listing, row->point.source);
    }
    sim_listing_end(&listing);
}

static void print_summary(const struct verify *verify)
{
    const uint32_t *verdicts = verify->verdicts;
    printf("\n%u points: %u pass, %u MISS, %u known misses", verify->count, verdicts[COMPARE_PASS],
           verdicts[COMPARE_MISS], verdicts[COMPARE_KNOWN_MISS]);
    if (verdicts[COMPARE_KNOWN_MISS_PASSES] > 0)
        printf(", %u known misses that PASS", verdicts[COMPARE_KNOWN_MISS_PASSES]);
    printf(", %u without data, %u only shown\n", verdicts[COMPARE_NO_DATA],
           verdicts[COMPARE_SHOWN]);
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
        if (options->form != SIM_LISTING_JSON)
            print_summary(&verify);
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
        "of the runs with its 95% interval over seeds, the tolerance, the kind (construction,\n"
        "calibrated, interpolated, predicted: only the last is evidence) and the verdict.\n\n"
        "A known miss is judged like every point, and its verdict tells if it passes. The exit\n"
        "status is 1 if a point misses that is not listed as a known miss, or has no data.\n",
    .examples = "  ballast verify\n"
                "  ballast verify fig7_idle_tax --json\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = verify_command,
};
