/*
 * Runs a command, and breaks the n-th of the system calls with which it and its children change
 * files: the call fails as on a full disk, or a process is killed just before it.
 *
 *     nth_call ACTION N COMMAND [ARGUMENT...]
 *
 *     fail         the call fails; those after it do not
 *     full         the call and all after it fail
 *     kill         the process that makes the call is killed
 *     kill-first   the command's first process is killed
 *     kill-all     all of its processes are
 *
 * N = 0 breaks nothing and only counts.
 *
 * Exits with the command's status, or with 128 and the number of the signal that killed it.
 * Descriptor 3, if it is open, gets a line: how many calls there were, and which one was broken.
 *
 * A process changes files through the C library, SQLite and others, so the kernel is asked: a
 * seccomp filter hands the calls to this process, which answers for each. Between two such calls a
 * process leaves nothing for others to see. So a kill just before each call is a kill at every
 * moment, and one that can be repeated. Writes to standard error are not among the calls, because
 * the message about a failure goes there; nor are those of other programs, such as gnuplot. The
 * kernel outlives the processes, so no call waits for the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TELLS = 3 };

/* Calls that take something away leave, where they fail, what is removed the next time. They are
 * moments to be killed at, but do not fail. */
struct call {
    const char *name;
    int number;
    int flags_at; /* the argument that says whether the file is opened for writing; 0: none */
    bool is_spared;
};

#define CALL(name)                                                                                 \
    {                                                                                              \
#name, SYS_##name, 0, false                                                                \
    }
#define REMOVAL(name)                                                                              \
    {                                                                                              \
#name, SYS_##name, 0, true                                                                 \
    }
#define OPEN(name, at)                                                                             \
    {                                                                                              \
#name, SYS_##name, at, false                                                               \
    }
static const struct call calls[] = {
    CALL(write),     CALL(pwrite64),        CALL(writev),    CALL(fsync),        CALL(fdatasync),
    CALL(ftruncate), CALL(copy_file_range), CALL(renameat2), CALL(memfd_create), REMOVAL(unlinkat),
    OPEN(openat, 2),
#ifdef SYS_open
    OPEN(open, 1),   CALL(rename),          CALL(mkdir),     CALL(link),         REMOVAL(unlink),
#endif
};
enum { CALLS = sizeof calls / sizeof calls[0] };

enum action { FAIL, FULL, KILL, KILL_FIRST, KILL_ALL, ACTIONS };
static const char *const action_names[ACTIONS] = {"fail", "full", "kill", "kill-first", "kill-all"};

static _Noreturn void stop(const char *what)
{
    fprintf(stderr, "nth_call: %s: %s\n", what, strerror(errno));
    exit(125);
}

/* ---- In the process of the command ------------------------------------------------------- */

static unsigned filter_make(struct sock_filter *filter)
{
    unsigned at = 0;
    filter[at++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned i = 0; i < CALLS; i++) {
        bool opens = calls[i].flags_at > 0, writes = calls[i].number == SYS_write;
        unsigned argument = (unsigned)calls[i].flags_at;
        size_t low = offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t);
        filter[at++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned)calls[i].number, 0, opens || writes ? 4 : 1);
        if (opens || writes)
            filter[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)low);
        if (opens)
            filter[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
                                                        O_WRONLY | O_RDWR | O_CREAT, 1, 0);
        if (writes)
            filter[at++] =
                (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, STDERR_FILENO, 0, 1);
        if (opens || writes)
            filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
        filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    filter[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    return at;
}

/* The listener is the lowest free descriptor, which the other process knows. */
static _Noreturn void become_command(char **command)
{
    struct sock_filter filter[6 * CALLS + 2];
    struct sock_fprog program = {.len = (unsigned short)filter_make(filter), .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program) <
            0)
        stop("a filter of system calls");
    raise(SIGSTOP);
    execvp(command[0], command);
    stop(command[0]);
}

/* ---- In the process that answers --------------------------------------------------------- */

struct watch {
    enum action action;
    unsigned long n, seen;
    const char *broken; /* the name of the call; NULL: none yet */
    pid_t first;
    int listener;
};

/* A program that the command has started is none of ours. */
static bool is_ours(const struct watch *watch, pid_t process)
{
    char path[2][40], name[2][4096];
    pid_t processes[2] = {watch->first, process};
    for (int i = 0; i < 2; i++) {
        snprintf(path[i], sizeof path[i], "/proc/%ld/exe", (long)processes[i]);
        ssize_t length = readlink(path[i], name[i], sizeof name[i] - 1);
        if (length < 0)
            return true; /* the first one is dead */
        name[i][length] = '\0';
    }
    return strcmp(name[0], name[1]) == 0;
}

static const struct call *call_of(int number)
{
    const struct call *call = calls;
    while (call->number != number)
        call++;
    return call;
}

enum answer { GOES_ON, IS_DONE, FAILS, IS_KILLED };

static enum answer kept(const struct call *call)
{
    return call->number == SYS_fsync || call->number == SYS_fdatasync ? IS_DONE : GOES_ON;
}

static enum answer answer(struct watch *watch, pid_t caller, const struct call *call)
{
    bool kills = watch->action >= KILL;
    if (!is_ours(watch, caller) || (call->is_spared && !kills))
        return GOES_ON;
    watch->seen++;
    if (watch->n == 0 || watch->seen < watch->n ||
        (watch->seen > watch->n && watch->action != FULL))
        return kept(call);
    if (watch->broken == NULL)
        watch->broken = call->name;
    if (watch->action == KILL_FIRST || watch->action == KILL_ALL)
        kill(watch->first, SIGKILL); /* its other children die with it */
    if (watch->action == KILL || watch->action == KILL_ALL)
        kill(caller, SIGKILL);
    if (!kills)
        return FAILS;
    return watch->action == KILL_FIRST && caller != watch->first ? GOES_ON : IS_KILLED;
}

/* Until the last process with the filter has ended. */
static void answer_all(struct watch *watch)
{
    struct pollfd listener = {.fd = watch->listener, .events = POLLIN};
    while (poll(&listener, 1, -1) >= 0 || errno == EINTR) {
        struct seccomp_notif asked = {0};
        if ((listener.revents & POLLIN) == 0 && (listener.revents & POLLHUP) != 0)
            return;
        if (ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0)
            continue; /* it was killed meanwhile */
        enum answer how = answer(watch, (pid_t)asked.pid, call_of(asked.data.nr));
        struct seccomp_notif_resp told = {.id = asked.id,
                                          .error = how == FAILS ? -ENOSPC : 0,
                                          .flags = how == GOES_ON ? SECCOMP_USER_NOTIF_FLAG_CONTINUE
                                                                  : 0};
        if (how != IS_KILLED)
            ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_SEND, &told);
    }
}

static void watch_begin(struct watch *watch, char **command)
{
    int how, lowest = dup(STDIN_FILENO);
    close(lowest);
    fcntl(TELLS, F_SETFD, FD_CLOEXEC);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    watch->first = fork();
    if (watch->first == 0)
        become_command(command);
    if (waitpid(watch->first, &how, WUNTRACED) != watch->first || !WIFSTOPPED(how))
        exit(125); /* it has said why */
    int process = (int)syscall(SYS_pidfd_open, watch->first, 0);
    watch->listener = (int)syscall(SYS_pidfd_getfd, process, lowest, 0);
    if (watch->listener < 0)
        stop("the filter of the command");
    close(process);
    kill(watch->first, SIGCONT);
}

int main(int argc, char **argv)
{
    struct watch watch = {.action = ACTIONS};
    int how = 0, first_how = 0;

    for (int i = 0; argc > 3 && i < ACTIONS; i++) {
        if (strcmp(argv[1], action_names[i]) == 0)
            watch.action = (enum action)i;
    }
    if (watch.action == ACTIONS) {
        fprintf(stderr, "usage: nth_call fail|full|kill|kill-first|kill-all N COMMAND...\n");
        return 125;
    }
    watch.n = strtoul(argv[2], NULL, 10);
    watch_begin(&watch, argv + 3);
    answer_all(&watch);
    for (pid_t process; (process = wait(&how)) > 0;) {
        if (process == watch.first)
            first_how = how;
    }
    dprintf(TELLS, "%lu %s\n", watch.seen, watch.broken != NULL ? watch.broken : "-");
    return WIFEXITED(first_how) ? WEXITSTATUS(first_how) : 128 + WTERMSIG(first_how);
}
