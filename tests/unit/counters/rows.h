/*
 * A file of statistics, made here and read to its end, as one line of text.
 */
#ifndef TESTS_UNIT_COUNTERS_ROWS_H
#define TESTS_UNIT_COUNTERS_ROWS_H

#include <math.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/counters/counters.h"

/* "web,db_2: 0 30.5 100: 5 31.5 -" for two VMs at two times; a dash is a missing sample. Behind
 * that,
 * "; 2 missing, 1 passed" where samples are left out or lines passed over. */
static inline int rows_describe(const char *file, const struct tr_counters_options *options,
                                char *text, size_t bytes, struct sim_error *error)
{
    struct files files;
    struct tr_counters *counters;
    double mb[8], t_s;
    size_t used = 0;
    files_init(&files);
    const char *path = files_path(&files, "s");
    file_put(path, file, strlen(file));
    int status = tr_counters_open(path, options, &counters, error);
    text[0] = '\0';
    for (uint32_t vm = 0; status == SIM_OK && vm < tr_counters_vms(counters); vm++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", vm > 0 ? "," : "",
                                 tr_counters_vm(counters, vm));
    while (status == SIM_OK && tr_counters_next(counters, &t_s, mb)) {
        used += (size_t)snprintf(text + used, bytes - used, ": %g", t_s);
        for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++)
            used += (size_t)(isnan(mb[vm]) ? snprintf(text + used, bytes - used, " -")
                                           : snprintf(text + used, bytes - used, " %g", mb[vm]));
    }
    if (status == SIM_OK && tr_counters_left_out(counters) > 0)
        used += (size_t)snprintf(text + used, bytes - used, "; %u without",
                                 tr_counters_left_out(counters));
    if (status == SIM_OK && tr_counters_notes(counters)->left_out > 0)
        used += (size_t)snprintf(text + used, bytes - used, "; %u missing",
                                 (unsigned)tr_counters_notes(counters)->left_out);
    if (status == SIM_OK && tr_counters_notes(counters)->passed_over > 0)
        snprintf(text + used, bytes - used, "; %u passed",
                 (unsigned)tr_counters_notes(counters)->passed_over);
    tr_counters_close(counters);
    files_fini(&files);
    return status;
}

static inline void check_rows_of(const char *file, const char *metric, const char *vm,
                                 const char *expected)
{
    struct tr_counters_options options = {.metric = metric, .vm = vm};
    struct sim_error error = {0};
    char text[300];
    CHECK_EQ(rows_describe(file, &options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
}

static inline void check_rows(const char *file, const char *metric, const char *expected)
{
    check_rows_of(file, metric, NULL, expected);
}

static inline void check_refused(const char *file, const char *metric, const char *why)
{
    struct tr_counters_options options = {.metric = metric};
    struct sim_error error = {0};
    char text[300];
    CHECK_EQ(rows_describe(file, &options, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
}

#endif
