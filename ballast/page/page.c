/*
 * The report, from its head to its end: one part for each experiment.
 *
 * The page is written beside its target and renamed, so that there is a whole page or none.
 */
#include "ballast/page/page.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ballast/page/html.h"
#include "ballast/page/internal.h"
#include "ballast/page/svg.h"
#include "ballast/report/choice.h"
#include "ballast/run/chosen.h"
#include "sim/file.h"
#include "sim/memory.h"
#include "sim/progress.h"
#include "sim/quantity.h"

/* One experiment of the page. */
struct part {
    char operand[PATH_BYTES]; /* as the user names it */
    char name[CONFIG_NAME_BYTES], title[SIM_ROW_TEXT_BYTES], of_paper[SIM_ROW_TEXT_BYTES];
    uint32_t runs;
    double sim_s, wall_s; /* of all of them */
};

struct page {
    const struct page_options *options;
    FILE *out;
    struct results *db;
    struct verify verify;
    struct part *parts;
    uint32_t count;
    bool has_symbols;
};

static const struct config_sets no_sets;

/* ---- Which experiments ------------------------------------------------------------------- */

static bool take_cost(void *context, const struct results_value *values, uint32_t count)
{
    struct part *part = context;
    if (count == 2) {
        part->sim_s = values[0].number;
        part->wall_s = values[1].number;
    }
    return false;
}

/* Adds an experiment that has runs. `named`: the user asked for it, so that it must have some. */
static int part_add(struct page *page, const char *operand, bool named, struct sim_error *error)
{
    struct config_file *file;
    struct experiment_config config;
    uint32_t runs = 0;
    int status = home_config_load(operand, &file, error);
    if (status != SIM_OK)
        return status;
    status = config_resolve(file, 0, NULL, 0, &config, error);
    config_file_free(file);
    if (status != SIM_OK)
        return status;
    status = chosen_all(page->db, config.name, &runs, error);
    if (status == SIM_OK && runs == 0 && named)
        status = chosen_refuse_none(page->options->db_path, operand, &no_sets, error);
    if (status == SIM_OK && runs > 0) {
        page->parts =
            sim_memory_need(realloc(page->parts, (page->count + 1) * sizeof *page->parts));
        struct part *part = &page->parts[page->count++];
        *part = (struct part){.runs = runs};
        snprintf(part->operand, sizeof part->operand, "%s", operand);
        snprintf(part->name, sizeof part->name, "%s", config.name);
        snprintf(part->title, sizeof part->title, "%s",
                 config.title[0] != '\0' ? config.title : config.name);
        snprintf(part->of_paper, sizeof part->of_paper, "%s", config.figure);
        status = results_query(page->db,
                               "SELECT total(sim_s), total(wall_s) FROM chosen JOIN run"
                               " USING (run_id)",
                               NULL, 0, take_cost, part, error);
    }
    config_fini(&config);
    return status;
}

static int parts_find(struct page *page, struct sim_error *error)
{
    const struct page_options *options = page->options;
    struct home_names all = {0};
    int status = options->count == 0 ? home_experiments(&all, error) : SIM_OK;
    for (uint32_t i = 0; i < options->count && status == SIM_OK; i++)
        status = part_add(page, options->names[i], true, error);
    for (uint32_t i = 0; i < all.count && status == SIM_OK; i++)
        status = part_add(page, all.names[i], false, error);
    home_names_fini(&all);
    if (status == SIM_OK && page->count == 0)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a finished run of an experiment, found none; "
                               "`ballast report FILE.yaml` reports on an own one",
                               options->db_path);
    return status;
}

/* Experiments that have nothing to compare with are no error here. */
static int verdicts_make(struct page *page, struct sim_error *error)
{
    struct verify_options options = {.db_path = page->options->db_path, .sets = &no_sets};
    int status =
        verify_make(&page->verify, &options, page->options->names, page->options->count, error);
    if (status != SIM_USAGE)
        return status;
    *error = (struct sim_error){0};
    return SIM_OK;
}

/* ---- Figures ----------------------------------------------------------------------------- */

static const char *heading_of(enum figure_kind kind)
{
    switch (kind) {
    case FIGURE_RUN:
        return "One run over time";
    case FIGURE_SWEEP:
        return "What was varied";
    default:
        return "The experiment's figure";
    }
}

static void figure_write(struct page *page, const char *heading, const char *title, const char *svg,
                         const char *axes)
{
    char label[1400];
    if (!page->has_symbols)
        svg_symbols(page->out, svg);
    page->has_symbols = true;
    snprintf(label, sizeof label, "%s. %s", heading, title);
    fputs("<figure class=\"figure\"><figcaption><h3>", page->out);
    html_text(page->out, heading);
    fputs("</h3></figcaption><div class=\"canvas\" tabindex=\"0\">", page->out);
    svg_write(page->out, svg, axes, label);
    fputs("</div></figure>\n", page->out);
}

/* What gnuplot writes lies in memory, so a report that is killed leaves no file. */
static int figure_draw_here(struct page *page, struct figure *figure, const char *heading,
                            struct sim_error *error)
{
    char axes_path[40], *svg = NULL, *axes = NULL;
    size_t bytes;
    int file = memfd_create("axes", 0);
    if (file < 0)
        return sim_error_set(error, SIM_SYSTEM, "a file in memory: %s", strerror(errno));
    FILE *out = sim_memory_stream(&svg, &bytes);
    snprintf(axes_path, sizeof axes_path, "/proc/self/fd/%d", file);
    figure->axes = axes_path;
    int status = figure_print(figure, page->db, out, "svg", error);
    fclose(out);
    if (status == SIM_OK)
        status = sim_file_text(axes_path, &axes, error);
    if (status == SIM_OK)
        figure_write(page, heading, figure->title, svg, axes);
    close(file);
    free(svg);
    free(axes);
    return status;
}

/* What gnuplot says of one figure is no reason to have no report. */
static bool is_fatal(const struct sim_error *error)
{
    return error->status == SIM_SYSTEM && strstr(error->text, ": gnuplot: ") == NULL;
}

/* A figure that cannot be drawn from these runs leaves a note. */
static int figure_put(struct page *page, struct figure *figure, const char *heading,
                      struct sim_error *error)
{
    int status = figure_draw_here(page, figure, heading, error);
    if (status == SIM_OK || is_fatal(error))
        return status;
    fputs("<p class=\"note\">A figure is missing: ", page->out);
    html_text(page->out, error->text);
    fputs("</p>\n", page->out);
    *error = (struct sim_error){0};
    return SIM_OK;
}

static bool take_any(void *context, const struct results_value *values, uint32_t count)
{
    (void)values;
    *(bool *)context = count > 0;
    return false;
}

/* What the governor decided in the run that `chosen` has, where it decided something. */
static int decisions_draw(struct page *page, const struct figure *run, struct sim_error *error)
{
    struct figure figure = *run;
    bool any = false;
    snprintf(figure.caption.runs, sizeof figure.caption.runs, "seed %s of %.350s",
             run->caption.seed, run->caption.runs);
    int status =
        results_query(page->db, "SELECT 1 FROM chosen JOIN decision USING (run_id) LIMIT 1", NULL,
                      0, take_any, &any, error);
    if (status != SIM_OK || !any)
        return status;
    status = figure_shared(&figure, "explain", error);
    return status == SIM_OK ? figure_put(page, &figure, "What the governor decided", error)
                            : status;
}

static int figure_make(struct page *page, const char *operand, enum figure_kind kind,
                       struct sim_error *error)
{
    struct figure_wish wish = {.kind = kind, .sets = &no_sets, .optional = true};
    struct figure figure;
    bool found;
    int status =
        figure_choose(&figure, page->db, page->options->db_path, operand, &wish, &found, error);
    if (status != SIM_OK || !found || (kind == FIGURE_SWEEP && figure.caption.variants < 2))
        return status;
    status = figure_put(page, &figure, heading_of(kind), error);
    return status == SIM_OK && kind == FIGURE_RUN ? decisions_draw(page, &figure, error) : status;
}

/* ---- Parts ------------------------------------------------------------------------------- */

static bool take_sentence(void *context, const struct results_value *values, uint32_t count)
{
    FILE *out = context;
    if (count == 1 && !values[0].is_null) {
        html_text(out, values[0].text);
        fputc(' ', out);
    }
    return true;
}

static int summary_write(struct page *page, struct sim_error *error)
{
    char path[PATH_BYTES], *text = NULL;
    int status = home_path(path, "plots/any_summary.sql", error);
    if (status == SIM_OK)
        status = sim_file_text(path, &text, error);
    fputs("<p>", page->out);
    if (status == SIM_OK)
        status = results_script(page->db, path, text, take_sentence, NULL, page->out, error);
    fputs("</p>\n", page->out);
    free(text);
    return status;
}

static int part_write(struct page *page, uint32_t number, struct sim_error *error)
{
    const struct part *part = &page->parts[number];
    FILE *out = page->out;
    uint32_t runs;
    fprintf(out, "<section class=\"part\" id=\"part-%u\">\n<h2>", number);
    html_text(out, part->title);
    fputs("</h2>\n<p class=\"name\"><code>", out);
    html_text(out, part->name);
    fputs("</code>", out);
    if (part->of_paper[0] != '\0')
        html_format(out, ", %s of the paper", part->of_paper);
    fputs("</p>\n", out);
    int status = chosen_all(page->db, part->name, &runs, error);
    if (status == SIM_OK)
        status = summary_write(page, error);
    for (int kind = FIGURE_OWN; kind <= FIGURE_SWEEP && status == SIM_OK; kind++)
        status = figure_make(page, part->operand, (enum figure_kind)kind, error);
    page_comparison(out, &page->verify, part->name);
    if (status == SIM_OK)
        status = page_results(out, page->db, page->options->db_path, part->name, error);
    if (status == SIM_OK)
        status = chosen_all(page->db, part->name, &runs, error);
    if (status == SIM_OK)
        status = page_parameters(out, page->db, error);
    if (status == SIM_OK)
        status = page_decisions(out, page->db, number, error);
    if (status == SIM_OK)
        status = page_provenance(out, page->db, error);
    fputs("</section>\n", out);
    return status;
}

/* ---- The page ---------------------------------------------------------------------------- */

static void head_write(const struct page *page)
{
    FILE *out = page->out;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
          "<meta name=\"color-scheme\" content=\"light dark\">\n<title>Ballast: ",
          out);
    html_text(out, page->count == 1 ? page->parts[0].title : "report");
    fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", page_style);
    fputs("<header>\n<a class=\"skip\" href=\"#main\">To the text</a>\n"
          "<p class=\"mark\">Ballast</p>\n<nav aria-label=\"Experiments\">",
          out);
    for (uint32_t i = 0; i < page->count && page->count > 1; i++) {
        fprintf(out, "<a href=\"#part-%u\">", i);
        html_text(out, page->parts[i].name);
        fputs("</a> ", out);
    }
    fputs("</nav>\n<button type=\"button\" class=\"theme\" data-theme-switch>Dark</button>\n"
          "</header>\n<main id=\"main\">\n",
          out);
}

static void intro_write(struct page *page)
{
    const uint32_t *verdicts = page->verify.verdicts;
    FILE *out = page->out;
    struct part sum = {0};
    char simulated[SIM_QUANTITY_BYTES], wall[SIM_QUANTITY_BYTES];
    if (page->count == 1)
        return;
    for (uint32_t i = 0; i < page->count; i++) {
        sum.runs += page->parts[i].runs;
        sum.sim_s += page->parts[i].sim_s;
        sum.wall_s += page->parts[i].wall_s;
    }
    fprintf(out,
            "<section class=\"intro\"><h1>Report on %u experiments</h1>\n<p>%u finished runs, "
            "%s simulated in %s of computing. ",
            page->count, sum.runs, sim_quantity(simulated, sum.sim_s, "s"),
            sim_quantity(wall, sum.wall_s, "s"));
    if (page->verify.count > 0)
        fprintf(out,
                "Of %u points of comparison %u pass, %u miss, %u are known misses, %u have no "
                "data and %u are only shown.",
                page->verify.count, verdicts[COMPARE_PASS] + verdicts[COMPARE_KNOWN_MISS_PASSES],
                verdicts[COMPARE_MISS], verdicts[COMPARE_KNOWN_MISS], verdicts[COMPARE_NO_DATA],
                verdicts[COMPARE_SHOWN]);
    fputs("</p>\n", out);
    page_verdicts(out, &page->verify);
    fputs("</section>\n", out);
}

static int page_write(struct page *page, struct sim_error *error)
{
    struct sim_progress progress;
    head_write(page);
    intro_write(page);
    int status = SIM_OK;
    sim_progress_begin(&progress, "report", page->count, page->options->quiet);
    for (uint32_t i = 0; i < page->count && status == SIM_OK; i++) {
        status = part_write(page, i, error);
        sim_progress_update(&progress, i + 1);
    }
    sim_progress_end(&progress);
    fprintf(page->out, "</main>\n<footer><p>Made by ballast from the database ");
    html_text(page->out, page->options->db_path);
    fprintf(page->out, ".</p></footer>\n<script>\n%s</script>\n</body>\n</html>\n", page_script);
    return status;
}

static int file_write(struct page *page, struct sim_error *error)
{
    const char *target = page->options->target;
    struct sim_file_part part;
    int status = sim_file_part_open(&part, target, error);
    if (status != SIM_OK)
        return status;
    page->out = part.out;
    status = page_write(page, error);
    return sim_file_part_close(&part, target, status, error);
}

int page_make(const struct page_options *options, struct sim_error *error)
{
    struct page page = {.options = options};
    struct sim_error ignored;
    int status = home_make_parents(options->target, error);
    if (status == SIM_OK)
        status = results_open(options->db_path, RESULTS_READ, &page.db, error);
    if (status != SIM_OK)
        return status;
    status = parts_find(&page, error);
    /* verify opens the file itself, and a process has it open once at a time. */
    int closed = results_close(page.db, status == SIM_OK ? error : &ignored);
    status = status == SIM_OK ? closed : status;
    if (status == SIM_OK)
        status = verdicts_make(&page, error);
    if (status == SIM_OK)
        status = results_open(options->db_path, RESULTS_READ, &page.db, error);
    if (status == SIM_OK) {
        status = file_write(&page, error);
        closed = results_close(page.db, status == SIM_OK ? error : &ignored);
        status = status == SIM_OK ? closed : status;
    }
    verify_fini(&page.verify);
    free(page.parts);
    return status;
}
