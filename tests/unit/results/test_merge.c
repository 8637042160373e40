#include <stdlib.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "tests/unit/results/place.h"

static void db_merge__copies_runs_that_are_done(void)
{
    struct place from = place_make(), to = place_make();
    struct results *db = open_db(&from, RESULTS_WRITE);
    int64_t first = begin_run(db, "a", 1);
    CHECK_EQ(results_series(db, first, 1.5, "vm", "alloc_mb", 7, NULL), SIM_OK);
    CHECK_EQ(results_param(db, first, "key", "value", NULL), SIM_OK);
    CHECK_EQ(results_decision_input(db, first, 1, "vm", "stall_s", 0.5, NULL), SIM_OK);
    CHECK_EQ(results_metric(db, "alloc_mb", "MB", "gauge", "words", NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, first, true, 10, 1, NULL), SIM_OK);
    begin_run(db, "b", 1); /* not done */
    CHECK_EQ(results_close(db, NULL), SIM_OK);

    uint32_t merged = 0;
    enum results_found found = RESULTS_FOUND;
    struct results_run wanted = run_of("a", 1);
    db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_NONE);
    for (int i = 0; i < 2; i++) { /* the second time in place of the first */
        CHECK_EQ(results_merge(db, from.path, &merged, NULL), SIM_OK);
        CHECK_EQ(merged, 1);
    }
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_FOUND);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    db = open_db(&from, RESULTS_READ); /* is as it was */
    check_answer(db, "SELECT status FROM run ORDER BY run_id", "done;running;");
    results_close(db, NULL);

    db = open_db(&to, RESULTS_READ);
    check_answer(db, "SELECT count(*) FROM run", "1;");
    check_answer(db, "SELECT t_s, vm, value FROM series JOIN run USING (run_id)", "1.5|vm|7.0;");
    check_answer(db, "SELECT count(*) FROM param", "1;");
    check_answer(db, "SELECT vm,metric,samples,mean,least,peak,last FROM summary",
                 "vm|alloc_mb|1|7.0|7.0|7.0|7.0;");
    check_answer(db, "SELECT name, value FROM decision_input", "stall_s|0.5;");
    check_answer(db, "SELECT * FROM metric", "alloc_mb|MB|gauge|words;");
    results_close(db, NULL);
    place_remove(&from);
    place_remove(&to);
}

static void db_merge__refuses_what_is_no_database_of_ours(void)
{
    struct place to = place_make();
    struct results *db = open_db(&to, RESULTS_WRITE);
    struct sim_error error;
    uint32_t merged = 9;
    CHECK_EQ(results_merge(db, "/nonexistent/a.db", &merged, &error), SIM_BAD_DATA);
    CHECK_EQ(error.status, SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "/nonexistent/a.db: expected a database of results");
    CHECK_EQ(merged, 0);
    CHECK_EQ(results_merge(db, "tests/check.h", &merged, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "tests/check.h: expected a usable database");
    results_close(db, NULL);
    place_remove(&to);
}

/* A shard with one run, changed by `sql` afterwards. */
static void shard_make(const struct place *place, const char *sql)
{
    struct results *db = open_db(place, RESULTS_WRITE);
    int64_t id = begin_run(db, "a", 1);
    for (int i = 0; i < 5; i++)
        CHECK_EQ(results_series(db, id, i, "vm", "alloc_mb", i, NULL), SIM_OK);
    CHECK_EQ(results_param(db, id, "key", "value", NULL), SIM_OK);
    for (int i = 0; i < 3; i++) /* the first two at one moment */
        CHECK_EQ(results_decision_input(db, id, i / 2, "vm", "stall_s", i < 1 ? 1 : 2, NULL),
                 SIM_OK);
    CHECK_EQ(results_run_end(db, id, true, 10, 1, NULL), SIM_OK);
    if (sql[0] != '\0')
        check_answer(db, sql, "");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
}

static void db_merge__into_memory(void)
{
    struct place from = place_make();
    struct results *db;
    uint32_t merged = 0;
    shard_make(&from, "");
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    CHECK_EQ(results_merge(db, from.path, &merged, NULL), SIM_OK);
    CHECK_EQ(merged, 1);
    check_answer(db, "SELECT count(*) FROM series", "5;");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    place_remove(&from);
}

static void check_damage(const char *sql, const char *message)
{
    struct place place = place_make();
    struct sim_error error = {0};
    shard_make(&place, sql);
    CHECK_EQ(results_check(place.path, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, message);
    CHECK_CONTAINS(error.text, place.path);
    struct results *db = open_db(&place, RESULTS_READ);
    bool is_counted = strstr(message, " rows of run ") != NULL;
    CHECK_EQ(results_count_check(db, &error), is_counted ? SIM_BAD_DATA : SIM_OK);
    CHECK_CONTAINS(error.text, message);
    CHECK_EQ(results_runs_check(db, "SELECT 1", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, message);
    CHECK_EQ(results_runs_check(db, "SELECT 2", &error), SIM_OK);
    results_close(db, NULL);
    place_remove(&place);
}

static void db_check__finds_what_was_lost_or_changed(void)
{
    struct place place = place_make();
    shard_make(&place, "UPDATE run SET host = 'elsewhere', wall_s = 9");
    CHECK_EQ(results_check(place.path, NULL), SIM_OK);
    place_remove(&place);
    place = place_make(); /* an earlier build's run */
    shard_make(&place, "UPDATE run SET checksum = substr(checksum, 1, 33)");
    CHECK_EQ(results_check(place.path, NULL), SIM_OK);
    place_remove(&place);
    check_damage("DELETE FROM series_value WHERE first = 3",
                 "expected 9 rows of run 1 (fig7 a seed 1), found 8; damaged: series");
    check_damage("DELETE FROM series_value", "expected 9 rows of run 1 (fig7 a seed 1), found 4");
    check_damage("UPDATE series_value SET samples = 2 WHERE first = 3",
                 " rows of run 1 (fig7 a seed 1), found 10");
    check_damage(
        "UPDATE series_value SET value = 3.5 WHERE first = 3",
        "expected the rows that run 1 (fig7 a seed 1) wrote, found others; damaged: series");
    check_damage("UPDATE series_time SET t_s = 3.5 WHERE moment = 3", "damaged: series");
    check_damage("UPDATE series_curve SET metric = 'active_mb'", "damaged: series");
    check_damage("UPDATE series_value SET value = NULL WHERE first = 0", "damaged: series");
    check_damage("UPDATE input_value SET value = 3 WHERE first = 0", "damaged: decision_input");
    check_damage("UPDATE param_value SET value = 'other'", "others; damaged: param");
    check_damage("UPDATE run SET config = 'name: fig8'", "others; damaged: run");
    check_damage("UPDATE run SET seed = 2", "others; damaged: run");
    check_damage("UPDATE run SET checksum = substr(checksum, 1, 33), seed = 2",
                 "expected the rows that run 1 (fig7 a seed 2) wrote, found others");
    check_damage("UPDATE series_curve SET mean = 2.5",
                 "expected a summary of run 1 (fig7 a seed 1) that");
    check_damage("UPDATE series_curve SET last = NULL", "expected a summary of run 1");
    check_damage("INSERT INTO series_curve SELECT run_id, 1, vm, 'x', samples, mean, least, peak,"
                 " last FROM series_curve",
                 "expected a summary of run 1");
}

static void db_merge__refuses_a_run_with_rows_missing(void)
{
    struct place from = place_make(), to = place_make();
    struct sim_error error = {0};
    uint32_t merged;
    shard_make(&from, "DELETE FROM series_value WHERE first = 3");
    struct results *db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_merge(db, from.path, &merged, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected 9 rows of run 1 (fig7 a seed 1), found 8");
    CHECK_EQ(merged, 0);
    check_answer(db, "SELECT count(*) FROM run", "0;");
    check_answer(db, "SELECT count(*) FROM series", "0;");
    CHECK_EQ(results_merge(db, to.path, &merged, &error), SIM_USAGE);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    place_remove(&from);
    place_remove(&to);
}

/* The columns of `summary` of both runs, and what SQL makes of their samples. */
static void check_summaries(const struct place *place)
{
    struct results *db = open_db(place, RESULTS_READ);
    check_answer(db, "SELECT vm,metric,samples,mean,least,peak,last FROM summary",
                 "vm|alloc_mb|5|2.0|0.0|4.0|4.0;");
    results_close(db, NULL);
}

static bool take_text(void *context, const struct results_value *values, uint32_t count)
{
    snprintf(context, 99, "%s", count > 0 ? values[0].text : "");
    return false;
}

/* Of version 4: what is a view now is a table, there is no summary, and checksums are about rows in
 * their order. */
static void shard_make_older(const struct place *place)
{
    static const char *const changes[] = {
        "CREATE TABLE rows AS SELECT * FROM series",
        "CREATE TABLE inputs AS SELECT * FROM decision_input",
        "CREATE TABLE decisions AS SELECT * FROM decision",
        "CREATE TABLE params AS SELECT * FROM param",
        "DROP VIEW series",
        "DROP VIEW decision_input",
        "DROP VIEW decision",
        "DROP VIEW param",
        "ALTER TABLE rows RENAME TO series",
        "ALTER TABLE inputs RENAME TO decision_input",
        "ALTER TABLE decisions RENAME TO decision",
        "ALTER TABLE params RENAME TO param",
        "DROP VIEW summary",
        "UPDATE run SET checksum = 'c815a1589bd95ffe-56da93a101a5433b'",
        "PRAGMA user_version = 4",
    };
    shard_make(place, "");
    struct results *db = open_db(place, RESULTS_WRITE);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        check_answer(db, changes[i], "");
    results_close(db, NULL);
}

/* Version 7 has the parameters of each run in a table. */
static void db_merge__converts_version_7(void)
{
    static const char *const changes[] = {
        "CREATE TABLE params AS SELECT * FROM param",
        "DROP VIEW param",
        "ALTER TABLE params RENAME TO param",
        "DROP TABLE run_param",
        "DROP TABLE param_value",
        "PRAGMA user_version = 7",
    };
    struct place from = place_make(), to = place_make();
    struct sim_error error = {0};
    uint32_t merged;
    shard_make(&from, "");
    struct results *db = open_db(&from, RESULTS_WRITE);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        check_answer(db, changes[i], "");
    results_close(db, NULL);
    CHECK_EQ(results_check(from.path, &error), SIM_OK);
    db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_merge(db, from.path, &merged, &error), SIM_OK);
    check_answer(db, "SELECT * FROM param", "1|key|value;");
    check_summaries(&to);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK_EQ(results_check(to.path, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    place_remove(&from);
    place_remove(&to);
}

static void db_merge__converts_an_older_schema(void)
{
    struct place now = place_make(), from = place_make(), to = place_make();
    struct sim_error error = {0};
    char checksum[100];
    uint32_t merged;
    shard_make_older(&from);
    CHECK_EQ(results_check(from.path, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    struct results *db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_merge(db, from.path, &merged, &error), SIM_OK);
    CHECK_EQ(merged, 1);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK_EQ(results_check(to.path, &error), SIM_OK);
    check_summaries(&to);

    shard_make(&now, "");
    check_summaries(&now);
    db = open_db(&now, RESULTS_READ);
    results_query(db, "SELECT checksum FROM run", NULL, 0, take_text, checksum, NULL);
    results_close(db, NULL);
    db = open_db(&to, RESULTS_READ);
    check_answer(db, "SELECT * FROM series_value",
                 "1|0|0|1|0;1|0|1|1|256;1|0|2|1|512;1|0|3|1|768;1|0|4|1|1024;");
    check_answer(db,
                 "SELECT curve, vm, name, first, samples, value FROM input_curve"
                 " JOIN input_value USING (run_id, curve)",
                 "0|vm|stall_s|0|1|1.0;0|vm|stall_s|1|2|2.0;");
    check_answer(db, "SELECT checksum FROM run", strcat(checksum, ";"));
    results_close(db, NULL);
    place_remove(&now);
    place_remove(&from);
    place_remove(&to);
}

/* What a run of a sweep writes: it has no indexes, and the merged one has them. */
static void db_merge__takes_a_part(void)
{
    struct place from = place_make(), to = place_make();
    struct results *db = open_db(&from, RESULTS_PART);
    int64_t run = begin_run(db, "a", 1);
    CHECK_EQ(results_series(db, run, 1.5, "vm", "alloc_mb", 7, NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, run, true, 10, 1, NULL), SIM_OK);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    db = open_db(&from, RESULTS_READ);
    check_answer(db, "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%_by_run'", "0;");
    results_close(db, NULL);

    uint32_t merged = 0;
    db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_merge(db, from.path, &merged, NULL), SIM_OK);
    CHECK_EQ(merged, 1);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    db = open_db(&to, RESULTS_READ);
    check_answer(db, "SELECT t_s, vm, value FROM series JOIN run USING (run_id)", "1.5|vm|7.0;");
    check_answer(db, "SELECT count(*) > 0 FROM sqlite_schema WHERE name LIKE '%_by_run'", "1;");
    results_close(db, NULL);
    place_remove(&from);
    place_remove(&to);
}

TEST_SUITE(results_merge, TEST(db_merge__converts_version_7),
           TEST(db_merge__converts_an_older_schema), TEST(db_merge__takes_a_part),
           TEST(db_merge__copies_runs_that_are_done), TEST(db_merge__into_memory),
           TEST(db_merge__refuses_what_is_no_database_of_ours),
           TEST(db_check__finds_what_was_lost_or_changed),
           TEST(db_merge__refuses_a_run_with_rows_missing))
