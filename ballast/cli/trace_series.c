/*
 * `ballast trace series`: statistics that a hypervisor printed, made into a series that a workload
 * can follow (`activity: FILE.csv`).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/command.h"
#include "ballast/cli/trace.h"
#include "traces/counters/counters.h"

static void print_heading(const struct tr_counters *counters, const char *metric, FILE *out)
{
    fprintf(out, "# MB, %s\nt_s", metric);
    for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++)
        fprintf(out, ",%s", tr_counters_vm(counters, vm));
    fputc('\n', out);
}

static int write_series(struct tr_counters *counters, const char *metric, FILE *out,
                        struct sim_error *error)
{
    double *mb = calloc(tr_counters_vms(counters), sizeof *mb), t_s;
    int more = mb ? 1 : -1;
    if (!mb)
        sim_error_set(error, SIM_SYSTEM, "trace series: no memory");
    else
        print_heading(counters, metric, out);
    while (more == 1 && (more = tr_counters_next(counters, &t_s, mb, error)) == 1) {
        fprintf(out, "%.10g", t_s);
        for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++)
            fprintf(out, ",%.10g", mb[vm]);
        fputc('\n', out);
    }
    free(mb);
    return more < 0 ? error->status : SIM_OK;
}

/* The whole file or none. */
static int write_file(struct tr_counters *counters, const char *metric, const char *path,
                      struct sim_error *error)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return sim_error_set(error, SIM_SYSTEM, "%s: cannot be written", path);
    int status = write_series(counters, metric, out, error);
    bool whole = !ferror(out);
    if (fclose(out) != 0 || !whole)
        status = status != SIM_OK ? status
                                  : sim_error_set(error, SIM_SYSTEM, "%s: cannot be written", path);
    if (status != SIM_OK)
        remove(path);
    return status;
}

int trace_series(int argc, char **argv, struct sim_error *error)
{
    enum { METRIC = 1, VM };
    static const struct option options[] = {
        {"metric", required_argument, NULL, METRIC}, {"vm", required_argument, NULL, VM}, {0}};
    const char *metric = "active", *vm = "vm";
    struct tr_counters *counters;
    for (int option; (option = command_option(argc, argv, options, error)) != -1;) {
        if (option == METRIC)
            metric = optarg;
        else if (option == VM)
            vm = optarg;
        else
            return SIM_USAGE;
    }
    if (argc - optind < 1 || argc - optind > 2)
        return sim_error_set(
            error, SIM_USAGE,
            "trace series: expected statistics and perhaps an output, found %d files",
            argc - optind);
    int status = tr_counters_open(argv[optind], metric, vm, &counters, error);
    if (status != SIM_OK)
        return status;
    status = argc - optind == 2 ? write_file(counters, metric, argv[optind + 1], error)
                                : write_series(counters, metric, stdout, error);
    uint32_t left_out = tr_counters_left_out(counters);
    if (status == SIM_OK && left_out > 0)
        fprintf(stderr, "ballast: note: %u of %u VMs have no counter for '%s' and are left out\n",
                left_out, left_out + tr_counters_vms(counters), metric);
    tr_counters_close(counters);
    return status;
}
