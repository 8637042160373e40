/* Why a VM was not powered on. */
#include "ballast/explain/refusal.h"

#include <stdlib.h>

#include "tests/check.h"

static struct sim_error error;
static struct results *db;
static struct refusals refusals;

static void vm_add(const char *name, const char *max_mb, const char *min_mb)
{
    char key[40];
    snprintf(key, sizeof key, "vm.%s.name", name);
    results_param(db, 1, key, name, &error);
    snprintf(key, sizeof key, "vm.%s.memory_mb", name);
    results_param(db, 1, key, max_mb, &error);
    snprintf(key, sizeof key, "vm.%s.min_mb", name);
    results_param(db, 1, key, min_mb, &error);
}

static void event_add(double t_s, const char *vm, const char *kind)
{
    results_event(db, 1, t_s, vm, kind, "", &error);
}

/* 200 MB to promise, and 250 MB of swap; `a` and `b` are 100 MB with a min of 50, overhead 10. */
static void begin(const char *max_mb, const char *min_mb)
{
    int64_t run_id;
    struct results_run run = {.experiment = "refusal", .version = "test", .config = ""};
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(results_run_begin(db, &run, &run_id, &error), SIM_OK);
    results_param(db, 1, "machine.memory_mb", "220", &error);
    results_param(db, 1, "machine.hypervisor_mb", "20", &error);
    results_param(db, 1, "machine.swap_mb", "250", &error);
    results_param(db, 1, "policy.overhead_full_pages", "2560", &error);
    vm_add("a", "100", "50");
    vm_add("b", "100", "50");
    vm_add("late", max_mb, min_mb);
    event_add(0, "a", "power_on");
    event_add(1, "b", "power_on");
    event_add(2, "late", "refused");
}

static int read_refusals(const char *vm)
{
    return refusals_read(&refusals, db, 1, vm, &error);
}

static void end(void)
{
    refusals_fini(&refusals);
    CHECK_EQ(results_run_end(db, 1, true, 10, 1, &error), SIM_OK);
    results_close(db, NULL);
}

static char words[1000];

static void words_make(uint32_t index)
{
    FILE *out = fmemopen(words, sizeof words, "w");
    refusal_words(out, &refusals, &refusals.list[index]);
    fclose(out);
}

static void refusal__machine_memory_is_looked_at_first(void)
{
    begin("100", "80");
    CHECK_EQ(read_refusals("late"), SIM_OK);
    if (CHECK_EQ(refusals.count, 1)) {
        const struct refusal *refusal = &refusals.list[0];
        CHECK(!refusal->is_swap);
        CHECK_NEAR(refusal->at_s, 2, 0);
        CHECK_NEAR(refusal->needed_mb, 90, 0);
        CHECK_NEAR(refusal->memory_left_mb, 80, 0);
        CHECK_NEAR(refusal->swap_left_mb, 150, 0);
        CHECK(refusal->promises[0].is_on && !refusal->promises[2].is_on);
        words_make(0);
        CHECK_TEXT(words, "late was refused at 2 s for want of machine memory. It needs 90 MB "
                          "(min 80 and overhead 10), and of 200 MB 80 MB were not promised to "
                          "others: 10 MB too few. It would have been admitted on a machine with "
                          "10 MB more; with a min of 70 instead of 80 MB; without a (60 MB) or b "
                          "(60 MB).");
    }
    end();
}

static void refusal__swap(void)
{
    begin("240", "60");
    CHECK_EQ(read_refusals("late"), SIM_OK);
    CHECK(refusals.list[0].is_swap);
    words_make(0);
    CHECK_CONTAINS(words, "for want of swap. It needs 180 MB of swap (max 240 less min 60), and of "
                          "250 MB 150 MB were not promised to others: 30 MB too few.");
    CHECK_CONTAINS(words, "with a max 30 MB smaller; with a swap device of 280 instead of 250 MB;");
    CHECK(strstr(words, "min 30 MB larger") == NULL); /* there is no memory for that */
    end();
}

/* A smaller min is no way out where swap cannot take the rest. */
static void refusal__both_are_short(void)
{
    begin("300", "80");
    CHECK_EQ(read_refusals("late"), SIM_OK);
    CHECK(!refusals.list[0].is_swap);
    words_make(0);
    CHECK(strstr(words, "with a min of") == NULL);
    CHECK_CONTAINS(words, "Even then it would have been refused for want of swap: it needs 220 MB "
                          "of it, and 150 MB were left.");
    end();
}

static void refusal__what_went_off_before_is_not_promised(void)
{
    begin("100", "80");
    event_add(3, "a", "power_off");
    event_add(4, "late", "power_on");
    event_add(5, "late", "power_off");
    event_add(6, "a", "power_on");
    event_add(7, "late", "refused");
    CHECK_EQ(read_refusals("late"), SIM_OK);
    CHECK_EQ(refusals.count, 2);
    CHECK_NEAR(refusals.on_s, 4, 0);
    CHECK_NEAR(refusals.list[1].memory_left_mb, 80, 0);
    end();
}

static void refusals__of_a_vm_that_was_admitted_or_is_unknown(void)
{
    begin("100", "80");
    CHECK_EQ(read_refusals("b"), SIM_OK);
    CHECK_EQ(refusals.count, 0);
    CHECK_NEAR(refusals.on_s, 1, 0);
    refusals_fini(&refusals);
    CHECK_EQ(read_refusals("latte"), SIM_USAGE);
    CHECK_TEXT(error.text,
               "--why-not: expected a VM of the run (a, b, late), found 'latte' (did you mean "
               "'late'?)");
    end();
}

TEST_SUITE(explain_refusal, TEST(refusal__machine_memory_is_looked_at_first), TEST(refusal__swap),
           TEST(refusal__both_are_short), TEST(refusal__what_went_off_before_is_not_promised),
           TEST(refusals__of_a_vm_that_was_admitted_or_is_unknown))
