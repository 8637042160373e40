#include "ballast/results/store.h"

#include <string.h>

#include <math.h>

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

static void take_words(void *context, const uint64_t *words, uint32_t count)
{
    uint64_t **next = context;
    memcpy(*next, words, count * sizeof *words);
    *next += count;
}

/* Whole pages as integers, all else as it is; whoever reads it has the same number. */
static void store__numbers_in_pages_are_what_they_were(void)
{
    static const double numbers[] = {0, 1, 1.0 / 256, -3.5, 0.1, 1e300, NAN, 4e12, INFINITY, -0.0};
    enum { COUNT = sizeof numbers / sizeof *numbers };
    uint64_t read[COUNT * 3], *next = read;
    struct store store;
    struct sqlite3_stmt *statement = NULL;
    CHECK_EQ(store_open(&store, "a name", STORE_MEMORY, NULL), SIM_OK);
    CHECK_EQ(store_write(&store, "CREATE TABLE t(n, d REAL)", NULL), SIM_OK);
    for (uint32_t i = 0; i < COUNT; i++) {
        const union store_cell cells[] = {{.number = numbers[i]}, {.number = numbers[i]}};
        CHECK_EQ(store_put(&store, &statement, "INSERT INTO t VALUES(?1,?2)", "pd", cells, NULL),
                 SIM_OK);
    }
    store_finalize(&statement);
    CHECK_EQ(store_read_words(&store,
                              "SELECT n, " RESULTS_NUMBER_OF("n") ", " STORE_PAGES_OF(
                                  "d") " FROM t WHERE ?1 ORDER BY rowid",
                              1, "pdp", take_words, &next, NULL),
             SIM_OK);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint64_t word;
        store_words("p", &(union store_cell){.number = numbers[i]}, &word);
        for (uint32_t k = 0; k < 3; k++)
            CHECK_EQ(read[i * 3 + k], word);
    }
    next = read;
    CHECK_EQ(store_read_words(&store, "SELECT sum(typeof(n) = 'integer') FROM t WHERE ?1", 1, "i",
                              take_words, &next, NULL),
             SIM_OK);
    CHECK_EQ(read[0], 5);
    store_close(&store);
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
           TEST(store__numbers_in_pages_are_what_they_were),
           TEST(store__after_one_failure_all_writes_fail), TEST(store__knows_an_end))
