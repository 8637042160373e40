/*
 * Tests of what happens when memory is short. The test programs are linked so that the calls of
 * malloc(), calloc() and realloc() in the project's own code pass through here.
 */
#ifndef TESTS_SHORT_MEMORY_H
#define TESTS_SHORT_MEMORY_H

#include <stdbool.h>

/* From now on `good` calls succeed, then one fails. */
void short_memory_after(unsigned good);
/* Has the failure come? No call fails from here on. */
bool short_memory_end(void);

#endif
