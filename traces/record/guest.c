/*
 * Records a guest under QEMU: builds the guest, boots it, and watches the plugin inside QEMU, which
 * writes the trace (qemu/plugin.c).
 *
 * The hazards: a guest that never ends, a QEMU that dies, a user who interrupts. In each case the
 * recorder leaves either a complete trace or none, and one line that says why.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sim/progress.h"
#include "traces/record/qemu/shared.h"
#include "traces/record/record.h"

#define PATH_BYTES 4096
#define POLL_NS    100000000
#define SWEEP_S                                                                                    \
    10 /* our choice: a change that the processor did not make is seen this late at most */
#define STUCK_S 120 /* our choice: a guest without progress for this long is stuck */

/* ---- What must be installed ---------------------------------------------------------------- */

static bool is_program(const char *name)
{
    const char *path = getenv("PATH");
    char folders[PATH_BYTES], file[PATH_BYTES + 256];
    snprintf(folders, sizeof folders, "%s", path ? path : "/usr/bin:/bin");
    char *rest = folders;
    for (const char *folder; (folder = strsep(&rest, ":")) != NULL;) {
        snprintf(file, sizeof file, "%s/%s", folder, name);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

static int check_packages(struct sim_error *error)
{
    static const struct {
        const char *program, *package;
    } needs[] = {{"qemu-system-x86_64", "qemu-system-x86"},
                 {"busybox", "busybox-static"},
                 {"cpio", "cpio"},
                 {"dpkg-deb", "dpkg"}};
    char missing[200] = "";
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        size_t length = strlen(missing);
        if (!is_program(needs[i].program))
            snprintf(missing + length, sizeof missing - length, " %s", needs[i].package);
    }
    if (missing[0] == '\0')
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE,
                         "trace record: expected QEMU and the parts of a guest, found some of them "
                         "missing; install them: apt-get install --no-install-recommends%s",
                         missing);
}

static int check_options(const struct record_guest_options *options, struct sim_error *error)
{
    char script[PATH_BYTES];
    if (options->memory_mb < 96 || options->memory_mb > 2048)
        return sim_error_set(
            error, SIM_USAGE,
            "--memory-mb: expected 96 to 2048, which the guest needs to boot, found %u",
            options->memory_mb);
    if (!(options->seconds > 0) || !(options->window_s >= 0.001))
        return sim_error_set(
            error, SIM_USAGE,
            "trace record: expected --seconds above 0 and --window of 0.001 or more");
    if (options->snapshots > RECORD_SNAPSHOTS_MOST)
        return sim_error_set(error, SIM_USAGE, "--at: expected at most %u times, found %u",
                             RECORD_SNAPSHOTS_MOST, options->snapshots);
    for (uint32_t i = 1; i < options->snapshots; i++) {
        if (!(options->snapshot_s[i] > options->snapshot_s[i - 1]))
            return sim_error_set(error, SIM_USAGE, "--at: expected rising times");
    }
    snprintf(script, sizeof script, "%s/workloads/%.100s.sh", options->folder, options->workload);
    if (strchr(options->workload, '/') || access(script, R_OK) != 0)
        return sim_error_set(error, SIM_USAGE,
                             "--workload: expected idle, sort, files, anon or mixed, found '%s'",
                             options->workload);
    if (access(options->plugin, R_OK) != 0)
        return sim_error_set(error, SIM_SYSTEM,
                             "%s: expected the plugin for QEMU, found no such file",
                             options->plugin);
    return SIM_OK;
}

/* ---- The guest's kernel and files -------------------------------------------------------- */

static void cache_folder(char *folder, size_t bytes)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && *cache != '\0')
        snprintf(folder, bytes, "%s/ballast", cache);
    else
        snprintf(folder, bytes, "%s/.cache/ballast", home && *home != '\0' ? home : ".");
}

static void cut_newline(char *line)
{
    line[strcspn(line, "\n")] = '\0';
}

struct guest_files {
    char kernel[PATH_BYTES], archive[PATH_BYTES];
};

/* Starts `arguments` with its output going to `fd`. */
static pid_t start(char *const *arguments, int fd)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    dup2(fd, STDOUT_FILENO);
    setpgid(0, 0); /* an interrupt at the terminal goes to the recorder, which passes it on */
    execvp(arguments[0], arguments);
    _exit(127);
}

static int build(const struct record_guest_options *options, struct guest_files *files,
                 struct sim_error *error)
{
    char script[PATH_BYTES], cache[PATH_BYTES - 100];
    int pipe_fds[2], status = 0;
    cache_folder(cache, sizeof cache);
    snprintf(script, sizeof script, "%s/build.sh", options->folder);
    char *arguments[] = {"sh", script, cache, NULL};
    if (pipe(pipe_fds) != 0)
        return sim_error_set(error, SIM_SYSTEM, "trace record: %s", strerror(errno));
    pid_t child = start(arguments, pipe_fds[1]);
    close(pipe_fds[1]);
    FILE *lines = fdopen(pipe_fds[0], "r");
    bool whole = child > 0 && lines && fgets(files->kernel, PATH_BYTES, lines) &&
                 fgets(files->archive, PATH_BYTES, lines);
    if (lines)
        fclose(lines);
    if (child > 0)
        waitpid(child, &status, 0);
    if (!whole || status != 0)
        return sim_error_set(error, SIM_SYSTEM, "%s: expected a guest in %s, found none", script,
                             cache);
    cut_newline(files->kernel);
    cut_newline(files->archive);
    return SIM_OK;
}

/* ---- QEMU -------------------------------------------------------------------------------- */

static int memory_file(const char *name, uint64_t bytes)
{
    int fd = memfd_create(name, 0); /* QEMU inherits it */
    if (fd >= 0 && ftruncate(fd, (off_t)bytes) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* For QEMU a comma ends a value unless it is doubled. */
static void double_commas(const char *from, char *to, size_t bytes)
{
    size_t length = 0;
    for (; *from != '\0' && length + 2 < bytes; from++) {
        to[length++] = *from;
        if (*from == ',')
            to[length++] = ',';
    }
    to[length] = '\0';
}

static pid_t start_qemu(const struct record_guest_options *options, const struct guest_files *files,
                        int shared_fd, int ram_fd)
{
    char plugin[PATH_BYTES], plugin_path[PATH_BYTES - 100], ram[200], seed[40], append[300];
    double_commas(options->plugin, plugin_path, sizeof plugin_path);
    snprintf(plugin, sizeof plugin, "%s,fd=%d", plugin_path, shared_fd);
    snprintf(ram, sizeof ram,
             "memory-backend-file,id=ram,size=%uM,mem-path=/proc/self/fd/%d,share=on",
             options->memory_mb, ram_fd);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)(options->seed & UINT32_MAX));
    snprintf(append, sizeof append, "quiet panic=-1 ballast.workload=%.100s ballast.seed=%llu",
             options->workload, (unsigned long long)options->seed);
    char *arguments[] = {"qemu-system-x86_64",
                         "-accel",
                         "tcg,thread=single",
                         "-icount",
                         "shift=3,sleep=off",
                         "-seed",
                         seed,
                         "-rtc",
                         "base=2024-01-01,clock=vm",
                         "-machine",
                         "pc,memory-backend=ram",
                         "-cpu",
                         "qemu64",
                         "-smp",
                         "1",
                         "-object",
                         ram,
                         "-nodefaults",
                         "-nographic",
                         "-vga",
                         "none",
                         "-no-reboot",
                         "-serial",
                         "none",
                         "-monitor",
                         "none",
                         "-kernel",
                         (char *)files->kernel,
                         "-initrd",
                         (char *)files->archive,
                         "-append",
                         append,
                         "-plugin",
                         plugin,
                         NULL};
    return start(arguments, STDERR_FILENO);
}

static void share(const struct record_guest_options *options, const struct guest_files *files,
                  struct record_shared *shared)
{
    const char *kernel = strstr(files->kernel, "vmlinuz-");
    snprintf(shared->path, sizeof shared->path, "%s", options->out);
    snprintf(shared->source, sizeof shared->source,
             "guest of kernel %.60s, %u MB, workload %.20s, seed %llu, under QEMU (TCG)",
             kernel ? kernel + 8 : "unknown", options->memory_mb, options->workload,
             (unsigned long long)options->seed);
    shared->pages = options->memory_mb << 8;
    shared->window_ns = (uint64_t)(options->window_s * 1e9);
    shared->end_ns = (uint64_t)(options->seconds * 1e9);
    shared->key = options->key;
    shared->sweep_windows = (uint32_t)ceil(SWEEP_S / options->window_s);
    shared->snapshots = options->snapshots;
    for (uint32_t i = 0; i < options->snapshots; i++)
        shared->snapshot_ns[i] = (uint64_t)(options->snapshot_s[i] * 1e9);
}

/* Waits until QEMU has ended; the plugin makes it end. */
static int follow(const struct record_guest_options *options, struct record_shared *shared,
                  pid_t child, const volatile bool *stop, struct sim_error *error)
{
    struct sim_progress progress;
    uint64_t last_ns = 0;
    double moved_s = sim_progress_wall_s();
    int status = 0;
    sim_progress_begin(&progress, "recording", options->seconds, options->quiet);
    while (waitpid(child, &status, WNOHANG) == 0) {
        double now_s = sim_progress_wall_s();
        if (shared->now_ns != last_ns || now_s < moved_s)
            moved_s = now_s;
        last_ns = shared->now_ns;
        if (now_s - moved_s > STUCK_S)
            kill(child, SIGKILL);
        shared->stop = *stop;
        sim_progress_update(&progress, (double)last_ns / 1e9);
        nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
    }
    sim_progress_end(&progress);
    if (!shared->done)
        return sim_error_set(error, SIM_SYSTEM,
                             "trace record: expected QEMU to record %.10g s, found that it ended "
                             "after %.10g s",
                             options->seconds, (double)shared->now_ns / 1e9);
    return shared->status == SIM_OK
               ? SIM_OK
               : sim_error_set(error, shared->status, "%s", shared->error.text);
}

int record_guest(const struct record_guest_options *options, const volatile bool *stop,
                 struct record_done *done, struct sim_error *error)
{
    struct guest_files files;
    int status = check_packages(error);
    if (status == SIM_OK)
        status = check_options(options, error);
    if (status == SIM_OK)
        status = build(options, &files, error);
    if (status != SIM_OK)
        return status;

    int shared_fd = memory_file("ballast-shared", sizeof(struct record_shared));
    int ram_fd = memory_file(RECORD_RAM_NAME, (uint64_t)options->memory_mb << 20);
    struct record_shared *shared = MAP_FAILED;
    if (shared_fd >= 0 && ram_fd >= 0)
        shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd, 0);
    if (shared == MAP_FAILED) {
        status = sim_error_set(error, SIM_SYSTEM, "trace record: no memory for the guest");
    } else {
        share(options, &files, shared);
        pid_t child = start_qemu(options, &files, shared_fd, ram_fd);
        status = child > 0 ? follow(options, shared, child, stop, error)
                           : sim_error_set(error, SIM_SYSTEM, "trace record: %s", strerror(errno));
        *done = (struct record_done){.seconds = (double)shared->now_ns / 1e9,
                                     .windows = shared->windows,
                                     .touches = shared->touched,
                                     .contents = shared->contents};
        munmap(shared, sizeof *shared);
    }
    if (shared_fd >= 0)
        close(shared_fd);
    if (ram_fd >= 0)
        close(ram_fd);
    return status;
}
