/*
 * Curves in pieces.
 */
#include "ballast/results/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"

#define NONE UINT32_MAX

/* As the file has them: -0 is 0, and NaN is NULL. */
static bool is_same(const double *a, const double *b, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
            return false;
    return true;
}

/* The number of the present moment; NONE before the first. */
static uint32_t now(const struct curves *curves)
{
    return curves->moments > 0 ? curves->moments - 1 : NONE;
}

static void moment_begin(struct curves *curves, double t_s)
{
    uint32_t waiting = curves->moments - curves->moments_written;
    sim_array_need(curves->times, curves->time_room, waiting + 2u);
    curves->times[waiting + 1] = t_s; /* the first is the last that was written */
    curves->moments++;
    curves->rows_now = 0;
}

static double time_now(const struct curves *curves)
{
    return curves->times[curves->moments - curves->moments_written];
}

static bool has_value_at(const struct curve *curve, uint32_t moment)
{
    if (curve->count == 0)
        return false;
    const struct curve_piece *last = &curve->pieces[curve->count - 1];
    return last->first + last->samples == moment + 1;
}

static struct curve *curve_of(struct curves *curves, const struct store_text *vm,
                              const struct store_text *name, double value)
{
    uint32_t number =
        (uint32_t)(summary_add_named(&curves->summary, vm, name, value) - curves->summary.rows);
    if (number == curves->count) {
        sim_array_need(curves->at, curves->room, curves->count + 1u);
        curves->at[curves->count++] = (struct curve){0};
    }
    return &curves->at[number];
}

static void piece_add(struct curves *curves, struct curve *curve, const struct curve_piece *piece,
                      const double *values)
{
    sim_array_need(curve->pieces, curve->room, curve->count + 1u);
    sim_array_need(curve->values, curve->value_room, (curve->count + 1u) * (size_t)curves->width);
    curve->pieces[curve->count] = *piece;
    memcpy(curve_values(curves, curve, curve->count), values, curves->width * sizeof *values);
    curve->count++;
    curves->waiting++;
}

void curves_add(struct curves *curves, double t_s, const struct store_text *vm,
                const struct store_text *name, const double *values)
{
    struct curve *curve = curve_of(curves, vm, name, values[0]);
    if (curves->moments == 0 || time_now(curves) != t_s || has_value_at(curve, now(curves)))
        moment_begin(curves, t_s);
    uint32_t moment = now(curves), place = curves->is_ordered ? curves->rows_now++ : 0;
    struct curve_piece *last = curve->count > 0 ? &curve->pieces[curve->count - 1] : NULL;
    if (last != NULL && last->first + last->samples == moment && last->place == place &&
        is_same(curve_values(curves, curve, curve->count - 1), values, curves->width))
        last->samples++;
    else
        piece_add(curves, curve, &(struct curve_piece){moment, 1, place}, values);
}

void curves_written(struct curves *curves)
{
    curves->waiting = 0;
    for (uint32_t i = 0; i < curves->count; i++) {
        struct curve *curve = &curves->at[i];
        curve->pieces[0] = curve->pieces[curve->count - 1];
        memmove(curve->values, curve_values(curves, curve, curve->count - 1),
                curves->width * sizeof *curve->values);
        curve->count = 1;
    }
    if (curves->moments > 0)
        curves->times[0] = time_now(curves);
    curves->moments_written = curves->moments;
}

void curves_fini(struct curves *curves)
{
    for (uint32_t i = 0; i < curves->count; i++) {
        free(curves->at[i].pieces);
        free(curves->at[i].values);
    }
    free(curves->at);
    free(curves->times);
    summary_fini(&curves->summary);
    *curves = (struct curves){0};
}
