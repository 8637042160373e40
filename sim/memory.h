/*
 * Memory for many small things that are freed together, such as all strings of a configuration.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>

struct sim_memory {
    struct sim_memory_block *blocks; /* private */
};

/* Zeroed memory. Never NULL: if there is none, the program ends with an assertion. */
void *sim_memory_get(struct sim_memory *memory, size_t bytes);
/* A formatted text. Never NULL. */
const char *sim_memory_text(struct sim_memory *memory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_memory_free(struct sim_memory *memory);

#endif
