/*
 * Parts of a sweep: their names, their processes, and what a killed sweep leaves of them.
 *
 *     DB.part-MACHINE-PID-RANDOM-INDEX, and SQLite's journal of it
 */
#include "ballast/run/sweep_part.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "ballast/run/run.h"
#include "sim/quantity.h"

#define JOURNAL "-journal"

static const char *machine_name(struct utsname *system)
{
    return uname(system) == 0 ? system->nodename : "unknown";
}

/* ---- Names ------------------------------------------------------------------------------- */

void sweep_parts_name(const char *db, char parts[SWEEP_PARTS_BYTES])
{
    struct utsname system;
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
        random = (uint32_t)getpid();
    snprintf(parts, SWEEP_PARTS_BYTES, "%.3900s.part-%.64s-%ld-%08x", db, machine_name(&system),
             (long)getpid(), random);
}

void sweep_part_path(const char *parts, uint32_t index, char path[SWEEP_PARTS_BYTES])
{
    snprintf(path, SWEEP_PARTS_BYTES, "%.4100s-%u", parts, index);
}

void sweep_part_remove(const char *parts, uint32_t index)
{
    char path[SWEEP_PARTS_BYTES], journal[SWEEP_PARTS_BYTES + sizeof JOURNAL];
    sweep_part_path(parts, index, path);
    snprintf(journal, sizeof journal, "%s" JOURNAL, path);
    unlink(path);
    unlink(journal);
}

/* ---- What killed sweeps left ------------------------------------------------------------- */

/* Takes "-..." off the end of `text` and returns what is behind the dash; NULL where there is
 * none. */
static const char *last_field(char *text)
{
    char *dash = strrchr(text, '-');
    if (dash == NULL)
        return NULL;
    *dash = '\0';
    return dash + 1;
}

/* `name` is what follows "DB.part-". Only parts of this machine can be told from living ones. */
static bool is_stale(const char *name)
{
    struct utsname system;
    char machine[300], *end;
    if (strlen(name) >= sizeof machine)
        return false;
    strcpy(machine, name);
    size_t length = strlen(machine);
    if (length > strlen(JOURNAL) && strcmp(machine + length - strlen(JOURNAL), JOURNAL) == 0)
        machine[length - strlen(JOURNAL)] = '\0';
    if (last_field(machine) == NULL || last_field(machine) == NULL) /* index, random number */
        return false;
    const char *digits = last_field(machine);
    if (digits == NULL || strncmp(machine, machine_name(&system), 64) != 0)
        return false;
    long process = strtol(digits, &end, 10);
    return end != digits && *end == '\0' && process > 0 && process != getpid() &&
           kill((pid_t)process, 0) != 0 && errno == ESRCH;
}

void sweep_parts_remove_stale(const char *db)
{
    char folder[PATH_BYTES], begin[PATH_BYTES], path[2 * PATH_BYTES];
    const char *slash = strrchr(db, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - db + 1) : 2,
             slash != NULL ? db : "./");
    snprintf(begin, sizeof begin, "%.4000s.part-", slash != NULL ? slash + 1 : db);
    DIR *dir = opendir(folder);
    if (dir == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (strncmp(entry->d_name, begin, strlen(begin)) != 0 ||
            !is_stale(entry->d_name + strlen(begin)))
            continue;
        snprintf(path, sizeof path, "%s%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(dir);
}

/* ---- In the process of a part ------------------------------------------------------------ */

static int part_run(const struct sweep_run *run, const char *path, struct sim_error *error)
{
    struct run_options options = {
        .seed = run->seed, .replicate = run->replicate, .quiet = true, .spare_checks = true};
    struct results *db;
    int status = results_open(path, RESULTS_PART, &db, error);
    if (status != SIM_OK)
        return status;
    status = run_experiment(run->config, &options, db, error);
    struct sim_error ignored;
    int closed = results_close(db, status == SIM_OK ? error : &ignored);
    return status != SIM_OK ? status : closed;
}

/* The clock's limit ends the process by SIGALRM; memory beyond its limit cannot be had. */
static void limits_set(const struct sweep_limits *limits)
{
    if (limits->time_s > 0) {
        double whole_s = floor(limits->time_s);
        struct itimerval time = {
            .it_value = {(time_t)whole_s, (suseconds_t)((limits->time_s - whole_s) * 1e6)}};
        signal(SIGALRM, SIG_DFL);
        setitimer(ITIMER_REAL, &time, NULL);
    }
    if (limits->memory_mb > 0) {
        rlim_t bytes = (rlim_t)(limits->memory_mb * 1024 * 1024);
        setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
    }
}

static _Noreturn void part_main(const struct sweep_run *run, const char *path, pid_t sweep,
                                const struct sweep_limits *limits, int words)
{
    struct sim_error error = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != sweep) /* it died before the line above */
        _exit(SIM_SYSTEM);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    dup2(words, STDERR_FILENO);
    limits_set(limits);
    int status = part_run(run, path, &error);
    if (status != SIM_OK)
        dprintf(STDERR_FILENO, "%s\n", error.text);
    _exit(status); /* the database of the sweep is not this process's to close */
}

pid_t sweep_part_start(const struct sweep_run *run, const char *parts, uint32_t index,
                       const struct sweep_limits *limits, int *words)
{
    char path[SWEEP_PARTS_BYTES];
    pid_t sweep = getpid();
    sweep_part_path(parts, index, path);
    fflush(NULL);
    *words = memfd_create("words", MFD_CLOEXEC);
    if (*words < 0)
        return -1;
    pid_t process = fork();
    if (process == 0)
        part_main(run, path, sweep, limits, *words);
    if (process < 0)
        close(*words);
    return process;
}

/* ---- How it ended ------------------------------------------------------------------------ */

/* The last line that is not empty, without "ballast: ". */
static void last_line(int words, char *line, size_t bytes)
{
    off_t size = lseek(words, 0, SEEK_END),
          begin = size > (off_t)bytes - 1 ? size - (off_t)bytes + 1 : 0;
    ssize_t length = size > 0 ? pread(words, line, bytes - 1, begin) : 0;
    length = length > 0 ? length : 0;
    while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\0'))
        length--;
    line[length] = '\0';
    const char *last = strrchr(line, '\n');
    last = last != NULL ? last + 1 : line;
    last += strncmp(last, "ballast: ", 9) == 0 ? 9 : 0;
    memmove(line, last, strlen(last) + 1);
}

static void pass_on(int words)
{
    char text[1024];
    lseek(words, 0, SEEK_SET);
    for (ssize_t length; (length = read(words, text, sizeof text)) > 0;)
        fwrite(text, 1, (size_t)length, stderr);
}

static enum sweep_part_end crashed(int signal_number, const struct sweep_limits *limits,
                                   const char *words, struct sim_error *error)
{
    char text[SIM_QUANTITY_BYTES];
    if (signal_number == SIGALRM && limits->time_s > 0)
        sim_error_set(error, SIM_SYSTEM, "reached the time limit of %s",
                      sim_quantity(text, limits->time_s, "s"));
    else if (limits->memory_mb > 0)
        sim_error_set(error, SIM_SYSTEM, "crashed under the memory limit of %s (%s)%s%s",
                      sim_quantity(text, limits->memory_mb, "MB"), strsignal(signal_number),
                      words[0] != '\0' ? ": " : "", words);
    else
        sim_error_set(error, SIM_SYSTEM, "crashed (%s)%s%s", strsignal(signal_number),
                      words[0] != '\0' ? ": " : "", words);
    return SWEEP_PART_FAILED;
}

enum sweep_part_end sweep_part_ended(int how, const struct sweep_limits *limits, int words,
                                     struct sim_error *error)
{
    char line[sizeof error->text - 200], text[SIM_QUANTITY_BYTES];
    int status = WIFEXITED(how) ? WEXITSTATUS(how) : 0;
    enum sweep_part_end end = SWEEP_PART_DONE;
    last_line(words, line, sizeof line);
    if (!WIFEXITED(how)) {
        end = crashed(WTERMSIG(how), limits, line, error);
    } else if (status == SIM_SYSTEM && limits->memory_mb > 0) {
        sim_error_set(error, status, "failed under the memory limit of %s: %s",
                      sim_quantity(text, limits->memory_mb, "MB"), line);
        end = SWEEP_PART_FAILED;
    } else if (status != SIM_OK) {
        sim_error_set(error, status, "%s", line);
        end = status == SIM_FAILED ? SWEEP_PART_FAILED : SWEEP_PART_STOPS;
    } else {
        pass_on(words);
    }
    close(words);
    return end;
}
