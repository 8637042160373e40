/*
 * A file as a stream of bytes or lines, uncompressed on the way if it is zstd, gzip or zlib (which
 * its first bytes say, not its name). Internal to this folder: what formats read from. Memory: less
 * than half a megabyte, and the window that a zstd frame asks for, 128 MB at most, of which only
 * what is used becomes resident.
 */
#ifndef TR_INPUT_H
#define TR_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/error.h"

#define TR_INPUT_PEEK_MOST (1u << 18) /* also the longest line */

struct tr_input;

int tr_input_open(const char *path, struct tr_input **out, struct sim_error *error);
void tr_input_close(struct tr_input *input); /* accepts NULL */

/* Reads up to `wanted` bytes; fewer only at the end of the file. */
int tr_input_read(struct tr_input *input, void *to, size_t wanted, size_t *got,
                  struct sim_error *error);
/* The same, but it is an error if the file ends before `wanted` bytes; `what` names them. */
int tr_input_read_all(struct tr_input *input, void *to, size_t wanted, const char *what,
                      struct sim_error *error);
/* Shows the next `wanted` bytes (TR_INPUT_PEEK_MOST at most) without taking them; fewer only at the
 * end of the file, perhaps more. They stay until the next call. */
int tr_input_peek(struct tr_input *input, size_t wanted, const uint8_t **bytes, size_t *got,
                  struct sim_error *error);
void tr_input_skip(struct tr_input *input, size_t count); /* takes bytes that were shown */
/* 1: the next line, without its end (\n or \r\n) and with a NUL behind it, good until the next
 * call; 0: the end of the file; -1: an error. */
int tr_input_line(struct tr_input *input, const char **line, size_t *length,
                  struct sim_error *error);

const char *tr_input_path(const struct tr_input *input);
/* Uncompressed bytes and lines taken so far, for the text of errors. */
uint64_t tr_input_bytes(const struct tr_input *input);
uint64_t tr_input_lines(const struct tr_input *input);
bool tr_input_is_packed(const struct tr_input *input);
/* Of the file itself, compressed or not: bytes read so far, and in all (0: nobody knows). */
uint64_t tr_input_file_read(const struct tr_input *input);
uint64_t tr_input_file_bytes(const struct tr_input *input);

#endif
