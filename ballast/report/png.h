/*
 * The resolution of a PNG, which gnuplot does not write.
 */
#ifndef REPORT_PNG_H
#define REPORT_PNG_H

#include "sim/error.h"

/* 300 dots per inch: what printers and journals ask for. plots/style.gp draws PNG files so large.
 */
#define PNG_PIXELS_PER_INCH 300

/* Writes PNG_PIXELS_PER_INCH into the file, so that it is printed at the size that it was drawn
 * for. SIM_SYSTEM: the file cannot be read or written, or is not a PNG. */
int png_resolution_set(const char *path, struct sim_error *error);

#endif
