/* Names of a sweep's parts, and which of them a later sweep removes. */
#include "ballast/run/sweep_part.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static char folder[] = "/tmp/test_part_XXXXXX", db[80];

static void file_make(const char *path)
{
    FILE *file = fopen(path, "w");
    if (CHECK(file != NULL))
        fclose(file);
}

static bool file_remove(const char *path)
{
    return unlink(path) == 0;
}

/* A process that has ended and been waited for. */
static long dead_process(void)
{
    pid_t process = fork();
    if (process == 0)
        _exit(0);
    waitpid(process, NULL, 0);
    return process;
}

static void part__names_differ_from_sweep_to_sweep(void)
{
    char one[SWEEP_PARTS_BYTES], two[SWEEP_PARTS_BYTES], path[SWEEP_PARTS_BYTES];
    sweep_parts_name("a/b.db", one);
    sweep_parts_name("a/b.db", two);
    CHECK(strcmp(one, two) != 0);
    sweep_part_path(one, 12, path);
    CHECK(strncmp(path, "a/b.db.part-", 12) == 0);
    CHECK_TEXT(path + strlen(path) - 3, "-12");
}

static void part__stale_ones_are_removed_and_no_others(void)
{
    char stale[200], journal[220], living[SWEEP_PARTS_BYTES], path[SWEEP_PARTS_BYTES];
    char elsewhere[200], odd[200];
    struct utsname system;
    uname(&system);
    CHECK(mkdtemp(folder) != NULL);
    snprintf(db, sizeof db, "%s/x.db", folder);
    long dead = dead_process();
    snprintf(stale, sizeof stale, "%s.part-%.60s-%ld-0badcafe-3", db, system.nodename, dead);
    snprintf(journal, sizeof journal, "%s-journal", stale);
    snprintf(elsewhere, sizeof elsewhere, "%s.part-no%.60s-%ld-0badcafe-3", db, system.nodename,
             dead);
    snprintf(odd, sizeof odd, "%s.part-3", db);
    sweep_parts_name(db, living);
    sweep_part_path(living, 0, path);
    file_make(stale);
    file_make(journal);
    file_make(elsewhere);
    file_make(odd);
    file_make(path);
    file_make(db);

    sweep_parts_remove_stale(db);
    CHECK(!file_remove(stale));
    CHECK(!file_remove(journal));
    CHECK(file_remove(elsewhere));
    CHECK(file_remove(odd));
    CHECK(file_remove(db));
    CHECK_EQ(access(path, F_OK), 0);
    sweep_part_remove(living, 0);
    CHECK(access(path, F_OK) != 0);
    CHECK_EQ(rmdir(folder), 0);
}

/* What a process that does `act` is said to have ended with. */
static enum sweep_part_end end_of(void (*act)(void), const struct sweep_limits *limits,
                                  struct sim_error *error)
{
    int words = memfd_create("words", 0), how;
    pid_t process = fork();
    if (process == 0) {
        dup2(words, STDERR_FILENO);
        act();
        _exit(0);
    }
    waitpid(process, &how, 0);
    *error = (struct sim_error){0};
    return sweep_part_ended(how, limits, words, error);
}

static void crash(void)
{
    signal(SIGABRT, SIG_DFL);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    dprintf(STDERR_FILENO, "one\nballast: bug at 3 s\n");
    abort();
}

static void ring(void)
{
    raise(SIGALRM);
}

static void order_wrongly(void)
{
    dprintf(STDERR_FILENO, "the governor ordered too much\n\n");
    _exit(SIM_FAILED);
}

static void find_damage(void)
{
    dprintf(STDERR_FILENO, "cut.btr: damaged\n");
    _exit(SIM_BAD_DATA);
}

static void want_memory(void)
{
    dprintf(STDERR_FILENO, "no memory for 3 VMs\n");
    _exit(SIM_SYSTEM);
}

static void do_nothing(void)
{
}

static void part__its_end_is_told_with_its_last_words(void)
{
    const struct sweep_limits none = {0}, limits = {.time_s = 600, .memory_mb = 4096};
    struct sim_error error;
    CHECK_EQ(end_of(do_nothing, &none, &error), SWEEP_PART_DONE);
    CHECK_EQ(end_of(crash, &none, &error), SWEEP_PART_FAILED);
    CHECK_TEXT(error.text, "crashed (Aborted): bug at 3 s");
    CHECK_EQ(error.status, SIM_SYSTEM);
    CHECK_EQ(end_of(ring, &limits, &error), SWEEP_PART_FAILED);
    CHECK_TEXT(error.text, "reached the time limit of 10 min");
    CHECK_EQ(end_of(crash, &limits, &error), SWEEP_PART_FAILED);
    CHECK_TEXT(error.text, "crashed under the memory limit of 4 GB (Aborted): bug at 3 s");
    CHECK_EQ(end_of(order_wrongly, &none, &error), SWEEP_PART_FAILED);
    CHECK_TEXT(error.text, "the governor ordered too much");
    CHECK_EQ(error.status, SIM_FAILED);
}

static void part__what_every_run_would_meet_ends_the_sweep(void)
{
    const struct sweep_limits none = {0}, limits = {.memory_mb = 4096};
    struct sim_error error;
    CHECK_EQ(end_of(find_damage, &limits, &error), SWEEP_PART_STOPS);
    CHECK_TEXT(error.text, "cut.btr: damaged");
    CHECK_EQ(error.status, SIM_BAD_DATA);
    CHECK_EQ(end_of(want_memory, &none, &error), SWEEP_PART_STOPS);
    CHECK_EQ(end_of(want_memory, &limits, &error), SWEEP_PART_FAILED);
    CHECK_TEXT(error.text, "failed under the memory limit of 4 GB: no memory for 3 VMs");
}

TEST_SUITE(run_sweep_part, TEST(part__names_differ_from_sweep_to_sweep),
           TEST(part__stale_ones_are_removed_and_no_others),
           TEST(part__its_end_is_told_with_its_last_words),
           TEST(part__what_every_run_would_meet_ends_the_sweep))
