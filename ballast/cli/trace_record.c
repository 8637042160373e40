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

#include "ballast/cli/trace.h"
#include "ballast/config/home.h"
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

/* ---- The order --------------------------------------------------------------------------- */

struct options {
    uint32_t pid; /* 0: not given */
    double every_s;
    const char *workload;
    uint64_t seed;
    uint32_t memory_mb;
    double seconds; /* 0: not given */
    double window_s;
    struct option_times at;
    const char *key;
    bool quiet;
};

struct order {
    const struct options *options;
    const char *out;
    char **command; /* to be started and recorded, ends with NULL; NULL: none */
    int pid;        /* of the process; 0: a guest is recorded */
};

/* `OUT` or `OUT -- COMMAND...` */
static int take_operands(const struct command_line *line, struct order *order,
                         struct sim_error *error)
{
    if (line->has_dashes ? line->count < 2 : line->count > 1)
        return sim_error_set(error, SIM_USAGE,
                             "trace record: expected one output, or an output, -- and a command; "
                             "found %u argument%s%s",
                             line->count, line->count == 1 ? "" : "s",
                             line->has_dashes ? " and --" : " without --");
    if (line->has_dashes && order->pid != 0)
        return sim_error_set(error, SIM_USAGE,
                             "trace record: expected --pid or a command behind --, found both");
    order->out = line->operands[0];
    order->command = line->has_dashes ? line->operands + 1 : NULL;
    return SIM_OK;
}

/* ---- Guests ------------------------------------------------------------------------------ */

static int run_guest(struct order *order, struct record_done *done, struct sim_error *error)
{
    const struct options *options = order->options;
    char plugin[PATH_BYTES], folder[PATH_BYTES];
    struct record_guest_options guest = {
        .out = order->out,
        .workload = options->workload,
        .seed = options->seed,
        .memory_mb = options->memory_mb,
        .seconds = options->seconds > 0 ? options->seconds : 60,
        .window_s = options->window_s,
        .snapshot_s = options->at.at_s,
        .snapshots = options->at.count,
        .folder = folder,
        .plugin = plugin,
        .quiet = options->quiet,
    };
    int status = home_path(folder, "traces/record/guest", error);
    if (status != SIM_OK)
        return status;
    plugin_path(plugin);
    /* The guest holds public packages and what a seed made: nothing in it is secret. A key that
     * everybody knows makes two recordings comparable, and those of one seed the same bytes. */
    tr_page_key_of_text(&guest.key, options->key ? options->key : "ballast");
    return record_guest(&guest, &stop, done, error);
}

/* ---- Processes --------------------------------------------------------------------------- */

static int start_command(struct order *order, struct sim_error *error)
{
    int failure[2]; /* the child's errno, if it cannot become the command */
    int why = 0;
    if (pipe2(failure, O_CLOEXEC) != 0)
        return sim_error_set(error, SIM_SYSTEM, "trace record: %s", strerror(errno));
    order->pid = fork();
    if (order->pid == 0) {
        execvp(order->command[0], order->command);
        why = errno;
        _exit(write(failure[1], &why, sizeof why) == sizeof why ? 127 : 126);
    }
    close(failure[1]);
    ssize_t got = read(failure[0], &why, sizeof why);
    close(failure[0]);
    if (order->pid > 0 && got == 0)
        return SIM_OK;
    return sim_error_set(error, SIM_USAGE, "%s: expected a command that can be started: %s",
                         order->command[0], strerror(got > 0 ? why : errno));
}

/* A key that nobody knows, unless the user gave one. */
static int choose_key(const char *text, struct tr_page_key *key, struct sim_error *error)
{
    if (text)
        tr_page_key_of_text(key, text);
    else if (getrandom(key->secret, sizeof key->secret, 0) != (ssize_t)sizeof key->secret)
        return sim_error_set(error, SIM_SYSTEM, "trace record: no random key: %s", strerror(errno));
    return SIM_OK;
}

static int run_process(struct order *order, struct record_done *done, struct sim_error *error)
{
    const struct options *options = order->options;
    const char *note = NULL;
    double default_s = order->command ? 1e6 : 60; /* a command is recorded to its end */
    struct record_process_options process = {
        .out = order->out,
        .seconds = options->seconds > 0 ? options->seconds : default_s,
        .every_s = options->every_s,
        .quiet = options->quiet,
    };
    int status = choose_key(options->key, &process.key, error);
    if (status == SIM_OK && order->command)
        status = start_command(order, error);
    process.pid = order->pid;
    if (status == SIM_OK) {
        status = record_process(&process, &stop, done, &note, error);
        if (order->command)
            kill(process.pid, SIGTERM);
    }
    if (note && !options->quiet)
        fprintf(stderr, "ballast: note: %s\n", note);
    return status;
}

/* ---- The command ------------------------------------------------------------------------- */

static int record(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct options *options = values;
    struct order order = {.options = options, .pid = (int)options->pid};
    struct record_done done = {0};
    int status = take_operands(line, &order, error);
    if (status != SIM_OK)
        return status;
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    bool is_process = order.pid != 0 || order.command;
    status = (is_process ? run_process : run_guest)(&order, &done, error);
    if (status == SIM_OK && !options->quiet)
        printf("%s: %.4g s, %llu windows, %llu touches, %llu contents\n", order.out, done.seconds,
               (unsigned long long)done.windows, (unsigned long long)done.touches,
               (unsigned long long)done.contents);
    return status;
}

static const char *const workloads[] = {"idle", "sort", "files", "anon", "mixed", NULL};

static const struct option_row common_rows[] = {
    {.name = "seconds",
     .type = OPTION_SECONDS,
     .argument = "S",
     OPTION_IN(options, seconds),
     .least_s = 0.001,
     .most_s = 1e6,
     .help = "how long to record: 60 unless given; a command is recorded to its end"},
    {.name = "key",
     .type = OPTION_TEXT,
     .argument = "TEXT",
     OPTION_IN(options, key),
     .help = "contents are kept as hashes under this key; recordings with one key can be compared"},
    COMMAND_ROW_QUIET(options),
};
static const struct option_row process_rows[] = {
    {.name = "pid",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, pid),
     .least = 1,
     .most = INT32_MAX,
     .help = "record this process"},
    {.name = "every",
     .type = OPTION_SECONDS,
     .argument = "S",
     OPTION_IN(options, every_s),
     .least_s = 0.01,
     .most_s = 1e6,
     .fallback = "1",
     .help = "seconds between two looks at the process"},
};
static const struct option_row guest_rows[] = {
    {.name = "workload",
     .type = OPTION_WORD,
     OPTION_IN(options, workload),
     .words = workloads,
     .fallback = "mixed",
     .help = "what the guest does"},
    {.name = "seed",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, seed),
     .most = UINT32_MAX,
     .fallback = "1",
     .help = "of the guest's random numbers"},
    {.name = "memory-mb",
     .type = OPTION_NUMBER,
     .argument = "N",
     OPTION_IN(options, memory_mb),
     .least = 1,
     .most = UINT32_MAX,
     .fallback = "128",
     .help = "the guest's memory"},
    {.name = "window",
     .type = OPTION_SECONDS,
     .argument = "S",
     OPTION_IN(options, window_s),
     .least_s = 0.001,
     .most_s = 1e6,
     .fallback = "0.2",
     .help = "length of a window of touches"},
    {.name = "at",
     .type = OPTION_TIMES,
     .argument = "S,S,...",
     OPTION_IN(options, at),
     .help = "look at all memory at these times"},
};

static const struct option_group groups[] = {
    COMMAND_GROUP("Options", common_rows),
    COMMAND_GROUP("Of a process", process_rows),
    COMMAND_GROUP("Of a guest", guest_rows),
    {0},
};

const struct command command_trace_record = {
    .name = "trace record",
    .operands = "OUTPUT",
    .tail = "[-- COMMAND...]",
    .least = 1,
    .expected = "an output",
    .most = COMMAND_OPERANDS_ANY,
    .summary = "Records a guest under QEMU, a process, or a command from start to end",
    .text =
        "Without --pid or a command, a guest of Debian's kernel and busybox runs under QEMU; the\n"
        "same options give the same bytes. With --pid or a command behind --, the pages of that\n"
        "process are looked at again and again.\n",
    .examples = "  ballast trace record --workload sort --seconds 30 sort.btr\n"
                "  ballast trace record --every 0.5 build.btr -- make -j2\n"
                "  ballast trace record --pid 1234 server.btr\n",
    .groups = groups,
    .bytes = sizeof(struct options),
    .run = record,
};
