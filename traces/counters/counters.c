/*
 * Opening a file of statistics, and what its formats share.
 *
 * The hazards: lines of a megabyte, since esxtop has a column for everything that it knows, and
 * times that do not rise, where two files were joined or a clock was set back.
 */
#include "traces/counters/counters.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "sim/file.h"
#include "traces/counters/parts.h"

/* The last one takes what the others do not recognise. */
static const struct counters_format *const formats[] = {&counters_esxtop, &counters_blocks};

/* ---- For the formats --------------------------------------------------------------------- */

int counters_fail(const struct tr_counters *counters, struct sim_error *error, const char *format,
                  ...)
{
    char what[900];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    sim_error_set(error, SIM_BAD_DATA, "%s:%" PRIu64 ": %s", counters->path, counters->line_number,
                  what);
    return -1;
}

int counters_next_line(struct tr_counters *counters, struct sim_error *error)
{
    size_t length;
    const char *problem;

    if (counters->keeps_line) {
        counters->keeps_line = false;
        return 1;
    }
    int more =
        sim_file_line(counters->file, &counters->line, &counters->line_room, &length, &problem);
    if (more < 0)
        sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", counters->path, problem);
    if (more <= 0)
        return more;
    counters->line_number++;
    if (strlen(counters->line) != length)
        return counters_fail(counters, error, "expected text, found a NUL byte");
    counters->line[strcspn(counters->line, "\r\n")] = '\0';
    return 1;
}

int counters_take_time(struct tr_counters *counters, double at_s, double *t_s,
                       struct sim_error *error)
{
    if (!counters->has_first)
        counters->first_s = at_s;
    else if (!(at_s > counters->last_s))
        return counters_fail(counters, error,
                             "expected a later time than before, %.10g s after the first, found "
                             "%.10g s after it",
                             counters->last_s - counters->first_s, at_s - counters->first_s);
    counters->has_first = true;
    counters->last_s = at_s;
    *t_s = at_s - counters->first_s;
    return 1;
}

int counters_add_vm(struct tr_counters *counters, const char *name, uint32_t column,
                    struct sim_error *error)
{
    if (counters->vm_count == TR_COUNTERS_VMS_MOST)
        return counters_fail(counters, error, "expected at most %u VMs, found more",
                             TR_COUNTERS_VMS_MOST);
    if (!sim_array_reserve(counters->vms, counters->vm_room, counters->vm_count + 1)) {
        sim_error_set(error, SIM_SYSTEM, "%s: no memory for %u VMs", counters->path,
                      counters->vm_count + 1);
        return -1;
    }
    struct counters_vm *vm = &counters->vms[counters->vm_count++];
    snprintf(vm->name, sizeof vm->name, "%s", name);
    vm->column = column;
    return 1;
}

void counters_list(char found[COUNTERS_FOUND_BYTES], const char *name)
{
    size_t length = strlen(found);
    if (strlen(name) < COUNTERS_NAME_BYTES && !strstr(found, name) &&
        length + COUNTERS_NAME_BYTES < COUNTERS_FOUND_BYTES)
        snprintf(found + length, COUNTERS_FOUND_BYTES - length, "%s%s", length > 0 ? ", " : "",
                 name);
}

/* ---- For the user ------------------------------------------------------------------------ */

static int begin(struct tr_counters *counters, const char *vm, struct sim_error *error)
{
    const char *problem;

    counters->file = sim_file_open_stream(counters->path, &problem);
    if (!counters->file) {
        sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", counters->path, problem);
        return -1;
    }
    int more = counters_next_line(counters, error);
    if (more == 0)
        return counters_fail(counters, error, "expected statistics, found an empty file");
    if (more < 0)
        return -1;
    for (size_t i = 0; !counters->format; i++) {
        if (!formats[i]->recognises || formats[i]->recognises(counters->line))
            counters->format = formats[i];
    }
    return counters->format->begin(counters, vm, error);
}

int tr_counters_open(const char *path, const char *metric, const char *vm, struct tr_counters **out,
                     struct sim_error *error)
{
    struct tr_counters *counters = calloc(1, sizeof *counters);
    struct sim_error failure = {0};

    *out = NULL;
    if (!counters || !(counters->path = strdup(path))) {
        free(counters);
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    }
    snprintf(counters->metric, sizeof counters->metric, "%s", metric);
    if (begin(counters, vm ? vm : "vm", &failure) == 1) {
        *out = counters;
        return SIM_OK;
    }
    tr_counters_close(counters);
    if (error)
        *error = failure;
    return failure.status;
}

void tr_counters_close(struct tr_counters *counters)
{
    if (!counters)
        return;
    if (counters->file)
        fclose(counters->file);
    free(counters->vms);
    free(counters->line);
    free(counters->path);
    free(counters);
}

uint32_t tr_counters_vms(const struct tr_counters *counters)
{
    return counters->vm_count;
}

const char *tr_counters_vm(const struct tr_counters *counters, uint32_t vm)
{
    return counters->vms[vm].name;
}

uint32_t tr_counters_left_out(const struct tr_counters *counters)
{
    return counters->groups > counters->vm_count ? counters->groups - counters->vm_count : 0;
}

int tr_counters_next(struct tr_counters *counters, double *t_s, double *mb, struct sim_error *error)
{
    int more = counters->format->next(counters, t_s, mb, error);

    if (more == 0 && !counters->has_first)
        return counters_fail(counters, error, "expected statistics, found none");
    return more;
}
