/* Moves in sentences. */
#include "ballast/explain/words.h"

#include "tests/check.h"

static const char *names[] = {"windows", "linux"};
static struct explain explain = {.decisions = {.vms = names, .vm_count = 2}};
static char words[1000];

#define WRITTEN(call)                                                                              \
    do {                                                                                           \
        FILE *out = fmemopen(words, sizeof words, "w");                                            \
        call;                                                                                      \
        fclose(out);                                                                               \
    } while (0)

static void words__numbers(void)
{
    char text[WORDS_BYTES];
    CHECK_TEXT(words_mb(text, 0), "0");
    CHECK_TEXT(words_mb(text, 0.04), "0");
    CHECK_TEXT(words_mb(text, 7.12), "7.1");
    CHECK_TEXT(words_mb(text, 9.96), "10");
    CHECK_TEXT(words_mb(text, 179.4), "179");
    CHECK_TEXT(words_mb(text, 1234567), "1,234,567");
    CHECK_TEXT(words_mb(text, -1234), "-1,234");
    CHECK_TEXT(words_mb(text, NAN), "-");
    CHECK_TEXT(words_time(text, 0), "0 s");
    CHECK_TEXT(words_time(text, 1854), "1,854 s");
    CHECK_TEXT(words_time(text, 0.5), "0.5 s");
    CHECK_TEXT(words_time(text, 1055.5750001), "1,055.575 s");
}

static void check_cause(enum view_field field, int vm, int64_t before, int64_t after,
                        const char *expected)
{
    const struct explain_cause cause = {
        .row = &view_rows[field], .vm = vm, .before = before, .after = after};
    WRITTEN(words_cause(out, &explain, &cause, -1));
    CHECK_TEXT(words, expected);
}

static void words_cause__in_the_unit_of_the_number(void)
{
    check_cause(VIEW_active_pages, 0, 12 * 256, 115 * 256,
                "windows' estimate rose from 12 to 115 MB");
    check_cause(VIEW_shares, 1, 2560, 1000, "linux's shares fell from 2,560 to 1,000");
    check_cause(VIEW_idle_tax_bp, -1, 0, 7500, "The tax on idle memory rose from 0 to 75%");
    check_cause(VIEW_state, -1, MP_STATE_HIGH, MP_STATE_LOW,
                "The state of free memory changed from high to low");
    check_cause(VIEW_stall_ns, 1, 0, 1500000000, "linux's stall time so far rose from 0 to 1.5 s");
    check_cause(VIEW_has_driver, 1, 0, 1, "linux's balloon driver came");
    const struct explain_cause on = {.vm = 1, .after = 1},
                               own = {.row = &view_rows[VIEW_shares], .after = 5};
    WRITTEN(words_cause(out, &explain, &on, 1));
    CHECK_TEXT(words, "linux was powered on");
    WRITTEN(words_cause(out, &explain, &own, 0));
    CHECK_TEXT(words, "Its shares rose from 0 to 5");
}

/* A move of linux from `before` to `after`, with one cause that would have made it `held`. */
static void check_move(double before, double after, double held, const char *expected)
{
    double held_mb[] = {NAN, held};
    struct explain_cause cause = {.row = &view_rows[VIEW_active_pages],
                                  .vm = 0,
                                  .before = 12 * 256,
                                  .after = 115 * 256,
                                  .held_mb = held_mb};
    const struct explain_memory nothing = {NAN, NAN, NAN};
    struct explain_vm vms[2] = {{0},
                                {.was_on = true,
                                 .is_on = true,
                                 .before = {.target_mb = before},
                                 .after = {.target_mb = after},
                                 .then = nothing,
                                 .done = nothing}};
    struct explain_move move = {.vms = vms, .causes = &cause, .cause_count = 1};
    WRITTEN(words_vm(out, &explain, &move, 1, -1));
    CHECK_TEXT(words, expected);
}

#define ROSE " windows' estimate rose from 12 to 115 MB: held at 12 MB, linux would have "

static void words_vm__what_would_have_been(void)
{
#define FELL "linux's target fell by 38 MB (243 -> 205)." ROSE
    check_move(243, 205, 243.4, FELL "kept its 243 MB.");
    check_move(243, 205, 220, FELL "fallen only to 220 MB.");
    check_move(243, 205, 190, FELL "fallen further, to 190 MB.");
    check_move(243, 205, 250, FELL "risen to 250 MB.");
#define GAINED "linux's target rose by 38 MB (205 -> 243)." ROSE
    check_move(205, 243, 204.8, GAINED "stayed at 205 MB.");
    check_move(205, 243, 220, GAINED "risen only to 220 MB.");
    check_move(205, 243, 250, GAINED "risen further, to 250 MB.");
    check_move(205, 243, 190, GAINED "fallen to 190 MB.");
    check_move(205, 243, 243.2,
               "linux's target rose by 38 MB (205 -> 243). No single number that the governor read "
               "moved it by 1 MB; they did together.");
    check_move(205, 205, 205, "linux's target stayed at 205 MB.");
}

static void words_vm__orders_and_what_was_done(void)
{
    struct explain_vm vms[2] = {
        {.was_on = true,
         .is_on = true,
         .before = {.target_mb = 100, .balloon_target_mb = 0},
         .after = {.target_mb = 100, .balloon_target_mb = 50, .swap_target_mb = 6},
         .then = {150, 0, 0},
         .done = {120, 30, 0.5}},
        {.is_on = true, .after = {.target_mb = 90}, .then = {5, 0, 0}, .done = {5, 0, 0}}};
    struct explain_move move = {.vms = vms, .then_s = 10, .done_s = 25};
    WRITTEN(words_vm(out, &explain, &move, 0, -1));
    CHECK_TEXT(words, "windows' target stayed at 100 MB. Its balloon should hold 50 MB (before: 0) "
                      "and 6.0 MB should be swapped out. By 25 s its balloon grew from 0 to 30 MB, "
                      "its allocation fell from 150 to 120 MB.");
    WRITTEN(words_vm(out, &explain, &move, 1, -1));
    CHECK_TEXT(words, "linux was powered on. Its first target is 90 MB. It has no more than that "
                      "(5.0 MB), so nothing had to be done.");
    vms[0].done = vms[0].then;
    vms[1] = (struct explain_vm){.was_on = true, .before = {.target_mb = 90}};
    WRITTEN(words_vm(out, &explain, &move, 0, -1));
    CHECK_CONTAINS(words, "By 25 s nothing had moved yet.");
    WRITTEN(words_vm(out, &explain, &move, 1, -1));
    CHECK_TEXT(words, "linux was powered off. Its target was 90 MB.");
    vms[1].was_on = false;
    WRITTEN(words_vm(out, &explain, &move, 1, -1));
    CHECK_TEXT(words, "linux was off.");
}

static void words_heading__when_and_why(void)
{
    struct round rounds[] = {{.view = {.reason = MP_REASON_PARAMETERS}}};
    struct explain_move move = {
        .moments = 1, .to_s = 1854, .state = "soft", .free_mb = 31, .free_s = 1854};
    explain.decisions.rounds = rounds;
    WRITTEN(words_heading(out, &explain, &move));
    CHECK_TEXT(words, "At 1,854 s, when a parameter changed; state soft, 31 MB free.");
    move.free_s = 1850;
    move.moments = 3;
    move.from_s = 1800;
    WRITTEN(words_heading(out, &explain, &move));
    CHECK_TEXT(words,
               "From 1,800 s to 1,854 s, in 3 decisions; state soft, 31 MB free at 1,850 s.");
    move.free_mb = NAN;
    WRITTEN(words_heading(out, &explain, &move));
    CHECK_TEXT(words, "From 1,800 s to 1,854 s, in 3 decisions; state soft.");
    explain.decisions.rounds = NULL;
}

TEST_SUITE(explain_words, TEST(words__numbers), TEST(words_cause__in_the_unit_of_the_number),
           TEST(words_vm__what_would_have_been), TEST(words_vm__orders_and_what_was_done),
           TEST(words_heading__when_and_why))
