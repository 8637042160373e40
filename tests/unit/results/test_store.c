#include "ballast/results/store.h"

#include "tests/check.h"

static void store__words_say_what_is_stored(void)
{
    struct store_text text = {.hash = 77};
    union store_cell cells[] = {{.number = 0.0},  {.number = -0.0}, {.number = NAN},
                                {.number = -NAN}, {.integer = -3},  {.text = &text}};
    uint64_t words[6];
    store_words("ddddit", cells, words);
    CHECK_EQ(words[0], 0);
    CHECK_EQ(words[1], 0);
    CHECK_EQ(words[2], words[3]);
    CHECK(words[2] != 0);
    CHECK_EQ(words[4], -3);
    CHECK_EQ(words[5], 77);
}

static void store__after_one_failure_all_writes_fail(void)
{
    struct store store;
    struct sim_error first = {0}, second = {0};
    CHECK_EQ(store_open(&store, "a name", STORE_MEMORY, NULL), SIM_OK);
    CHECK_EQ(store_write(&store, "CREATE TABLE t(a)", NULL), SIM_OK);
    CHECK_EQ(store_begin(&store, NULL), SIM_OK);
    CHECK_EQ(store_write(&store, "INSERT INTO nowhere VALUES(1)", &first), SIM_SYSTEM);
    CHECK_TEXT(first.text, "a name: expected a usable database, found: no such table: nowhere");
    CHECK_EQ(store_write(&store, "INSERT INTO t VALUES(1)", &second), SIM_SYSTEM);
    CHECK_TEXT(second.text, first.text);
    CHECK_EQ(store_begin(&store, NULL), SIM_SYSTEM);
    CHECK_EQ(store_commit(&store, NULL), SIM_SYSTEM);
    store_close(&store);
    store_close(&store);
}

static void store__knows_an_end(void)
{
    CHECK(store_is_complete("SELECT 1; -- and\n/* so on */ "));
    CHECK(!store_is_complete("SELECT 1; SELECT 2"));
    CHECK(!store_is_complete("SELECT ';"));
    CHECK(!store_is_complete("SELECT 1; /* "));
}

TEST_SUITE(results_store, TEST(store__words_say_what_is_stored),
           TEST(store__after_one_failure_all_writes_fail), TEST(store__knows_an_end))
