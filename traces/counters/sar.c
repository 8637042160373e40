/*
 * The text of sysstat's `sar -r`: a line about the host, lines of headings, and a row for each
 * time.
 *
 *     Linux 6.1.0-18-amd64 (web) 	07/23/2026 	_x86_64_	(4 CPU)
 *
 *     12:00:01 AM kbmemfree   kbavail kbmemused  %memused kbbuffers
 *     12:10:01 AM   1000000   1500000   3000000     75.00     20000
 *     Average:      1000000   1500000   3000000     75.00     20000
 *
 * The host's name is the VM's. A restart is a line "LINUX RESTART"; averages are passed over.
 *
 * The hazard is midnight: rows have no date. A time that falls is one of the next day, unless a new
 * line about the host gives the date.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "traces/counters/parts.h"

enum { COLUMNS_MOST = 64 };

struct sar {
    struct tr_counters *counters;
    char host[COUNTERS_NAME_BYTES];
    struct counters_day day;
    char names[COLUMNS_MOST][COUNTERS_NAME_BYTES];
    uint32_t name_count; /* 0: the table is not of memory */
    bool is_heading;     /* the next line with a time is: an empty line stood before it */
};

/* "Linux RELEASE (HOST) DATE ..." */
static bool take_host(struct sar *sar, const char *line)
{
    const char *open = strchr(line, '('), *close = open ? strchr(open, ')') : NULL;
    char date[24] = "";
    double midnight_s;

    if (strncmp(line, "Linux ", 6) != 0 || !close)
        return false;
    snprintf(sar->host, sizeof sar->host, "%.*s", (int)(close - open - 1), open + 1);
    sscanf(close + 1, " %23s", date);
    if (counters_time(date, &sar->counters->style, &midnight_s))
        sar->day = (struct counters_day){.midnight_s = midnight_s};
    return true;
}

/* The time of day at the beginning of a line; returns what follows it, or NULL. */
static const char *take_time(const char *line, double *at_s)
{
    char text[16];
    size_t length = strcspn(line, " \t");
    const char *rest = line + length + strspn(line + length, " \t");
    bool is_half = strncmp(rest, "AM", 2) == 0 || strncmp(rest, "PM", 2) == 0;

    if (!isdigit((unsigned char)line[0]) || length > 8)
        return NULL;
    snprintf(text, sizeof text, "%.*s%.2s", (int)length, line, is_half ? rest : "");
    return counters_clock(text, at_s) ? rest + (is_half ? 2 : 0) : NULL;
}

static void take_headings(struct sar *sar, const char *line)
{
    for (sar->name_count = 0; sar->name_count < COLUMNS_MOST; sar->name_count++) {
        line += strspn(line, " \t");
        size_t length = strcspn(line, " \t");
        if (length == 0)
            break;
        snprintf(sar->names[sar->name_count], COUNTERS_NAME_BYTES, "%.*s", (int)length, line);
        line += length;
    }
}

/* `sar -h` writes 1.5G and 75.0%; the counters count KiB. */
static double number(struct tr_counters *counters, char *text)
{
    static const char units[] = "kMGT";
    size_t length = strlen(text);
    const char *unit = length > 1 ? strchr(units, text[length - 1]) : NULL;
    double factor = 1;

    if (unit || (length > 1 && text[length - 1] == '%'))
        text[length - 1] = '\0';
    for (; unit && unit > units; unit--)
        factor *= 1024;
    return factor * counters_number(text, &counters->style);
}

static int take_row(struct sar *sar, const char *line, double at_s, struct sim_error *error)
{
    char text[32];

    for (uint32_t i = 0; i < sar->name_count; i++) {
        line += strspn(line, " \t");
        size_t length = strcspn(line, " \t");
        snprintf(text, sizeof text, "%.*s", (int)length, line);
        counters_take(sar->counters, sar->names[i], number(sar->counters, text), UNIT_UNKNOWN);
        line += length;
    }
    return counters_end_group(sar->counters, sar->host[0] != '\0' ? sar->host : NULL,
                              counters_day_time(&sar->day, at_s), error);
}

/* `sar -A` prints other tables too, each with headings behind an empty line. */
static int take_timed(struct sar *sar, const char *rest, double at_s, struct sim_error *error)
{
    if (sar->is_heading || strstr(rest, "kbmemfree")) {
        sar->is_heading = false;
        sar->name_count = 0;
        counters_day_time(&sar->day, at_s); /* the interval of the first row begins here */
        if (strstr(rest, "kbmemfree"))
            take_headings(sar, rest);
        return 1;
    }
    return sar->name_count > 0 ? take_row(sar, rest, at_s, error) : 1;
}

static int take_line(struct sar *sar, struct sim_error *error)
{
    struct tr_counters *counters = sar->counters;
    const char *line = counters->line;
    double at_s;
    const char *rest = take_time(line, &at_s);

    sar->is_heading |= line[0] == '\0';
    if (line[0] == '\0' || take_host(sar, line) || strncmp(line, "Average:", 8) == 0 ||
        strstr(line, "LINUX RESTART"))
        return 1;
    if (rest)
        return take_timed(sar, rest, at_s, error);
    tr_notes_pass_over(&counters->notes, counters->line_number,
                       "expected a time and values, found '%.40s'", line);
    return 1;
}

static int read_sar(struct tr_counters *counters, struct sim_error *error)
{
    struct sar *sar = calloc(1, sizeof *sar);
    int more = 1, status = 1;

    if (!sar) {
        sim_error_set(error, SIM_SYSTEM, "%s: no memory", counters->path);
        return -1;
    }
    sar->counters = counters;
    while (status == 1 && (more = counters_next_line(counters, error)) == 1)
        status = take_line(sar, error);
    free(sar);
    return more < 0 ? -1 : status;
}

static bool recognises(const char *text)
{
    return strncmp(text, "Linux ", 6) == 0 && strstr(text, "kbmemfree") != NULL;
}

const struct counters_format counters_sar = {recognises, read_sar};
