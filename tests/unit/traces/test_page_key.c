/*
 * The keyed hash of pages.
 */
#include "traces/page_key.h"

#include "tests/check.h"

static void page_hash__depends_on_key_and_every_byte(void)
{
    static uint8_t page[4096];
    struct tr_page_key key, other;
    tr_page_key_of_text(&key, "secret");
    tr_page_key_of_text(&other, "secres");
    uint64_t hash = tr_page_hash(&key, page, sizeof page);
    CHECK_EQ(hash,
             UINT64_C(14530053872925573071)); /* a trace from another machine must mean the same */
    CHECK(tr_page_hash(&other, page, sizeof page) != hash);
    for (uint32_t i = 0; i < sizeof page; i++) {
        page[i] = 1;
        if (tr_page_hash(&key, page, sizeof page) == hash)
            CHECK_EQ(i, UINT32_MAX);
        page[i] = 0;
    }
    CHECK_EQ(tr_page_hash(&key, page, sizeof page), hash);
}

static void page_key__of_an_empty_text(void)
{
    struct tr_page_key empty, blank;
    tr_page_key_of_text(&empty, "");
    tr_page_key_of_text(&blank, " ");
    CHECK(memcmp(&empty, &blank, sizeof empty) != 0);
}

TEST_SUITE(traces_page_key, TEST(page_hash__depends_on_key_and_every_byte),
           TEST(page_key__of_an_empty_text))
