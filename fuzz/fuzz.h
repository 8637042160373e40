/*
 * What the fuzz targets share: files in memory, and checks of the contract of readers.
 *
 * A target is a function that gives any bytes to one reader. The contract of readers: a reader
 * succeeds, or it refuses with SIM_BAD_DATA or SIM_USAGE and one line of text. It never crashes,
 * hangs or leaks, and it takes no more memory than the bytes account for; the sanitizers and the
 * limits of libFuzzer check that. One program holds all targets. libFuzzer and the main() of
 * corpus.c both call them through the table in targets.c.
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
extern const struct fuzz_target fuzz_targets[]; /* the one behind the last has a NULL name */

/* Makes a file in memory of the bytes and returns its path, which is valid until the next call for
 * the same slot. */
enum { FUZZ_SLOTS = 4 };
const char *fuzz_file(unsigned slot, const void *bytes, size_t count);
/* The path of a file that is not there yet, in a folder that is removed at the end with the file.
 * For what is written, and for SQLite, which looks for a file in memory in a folder. */
const char *fuzz_place(void);
/* The bytes with a NUL behind them. The caller frees the text. */
char *fuzz_text(const uint8_t *bytes, size_t count);

/* Ends the program with a message that names file and line, unless the condition holds. */
#define FUZZ_CHECK(condition)                                                                      \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fuzz_fail(__FILE__, __LINE__, #condition);                                             \
    } while (0)
_Noreturn void fuzz_fail(const char *file, int line, const char *what);

/* Checks a status and an error against the contract; true if the status is SIM_OK. The error must
 * have been zeroed before the reader was called. */
bool fuzz_accepted(int status, const struct sim_error *error);

/* Opens the bytes as a recording in this format (NULL: found by content) and reads it to its end.
 */
void fuzz_source(const char *format, const uint8_t *bytes, size_t count);

struct tr_source;
void fuzz_source_read(struct tr_source *source); /* reads it to its end and closes it */

/* Loads the bytes as an experiment's file and resolves its first variants. */
void fuzz_config(const uint8_t *bytes, size_t count);

struct tr_snapshot_options;
/* Opens the file as a memory image and reads its pages. */
void fuzz_snapshot(const char *path, const struct tr_snapshot_options *options);

#endif
