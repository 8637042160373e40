/*
 * The list of workloads, and what their checks share.
 */
#include "workloads/wl.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORKLOAD(name) extern const struct wl_row wl_##name;
#include "workloads/workloads.def"
#undef WORKLOAD

const struct wl_row *const wl_rows[] = {
#define WORKLOAD(name) &wl_##name,
#include "workloads/workloads.def"
#undef WORKLOAD
};
const uint32_t wl_row_count = sizeof wl_rows / sizeof wl_rows[0];
_Static_assert(sizeof wl_rows / sizeof wl_rows[0] <= WL_ROWS_MOST, "WL_ROWS_MOST is too small");

/* A VM that does nothing but what its OS does by itself. */
const struct wl_row wl_idle = {.keys = {"idle", NULL, 0}, .scales = true};

const struct wl_row *wl_row_find(const char *name, size_t length)
{
    for (uint32_t i = 0; i < wl_row_count; i++) {
        const char *candidate = wl_rows[i]->keys.name;
        if (strlen(candidate) == length && memcmp(candidate, name, length) == 0)
            return wl_rows[i];
    }
    return NULL;
}

bool wl_refuse(struct wl_problem *problem, const char *key, const char *format, ...)
{
    va_list args;
    problem->key = key;
    va_start(args, format);
    int length = vsnprintf(problem->text, sizeof problem->text, format, args);
    va_end(args);
    assert(length > 0);
    return false;
}

uint32_t wl_process_pages_most(uint32_t memory_pages)
{
    return memory_pages < GUEST_PROCESS_PAGES_MOST ? memory_pages : GUEST_PROCESS_PAGES_MOST;
}

bool wl_fits_mb(struct wl_problem *problem, const char *key, double mb, const struct wl_vm *vm)
{
    uint32_t most_pages = wl_process_pages_most(vm->memory_pages);
    double most_mb = (double)most_pages * GUEST_PAGE_SIZE / (1 << 20);
    if (mb <= most_mb)
        return true;
    return wl_refuse(problem, key, "expected at most %s (%.10g), found %.10g",
                     most_pages < vm->memory_pages ? "the MB of one process"
                                                   : "memory_mb of the VM",
                     most_mb, mb);
}

bool wl_fits_pages(struct wl_problem *problem, const char *key, uint32_t pages,
                   const struct wl_vm *vm)
{
    if (pages <= vm->memory_pages)
        return true;
    return wl_refuse(problem, key, "expected at most memory_mb (%u pages), found %u",
                     vm->memory_pages, pages);
}
