/*
 * Opening files to be read, whatever their names stand for.
 *
 * The hazard is a named pipe into which nobody writes: an ordinary open waits for ever.
 */
#ifndef SIM_FILE_H
#define SIM_FILE_H

#include <stdio.h>

/* A descriptor, or -1 and in *problem why, in words to put behind "found: ". A pipe is read like a
 * file if somebody writes into it, or comes to do so within a second. */
int sim_file_open(const char *path, const char **problem);
/* The same as a stream; NULL. */
FILE *sim_file_open_stream(const char *path, const char **problem);

#endif
