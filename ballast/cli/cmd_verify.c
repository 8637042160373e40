/*
 * `ballast verify`: every point of the paper, and every expectation of an own experiment, beside
 * what the runs in the database gave, with the mean and the 95% interval over seeds. Fails on a
 * miss that the experiment does not list as known.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/report/ci.h"
#include "ballast/report/verify.h"
#include "sim/quantity_read.h"

static bool is_expectation(const struct verify_row *row)
{
    return row->point.kind == COMPARE_EXPECTED;
}

/* The section that explains a miss, for the verdicts that have one. */
static const char *section_of(const struct verify_row *row)
{
    bool is_listed =
        row->verdict == COMPARE_KNOWN_MISS || row->verdict == COMPARE_KNOWN_MISS_PASSES;
    return is_listed ? row->point.known_miss : "";
}

/* Points of the paper; as JSON the expectations too, in the same form. */
static void print_points(const struct verify *verify, enum sim_listing_form form)
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
        {NULL, "note", 'l'},       {NULL, "known_miss", 'l'},
        {NULL, "source", 'l'},
    };
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        if (form != SIM_LISTING_JSON && is_expectation(row))
            continue;
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
        sim_listing_text(&listing, row->note);
        sim_listing_text(&listing, row->point.known_miss);
        sim_listing_text(&listing, row->point.source);
    }
    sim_listing_end(&listing);
}

/* Are there expectations of several experiments? */
static bool are_several(const struct verify *verify)
{
    const char *first = NULL;
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        if (!is_expectation(row))
            continue;
        if (first != NULL && strcmp(first, row->figure) != 0)
            return true;
        first = row->figure;
    }
    return false;
}

/* The verdict stands first, so that a narrow terminal shows it. */
static void print_expectations(const struct verify *verify, enum sim_listing_form form)
{
    static const struct sim_column columns[] = {{"verdict", NULL, 'l'}, {"expectation", NULL, 'l'},
                                                {"found", NULL, 'r'},   {"+-", NULL, 'r'},
                                                {"unit", NULL, 'l'},    {"runs", NULL, 'r'},
                                                {"expected", NULL, 'l'}};
    struct sim_listing listing;
    bool several = are_several(verify);
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (uint32_t i = 0; i < verify->count; i++) {
        const struct verify_row *row = &verify->rows[i];
        if (!is_expectation(row))
            continue;
        sim_listing_text(&listing, compare_verdict_name(row->verdict));
        sim_listing_format(&listing, "%s%s%s", several ? row->figure : "", several ? ": " : "",
                           row->point.point);
        sim_listing_number(&listing, row->ours.mean, 4);
        sim_listing_number(&listing, row->ours.half, 2);
        sim_listing_text(&listing, row->point.unit);
        sim_listing_count(&listing, row->ours.count);
        sim_listing_text(&listing, row->expected);
    }
    sim_listing_end(&listing);
    for (uint32_t i = 0; i < verify->count; i++)
        if (verify->rows[i].note[0] != '\0')
            printf("\n%s: %s: %s\n", compare_verdict_name(verify->rows[i].verdict),
                   verify->rows[i].point.point, verify->rows[i].note);
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
    for (uint32_t i = 0; i < COMPARE_EXPECTED; i++) {
        count_row(&listing, compare_kind_name((enum compare_kind)i), verify->kinds[i]);
        if (i == COMPARE_PREDICTED)
            count_row(&listing, "of them independent", verify->independent);
    }
    sim_listing_end(&listing);
}

static void print_points_summary(const struct verify *verify, uint32_t expectations)
{
    const uint32_t *independent = verify->independent;
    uint32_t verdicts[COMPARE_VERDICTS];
    for (uint32_t i = 0; i < COMPARE_VERDICTS; i++)
        verdicts[i] = verify->verdicts[i] - verify->kinds[COMPARE_EXPECTED][i];
    printf("\n%u points: %u pass, %u MISS, %u known misses", verify->count - expectations,
           verdicts[COMPARE_PASS], verdicts[COMPARE_MISS], verdicts[COMPARE_KNOWN_MISS]);
    if (verdicts[COMPARE_KNOWN_MISS_PASSES] > 0)
        printf(", %u known misses that PASS", verdicts[COMPARE_KNOWN_MISS_PASSES]);
    printf(", %u without data, %u only shown\n", verdicts[COMPARE_NO_DATA],
           verdicts[COMPARE_SHOWN]);
    printf("%u predictions, %u of them independent; of these %u pass\n",
           count_judged(verify->kinds[COMPARE_PREDICTED]), count_judged(independent),
           independent[COMPARE_PASS] + independent[COMPARE_KNOWN_MISS_PASSES]);
}

static void print_all(const struct verify *verify, enum sim_listing_form form)
{
    const uint32_t *expected = verify->kinds[COMPARE_EXPECTED];
    uint32_t expectations = count_judged(expected);
    if (form == SIM_LISTING_JSON || verify->count > expectations)
        print_points(verify, form);
    if (form == SIM_LISTING_JSON)
        return;
    if (verify->count > expectations) {
        print_kinds(verify, form);
        print_points_summary(verify, expectations);
    }
    if (expectations > 0) {
        printf("%s", verify->count > expectations ? "\n" : "");
        print_expectations(verify, form);
        printf("\n%u expectation%s: %u pass, %u MISS, %u without data\n", expectations,
               expectations == 1 ? "" : "s", expected[COMPARE_PASS], expected[COMPARE_MISS],
               expected[COMPARE_NO_DATA]);
    }
    for (uint32_t i = 0; i < verify->left_count; i++)
        printf("%s%s%s", i == 0 ? "\nNot judged within the budget: " : ", ", verify->left[i],
               i + 1 == verify->left_count ? "\n" : "");
}

struct options {
    const char *db;
    struct config_sets sets;
    int form; /* enum sim_listing_form */
    bool tap;
    const char *junit;
    double budget_s;
};

static int junit_write(const struct verify *verify, const char *path, struct sim_error *error)
{
    FILE *out = fopen(path, "w");
    if (out == NULL)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a file that can be written: %s", path,
                             strerror(errno));
    ci_junit(verify, out);
    bool written = !ferror(out);
    if (fclose(out) != 0 || !written)
        return sim_error_set(error, SIM_SYSTEM, "%s: cannot be written: %s", path, strerror(errno));
    return SIM_OK;
}

static int take_budget(const char *text, void *field, struct sim_error *error)
{
    double *budget_s = field;
    if (sim_quantity_read(text, "s", budget_s) == SIM_QUANTITY_OK && *budget_s > 0 &&
        *budget_s < 1e9)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "--budget: expected a time such as 30s, 5min or 1h, found '%s'", text);
}

static int verify_command(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct verify verify;
    struct verify_options how = {
        .db_path = options->db, .sets = &options->sets, .budget_s = options->budget_s};
    int status = verify_make(&verify, &how, line->operands, line->count, error);
    if (status == SIM_OK && options->tap)
        ci_tap(&verify, stdout);
    else if (status == SIM_OK)
        print_all(&verify, (enum sim_listing_form)options->form);
    if (status == SIM_OK && options->junit != NULL)
        status = junit_write(&verify, options->junit, error);
    if (status == SIM_OK)
        status = verify_status(&verify, error);
    verify_fini(&verify);
    return status;
}

static const struct option_row rows[] = {
    COMMAND_ROW_DB(options),
    COMMAND_ROW_SET(options, "compare the runs that were made with the same --set"),
    COMMAND_ROW_JSON(options),
    COMMAND_ROW_MARKDOWN(options),
    {.name = "tap",
     .type = OPTION_FLAG,
     OPTION_IN(options, tap),
     .help = "print the verdicts in the Test Anything Protocol"},
    {.name = "junit",
     .type = OPTION_FILE,
     .argument = "FILE",
     OPTION_IN(options, junit),
     .help = "also write the verdicts as JUnit XML"},
    {.name = "budget",
     .type = OPTION_OTHER,
     .argument = "TIME",
     OPTION_IN(options, budget_s),
     .take = take_budget,
     .help = "judge no longer than this, such as 30s or 5min; what is left is named"},
};

const struct command command_verify = {
    .name = "verify",
    .operands = "[EXPERIMENT|FILE.yaml...]",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Compares runs with the paper, or with own expectations",
    .text =
        "Expectations stand in expect.csv beside a configuration: a value, an interval, how a\n"
        "metric goes along a key, or the order of two variants. experiments/README.md lists its\n"
        "columns. A value passes where the mean of the runs lies in it; an order or a slope where\n"
        "the 95% interval of the difference, run by run of equal seed, lies beyond 0.\n\n"
        "For each point of experiments/NAME/paper.csv: the paper's value, the mean of the runs\n"
        "with its 95% interval over seeds, the tolerance with its reason, the kind (predicted,\n"
        "conditional, calibrated, interpolated, construction: only the first is evidence) and the\n"
        "verdict. `again` marks a point that nearly repeats another. Then come the verdicts by\n"
        "kind, and how many predictions there are, near-duplicates counted once.\n\n"
        "A point passes where the interval, widened by the error of reading the paper's figure,\n"
        "overlaps the tolerance.\n\n"
        "A known miss is judged like every point, and its verdict tells if it passes. The exit\n"
        "status is 1 if something misses that is not listed as a known miss, or has no data. It "
        "is\n"
        "1 too if --budget leaves something unjudged: 0 says that all of it holds.\n",
    .examples = "  ballast verify\n"
                "  ballast verify fig7_idle_tax --json\n"
                "  ballast verify mine/config.yaml --db mine.db\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = verify_command,
};
