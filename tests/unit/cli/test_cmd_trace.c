#include "ballast/cli/command.h"
#include "tests/check.h"
#include "traces/targets/target.h"

/* Every format that is read or written is in the help, so that a user finds its name. */
static void trace__help_names_every_format(void)
{
    const struct tr_source_about *lists[] = {tr_source_formats(), tr_target_formats()};

    for (unsigned i = 0; i < 2; i++)
        for (const struct tr_source_about *about = lists[i]; about->name; about++)
            CHECK_CONTAINS(command_trace.details, about->name);
}

static void trace__refuses_other_words(void)
{
    char *words[] = {"trace", "burn", NULL};
    struct sim_error error = {0};

    CHECK_EQ(command_trace.run(2, words, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "found 'burn'");
}

TEST_SUITE(cli_cmd_trace, TEST(trace__help_names_every_format), TEST(trace__refuses_other_words))
