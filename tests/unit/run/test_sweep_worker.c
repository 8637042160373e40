/* Processes of a sweep: which runs they do, and how it is told that one ended. */
#include "ballast/run/sweep_worker.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ballast/run/sweep_part.h"
#include "tests/check.h"

static struct sim_error error;

/* ---- How a run ended --------------------------------------------------------------------- */

/* What is told of a process that does `act`, and answers with what that returns. */
static enum sweep_run_end end_of(int (*act)(void), const struct sweep_limits *limits)
{
    const struct sweep_work work = {.limits = *limits};
    struct sweep_worker worker = {.words = memfd_create("words", 0), .is_busy = true};
    int ends[2];
    CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0);
    worker.channel = ends[0];
    worker.process = fork();
    if (worker.process == 0) {
        dup2(worker.words, STDERR_FILENO);
        int status = act();
        (void)!write(ends[1], &status, sizeof status);
        _exit(0);
    }
    close(ends[1]);
    error = (struct sim_error){0};
    enum sweep_run_end end = sweep_worker_ended(&worker, &work, &error);
    CHECK(!worker.is_busy);
    sweep_worker_stop(&worker);
    CHECK_EQ(worker.process, 0);
    return end;
}

static int crash(void)
{
    signal(SIGABRT, SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    dprintf(STDERR_FILENO, "one\nballast: bug at 3 s\n");
    abort();
}

static int ring(void)
{
    raise(SIGALRM);
    return SIM_OK;
}

static int leave(void)
{
    _exit(7);
}

static int order_wrongly(void)
{
    dprintf(STDERR_FILENO, "the governor ordered too much\n\n");
    return SIM_FAILED;
}

static int find_damage(void)
{
    dprintf(STDERR_FILENO, "cut.btr: damaged\n");
    return SIM_BAD_DATA;
}

static int want_memory(void)
{
    dprintf(STDERR_FILENO, "no memory for 3 VMs\n");
    return SIM_SYSTEM;
}

static int do_nothing(void)
{
    return SIM_OK;
}

static void sweep_worker__the_end_is_told_with_its_last_words(void)
{
    const struct sweep_limits none = {0}, limits = {.time_s = 600, .memory_mb = 4096};
    CHECK_EQ(end_of(do_nothing, &none), SWEEP_RUN_DONE);
    CHECK_EQ(end_of(crash, &none), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "crashed (Aborted): bug at 3 s");
    CHECK_EQ(error.status, SIM_SYSTEM);
    CHECK_EQ(end_of(leave, &none), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "crashed (exit status 7)");
    CHECK_EQ(end_of(ring, &limits), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "reached the time limit of 10 min");
    CHECK_EQ(end_of(crash, &limits), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "crashed under the memory limit of 4 GB (Aborted): bug at 3 s");
    CHECK_EQ(end_of(order_wrongly, &none), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "the governor ordered too much");
    CHECK_EQ(error.status, SIM_FAILED);
}

static void sweep_worker__what_every_run_would_meet_ends_the_sweep(void)
{
    const struct sweep_limits none = {0}, limits = {.memory_mb = 4096};
    CHECK_EQ(end_of(find_damage, &limits), SWEEP_RUN_STOPS);
    CHECK_TEXT(error.text, "cut.btr: damaged");
    CHECK_EQ(error.status, SIM_BAD_DATA);
    CHECK_EQ(end_of(want_memory, &none), SWEEP_RUN_STOPS);
    CHECK_EQ(end_of(want_memory, &limits), SWEEP_RUN_FAILED);
    CHECK_TEXT(error.text, "failed under the memory limit of 4 GB: no memory for 3 VMs");
}

/* ---- Runs -------------------------------------------------------------------------------- */

static char folder[] = "/tmp/test_worker_XXXXXX", parts[SWEEP_PARTS_BYTES];
static struct sweep_grid grid;

/* Three short runs. */
static struct sweep_work work_make(void)
{
    char db[80];
    struct config_file *file = NULL;
    struct config_sets sets = {0}, varied = {0};
    strcpy(folder, "/tmp/test_worker_XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
    snprintf(db, sizeof db, "%s/x.db", folder);
    sweep_parts_name(db, parts);
    config_sets_add(&sets, "duration_s=1", NULL);
    config_sets_add(&sets, "seeds=3", NULL);
    CHECK_EQ(config_file_load("tests/cli/small.yaml", "experiments/presets", &file, &error),
             SIM_OK);
    const struct sweep_request request = {
        .file = file, .sets = &sets, .varied = &varied, .replicates = 1};
    CHECK_EQ(sweep_grid_make(&request, &grid, &error), SIM_OK);
    config_file_free(file);
    return (struct sweep_work){.runs = grid.runs, .parts = parts};
}

/* Removes what the runs left, of which there must be `count`. */
static void work_end(struct sweep_worker *worker, uint32_t count)
{
    char path[SWEEP_PARTS_BYTES];
    uint32_t found = 0;
    sweep_worker_stop(worker);
    for (uint32_t i = 0; i < grid.run_count; i++) {
        sweep_part_path(parts, i, path);
        found += access(path, F_OK) == 0;
        sweep_part_remove(parts, i);
    }
    CHECK_EQ(found, count);
    CHECK_EQ(rmdir(folder), 0);
    sweep_grid_fini(&grid);
}

static enum sweep_run_end run(struct sweep_worker *worker, const struct sweep_work *work,
                              uint32_t index)
{
    CHECK(sweep_worker_order(worker, work, index));
    CHECK_EQ(worker->run, index);
    CHECK(worker->is_busy);
    return sweep_worker_ended(worker, work, &error);
}

static void sweep_worker__one_process_does_run_after_run(void)
{
    struct sweep_work work = work_make();
    struct sweep_worker worker = {0};
    CHECK_EQ(run(&worker, &work, 2), SWEEP_RUN_DONE);
    pid_t process = worker.process;
    CHECK_EQ(run(&worker, &work, 0), SWEEP_RUN_DONE);
    CHECK_EQ(worker.process, process);
    work_end(&worker, 2);
}

static void sweep_worker__isolated_each_run_has_its_own(void)
{
    struct sweep_work work = work_make();
    struct sweep_worker worker = {0};
    work.is_isolated = true;
    CHECK_EQ(run(&worker, &work, 0), SWEEP_RUN_DONE);
    CHECK_EQ(worker.process, 0);
    CHECK_EQ(run(&worker, &work, 1), SWEEP_RUN_DONE);
    work_end(&worker, 2);
}

static void sweep_worker__one_that_is_killed_is_replaced(void)
{
    struct sweep_work work = work_make();
    struct sweep_worker worker = {0};
    CHECK_EQ(run(&worker, &work, 0), SWEEP_RUN_DONE);
    pid_t process = worker.process;
    kill(process, SIGKILL);
    bool is_ordered = sweep_worker_order(&worker, &work, 1);
    CHECK(is_ordered);
    enum sweep_run_end end = sweep_worker_ended(&worker, &work, &error);
    if (end == SWEEP_RUN_FAILED) /* it was told before the signal came */
        CHECK_TEXT(error.text, "crashed (Killed)");
    CHECK_EQ(run(&worker, &work, 2), SWEEP_RUN_DONE);
    CHECK(worker.process != process);
    work_end(&worker, end == SWEEP_RUN_DONE ? 3 : 2);
}

static void sweep_worker__the_clock_stops_one_run(void)
{
    struct sweep_work work = work_make();
    struct sweep_worker worker = {0};
    work.limits.time_s = 1e-5;
    CHECK_EQ(run(&worker, &work, 0), SWEEP_RUN_FAILED);
    CHECK_CONTAINS(error.text, "reached the time limit");
    CHECK_EQ(worker.process, 0);
    work.limits.time_s = 1000;
    CHECK_EQ(run(&worker, &work, 0), SWEEP_RUN_DONE);
    work_end(&worker, 1);
}

TEST_SUITE(run_sweep_worker, TEST(sweep_worker__the_end_is_told_with_its_last_words),
           TEST(sweep_worker__what_every_run_would_meet_ends_the_sweep),
           TEST(sweep_worker__one_process_does_run_after_run),
           TEST(sweep_worker__isolated_each_run_has_its_own),
           TEST(sweep_worker__one_that_is_killed_is_replaced),
           TEST(sweep_worker__the_clock_stops_one_run))
