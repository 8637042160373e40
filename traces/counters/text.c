/*
 * Times and numbers as programs write them in several countries.
 *
 * The hazards are 07/08, which is in July or in August, and 1,048, which is about one or about a
 * thousand. Nothing in such a text tells. It is read as esxtop and perfmon write it, with the month
 * first, or with a decimal comma, until another text of the file shows what is meant. If that
 * contradicts what was read before, the file is read once more.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "traces/counters/parts.h"

/* ---- Times of day ------------------------------------------------------------------------ */

/* "Z", "UTC", "+02:00", "+0200"; returns what follows it. */
static const char *take_zone(const char *text, double *zone_s)
{
    int hours, minutes = 0, used = 0;

    if (strncasecmp(text, "UTC", 3) == 0 || strncasecmp(text, "GMT", 3) == 0)
        return text + 3;
    if ((*text == 'Z' || *text == 'z') && !isalpha((unsigned char)text[1]))
        return text + 1;
    if ((*text == '+' || *text == '-') &&
        (sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &used),
         used > 0 || (sscanf(text + 1, "%2d%2d%n", &hours, &minutes, &used), used > 0))) {
        *zone_s = (*text == '-' ? -1 : 1) * (hours * 3600.0 + minutes * 60.0);
        return text + 1 + used;
    }
    return text;
}

/* "22:10", "22:10:05.123", "10:10 PM", each with a zone behind it perhaps. Returns what follows it,
 * or NULL. */
static const char *take_clock(const char *text, double *seconds, double *zone_s)
{
    int hours = 0, minutes = 0, used = 0;
    double rest = 0;
    char *end;

    if (!isdigit((unsigned char)*text) || sscanf(text, "%2d:%2d%n", &hours, &minutes, &used) != 2)
        return NULL;
    text += used;
    if (*text == ':' && isdigit((unsigned char)text[1])) {
        rest = strtod(text + 1, &end);
        text = end;
    }
    const char *half = text + strspn(text, " ");
    bool is_pm = strncasecmp(half, "PM", 2) == 0, is_am = strncasecmp(half, "AM", 2) == 0;
    if (is_pm || is_am) {
        hours = hours % 12 + (is_pm ? 12 : 0);
        text = half + 2;
    }
    text = take_zone(text + strspn(text, " "), zone_s);
    *seconds = hours * 3600.0 + minutes * 60.0 + rest;
    return hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && rest >= 0 && rest < 62
               ? text
               : NULL;
}

bool counters_clock(const char *text, double *seconds)
{
    double zone_s;
    const char *end = take_clock(text, seconds, &zone_s);

    return end && *end == '\0';
}

double counters_day_time(struct counters_day *day, double clock_s)
{
    const double most_s = 43200; /* our choice: nobody sets a clock back by more */

    if (day->last_s - clock_s > most_s)
        day->midnight_s += 86400;
    day->last_s = clock_s;
    return day->midnight_s + clock_s;
}

/* ---- Dates ------------------------------------------------------------------------------- */

struct moment {
    int year, month, day; /* 0: not known yet */
    double clock_s, zone_s;
};

/* Puts a date of three numbers in order. */
static bool order_date(const int number[3], char separator, struct counters_style *style,
                       struct moment *moment)
{
    bool year_first = number[0] > 31, is_plain = !year_first && separator != '.';

    if (is_plain && number[0] > 12) {
        style->contradicted |= style->has_guessed_month && !style->month_first;
        style->day_first = true;
    }
    style->month_first |= is_plain && number[1] > 12;
    bool day_first = separator == '.' || style->day_first;
    if (is_plain && number[0] <= 12 && number[1] <= 12 && number[0] != number[1] && !day_first)
        style->has_guessed_month = true;
    moment->year = year_first ? number[0] : number[2];
    moment->month = year_first || day_first ? number[1] : number[0];
    moment->day = year_first ? number[2] : number[!day_first];
    return true;
}

/* "11/23/2026", "23.11.2026", "2026-11-23": three numbers. Returns what follows them, or NULL. */
static const char *take_numbers(const char *text, struct counters_style *style,
                                struct moment *moment)
{
    int number[3], used = 0;
    char separator, second;

    if (sscanf(text, "%4d%c%2d%c%4d%n", &number[0], &separator, &number[1], &second, &number[2],
               &used) != 5 ||
        !strchr("-/.", separator) || separator != second || moment->month != 0 ||
        !order_date(number, separator, style, moment))
        return NULL;
    return text + used + (text[used] == 'T');
}

/* "Nov", "November"; returns what follows it, or NULL. */
static const char *take_month(const char *text, struct moment *moment)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    for (int month = 0; month < 12 && length >= 3 && moment->month == 0; month++) {
        if (strncasecmp(text, months[month], length) == 0) {
            moment->month = month + 1;
            return text + length;
        }
    }
    return NULL;
}

/* A day or a year beside the name of a month. */
static const char *take_number(const char *text, struct moment *moment)
{
    char *end;
    long number = strtol(text, &end, 10);

    if (!isdigit((unsigned char)*text) || end - text > 4)
        return NULL;
    if (end - text == 4 && moment->year == 0)
        moment->year = (int)number;
    else if (end - text <= 2 && moment->day == 0)
        moment->day = (int)number;
    else if (end - text == 2 && moment->year == 0)
        moment->year = (int)number + 2000;
    else
        return NULL;
    return end;
}

/* The name of a weekday, or of a zone such as CET: neither says anything about the time between two
 * rows. */
static const char *take_other_word(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    bool is_zone =
        length >= 2 && length <= 5 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == length;
    static const char *const days[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};

    for (size_t i = 0; i < sizeof days / sizeof *days && length >= 3; i++) {
        if (strncasecmp(text, days[i], length) == 0)
            return text + length;
    }
    return is_zone ? text + length : NULL;
}

static bool take_moment(const char *text, struct counters_style *style, struct moment *moment)
{
    const char *next;
    bool has_clock = false;

    for (text += strspn(text, " "); *text != '\0'; text = next + strspn(next, " ,-/")) {
        if (!has_clock && (next = take_clock(text, &moment->clock_s, &moment->zone_s)))
            has_clock = true;
        else if (!(next = take_numbers(text, style, moment)) &&
                 !(next = take_number(text, moment)) && !(next = take_month(text, moment)) &&
                 !(next = take_other_word(text)))
            return false;
    }
    if (moment->year < 100)
        moment->year += 2000;
    return moment->year >= 1970 && moment->year < 2300 && moment->month >= 1 &&
           moment->month <= 12 && moment->day >= 1 && moment->day <= 31;
}

/* Since 1970; a number that is too large for seconds has a smaller unit. */
static bool take_epoch(const char *text, double *at_s)
{
    char *end;

    *at_s = strtod(text, &end);
    while (*at_s > 1e11) /* a time before the year 5138 */
        *at_s /= 1000;
    return end != text && *end == '\0' && isdigit((unsigned char)text[0]) && isfinite(*at_s);
}

bool counters_time(const char *text, struct counters_style *style, double *at_s)
{
    struct moment moment = {0};

    if (take_epoch(text, at_s))
        return true;
    if (!take_moment(text, style, &moment))
        return false;
    struct tm date = {
        .tm_year = moment.year - 1900, .tm_mon = moment.month - 1, .tm_mday = moment.day};
    *at_s = (double)timegm(&date) + moment.clock_s - moment.zone_s;
    return date.tm_mday == moment.day; /* timegm() makes 3 March of 31 February */
}

/* ---- Numbers ----------------------------------------------------------------------------- */

/* Copies a number without the marks between groups of digits that are no comma and no point. */
static bool copy_number(const char *text, char *plain, size_t room)
{
    static const char *const spaces[] = {"'", "\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x99"};
    size_t length = 0;

    for (text += strspn(text, " \t"); *text != '\0' && length + 1 < room;) {
        size_t skipped = 0;
        for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
            if (strncmp(text, spaces[i], strlen(spaces[i])) == 0)
                skipped = strlen(spaces[i]);
        }
        if (skipped == 0)
            plain[length++] = *text++;
        text += skipped;
    }
    while (length > 0 && (plain[length - 1] == ' ' || plain[length - 1] == '\t'))
        length--;
    plain[length] = '\0';
    return *text == '\0' && length > 0;
}

static unsigned count_of(const char *text, char mark)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += *text == mark;
    return count;
}

/* Could the only mark in a number stand between groups of three digits, as in 1,048? */
static bool may_group(const char *text, const char *mark)
{
    const char *begin = text + (*text == '-' || *text == '+');

    return mark - begin >= 1 && mark - begin <= 3 && *begin != '0' &&
           strspn(mark + 1, "0123456789") == 3 && mark[4] == '\0';
}

/* Are there three digits behind each mark between groups? */
static bool groups_are_whole(const char *text, char point)
{
    const char *end = point != '\0' ? strchr(text, point) : text + strlen(text);

    for (const char *at = text + strcspn(text, ",."); at < end; at += 4) {
        if (strspn(at + 1, "0123456789") != 3)
            return false;
    }
    return true;
}

/* What a number shows beyond doubt. */
static void learn(struct counters_style *style, bool comma_is_point)
{
    style->contradicted |= comma_is_point ? style->has_guessed_point && !style->comma_is_point
                                          : style->has_guessed_comma && !style->comma_groups;
    style->comma_is_point |= comma_is_point;
    style->comma_groups |= !comma_is_point;
}

/* Finds the decimal point; '\0': all marks stand between groups. False: it is no number. */
static bool find_point(const char *text, struct counters_style *style, char *point)
{
    unsigned commas = count_of(text, ','), points = count_of(text, '.');
    const char *mark = text + strcspn(text, ",.");
    bool both = commas > 0 && points > 0, is_comma = *mark == ',';

    *point = '\0';
    if (both)
        *point = strrchr(text, ',') > strrchr(text, '.') ? ',' : '.';
    else if (commas + points == 1)
        *point = *mark;
    if (!groups_are_whole(text, *point))
        return false;
    if (both || commas > 1 || points > 1) {
        learn(style, both ? *point == ',' : points > 1);
    } else if (commas + points == 1 && may_group(text, mark)) {
        if (is_comma ? style->comma_groups : style->comma_is_point)
            *point = '\0';
        style->has_guessed_comma |= is_comma;
        style->has_guessed_point |= !is_comma;
    } else if (is_comma) {
        learn(style, true);
    }
    return true;
}

double counters_number(const char *text, struct counters_style *style)
{
    char plain[64], point, *end, *to = plain;

    if (!copy_number(text, plain, sizeof plain) || isalpha((unsigned char)plain[0]))
        return NAN;
    if (!find_point(plain, style, &point))
        return NAN;
    for (const char *at = plain; *at != '\0'; at++) {
        if (*at == point)
            *to++ = '.';
        else if (*at != ',' && *at != '.')
            *to++ = *at;
    }
    *to = '\0';
    double value = strtod(plain, &end);
    return end != plain && *end == '\0' && isfinite(value) ? value : (double)NAN;
}

/* ---- Fields ------------------------------------------------------------------------------ */

/* esxtop writes the quotes in a VM's name as they are. So only one at the end of a field ends it.
 */
static bool ends_quoted(const char *at, char delimiter)
{
    return *at == '"' && (at[1] == delimiter || at[1] == '\0' || at[1] == '\r');
}

char *counters_field(char **rest, char delimiter)
{
    char *at = *rest, *field = at, *to;

    if (!at)
        return NULL;
    if (*at == '"') {
        field = to = ++at;
        while (*at != '\0' && !ends_quoted(at, delimiter)) {
            at += *at == '"' && at[1] == '"'; /* two quotes are one */
            *to++ = *at++;
        }
        if (*at == '\0') {
            *rest = NULL;
            return NULL;
        }
        at++;
        *to = '\0';
    }
    at = strchr(at, delimiter);
    *rest = at ? at + 1 : NULL;
    if (at)
        *at = '\0';
    return field;
}
