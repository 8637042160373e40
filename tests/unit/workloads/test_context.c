#include "workloads/context.h"

#include <stdlib.h>

#include "tests/check.h"

static void check_path(const char *base_dir, const char *file, const char *expected)
{
    struct wl_context context = {.base_dir = base_dir};
    char *path = wl_path_new(&context, file);

    CHECK_TEXT(path, expected);
    free(path);
}

static void path__counts_from_the_configuration(void)
{
    check_path("a/b", "c/d", "a/b/c/d");
    check_path("a/b", "/c/d", "/c/d");
    check_path(NULL, "c/d", "c/d");
}

TEST_SUITE(workloads_context, TEST(path__counts_from_the_configuration))
