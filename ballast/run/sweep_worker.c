/*
 * Processes of a sweep. The sweep sends the number of a run, and the process answers with the
 * status that the run ended with; an answer that does not come says that the process is gone.
 */
#include "ballast/run/sweep_worker.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ballast/results/results.h"
#include "ballast/run/run.h"
#include "ballast/run/sweep_part.h"
#include "sim/quantity.h"

/* ---- In the process ---------------------------------------------------------------------- */

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

/* The clock's limit ends the process by SIGALRM. 0: no limit. */
static void time_limit_set(double time_s)
{
    double whole_s = floor(time_s);
    struct itimerval time = {
        .it_value = {(time_t)whole_s, (suseconds_t)((time_s - whole_s) * 1e6)}};
    setitimer(ITIMER_REAL, &time, NULL);
}

/* Memory beyond its limit cannot be had. */
static void memory_limit_set(double memory_mb)
{
    rlim_t bytes = (rlim_t)(memory_mb * 1024 * 1024);
    if (memory_mb > 0)
        setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
}

static _Noreturn void worker_main(const struct sweep_work *work, pid_t sweep, int channel,
                                  int words)
{
    uint32_t index;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != sweep) /* it died before the line above */
        _exit(SIM_SYSTEM);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    dup2(words, STDERR_FILENO);
    memory_limit_set(work->limits.memory_mb);
    while (recv(channel, &index, sizeof index, 0) == sizeof index) {
        char path[SWEEP_PARTS_BYTES];
        struct sim_error error = {0};
        sweep_part_path(work->parts, index, path);
        time_limit_set(work->limits.time_s);
        int status = part_run(&work->runs[index], path, &error);
        time_limit_set(0);
        if (status != SIM_OK)
            dprintf(STDERR_FILENO, "%s\n", error.text);
        if (send(channel, &status, sizeof status, MSG_NOSIGNAL) != sizeof status)
            break;
    }
    _exit(SIM_OK); /* the database of the sweep is not this process's to close */
}

/* ---- Starting and ordering --------------------------------------------------------------- */

static void channels_close(struct sweep_worker *worker)
{
    close(worker->channel);
    close(worker->words);
    *worker = (struct sweep_worker){0};
}

static bool worker_start(struct sweep_worker *worker, const struct sweep_work *work)
{
    int ends[2];
    pid_t sweep = getpid();
    *worker = (struct sweep_worker){.words = memfd_create("words", MFD_CLOEXEC)};
    if (worker->words < 0)
        return false;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        close(worker->words);
        return false;
    }
    fflush(NULL);
    worker->channel = ends[0];
    worker->process = fork();
    if (worker->process == 0)
        worker_main(work, sweep, ends[1], worker->words);
    close(ends[1]);
    if (worker->process < 0) {
        channels_close(worker);
        return false;
    }
    return true;
}

static bool order_send(struct sweep_worker *worker, uint32_t run)
{
    worker->run = run;
    worker->is_busy = send(worker->channel, &run, sizeof run, MSG_NOSIGNAL) == sizeof run;
    return worker->is_busy;
}

bool sweep_worker_order(struct sweep_worker *worker, const struct sweep_work *work, uint32_t run)
{
    if (worker->process > 0 && order_send(worker, run))
        return true;
    sweep_worker_stop(worker); /* something ended it between two runs */
    return worker_start(worker, work) && order_send(worker, run);
}

void sweep_worker_stop(struct sweep_worker *worker)
{
    if (worker->process <= 0)
        return;
    /* A process that has just begun still has the sweep's own way with SIGTERM, which is to go on.
     */
    kill(worker->process, SIGKILL);
    while (waitpid(worker->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    channels_close(worker);
}

/* ---- How a run ended --------------------------------------------------------------------- */

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

/* The process and the sweep share the place at which the file is written. */
static void forget(int words)
{
    lseek(words, 0, SEEK_SET);
    (void)!ftruncate(words, 0);
}

/* The process is gone; `how` is its status of waitpid(). */
static enum sweep_run_end crashed(int how, const struct sweep_limits *limits, const char *words,
                                  struct sim_error *error)
{
    char text[SIM_QUANTITY_BYTES], end[60];
    const char *colon = words[0] != '\0' ? ": " : "";
    if (WIFSIGNALED(how))
        snprintf(end, sizeof end, "%s", strsignal(WTERMSIG(how)));
    else
        snprintf(end, sizeof end, "exit status %d", WEXITSTATUS(how));
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGALRM && limits->time_s > 0)
        sim_error_set(error, SIM_SYSTEM, "reached the time limit of %s",
                      sim_quantity(text, limits->time_s, "s"));
    else if (limits->memory_mb > 0)
        sim_error_set(error, SIM_SYSTEM, "crashed under the memory limit of %s (%s)%s%s",
                      sim_quantity(text, limits->memory_mb, "MB"), end, colon, words);
    else
        sim_error_set(error, SIM_SYSTEM, "crashed (%s)%s%s", end, colon, words);
    return SWEEP_RUN_FAILED;
}

static enum sweep_run_end answered(int status, const struct sweep_limits *limits, const char *words,
                                   struct sim_error *error)
{
    char text[SIM_QUANTITY_BYTES];
    if (status == SIM_SYSTEM && limits->memory_mb > 0) {
        sim_error_set(error, status, "failed under the memory limit of %s: %s",
                      sim_quantity(text, limits->memory_mb, "MB"), words);
        return SWEEP_RUN_FAILED;
    }
    if (status == SIM_OK)
        return SWEEP_RUN_DONE;
    sim_error_set(error, status, "%s", words);
    return status == SIM_FAILED ? SWEEP_RUN_FAILED : SWEEP_RUN_STOPS;
}

enum sweep_run_end sweep_worker_ended(struct sweep_worker *worker, const struct sweep_work *work,
                                      struct sim_error *error)
{
    char line[sizeof error->text - 200];
    enum sweep_run_end end;
    int status, how = 0;
    ssize_t got;
    while ((got = recv(worker->channel, &status, sizeof status, 0)) < 0 && errno == EINTR)
        continue;
    bool is_gone = got != sizeof status;
    if (is_gone)
        while (waitpid(worker->process, &how, 0) < 0 && errno == EINTR)
            continue;
    last_line(worker->words, line, sizeof line);
    end = is_gone ? crashed(how, &work->limits, line, error)
                  : answered(status, &work->limits, line, error);
    if (end == SWEEP_RUN_DONE)
        pass_on(worker->words);
    forget(worker->words);
    worker->is_busy = false;
    if (is_gone)
        channels_close(worker);
    else if (work->is_isolated)
        sweep_worker_stop(worker);
    return end;
}
