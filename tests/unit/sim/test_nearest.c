#include "sim/nearest.h"
#include "tests/check.h"

static const char *const keys[] = {"name", "memory_mb", "min_mb", "max_mb", "shares", "guest"};
enum { KEYS = sizeof keys / sizeof keys[0] };

static const char *near_key(const char *name)
{
    const char *best = sim_nearest(name, keys, KEYS);
    return best ? best : "none";
}

static void nearest__forgives_each_kind_of_typing_error(void)
{
    CHECK_TEXT(near_key("share"), "shares");        /* a letter missing */
    CHECK_TEXT(near_key("sharess"), "shares");      /* a letter too many */
    CHECK_TEXT(near_key("sherus"), "shares");       /* two letters replaced */
    CHECK_TEXT(near_key("memroy_mb"), "memory_mb"); /* two letters swapped */
    CHECK_TEXT(near_key("nmae"), "name");           /* a swap is one error, not two */
    CHECK_TEXT(near_key("mib_mn"), "min_mb");
}

static void nearest__ignores_case_and_kind_of_dash(void)
{
    CHECK_TEXT(near_key("MEMORY-MB"), "memory_mb");
    CHECK_TEXT(near_key("Max_Mb"), "max_mb");
}

static void nearest__forgives_a_missing_or_surplus_unit(void)
{
    CHECK_TEXT(near_key("memory"), "memory_mb");
    CHECK_TEXT(near_key("max"), "max_mb");
    CHECK_TEXT(near_key("shares_count_of_all"), "shares");
    CHECK_TEXT(near_key("memo"), "none"); /* a cut name, not one without its unit */
}

static void nearest__is_none_where_nothing_resembles(void)
{
    CHECK_TEXT(near_key("frequency"), "none");
    CHECK_TEXT(near_key("x"), "none");
    CHECK_TEXT(near_key(""), "none");
    CHECK_TEXT(near_key("_"), "none");
    CHECK(sim_nearest("name", keys, 0) == NULL);
    const char *short_names[] = {"y", ""};
    CHECK(sim_nearest("x", short_names, 2) == NULL);
    CHECK(sim_nearest("", short_names, 1) == NULL);
}

static void nearest__prefers_the_smallest_distance_then_the_first(void)
{
    const char *names[] = {"clocks", "clock", "block", "flock"};
    CHECK_TEXT(sim_nearest("clock", names, 4), "clock");
    CHECK_TEXT(sim_nearest("slock", names, 4), "clock");
}

static void nearest__counts_names_to_the_limit_and_no_longer(void)
{
    char name[66], candidate[66];
    memset(name, 'x', sizeof name);
    memset(candidate, 'x', sizeof candidate);
    name[63] = candidate[63] = '\0';
    name[31] = 'y';
    const char *names[] = {candidate};
    CHECK(sim_nearest(name, names, 1) == candidate);
    name[63] = 'x';
    name[64] = '\0';
    CHECK(sim_nearest(name, names, 1) == NULL);
}

static void nearest_offer__keeps_the_best_so_far(void)
{
    struct sim_nearest nearest;
    sim_nearest_begin(&nearest, "linux");
    CHECK(nearest.best == NULL);
    sim_nearest_offer(&nearest, "minix");
    CHECK_TEXT(nearest.best, "minix");
    sim_nearest_offer(&nearest, "linus");
    CHECK_TEXT(nearest.best, "linus");
    sim_nearest_offer(&nearest, "windows");
    CHECK_TEXT(nearest.best, "linus");
}

static void nearest_hint__is_a_question_or_nothing(void)
{
    char hint[SIM_HINT_BYTES], longest[64];
    CHECK_TEXT(sim_nearest_hint(hint, "shares"), " (did you mean 'shares'?)");
    CHECK_TEXT(sim_nearest_hint(hint, NULL), "");
    memset(longest, 'x', 63);
    longest[63] = '\0';
    CHECK_CONTAINS(sim_nearest_hint(hint, longest), "x'?)");
}

TEST_SUITE(sim_nearest, TEST(nearest__forgives_each_kind_of_typing_error),
           TEST(nearest__ignores_case_and_kind_of_dash),
           TEST(nearest__forgives_a_missing_or_surplus_unit),
           TEST(nearest__is_none_where_nothing_resembles),
           TEST(nearest__prefers_the_smallest_distance_then_the_first),
           TEST(nearest__counts_names_to_the_limit_and_no_longer),
           TEST(nearest_offer__keeps_the_best_so_far), TEST(nearest_hint__is_a_question_or_nothing))
