/* Statistics of every format: what is no file of them, VMs and units. */
#include "tests/unit/counters/rows.h"

static void counters_open__refuses_what_holds_no_statistics(void)
{
    check_refused("", "size", "expected statistics, found an empty file");
    check_refused("\n\n", "size", "s:2: expected statistics, found none");
    check_refused("10\n", "size", "s:1: expected statistics, found none");
    CHECK_EQ(tr_counters_open("/nonexistent", &(struct tr_counters_options){.metric = "size"},
                              &(struct tr_counters *){NULL}, NULL),
             SIM_BAD_DATA);
}

static void counters_open__names_the_vm_of_a_file_that_names_none(void)
{
    check_rows_of("10\nactual 1024\n", "size", "web", "web: 0 1");
    check_rows_of("10\nactual 1024\n", "size", NULL, "vm: 0 1");
}

static void counters_open__chooses_a_vm(void)
{
    static const char file[] = "10\nweb\nactual 1024\ndb\nrss 5\n";
    struct tr_counters_options options = {.metric = "size", .vm = "mail"};
    struct sim_error error = {0};
    char text[100];
    check_rows_of(file, "size", "web", "web: 0 1");
    CHECK_EQ(rows_describe(file, &options, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected the VM 'mail', found web, db");
}

static void counters_open__asks_for_a_unit_that_nobody_knows(void)
{
    struct tr_counters_options options = {.metric = "heap", .unit = "bytes"};
    struct sim_error error = {0};
    char text[100];
    check_refused("10\nheap 1048576\n", "heap",
                  "expected a counter of a known unit, found 'heap'; say --unit MB, KiB, bytes or "
                  "pages");
    CHECK_EQ(rows_describe("10\nheap 1048576\n", &options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "vm: 0 1");
}

/* The first sample of two at one time counts. */
static void counters_open__leaves_out_a_second_sample(void)
{
    check_rows("10\nactual 1024\n10\nactual 2048\n11\nactual 3072\n", "size",
               "vm: 0 1: 1 3; 1 missing");
}

TEST_SUITE(counters_counters, TEST(counters_open__refuses_what_holds_no_statistics),
           TEST(counters_open__names_the_vm_of_a_file_that_names_none),
           TEST(counters_open__chooses_a_vm),
           TEST(counters_open__asks_for_a_unit_that_nobody_knows),
           TEST(counters_open__leaves_out_a_second_sample))
