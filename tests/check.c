/*
 * The test program runs every suite, or those whose names contain one of its arguments; `=NAME` is
 * the suite of just that name.
 *
 * CUnit's function that runs the tests reports success even if some fail. So the exit status comes
 * from the number of failures. Suites run in the order of their names, whatever the order of
 * linking.
 *
 * With CHECK_STOP=SECONDS in the environment the program ends at the first check that fails, and at
 * the first case that takes more CPU time than that: for those who only ask whether all is well.
 */
#include "tests/check.h"

#include <CUnit/Basic.h>
#include <stdlib.h>
#include <sys/time.h>

static struct check_suite *suites;

void check_register(struct check_suite *suite)
{
    struct check_suite **place = &suites;
    while (*place && strcmp((*place)->name, suite->name) < 0)
        place = &(*place)->next;
    suite->next = *place;
    *place = suite;
}

static bool report(bool ok, const char *file, int line, const char *text)
{
    if (!ok)
        printf("\n    %s:%d: %s", file, line, text);
    if (!ok && getenv("CHECK_STOP")) {
        fflush(stdout);
        _Exit(EXIT_FAILURE);
    }
    CU_assertImplementation(ok, (unsigned)line, text, file, "", CU_FALSE);
    return ok;
}

bool check_true(bool ok, const char *what, const char *file, int line)
{
    char text[600];
    snprintf(text, sizeof text, "expected %s", what);
    return report(ok, file, line, text);
}

bool check_u64(uint64_t found, uint64_t expected, const char *what, const char *file, int line)
{
    char text[600];
    snprintf(text, sizeof text, "%s: expected %" PRIu64 ", found %" PRIu64, what, expected, found);
    return report(found == expected, file, line, text);
}

bool check_near(double found, double expected, double tolerance, const char *what, const char *file,
                int line)
{
    char text[600];
    snprintf(text, sizeof text, "%s: expected %g +- %g, found %g", what, expected, tolerance,
             found);
    return report(fabs(found - expected) <= tolerance, file, line, text);
}

bool check_text(const char *found, const char *expected, const char *what, const char *file,
                int line)
{
    char text[2400];
    snprintf(text, sizeof text, "%s: expected \"%s\", found \"%s\"", what, expected,
             found ? found : "(null)");
    return report(found && strcmp(found, expected) == 0, file, line, text);
}

bool check_contains(const char *found, const char *expected, const char *what, const char *file,
                    int line)
{
    char text[2400];
    snprintf(text, sizeof text, "%s: expected to contain \"%s\", found \"%s\"", what, expected,
             found ? found : "(null)");
    return report(found && strstr(found, expected), file, line, text);
}

/* Before each case. When the time is over, a signal ends the program. */
static void limit_time(void)
{
    const char *seconds = getenv("CHECK_STOP");
    struct itimerval limit = {.it_value.tv_sec = seconds ? atol(seconds) : 0};
    setitimer(ITIMER_PROF, &limit, NULL);
}

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '=' ? strcmp(name, argv[i] + 1) == 0 : strstr(name, argv[i]) != NULL)
            return true;
    }
    return argc < 2;
}

uint64_t check_seed(uint64_t usual)
{
    const char *told = getenv("PROPERTY_SEED");
    return told != NULL ? usual + 1000 * strtoull(told, NULL, 10) : usual;
}

int main(int argc, char **argv)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return EXIT_FAILURE;
    unsigned chosen = 0;
    for (const struct check_suite *suite = suites; suite; suite = suite->next) {
        if (!wanted(suite->name, argc, argv))
            continue;
        CU_pSuite added =
            CU_add_suite_with_setup_and_teardown(suite->name, NULL, NULL, limit_time, NULL);
        for (unsigned i = 0; added && i < suite->count; i++) {
            if (!CU_add_test(added, suite->cases[i].name, suite->cases[i].run))
                return EXIT_FAILURE;
        }
        chosen += suite->count;
    }
    CU_basic_set_mode(CU_BRM_VERBOSE);
    CU_basic_run_tests();
    unsigned failures = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    CU_cleanup_registry();
    if (chosen == 0)
        fprintf(stderr, "no suite matches\n");
    return failures == 0 && chosen > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
