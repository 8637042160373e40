/*
 * Workloads: what the processes of a guest do. One file per generator, all behind one struct of
 * functions; each has a function of its own that starts it, with its own configuration.
 *
 * A workload lives outside the guest: it makes files, spawns programs, and counts what they did. It
 * may be stopped only when its guest, which calls its programs, runs no more.
 */
#ifndef WL_H
#define WL_H

#include <stdbool.h>
#include <stdint.h>

#include "models/guest/guest.h"
#include "sim/error.h"

struct wl_context {
    struct guest *guest;
    const char *vm_name;
    uint32_t memory_pages;     /* of the VM */
    bool is_bare;              /* the guest has no OS */
    uint32_t background_pages; /* that the guest OS keeps touching by itself */
    uint64_t seed;
    uint32_t replicate;
    uint64_t start_ns;    /* simulated time at which the workload is to begin */
    const char *base_dir; /* relative file names of the configuration are relative to this */
};

struct wl; /* one running workload */

struct wl_kind {
    const char *name;
    /* All programs are spawned and all files made here. Later failures are bugs. */
    void (*stop)(struct wl *wl); /* frees it; accepts NULL */
    /* Bytes or operations done up to now: the rate of `progress` is the series `throughput`. */
    double (*progress)(const struct wl *wl, uint64_t now_ns);
    const char *progress_unit; /* such as "MB"; the series is in this per second */
    /* I/Os of devices on each of `*pages` pages of the guest, counted here and nowhere else. NULL
     * where the workload makes none. */
    const uint32_t *(*device_ios)(const struct wl *wl, uint32_t *pages);
};

struct wl {
    const struct wl_kind *kind; /* first member of every workload's own struct */
};

/* dbench: its own load file, replayed by `clients` guest processes, again and again. */
struct wl_dbench_config {
    uint32_t clients;         /* at least 1 */
    const char *loadfile;     /* NULL: /usr/share/dbench/client.txt */
    uint32_t most_operations; /* of the load file, from its start; 0: all */
    uint64_t stagger_ns;      /* clients start evenly over this time */
};
int wl_dbench_start(const struct wl_context *context, const struct wl_dbench_config *config,
                    struct wl **out, struct sim_error *error);
/* What one client has read and written. */
uint64_t wl_dbench_client_bytes(const struct wl *wl, uint32_t client);

/* A recording (traces/). Its header says what its pages are: those of a whole machine are touched
 * at the physical addresses of a bare guest; those of a process are the memory of one process in a
 * guest OS; blocks are those of one file in its page cache (trace.c). */
struct wl_trace_config {
    const char *file; /* native format */
    double speed;     /* recorded seconds per simulated second, above 0 */
    double shift_s;   /* where in the recording the replay begins, 0 or more */
    double loop_s;    /* behind its end it goes on from there; INFINITY: memory stays as it is */
    double private_share; /* of its pages, 0 to 1, whose contents no other page in any VM has */
    bool needs_contents, needs_touches; /* of what the run is to record */
};
int wl_trace_start(const struct wl_context *context, const struct wl_trace_config *config,
                   struct wl **out, struct sim_error *error);
/* The end of the recording in simulated time; SIM_NEVER if it goes on for ever. */
uint64_t wl_trace_end_ns(const struct wl *wl);

/* An application: memory made of parts, and a hot set that follows a series (application.c). */
struct wl_application_config {
    const char *name;  /* in the table */
    const char *table; /* CSV, see parts.h */
    double memory_mb;  /* filled evenly over load_ns from the start on; more where activity goes
                          beyond it */
    uint64_t load_ns;
    double active_mb; /* size of the hot set, what the OS itself touches included, where there is */
    const char *activity; /* no CSV with `t_s` of simulated time and a column of MB; "" = none */
    const char *column;   /* "" = the VM's name */
    uint64_t cold_ns;     /* in which what is not hot is touched once; not 0 */
    bool busy;            /* computes without a pause; progress is then in CPU seconds */
};
int wl_application_start(const struct wl_context *context,
                         const struct wl_application_config *config, struct wl **out,
                         struct sim_error *error);

/* I/O of devices on the guest's physical pages 0 .. buffer_pages - 1: in turn, as a network stack
 * reuses its buffers, or drawn, as the pages of a disk cache are, some more often than others. The
 * guest is bare; every I/O writes its page. */
struct wl_device_io_config {
    uint32_t buffer_pages; /* at least 1, at most the VM's pages */
    double ios_s;          /* I/Os per second, above 0 */
    bool ring;             /* in turn; else drawn: */
    double zipf;           /* the r-th page in proportion to r^-zipf; 0: all alike */
};
int wl_device_io_start(const struct wl_context *context, const struct wl_device_io_config *config,
                       struct wl **out, struct sim_error *error);

/* The toucher of the paper's Figure 6: one process that touches the first so many MB of its memory
 * again and again, without a pause, and gives back what it no longer uses (toucher.c). */
struct wl_toucher_config {
    const char *schedule; /* CSV with `t_s`, from the workload's start on, and `mb`, in steps */
    double page_us;       /* CPU time at each page, not negative */
};
int wl_toucher_start(const struct wl_context *context, const struct wl_toucher_config *config,
                     struct wl **out, struct sim_error *error);
/* One process that touches pages of its memory in an order and at a rate (pages.c). */
struct wl_pages_config {
    double memory_mb;    /* of the process; filled once, in order, before anything else: */
    double fill_mb_s;    /* so fast, above 0 */
    bool cyclic;         /* in order, again and again; else by Zipf's law */
    double skew;         /* Zipf: touches of the page of rank r go with r to the power -skew */
    double rate_pages_s; /* touches that are due; above 0 */
    double writes;       /* share of touches */
};
int wl_pages_start(const struct wl_context *context, const struct wl_pages_config *config,
                   struct wl **out, struct sim_error *error);

/* The guest's physical pages 0 .. pages - 1, filled in order as fast as it can; then pages drawn at
 * random are written anew, evenly spread over time. The guest is bare. */
struct wl_fill_config {
    uint32_t pages;    /* at least 1, at most the VM's pages */
    uint32_t contents; /* a write draws from so many, the same in every VM; 0: unlike any other */
    double writes_s;   /* once all are filled; 0: none */
};
int wl_fill_start(const struct wl_context *context, const struct wl_fill_config *config,
                  struct wl **out, struct sim_error *error);

#endif
