/*
 * What every test file uses: suites that register themselves, and checks that print both values if
 * these differ.
 *
 *     static void event__ties_fire_in_order(void) { CHECK_EQ(a, b); }
 *     TEST_SUITE(sim_event, TEST(event__ties_fire_in_order), TEST(...))
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <CUnit/CUnit.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct check_case {
    const char *name;
    void (*run)(void);
};

struct check_suite {
    const char *name;
    const struct check_case *cases;
    unsigned count;
    struct check_suite *next;
};

void check_register(struct check_suite *suite);

/* A check that does not hold prints `file:line: what: expected ..., found ...` and fails the
 * present case, which goes on. Each returns whether it holds. */
bool check_true(bool ok, const char *what, const char *file, int line);
bool check_u64(uint64_t found, uint64_t expected, const char *what, const char *file, int line);
bool check_near(double found, double expected, double tolerance, const char *what, const char *file,
                int line);
bool check_text(const char *found, const char *expected, const char *what, const char *file,
                int line);
/* Checks that `found` contains `expected`. */
bool check_contains(const char *found, const char *expected, const char *what, const char *file,
                    int line);

/* `usual`, or another seed for it where the environment variable PROPERTY_SEED has a number. */
uint64_t check_seed(uint64_t usual);

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQ(found, expected)                                                                  \
    check_u64((uint64_t)(found), (uint64_t)(expected), #found, __FILE__, __LINE__)
#define CHECK_NEAR(found, expected, tolerance)                                                     \
    check_near((found), (expected), (tolerance), #found, __FILE__, __LINE__)
#define CHECK_TEXT(found, expected) check_text((found), (expected), #found, __FILE__, __LINE__)
#define CHECK_CONTAINS(found, expected)                                                            \
    check_contains((found), (expected), #found, __FILE__, __LINE__)

#define TEST(function)                                                                             \
    {                                                                                              \
#function, function                                                                        \
    }
#define TEST_SUITE(suite_name, ...)                                                                \
    static const struct check_case suite_name##_cases[] = {__VA_ARGS__};                           \
    static struct check_suite suite_name##_suite = {                                               \
        #suite_name, suite_name##_cases,                                                           \
        (unsigned)(sizeof suite_name##_cases / sizeof suite_name##_cases[0]), NULL};               \
    __attribute__((constructor)) static void suite_name##_register(void)                           \
    {                                                                                              \
        check_register(&suite_name##_suite);                                                       \
    }

#endif
