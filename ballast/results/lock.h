/*
 * Which runs of a database are being written by a living process.
 *
 * A process that was killed cannot say that its run has ended. So a writer holds a lock on the
 * database file for each run that it writes, at a byte far behind the end of the file and of
 * SQLite's own locks. The kernel drops the locks when the process ends, however it ends.
 */
#ifndef RESULTS_LOCK_H
#define RESULTS_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor for the functions below; -1 where there are no such locks, which they accept: then
 * no run counts as alive. To close any descriptor of a file drops SQLite's locks on it: call
 * lock_close() only after the process has closed all its connections to the file. */
int lock_open(const char *path);
void lock_close(int descriptor);

void lock_hold(int descriptor, int64_t run_id);
void lock_drop(int descriptor, int64_t run_id);
/* Does another descriptor hold it? */
bool lock_is_held(int descriptor, int64_t run_id);
/* Does another descriptor hold the lock of any run? */
bool lock_any_is_held(int descriptor);

#endif
