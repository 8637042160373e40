/*
 * Ladders of units. A value climbs to the highest step of which it is at least one.
 */
#include "sim/quantity.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define ROUNDING    1.0005 /* 999.6 ms is printed as 1 s, not as 1000 ms */
#define MANY(array) (sizeof(array) / sizeof *(array))

/* A step, and how large a value must be to be told in it: "90 s" is easier than "1.5 min". */
struct step {
    const char *name;
    double size, from; /* both in the unit of the ladder */
};

static const struct step memory[] = {
    {"KB", 0x1p-10, 0}, {"MB", 1, 1}, {"GB", 0x1p10, 0x1p10}, {"TB", 0x1p20, 0x1p20}};
static const struct step times[] = {{"us", 1e-6, 0},       {"ms", 1e-3, 1e-3},
                                    {"s", 1, 1},           {"min", 60, 120},
                                    {"h", 3600, 2 * 3600}, {"d", 86400, 2 * 86400}};
static const struct step counts[] = {{"", 1, 0}, {"k", 1e3, 1e5}, {"M", 1e6, 1e6}, {"G", 1e9, 1e9}};

/* A unit that values come in: so many of its ladder's unit. */
static const struct {
    const char *name;
    const struct step *ladder;
    size_t steps;
    double size;
} known[] = {
    {"KB", memory, MANY(memory), 0x1p-10}, {"MB", memory, MANY(memory), 1},
    {"GB", memory, MANY(memory), 0x1p10},  {"pages", memory, MANY(memory), 0x1p-8},
    {"ms", times, MANY(times), 1e-3},      {"s", times, MANY(times), 1},
    {"min", times, MANY(times), 60},
};

static const struct step *step_for(const struct step *ladder, size_t steps, double value)
{
    const struct step *step = ladder;
    value = fabs(value) * ROUNDING;
    for (size_t i = 1; i < steps && value >= ladder[i].from; i++)
        step = &ladder[i];
    return step;
}

struct sim_unit sim_unit_for(double value, const char *unit)
{
    if (strcmp(unit, "%") == 0)
        return (struct sim_unit){1, "", "%"};
    if (strstr(unit, "..") != NULL) /* the range of a code */
        return (struct sim_unit){1, "", ""};
    for (size_t i = 0; i < MANY(known); i++) {
        if (strcmp(unit, known[i].name) != 0)
            continue;
        if (value == 0) /* needs no other unit than its own; pages have none */
            return (struct sim_unit){1, strcmp(unit, "pages") == 0 ? "MB" : unit, ""};
        const struct step *step = step_for(known[i].ladder, known[i].steps, value * known[i].size);
        return (struct sim_unit){step->size / known[i].size, step->name, ""};
    }
    const struct step *step = step_for(counts, MANY(counts), value);
    return (struct sim_unit){step->size, unit, step->name};
}

/* Decimals that give a number of this size so many significant digits. */
static int decimals_of(double size, int digits)
{
    int before = size > 0 ? (int)floor(log10(size)) + 1 : 1;
    return before < digits ? digits - before : 0;
}

/* Drops what says nothing: "1.20" is "1.2", "8.00" is "8", "-0" is "0". */
static void trim(char *text)
{
    size_t length = strlen(text);
    if (strchr(text, '.') != NULL) {
        while (text[length - 1] == '0')
            length--;
        length -= text[length - 1] == '.';
        text[length] = '\0';
    }
    if (strcmp(text, "-0") == 0)
        strcpy(text, "0");
}

const char *sim_quantity_number(char text[SIM_QUANTITY_BYTES], double value, struct sim_unit unit)
{
    double number = value / unit.one;
    if (isnan(value))
        return strcpy(text, "-");
    if (!isfinite(number))
        return strcpy(text, number > 0 ? "infinite" : "-infinite");
    if (fabs(number) < 1e-6 || fabs(number) >= 1e15)
        snprintf(text, SIM_QUANTITY_BYTES - 4, "%.3g", number);
    else
        snprintf(text, SIM_QUANTITY_BYTES - 4, "%.*f", decimals_of(fabs(number), 3), number);
    if (strchr(text, 'e') == NULL)
        trim(text);
    return strcat(text, unit.mark);
}

static const char *name_add(char text[SIM_QUANTITY_BYTES], const char *name)
{
    size_t length = strlen(text);
    if (name[0] != '\0')
        snprintf(text + length, SIM_QUANTITY_BYTES - length, " %s", name);
    return text;
}

const char *sim_quantity(char text[SIM_QUANTITY_BYTES], double value, const char *unit)
{
    struct sim_unit in = sim_unit_for(value, unit);
    sim_quantity_number(text, value, in);
    return isfinite(value) ? name_add(text, in.name) : text;
}

const char *sim_quantity_interval_number(char text[SIM_QUANTITY_BYTES], double value, double half,
                                         struct sim_unit unit)
{
    char number[SIM_QUANTITY_BYTES];
    if (isnan(value) || !isfinite(half))
        return sim_quantity_number(text, value, unit);
    double size = fabs(value / unit.one), own = half / unit.one;
    if (own == 0 || size >= 1e12) {
        sim_quantity_number(number, value, unit);
        snprintf(text, SIM_QUANTITY_BYTES, "%.30s +- %s", number, own == 0 ? "0" : "?");
        return text;
    }
    /* A half far below the value would give it digits that nobody reads. */
    int decimals = decimals_of(own, 2), most = decimals_of(fmax(size, own), 5);
    decimals = decimals > most ? most : decimals;
    bool is_zero = size < 0.5 * pow(10, -decimals); /* not "-0" */
    snprintf(text, SIM_QUANTITY_BYTES, "%.*f%s +- %.*f%s", decimals, is_zero ? 0 : value / unit.one,
             unit.mark, decimals, own, unit.mark);
    return text;
}

const char *sim_quantity_interval(char text[SIM_QUANTITY_BYTES], double value, double half,
                                  const char *unit)
{
    struct sim_unit in = sim_unit_for(value, unit);
    sim_quantity_interval_number(text, value, half, in);
    return isfinite(value) ? name_add(text, in.name) : text;
}
