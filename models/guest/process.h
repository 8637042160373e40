/*
 * Processes and the queues that they wait in: who is ready, who sleeps, who waits for what.
 *
 * Nothing here runs a process: that is schedule.h.
 */
#ifndef GUEST_PROCESS_H
#define GUEST_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/none.h"
#include "models/guest/program.h"

#define PROCESS_MOST 4096u /* processes of one guest */

/* What came of one step of a process's operation. A step is at most one page's work. */
enum step {
    STEP_MORE,    /* it is done, and the operation is not */
    STEP_DONE,    /* the operation is complete */
    STEP_BLOCKED, /* the process waits in a queue */
    STEP_KILLED,  /* the process needs memory, and there never will be any */
};

enum process_state { PROCESS_NEW, PROCESS_READY, PROCESS_SLEEPING, PROCESS_WAITING, PROCESS_ENDED };

struct process {
    struct guest_program *program;
    uint32_t first_place, pages; /* its own memory */
    uint32_t touched_end;        /* its pages from here on were never touched */
    uint32_t promised_pages;     /* more that it asked for and never touches */
    enum process_state state;
    uint32_t next;    /* in a queue */
    uint64_t wake_ns; /* while it sleeps; when it may start, while it is new */
    struct guest_op op;
    uint64_t done;   /* bytes, pages or nanoseconds of the operation */
    uint32_t cursor; /* of a sync: the page that it has come to */
    bool busy;       /* an operation is under way */
    bool charged;    /* the operation's fixed cost is paid */
    bool waited;     /* for the page that it is at now */
    bool stalled;    /* it waits, or waited, for memory, and has not run since (stall.h) */
    bool is_system;  /* it is the OS's own */
};

struct queue { /* of processes, first in first out, linked by `next` */
    uint32_t head, tail;
};

struct processes {
    struct process *process; /* PROCESS_MOST records */
    uint32_t count;
    uint32_t next_place;      /* of process memory: the first that is not given out */
    uint32_t current;         /* has the CPU, is in no queue; NONE: nobody */
    uint64_t quantum_left_ns; /* of the current one */
    struct queue ready;
    uint64_t sleep_ns; /* the nearest wake_ns of a sleeper, or earlier; SIM_NEVER: nobody sleeps */
};

/* `process` is set and zeroed; memory of processes begins at `first_place`. */
void guest_process_init(struct processes *processes, uint32_t first_place);
/* Adds a process in state NEW and returns its number. Its memory gets places of its own. */
uint32_t guest_process_new(struct processes *processes, struct guest_program *program,
                           uint64_t start_ns);
/* It becomes ready at `at_ns`, or now if that has passed. */
void guest_process_start(struct processes *processes, uint32_t number, uint64_t at_ns,
                         uint64_t now_ns);
void guest_process_ready(struct processes *processes, uint32_t number); /* last in the queue */
/* It becomes ready first of all, and the current one's turn ends with its step. */
void guest_process_preempt(struct processes *processes, uint32_t number);
void guest_process_sleep(struct processes *processes, struct process *process, uint64_t at_ns);
/* All sleepers whose time has come become ready. */
void guest_process_wake_sleepers(struct processes *processes, uint64_t now_ns);
void guest_process_wait(struct processes *processes, struct process *process, struct queue *queue);

/* The page at this place of its memory has been touched. */
static inline void guest_process_touched(struct process *process, uint32_t place)
{
    uint32_t page = place - process->first_place;
    if (page >= process->touched_end)
        process->touched_end = page + 1;
}

uint32_t guest_queue_pop(struct processes *processes, struct queue *queue); /* NONE: it is empty */
void guest_queue_wake(struct processes *processes, struct queue *queue);    /* all become ready */

#endif
