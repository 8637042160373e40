/*
 * Memory for many small things that are freed together, such as all strings of a configuration.
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stddef.h>
#include <stdio.h>

/*
 * Ends the program: one line and SIM_SYSTEM. For memory of a few bytes, without which nothing can
 * go on. A database and files are as after a kill: whole. Large arrays whose size a user chose are
 * not for this: who asks for them says what for, and how many.
 */
_Noreturn void sim_memory_short(void);
/* Returns `block`, which malloc() or another allocator gave. Never NULL: see above. */
void *sim_memory_need(void *block);

/*
 * A stream that writes into memory, like that of open_memstream(): after fflush() or fclose() *text
 * has what was written, *bytes of it and a NUL. The caller frees it. What cannot be kept is never
 * left out: see above.
 */
FILE *sim_memory_stream(char **text, size_t *bytes);

struct sim_memory {
    struct sim_memory_block *blocks; /* private */
};

/* Zeroed memory. Never NULL. */
void *sim_memory_get(struct sim_memory *memory, size_t bytes);
/* A formatted text. Never NULL. */
const char *sim_memory_text(struct sim_memory *memory, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void sim_memory_free(struct sim_memory *memory);

#endif
