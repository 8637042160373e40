/*
 * A file as a stream of bytes or lines. A file compressed with zstd, gzip, zlib or xz is
 * uncompressed on the way; its first bytes say so, not its name. Text in UTF-16 becomes UTF-8, and
 * a byte order mark is left out. Internal to this folder and its rooms.
 *
 * Memory: less than half a megabyte, and for zstd and xz the window that the file asks for. Windows
 * above 128 MB are refused, and only the used part of a window becomes resident.
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

/* Reads `wanted` bytes; *got is smaller only at the end of the file. */
int tr_input_read(struct tr_input *input, void *to, size_t wanted, size_t *got,
                  struct sim_error *error);
/* The same, but fewer bytes are an error (SIM_BAD_DATA); `what` names the bytes in the message. */
int tr_input_read_all(struct tr_input *input, void *to, size_t wanted, const char *what,
                      struct sim_error *error);
/* Points *bytes to the next bytes without taking them. *got is at least `wanted` (which is at most
 * TR_INPUT_PEEK_MOST), and smaller only at the end of the file. The bytes are valid until the next
 * call. */
int tr_input_peek(struct tr_input *input, size_t wanted, const uint8_t **bytes, size_t *got,
                  struct sim_error *error);
void tr_input_skip(struct tr_input *input,
                   size_t count); /* takes bytes that tr_input_peek() showed */
/* 1: *line is the next line, without its end (\n or \r\n), with a NUL behind it, valid until the
 * next call. 0: the end of the file. -1: an error. */
int tr_input_line(struct tr_input *input, const char **line, size_t *length,
                  struct sim_error *error);

/* What the file is and which command unpacks it, if it begins with the bytes of a known container
 * that is not read here; else NULL. */
const char *tr_input_refusal(const uint8_t *bytes, size_t count);

const char *tr_input_path(const struct tr_input *input);
/* How many uncompressed bytes and lines were taken so far, for messages. */
uint64_t tr_input_bytes(const struct tr_input *input);
uint64_t tr_input_lines(const struct tr_input *input);
bool tr_input_is_packed(const struct tr_input *input);
/* Bytes read from the file itself, which may be compressed, and its size (0: unknown). */
uint64_t tr_input_file_read(const struct tr_input *input);
uint64_t tr_input_file_bytes(const struct tr_input *input);

#endif
