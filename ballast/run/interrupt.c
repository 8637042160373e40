/*
 * Signals that end a run.
 */
#include "ballast/run/interrupt.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught, in_order;
static struct sim_queue *volatile running;

static void handle(int signal_number)
{
    static const char text[] = "ballast: interrupted\n";
    if (!in_order || caught != 0) {
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        _exit(128 + signal_number);
    }
    caught = signal_number;
    if (running != NULL)
        sim_queue_stop(running);
}

void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = handle};
    caught = in_order = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

void interrupt_stops(struct sim_queue *queue)
{
    running = queue;
    in_order = 1;
}

int interrupt_status(void)
{
    return caught != 0 ? 128 + caught : 0;
}
