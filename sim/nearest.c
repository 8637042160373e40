/*
 * The optimal string alignment distance, row by row. Names are short; longer ones than LETTERS_MOST
 * are never near, so that the rows fit on the stack.
 */
#include "sim/nearest.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LETTERS_MOST = 63 };

static char folded(char letter)
{
    if (letter >= 'A' && letter <= 'Z')
        return (char)(letter - 'A' + 'a');
    return letter == '-' ? '_' : letter;
}

static bool same_letter(char a, char b)
{
    return folded(a) == folded(b);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Is the longer name the shorter one with a unit behind it? */
static bool differs_by_unit(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0' && same_letter(*a, *b)) {
        a++;
        b++;
    }
    return (*a == '\0' && folded(*b) == '_') || (*b == '\0' && folded(*a) == '_');
}

static uint32_t edits(const char *a, uint32_t a_length, const char *b, uint32_t b_length)
{
    /* rows[i % 3][j]: edits from the first i letters of a to the first j letters of b. */
    uint32_t rows[3][LETTERS_MOST + 1];

    for (uint32_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (uint32_t i = 1; i <= a_length; i++) {
        uint32_t *row = rows[i % 3];
        const uint32_t *above = rows[(i - 1) % 3], *second_above = rows[(i + 1) % 3];
        row[0] = i;
        for (uint32_t j = 1; j <= b_length; j++) {
            uint32_t replaced = above[j - 1] + !same_letter(a[i - 1], b[j - 1]);
            row[j] = smaller(replaced, smaller(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1]))
                row[j] = smaller(row[j], second_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

void sim_nearest_begin(struct sim_nearest *nearest, const char *name)
{
    *nearest = (struct sim_nearest){.name = name, .distance = UINT32_MAX};
}

void sim_nearest_offer(struct sim_nearest *nearest, const char *candidate)
{
    size_t name_length = strlen(nearest->name), length = strlen(candidate);
    if (name_length > LETTERS_MOST || length > LETTERS_MOST)
        return;
    uint32_t a = (uint32_t)name_length, b = (uint32_t)length;
    uint32_t most = ((a > b ? a : b) + 1) / 3;
    uint32_t distance = edits(nearest->name, a, candidate, b);
    if (a > 0 && b > 0 && distance > 1 && differs_by_unit(nearest->name, candidate))
        distance = 1;
    if (distance <= most && distance < nearest->distance) {
        nearest->best = candidate;
        nearest->distance = distance;
    }
}

const char *sim_nearest(const char *name, const char *const *names, uint32_t count)
{
    struct sim_nearest nearest;

    sim_nearest_begin(&nearest, name);
    for (uint32_t i = 0; i < count; i++)
        sim_nearest_offer(&nearest, names[i]);
    return nearest.best;
}

const char *sim_nearest_hint(char hint[SIM_HINT_BYTES], const char *best)
{
    hint[0] = '\0';
    if (best != NULL)
        snprintf(hint, SIM_HINT_BYTES, " (did you mean '%.*s'?)", LETTERS_MOST, best);
    return hint;
}
