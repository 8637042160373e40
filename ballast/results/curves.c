/*
 * Curves in pieces.
 */
#include "ballast/results/curves.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "sim/array.h"

#define NONE UINT32_MAX

static void have_room(bool has_room)
{
    assert(has_room);
    (void)has_room;
}

/* As the file has them: -0 is 0, and NaN is NULL. */
static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The number of the present moment; NONE before the first. */
static uint32_t now(const struct curves *curves)
{
    return curves->moments > 0 ? curves->moments - 1 : NONE;
}

static void moment_begin(struct curves *curves, double t_s)
{
    uint32_t waiting = curves->moments - curves->moments_written;
    have_room(sim_array_reserve(curves->times, curves->time_room, waiting + 2u));
    curves->times[waiting + 1] = t_s; /* the first is the last that was written */
    curves->moments++;
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
        have_room(sim_array_reserve(curves->at, curves->room, curves->count + 1u));
        curves->at[curves->count++] = (struct curve){0};
    }
    return &curves->at[number];
}

void curves_add(struct curves *curves, double t_s, const struct store_text *vm,
                const struct store_text *name, double value)
{
    struct curve *curve = curve_of(curves, vm, name, value);
    if (curves->moments == 0 || time_now(curves) != t_s || has_value_at(curve, now(curves)))
        moment_begin(curves, t_s);
    uint32_t moment = now(curves);
    struct curve_piece *last = curve->count > 0 ? &curve->pieces[curve->count - 1] : NULL;
    if (last != NULL && last->first + last->samples == moment && is_same(last->value, value)) {
        last->samples++;
        return;
    }
    have_room(sim_array_reserve(curve->pieces, curve->room, curve->count + 1u));
    curve->pieces[curve->count++] = (struct curve_piece){moment, 1, value};
    curves->waiting++;
}

void curves_written(struct curves *curves)
{
    curves->waiting = 0;
    for (uint32_t i = 0; i < curves->count; i++) {
        struct curve *curve = &curves->at[i];
        curve->pieces[0] = curve->pieces[curve->count - 1];
        curve->count = 1;
    }
    if (curves->moments > 0)
        curves->times[0] = time_now(curves);
    curves->moments_written = curves->moments;
    curves->count_written = curves->count;
}

void curves_fini(struct curves *curves)
{
    for (uint32_t i = 0; i < curves->count; i++)
        free(curves->at[i].pieces);
    free(curves->at);
    free(curves->times);
    summary_fini(&curves->summary);
    *curves = (struct curves){0};
}
