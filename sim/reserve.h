/*
 * Large arrays of zeroes. Address space is taken at once; memory stands behind a page of it only
 * when that page is touched first. So an array may be as large as the largest case needs.
 */
#ifndef SIM_RESERVE_H
#define SIM_RESERVE_H

#include <stddef.h>

/* NULL where the system refuses. `bytes` may be 0. */
void *sim_reserve(size_t bytes);
/* The same for an array that will be touched all over: the system is asked for huge pages. */
void *sim_reserve_huge(size_t bytes);
/* Makes it larger; what it holds stays. NULL where the system refuses: then it is as it was. */
void *sim_reserve_more(void *memory, size_t bytes, size_t wanted);
/* `bytes` as it was reserved. Accepts NULL. */
void sim_release(void *memory, size_t bytes);

#endif
