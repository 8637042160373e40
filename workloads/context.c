/*
 * A configuration may stand anywhere and names its files from there, not from the folder in which
 * the program happens to run.
 */
#include "workloads/context.h"

#include <stdio.h>
#include <string.h>

char *wl_path_new(const struct wl_context *context, const char *file)
{
    char *path;

    if (file[0] == '/' || !context->base_dir)
        return strdup(file);
    return asprintf(&path, "%s/%s", context->base_dir, file) < 0 ? NULL : path;
}

void wl_random_init(const struct wl_context *context, const char *purpose,
                    struct sim_random *random)
{
    char stream[100];

    snprintf(stream, sizeof stream, "vm.%s.%s", context->vm_name, purpose);
    sim_random_init(random, context->seed, context->replicate, stream);
}

int wl_no_memory(const struct wl_context *context, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "VM %s: no memory for its workload", context->vm_name);
}
