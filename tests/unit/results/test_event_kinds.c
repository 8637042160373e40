#include "ballast/results/event_kinds.h"

#include "tests/check.h"

static void event_kind_find__knows_what_spoils_a_run(void)
{
    CHECK_TEXT(event_kind_find("refused")->words, "was refused");
    CHECK_TEXT(event_kind_find("oom_kill")->title, "killed");
    CHECK(event_kind_find("power_on") == NULL);
    for (uint32_t i = 0; i < EVENT_KINDS; i++)
        CHECK(strlen(event_kinds[i].title) <= 10);
}

TEST_SUITE(results_event_kinds, TEST(event_kind_find__knows_what_spoils_a_run))
