/* A host with one VM, whose guest runs one program. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "models/host/host.h"

struct bench_machine {
    struct sim_queue queue;
    struct host *host;
    struct guest *guest;
};

/* The machine has more memory than the VM. `program` starts when the guest has booted. */
void bench_machine_make(struct bench_machine *machine, enum guest_os os, uint32_t memory_pages,
                        bool sharing, struct guest_program *program);
void bench_machine_free(struct bench_machine *machine);

#endif
