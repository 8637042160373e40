/*
 * What the fuzz targets share: bytes become a file, and readers are held to their contract.
 *
 * A target is one function that gives any bytes to one reader. The contract: a reader succeeds, or
 * it refuses with SIM_BAD_DATA or SIM_USAGE and one line of text; it never crashes, hangs, leaks,
 * or takes memory that the bytes do not account for (the sanitizers and libFuzzer's limits see to
 * that). One program holds all targets; libFuzzer and the plain main() of corpus.c both call them
 * through the table in targets.c.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

struct fuzz_target {
    const char *name;
    void (*run)(const uint8_t *bytes, size_t count);
};
/* The target of this name, or NULL. */
const struct fuzz_target *fuzz_target_find(const char *name);
extern const struct fuzz_target fuzz_targets[]; /* behind the last: a NULL name */

/* Files in memory, which a path names as long as the next call for the same slot does not come. */
enum { FUZZ_SLOTS = 4 };
const char *fuzz_file(unsigned slot, const void *bytes, size_t count);
/* The bytes as text, with a NUL behind them; to be freed. */
char *fuzz_text(const uint8_t *bytes, size_t count);

/* Ends the program with a message that names the place. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(__FILE__, __LINE__, #condition);                                             \
    } while (0)
_Noreturn void fuzz_fail(const char *file, int line, const char *what);

/* Holds a status to the contract; true if it is SIM_OK. The error must have been zeroes before. */
bool fuzz_accepted(int status, const struct sim_error *error);

/* Opens the bytes as a recording (format NULL: by content) and reads it to its end. */
void fuzz_source(const char *format, const uint8_t *bytes, size_t count);

struct tr_source;
void fuzz_source_read(struct tr_source *source); /* what fuzz_source() does then; closes it */

/* Loads the bytes as an experiment's file and resolves its first variants. */
void fuzz_config(const uint8_t *bytes, size_t count);

struct tr_snapshot_options;
/* Opens the file as a memory image and looks at every page of it. */
void fuzz_snapshot(const char *path, const struct tr_snapshot_options *options);

#endif
