/*
 * A guest to run workloads in: all of its pages mapped, contents kept per page, a disk that answers
 * after a fixed time.
 */
#ifndef TESTS_UNIT_WORKLOADS_RIG_H
#define TESTS_UNIT_WORKLOADS_RIG_H

#include "models/guest/guest.h"
#include "sim/event.h"
#include "workloads/wl.h"

#define RIG_PAGES 32768u

struct rig_write {
    uint64_t at_ns;
    uint32_t ppn;
    uint64_t content;
};

struct rig {
    struct guest_hw hw;
    struct guest *guest;
    struct wl_context context;
    struct wl *wl;
    uint64_t now_ns;
    struct guest_io io[256]; /* under way; all end at the next step */
    uint32_t io_count;

    uint8_t map[RIG_PAGES];
    uint64_t content[RIG_PAGES];
    uint64_t writes, reads; /* touches that came through `access` */
    uint32_t device_ios[RIG_PAGES];
    struct rig_write *log; /* of the first 1,000,000 writes */
};

/* A booted guest of that system with RIG_PAGES; its context is ready for a workload. */
struct rig *rig_new(enum guest_os os, uint64_t seed);
/* Stops the workload, verifies and frees the guest. */
void rig_free(struct rig *rig);
void rig_run(struct rig *rig, uint64_t until_ns);
void rig_see_writes(struct rig *rig); /* all writes come through `access` from here on */
double rig_progress(const struct rig *rig);

#endif
