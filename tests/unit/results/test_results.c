#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "tests/unit/results/place.h"

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
    CHECK_EQ(results_decision_input(db, id, 3, "linux", "cached_mb", 8, NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, id, true, 3600.5, 1.25, NULL), SIM_OK);
    CHECK_EQ(results_close(db, NULL), SIM_OK);

    db = open_db(&place, RESULTS_READ);
    check_answer(db,
                 "SELECT run_id,experiment,variant,seed,replicate,status,sim_s,wall_s,version,"
                 "build,governor,estimator,config_hash,rows FROM run",
                 "1|fig7|tax=0.75|7|2|done|3600.5|1.25|1.0|c0ffee|esx||0000000000001234|7;");
    check_answer(db, "SELECT started_utc GLOB '20*-*-*T*:*:*Z', host <> '' FROM run", "1|1;");
    check_answer(db, "SELECT * FROM param", "1|vm.linux.shares|100;");
    check_answer(db, "SELECT * FROM series", "1|5.0|linux|alloc_mb|1.5;1|5.0||free_mb|2.0;");
    check_answer(db, "SELECT * FROM result", "1|linux|throughput|12.25|MB/s;");
    check_answer(db, "SELECT * FROM event", "1|4.0|linux|pop|it's gone;");
    check_answer(db, "SELECT * FROM decision", "1|3.0|linux|period|1.0|2.0|3.0|4.0|5.0|6.0;");
    check_answer(db, "SELECT * FROM decision_input", "1|3.0|linux|cached_mb|8.0;");
    check_answer(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'event_by_run'", "1;");
    CHECK_EQ(results_close(db, NULL), SIM_OK);
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

static void db_run__of_another_configuration_is_another_run(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    struct results_run copied = run_of("a", 1);
    enum results_found found;
    int64_t id;
    copied.config_hash++;
    results_run_end(db, begin_run(db, "a", 1), true, 1, 1, NULL);
    results_run_end(db, begin_run(db, "a", 1), false, 1, 1, NULL); /* failed */
    CHECK_EQ(results_run_begin(db, &copied, &id, NULL), SIM_OK);
    results_run_end(db, id, true, 1, 1, NULL);
    check_answer(db, "SELECT run_id, config_hash FROM run",
                 "1|0000000000001234;3|0000000000001235;");
    /* The last one counts: a sweep of the first configuration makes its runs anew. */
    CHECK_EQ(results_run_find(db, &copied, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_FOUND);
    copied.config_hash--;
    CHECK_EQ(results_run_find(db, &copied, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_OTHER_INPUTS);
    results_run_end(db, begin_run(db, "a", 1), true, 1, 1, NULL);
    check_answer(db, "SELECT run_id, config_hash FROM run",
                 "3|0000000000001235;4|0000000000001234;");
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
    for (int i = 0; i < 270000; i++)
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
    check_answer(db, "SELECT count(*) FROM series", "250000;");
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
                                          .reading_error = 0.3,
                                          .tolerance = "3",
                                          .reason = "one run",
                                          .kind = "predicted",
                                          .known_miss = "",
                                          .repeats = "",
                                          .source = "section 5.2"};
    CHECK_EQ(results_references(db, &reference, 1, NULL), SIM_OK);
    reference.paper = 179;
    CHECK_EQ(results_references(db, &reference, 1, NULL), SIM_OK);
    check_answer(db, "SELECT * FROM reference",
                 "fig7|windows.mean|alloc_mb|179.0|0.3|3|one run|predicted|||section 5.2;");
    reference.reason = "the paper's words"; /* one field that changed is enough */
    CHECK_EQ(results_references(db, &reference, 1, NULL), SIM_OK);
    check_answer(db, "SELECT reason FROM reference", "the paper's words;");
    reference.paper = NAN;
    CHECK_EQ(results_references(db, &reference, 1, NULL), SIM_OK);
    check_answer(db, "SELECT typeof(paper) FROM reference", "null;");
    results_close(db, NULL);
    place_remove(&place);
}

static void db_open__refuses_what_is_no_file(void)
{
    check_refused("/dev/full", RESULTS_WRITE, "expected a database file, found a device or pipe");
    check_refused("/tmp", RESULTS_WRITE, "expected a database file, found a folder");
    check_refused("/nonexistent/a.db", RESULTS_READ, "found: No such file or directory");
    check_refused("/proc/nowhere/a.db", RESULTS_WRITE,
                  "expected '/proc/nowhere' to be a folder, found: No such file or directory");
    check_refused("/dev/null/a.db", RESULTS_WRITE, "found: Not a directory");
}

static void db_open__refuses_names_that_are_none(void)
{
    static const char *const names[] = {"", ":memory:"};
    for (int i = 0; i < 4; i++) {
        struct results *db;
        struct sim_error error = {0};
        CHECK_EQ(results_open(names[i / 2], i % 2 ? RESULTS_READ : RESULTS_WRITE, &db, &error),
                 SIM_USAGE);
        CHECK_CONTAINS(error.text, "expected the name of a database file, found '");
        CHECK(db == NULL);
    }
}

static void db_open__makes_no_file_before_there_is_a_run(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    struct results_run wanted = run_of("a", 1);
    enum results_found found = RESULTS_FOUND;
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_NONE);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK(access(place.path, F_OK) != 0);
    place_remove(&place);
}

/* SQLite takes such names for addresses unless it is told otherwise. */
static void db_open__takes_any_name_for_a_file(void)
{
    struct place place = place_make();
    int before = open(".", O_RDONLY | O_DIRECTORY);
    CHECK_EQ(chdir(place.folder), 0);
    struct results *db;
    CHECK_EQ(results_open("file:a.db?mode=memory", RESULTS_WRITE, &db, NULL), SIM_OK);
    begin_run(db, "a", 1);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
    CHECK_EQ(unlink("file:a.db?mode=memory"), 0);
    CHECK_EQ(fchdir(before), 0);
    close(before);
    place_remove(&place);
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
    for (int i = 0; i < 400000 && status == SIM_OK; i++)
        status = results_series(db, id, i, "linux", "alloc_mb", i, &error);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);

    CHECK_EQ(status, SIM_SYSTEM);
    CHECK_CONTAINS(error.text, place.path);
    CHECK_CONTAINS(error.text, "ulimit -f");
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

/* ---- What is stored ---------------------------------------------------------------------- */

static void db_run__keeps_seeds_as_they_are(void)
{
    static const uint64_t seeds[] = {10, 2, UINT64_MAX, 0, INT64_MAX, (uint64_t)INT64_MAX + 1};
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    for (int i = 0; i < 6; i++)
        results_run_end(db, begin_run(db, "", seeds[i]), true, 1, 1, NULL);
    check_answer(db, "SELECT seed FROM run ORDER BY seed",
                 "0;2;10;9223372036854775807;18446744073709551615;9223372036854775808;");
    check_answer(db, "SELECT min(seed) FROM run", "0;");
    check_answer(db, "SELECT count(*) FROM run a JOIN run b USING (seed)", "6;");
    check_answer(db, "SELECT count(*) FROM run WHERE seed = 10", "1;");
    check_answer(db, "SELECT count(*) FROM run WHERE seed = '18446744073709551615'", "1;");
    for (int i = 0; i < 6; i++) {
        struct results_run wanted = run_of("", seeds[i]);
        enum results_found found = RESULTS_NONE;
        CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
        CHECK_EQ(found, RESULTS_FOUND);
    }
    results_close(db, NULL);
    place_remove(&place);
}

static void db_run__keeps_nan_as_null(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    struct results_decision decision = {.vm = "linux", .reason = "", .swap_target_mb = NAN};
    CHECK_EQ(results_series(db, id, 1, "", "x", NAN, NULL), SIM_OK);
    CHECK_EQ(results_result(db, id, "", "x", -NAN, "MB", NULL), SIM_OK);
    CHECK_EQ(results_decision(db, id, &decision, NULL), SIM_OK);
    CHECK_EQ(results_decision_input(db, id, 1, "", "x", NAN, NULL), SIM_OK);
    check_answer(db, "SELECT typeof(value) FROM series", "null;");
    check_answer(db, "SELECT typeof(value) FROM result", "null;");
    check_answer(db, "SELECT typeof(value) FROM decision_input", "null;");
    check_answer(db, "SELECT typeof(price), typeof(swap_target_mb) FROM decision", "real|null;");
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    results_close(db, NULL);
    CHECK_EQ(results_check(place.path, NULL), SIM_OK);
    place_remove(&place);
}

static void db_find__says_why_a_run_does_not_count(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    results_run_end(db, begin_run(db, "a", 1), true, 1, 1, NULL);
    results_run_end(db, begin_run(db, "b", 1), false, 1, 1, NULL);
    struct results_run wanted = run_of("a", 1);
    enum results_found found;
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_FOUND);
    wanted.config_hash++;
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_OTHER_INPUTS);
    wanted.build = "decaf";
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_OTHER_BUILD);
    wanted = run_of("b", 1); /* failed */
    CHECK_EQ(results_run_find(db, &wanted, &found, NULL), SIM_OK);
    CHECK_EQ(found, RESULTS_NONE);
    results_close(db, NULL);
    place_remove(&place);
}

static void db_metric__replaces_the_same_name_and_kind(void)
{
    struct place place = place_make();
    struct results *db = open_db(&place, RESULTS_WRITE);
    CHECK_EQ(results_metric(db, "swap_in_mb", "MB", "counter", "read back", NULL), SIM_OK);
    CHECK_EQ(results_metric(db, "swap_in_mb", "MB", "result", "read back in all", NULL), SIM_OK);
    CHECK_EQ(results_metric(db, "swap_in_mb", "MB", "counter", "read back so far", NULL), SIM_OK);
    check_answer(db, "SELECT * FROM metric ORDER BY kind",
                 "swap_in_mb|MB|counter|read back so far;swap_in_mb|MB|result|read back in all;");
    results_close(db, NULL);
    place_remove(&place);
}

/* ---- Several processes ------------------------------------------------------------------- */

/* A run in a process of its own, which waits for a byte from `go` before it ends the run. */
static _Noreturn void run_and_wait(const struct place *place, int ready, int go)
{
    struct results *db;
    struct results_run run = run_of("", 1);
    int64_t id;
    char byte = 0;
    bool ok = results_open(place->path, RESULTS_WRITE, &db, NULL) == SIM_OK &&
              results_run_begin(db, &run, &id, NULL) == SIM_OK &&
              results_series(db, id, 1, "", "child", 1, NULL) == SIM_OK &&
              write(ready, &byte, 1) == 1 && read(go, &byte, 1) == 1 &&
              results_run_end(db, id, true, 1, 1, NULL) == SIM_OK &&
              results_close(db, NULL) == SIM_OK;
    _exit(ok ? 0 : 1);
}

static void same_run(const struct place *place)
{
    struct results *db = open_db(place, RESULTS_WRITE);
    int64_t id = begin_run(db, "", 1);
    CHECK_EQ(results_series(db, id, 1, "", "parent", 1, NULL), SIM_OK);
    CHECK_EQ(results_run_end(db, id, true, 1, 1, NULL), SIM_OK);
    CHECK_EQ(results_close(db, NULL), SIM_OK);
}

static void check_place(const struct place *place, const char *sql, const char *expected)
{
    struct results *db = open_db(place, RESULTS_READ);
    check_answer(db, sql, expected);
    results_close(db, NULL);
}

static void db_run__leaves_the_same_run_of_a_living_process_alone(void)
{
    struct place place = place_make();
    int ready[2], go[2], status = 0;
    char byte = 0;
    CHECK_EQ(pipe(ready) | pipe(go), 0);
    pid_t child = fork();
    if (child == 0)
        run_and_wait(&place, ready[1], go[0]);
    CHECK_EQ(read(ready[0], &byte, 1), 1);
    same_run(&place);
    check_place(&place, "SELECT run_id, status FROM run", "1|running;2|done;");
    CHECK_EQ(write(go[1], &byte, 1), 1);
    waitpid(child, &status, 0);
    CHECK_EQ(status, 0);
    check_place(&place, "SELECT run_id, status FROM run", "1|done;");
    check_place(&place, "SELECT run_id, metric FROM series", "1|child;");

    child = fork(); /* this one is killed */
    if (child == 0)
        run_and_wait(&place, ready[1], go[0]);
    CHECK_EQ(read(ready[0], &byte, 1), 1);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    check_place(&place, "SELECT status FROM run", "done;running;");
    same_run(&place);
    check_place(&place, "SELECT status FROM run", "done;");
    check_place(&place, "SELECT metric FROM series", "parent;");
    for (int i = 0; i < 2; i++) {
        close(ready[i]);
        close(go[i]);
    }
    place_remove(&place);
}

static _Noreturn void short_run(const struct place *place, const char *variant, unsigned wait_us)
{
    struct results *db;
    struct results_run run = run_of(variant, 1);
    int64_t id;
    usleep(wait_us);
    bool ok = results_open(place->path, RESULTS_WRITE, &db, NULL) == SIM_OK &&
              results_run_begin(db, &run, &id, NULL) == SIM_OK;
    for (int i = 0; ok && i < 20; i++)
        ok = results_series(db, id, i, "", variant, i, NULL) == SIM_OK;
    ok = ok && results_run_end(db, id, true, 1, 1, NULL) == SIM_OK &&
         results_close(db, NULL) == SIM_OK;
    _exit(ok ? 0 : 1);
}

/* From making the file to making the indexes, at 100 different distances in time. */
static void db_run__two_at_once_into_one_file(void)
{
    for (unsigned try = 0; try < 100; try++) {
        struct place place = place_make();
        int first = 0, second = 0;
        pid_t a = fork();
        if (a == 0)
            short_run(&place, "a", 0);
        pid_t b = fork();
        if (b == 0)
            short_run(&place, "b", 100 * try);
        waitpid(a, &first, 0);
        waitpid(b, &second, 0);
        CHECK_EQ(first, 0);
        CHECK_EQ(second, 0);
        check_place(&place,
                    "SELECT variant, status, count(*) FROM run JOIN series USING (run_id)"
                    " WHERE variant = metric GROUP BY variant",
                    "a|done|20;b|done|20;");
        check_place(&place,
                    "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%\\_by\\_run'"
                    " ESCAPE '\\'",
                    "2;");
        place_remove(&place);
    }
}

TEST_SUITE(results, TEST(db_run__keeps_every_kind_of_row), TEST(db_run__that_failed_says_so),
           TEST(db_run__that_is_done_replaces_the_same_one),
           TEST(db_run__of_another_configuration_is_another_run),
           TEST(db_run__appends_to_an_existing_file), TEST(db_run__that_was_killed_stays_running),
           TEST(db_reference__replaces_the_same_point), TEST(db_open__refuses_what_is_no_file),
           TEST(db_open__refuses_names_that_are_none),
           TEST(db_open__makes_no_file_before_there_is_a_run),
           TEST(db_open__takes_any_name_for_a_file), TEST(db_open__leaves_other_files_alone),
           TEST(db__stops_for_good_when_the_disk_is_full), TEST(db_close__accepts_null),
           TEST(db_run__keeps_seeds_as_they_are), TEST(db_run__keeps_nan_as_null),
           TEST(db_find__says_why_a_run_does_not_count),
           TEST(db_metric__replaces_the_same_name_and_kind),
           TEST(db_run__leaves_the_same_run_of_a_living_process_alone),
           TEST(db_run__two_at_once_into_one_file))
