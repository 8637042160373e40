#include "ballast/run/program.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

/* A commit, a commit and a hash, or a hash alone. */
static void program__build_names_a_commit_or_a_hash(void)
{
    const char *build = program_build(), *dot = strchr(build, '.');
    CHECK_TEXT(build, program_build());
    if (dot != NULL) {
        CHECK_EQ(strspn(dot + 1, "0123456789abcdef"), 16);
        CHECK_EQ(strlen(dot + 1), 16);
        CHECK(strcmp(dot + 1, "0000000000000000") != 0);
    }
    size_t digits = strspn(build, "0123456789abcdef");
    CHECK(strncmp(build, "program.", 8) == 0 ||
          (digits >= 12 && (build[digits] == '\0' || strncmp(build + digits, "-dirty.", 7) == 0)));
}

static void program__says_what_it_is_made_of(void)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    program_print(out);
    fclose(out);
    CHECK(strncmp(text, "ballast " BALLAST_VERSION "\nbuild: ", 16) == 0);
    CHECK_CONTAINS(text, program_build());
    CHECK_CONTAINS(text, "\ncompiler: ");
    CHECK_CONTAINS(text, "gsl ");
    CHECK_CONTAINS(text, "sqlite3 ");
    CHECK_CONTAINS(text, "libzstd ");
    free(text);
}

TEST_SUITE(run_program, TEST(program__build_names_a_commit_or_a_hash),
           TEST(program__says_what_it_is_made_of))
