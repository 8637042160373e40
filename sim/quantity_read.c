/*
 * Units by kind, each as a fraction of two whole numbers.
 *
 * The hazard is a value that is no longer what was written: 0.07% is 7 basis points, and not
 * 7.000000000000001. So a converted value is rounded to 15 digits, all that a double keeps of any
 * decimal number.
 */
#include "sim/quantity_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum kind { NO_KIND, MEMORY, TIME, SHARE, CLOCK };

/* One of it is so many of the kind's smallest: count / of. */
struct unit {
    const char *name;
    enum kind kind;
    double count, of;
    bool is_other_name; /* not told in messages */
};

static const struct unit units[] = {
    {"B", MEMORY, 1, 1, true},        {"KB", MEMORY, 0x1p10, 1, false},
    {"MB", MEMORY, 0x1p20, 1, false}, {"GB", MEMORY, 0x1p30, 1, false},
    {"TB", MEMORY, 0x1p40, 1, false}, {"KiB", MEMORY, 0x1p10, 1, true},
    {"MiB", MEMORY, 0x1p20, 1, true}, {"GiB", MEMORY, 0x1p30, 1, true},
    {"TiB", MEMORY, 0x1p40, 1, true}, {"pages", MEMORY, 0x1p12, 1, false},
    {"ns", TIME, 1, 1, false},        {"us", TIME, 1e3, 1, false},
    {"ms", TIME, 1e6, 1, false},      {"s", TIME, 1e9, 1, false},
    {"min", TIME, 60e9, 1, false},    {"h", TIME, 3600e9, 1, false},
    {"d", TIME, 86400e9, 1, false},   {"fraction", SHARE, 1, 1, true},
    {"%", SHARE, 1, 100, false},      {"bp", SHARE, 1, 10000, false},
    {"kHz", CLOCK, 1e3, 1, false},    {"MHz", CLOCK, 1e6, 1, false},
    {"GHz", CLOCK, 1e9, 1, false},
};
#define UNITS (sizeof units / sizeof *units)

static const struct unit *unit_find(const char *name, size_t length)
{
    for (size_t i = 0; i < UNITS; i++)
        if (strlen(units[i].name) == length && strncasecmp(units[i].name, name, length) == 0)
            return &units[i];
    return NULL;
}

/* Takes "/s" off. */
static const struct unit *unit_of(const char *text, size_t length, bool *per_second)
{
    *per_second = length > 2 && strncmp(text + length - 2, "/s", 2) == 0;
    const struct unit *unit = unit_find(text, *per_second ? length - 2 : length);
    return unit != NULL && *per_second && unit->kind != MEMORY ? NULL : unit;
}

size_t sim_quantity_number_length(const char *text)
{
    size_t at = strspn(text, "+-") > 0, digits = strspn(text + at, "0123456789");
    at += digits;
    if (text[at] == '.') {
        size_t decimals = strspn(text + at + 1, "0123456789");
        at += 1 + decimals;
        digits += decimals;
    }
    if (digits == 0)
        return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t sign = strspn(text + at + 1, "+-") > 0;
        size_t exponent = strspn(text + at + 1 + sign, "0123456789");
        at += exponent > 0 ? 1 + sign + exponent : 0;
    }
    return at;
}

static double rounded(double value)
{
    char text[40];
    snprintf(text, sizeof text, "%.15g", value);
    return strtod(text, NULL);
}

enum sim_quantity_reading sim_quantity_read(const char *text, const char *unit, double *value)
{
    size_t length = sim_quantity_number_length(text), own_length = strcspn(unit, " ");
    if (length == 0)
        return SIM_QUANTITY_NO_NUMBER;
    errno = 0;
    *value = strtod(text, NULL) + 0.0; /* no negative zero */
    if (errno != 0)
        return SIM_QUANTITY_NO_NUMBER;
    const char *behind = text + length;
    if (*behind == '\0')
        return SIM_QUANTITY_OK;
    behind += *behind == ' ';
    size_t behind_length = strlen(behind);
    if (behind_length == own_length && own_length > 0 && strncmp(behind, unit, own_length) == 0)
        return SIM_QUANTITY_OK;
    bool written_per_s, own_per_s;
    const struct unit *written = unit_of(behind, behind_length, &written_per_s);
    const struct unit *own = unit_of(unit, own_length, &own_per_s);
    if (written == NULL || own == NULL || written->kind != own->kind || written_per_s != own_per_s)
        return SIM_QUANTITY_OTHER_UNIT;
    if (written != own)
        *value = rounded(*value * (written->count * own->of) / (written->of * own->count));
    return SIM_QUANTITY_OK;
}

const char *sim_quantity_units(char text[SIM_QUANTITY_UNITS_BYTES], const char *unit)
{
    bool per_second;
    const struct unit *own = unit_of(unit, strcspn(unit, " "), &per_second);
    size_t at = 0, last = UNITS;
    text[0] = '\0';
    for (size_t i = 0; own != NULL && i < UNITS; i++)
        if (units[i].kind == own->kind && !units[i].is_other_name)
            last = i;
    for (size_t i = 0; own != NULL && i < UNITS; i++)
        if (units[i].kind == own->kind && !units[i].is_other_name)
            at += (size_t)snprintf(text + at, SIM_QUANTITY_UNITS_BYTES - at, "%s%s%s",
                                   at == 0     ? ""
                                   : i == last ? " or "
                                               : ", ",
                                   units[i].name, per_second ? "/s" : "");
    return text;
}
