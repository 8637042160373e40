/*
 * `ballast trace record`: a trace of a guest under QEMU, or of a process that runs here.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "experiments/command.h"
#include "experiments/trace.h"
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

/* ---- The command ------------------------------------------------------------------------- */

struct order {
    struct record_guest_options guest;
    double snapshot_s[64];
};

enum { WORKLOAD = 1, SEED, MEMORY, SECONDS, WINDOW, AT, KEY, QUIET };

static const struct option options[] = {{"workload", required_argument, NULL, WORKLOAD},
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

static int take_key(const char *text, uint64_t *key, struct sim_error *error)
{
    char *end;
    *key = strtoull(text, &end, 16);
    if (*text == '\0' || *end != '\0')
        return sim_error_set(error, SIM_USAGE, "--key: expected hexadecimal digits, found '%s'",
                             text);
    return SIM_OK;
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
        return take_seconds("--seconds", value, 0.001, &order->guest.seconds, error);
    case WINDOW:
        return take_seconds("--window", value, 0.001, &order->guest.window_s, error);
    case AT:
        return take_times(value, order, error);
    case KEY:
        return take_key(value, &order->guest.key, error);
    case QUIET:
        order->guest.quiet = true;
        return SIM_OK;
    default:
        return SIM_USAGE;
    }
}

int trace_record(int argc, char **argv, struct sim_error *error)
{
    char plugin[PATH_BYTES], folder[PATH_BYTES];
    struct order order = {.guest = {.workload = "mixed",
                                    .seed = 1,
                                    .memory_mb = 128,
                                    .seconds = 60,
                                    .window_s = 0.2,
                                    .folder = folder,
                                    .plugin = plugin}};
    struct record_done done = {0};
    order.guest.snapshot_s = order.snapshot_s;
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (take_option(option, optarg, &order, error) != SIM_OK)
            return SIM_USAGE;
    }
    if (argc - optind != 1)
        return sim_error_set(error, SIM_USAGE, "trace record: expected one output, found %d",
                             argc - optind);
    order.guest.out = argv[optind];
    int status = home_path(folder, "traces/record/guest", error);
    if (status != SIM_OK)
        return status;
    plugin_path(plugin);
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    status = record_guest(&order.guest, &stop, &done, error);
    if (status == SIM_OK && !order.guest.quiet)
        printf("%s: %.10g s, %llu windows, %llu touches, %llu contents\n", order.guest.out,
               done.seconds, (unsigned long long)done.windows, (unsigned long long)done.touches,
               (unsigned long long)done.contents);
    return status;
}
