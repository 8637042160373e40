/*
 * The options of `ballast trace` on how to read a recording.
 */
#include <stdlib.h>

#include "ballast/cli/command.h"
#include "ballast/cli/trace.h"

static int take_hash(const char *value, struct tr_source_options *options, struct sim_error *error)
{
    char *end;

    options->zero_hash = strtoull(value, &end, 16);
    if (*value == '\0' || *end != '\0' || options->zero_hash == 0)
        return sim_error_set(error, SIM_USAGE,
                             "--zero-hash: expected hexadecimal digits, not all 0, found '%s'",
                             value);
    return SIM_OK;
}

static int take_page_bytes(const char *value, struct tr_source_options *options,
                           struct sim_error *error)
{
    uint64_t number;

    if (command_number("--page-bytes", value, TR_PAGE_BYTES_LEAST, TR_PAGE_BYTES_MOST, &number,
                       error))
        return SIM_USAGE;
    options->page_bytes = (uint32_t)number;
    if (number & (number - 1))
        return sim_error_set(error, SIM_USAGE, "--page-bytes: expected a power of two, found '%s'",
                             value);
    return SIM_OK;
}

int trace_reading_option(int option, const char *value, struct tr_source_options *options,
                         struct sim_error *error)
{
    uint64_t number;

    switch (option) {
    case TRACE_FROM:
        options->format = value;
        return SIM_OK;
    case TRACE_CSV:
        options->csv = value;
        return SIM_OK;
    case TRACE_CLOCK:
        options->clock = value;
        return SIM_OK;
    case TRACE_SOURCE:
        options->source = value;
        return SIM_OK;
    case TRACE_ZERO_HASH:
        return take_hash(value, options, error);
    case TRACE_PAGE_BYTES:
        return take_page_bytes(value, options, error);
    case TRACE_WINDOW:
        return command_number("--window", value, 1, UINT32_MAX, &options->window_accesses, error);
    case TRACE_TENANT:
        if (command_number("--tenant", value, 0, UINT32_MAX, &number, error))
            return SIM_USAGE;
        options->one_tenant = true;
        options->tenant = (uint32_t)number;
        return SIM_OK;
    default:
        return SIM_USAGE;
    }
}
