/*
 * For tests of what happens when memory is short. In the test programs all calls of malloc(),
 * calloc() and realloc() by the project's own code come here first.
 */
#ifndef TESTS_SHORT_MEMORY_H
#define TESTS_SHORT_MEMORY_H

#include <stdbool.h>

/* The next `good` calls succeed; the one after them fails. */
void short_memory_after(unsigned good);
/* No call fails any more. Returns whether one has failed. */
bool short_memory_end(void);

#endif
