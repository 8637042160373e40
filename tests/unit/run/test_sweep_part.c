/* Names of a sweep's parts, and which of them a later sweep removes. */
#include "ballast/run/sweep_part.h"

#include <stdlib.h>
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

TEST_SUITE(run_sweep_part, TEST(part__names_differ_from_sweep_to_sweep),
           TEST(part__stale_ones_are_removed_and_no_others))
