/* Statistics of every format: what is no file of them, and the name of a VM that none gives. */
#include "tests/unit/counters/rows.h"

static void counters_open__refuses_what_holds_no_statistics(void)
{
    check_refused("", "size", "expected statistics, found an empty file");
    check_refused("\n\n", "size", "s:2: expected statistics, found none");
    check_refused("10\n", "size", "s:1: expected statistics, found none");
}

static void counters_open__names_the_vm_of_a_file_that_names_none(void)
{
    static const char *const names[][2] = {{"web", "web"}, {NULL, "vm"}};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "s");
    file_put(path, "10\nactual 1\n", 12);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct tr_counters *counters;
        struct sim_error error = {0};
        CHECK_EQ(tr_counters_open(path, "size", names[i][0], &counters, &error), SIM_OK);
        CHECK_TEXT(tr_counters_vm(counters, 0), names[i][1]);
        tr_counters_close(counters);
    }
    CHECK_EQ(tr_counters_open("/nonexistent", "size", NULL, &(struct tr_counters *){NULL}, NULL),
             SIM_BAD_DATA);
    files_fini(&files);
}

TEST_SUITE(counters_counters, TEST(counters_open__refuses_what_holds_no_statistics),
           TEST(counters_open__names_the_vm_of_a_file_that_names_none))
