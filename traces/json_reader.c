/*
 * A reader of JSON as a state machine: the state says which tokens may come next.
 */
#include "traces/json_reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *json_token_name(enum json_token token)
{
    static const char *const names[] = {
        [JSON_END] = "the end of the file",
        [JSON_OBJECT] = "an object",
        [JSON_LIST] = "a list",
        [JSON_CLOSE] = "the end of an object or list",
        [JSON_NAME] = "a name",
        [JSON_TEXT] = "a string",
        [JSON_NUMBER] = "a number",
        [JSON_LITERAL] = "true, false or null",
    };
    return names[token];
}

void json_reader_init(struct json_reader *reader, struct tr_input *input)
{
    *reader = (struct json_reader){.input = input, .state = JSON_VALUE, .line = 1};
}

int json_reader_fail(const struct json_reader *reader, struct sim_error *error, const char *format,
                     ...)
{
    char what[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": %s", tr_input_path(reader->input),
                  reader->line, what);
    return -1;
}

/* ---- Bytes ------------------------------------------------------------------------------- */

enum { NO_BYTE = -1, FAILED = -2 };

/* The next byte without taking it; NO_BYTE at the end of the file. */
static int peek(struct json_reader *reader, struct sim_error *error)
{
    if (reader->next == reader->count) {
        reader->next = 0;
        if (tr_input_read(reader->input, reader->bytes, sizeof reader->bytes, &reader->count,
                          error) != SIM_OK) {
            reader->count = 0;
            return FAILED;
        }
        if (reader->count == 0)
            return NO_BYTE;
    }
    return reader->bytes[reader->next];
}

static void skip(struct json_reader *reader)
{
    reader->line += reader->bytes[reader->next++] == '\n';
}

/* The next byte that is not white space, without taking it. */
static int peek_mark(struct json_reader *reader, struct sim_error *error)
{
    int byte;
    while ((byte = peek(reader, error)) == ' ' || byte == '\t' || byte == '\n' || byte == '\r')
        skip(reader);
    return byte;
}

static int unexpected(const struct json_reader *reader, const char *expected, int byte,
                      struct sim_error *error)
{
    if (byte == FAILED)
        return -1;
    if (byte == NO_BYTE)
        return json_reader_fail(reader, error, "expected %s, found the end of the file", expected);
    if (byte < ' ' || byte > '~')
        return json_reader_fail(reader, error, "expected %s, found byte %d", expected, byte);
    return json_reader_fail(reader, error, "expected %s, found '%c'", expected, byte);
}

/* ---- Values ------------------------------------------------------------------------------ */

static int put(struct json_reader *reader, size_t *length, int byte, struct sim_error *error)
{
    if (*length == JSON_TEXT_MOST)
        return json_reader_fail(reader, error, "expected a text of at most %u bytes, found more",
                                JSON_TEXT_MOST);
    reader->text[(*length)++] = (char)byte;
    return 1;
}

/* Takes an escape. Only quotes and slashes are decoded; any other character becomes a question
 * mark, since no name or number that matters has one. */
static int take_escape(struct json_reader *reader, size_t *length, struct sim_error *error)
{
    int byte = peek(reader, error);
    const char *found = byte > 0 ? strchr("\"\\/bfnrtu", byte) : NULL;
    if (!found)
        return unexpected(reader, "one of \"\\/bfnrtu behind a backslash", byte, error);
    skip(reader);
    for (unsigned digit = 0; byte == 'u' && digit < 4; digit++) {
        int hex = peek(reader, error);
        if (hex <= 0 || !strchr("0123456789abcdefABCDEF", hex))
            return unexpected(reader, "four hexadecimal digits", hex, error);
        skip(reader);
    }
    return put(reader, length, byte == '"' || byte == '\\' || byte == '/' ? byte : '?', error);
}

static int take_text(struct json_reader *reader, struct sim_error *error)
{
    size_t length = 0;
    skip(reader); /* the quote */
    for (;;) {
        int byte = peek(reader, error);
        if (byte < ' ')
            return unexpected(reader, "a text that ends with a quote", byte, error);
        skip(reader);
        if (byte == '"')
            break;
        if ((byte == '\\' ? take_escape(reader, &length, error)
                          : put(reader, &length, byte, error)) < 0)
            return -1;
    }
    reader->text[length] = '\0';
    return 1;
}

static int take_word(struct json_reader *reader, struct sim_error *error)
{
    size_t length = 0;
    int byte;
    while ((byte = peek(reader, error)) > 0 &&
           strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", byte)) {
        if (put(reader, &length, byte, error) < 0)
            return -1;
        skip(reader);
    }
    reader->text[length] = '\0';
    return byte == FAILED ? -1 : 1;
}

/* Says whether the text is a number of JSON: digits without a leading zero, then perhaps a
 * fraction, then perhaps an exponent. */
static bool is_number(const char *text)
{
    const char *at = text + (*text == '-');
    size_t digits = strspn(at, "0123456789");
    if (digits == 0 || (*at == '0' && digits > 1))
        return false;
    at += digits;
    if (*at == '.') {
        digits = strspn(at + 1, "0123456789");
        if (digits == 0)
            return false;
        at += 1 + digits;
    }
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        digits = strspn(at, "0123456789");
        if (digits == 0)
            return false;
        at += digits;
    }
    return *at == '\0';
}

static int open_scope(struct json_reader *reader, bool is_object, struct sim_error *error)
{
    if (reader->depth == JSON_DEPTH_MOST)
        return json_reader_fail(reader, error, "expected at most %u levels, found more",
                                JSON_DEPTH_MOST);
    skip(reader);
    reader->is_object[reader->depth++] = is_object;
    reader->state = JSON_FIRST;
    return 1;
}

static int take_value(struct json_reader *reader, enum json_token *token, struct sim_error *error)
{
    int byte = peek_mark(reader, error);
    if (byte == '{' || byte == '[') {
        *token = byte == '{' ? JSON_OBJECT : JSON_LIST;
        return open_scope(reader, byte == '{', error);
    }
    reader->state = JSON_AFTER;
    if (byte == '"') {
        *token = JSON_TEXT;
        return take_text(reader, error);
    }
    if (byte <= 0 || !strchr("-0123456789tfn", byte))
        return unexpected(reader, "a value", byte, error);
    if (take_word(reader, error) < 0)
        return -1;
    *token = is_number(reader->text) ? JSON_NUMBER : JSON_LITERAL;
    if (*token == JSON_NUMBER || strcmp(reader->text, "true") == 0 ||
        strcmp(reader->text, "false") == 0 || strcmp(reader->text, "null") == 0)
        return 1;
    return json_reader_fail(reader, error, "expected a value, found '%s'", reader->text);
}

static int take_name(struct json_reader *reader, enum json_token *token, struct sim_error *error)
{
    int byte = peek_mark(reader, error);
    if (byte != '"')
        return unexpected(reader, "a name in quotes", byte, error);
    *token = JSON_NAME;
    if (take_text(reader, error) < 0)
        return -1;
    byte = peek_mark(reader, error);
    if (byte != ':')
        return unexpected(reader, "a colon behind a name", byte, error);
    skip(reader);
    reader->state = JSON_NAMED;
    return 1;
}

/* ---- Tokens ------------------------------------------------------------------------------ */

int json_reader_next(struct json_reader *reader, enum json_token *token, struct sim_error *error)
{
    if (reader->state == JSON_NAMED || (reader->depth == 0 && reader->state == JSON_VALUE))
        return take_value(reader, token, error);
    int byte = peek_mark(reader, error);
    if (reader->depth == 0) {
        *token = JSON_END;
        return byte == NO_BYTE ? 1 : unexpected(reader, "nothing after the value", byte, error);
    }
    bool is_object = reader->is_object[reader->depth - 1];
    if (byte == (is_object ? '}' : ']')) {
        skip(reader);
        reader->depth--;
        reader->state = JSON_AFTER;
        *token = JSON_CLOSE;
        return 1;
    }
    if (reader->state == JSON_AFTER) {
        if (byte != ',')
            return unexpected(reader, is_object ? "a comma or }" : "a comma or ]", byte, error);
        skip(reader);
    }
    return is_object ? take_name(reader, token, error) : take_value(reader, token, error);
}

int json_reader_skip(struct json_reader *reader, struct sim_error *error)
{
    enum json_token token;
    uint32_t depth = reader->depth;
    do {
        if (json_reader_next(reader, &token, error) < 0)
            return -1;
    } while (reader->depth > depth);
    return 1;
}
