/*
 * `ballast trace`: what is in recordings, other formats made into the native one, and recorders.
 */
#include "ballast/cli/trace.h"

static const struct command *const parts[] = {
    &command_trace_info,   &command_trace_convert, &command_trace_cat,
    &command_trace_record, &command_trace_series,  NULL,
};

const struct command command_trace = {
    .name = "trace",
    .operands = "PART ...",
    .summary = "Looks into recorded traces, converts and records them",
    .parts = parts,
};
