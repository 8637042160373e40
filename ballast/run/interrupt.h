/*
 * Ctrl-C (SIGINT) and SIGTERM while a run is under way: the run ends in order, with one line and
 * the exit status of shells, 128 and the number of the signal.
 */
#ifndef RUN_INTERRUPT_H
#define RUN_INTERRUPT_H

#include "sim/event.h"

/* From now on a signal ends the program with one line, at once. Nothing is on record yet. */
void interrupt_catch(void);
/* From now on a signal stops `queue` instead (NULL: none runs at the moment), and a second one ends
 * the program at once. Does nothing unless signals are caught. */
void interrupt_stops(struct sim_queue *queue);
/* 0, or the exit status after a signal. */
int interrupt_status(void);

#endif
