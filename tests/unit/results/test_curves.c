/* Rows over time in pieces. */
#include "ballast/results/curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static struct sim_memory memory;
static struct curves curves = {.width = 1};

static const struct store_text *text(const char *name)
{
    size_t length = strlen(name);
    struct store_text *made = sim_memory_get(&memory, sizeof *made + length + 1);
    made->length = (uint32_t)length;
    memcpy(made->bytes, name, length + 1);
    for (const char *c = name; *c != '\0'; c++)
        made->hash = made->hash * 31 + (uint64_t)*c;
    return made;
}

static void add(double t_s, const char *vm, const char *name, double value)
{
    curves_add(&curves, t_s, text(vm), text(name), &value);
}

static void check_piece(uint32_t curve, uint32_t piece, uint32_t first, uint32_t samples)
{
    if (!CHECK(curve < curves.count) || !CHECK(piece < curves.at[curve].count))
        return;
    CHECK_EQ(curves.at[curve].pieces[piece].first, first);
    CHECK_EQ(curves.at[curve].pieces[piece].samples, samples);
}

static void end(void)
{
    curves_fini(&curves);
    curves.width = 1;
    sim_memory_free(&memory);
    memory = (struct sim_memory){0};
}

static void curves__a_value_that_stays_is_one_piece(void)
{
    static const double values[] = {1, 1, NAN, NAN, 0, -0.0, 2};
    for (uint32_t i = 0; i < 7; i++) {
        add(i, "a", "x", values[i]);
        add(i, "", "y", 5);
    }
    CHECK_EQ(curves.moments, 7);
    CHECK_EQ(curves.count, 2);
    CHECK_EQ(curves.at[0].count, 4);
    check_piece(0, 0, 0, 2);
    check_piece(0, 1, 2, 2);
    check_piece(0, 2, 4, 2);
    check_piece(0, 3, 6, 1);
    CHECK_EQ(curves.at[1].count, 1);
    check_piece(1, 0, 0, 7);
    CHECK_EQ(curves.waiting, 5);
    CHECK_TEXT(curves.summary.rows[1].metric_name->bytes, "y");
    end();
}

/* A VM that is off has no rows; the same value later is another piece. */
static void curves__a_gap_ends_a_piece(void)
{
    for (uint32_t i = 0; i < 5; i++) {
        if (i != 2)
            add(i, "a", "x", 1);
        add(i, "b", "x", 1);
    }
    CHECK_EQ(curves.at[0].count, 2);
    check_piece(0, 0, 0, 2);
    check_piece(0, 1, 3, 2);
    CHECK_EQ(curves.at[1].count, 1);
    end();
}

static void curves__two_values_at_one_time_are_two_moments(void)
{
    add(0, "a", "x", 1);
    add(0, "b", "x", 1);
    add(0, "a", "x", 2);
    add(0, "b", "x", 1);
    add(1, "b", "x", 1);
    CHECK_EQ(curves.moments, 3);
    CHECK_EQ(curves.at[0].count, 2);
    check_piece(0, 1, 1, 1);
    check_piece(1, 0, 0, 3);
    end();
}

static void curves__what_is_written_may_still_grow(void)
{
    add(0, "a", "x", 1);
    add(1, "a", "x", 2);
    curves_written(&curves);
    CHECK_EQ(curves.waiting, 0);
    CHECK_EQ(curves.moments_written, 2);
    add(2, "a", "x", 2);
    add(2, "b", "x", 2);
    CHECK_EQ(curves.at[0].count, 1);
    check_piece(0, 0, 1, 2);
    CHECK_EQ(curves.moments, 3);
    CHECK_NEAR(curves.times[curves.moments - curves.moments_written], 2, 0);
    CHECK_EQ(curves.waiting, 1);
    end();
}

/* All values of a row stay, or none does. */
static void curves__a_row_of_more_values_is_one_piece(void)
{
    static const double rows[][2] = {{1, NAN}, {1, NAN}, {1, 2}, {1, 2}};
    curves.width = 2;
    for (uint32_t i = 0; i < 4; i++)
        curves_add(&curves, i, text("a"), text("x"), rows[i]);
    CHECK_EQ(curves.at[0].count, 2);
    check_piece(0, 0, 0, 2);
    check_piece(0, 1, 2, 2);
    CHECK_NEAR(curve_values(&curves, &curves.at[0], 1)[1], 2, 0);
    curves_written(&curves);
    CHECK_NEAR(curve_values(&curves, &curves.at[0], 0)[1], 2, 0);
    end();
}

/* Where the order matters, a row at another place of its moment is another piece. */
static void curves__a_row_keeps_its_place(void)
{
    curves.is_ordered = true;
    for (uint32_t i = 0; i < 4; i++) {
        if (i >= 2)
            add(i, "late", "x", 1);
        add(i, "b", "x", 1);
    }
    CHECK_EQ(curves.at[0].count, 2);
    check_piece(0, 0, 0, 2);
    check_piece(0, 1, 2, 2);
    CHECK_EQ(curves.at[0].pieces[1].place, 1);
    CHECK_EQ(curves.at[1].pieces[0].place, 0);
    end();
}

TEST_SUITE(results_curves, TEST(curves__a_value_that_stays_is_one_piece),
           TEST(curves__a_gap_ends_a_piece), TEST(curves__two_values_at_one_time_are_two_moments),
           TEST(curves__what_is_written_may_still_grow),
           TEST(curves__a_row_of_more_values_is_one_piece), TEST(curves__a_row_keeps_its_place))
