#include "ballast/results/rows.h"

#include <unistd.h>

#include "tests/unit/results/place.h"

static void rows__texts_are_told_apart_by_what_they_say(void)
{
    struct rows rows = {0};
    char buffer[20] = "one";
    const struct store_text *one = rows_text(&rows, buffer);
    CHECK(rows_text(&rows, buffer) == one);
    strcpy(buffer, "two");
    const struct store_text *two = rows_text(&rows, buffer);
    CHECK_TEXT(one->bytes, "one");
    CHECK_TEXT(two->bytes, "two");
    CHECK_EQ(two->length, 3);
    CHECK(one->hash != two->hash);
    CHECK_TEXT(rows_text(&rows, NULL)->bytes, "");
    rows_fini(&rows);
}

static void rows__any_number_keeps_order(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    char name[20];
    for (int i = 0; i < 120000; i++) { /* wide rows, and a text that is never the same */
        struct results_decision decision = {.t_s = i, .vm = name, .reason = ""};
        snprintf(name, sizeof name, "vm%d", i);
        if (i % 2)
            CHECK_EQ(results_decision(db, id, &decision, NULL), SIM_OK);
        else
            CHECK_EQ(results_series(db, id, i, name, "alloc_mb", i, NULL), SIM_OK);
    }
    check_answer(db,
                 "SELECT count(*), sum(t_s <> 2 * place - 1 OR vm <> 'vm' || (2 * place - 1))"
                 " FROM (SELECT *, row_number() OVER () AS place FROM decision)",
                 "60000|0;");
    check_answer(
        db, "SELECT count(*), sum(value <> t_s OR vm <> 'vm' || CAST(t_s AS INTEGER)) FROM series",
        "60000|0;");
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    check_answer(db, "SELECT rows FROM run", "120000;");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK_EQ(results_check(place.path, NULL), SIM_OK);
    place_remove(&place);
}

static bool take_checksum(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    strcpy(context, values[0].text);
    return false;
}

static void checksum_of(const char *build, double value, char *checksum)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    struct results_run run = run_of("", 1);
    int64_t id;
    run.build = build;
    CHECK_EQ(results_run_begin(db, &run, &id, NULL), SIM_OK);
    results_series(db, id, 1, "vm", "alloc_mb", value, NULL);
    results_run_end(db, id, true, 1, 1, NULL);
    results_query(db, "SELECT checksum FROM run", NULL, 0, take_checksum, checksum, NULL);
    results_close(db, NULL);
    place_remove(&place);
}

static void rows__a_checksum_tells_outcome_and_program_apart(void)
{
    char first[ROWS_CHECKSUM_BYTES], build[ROWS_CHECKSUM_BYTES], value[ROWS_CHECKSUM_BYTES];
    checksum_of("a", 1, first);
    checksum_of("b", 1, build);
    checksum_of("a", 2, value);
    CHECK_EQ(strlen(first), ROWS_CHECKSUM_BYTES - 1);
    CHECK(strncmp(first, build, 16) == 0);
    CHECK(strncmp(first + 17, build + 17, 16) != 0);
    CHECK(strncmp(first, value, 16) != 0);
    CHECK(strncmp(first + 17, value + 17, 16) == 0);
    checksum_of("a", 1, value);
    CHECK_TEXT(value, first);
}

TEST_SUITE(results_rows, TEST(rows__texts_are_told_apart_by_what_they_say),
           TEST(rows__any_number_keeps_order),
           TEST(rows__a_checksum_tells_outcome_and_program_apart))
