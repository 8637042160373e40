/*
 * `ballast trace record`: a trace of a guest under QEMU, or of a process that runs here.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "ballast/cli/command.h"
#include "ballast/cli/trace.h"
#include "traces/record/record.h"

static volatile bool stop; /* Ctrl-C: end with a whole trace */

static void on_signal(int number)
{
    (void)number;
    stop = true;
}

/* ---- Where the recorder's parts are ------------------------------------------------------ */

/* Beside the program where it was built, in PREFIX/lib/ballast where it is installed. */
static void plugin_path(char *path)
{
    char program[PATH_BYTES];
    ssize_t length = readlink("/proc/self/exe", program, PATH_BYTES - 1);
    program[length > 0 ? length : 0] = '\0';
    char *slash = strrchr(program, '/');
    if (slash)
        *slash = '\0';
    snprintf(path, PATH_BYTES, "%.4000s/ballast-record.so", program);
    if (access(path, R_OK) != 0)
        snprintf(path, PATH_BYTES, "%.4000s/../lib/ballast/ballast-record.so", program);
}

/* ---- Options ----------------------------------------------------------------------------- */

struct order {
    struct record_guest_options guest;
    double snapshot_s[64];
    struct record_process_options process;
    double seconds; /* 0: not given */
    bool quiet;
    const char *out, *key;
    char **command; /* to be started and recorded; NULL: none */
};

enum { PID = 1, EVERY, WORKLOAD, SEED, MEMORY, SECONDS, WINDOW, AT, KEY, QUIET };

static const struct option options[] = {{"pid", required_argument, NULL, PID},
                                        {"every", required_argument, NULL, EVERY},
                                        {"workload", required_argument, NULL, WORKLOAD},
                                        {"seed", required_argument, NULL, SEED},
                                        {"memory-mb", required_argument, NULL, MEMORY},
                                        {"seconds", required_argument, NULL, SECONDS},
                                        {"window", required_argument, NULL, WINDOW},
                                        {"at", required_argument, NULL, AT},
                                        {"key", required_argument, NULL, KEY},
                                        {"quiet", no_argument, NULL, QUIET},
                                        {0}};

static int take_seconds(const char *name, const char *text, double least, double *seconds,
                        struct sim_error *error)
{
    char *end;
    *seconds = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || !(*seconds >= least) || *seconds > 1e6)
        return sim_error_set(error, SIM_USAGE, "%s: expected %.10g to 1000000 seconds, found '%s'",
                             name, least, text);
    return SIM_OK;
}

static int take_times(char *text, struct order *order, struct sim_error *error)
{
    int status = SIM_OK;
    for (const char *part; status == SIM_OK && (part = strsep(&text, ",")) != NULL;) {
        if (order->guest.snapshots == sizeof order->snapshot_s / sizeof *order->snapshot_s)
            return sim_error_set(error, SIM_USAGE, "--at: expected at most %u times",
                                 order->guest.snapshots);
        status = take_seconds("--at", part, 0, &order->snapshot_s[order->guest.snapshots++], error);
    }
    return status;
}

static int take_option(int option, char *value, struct order *order, struct sim_error *error)
{
    uint64_t number = 0;
    int status = SIM_OK;
    switch (option) {
    case WORKLOAD:
        order->guest.workload = value;
        return SIM_OK;
    case SEED:
        return command_number("--seed", value, 0, UINT32_MAX, &order->guest.seed, error);
    case MEMORY:
        status = command_number("--memory-mb", value, 1, UINT32_MAX, &number, error);
        order->guest.memory_mb = (uint32_t)number;
        return status;
    case SECONDS:
        return take_seconds("--seconds", value, 0.001, &order->seconds, error);
    case WINDOW:
        return take_seconds("--window", value, 0.001, &order->guest.window_s, error);
    case AT:
        return take_times(value, order, error);
    case KEY:
        order->key = value;
        return SIM_OK;
    case QUIET:
        order->quiet = true;
        return SIM_OK;
    case PID:
        status = command_number("--pid", value, 1, INT32_MAX, &number, error);
        order->process.pid = (int)number;
        return status;
    case EVERY:
        return take_seconds("--every", value, 0.01, &order->process.every_s, error);
    default:
        return SIM_USAGE;
    }
}

/* `OUT` or `OUT -- COMMAND...`, which getopt_long() has moved behind all options. */
static int take_rest(int argc, char **argv, struct order *order, struct sim_error *error)
{
    bool has_command = optind < argc && strcmp(argv[optind - 1], "--") == 0;
    int rest = argc - optind;
    if (has_command ? rest < 2 : rest != 1)
        return sim_error_set(error, SIM_USAGE,
                             has_command ? "trace record: expected an output before -- and a "
                                           "command behind it, found %d of them"
                                         : "trace record: expected one output, found %d",
                             rest);
    if (has_command && order->process.pid != 0)
        return sim_error_set(error, SIM_USAGE,
                             "trace record: expected --pid or a command behind --, found both");
    order->out = argv[optind];
    order->command = has_command ? argv + optind + 1 : NULL;
    return SIM_OK;
}

/* ---- Guests ------------------------------------------------------------------------------ */

static int run_guest(struct order *order, struct record_done *done, struct sim_error *error)
{
    char plugin[PATH_BYTES], folder[PATH_BYTES];
    int status = home_path(folder, "traces/record/guest", error);
    if (status != SIM_OK)
        return status;
    plugin_path(plugin);
    /* Its contents are those of public packages and of a seed: a key that all know makes recordings
     * comparable, and two of them the same. */
    tr_page_key_of_text(&order->guest.key, order->key ? order->key : "ballast");
    order->guest.out = order->out;
    order->guest.snapshot_s = order->snapshot_s;
    order->guest.seconds = order->seconds > 0 ? order->seconds : 60;
    order->guest.folder = folder;
    order->guest.plugin = plugin;
    order->guest.quiet = order->quiet;
    return record_guest(&order->guest, &stop, done, error);
}

/* ---- Processes --------------------------------------------------------------------------- */

static int start_command(struct order *order, struct sim_error *error)
{
    int failure[2]; /* the child's errno, if it cannot become the command */
    int why = 0;
    if (pipe2(failure, O_CLOEXEC) != 0)
        return sim_error_set(error, SIM_SYSTEM, "trace record: %s", strerror(errno));
    order->process.pid = fork();
    if (order->process.pid == 0) {
        execvp(order->command[0], order->command);
        why = errno;
        _exit(write(failure[1], &why, sizeof why) == sizeof why ? 127 : 126);
    }
    close(failure[1]);
    ssize_t got = read(failure[0], &why, sizeof why);
    close(failure[0]);
    if (order->process.pid > 0 && got == 0)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: expected a command that can be started: %s",
                         order->command[0], strerror(got > 0 ? why : errno));
}

/* A key that nobody knows, unless the user gave one. */
static int choose_key(struct order *order, struct sim_error *error)
{
    struct tr_page_key *key = &order->process.key;
    if (order->key)
        tr_page_key_of_text(key, order->key);
    else if (getrandom(key->secret, sizeof key->secret, 0) != (ssize_t)sizeof key->secret)
        return sim_error_set(error, SIM_SYSTEM, "trace record: no random key: %s", strerror(errno));
    return SIM_OK;
}

static int run_process(struct order *order, struct record_done *done, struct sim_error *error)
{
    const char *note = NULL;
    double default_s = order->command ? 1e6 : 60; /* a command is recorded to its end */
    int status = choose_key(order, error);
    order->process.out = order->out;
    order->process.seconds = order->seconds > 0 ? order->seconds : default_s;
    order->process.quiet = order->quiet;
    if (status == SIM_OK && order->command)
        status = start_command(order, error);
    if (status == SIM_OK) {
        status = record_process(&order->process, &stop, done, &note, error);
        if (order->command)
            kill(order->process.pid, SIGTERM);
    }
    if (note && !order->quiet)
        fprintf(stderr, "ballast: note: %s\n", note);
    return status;
}

int trace_record(int argc, char **argv, struct sim_error *error)
{
    struct order order = {
        .guest = {.workload = "mixed", .seed = 1, .memory_mb = 128, .window_s = 0.2},
        .process = {.every_s = 1}};
    struct record_done done = {0};
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (take_option(option, optarg, &order, error) != SIM_OK)
            return SIM_USAGE;
    }
    int status = take_rest(argc, argv, &order, error);
    if (status != SIM_OK)
        return status;
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    bool is_process = order.process.pid != 0 || order.command;
    status = (is_process ? run_process : run_guest)(&order, &done, error);
    if (status == SIM_OK && !order.quiet)
        printf("%s: %.4g s, %llu windows, %llu touches, %llu contents\n", order.out, done.seconds,
               (unsigned long long)done.windows, (unsigned long long)done.touches,
               (unsigned long long)done.contents);
    return status;
}
