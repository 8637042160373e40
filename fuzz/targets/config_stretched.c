/*
 * An experiment's file with long keys, long values and deep nesting, which mutations of short
 * inputs never reach: no step on the way to a key of 400 bytes reaches new code, so a fuzzer keeps
 * none.
 *
 * The bytes \1 N TEXT \2 stand for TEXT repeated 8 N times; all other bytes stand for themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz/targets.h"

enum { STRETCHED_MOST = 1 << 16, BEGIN = 1, END = 2, TIMES = 8 };

struct stretched {
    uint8_t *bytes;
    size_t count;
};

static void put(struct stretched *to, const uint8_t *bytes, size_t count)
{
    if (count > STRETCHED_MOST - to->count)
        count = STRETCHED_MOST - to->count;
    memcpy(to->bytes + to->count, bytes, count);
    to->count += count;
}

/* Repeats the text at `at`, which follows BEGIN. Returns how many bytes of the input were taken. */
static size_t put_repeated(struct stretched *to, const uint8_t *at, size_t left)
{
    if (left == 0)
        return 0;
    const uint8_t *text = at + 1, *end = memchr(text, END, left - 1);
    size_t length = end != NULL ? (size_t)(end - text) : left - 1;

    for (unsigned i = 0; length > 0 && i < (unsigned)at[0] * TIMES; i++)
        put(to, text, length);
    return 1 + length + (end != NULL);
}

void fuzz_config_stretched(const uint8_t *bytes, size_t count)
{
    struct stretched to = {.bytes = malloc(STRETCHED_MOST)};

    FUZZ_CHECK(to.bytes != NULL);
    for (size_t at = 0; at < count; at++) {
        if (bytes[at] == BEGIN)
            at += put_repeated(&to, bytes + at + 1, count - at - 1);
        else
            put(&to, bytes + at, 1);
    }
    fuzz_config(to.bytes, to.count);
    free(to.bytes);
}
