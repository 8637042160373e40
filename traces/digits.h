/*
 * Decimal numbers in text that other programs wrote, exact to the last digit. Internal to this
 * folder and its rooms.
 */
#ifndef TR_DIGITS_H
#define TR_DIGITS_H

#include <stdint.h>

/* Reads one or more digits at the start of `text` into *number. Returns what follows them; NULL if
 * there are none, or the number could exceed 64 bits. */
const char *tr_digits(const char *text, uint64_t *number);

/* The same for a time in units of `unit_ns` (a power of ten), which may have a fraction after a
 * point: *ns is exact, digits below a nanosecond are dropped. */
const char *tr_digits_time(const char *text, uint64_t unit_ns, uint64_t *ns);

#endif
