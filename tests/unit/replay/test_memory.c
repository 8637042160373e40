/* Sizes of memory, as users write them. */
#include "ballast/replay/memory.h"
#include "tests/check.h"

static struct replay_memories memories;
static struct sim_error error;

/* The pages of one size, in a recording of 1,000 pages; 0: refused. */
static uint32_t pages_of(const char *text, uint32_t page_bytes, uint32_t distinct)
{
    error.text[0] = '\0';
    if (replay_memories_read(text, &memories, &error) != SIM_OK ||
        replay_memories_resolve(&memories, page_bytes, distinct, "t", &error) != SIM_OK)
        return 0;
    return memories.at[0].pages;
}

static void memories__are_percent_bytes_or_pages(void)
{
    CHECK_EQ(pages_of("10%", 0, 1000), 100);
    CHECK_EQ(pages_of("0.1%", 0, 1000), 1);
    CHECK_EQ(pages_of("100%", 0, 1000), 1000);
    CHECK_EQ(pages_of("37.59%", 0, 1000), 375); /* never more than was asked for */
    CHECK_EQ(pages_of("1000", 0, 1000), 1000);
    CHECK_EQ(pages_of("17pages", 0, 1000), 17);
    CHECK_EQ(pages_of("1 page", 0, 1000), 1);
    CHECK_EQ(pages_of("1MB", 4096, 1000), 256);
    CHECK_EQ(pages_of("1MB", 8192, 1000), 128);
    CHECK_EQ(pages_of("40KiB", 4096, 1000), 10);
    CHECK_EQ(pages_of("5GB", 4096, 0), 5 * 262144); /* nobody knows the recording yet */
}

static void memories__keep_their_order(void)
{
    CHECK_EQ(replay_memories_read("50%,1MB,7", &memories, &error), SIM_OK);
    CHECK_EQ(replay_memories_resolve(&memories, 4096, 1000, "t", &error), SIM_OK);
    CHECK_EQ(memories.count, 3);
    CHECK_EQ(memories.at[0].pages, 500);
    CHECK_EQ(memories.at[1].pages, 256);
    CHECK_EQ(memories.at[2].pages, 7);
    CHECK(replay_memories_have(&memories, REPLAY_BYTES));
    CHECK_EQ(replay_memories_read("7", &memories, &error), SIM_OK);
    CHECK(!replay_memories_have(&memories, REPLAY_PERCENT));
}

static void memories__what_cannot_be_is_refused(void)
{
    static const char *const wrong[] = {"",      "0",        "0%",      "101%", "-1",   "1.5",
                                        "x",     "10%,",     ",10",     "1GHz", "1 %%", "nan",
                                        "10 20", "0x10",     "%",       "MB",   "1MBB", "1,2,x",
                                        " ",     "10pagess", "1.5pages"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(pages_of(wrong[i], 4096, 1000), 0);
        CHECK_EQ(error.status, SIM_USAGE);
        CHECK_CONTAINS(error.text, "--memory: expected a size above 0");
    }
    char many[200] = "1";
    for (unsigned i = 1; i <= REPLAY_MEMORIES_MOST; i++)
        strcat(many, ",1");
    CHECK_EQ(pages_of(many, 4096, 1000), 0);
    CHECK_CONTAINS(error.text, "at most 32 sizes");
}

static void memories__what_does_not_fit_is_refused(void)
{
    CHECK_EQ(pages_of("1001", 4096, 1000), 0);
    CHECK_TEXT(error.text,
               "--memory 1001: expected at most the 1000 pages that t touches, found 1001");
    CHECK_EQ(pages_of("1GB", 4096, 1000), 0);
    CHECK_CONTAINS(error.text, "found 262144");
    CHECK_EQ(pages_of("0.01%", 4096, 1000), 0);
    CHECK_TEXT(error.text, "--memory 0.01%: expected at least one page, found 0.1");
    CHECK_EQ(pages_of("1KB", 4096, 1000), 0);
    CHECK_CONTAINS(error.text, "at least one page");
    CHECK_EQ(pages_of("1MB", 0, 1000), 0);
    CHECK_CONTAINS(error.text, "object of unknown size; --page-bytes N gives it one");
    CHECK_EQ(pages_of("99999999999999TB", 4096, 0), 0);
    CHECK_EQ(error.status, SIM_USAGE);
}

TEST_SUITE(replay_memory, TEST(memories__are_percent_bytes_or_pages),
           TEST(memories__keep_their_order), TEST(memories__what_cannot_be_is_refused),
           TEST(memories__what_does_not_fit_is_refused))
