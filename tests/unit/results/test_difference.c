/* Differences of means against values that were computed by hand and by an integral of Student's
 * density. */
#include "ballast/results/difference.h"

#include "tests/check.h"

static const double five[] = {1, 2, 3, 4, 5}, twice[] = {2, 4, 6, 8, 10};

/* Of the five differences 1 to 5 the variance is 2.5; t(0.975, 4) = 2.776445. */
static void difference_paired__has_students_interval(void)
{
    struct difference difference = difference_paired(five, twice, 5);
    CHECK_EQ(difference.count_a, 5);
    CHECK_NEAR(difference.mean_a, 3, 0);
    CHECK_NEAR(difference.mean_b, 6, 0);
    CHECK_NEAR(difference.difference, 3, 1e-12);
    CHECK_NEAR(difference.freedom, 4, 0);
    CHECK_NEAR(difference.half, 2.776445 * sqrt(2.5 / 5), 1e-5);
    CHECK_NEAR(difference.relative, 1, 1e-12);
    CHECK_NEAR(difference.effect, 3 / sqrt((2.5 + 10) / 2), 1e-12);
    CHECK_NEAR(difference.largest, 5, 0);
    CHECK_EQ(difference.verdict, DIFFERENCE_APART);
}

/* t(0.975, 1) = 12.7062; the differences are 9 and 17, so the half is 12.7062 * 4. */
static void difference_paired__of_two_pairs(void)
{
    static const double a[] = {1, 3}, b[] = {10, 20};
    struct difference difference = difference_paired(a, b, 2);
    CHECK_NEAR(difference.half, 50.8248, 1e-3);
    CHECK_EQ(difference.verdict, DIFFERENCE_TOGETHER);
}

/* The variances of the means are 0.5 and 2: freedom 2.5^2 / (0.5^2/4 + 2^2/4) = 5.88235, of which
 * t(0.975) = 2.458824. */
static void difference_welch__has_a_broken_number_of_degrees(void)
{
    struct difference difference = difference_welch(five, 5, twice, 5);
    CHECK_NEAR(difference.freedom, 5.8823529, 1e-6);
    CHECK_NEAR(difference.half, 2.458824 * sqrt(2.5), 1e-5);
    CHECK(isnan(difference.largest));
    CHECK_EQ(difference.verdict, DIFFERENCE_TOGETHER);
}

static void difference_welch__of_two_and_two(void)
{
    static const double a[] = {1, 3}, b[] = {10, 20};
    struct difference difference = difference_welch(a, 2, b, 2);
    CHECK_NEAR(difference.freedom, 26.0 * 26.0 / 626.0, 1e-9);
    CHECK_NEAR(difference.half, 10.68700 * sqrt(26), 1e-3);
}

static void difference__of_equal_and_of_constant_values(void)
{
    static const double ones[] = {1, 1, 1}, twos[] = {2, 2, 2}, swapped[] = {2, 1, 3, 4, 5};
    CHECK_EQ(difference_paired(five, five, 5).verdict, DIFFERENCE_EQUAL);
    CHECK_EQ(difference_welch(ones, 3, ones, 3).verdict, DIFFERENCE_EQUAL);
    struct difference difference = difference_welch(ones, 3, twos, 3);
    CHECK_EQ(difference.verdict, DIFFERENCE_APART);
    CHECK_NEAR(difference.half, 0, 0);
    CHECK(isnan(difference.effect)); /* no run differs from another */
    /* Equal means of unequal pairs are not equal runs. */
    CHECK_EQ(difference_paired(five, swapped, 5).verdict, DIFFERENCE_TOGETHER);
}

static void difference__of_one_run_has_no_interval(void)
{
    struct difference difference = difference_paired(five, twice, 1);
    CHECK(isnan(difference.half) && isnan(difference.effect));
    CHECK_EQ(difference.verdict, DIFFERENCE_SINGLE);
    CHECK_EQ(difference_welch(five, 1, twice, 5).verdict, DIFFERENCE_SINGLE);
    CHECK_EQ(difference_paired(five, five, 1).verdict, DIFFERENCE_EQUAL);
}

static void difference__leaves_out_what_is_no_value(void)
{
    static const double a[] = {1, NAN, 3, 4}, b[] = {2, 3, NAN, 6}, none[] = {NAN, NAN};
    struct difference difference = difference_paired(a, b, 4);
    CHECK_EQ(difference.count_a, 2);
    CHECK_NEAR(difference.difference, 1.5, 1e-12);
    difference = difference_welch(a, 4, b, 4);
    CHECK_EQ(difference.count_a, 3);
    CHECK_NEAR(difference.difference, 1, 1e-12);
    CHECK_EQ(difference_welch(none, 2, b, 4).verdict, DIFFERENCE_NONE);
    CHECK_EQ(difference_paired(none, b, 2).verdict, DIFFERENCE_NONE);
    static const double zeroes[] = {0, 0}, ones[] = {1, 2};
    CHECK(isnan(difference_paired(zeroes, ones, 2).relative));
}

TEST_SUITE(results_difference, TEST(difference_paired__has_students_interval),
           TEST(difference_paired__of_two_pairs),
           TEST(difference_welch__has_a_broken_number_of_degrees),
           TEST(difference_welch__of_two_and_two),
           TEST(difference__of_equal_and_of_constant_values),
           TEST(difference__of_one_run_has_no_interval),
           TEST(difference__leaves_out_what_is_no_value))
