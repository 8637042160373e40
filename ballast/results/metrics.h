/*
 * The list of metrics: what the tables `series` and `result` of the database hold.
 *
 * The rows stand in metrics.def, which also explains the kinds. This header and metrics.c know
 * names, units and meanings. How a metric is measured is the other half of its row, which only
 * ballast/run expands.
 */
#ifndef BALLAST_METRICS_H
#define BALLAST_METRICS_H

#include <stdbool.h>
#include <stdint.h>

/* The unit of a metric that counts in the unit of the VM's own workload. */
#define METRIC_WORK_UNIT "work/s"

enum metric_id {
#define METRIC_VM(name, unit, kind, series, result, shown, value, meaning) METRIC_##name,
#define METRIC_HOST                                                        METRIC_VM
#define METRIC_SUM                                                         METRIC_VM
#define METRIC_BOTH(name, unit, kind, series, result, shown, vm_value, host_value, meaning)        \
    METRIC_##name,
#include "ballast/results/metrics.def"
#undef METRIC_VM
#undef METRIC_HOST
#undef METRIC_SUM
#undef METRIC_BOTH
    METRIC_COUNT
};

enum metric_kind { METRIC_GAUGE, METRIC_COUNTER, METRIC_RESULT };

enum metric_scope {
    METRIC_OF_VM,
    METRIC_OF_HOST,
    METRIC_OF_BOTH, /* each VM, and the host by a value of its own */
    METRIC_OF_SUM,  /* each VM, and the host by the sum over its VMs */
};

/* When a metric is written to a table: METRIC_WHEN(name, text for people). */
#define METRIC_CONDITIONS(METRIC_WHEN)                                                             \
    METRIC_WHEN(NEVER, "")                                                                         \
    METRIC_WHEN(ALWAYS, "always")                                                                  \
    METRIC_WHEN(SHARING, "if policy.share_enabled")                                                \
    METRIC_WHEN(HOST_SHARING, "if policy.share_enabled, the host's alone")                         \
    METRIC_WHEN(TOUCHED, "if record.touched")                                                      \
    METRIC_WHEN(COLOURS, "if policy.page_colours is above 1")                                      \
    METRIC_WHEN(WRITTEN, "if record.written")                                                      \
    METRIC_WHEN(OPTIMUM, "if record.optimum")                                                      \
    METRIC_WHEN(WORKLOAD, "if the VM has a workload")                                              \
    METRIC_WHEN(RUNS, "if the VM's workload goes in runs, as dbench does")                         \
    METRIC_WHEN(DEVICE_IO, "if a workload makes device I/O")                                       \
    METRIC_WHEN(FAULTS, "if the experiment has faults")                                            \
    METRIC_WHEN(LARGE, "if policy.large_pages is 1")                                               \
    METRIC_WHEN(COMPRESSION, "if policy.compress_cache_bp is above 0")                             \
    METRIC_WHEN(SWAP_MEMORY, "if machine.swap_device compresses")                                  \
    METRIC_WHEN(GUEST_LISTS, "if the guest keeps lists of files and of processes apart")

enum metric_when {
#define METRIC_WHEN(name, text) METRIC_##name,
    METRIC_CONDITIONS(METRIC_WHEN)
#undef METRIC_WHEN
};

/* What a metric of a run is told by. */
enum metric_statistic {
    METRIC_LEVEL, /* mean, peak and last of its samples */
    METRIC_TOTAL, /* what the run came to: of `result`, or else the last sample */
    METRIC_WORK,  /* a rate of work: the mean of `result`, and what is lost against running alone */
};

enum metric_better { METRIC_NEITHER, METRIC_MORE, METRIC_LESS };

struct metric_shown {
    uint32_t rank;     /* lower ones are shown first; 0: only a comparison shows it */
    const char *title; /* at most METRIC_TITLE_MOST letters; NULL where `rank` is 0 */
    enum metric_statistic statistic;
    enum metric_better better;
};
#define METRIC_TITLE_MOST 10u

struct metric {
    const char *name, *unit;
    enum metric_scope scope;
    enum metric_kind kind;
    enum metric_when series, result; /* when it is written to the table of that name */
    struct metric_shown shown;
    const char *meaning;
};
extern const struct metric metrics[METRIC_COUNT];

/* The name of the metric that plays a role for other parts of the program: rows METRIC_ROLE of
 * metrics.def. */
enum metric_role {
    METRIC_ROLE_ALLOCATED, /* of a VM: memory that it has */
    METRIC_ROLE_BALLOON,   /* that its balloon holds */
    METRIC_ROLE_SWAPPED,   /* that the hypervisor has swapped out */
    METRIC_ROLE_FREE,      /* of the host */
    METRIC_ROLES
};
const char *metric_in_role(enum metric_role role);
/* NULL: there is no metric of this name. */
const struct metric *metric_named(const char *name);
/* Its title, or its name where it has none. */
const char *metric_title(const struct metric *metric);
/* That of its row; of one that is not shown, LEVEL for a gauge with samples, else TOTAL. */
enum metric_statistic metric_statistic(const struct metric *metric);

/* Texts for people: "gauge"; "VM", "host" or "VM, host"; "always". */
const char *metric_kind_name(enum metric_kind kind);
const char *metric_kind_meaning(enum metric_kind kind);
const char *metric_scope_name(enum metric_scope scope);
const char *metric_when_text(enum metric_when when);

/* Has each VM a value of it? Has the host? */
bool metric_is_of_vm(const struct metric *metric);
bool metric_is_of_host(const struct metric *metric);

#endif
