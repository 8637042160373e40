#include <time.h>

#include "ballast/results/results.h"
#include "tests/unit/results/place.h"

static bool take_one(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    *(double *)context += values[0].number;
    return false;
}

static void db_query__binds_and_ends_early(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 9);
    for (int i = 1; i <= 3; i++)
        results_series(db, id, i, "linux", "alloc_mb", 10.0 * i, NULL);
    const char *binds[] = {"linux", "2"};
    double sum = 0;
    CHECK_EQ(results_query(db, "SELECT value FROM series WHERE vm = ?1 AND t_s >= ?2", binds, 2,
                           take_one, &sum, NULL),
             SIM_OK);
    CHECK_NEAR(sum, 20, 0);
    results_close(db, NULL);
    place_remove(&place);
}

static void db_query__tells_wrong_sql(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    struct sim_error error = {0};
    CHECK_EQ(results_query(db, "SELECT x FROM nowhere", NULL, 0, NULL, NULL, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "no such table: nowhere");
    CHECK_CONTAINS(error.text, place.path);
    results_close(db, NULL);
    place_remove(&place);
}

static bool take_first(void *context, const struct results_value *values, uint32_t count)
{
    (void)count;
    *(double *)context = values[0].is_null ? NAN : values[0].number;
    return false;
}

static double answer(struct results *db, const char *sql)
{
    double value = -1;
    CHECK_EQ(results_query(db, sql, NULL, 0, take_first, &value, NULL), SIM_OK);
    return value;
}

static void db_query__half95_is_half_of_the_interval(void)
{
    struct results *db;
    CHECK_EQ(results_open("memory", RESULTS_MEMORY, &db, NULL), SIM_OK);
    /* t(0.975, 2 degrees) = 4.302653; the standard error of 1, 2, 3 is 1 / sqrt(3) */
    CHECK_NEAR(answer(db, "SELECT half95(column1) FROM (VALUES (1), (2), (3))"), 2.484138, 1e-5);
    CHECK_NEAR(answer(db, "SELECT half95(column1) FROM (VALUES (1), (NULL), (2), (3))"), 2.484138,
               1e-5);
    CHECK(isnan(answer(db, "SELECT half95(column1) FROM (VALUES (1), (NULL))")));
    CHECK(isnan(answer(db, "SELECT half95(1) WHERE 0")));
    results_close(db, NULL);
}

/* ---- Files of statements ----------------------------------------------------------------- */

static struct results *db;

static bool take_text(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    snprintf(text + strlen(text), 200 - strlen(text), "%s,", count > 0 ? values[0].text : "");
    return strcmp(values[0].text, "stop") != 0;
}

static void statement_end(void *context)
{
    strcat(context, "; ");
}

/* The first columns of all rows, with a semicolon after each statement that asks for rows. */
static void check_script(const char *sql, const char *expected)
{
    char text[200] = "";
    struct sim_error error = {0};
    CHECK_EQ(results_script(db, "points.sql", sql, take_text, statement_end, text, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    CHECK_TEXT(text, expected);
}

static void check_script_refused(const char *sql, const char *message)
{
    char text[200] = "";
    struct sim_error error = {0};
    CHECK_EQ(results_script(db, "points.sql", sql, take_text, NULL, text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, message);
}

static void with_memory(void (*test)(void))
{
    CHECK_EQ(results_open("test", RESULTS_MEMORY, &db, NULL), SIM_OK);
    test();
    CHECK_EQ(results_close(db, NULL), SIM_OK);
}

static void statements(void)
{
    check_script("SELECT 1;\nSELECT 2 UNION SELECT 3;\n", "1,; 2,3,; ");
    check_script("SELECT 1;\r\nSELECT 2;\r\n\r\n-- the end\r\n", "1,; 2,; ");
    check_script("SELECT 1; SELECT 2;;; SELECT 3;", "1,; 2,; 3,; ");
    check_script("-- about; it\n/* and;\n more */ SELECT 'a;\n' AS b; -- end", "a;\n,; ");
    check_script("CREATE TEMP TABLE t(a); INSERT INTO t VALUES(4); SELECT a FROM t;", "4,; ");
    check_script("SELECT 1 WHERE 0; SELECT 2;", "; 2,; "); /* asks, and there is no row */
    check_script("SELECT 'stop'; SELECT 2;", "stop,; ");
}

static void db_script__runs_every_statement(void)
{
    with_memory(statements);
}

static void refusals(void)
{
    check_script_refused("SELECT 1;\n\n-- a\nSELECT 2\nFROM FROM t;\n",
                         "points.sql:5: expected SQL that this database answers, found: near "
                         "\"FROM\": syntax error");
    check_script_refused("SELECT 1;\n\n-- about\nSELECT abs(-9223372036854775808);\n",
                         "points.sql:4: expected SQL that this database answers, found: integer "
                         "overflow");
    check_script_refused("SELECT 1\nSELECT 2;", "points.sql:2: ");
    check_script_refused("SELECT 1;\nSELECT value FROM", "points.sql:2: ");
    check_script_refused("SELECT 1;\nSELECT 'a;\n", "points.sql:2: ");
    check_script_refused("SELECT 1;\n/* SELECT 2;\n", "points.sql:3: expected ';'");
    check_script_refused("SELECT 1 AS a\n", "points.sql:2: expected ';' at the end of the last");
    check_script_refused("", "points.sql: expected a statement of SQL, found none");
    check_script_refused("\r\n-- SELECT 1;\n", "points.sql: expected a statement of SQL");
}

static void db_script__refuses_what_it_cannot_run(void)
{
    with_memory(refusals);
}

static void columns(void)
{
    char sql[200] = "SELECT 1";
    for (int i = 1; i < 33; i++)
        strcat(sql, ",1");
    struct sim_error error;
    CHECK_EQ(results_query(db, sql, NULL, 0, NULL, NULL, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "expected at most 32 columns, found 33");
}

static void db_query__refuses_too_many_columns(void)
{
    with_memory(columns);
}

static void db_query__does_not_write_where_it_only_reads(void)
{
    struct place place = place_make();
    results_close(open_db(&place, RESULTS_WRITE), NULL);
    struct results *file = open_db(&place, RESULTS_WRITE);
    begin_run(file, "", 1);
    results_close(file, NULL);
    struct sim_error error;
    file = open_db(&place, RESULTS_READ);
    CHECK_EQ(results_query(file, "DELETE FROM run", NULL, 0, NULL, NULL, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "attempt to write a readonly database");
    check_answer(file, "CREATE TEMP TABLE chosen(a)", "");
    results_close(file, NULL);
    place_remove(&place);
}

/* A statement without an end gives no row in which a caller could look at the clock. */
static void db_query__ends_when_the_time_is_over(void)
{
    static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
                                  " SELECT count(*) FROM n";
    struct place place = place_make();
    db = open_db(&place, RESULTS_WRITE);
    struct timespec now;
    struct sim_error error = {0};
    begin_run(db, "", 1);
    clock_gettime(CLOCK_MONOTONIC, &now);
    results_ask_until(db, (double)now.tv_sec + (double)now.tv_nsec * 1e-9 + 0.05);
    CHECK_NEAR(answer(db, "SELECT 7"), 7, 0);
    CHECK(!results_is_late(db));
    CHECK_EQ(results_query(db, endless, NULL, 0, NULL, NULL, &error), SIM_SYSTEM);
    CHECK(results_is_late(db));
    CHECK_EQ(results_query(db, "SELECT 7", NULL, 0, NULL, NULL, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "expected an answer in time");
    results_ask_until(db, 0);
    CHECK(!results_is_late(db));
    CHECK_NEAR(answer(db, "SELECT 7"), 7, 0);
    results_close(db, NULL);
    place_remove(&place);
}

TEST_SUITE(results_query, TEST(db_query__binds_and_ends_early), TEST(db_query__tells_wrong_sql),
           TEST(db_query__half95_is_half_of_the_interval), TEST(db_script__runs_every_statement),
           TEST(db_script__refuses_what_it_cannot_run), TEST(db_query__refuses_too_many_columns),
           TEST(db_query__does_not_write_where_it_only_reads),
           TEST(db_query__ends_when_the_time_is_over))
