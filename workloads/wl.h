/*
 * Workloads: what the processes of a guest do. Each stands in a file of its own and gives the rest
 * of the project one row (struct wl_row): its name, its keys, what it needs, how it starts. The
 * list of all rows is workloads.def.
 *
 * A workload lives outside the guest. It makes files, spawns programs, and counts what they did.
 * The guest calls its programs, so it may be stopped only when its guest runs no more.
 */
#ifndef WL_H
#define WL_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/guest.h"
#include "sim/error.h"
#include "sim/rows.h"

/* ---- A running workload ---------------------------------------------------------------------- */

struct wl_context {
    struct guest *guest;
    const char *vm_name;
    uint32_t page_scale;       /* a page of the VM stands for so many of 4 KiB; 0: one */
    uint32_t memory_pages;     /* of the VM */
    bool is_bare;              /* the guest has no OS */
    uint32_t background_pages; /* that the guest OS keeps touching by itself */
    uint64_t seed;
    uint32_t replicate;
    uint64_t start_ns;    /* simulated time at which the workload is to begin */
    const char *base_dir; /* relative file names of the configuration are relative to this */
    bool needs_contents;  /* the run records what a recording has only with the contents of pages */
    bool needs_touches;   /* the same with touches */
};

struct wl; /* one running workload */

struct wl_kind {
    const char *name;
    void (*stop)(struct wl *wl); /* frees it; accepts NULL */
    /* Bytes or operations done up to now. The rate of `progress` is the series `throughput`. */
    double (*progress)(const struct wl *wl, uint64_t now_ns);
    const char *progress_unit; /* such as "MB"; the series is in this per second */
    /* A benchmark that goes in runs: its own figure of the last complete run, in progress_unit per
     * second; NaN before there is one. NULL where the workload has no runs. */
    double (*run_figure)(const struct wl *wl);
    /* I/Os of devices on each of `*pages` pages of the guest, counted here and nowhere else. NULL
     * where the workload makes none. */
    const uint32_t *(*device_ios)(const struct wl *wl, uint32_t *pages);
};

struct wl {
    const struct wl_kind *kind; /* first member of every workload's own struct */
};

/* ---- The row of a workload ------------------------------------------------------------------- */

/* The VM that a configuration gives to a workload. */
struct wl_vm {
    uint32_t memory_pages;
    bool is_bare; /* the guest has no OS */
};

/* What is wrong with a configuration: "KEY: expected ..., found ...". */
struct wl_problem {
    const char *key;
    char text[200];
};

enum wl_needs { WL_NEEDS_NOTHING, WL_NEEDS_OS, WL_NEEDS_BARE };

struct wl_row {
    struct sim_section keys; /* its name in a configuration, and the keys below that */
    size_t bytes;            /* of the struct that the keys fill */
    enum wl_needs needs;     /* of the guest */
    bool scales;             /* it knows of page_scale */
    /* Compares each size with the VM, before anything runs. False and *problem if one does not fit.
     * NULL: every configuration fits. */
    bool (*check)(const void *config, const struct wl_vm *vm, struct wl_problem *problem);
    /* Spawns all programs and makes all files. Refuses input files with SIM_USAGE or SIM_BAD_DATA;
     * later failures are bugs. `config` is not needed afterwards, but its texts are. NULL: there is
     * nothing to run. */
    int (*start)(const struct wl_context *context, const void *config, struct wl **out,
                 struct sim_error *error);
};

/* All workloads. The first is that of a VM whose configuration names none. */
extern const struct wl_row *const wl_rows[];
extern const uint32_t wl_row_count;
#define WL_ROWS_MOST 32u

/* By name, which need not end after `length` bytes; NULL if there is none. */
const struct wl_row *wl_row_find(const char *name, size_t length);

/* Fills `problem` and returns false, so that checks write `return wl_refuse(...)`. */
bool wl_refuse(struct wl_problem *problem, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Refuses a size in MB of a process, or in pages, that is larger than the VM or than a process of a
 * guest can be. */
bool wl_fits_mb(struct wl_problem *problem, const char *key, double mb, const struct wl_vm *vm);
bool wl_fits_pages(struct wl_problem *problem, const char *key, uint32_t pages,
                   const struct wl_vm *vm);

/* The most memory that one process in this VM can hold. */
uint32_t wl_process_pages_most(uint32_t memory_pages);

/* The most that a key in MB or in seconds may be. */
#define WL_MB_MOST         (4.0 * 1024 * 1024) /* of the machine; 4 TB: 2^30 pages */
#define WL_VM_MB_MOST      ((double)GUEST_PAGES_MOST * GUEST_PAGE_SIZE / (1 << 20))
#define WL_PROCESS_MB_MOST ((double)GUEST_PROCESS_PAGES_MOST * GUEST_PAGE_SIZE / (1 << 20))
#define WL_FILE_MB_MOST    ((double)GUEST_FILE_PAGES_MOST * GUEST_PAGE_SIZE / (1 << 20))
#define WL_SECONDS_MOST    1e8 /* three years */

#endif
