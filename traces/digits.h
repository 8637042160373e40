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

/* The same for a date and time of ISO 8601, such as 2026-07-23T06:04:05.25+02:00, also with a blank
 * in place of the T: *ns since 1970. Without a zone it is UTC. NULL: it is none. */
const char *tr_digits_date(const char *text, uint64_t *ns);

#endif
