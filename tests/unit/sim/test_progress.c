#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sim/progress.h"
#include "tests/check.h"

/* Runs the steps of a progress line with `fd` as standard error. */
static void with_stderr(int fd, bool quiet)
{
    int before = dup(STDERR_FILENO);
    struct sim_progress progress;
    fflush(stderr);
    dup2(fd, STDERR_FILENO);
    sim_progress_begin(&progress, "fig7 2/5", 400, quiet);
    for (int i = 0; i < 1000; i++)
        sim_progress_update(&progress, 100); /* too soon to be shown */
    nanosleep(&(struct timespec){.tv_nsec = 220000000}, NULL);
    for (int i = 0; i < 1000; i++)
        sim_progress_update(&progress, 100);
    sim_progress_end(&progress);
    fflush(stderr);
    dup2(before, STDERR_FILENO);
    close(before);
}

/* Opens a pseudo-terminal and its other end. False on machines that have none, such as a bare
 * chroot; there is nothing to test then. */
static bool open_terminal(int *terminal, int *ours)
{
    *ours = posix_openpt(O_RDWR | O_NOCTTY);
    if (*ours < 0) {
        printf("(no pseudo-terminals here) ");
        return false;
    }
    CHECK(grantpt(*ours) == 0 && unlockpt(*ours) == 0);
    *terminal = open(ptsname(*ours), O_RDWR | O_NOCTTY);
    return CHECK(*terminal >= 0);
}

static void progress_update__is_shown_on_a_terminal(void)
{
    int terminal, ours;
    if (!open_terminal(&terminal, &ours))
        return;
    with_stderr(terminal, false);

    char text[1000] = "";
    size_t bytes = 0;
    fcntl(ours, F_SETFL, O_NONBLOCK);
    for (ssize_t got; (got = read(ours, text + bytes, sizeof text - 1 - bytes)) > 0;)
        bytes += (size_t)got;
    CHECK_TEXT(text, "\r\033[Kfig7 2/5   25%  about 1 s left\r\033[K");
    close(terminal);
    close(ours);
}

static void check_silent(bool quiet, int fd, int from)
{
    char text[100];
    with_stderr(fd, quiet);
    fcntl(from, F_SETFL, O_NONBLOCK);
    CHECK(read(from, text, sizeof text) <= 0);
}

static void progress_update__is_silent_elsewhere(void)
{
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    check_silent(false, ends[1], ends[0]);
    close(ends[0]);
    close(ends[1]);
}

static void progress_update__is_silent_when_told(void)
{
    int terminal, ours;
    if (!open_terminal(&terminal, &ours))
        return;
    check_silent(true, terminal, ours);
    close(terminal);
    close(ours);
}

TEST_SUITE(sim_progress, TEST(progress_update__is_shown_on_a_terminal),
           TEST(progress_update__is_silent_elsewhere), TEST(progress_update__is_silent_when_told))
