/* Where a workload's file lies. Internal to this folder. */
#ifndef WORKLOADS_WL_PATH_H
#define WORKLOADS_WL_PATH_H

#include "workloads/wl.h"

/* A relative name counts from the configuration's folder, if there is one. To be freed; NULL: no
 * memory. */
char *wl_path_new(const struct wl_context *context, const char *file);

#endif
