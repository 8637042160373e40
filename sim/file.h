/*
 * Files to be read, whatever their names stand for.
 *
 * The hazards are a named pipe into which nobody writes, for which an ordinary open waits for ever,
 * and a line without an end, for which getline() takes all memory.
 */
#ifndef SIM_FILE_H
#define SIM_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "sim/error.h"

/* Bytes of a line; the longest that we know are the headings of esxtop. */
#define SIM_FILE_LINE_MOST (64u << 20)

/* A descriptor, or -1 and in *problem why, in words to put behind "found: ". A pipe is read like a
 * file if somebody writes into it, or comes to do so within a second. */
int sim_file_open(const char *path, const char **problem);
/* The same as a stream; NULL. */
FILE *sim_file_open_stream(const char *path, const char **problem);
/* 1: *line is the next one, its end (if it has one) included and a NUL behind it, good until the
 * next call; 0: there is none; -1: *problem says why. *line begins as NULL; the caller frees it. */
int sim_file_line(FILE *file, char **line, size_t *room, size_t *length, const char **problem);

/* A whole text file as a malloc'ed string. Refuses a NUL byte, and more than SIM_FILE_TEXT_MOST. */
#define SIM_FILE_TEXT_MOST (1u << 20)
int sim_file_text(const char *path, char **text, struct sim_error *error);

#endif
