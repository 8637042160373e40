/*
 * Finds the small changes of a C source that a good test would notice: its mutants.
 *
 * The mutator reads tokens, not grammar. It relies on the format that `make format` gives: binary
 * operators stand between spaces, a function's braces stand alone in the first column.
 */
#ifndef TESTS_MUTANTS_MUTATOR_H
#define TESTS_MUTANTS_MUTATOR_H

#include <stddef.h>
#include <stdint.h>

#define MUTANT_MOST_NAME_BYTES 64u

struct mutant {
    size_t begin, end; /* the bytes of the source that are replaced, end excluded */
    char *text;        /* what stands there instead */
    char function[MUTANT_MOST_NAME_BYTES]; /* the function around it, or empty */
    uint32_t line;                         /* from 1 */
};

struct mutants {
    struct mutant *list;
    size_t count, size;
};

/* Adds all mutants of a source, a text that ends in a 0 byte. Comments, strings
 * and lines of the preprocessor are left alone, but for the values of plain `#define`s. */
void mutants_find(struct mutants *mutants, const char *source);
void mutants_free(struct mutants *mutants);

/* The lines of the source that a mutant touches, in one line with single spaces: as they are, or
 * with the change. To be freed. */
char *mutant_old_lines(const struct mutant *mutant, const char *source);
char *mutant_new_lines(const struct mutant *mutant, const char *source);
/* The whole changed source, to be freed. */
char *mutant_apply(const struct mutant *mutant, const char *source);

#endif
