/*
 * What is known of counters: their units, and which of them make up a metric. Internal to this
 * folder.
 */
#ifndef TR_COUNTERS_UNITS_H
#define TR_COUNTERS_UNITS_H

#include <stdbool.h>

enum counters_unit {
    UNIT_UNKNOWN,
    UNIT_MB,
    UNIT_KIB,
    UNIT_BYTES,
    UNIT_PAGES, /* of 4,096 bytes */
    UNIT_GB,
    UNIT_TB,
    UNIT_PERCENT, /* from here on: no amount of memory */
    UNIT_COUNT,
    UNIT_RATE,
    UNIT_TIME,
    UNITS,
};

/* The unit of a counter by its name; UNIT_UNKNOWN if nobody knows it. */
enum counters_unit counters_unit_of(const char *counter);
/* The unit by its own name, as PowerCLI, vCenter and --unit write it: "KB", "MB", "%", ... */
enum counters_unit counters_unit_named(const char *text);
/* For messages: "KiB", "a percentage", "a count", ... */
const char *counters_unit_text(enum counters_unit unit);
/* How many MB one of it is; 0: it is no amount of memory. */
double counters_unit_mb(enum counters_unit unit);

/* A metric is one counter, or one less another. */
struct counters_rule {
    const char *metric, *plus, *minus; /* minus: NULL if there is none */
    bool stands_in; /* the counters do not mean the metric, but are the nearest that there is */
};
/* The rules of all metrics, the better ones of a metric first; ends with a metric of NULL. */
extern const struct counters_rule counters_rules[];

#endif
