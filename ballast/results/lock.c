/*
 * Locks on single runs, by open file descriptions.
 */
#include "ballast/results/lock.h"

#include <fcntl.h>
#include <unistd.h>

#define FIRST_BYTE ((off_t)1 << 62) /* SQLite's locks are at 2^30 */

int lock_open(const char *path)
{
    return open(path, O_RDWR | O_CLOEXEC);
}

void lock_close(int descriptor)
{
    if (descriptor >= 0)
        close(descriptor);
}

static void set(int descriptor, short type, int64_t run_id)
{
    struct flock lock = {.l_type = type, .l_start = FIRST_BYTE + run_id, .l_len = 1};
    if (descriptor >= 0)
        fcntl(descriptor, F_OFD_SETLK, &lock);
}

void lock_hold(int descriptor, int64_t run_id)
{
    set(descriptor, F_WRLCK, run_id);
}

void lock_drop(int descriptor, int64_t run_id)
{
    set(descriptor, F_UNLCK, run_id);
}

static bool is_held(int descriptor, off_t start, off_t length)
{
    struct flock lock = {.l_type = F_WRLCK, .l_start = start, .l_len = length};
    return descriptor >= 0 && fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool lock_is_held(int descriptor, int64_t run_id)
{
    return is_held(descriptor, FIRST_BYTE + run_id, 1);
}

bool lock_any_is_held(int descriptor)
{
    return is_held(descriptor, FIRST_BYTE, 0); /* 0: to the end */
}
