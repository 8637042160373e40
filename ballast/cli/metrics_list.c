/*
 * Prints the rows of ballast/results/metrics.def.
 */
#include "ballast/cli/metrics_list.h"

#include <stdio.h>

#include "ballast/results/metrics.h"
#include "sim/paragraph.h"

static void print_rows(enum sim_listing_form form)
{
    static const struct sim_column columns[] = {
        {"metric", "name", 'l'},        {"unit", "unit", 'l'},          {"of", NULL, 'l'},
        {NULL, "of_vm", 'l'},           {NULL, "of_host", 'l'},         {"kind", "kind", 'l'},
        {"in `series`", "series", 'l'}, {"in `result`", "result", 'l'}, {"meaning", "meaning", 'l'},
    };
    const char *mark = form == SIM_LISTING_MARKDOWN ? "`" : "";
    struct sim_listing listing;
    sim_listing_begin(&listing, form, columns, sizeof columns / sizeof *columns, stdout);
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        sim_listing_format(&listing, "%s%s%s", mark, metric->name, mark);
        sim_listing_text(&listing, metric->unit);
        sim_listing_text(&listing, metric_scope_name(metric->scope));
        sim_listing_bool(&listing, metric_is_of_vm(metric));
        sim_listing_bool(&listing, metric_is_of_host(metric));
        sim_listing_text(&listing, metric_kind_name(metric->kind));
        sim_listing_text(&listing, metric_when_text(metric->series));
        sim_listing_text(&listing, metric_when_text(metric->result));
        sim_listing_text(&listing, metric->meaning);
    }
    sim_listing_end(&listing);
}

static void print_heading(void)
{
    puts("# Metrics\n\n"
         "What the tables `series` and `result` of a database of results hold. This page is made\n"
         "from `ballast/results/metrics.def` by `make golden-update`.\n");
    for (unsigned kind = METRIC_GAUGE; kind <= METRIC_RESULT; kind++)
        printf("- **%s**: %s.\n", metric_kind_name(kind), metric_kind_meaning(kind));
    puts(
        "\nMB are 2^20 bytes. The unit `" METRIC_WORK_UNIT
        "` stands for the unit of the VM's own workload, such as MB/s:\n"
        "the column `unit` of `result` has it. The rows of the host have '' in the column `vm`.\n");
}

void metrics_list_print(enum sim_listing_form form)
{
    if (form == SIM_LISTING_MARKDOWN)
        print_heading();
    print_rows(form);
    if (form == SIM_LISTING_TABLE)
        puts("");
    for (unsigned kind = METRIC_GAUGE; form == SIM_LISTING_TABLE && kind <= METRIC_RESULT; kind++)
        printf("%s: %s\n", metric_kind_name(kind), metric_kind_meaning(kind));
}

static void explain(const struct metric *metric, uint32_t width, FILE *out)
{
    static const char *const better[] = {[METRIC_NEITHER] = "",
                                         [METRIC_MORE] = "; more is better",
                                         [METRIC_LESS] = "; less is better"};
    char text[600];
    const char *title = metric->shown.title;
    snprintf(text, sizeof text, "%s%s%s%s (%s; %s; %s%s)", metric->name,
             title != NULL ? ", shown as \"" : "", title != NULL ? title : "",
             title != NULL ? "\"" : "", metric->unit, metric_scope_name(metric->scope),
             metric_kind_name(metric->kind), better[metric->shown.better]);
    sim_paragraph(out, width, 0, text);
    sim_paragraph(out, width, 4, metric->meaning);
}

void metrics_list_explain(uint32_t width, FILE *out)
{
    char text[600];
    for (unsigned i = 0; i < METRIC_COUNT; i++)
        explain(&metrics[i], width, out);
    fputc('\n', out);
    for (unsigned kind = METRIC_GAUGE; kind <= METRIC_RESULT; kind++) {
        snprintf(text, sizeof text, "%s: %s.", metric_kind_name(kind), metric_kind_meaning(kind));
        sim_paragraph(out, width, 0, text);
    }
}
