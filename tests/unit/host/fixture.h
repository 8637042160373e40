/* A small host whose bare guests write what a test tells them to, for the tests of models/host. */
#ifndef TESTS_HOST_FIXTURE_H
#define TESTS_HOST_FIXTURE_H

#include "models/cost/cost.h"
#include "models/host/host.h"
#include "tests/check.h"

#define FIXTURE_VMS      10
#define FIXTURE_OPS_MOST 4096

/* A process that makes the operations of a list, then exits. */
struct fixture_program {
    struct guest_program program;
    struct guest_op ops[FIXTURE_OPS_MOST];
    uint32_t count, done;
    uint64_t last_ns; /* when the last operation ended */
};

struct fixture {
    struct sim_queue queue;
    struct host *host;
    struct fixture_program programs[FIXTURE_VMS];
    uint32_t vms;
    struct cost_table costs;
    char log[4096]; /* of the observer: "kind vm detail;" */
};

struct fixture_shape {
    uint32_t machine_pages, vm_pages, min_pages, vms;
    bool sharing, keep_contents, keep_touched, keep_written;
    bool balloon; /* Linux, whose driver is there from the beginning */
    uint32_t scan_pages_s;
    const char *scanner; /* NULL: ESX Server's */
    uint32_t hash_bits;  /* 0: 64 */
    uint32_t swap_pages; /* 0: as much as all VMs together */
    uint32_t low_pages, remap_threshold;
    uint32_t cpus; /* 0: one for each VM */
    uint32_t compress_cache_bp;
    enum cost_device_id swap_device;
    uint32_t monitor_cycles; /* that the hypervisor takes of each millisecond */
};

void fixture_make(struct fixture *fixture, const struct fixture_shape *shape);
void fixture_free(struct fixture *fixture);
void fixture_write(struct fixture *fixture, int vm, uint32_t ppn, uint64_t content);
void fixture_read(struct fixture *fixture, int vm, uint32_t ppn);
void fixture_compute(struct fixture *fixture, int vm, uint64_t ns);
void fixture_device_io(struct fixture *fixture, int vm, uint32_t ppn, uint64_t content);
void fixture_sleep(struct fixture *fixture, int vm, uint64_t until_ns);
/* Powers all VMs on if this is the first call, runs, and checks every invariant at the end. */
void fixture_run(struct fixture *fixture, uint64_t until_ns);

#endif
