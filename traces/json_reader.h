/*
 * Reads JSON (RFC 8259) from a stream, token by token, in memory that does not grow with the file.
 * Internal to this folder and its rooms.
 *
 * Two limits go beyond the standard: a name or text has at most JSON_TEXT_MOST bytes, and nesting
 * is at most JSON_DEPTH_MOST deep.
 */
#ifndef TR_JSON_READER_H
#define TR_JSON_READER_H

#include "traces/input.h"

#define JSON_TEXT_MOST  255u
#define JSON_DEPTH_MOST 64u

enum json_token {
    JSON_END,     /* of the file */
    JSON_OBJECT,  /* { */
    JSON_LIST,    /* [ */
    JSON_CLOSE,   /* } or ] */
    JSON_NAME,    /* the name of a member, in `text`; its value comes next */
    JSON_TEXT,    /* a string, in `text` */
    JSON_NUMBER,  /* a number, in `text` as written */
    JSON_LITERAL, /* true, false or null, in `text` */
};

struct json_reader {
    struct tr_input *input;
    uint8_t bytes[4096]; /* read ahead */
    size_t next, count;
    uint32_t depth;
    bool is_object[JSON_DEPTH_MOST];
    enum { JSON_VALUE, JSON_FIRST, JSON_AFTER, JSON_NAMED } state; /* what may come next */
    char text[JSON_TEXT_MOST + 1];
    uint64_t line;
};

/* "a list", "a number", ...: for messages. */
const char *json_token_name(enum json_token token);

void json_reader_init(struct json_reader *reader, struct tr_input *input);
/* 1: *token is the next token; -1: `error` is set ("FILE:LINE: ..."). */
int json_reader_next(struct json_reader *reader, enum json_token *token, struct sim_error *error);
/* Skips the next value, with all that is in it. 1 or -1. */
int json_reader_skip(struct json_reader *reader, struct sim_error *error);
/* Sets the error "FILE:LINE: ..." for the present line. Returns -1. */
int json_reader_fail(const struct json_reader *reader, struct sim_error *error, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

#endif
