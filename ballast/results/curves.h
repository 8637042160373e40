/*
 * Rows over time, stored by change: a value that stays is not stored again.
 *
 * A curve is what one VM has under one name in the course of a run. Its rows, of one value or
 * more, stand at moments, which are numbered; equal rows at moments in a row are one piece. The
 * database has three tables for each kind of rows (schema.h), and a view that makes the rows of
 * them. Private to this folder.
 *
 * Pieces wait in memory, so that those of one curve lie side by side in the file.
 */
#ifndef RESULTS_CURVES_H
#define RESULTS_CURVES_H

#include <stddef.h>

#include "ballast/results/summary.h"

struct curve_piece {
    uint32_t first, samples; /* moments first .. first + samples - 1 */
    uint32_t place;          /* among the rows of the moment; 0 where their order does not matter */
};

struct curve {
    struct curve_piece *pieces; /* that wait, the one that may still grow last */
    double *values;             /* of each piece; NAN is a value too */
    size_t room, value_room;
    uint32_t count;
};

/* All zeroes at first, but for what its rows are like. */
struct curves {
    uint32_t width;         /* values of a row */
    bool is_ordered;        /* the order of rows within a moment is kept */
    struct summary summary; /* of each curve: its names, and what its values come to */
    struct curve *at;       /* in the same order: that in which each came first */
    size_t room;
    uint32_t count;
    double *times; /* of the moments that wait */
    size_t time_room;
    uint32_t moments, moments_written;
    uint32_t rows_now; /* of the present moment */
    uint32_t waiting;  /* pieces of all curves */
};

/* A row. The next moment begins where the time is another, and where the curve has a value at this
 * one already: rows of one moment are those of different curves. */
void curves_add(struct curves *curves, double t_s, const struct store_text *vm,
                const struct store_text *name, const double *values);
/* The values of a piece. */
static inline double *curve_values(const struct curves *curves, const struct curve *curve,
                                   uint32_t piece)
{
    return &curve->values[(size_t)piece * curves->width];
}
/* What waits has been written. The last piece of each curve goes on waiting, as it may grow: it is
 * written again then. */
void curves_written(struct curves *curves);
void curves_fini(struct curves *curves);

#endif
