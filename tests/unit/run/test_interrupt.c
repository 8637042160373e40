/* What a signal does before, during and after a run. Each case in a process of its own. */
#include "ballast/run/interrupt.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

static int status_of(void (*run)(void))
{
    int how = 0;
    fflush(NULL);
    pid_t process = fork();
    if (process == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL)
            _exit(99);
        run();
        _exit(0);
    }
    waitpid(process, &how, 0);
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static void before_a_run(void)
{
    interrupt_catch();
    raise(SIGINT);
}

static void fire(struct sim_event *event, uint64_t now_ns)
{
    (void)event, (void)now_ns;
    raise(SIGTERM);
}

static void never(struct sim_event *event, uint64_t now_ns)
{
    (void)event, (void)now_ns;
    _exit(98);
}

static void during_a_run(void)
{
    struct sim_queue queue;
    struct sim_event first, second;
    sim_queue_init(&queue);
    sim_event_init(&first, fire);
    sim_event_init(&second, never);
    sim_queue_schedule(&queue, &first, 5, SIM_PHASE_RECORD);
    sim_queue_schedule(&queue, &second, 6, SIM_PHASE_RECORD);
    interrupt_catch();
    interrupt_stops(&queue);
    sim_queue_run(&queue, 10);
    _exit(queue.now_ns == 5 ? interrupt_status() - 100 : 97);
}

static void twice(void)
{
    interrupt_catch();
    interrupt_stops(NULL);
    raise(SIGTERM);
    raise(SIGINT);
}

static void uncaught(void)
{
    interrupt_stops(NULL);
    _exit(interrupt_status());
}

static void interrupt__ends_at_once_or_in_order(void)
{
    CHECK_EQ(status_of(before_a_run), 130);
    CHECK_EQ(status_of(during_a_run), 43);
    CHECK_EQ(status_of(twice), 130);
    CHECK_EQ(status_of(uncaught), 0);
}

TEST_SUITE(run_interrupt, TEST(interrupt__ends_at_once_or_in_order))
