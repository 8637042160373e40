/*
 * Memory for many small things that die together, such as all strings of a configuration.
 */
#ifndef EXPERIMENTS_MEMORY_H
#define EXPERIMENTS_MEMORY_H

#include <stddef.h>

struct config_memory {
    struct config_memory_block *blocks; /* private */
};

/* Zeroed. Never NULL: a program that cannot get a few KB ends with an assertion. */
void *config_memory_get(struct config_memory *memory, size_t bytes);
const char *config_memory_text(struct config_memory *memory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void config_memory_free(struct config_memory *memory);

#endif
