/*
 * Opening and reading files that users name.
 *
 * The hazards are a named pipe into which nobody writes, for which an ordinary open waits for ever,
 * and a line or a file without an end, for which an ordinary reader takes all memory.
 */
#ifndef SIM_FILE_H
#define SIM_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "sim/error.h"

/* The longest line that is read, in bytes; the longest known ones are the headings of esxtop. */
#define SIM_FILE_LINE_MOST (64u << 20)

/* Opens the file for reading and returns its descriptor, which the caller closes. On failure
 * returns -1, and *problem says why, in words to put behind "cannot open: ". A pipe is read like a
 * file if somebody writes into it, or comes to do so within a second. */
int sim_file_open(const char *path, const char **problem);
/* The same as a stream; NULL on failure. */
FILE *sim_file_open_stream(const char *path, const char **problem);
/* Reads the next line. 1: *line holds it with its newline (which the last line may lack) and a NUL
 * behind it, until the next call; *length counts the bytes before that NUL. 0: the end of the file.
 * -1: *problem says why it cannot be read. *line is NULL and *room 0 before the first call; the
 * caller frees *line after the last. */
int sim_file_line(FILE *file, char **line, size_t *room, size_t *length, const char **problem);

/* Reads a whole file of text into *text, which ends with a NUL and which the caller frees. On
 * failure *text is NULL. The status is `refusal` for a file that cannot be opened or read, has more
 * than `bytes_most` bytes (whole MB, or KB below one), or has a NUL byte; SIM_SYSTEM if memory is
 * short.
 */
int sim_file_text_within(const char *path, size_t bytes_most, int refusal, char **text,
                         struct sim_error *error);
/* The same for files that tell the program what to do: at most 1 MB, else SIM_USAGE. */
#define SIM_FILE_TEXT_MOST (1u << 20)
int sim_file_text(const char *path, char **text, struct sim_error *error);

/*
 * A file that is written beside its target, and takes its name when it is whole. It is always a new
 * one, TARGET.N.part of the first free number N: no link is followed, and no other process has it.
 * What a process left that was killed while it wrote one is removed: a living writer holds a lock.
 */
struct sim_file_part {
    FILE *out;
    char *path;
    int lock; /* private: a descriptor of the file, on which the lock is */
};
/* SIM_SYSTEM where it cannot be made; then there is nothing to close. */
int sim_file_part_open(struct sim_file_part *part, const char *target, struct sim_error *error);
/* Renames the file where `status`, that of whoever wrote it, is SIM_OK and all of it is on the
 * disk; else removes it. Returns `status`, or SIM_SYSTEM. */
int sim_file_part_close(struct sim_file_part *part, const char *target, int status,
                        struct sim_error *error);

/*
 * Makes `target` a copy of `source`, with its mode. At every moment, also after a sudden end,
 * `target` is whole: what it was or what it becomes. SIM_SYSTEM where that cannot be done: then it
 * is what it was.
 */
int sim_file_replace(const char *target, const char *source, struct sim_error *error);

#endif
