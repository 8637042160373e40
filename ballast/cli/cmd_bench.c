/*
 * `ballast bench`: the table of speed and size (ballast/bench).
 */
#include <string.h>

#include "ballast/bench/bench.h"
#include "ballast/cli/command.h"
#include "sim/nearest.h"

struct options {
    bool detail;
};

static const struct bench_part *part_find(const char *name, struct sim_error *error)
{
    uint32_t count;
    const struct bench_part *parts = bench_parts(&count);
    struct sim_nearest nearest;
    char hint[SIM_HINT_BYTES];

    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(parts[i].name, name) == 0)
            return &parts[i];
        sim_nearest_offer(&nearest, parts[i].name);
    }
    sim_error_set(error, SIM_USAGE, "expected a part of the table, found '%s'%s", name,
                  sim_nearest_hint(hint, nearest.best));
    return NULL;
}

static int bench(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    uint32_t count;
    const struct bench_part *parts = bench_parts(&count);

    for (uint32_t i = 0; i < line->count; i++) {
        if (part_find(line->operands[i], error) == NULL)
            return SIM_USAGE;
    }
    bench_detail = options->detail;
    bench_head();
    for (uint32_t i = 0; line->count == 0 && i < count; i++)
        parts[i].run();
    for (uint32_t i = 0; i < line->count; i++)
        part_find(line->operands[i], error)->run();
    return SIM_OK;
}

static void list(FILE *out)
{
    uint32_t count;
    const struct bench_part *parts = bench_parts(&count);

    fprintf(out, "Parts:");
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, "%s %s", i == 0 ? "" : ",", parts[i].name);
    fprintf(out, "\n");
}

static const struct option_row rows[] = {
    {.name = "detail",
     .type = OPTION_FLAG,
     .help = "where a row shows the worst of several measurements, print all of them",
     OPTION_IN(options, detail)},
};

const struct command command_bench = {
    .name = "bench",
    .operands = "[PART]...",
    .most = COMMAND_OPERANDS_ANY,
    .expected = "parts of the table",
    .summary = "Measures the hot paths against bare reference loops, in CPU time",
    .lists = list,
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct options),
    .run = bench,
};
