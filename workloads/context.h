/*
 * What every workload takes from its context when it starts. Internal to this folder.
 */
#ifndef WORKLOADS_CONTEXT_H
#define WORKLOADS_CONTEXT_H

#include "sim/random.h"
#include "workloads/wl.h"

/* Where a file of the configuration lies: a relative name counts from the configuration's folder,
 * if there is one. To be freed; NULL: no memory. */
char *wl_path_new(const struct wl_context *context, const char *file);

/* A random stream of this VM alone: vm.NAME.PURPOSE. */
void wl_random_init(const struct wl_context *context, const char *purpose,
                    struct sim_random *random);

int wl_no_memory(const struct wl_context *context, struct sim_error *error); /* SIM_SYSTEM */

#endif
