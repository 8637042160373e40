/*
 * The table of metrics, made from metrics.def.
 */
#include "ballast/results/metrics.h"

#include <string.h>

/* What a row says for `shown`, with the braces that its commas need. */
#define HIDDEN                                                                                     \
    {                                                                                              \
        0                                                                                          \
    }
#define SHOWN(rank, title, statistic, better)                                                      \
    {                                                                                              \
        rank, title, METRIC_##statistic, METRIC_##better                                           \
    }

const struct metric metrics[METRIC_COUNT] = {
#define ROW(name, unit, scope, kind, series, result, meaning, ...)                                 \
    [METRIC_##name] = {                                                                            \
        #name,       unit,   METRIC_OF_##scope, METRIC_##kind, METRIC_##series, METRIC_##result,   \
        __VA_ARGS__, meaning},
#define METRIC_VM(name, unit, kind, series, result, shown, value, meaning)                         \
    ROW(name, unit, VM, kind, series, result, meaning, shown)
#define METRIC_HOST(name, unit, kind, series, result, shown, value, meaning)                       \
    ROW(name, unit, HOST, kind, series, result, meaning, shown)
#define METRIC_SUM(name, unit, kind, series, result, shown, value, meaning)                        \
    ROW(name, unit, SUM, kind, series, result, meaning, shown)
#define METRIC_BOTH(name, unit, kind, series, result, shown, vm_value, host_value, meaning)        \
    ROW(name, unit, BOTH, kind, series, result, meaning, shown)
#include "ballast/results/metrics.def"
};
#undef METRIC_VM
#undef METRIC_HOST
#undef METRIC_SUM
#undef METRIC_BOTH

static const char *const names_in_role[METRIC_ROLES] = {
#define METRIC_VM(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_HOST(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_SUM(name, unit, kind, series, result, shown, value, meaning)
#define METRIC_BOTH(name, unit, kind, series, result, shown, vm_value, host_value, meaning)
#define METRIC_ROLE(role, name) [METRIC_ROLE_##role] = #name,
#include "ballast/results/metrics.def"
};

const char *metric_in_role(enum metric_role role)
{
    return names_in_role[role];
}

const struct metric *metric_named(const char *name)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return &metrics[i];
    return NULL;
}

const char *metric_title(const struct metric *metric)
{
    return metric->shown.title != NULL ? metric->shown.title : metric->name;
}

enum metric_statistic metric_statistic(const struct metric *metric)
{
    bool has_level = metric->kind == METRIC_GAUGE && metric->series != METRIC_NEVER;
    if (metric->shown.rank > 0)
        return metric->shown.statistic;
    return has_level ? METRIC_LEVEL : METRIC_TOTAL;
}

const char *metric_kind_name(enum metric_kind kind)
{
    static const char *const names[] = {
        [METRIC_GAUGE] = "gauge", [METRIC_COUNTER] = "counter", [METRIC_RESULT] = "result"};
    return names[kind];
}

const char *metric_kind_meaning(enum metric_kind kind)
{
    static const char *const meanings[] = {
        [METRIC_GAUGE] = "the value at one moment; in `result` when the VM was last on, or the run "
                         "ended",
        [METRIC_COUNTER] = "grows from the first power-on and adds up over all times that the VM "
                           "was on",
        [METRIC_RESULT] = "made once from all of the run, such as a percentage of time",
    };
    return meanings[kind];
}

const char *metric_scope_name(enum metric_scope scope)
{
    static const char *const names[] = {[METRIC_OF_VM] = "VM",
                                        [METRIC_OF_HOST] = "host",
                                        [METRIC_OF_BOTH] = "VM, host",
                                        [METRIC_OF_SUM] = "VM, host"};
    return names[scope];
}

const char *metric_when_text(enum metric_when when)
{
    static const char *const texts[] = {
#define METRIC_WHEN(name, text) [METRIC_##name] = text,
        METRIC_CONDITIONS(METRIC_WHEN)};
    return texts[when];
}

bool metric_is_of_vm(const struct metric *metric)
{
    return metric->scope != METRIC_OF_HOST;
}

bool metric_is_of_host(const struct metric *metric)
{
    return metric->scope != METRIC_OF_VM;
}
