#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "tests/check.h"

/* ---- A file of its own for each case ----------------------------------------------------- */

struct place {
    char folder[40], path[60];
};

static struct place place_make(void)
{
    struct place place = {.folder = "/tmp/test_db_XXXXXX"};
    CHECK(mkdtemp(place.folder) != NULL);
    snprintf(place.path, sizeof place.path, "%s/results.db", place.folder);
    return place;
}

static void place_remove(const struct place *place)
{
    char journal[80];
    snprintf(journal, sizeof journal, "%s-journal", place->path);
    unlink(journal);
    unlink(place->path);
    CHECK_EQ(rmdir(place->folder), 0);
}

static struct results *open_db(const struct place *place, enum results_mode mode)
{
    struct results *db = NULL;
    struct sim_error error = {0};
    CHECK_EQ(results_open(place->path, mode, &db, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return db;
}

static struct results_run run_of(const char *variant, uint64_t seed)
{
    return (struct results_run){.experiment = "fig7",
                                .variant = variant,
                                .version = "1.0",
                                .seed = seed,
                                .replicate = 2,
                                .config = "name: fig7\n",
                                .config_hash = 0x1234};
}

static int64_t begin_run(struct results *db, const char *variant, uint64_t seed)
{
    struct results_run run = run_of(variant, seed);
    int64_t run_id = 0;
    CHECK_EQ(results_run_begin(db, &run, &run_id, NULL), SIM_OK);
    CHECK(run_id > 0);
    return run_id;
}

static bool append_row(void *context, const struct results_value *values, uint32_t count)
{
    char *text = context;
    for (uint32_t i = 0; i < count; i++) {
        size_t length = strlen(text);
        snprintf(text + length, 400 - length, "%s%c", values[i].is_null ? "NULL" : values[i].text,
                 i + 1 < count ? '|' : ';');
    }
    return true;
}

static void check_answer(struct results *db, const char *sql, const char *expected)
{
    char text[400] = "";
    struct sim_error error = {0};
    CHECK_EQ(results_query(db, sql, NULL, 0, append_row, text, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    CHECK_TEXT(text, expected);
}

/* ---- The contract ------------------------------------------------------------------------ */

static void db_open__makes_the_tables_of_the_contract(void)
{
    static const char *const tables[][2] = {
        {"run", "run_id,experiment,variant,seed,replicate,status,sim_s,wall_s,version,config,"
                "config_hash,started_utc,host;"},
        {"param", "run_id,key,value;"},
        {"series", "run_id,t_s,vm,metric,value;"},
        {"result", "run_id,vm,metric,value,unit;"},
        {"event", "run_id,t_s,vm,kind,detail;"},
        {"decision", "run_id,t_s,vm,reason,active_mb,target_mb,alloc_mb,price,balloon_target_mb,"
                     "swap_target_mb;"},
        {"decision_input", "run_id,t_s,vm,name,value;"},
        {"metric", "name,unit,kind,meaning;"},
        {"reference", "figure,point,metric,paper,tolerance,kind,known_miss,source;"},
    };
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    check_answer(db, "PRAGMA user_version", "2;");
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "SELECT group_concat(name) FROM pragma_table_info('%s')",
                 tables[i][0]);
        check_answer(db, sql, tables[i][1]);
    }
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    place_remove(&place);
}

static void db_run__keeps_every_kind_of_row(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "tax=0.75", 7);
    struct results_decision decision = {.t_s = 3,
                                        .vm = "linux",
                                        .reason = "period",
                                        .active_mb = 1,
                                        .target_mb = 2,
                                        .alloc_mb = 3,
                                        .price = 4,
                                        .balloon_target_mb = 5,
                                        .swap_target_mb = 6};
    CHECK_EQ(results_param(db, id, "vm.linux.shares", "100", NULL), SIM_OK);
    CHECK_EQ(results_series(db, id, 5, "linux", "alloc_mb", 1.5, NULL), SIM_OK);
    CHECK_EQ(results_series(db, id, 5, "", "free_mb", 2, NULL), SIM_OK);
    CHECK_EQ(results_result(db, id, "linux", "throughput", 12.25, "MB/s", NULL), SIM_OK);
    CHECK_EQ(results_event(db, id, 4, "linux", "pop", "it's gone", NULL), SIM_OK);
    CHECK_EQ(results_decision(db, id, &decision, NULL), SIM_OK);
    CHECK_EQ(results_decision_input(db, id, 3, "linux", "stall_s", 0.5, NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, id, true, 3600.5, 1.25, NULL), SIM_OK);
    CHECK_EQ(results_close(db, NULL), SIM_OK);

    db = open_db(&place, RESULTS_READ);
    check_answer(db,
                 "SELECT run_id,experiment,variant,seed,replicate,status,sim_s,wall_s,version,"
                 "config_hash FROM run",
                 "1|fig7|tax=0.75|7|2|done|3600.5|1.25|1.0|0000000000001234;");
    check_answer(db, "SELECT started_utc GLOB '20*-*-*T*:*:*Z', host <> '' FROM run", "1|1;");
    check_answer(db, "SELECT * FROM param", "1|vm.linux.shares|100;");
    check_answer(db, "SELECT * FROM series", "1|5.0|linux|alloc_mb|1.5;1|5.0||free_mb|2.0;");
    check_answer(db, "SELECT * FROM result", "1|linux|throughput|12.25|MB/s;");
    check_answer(db, "SELECT * FROM event", "1|4.0|linux|pop|it's gone;");
    check_answer(db, "SELECT * FROM decision", "1|3.0|linux|period|1.0|2.0|3.0|4.0|5.0|6.0;");
    check_answer(db, "SELECT * FROM decision_input", "1|3.0|linux|stall_s|0.5;");
    check_answer(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'series_by_run'", "1;");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    place_remove(&place);
}

static void db_run__no_value_is_null(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    struct results_decision decision = {.t_s = 3,
                                        .vm = "linux",
                                        .reason = "period",
                                        .active_mb = NAN,
                                        .target_mb = 2,
                                        .alloc_mb = 3,
                                        .price = NAN,
                                        .balloon_target_mb = NAN,
                                        .swap_target_mb = NAN};
    CHECK_EQ(results_series(db, id, 5, "linux", "alloc_mb", NAN, NULL), SIM_OK);
    CHECK_EQ(results_result(db, id, "linux", "throughput", -NAN, "MB/s", NULL), SIM_OK);
    CHECK_EQ(results_decision(db, id, &decision, NULL), SIM_OK);
    CHECK_EQ(results_decision_input(db, id, 3, "linux", "stall_s", NAN, NULL), SIM_OK);
    check_answer(db, "SELECT value FROM series", "NULL;");
    check_answer(db, "SELECT value FROM result", "NULL;");
    check_answer(db, "SELECT * FROM decision", "1|3.0|linux|period|NULL|2.0|3.0|NULL|NULL|NULL;");
    check_answer(db, "SELECT value FROM decision_input", "NULL;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_metric__replaces_the_same_name_and_kind(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    CHECK_EQ(results_metric(db, "alloc_mb", "MB", "gauge", "old words", NULL), SIM_OK);
    CHECK_EQ(results_metric(db, "free_mb", "MB", "gauge", "free memory", NULL), SIM_OK);
    CHECK_EQ(results_metric(db, "alloc_mb", "MB", "gauge", "new words", NULL), SIM_OK);
    check_answer(db, "SELECT * FROM metric ORDER BY name",
                 "alloc_mb|MB|gauge|new words;free_mb|MB|gauge|free memory;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_run__that_failed_says_so(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    CHECK_EQ(results_run_end(db, id, false, 10, 1, NULL), SIM_OK);
    check_answer(db, "SELECT status FROM run", "failed;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_run__that_is_done_replaces_the_same_one(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t old = begin_run(db, "a", UINT64_MAX), other = begin_run(db, "b", UINT64_MAX);
    results_series(db, old, 1, "", "free_mb", 1, NULL);
    results_series(db, other, 1, "", "free_mb", 2, NULL);
    results_run_end(db, old, true, 1, 1, NULL);
    results_run_end(db, other, true, 1, 1, NULL);

    int64_t failed = begin_run(db, "a", UINT64_MAX);
    results_series(db, failed, 1, "", "free_mb", 3, NULL);
    results_run_end(db, failed, false, 1, 1, NULL);
    check_answer(db, "SELECT value FROM series JOIN run USING(run_id) WHERE status='done'",
                 "1.0;2.0;");

    int64_t again = begin_run(db, "a", UINT64_MAX);
    results_series(db, again, 1, "", "free_mb", 4, NULL);
    check_answer(db, "SELECT value FROM series", "1.0;2.0;3.0;4.0;");
    results_run_end(db, again, true, 1, 1, NULL);
    check_answer(db, "SELECT value FROM series", "2.0;4.0;");
    check_answer(db, "SELECT variant,status FROM run", "b|done;a|done;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_run__appends_to_an_existing_file(void)
{
    struct place place = place_make();
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct results *db = open_db(&place, RESULTS_WRITE);
        int64_t id = begin_run(db, "", seed);
        results_series(db, id, 1, "", "free_mb", (double)seed, NULL);
        results_run_end(db, id, true, 1, 1, NULL);
        CHECK_EQ(results_close(db, NULL), SIM_OK);
    }
    struct results *db = open_db(&place, RESULTS_READ);
    check_answer(db, "SELECT seed,value FROM run JOIN series USING(run_id)", "1|1.0;2|2.0;3|3.0;");
    check_answer(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'series_by_run'", "1;");
    results_close(db, NULL);
    place_remove(&place);
}

/* Enough rows for several batches; the process ends in the middle of one. */
static void killed_run(const struct place *place)
{
    struct results *db;
    int64_t id;
    struct results_run run = run_of("", 1);
    if (results_open(place->path, RESULTS_WRITE, &db, NULL) != SIM_OK ||
        results_run_begin(db, &run, &id, NULL) != SIM_OK)
        _exit(1);
    for (int i = 0; i < 170000; i++)
        results_series(db, id, i, "linux", "alloc_mb", i, NULL);
    raise(SIGKILL);
}

static void db_run__that_was_killed_stays_running(void)
{
    struct place place = place_make();
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        killed_run(&place);
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status));

    struct results *db = open_db(&place, RESULTS_READ);
    check_answer(db, "SELECT status, sim_s FROM run", "running|NULL;");
    check_answer(db, "SELECT count(*) FROM series", "150000;");
    check_answer(db, "PRAGMA integrity_check", "ok;");
    results_close(db, NULL);
    db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    results_run_end(db, id, true, 1, 1, NULL);
    check_answer(db, "SELECT status FROM run", "done;");
    check_answer(db, "SELECT count(*) FROM series", "0;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_reference__replaces_the_same_point(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    struct results_reference reference = {.figure = "fig7",
                                          .point = "windows.mean",
                                          .metric = "alloc_mb",
                                          .paper = 0.1,
                                          .tolerance = "3",
                                          .kind = "predicted",
                                          .known_miss = "",
                                          .source = "section 5.2"};
    CHECK_EQ(results_reference(db, &reference, NULL), SIM_OK);
    reference.paper = 179;
    CHECK_EQ(results_reference(db, &reference, NULL), SIM_OK);
    check_answer(db, "SELECT * FROM reference",
                 "fig7|windows.mean|alloc_mb|179.0|3|predicted||section 5.2;");
    results_close(db, NULL);
    place_remove(&place);
}

/* ---- Questions --------------------------------------------------------------------------- */

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

/* ---- What the system refuses ------------------------------------------------------------- */

static void check_refused(const char *path, enum results_mode mode, const char *message)
{
    struct results *db = NULL;
    struct sim_error error = {0};
    CHECK_EQ(results_open(path, mode, &db, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, message);
    CHECK_CONTAINS(error.text, path);
    CHECK(db == NULL);
}

static void db_open__refuses_what_is_no_file(void)
{
    check_refused("/dev/full", RESULTS_WRITE, "expected a database file, found a device or pipe");
    check_refused("/tmp", RESULTS_WRITE, "expected a database file, found a folder");
    check_refused("/nonexistent/a.db", RESULTS_READ, "found: No such file or directory");
    check_refused("/proc/nowhere/a.db", RESULTS_WRITE, "unable to open database file");
}

static void db_open__leaves_other_files_alone(void)
{
    struct place place = place_make();
    static const char other[] = "dear diary, today I learned nothing about databases. "
                                "It was still a good day.\n";
    FILE *file = fopen(place.path, "w");
    fputs(other, file);
    fclose(file);
    check_refused(place.path, RESULTS_WRITE, "file is not a database");

    char read_back[200] = "";
    file = fopen(place.path, "r");
    CHECK(fgets(read_back, sizeof read_back, file) != NULL);
    fclose(file);
    CHECK_TEXT(read_back, other);
    place_remove(&place);
}

static void db_open__refuses_other_versions_and_databases(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    results_query(db, "PRAGMA user_version = 7", NULL, 0, NULL, NULL, NULL);
    results_close(db, NULL);
    check_refused(place.path, RESULTS_WRITE, "expected results of schema version 2, found 7");
    check_refused(place.path, RESULTS_READ, "expected results of schema version 2, found 7");

    unlink(place.path);
    db = open_db(&place, RESULTS_WRITE);
    results_query(db, "PRAGMA user_version = 0", NULL, 0, NULL, NULL, NULL);
    results_close(db, NULL);
    check_refused(place.path, RESULTS_WRITE, "expected results of schema version 2, found 0");
    place_remove(&place);
}

/* A limit on the size of files stands for a full disk. */
static void db__stops_for_good_when_the_disk_is_full(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    struct sim_error error = {0}, again = {0};
    struct rlimit before, small = {.rlim_cur = 1 << 20};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    int status = SIM_OK;
    for (int i = 0; i < 200000 && status == SIM_OK; i++)
        status = results_series(db, id, i, "linux", "alloc_mb", i, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);

    CHECK_EQ(status, SIM_SYSTEM);
    CHECK_CONTAINS(error.text, place.path);
    CHECK_EQ(results_event(db, id, 1, "", "x", "y", &again), SIM_SYSTEM);
    CHECK_TEXT(again.text, error.text);
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_SYSTEM);
    CHECK_EQ(results_close(db, NULL), SIM_SYSTEM);
    db = open_db(&place, RESULTS_READ);
    check_answer(db, "SELECT status FROM run", "running;");
    check_answer(db, "PRAGMA integrity_check", "ok;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_close__accepts_null(void)
{
    CHECK_EQ(results_close(NULL, NULL), SIM_OK);
}

/* ---- Merging ----------------------------------------------------------------------------- */

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
    bool found = true;
    struct results_run wanted = run_of("a", 1);
    db = open_db(&to, RESULTS_WRITE);
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK(!found);
    for (int i = 0; i < 2; i++) { /* the second time in place of the first */
        CHECK_EQ(results_merge(db, from.path, &merged, NULL), SIM_OK);
        CHECK_EQ(merged, 1);
    }
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK(found);
    wanted.config_hash++;
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK(!found);
    CHECK_EQ(results_close(db, NULL), SIM_OK);

    db = open_db(&to, RESULTS_READ);
    check_answer(db, "SELECT count(*) FROM run", "1;");
    check_answer(db, "SELECT t_s, vm, value FROM series JOIN run USING (run_id)", "1.5|vm|7.0;");
    check_answer(db, "SELECT count(*) FROM param", "1;");
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

TEST_SUITE(results, TEST(db_open__makes_the_tables_of_the_contract),
           TEST(db_run__keeps_every_kind_of_row), TEST(db_run__no_value_is_null),
           TEST(db_metric__replaces_the_same_name_and_kind), TEST(db_run__that_failed_says_so),
           TEST(db_run__that_is_done_replaces_the_same_one),
           TEST(db_run__appends_to_an_existing_file), TEST(db_run__that_was_killed_stays_running),
           TEST(db_reference__replaces_the_same_point), TEST(db_query__binds_and_ends_early),
           TEST(db_query__tells_wrong_sql), TEST(db_open__refuses_what_is_no_file),
           TEST(db_open__leaves_other_files_alone),
           TEST(db_open__refuses_other_versions_and_databases),
           TEST(db__stops_for_good_when_the_disk_is_full), TEST(db_close__accepts_null),
           TEST(db_merge__copies_runs_that_are_done),
           TEST(db_merge__refuses_what_is_no_database_of_ours))
