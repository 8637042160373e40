/*
 * Statistics that are known and not read: the message says what prints them, and what to record in
 * their place.
 */
#include <string.h>

#include "traces/counters/parts.h"

const char *counters_refusal(const char *text, size_t count)
{
    static const struct {
        const char *text, *what;
    } known[] = {
        {"procs ----",
         "vmstat's table, which does not say how much memory there is; record `sar -r`, or "
         "`date +%s` and /proc/meminfo in a loop"},
        {"buff/cache", "what `free` prints; record `date +%s` and /proc/meminfo in a loop"},
        {"<rrd",
         "a dump of rrdtool; ask Proxmox for rrddata in JSON (pvesh get ... --output-format json)"},
        {"<html", "a page of HTML; save the statistics themselves, as CSV"},
        {"# HELP ", "a single scrape of an exporter; ask Prometheus for /api/v1/query_range"},
        {"# TYPE ", "a single scrape of an exporter; ask Prometheus for /api/v1/query_range"},
        {"SQLite format 3", "a database; results are for `ballast show`"},
        {"\x96\xd5", "sar's own data; `sadf -d FILE -- -r` makes statistics that are read here"},
        {"damon_aggregated",
         "a recording of DAMON, which is for `ballast trace info` and `convert`"},
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (memmem(text, count, known[i].text, strlen(known[i].text)))
            return known[i].what;
    }
    return tr_input_refusal((const uint8_t *)text, count);
}
