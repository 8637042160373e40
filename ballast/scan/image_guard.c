/*
 * The handler of SIGBUS. It calls only what a signal handler may call. Several threads may be in it
 * at once.
 */
#include "ballast/scan/image_guard.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "traces/images/snapshot.h"

static atomic_flag is_told = ATOMIC_FLAG_INIT;

static void tell(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t written = write(STDERR_FILENO, text, left);
        if (written <= 0)
            return;
        text += written;
        left -= (size_t)written;
    }
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
    const char *path = tr_snapshot_mapped_at(info->si_addr);

    (void)context;
    if (path == NULL) {
        signal(
            number,
            SIG_DFL); /* not of an image, so a bug: the signal comes again and ends the program */
        return;
    }
    while (atomic_flag_test_and_set(&is_told))
        pause(); /* another thread is ending the program */
    tell("ballast: ");
    tell(path);
    tell(": expected the bytes that it had when it was opened, found it cut short\n");
    _exit(SIM_BAD_DATA);
}

void image_guard_install(void)
{
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};

    sigaction(SIGBUS, &action, NULL);
}
