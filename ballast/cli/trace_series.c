/*
 * `ballast trace series`: statistics that a hypervisor printed, made into a series that a workload
 * can follow (`activity: FILE.csv`).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/cli/reader_notes.h"
#include "ballast/cli/trace.h"
#include "traces/counters/counters.h"

static void print_heading(const struct tr_counters *counters, const char *metric, FILE *out)
{
    fprintf(out, "# MB, %s\nt_s", metric);
    for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++)
        fprintf(out, ",%s", tr_counters_vm(counters, vm));
    fputc('\n', out);
}

/* A VM that has no sample at a time has an empty cell. */
static int write_series(struct tr_counters *counters, const char *metric, FILE *out,
                        struct sim_error *error)
{
    double *mb = calloc(tr_counters_vms(counters), sizeof *mb), t_s;
    if (!mb)
        return sim_error_set(error, SIM_SYSTEM, "trace series: no memory");
    print_heading(counters, metric, out);
    while (tr_counters_next(counters, &t_s, mb)) {
        fprintf(out, "%.10g", t_s);
        for (uint32_t vm = 0; vm < tr_counters_vms(counters); vm++) {
            if (isnan(mb[vm]))
                fputc(',', out);
            else
                fprintf(out, ",%.10g", mb[vm]);
        }
        fputc('\n', out);
    }
    free(mb);
    return SIM_OK;
}

/* If an error occurs, no file is left. */
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

static int series(void *values, const struct command_line *line, struct sim_error *error)
{
    const struct tr_counters_options *options = values;
    struct tr_counters *counters;
    int status = tr_counters_open(line->operands[0], options, &counters, error);
    if (status != SIM_OK)
        return status;
    status = line->count == 2 ? write_file(counters, options->metric, line->operands[1], error)
                              : write_series(counters, options->metric, stdout, error);
    uint32_t left_out = tr_counters_left_out(counters);
    if (status == SIM_OK)
        reader_notes_print(line->operands[0], tr_counters_notes(counters));
    if (status == SIM_OK && left_out > 0)
        fprintf(stderr, "ballast: note: %u of %u VMs have no counter for '%s' and are left out\n",
                left_out, left_out + tr_counters_vms(counters), options->metric);
    tr_counters_close(counters);
    return status;
}

static const char *const units[] = {"MB", "KiB", "bytes", "pages", NULL};

static const struct option_row rows[] = {
    {.name = "metric",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(tr_counters_options, metric),
     .fallback = "active",
     .help = "active, size, used, granted, target, or a counter's own name"},
    {.name = "vm",
     .type = OPTION_TEXT,
     .argument = "NAME",
     OPTION_IN(tr_counters_options, vm),
     .help = "of a file that names several VMs, only this one; the name of the VM of a file that "
             "names none, which is vm unless given"},
    {.name = "unit",
     .type = OPTION_WORD,
     OPTION_IN(tr_counters_options, unit),
     .words = units,
     .help = "the unit of a counter that is not known"},
};

const struct command command_trace_series = {
    .name = "trace series",
    .operands = "STATISTICS [OUTPUT.csv]",
    .least = 1,
    .most = 2,
    .expected = "a file of statistics and perhaps an output",
    .summary = "Makes a hypervisor's statistics into a series that a workload follows",
    .text =
        "Writes the MB of each VM over time, for the key `activity` of a workload. Statistics are\n"
        "what these print, plain or compressed:\n\n"
        "  esxtop -b, also cut down by relog; PowerCLI's Get-Stat | Export-Csv; charts of vCenter\n"
        "  Hyper-V: counters of `Hyper-V Dynamic Memory VM` as CSV of perfmon or typeperf\n"
        "  virsh dommemstat, virsh domstats, KSM, /proc/meminfo: each block behind a line of\n"
        "      `date +%s`, with a line of the VM's name where there are several\n"
        "  Proxmox: pvesh get /nodes/NODE/qemu/VMID/rrddata --output-format json\n"
        "  Prometheus: the answer of /api/v1/query_range, one series for each VM\n"
        "  sysstat: sar -r, sadf -d -- -r, sadf -j -- -r\n\n"
        "A sample that is missing is left out and counted; its cell stays empty.\n",
    .examples = "  ballast trace series esxtop.csv activity.csv\n"
                "  ballast trace series dommemstat.log size.csv --metric size --vm web\n",
    .groups = COMMAND_OPTIONS(rows),
    .bytes = sizeof(struct tr_counters_options),
    .run = series,
};
