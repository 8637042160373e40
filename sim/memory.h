/*
 * Memory for many small things that die together, such as all strings of a configuration.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

struct sim_memory {
    struct sim_memory_block *blocks; /* private */
};

/* Zeroed. Never NULL: a program that cannot get a few KB ends with an assertion. */
void *sim_memory_get(struct sim_memory *memory, size_t bytes);
const char *sim_memory_text(struct sim_memory *memory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_memory_free(struct sim_memory *memory);

#endif
