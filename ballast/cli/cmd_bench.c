/*
 * `ballast bench`: the table of speed and size (ballast/bench).
 */
#include "ballast/bench/bench.h"
#include "ballast/cli/command.h"

static int bench(void *options, const struct command_line *line, struct sim_error *error)
{
    (void)options;
    (void)line;
    (void)error;
    bench_all();
    return SIM_OK;
}

const struct command command_bench = {
    .name = "bench",
    .operands = "",
    .summary = "Measures the hot paths against bare reference loops, in CPU time",
    .run = bench,
};
