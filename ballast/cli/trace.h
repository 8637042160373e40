/*
 * The subcommands of `ballast trace`, one file each, and the options that they share.
 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include <getopt.h>

#include "sim/error.h"
#include "traces/formats/source.h"

/* argv[0] is the subcommand's own name. */
int trace_info(int argc, char **argv, struct sim_error *error);
int trace_convert(int argc, char **argv, struct sim_error *error);
int trace_series(int argc, char **argv, struct sim_error *error);
int trace_record(int argc, char **argv, struct sim_error *error);
int trace_cat(int argc, char **argv, struct sim_error *error);

/* Options that say what a recording does not say of itself: rows for getopt_long(), whose values
 * are not letters, and what takes one of them. */
enum {
    TRACE_FROM = 200,
    TRACE_CSV,
    TRACE_TENANT,
    TRACE_PAGE_BYTES,
    TRACE_WINDOW,
    TRACE_CLOCK,
    TRACE_SOURCE,
    TRACE_ZERO_HASH,
};
#define TRACE_READING_OPTIONS                                                                      \
    {"from", required_argument, NULL, TRACE_FROM}, {"csv", required_argument, NULL, TRACE_CSV},    \
        {"tenant", required_argument, NULL, TRACE_TENANT},                                         \
        {"page-bytes", required_argument, NULL, TRACE_PAGE_BYTES},                                 \
        {"window", required_argument, NULL, TRACE_WINDOW},                                         \
        {"clock", required_argument, NULL, TRACE_CLOCK},                                           \
        {"source", required_argument, NULL, TRACE_SOURCE},                                         \
    {                                                                                              \
        "zero-hash", required_argument, NULL, TRACE_ZERO_HASH                                      \
    }
/* SIM_USAGE, `error` filled, for '?' too. */
int trace_reading_option(int option, const char *value, struct tr_source_options *options,
                         struct sim_error *error);

#endif
