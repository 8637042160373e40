/*
 * A file of statistics, made here and read to its end, as one line of text.
 */
#ifndef TESTS_UNIT_COUNTERS_ROWS_H
#define TESTS_UNIT_COUNTERS_ROWS_H

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/counters/counters.h"

/* "web,db_2: 0 30.5 100: 5 31.5 120" for two VMs at two times. */
static inline int rows_describe(const char *file, const char *metric, char *text, size_t bytes,
                                struct sim_error *error)
{
    struct files files;
    struct tr_counters *counters;
    double mb[8], t_s;
    size_t used = 0;
    int more;
    files_init(&files);
    const char *path = files_path(&files, "s");
    file_put(path, file, strlen(file));
    int status = tr_counters_open(path, metric, "vm", &counters, error);
    for (uint32_t vm = 0; status == SIM_OK && vm < tr_counters_vms(counters); vm++)
        used += (size_t)snprintf(text + used, bytes - used, "%s%s", vm > 0 ? "," : "",
                                 tr_counters_vm(counters, vm));
    while (status == SIM_OK && (more = tr_counters_next(counters, &t_s, mb, error)) != 0) {
        if (more < 0) {
            status = error->status;
            break;
        }
        used += (size_t)snprintf(text + used, bytes - used, ": %g", t_s);
        for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++)
            used += (size_t)snprintf(text + used, bytes - used, " %g", mb[vm]);
    }
    if (status == SIM_OK && tr_counters_left_out(counters) > 0)
        snprintf(text + used, bytes - used, ": %u left out", tr_counters_left_out(counters));
    tr_counters_close(counters);
    files_fini(&files);
    return status;
}

static inline void check_rows(const char *file, const char *metric, const char *expected)
{
    struct sim_error error = {0};
    char text[300] = "";
    CHECK_EQ(rows_describe(file, metric, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
}

static inline void check_refused(const char *file, const char *metric, const char *why)
{
    struct sim_error error = {0};
    char text[300];
    CHECK_EQ(rows_describe(file, metric, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
}

#endif
