/*
 * Times and numbers as programs write them in several countries.
 *
 * The hazard is 07/08: nothing tells whether it is in July or in August. The month is taken first,
 * as esxtop and perfmon write it, until a date shows otherwise.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "traces/counters/parts.h"

/* ---- Times ------------------------------------------------------------------------------- */

bool counters_clock(const char *text, double *seconds, double *zone_s)
{
    int hours = 0, minutes = 0, used = 0, zone_hours, zone_minutes = 0;
    double rest = 0;
    char *end;

    *seconds = *zone_s = 0;
    text += strspn(text, " T");
    if (*text == '\0')
        return true;
    if (sscanf(text, "%2d:%2d%n", &hours, &minutes, &used) != 2)
        return false;
    text += used;
    if (*text == ':' && isdigit((unsigned char)text[1])) {
        rest = strtod(text + 1, &end);
        text = end;
    }
    text += strspn(text, " ");
    bool is_pm = strncasecmp(text, "PM", 2) == 0, is_am = strncasecmp(text, "AM", 2) == 0;
    if (is_pm || is_am) {
        hours = hours % 12 + (is_pm ? 12 : 0);
        text += 2;
    }
    text += strspn(text, " ");
    if (strcasecmp(text, "Z") == 0 || strcasecmp(text, "UTC") == 0)
        text = "";
    if ((*text == '+' || *text == '-') &&
        sscanf(text + 1, "%2d:%2d%n", &zone_hours, &zone_minutes, &used) == 2) {
        *zone_s = (*text == '-' ? -1 : 1) * (zone_hours * 3600.0 + zone_minutes * 60.0);
        text += 1 + used;
    }
    *seconds = hours * 3600.0 + minutes * 60.0 + rest;
    return *text == '\0' && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && rest >= 0 &&
           rest < 62;
}

/* Puts three numbers in the order year, month, day. */
static bool order_date(const int number[3], char separator, struct counters_dates *dates,
                       struct tm *date)
{
    bool year_first = number[0] > 31;
    int year = year_first ? number[0] : number[2], month = number[year_first], day = 0;

    if (year_first) {
        day = number[2];
    } else {
        bool day_first = separator == '.' || dates->day_first || number[0] > 12;
        if (number[0] > 12 && separator != '.') {
            if (dates->month_first)
                return false;
            dates->day_first = true;
        }
        day = number[day_first ? 0 : 1];
        month = number[day_first ? 1 : 0];
        dates->month_first |= !day_first && day != month;
    }
    *date = (struct tm){
        .tm_year = (year < 100 ? year + 2000 : year) - 1900, .tm_mon = month - 1, .tm_mday = day};
    return year >= 0 && date->tm_year >= 70 && date->tm_year < 400 && month >= 1 && month <= 12 &&
           day >= 1 && day <= 31;
}

bool counters_time(const char *text, struct counters_dates *dates, double *at_s)
{
    int number[3], used = 0;
    char separator, second, *end;
    double seconds, zone_s;
    struct tm date;

    if (sscanf(text, "%4d%c%2d%c%4d%n", &number[0], &separator, &number[1], &second, &number[2],
               &used) == 5 &&
        strchr("-/.", separator)) {
        if (separator != second || !order_date(number, separator, dates, &date) ||
            !counters_clock(text + used, &seconds, &zone_s))
            return false;
        *at_s = (double)timegm(&date) + seconds - zone_s;
        return true;
    }
    *at_s = strtod(text, &end);
    if (*at_s > 1e11) /* milliseconds since 1970 */
        *at_s /= 1000;
    return end != text && *end == '\0' && isdigit((unsigned char)text[0]) && isfinite(*at_s);
}

/* ---- Numbers and fields ------------------------------------------------------------------ */

double counters_number(const char *text)
{
    char plain[64], *end, *comma;

    if (text[0] == '\0' || strlen(text) >= sizeof plain)
        return NAN;
    snprintf(plain, sizeof plain, "%s", text);
    comma = strchr(plain, ',');
    if (comma && !strchr(plain, '.') && !strchr(comma + 1, ','))
        *comma = '.';
    double value = strtod(plain, &end);
    end += strspn(end, " ");
    return *end == '\0' && isfinite(value) && !isalpha((unsigned char)plain[0]) ? value
                                                                                : (double)NAN;
}

char *counters_field(char **rest, char delimiter)
{
    char *at = *rest, *field = at;

    if (!at)
        return NULL;
    if (*at == '"') {
        field = ++at;
        at = strchr(at, '"');
        if (!at) {
            *rest = NULL;
            return NULL;
        }
        *at++ = '\0';
    }
    at = strchr(at, delimiter);
    *rest = at ? at + 1 : NULL;
    if (at)
        *at = '\0';
    return field;
}
