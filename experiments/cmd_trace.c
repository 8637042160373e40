/*
 * `ballast trace`: what is in recordings, and other formats made into the native one.
 */
#include <string.h>

#include "experiments/command.h"
#include "experiments/trace.h"

static int trace(int argc, char **argv, struct sim_error *error)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "info") == 0)
        return trace_info(argc - 1, argv + 1, error);
    if (strcmp(what, "convert") == 0)
        return trace_convert(argc - 1, argv + 1, error);
    return sim_error_set(error, SIM_USAGE, "trace: expected info or convert, found '%s'", what);
}

const struct command command_trace = {
    .name = "trace",
    .usage = "info FILE... [--from FORMAT] [--json]\n"
             "       ballast trace convert [--from FORMAT] [--at S,S,...] [--source TEXT]\n"
             "                             [--zero-hash HEX] [--until S] INPUT... OUTPUT",
    .summary = "Looks into recorded traces and converts other formats",
    .details =
        "  info     the header of each recording and what it holds; reads all of it, so that a\n"
        "           damaged one is refused\n"
        "  convert  a recording of any format to the native one; page hashes of snapshots\n"
        "           (.h64, .h64.zst) with --at, their times in seconds. --until keeps what ends\n"
        "           by then\n\n"
        "  ballast trace info traces/samples/A1.btr --json\n"
        "  ballast trace convert --at 30,90 A1.t0.h64.zst A1.t1.h64.zst A1.btr\n",
    .run = trace,
};
