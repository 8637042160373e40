/*
 * Values from text, and text from values.
 */
#include "sim/rows.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/nearest.h"
#include "sim/quantity_read.h"

int sim_row_find(const struct sim_section *section, const char *key)
{
    for (uint32_t i = 0; i < section->count; i++)
        if (strcmp(section->rows[i].key, key) == 0)
            return (int)i;
    return -1;
}

/* ---- Text to value ----------------------------------------------------------------------- */

/* The unit in which a number without one is. A number from 0 to 1 that names none is a share. */
static const char *unit_of(const struct sim_row *row)
{
    if (row->type == SIM_ROW_FRACTION)
        return "fraction";
    if (row->type == SIM_ROW_SECONDS)
        return "s";
    bool is_share = row->type == SIM_ROW_REAL && row->least == 0 && row->most == 1;
    return is_share && row->unit[0] == '\0' ? "fraction" : row->unit;
}

static int refuse(const struct sim_row *row, const struct sim_value *value, const char *expected,
                  struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE, "%s: %s: expected %s, found '%s'", value->origin,
                         row->key, expected, value->text);
}

static int refuse_unit(const struct sim_row *row, const struct sim_value *value,
                       struct sim_error *error)
{
    char expected[SIM_QUANTITY_UNITS_BYTES + 40], units[SIM_QUANTITY_UNITS_BYTES];
    sim_quantity_units(units, unit_of(row));
    if (units[0] == '\0' && isalpha((unsigned char)row->unit[0]))
        snprintf(units, sizeof units, "%s", row->unit);
    snprintf(expected, sizeof expected, "a number%s%s",
             units[0] != '\0' ? ", alone or with " : " alone", units);
    return refuse(row, value, expected, error);
}

static int number_set(const struct sim_row *row, const struct sim_value *value, void *place,
                      struct sim_error *error)
{
    char expected[120];
    bool whole = row->type == SIM_ROW_COUNT;
    double number = INFINITY;
    enum sim_quantity_reading reading = SIM_QUANTITY_OK;

    snprintf(expected, sizeof expected, "a %s from %.10g to %.10g%s",
             whole ? "whole number" : "number", row->least, row->most,
             row->type == SIM_ROW_REAL_OR_NONE ? ", or none" : "");
    bool is_none = row->type == SIM_ROW_REAL_OR_NONE && strcmp(value->text, "none") == 0;
    if (!is_none)
        reading = sim_quantity_read(value->text, unit_of(row), &number);
    if (reading == SIM_QUANTITY_OTHER_UNIT)
        return refuse_unit(row, value, error);
    if (reading != SIM_QUANTITY_OK || (!is_none && (number < row->least || number > row->most)) ||
        (whole && number != floor(number)))
        return refuse(row, value, expected, error);

    switch (row->type) {
    case SIM_ROW_COUNT:
        *(uint32_t *)place = (uint32_t)number;
        break;
    case SIM_ROW_FRACTION:
        *(uint32_t *)place = (uint32_t)lround(number * 1e4);
        break;
    case SIM_ROW_SECONDS:
        *(uint64_t *)place = (uint64_t)llround(number * 1e9);
        break;
    default:
        *(double *)place = number;
    }
    return SIM_OK;
}

static int bool_set(const struct sim_row *row, const struct sim_value *value, bool *place,
                    struct sim_error *error)
{
    if (strcmp(value->text, "yes") == 0 || strcmp(value->text, "true") == 0)
        *place = true;
    else if (strcmp(value->text, "no") == 0 || strcmp(value->text, "false") == 0)
        *place = false;
    else
        return refuse(row, value, "yes or no", error);
    return SIM_OK;
}

/* The name of a choice, copied to `name`; false behind the last one. */
static bool choice_name(const struct sim_row *row, uint32_t number, char name[SIM_NAME_BYTES])
{
    const char *at = row->unit;
    while (number > 0 && *(at += strcspn(at, "|")) != '\0') {
        at++;
        number--;
    }
    int length = snprintf(name, SIM_NAME_BYTES, "%.*s", (int)strcspn(at, "|"), at);
    assert(length >= 0 && length < (int)SIM_NAME_BYTES);
    return number == 0 && length > 0;
}

static int choice_set(const struct sim_row *row, const struct sim_value *value, uint32_t *place,
                      struct sim_error *error)
{
    char names[SIM_CHOICES_MOST][SIM_NAME_BYTES], expected[300] = "", hint[SIM_HINT_BYTES];
    uint32_t count = 0;
    size_t length = 0;
    struct sim_nearest nearest;

    while (count < SIM_CHOICES_MOST && choice_name(row, count, names[count]))
        count++;
    sim_nearest_begin(&nearest, value->text);
    for (uint32_t i = 0; i < count; i++) {
        if (strcmp(value->text, names[i]) == 0) {
            *place = i;
            return SIM_OK;
        }
        sim_nearest_offer(&nearest, names[i]);
        const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";
        if (length < sizeof expected)
            length += (size_t)snprintf(expected + length, sizeof expected - length, "%s%s", between,
                                       names[i]);
    }
    return sim_error_set(error, SIM_USAGE, "%s: %s: expected %s, found '%s'%s", value->origin,
                         row->key, expected, value->text, sim_nearest_hint(hint, nearest.best));
}

static int text_set(const struct sim_row *row, const struct sim_value *value, const char **place,
                    struct sim_memory *memory, struct sim_error *error)
{
    bool name = row->type == SIM_ROW_NAME;
    if (row->required && value->text[0] == '\0')
        return refuse(row, value, "a text", error);
    if (strlen(value->text) >= SIM_ROW_TEXT_BYTES)
        return sim_error_set(error, SIM_USAGE, "%s: %s: expected at most %u bytes, found %zu",
                             value->origin, row->key, SIM_ROW_TEXT_BYTES - 1, strlen(value->text));
    if (name) {
        size_t length = strspn(value->text, "abcdefghijklmnopqrstuvwxyz0123456789_-.");
        if (value->text[length] != '\0' || length >= SIM_NAME_BYTES || value->text[0] == '.')
            return refuse(row, value, "a short name of lower-case letters, digits, '_' and '-'",
                          error);
    }
    *place = sim_memory_text(memory, "%s", value->text);
    return SIM_OK;
}

static int value_set(const struct sim_row *row, const struct sim_value *value, void *place,
                     struct sim_memory *memory, struct sim_error *error)
{
    switch (row->type) {
    case SIM_ROW_BOOL:
        return bool_set(row, value, place, error);
    case SIM_ROW_CHOICE:
        return choice_set(row, value, place, error);
    case SIM_ROW_TEXT:
    case SIM_ROW_FILE:
    case SIM_ROW_NAME:
        return text_set(row, value, place, memory, error);
    default:
        return number_set(row, value, place, error);
    }
}

int sim_section_parse(const struct sim_section *section, const struct sim_values *values,
                      const char *origin, void *base, struct sim_memory *memory,
                      struct sim_error *error)
{
    for (uint32_t i = 0; i < section->count; i++) {
        const struct sim_row *row = &section->rows[i];
        struct sim_value value = values->at[i];
        if (value.text == NULL)
            value = (struct sim_value){row->preset, origin};
        if (value.text == NULL && row->required)
            return sim_error_set(error, SIM_USAGE, "%s: expected the key '%s' (%s), found none",
                                 origin, row->key, row->help);
        if (value.text == NULL)
            continue;
        int status = value_set(row, &value, (char *)base + row->offset, memory, error);
        if (status != SIM_OK)
            return status;
    }
    return SIM_OK;
}

/* ---- Value to text ----------------------------------------------------------------------- */

/* As short as it can be without becoming another number. */
static int real_print(double number, char text[SIM_ROW_TEXT_BYTES])
{
    if (isinf(number))
        return snprintf(text, SIM_ROW_TEXT_BYTES, "none");
    int length = snprintf(text, SIM_ROW_TEXT_BYTES, "%.15g", number);
    return strtod(text, NULL) == number ? length
                                        : snprintf(text, SIM_ROW_TEXT_BYTES, "%.17g", number);
}

bool sim_row_print(const struct sim_row *row, const void *base, char text[SIM_ROW_TEXT_BYTES])
{
    const void *place = (const char *)base + row->offset;
    const size_t bytes = SIM_ROW_TEXT_BYTES;
    int length;

    switch (row->type) {
    case SIM_ROW_COUNT:
        length = snprintf(text, bytes, "%u", *(const uint32_t *)place);
        break;
    case SIM_ROW_FRACTION:
        length = snprintf(text, bytes, "%.10g", *(const uint32_t *)place / 1e4);
        break;
    case SIM_ROW_SECONDS:
        length = snprintf(text, bytes, "%.15g", (double)*(const uint64_t *)place / 1e9);
        break;
    case SIM_ROW_BOOL:
        length = snprintf(text, bytes, "%s", *(const bool *)place ? "yes" : "no");
        break;
    case SIM_ROW_CHOICE: {
        char name[SIM_NAME_BYTES];
        bool known = choice_name(row, *(const uint32_t *)place, name);
        assert(known);
        length = snprintf(text, bytes, "%s", name);
        break;
    }
    case SIM_ROW_TEXT:
    case SIM_ROW_FILE:
    case SIM_ROW_NAME:
        length = snprintf(text, bytes, "%s", *(const char *const *)place);
        break;
    default:
        length = real_print(*(const double *)place, text);
    }
    assert(length >= 0 && (size_t)length < bytes);
    return length > 0;
}

bool sim_row_canonical(const struct sim_row *row, const char *text,
                       char canonical[SIM_ROW_TEXT_BYTES])
{
    union {
        double real;
        uint32_t count;
        uint64_t ns;
        bool flag;
        const char *text;
    } place;
    struct sim_row alone = *row;
    struct sim_memory memory = {0};
    struct sim_value value = {text, ""};
    alone.offset = 0;
    bool is_value = value_set(&alone, &value, &place, &memory, NULL) == SIM_OK;
    if (is_value)
        sim_row_print(&alone, &place, canonical);
    sim_memory_free(&memory);
    return is_value;
}
