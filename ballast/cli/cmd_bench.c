/*
 * `ballast bench`: the table of speed and size (bench.c).
 */
#include "ballast/bench/bench.h"
#include "ballast/cli/command.h"

static int bench(int argc, char **argv, struct sim_error *error)
{
    if (argc > 1)
        return sim_error_set(error, SIM_USAGE, "bench: expected no argument, found '%s'", argv[1]);
    bench_all();
    return SIM_OK;
}

const struct command command_bench = {
    .name = "bench",
    .usage = "",
    .summary = "Measures the hot paths against bare reference loops, in CPU time",
    .details = "",
    .run = bench,
};
