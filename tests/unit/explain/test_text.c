/* Explanations as they are printed. */
#include "ballast/explain/text.h"

#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/explain/recorded.h"

static struct sim_error error;
static struct results *db;
static struct explain explain;
static struct explain_move move;
static struct explain_run run = {
    .experiment = "recorded", .variant = "", .seed = "1", .governor = "esx", .runs = 1};
static char *text;
static size_t bytes;

/* At 20 s the tax rises: then P - 0.75 A is equal, and P adds up to 360, for 127.5 and 232.5 MB. */
static const struct recorded_round rounds[] = {
    {10, "periodic", 360, 0, {{10, 180, 0}, {150, 180, 0}}},
    {20, "parameters", 360, 7500, {{10, 180, 0}, {150, 180, 0}}},
    {30, "periodic", 360, 7500, {{10, 150, 0}, {180, 200, 0}}},
};

static void begin(void)
{
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, &error), SIM_OK);
    CHECK_EQ(explain_init(&explain, db, recorded_run(db, rounds, 3), mp_governor_find("esx"), NULL,
                          "", &error),
             SIM_OK);
    CHECK_EQ(explain_move(&explain, 0, 1, &move, &error), SIM_OK);
}

static void end(void)
{
    free(text);
    free(move.causes);
    explain_fini(&explain);
    results_close(db, NULL);
}

static void explain_text__sentences_then_tables(void)
{
    begin();
    const struct explain_text out = {open_memstream(&text, &bytes), 70, &run, &explain, -1};
    explain_text_run(&out);
    explain_text_move(&out, &move, true);
    fclose(out.out);
    CHECK_TEXT(text, "recorded, seed 1, governor esx: decided 3 times in 100 s.\n\n"
                     "At 20 s, when a parameter changed; state high, 33 MB free.\n"
                     "  idle's target fell by 52 MB (180 -> 128). The tax on idle memory\n"
                     "  rose from 0 to 75%: held at 0%, idle would have kept its 180 MB. Its\n"
                     "  balloon should hold 128 MB (before: 0). By 30 s its balloon grew\n"
                     "  from 76 to 106 MB, its allocation fell from 180 to 150 MB.\n"
                     "  busy's target rose by 52 MB (180 -> 232). The same cause: held at\n"
                     "  0%, it would have stayed at 180 MB. By 30 s its balloon shrank from\n"
                     "  76 to 56 MB, its allocation rose from 180 to 200 MB.\n\n"
                     "Orders at 20 s, MB:\n\n"
                     "VM    estimate  price      target  balloon  swap\n"
                     "----  --------  -----  ----------  -------  ----\n"
                     "idle        10     10  180 -> 128      128     0\n"
                     "busy       150     10  180 -> 232        0     0\n\n"
                     "Memory at 20 s and at 30 s, MB:\n\n"
                     "VM     allocated  ballooned  swapped\n"
                     "----  ----------  ---------  -------\n"
                     "idle  180 -> 150  76 -> 106        0\n"
                     "busy  180 -> 200   76 -> 56        0\n");
    end();
}

static void explain_text__one_vm_alone(void)
{
    begin();
    const struct explain_text out = {open_memstream(&text, &bytes), 70, &run, &explain, 1};
    explain_text_move(&out, &move, false);
    fclose(out.out);
    CHECK_CONTAINS(text, "  busy's target rose by 52 MB");
    CHECK(strstr(text, "idle's") == NULL);
    end();
}

static void explain_text__says_where_causes_are_not_known(void)
{
    begin();
    strcpy(explain.no_replay, "the governor is gone");
    run.runs = 3;
    const struct explain_text out = {open_memstream(&text, &bytes), 100, &run, &explain, -1};
    explain_text_run(&out);
    fclose(out.out);
    CHECK_CONTAINS(text, "One of 3 runs; --variant and --seed choose\nanother.");
    CHECK_CONTAINS(text, "Which number caused what is not known: the governor is gone.");
    run.runs = 1;
    end();
}

TEST_SUITE(explain_text, TEST(explain_text__sentences_then_tables),
           TEST(explain_text__one_vm_alone), TEST(explain_text__says_where_causes_are_not_known))
