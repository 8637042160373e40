/*
 * What every workload takes from its context when it starts. Internal to this folder.
 */
#ifndef WORKLOADS_CONTEXT_H
#define WORKLOADS_CONTEXT_H

#include "models/guest/guest.h"
#include "sim/random.h"
#include "workloads/wl.h"

/* A time in nanoseconds, computed as a real number. A slow rate can make it larger than 64 bits
 * hold: it is then cut to one that lies behind the end of every run, with room to add to it. */
static inline uint64_t wl_ns(double ns)
{
    return ns < 0x1p62 ? (uint64_t)ns : UINT64_C(1) << 62;
}

/* At least 1. */
static inline uint32_t wl_page_scale(const struct wl_context *context)
{
    return context->page_scale > 0 ? context->page_scale : 1;
}

static inline double wl_pages_per_mb(const struct wl_context *context)
{
    return (double)(1 << 20) / GUEST_PAGE_SIZE / wl_page_scale(context);
}

/* Where a file of the configuration lies: a relative name counts from the configuration's folder,
 * if there is one. To be freed; NULL: no memory. */
char *wl_path_new(const struct wl_context *context, const char *file);

/* A random stream of this VM alone: vm.NAME.PURPOSE. */
void wl_random_init(const struct wl_context *context, const char *purpose,
                    struct sim_random *random);

int wl_no_memory(const struct wl_context *context, struct sim_error *error); /* SIM_SYSTEM */

#endif
