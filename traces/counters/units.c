/*
 * The units of counters.
 *
 * The hazard is a unit that is guessed: pages that are taken for KiB are a quarter of what they
 * are. So a counter that is in none of these rows has no unit, and the user is asked.
 */
#include "traces/counters/units.h"

#include <string.h>
#include <strings.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* The first row that fits counts. A star stands for any text, at the beginning or at the end. */
static const struct {
    const char *counter;
    enum counters_unit unit;
} known[] = {
    /* The kernel's KSM: Documentation/admin-guide/mm/ksm.rst. */
    {"pages_shared", UNIT_PAGES},
    {"pages_sharing", UNIT_PAGES},
    {"pages_unshared", UNIT_PAGES},
    {"pages_volatile", UNIT_PAGES},
    {"ksm_zero_pages", UNIT_PAGES},
    {"general_profit", UNIT_BYTES},
    {"pages_skipped", UNIT_COUNT},
    {"pages_scanned", UNIT_COUNT},
    {"pages_to_scan", UNIT_COUNT},
    {"full_scans", UNIT_COUNT},
    {"max_page_sharing", UNIT_COUNT},
    {"merge_across_nodes", UNIT_COUNT},
    {"run", UNIT_COUNT},
    {"smart_scan", UNIT_COUNT},
    {"use_zero_pages", UNIT_COUNT},
    {"stable_node_chains", UNIT_COUNT},
    {"stable_node_dups", UNIT_COUNT},
    {"advisor_*", UNIT_COUNT},
    {"*_millisecs", UNIT_TIME},
    /* libvirt: virsh(1), dommemstat and domstats --balloon, without "balloon.". */
    {"actual", UNIT_KIB},
    {"maximum", UNIT_KIB},
    {"available", UNIT_KIB},
    {"unused", UNIT_KIB},
    {"usable", UNIT_KIB},
    {"rss", UNIT_KIB},
    {"disk_caches", UNIT_KIB},
    {"swap_in", UNIT_COUNT}, /* KiB since the guest's start: no amount at a time */
    {"swap_out", UNIT_COUNT},
    {"major_fault", UNIT_COUNT},
    {"minor_fault", UNIT_COUNT},
    {"hugetlb_pgalloc", UNIT_COUNT},
    {"hugetlb_pgfail", UNIT_COUNT},
    {"last_update", UNIT_TIME},
    /* Xen: xl list, xentop. */
    {"Mem", UNIT_MB},
    {"MEM(k)", UNIT_KIB},
    /* Proxmox: rrddata of VMs and nodes. */
    {"mem", UNIT_BYTES},
    {"maxmem", UNIT_BYTES},
    {"memhost", UNIT_BYTES},
    {"memused", UNIT_BYTES},
    {"memtotal", UNIT_BYTES},
    {"memavailable", UNIT_BYTES},
    {"swapused", UNIT_BYTES},
    {"swaptotal", UNIT_BYTES},
    {"balloon", UNIT_BYTES},
    {"cpu", UNIT_COUNT},
    {"maxcpu", UNIT_COUNT},
    {"diskread", UNIT_RATE},
    {"diskwrite", UNIT_RATE},
    {"netin", UNIT_RATE},
    {"netout", UNIT_RATE},
    /* sysstat: sar(1). */
    {"kb*", UNIT_KIB},
    {"%*", UNIT_PERCENT},
    /* esxtop. */
    {"*/sec", UNIT_RATE},
    {"*MBytes", UNIT_MB},
    {"*KBytes", UNIT_KIB},
    {"*Percent", UNIT_PERCENT},
    {"*Pressure", UNIT_PERCENT},
    /* Hyper-V: "Hyper-V Dynamic Memory VM", and Get-VM's members. */
    {"Physical Memory", UNIT_MB},
    {"Guest Visible Physical Memory", UNIT_MB},
    {"Guest Available Memory", UNIT_MB},
    {"Available Memory", UNIT_MB},
    {"Added Memory", UNIT_COUNT}, /* MB since the VM's start */
    {"Removed Memory", UNIT_COUNT},
    {"MemoryAssigned", UNIT_BYTES},
    {"MemoryDemand", UNIT_BYTES},
    {"MemoryStartup", UNIT_BYTES},
    {"MemoryMinimum", UNIT_BYTES},
    {"MemoryMaximum", UNIT_BYTES},
    /* Exporters of Prometheus: its naming conventions. */
    {"*_total", UNIT_COUNT},
    {"*_bytes", UNIT_BYTES},
    {"*_percent", UNIT_PERCENT},
    {"*_ratio", UNIT_PERCENT},
    {"*_seconds", UNIT_TIME},
    /* vCenter's names; a file that has units of its own goes before. */
    {"mem.usage.*", UNIT_PERCENT},
    {"mem.latency.*", UNIT_PERCENT},
    {"mem.state.*", UNIT_COUNT},
    {"mem.swapin.*", UNIT_COUNT}, /* KB since the VM's start */
    {"mem.swapout.*", UNIT_COUNT},
    {"mem.totalmb.*", UNIT_MB},
    {"mem.reservedCapacity.*", UNIT_MB},
    {"mem.*Rate.*", UNIT_RATE},
    {"mem.*", UNIT_KIB},
};

static bool fits(const char *pattern, const char *text)
{
    size_t length = strlen(pattern), all = strlen(text);
    const char *star = strchr(pattern, '*');

    if (!star)
        return strcmp(pattern, text) == 0;
    size_t before = (size_t)(star - pattern), after = length - before - 1;
    if (after > 0 && pattern[length - 1] == '*') { /* a star in the middle and one at the end */
        const char *middle = star + 1;
        char part[32] = "";
        strncat(part, middle, after - 1);
        return strncmp(pattern, text, before) == 0 && strstr(text + before, part) != NULL;
    }
    return all >= before + after && strncmp(pattern, text, before) == 0 &&
           strcmp(star + 1, text + all - after) == 0;
}

enum counters_unit counters_unit_of(const char *counter)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        if (fits(known[i].counter, counter))
            return known[i].unit;
    }
    return UNIT_UNKNOWN;
}

enum counters_unit counters_unit_named(const char *text)
{
    static const struct {
        const char *name;
        enum counters_unit unit;
    } names[] = {
        {"MB", UNIT_MB},       {"MiB", UNIT_MB},          {"megaBytes", UNIT_MB},
        {"KB", UNIT_KIB},      {"KiB", UNIT_KIB},         {"kiloBytes", UNIT_KIB},
        {"bytes", UNIT_BYTES}, {"B", UNIT_BYTES},         {"pages", UNIT_PAGES},
        {"%", UNIT_PERCENT},   {"percent", UNIT_PERCENT}, {"number", UNIT_COUNT},
        {"num", UNIT_COUNT},   {"KBps", UNIT_RATE},       {"MBps", UNIT_RATE},
        {"MHz", UNIT_RATE},    {"ms", UNIT_TIME},         {"millisecond", UNIT_TIME},
        {"second", UNIT_TIME}, {"GB", UNIT_GB},           {"GiB", UNIT_GB},
        {"TB", UNIT_TB},       {"TiB", UNIT_TB},
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcasecmp(names[i].name, text) == 0)
            return names[i].unit;
    }
    return UNIT_UNKNOWN;
}

const char *counters_unit_text(enum counters_unit unit)
{
    static const char *const texts[UNITS] = {"a counter of no known unit",
                                             "MB",
                                             "KiB",
                                             "bytes",
                                             "pages",
                                             "GB",
                                             "TB",
                                             "a percentage",
                                             "a count",
                                             "a rate",
                                             "a time"};
    return texts[unit];
}

double counters_unit_mb(enum counters_unit unit)
{
    static const double mb[UNITS] = {0, 1, 1.0 / 1024, 1.0 / 1048576, 1.0 / 256, 1024, 1048576};
    return mb[unit];
}

const struct counters_rule counters_rules[] = {
    {"active", "Touched MBytes", NULL, false},
    {"active", "mem.active.average", NULL, false},
    {"active", "Active", NULL, false},
    {"active", "kbactive", NULL, false},
    {"active", "MemoryDemand", NULL, true},
    {"active", "Physical Memory", "Guest Available Memory", true},
    {"active", "available", "usable", true},
    {"active", "available", "unused", true},
    {"active", "mem", NULL, true},
    {"active", "memused", NULL, true},
    {"used", "Memory Consumed Size MBytes", NULL, false},
    {"used", "mem.consumed.average", NULL, false},
    {"used", "Consumed", NULL, false},
    {"used", "available", "usable", false},
    {"used", "available", "unused", false},
    {"used", "kbmemused", NULL, false},
    {"used", "Physical Memory", "Guest Available Memory", false},
    {"used", "MemTotal", "MemAvailable", false},
    {"used", "mem", NULL, false},
    {"used", "memused", NULL, false},
    {"size", "Memory Size MBytes", NULL, false},
    {"size", "actual", NULL, false},
    {"size", "Mem", NULL, false},
    {"size", "MEM(k)", NULL, false},
    {"size", "maxmem", NULL, false},
    {"size", "memtotal", NULL, false},
    {"granted", "Memory Granted Size MBytes", NULL, false},
    {"size", "Guest Visible Physical Memory", NULL, false},
    {"size", "MemTotal", NULL, false},
    {"granted", "Physical Memory", NULL, false},
    {"granted", "MemoryAssigned", NULL, false},
    {"granted", "mem.granted.average", NULL, false},
    {"granted", "Granted", NULL, false},
    {"target", "Target Size MBytes", NULL, false},
    {0},
};
