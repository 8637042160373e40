/*
 * Digits become numbers without a floating-point number in between, which would round a time of
 * today in nanoseconds.
 */
#include "traces/digits.h"

#include <stddef.h>

const char *tr_digits(const char *text, uint64_t *number)
{
    const char *at = text;

    for (*number = 0; *at >= '0' && *at <= '9'; at++) {
        if (*number > (UINT64_MAX - 9) / 10)
            return NULL;
        *number = *number * 10 + (uint64_t)(*at - '0');
    }
    return at > text ? at : NULL;
}

const char *tr_digits_time(const char *text, uint64_t unit_ns, uint64_t *ns)
{
    uint64_t value, place = unit_ns;

    text = tr_digits(text, &value);
    if (text == NULL || value > UINT64_MAX / unit_ns)
        return NULL;
    value *= unit_ns;
    if (*text == '.')
        text++;
    for (; *text >= '0' && *text <= '9'; text++) {
        place /= 10;
        uint64_t more = place * (uint64_t)(*text - '0');
        if (value > UINT64_MAX - more)
            return NULL;
        value += more;
    }
    *ns = value;
    return text;
}
