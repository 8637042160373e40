/*
 * Prints the rows of ballast/results/metrics.def.
 */
#include "ballast/cli/metrics_list.h"

#include <stdio.h>

#include "ballast/results/metrics.h"
#include "sim/json.h"
#include "sim/table.h"

static void table_fill(struct sim_table *table, const char *mark)
{
    static const char *const heads[] = {"metric",      "unit",        "of",     "kind",
                                        "in `series`", "in `result`", "meaning"};
    for (unsigned i = 0; i < sizeof heads / sizeof heads[0]; i++)
        sim_table_cell(table, "%s", heads[i]);
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        sim_table_cell(table, "%s%s%s", mark, metric->name, mark);
        sim_table_cell(table, "%s", metric->unit);
        sim_table_cell(table, "%s", metric_scope_name(metric->scope));
        sim_table_cell(table, "%s", metric_kind_name(metric->kind));
        sim_table_cell(table, "%s", metric_when_text(metric->series));
        sim_table_cell(table, "%s", metric_when_text(metric->result));
        sim_table_cell(table, "%s", metric->meaning);
    }
}

static void print_markdown(void)
{
    struct sim_table table;
    puts("# Metrics\n\n"
         "What the tables `series` and `result` of a database of results hold. This page is made\n"
         "from `ballast/results/metrics.def` by `make golden-update`.\n");
    for (unsigned kind = METRIC_GAUGE; kind <= METRIC_RESULT; kind++)
        printf("- **%s**: %s.\n", metric_kind_name(kind), metric_kind_meaning(kind));
    puts(
        "\nMB are 2^20 bytes. The unit `" METRIC_WORK_UNIT
        "` stands for the unit of the VM's own workload, such as MB/s:\n"
        "the column `unit` of `result` has it. The rows of the host have '' in the column `vm`.\n");
    sim_table_init(&table, "lllllll");
    table_fill(&table, "`");
    sim_table_print_markdown(&table, stdout);
    sim_table_fini(&table);
}

static void print_text(void)
{
    struct sim_table table;
    sim_table_init(&table, "lllllll");
    table_fill(&table, "");
    sim_table_print(&table, stdout);
    sim_table_fini(&table);
    puts("");
    for (unsigned kind = METRIC_GAUGE; kind <= METRIC_RESULT; kind++)
        printf("%s: %s\n", metric_kind_name(kind), metric_kind_meaning(kind));
}

static void print_json(void)
{
    struct sim_json json;
    sim_json_begin(&json, stdout);
    sim_json_open_list(&json, NULL);
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        sim_json_open_object(&json, NULL);
        sim_json_text(&json, "name", metric->name);
        sim_json_text(&json, "unit", metric->unit);
        sim_json_bool(&json, "of_vm", metric_is_of_vm(metric));
        sim_json_bool(&json, "of_host", metric_is_of_host(metric));
        sim_json_text(&json, "kind", metric_kind_name(metric->kind));
        sim_json_text(&json, "series", metric_when_text(metric->series));
        sim_json_text(&json, "result", metric_when_text(metric->result));
        sim_json_text(&json, "meaning", metric->meaning);
        sim_json_close_object(&json);
    }
    sim_json_close_list(&json);
    sim_json_end(&json);
}

void metrics_list_print(enum metrics_list_form form)
{
    static void (*const print[])(void) = {[METRICS_LIST_TEXT] = print_text,
                                          [METRICS_LIST_MARKDOWN] = print_markdown,
                                          [METRICS_LIST_JSON] = print_json};
    print[form]();
}
