/*
 * JSON, one token after the other, out of a stream: memory does not grow with the file. Internal to
 * this folder. Strict as RFC 8259 is, but for names and texts of more than JSON_TEXT_MOST bytes,
 * which are refused, as is nesting deeper than JSON_DEPTH_MOST.
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
    JSON_NAME,    /* of a member: `text`; its value comes next */
    JSON_TEXT,    /* `text` */
    JSON_NUMBER,  /* `text`, as written */
    JSON_LITERAL, /* true, false or null: `text` */
};

struct json_reader {
    struct tr_input *input;
    uint8_t bytes[4096]; /* read ahead */
    size_t next, count;
    uint32_t depth;
    bool is_object[JSON_DEPTH_MOST];
    enum { JSON_VALUE, JSON_FIRST, JSON_AFTER, JSON_NAMED } state; /* what may come */
    char text[JSON_TEXT_MOST + 1];
    uint64_t line;
};

void json_reader_init(struct json_reader *reader, struct tr_input *input);
/* 1: *token is the next; -1: `error` filled ("FILE:LINE: ..."). */
int json_reader_next(struct json_reader *reader, enum json_token *token, struct sim_error *error);
/* Skips the value that comes next, whatever it is. 1 or -1. */
int json_reader_skip(struct json_reader *reader, struct sim_error *error);
int json_reader_fail(const struct json_reader *reader, struct sim_error *error, const char *format,
                     ...) __attribute__((format(printf, 3, 4)));

#endif
