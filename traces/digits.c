/*
 * Digits become numbers without a floating-point number in between, which would round a time of
 * today in nanoseconds.
 */
#include "traces/digits.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

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

/* Exactly so many digits, and a number of at most `most`. NULL: something else. */
static const char *take_part(const char *text, int digits, int most, int *part)
{
    *part = 0;
    for (int i = 0; i < digits; i++, text++) {
        if (*text < '0' || *text > '9')
            return NULL;
        *part = *part * 10 + (*text - '0');
    }
    return *part <= most ? text : NULL;
}

/* Z, +02:00, +0200 or nothing. NULL: something else. */
static const char *take_zone(const char *text, int *zone_s)
{
    int hours, minutes, sign = *text == '-' ? -1 : 1;

    *zone_s = 0;
    if (*text == 'Z' || *text == 'z')
        return text + 1;
    if (*text != '+' && *text != '-')
        return text;
    text = take_part(text + 1, 2, 14, &hours);
    if (text && *text == ':')
        text++;
    if (text)
        text = take_part(text, 2, 59, &minutes);
    if (text)
        *zone_s = sign * (hours * 3600 + minutes * 60);
    return text;
}

const char *tr_digits_date(const char *text, uint64_t *ns)
{
    static const struct {
        int digits, most;
        const char *behind; /* one of these */
    } parts[] = {{4, 2500, "-"}, {2, 12, "-"}, {2, 31, "Tt "}, {2, 23, ":"}, {2, 59, ":"}};
    int part[5], zone_s;
    uint64_t rest_ns;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        text = take_part(text, parts[i].digits, parts[i].most, &part[i]);
        bool goes_on = text && *text != '\0' && strchr(parts[i].behind, *text);
        if (!goes_on)
            return NULL;
        text++;
    }
    struct tm date = {.tm_year = part[0] - 1900,
                      .tm_mon = part[1] - 1,
                      .tm_mday = part[2],
                      .tm_hour = part[3],
                      .tm_min = part[4]};
    text = tr_digits_time(text, 1000000000, &rest_ns);
    if (text)
        text = take_zone(text, &zone_s);
    time_t seconds = timegm(&date); /* which makes 3 March of 31 February */
    if (!text || part[0] < 1970 || part[1] == 0 || date.tm_mday != part[2] ||
        rest_ns > UINT64_C(61000000000) || seconds < zone_s)
        return NULL;
    *ns = (uint64_t)(seconds - zone_s) * UINT64_C(1000000000) + rest_ns;
    return text;
}
