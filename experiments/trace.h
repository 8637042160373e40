/*
 * The subcommands of `ballast trace`, one file each.
 */
#ifndef EXPERIMENTS_TRACE_H
#define EXPERIMENTS_TRACE_H

#include "sim/error.h"

/* argv[0] is the subcommand's own name. */
int trace_info(int argc, char **argv, struct sim_error *error);
int trace_convert(int argc, char **argv, struct sim_error *error);

#endif
