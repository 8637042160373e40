/*
 * The subcommands of `ballast trace`, one file each, and the options that they share.
 */
#ifndef CLI_TRACE_H
#define CLI_TRACE_H

#include "ballast/cli/command.h"
#include "traces/formats/source.h"

extern const struct command command_trace_info, command_trace_convert, command_trace_cat,
    command_trace_record, command_trace_series;

/* Options that say what a recording does not say of itself. */
enum { TRACE_READING_ROWS = 10 };
extern const struct option_row trace_reading_rows[TRACE_READING_ROWS];

/* The group of a command whose struct has them in `struct tr_source_options reading`. */
#define TRACE_READING_GROUP(owner)                                                                 \
    {                                                                                              \
        .title = "Options on how to read recordings that do not say it themselves",                \
        .short_title = "[reading options]", .rows = trace_reading_rows,                            \
        .count = TRACE_READING_ROWS, .offset = offsetof(struct owner, reading)                     \
    }

/* Lists of formats, for the help. */
void trace_print_read(FILE *out);
void trace_print_read_and_written(FILE *out);

/* `text` is the name of one of `formats`: it goes into `name`. */
int trace_take_format(const char *option, const struct tr_source_about *formats, const char *text,
                      const char **name, struct sim_error *error);

#endif
