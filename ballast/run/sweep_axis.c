/*
 * Lists and ranges of values.
 *
 * The hazard is a range that is not what was written: a last value that is lost to rounding, or a
 * value 0.30000000000000004. Ranges are whole numbers with a decimal point, and so are their steps.
 */
#include "ballast/run/sweep_axis.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/quantity_read.h"

#define DIGITS_MOST 15 /* what a double keeps of any decimal number */

enum piece { FIRST, LAST, STEP, PIECES };

/* value / 10^decimals */
struct decimal {
    int64_t value;
    int decimals;
};

struct range {
    const char *text[PIECES]; /* a step that is not given is "1", or "1" with a unit */
    const char *unit;         /* "": none */
    struct decimal at[PIECES];
};

/* ---- Decimal numbers ---------------------------------------------------------------------- */

/* `text` is a number without an exponent. */
static bool decimal_read(const char *text, struct decimal *decimal)
{
    bool is_negative = *text == '-', behind_point = false;
    int digits = 0;
    *decimal = (struct decimal){0};
    for (text += strspn(text, "+-"); *text != '\0'; text++) {
        if (*text == '.') {
            behind_point = true;
            continue;
        }
        decimal->value = decimal->value * 10 + (*text - '0');
        decimal->decimals += behind_point;
        digits += digits > 0 || *text != '0';
        if (digits > DIGITS_MOST || decimal->decimals > DIGITS_MOST)
            return false;
    }
    decimal->value = is_negative ? -decimal->value : decimal->value;
    return true;
}

/* With so many decimals, at least those that it has. False: too large. */
static bool decimal_widen(struct decimal *decimal, int decimals)
{
    for (; decimal->decimals < decimals; decimal->decimals++)
        if (__builtin_mul_overflow(decimal->value, 10, &decimal->value))
            return false;
    return true;
}

static const char *decimal_text(struct decimal decimal, const char *unit, struct sim_memory *memory)
{
    int64_t whole = 1;
    while (decimal.decimals > 0 && decimal.value % 10 == 0) {
        decimal.value /= 10;
        decimal.decimals--;
    }
    for (int i = 0; i < decimal.decimals; i++)
        whole *= 10;
    int64_t size = llabs(decimal.value);
    const char *sign = decimal.value < 0 ? "-" : "";
    if (decimal.decimals == 0)
        return sim_memory_text(memory, "%s%" PRId64 "%s", sign, size, unit);
    return sim_memory_text(memory, "%s%" PRId64 ".%0*" PRId64 "%s", sign, size / whole,
                           decimal.decimals, size % whole, unit);
}

/* ---- Ranges ------------------------------------------------------------------------------- */

/* False: the text is no range of numbers, but perhaps a value with a colon in it. */
static bool range_split(const char *text, struct range *range, struct sim_memory *memory)
{
    char *rest = (char *)sim_memory_text(memory, "%s", text);
    uint32_t count = 0;
    while (rest != NULL) {
        const char *piece = strsep(&rest, ":");
        if (count == PIECES || sim_quantity_number_length(piece) == 0)
            return false;
        range->text[count++] = piece;
    }
    if (count < 2)
        return false;
    range->unit = "";
    for (uint32_t i = 0; i < count; i++) {
        const char *unit = range->text[i] + sim_quantity_number_length(range->text[i]);
        if (*unit != '\0')
            range->unit = unit;
    }
    if (count == 2)
        range->text[STEP] = "1";
    return true;
}

static int refuse(const char *option, const char *key, const char *expected, const char *found,
                  struct sim_error *error)
{
    return sim_error_set(error, SIM_USAGE, "%s %s: expected %s, found '%s'", option, key, expected,
                         found);
}

static int range_read(const char *option, const char *key, struct range *range,
                      struct sim_memory *memory, struct sim_error *error)
{
    int decimals = 0;
    for (uint32_t i = 0; i < PIECES; i++) {
        const char *text = range->text[i];
        size_t length = sim_quantity_number_length(text);
        double value;
        if (sim_quantity_read(text, range->unit, &value) != SIM_QUANTITY_OK)
            return refuse(option, key, "a range with units of one kind", text, error);
        bool is_plain = strcspn(text, "eE") >= length;
        bool is_in_unit = text[length] == '\0' || strcmp(text + length, range->unit) == 0;
        const char *number = is_plain && is_in_unit
                                 ? sim_memory_text(memory, "%.*s", (int)length, text)
                                 : sim_memory_text(memory, "%.15g", value);
        if (strpbrk(number, "eE") != NULL || !decimal_read(number, &range->at[i]))
            return refuse(option, key, "numbers of at most 15 digits", text, error);
        decimals = range->at[i].decimals > decimals ? range->at[i].decimals : decimals;
    }
    for (uint32_t i = 0; i < PIECES; i++)
        if (!decimal_widen(&range->at[i], decimals))
            return refuse(option, key, "numbers of at most 15 digits", range->text[i], error);
    return SIM_OK;
}

static int range_values(const char *option, const char *text, const struct range *range,
                        struct sweep_axis *axis, struct sim_error *error)
{
    int64_t first = range->at[FIRST].value, step = range->at[STEP].value, way;
    if (__builtin_sub_overflow(range->at[LAST].value, first, &way) || step == 0 ||
        (way != 0 && (way > 0) != (step > 0)))
        return refuse(option, axis->key, "a step that leads from the first value to the last", text,
                      error);
    uint64_t count = (uint64_t)(way / step) + 1;
    if (count > SWEEP_VALUES_MOST)
        return sim_error_set(error, SIM_USAGE, "%s %s: expected at most %u values, found %" PRIu64,
                             option, axis->key, SWEEP_VALUES_MOST, count);
    axis->count = (uint32_t)count;
    axis->values = sim_memory_get(&axis->memory, axis->count * sizeof *axis->values);
    for (uint32_t i = 0; i < axis->count; i++) {
        struct decimal value = {first + i * step, range->at[FIRST].decimals};
        axis->values[i] = decimal_text(value, range->unit, &axis->memory);
    }
    return SIM_OK;
}

/* ---- Axes --------------------------------------------------------------------------------- */

static int list_values(const char *option, const char *text, struct sweep_axis *axis,
                       struct sim_error *error)
{
    char *rest = (char *)sim_memory_text(&axis->memory, "%s", text);
    uint32_t count = 1;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == ',';
    axis->values = sim_memory_get(&axis->memory, count * sizeof *axis->values);
    while (rest != NULL) {
        const char *value = strsep(&rest, ",");
        if (*value == '\0')
            return refuse(option, axis->key, "a value before and behind each comma", text, error);
        axis->values[axis->count++] = value;
    }
    return SIM_OK;
}

int sweep_axis_make(const char *option, const char *text, struct sweep_axis *axis,
                    struct sim_error *error)
{
    struct range range;
    size_t length = strcspn(text, "=");
    *axis = (struct sweep_axis){0};
    if (text[length] == '\0' || length == 0 || text[length + 1] == '\0')
        return sim_error_set(error, SIM_USAGE,
                             "%s: expected key=value,value,... or key=first:last:step, found '%s'",
                             option, text);
    axis->key = sim_memory_text(&axis->memory, "%.*s", (int)length, text);
    const char *values = text + length + 1;
    if (!range_split(values, &range, &axis->memory))
        return list_values(option, values, axis, error);
    int status = range_read(option, axis->key, &range, &axis->memory, error);
    return status == SIM_OK ? range_values(option, values, &range, axis, error) : status;
}

void sweep_axis_fini(struct sweep_axis *axis)
{
    sim_memory_free(&axis->memory);
    *axis = (struct sweep_axis){0};
}
