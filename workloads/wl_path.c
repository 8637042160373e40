/*
 * Where a workload's file lies: a configuration may stand anywhere and names its files from there,
 * not from the folder in which the program happens to run.
 */
#include "workloads/wl_path.h"

#include <stdio.h>
#include <string.h>

char *wl_path_new(const struct wl_context *context, const char *file)
{
    char *path;

    if (file[0] == '/' || !context->base_dir)
        return strdup(file);
    return asprintf(&path, "%s/%s", context->base_dir, file) < 0 ? NULL : path;
}
