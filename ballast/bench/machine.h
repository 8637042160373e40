/* A host with one VM whose guest runs one program: what several benchmarks measure. */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include "models/host/host.h"

struct bench_machine {
    struct sim_queue queue;
    struct host *host;
    struct guest *guest;
};

/* `program` starts once the guest has booted. Memory is plentiful. */
void bench_machine_make(struct bench_machine *machine, enum guest_os os, uint32_t memory_pages,
                        bool sharing, struct guest_program *program);
void bench_machine_free(struct bench_machine *machine);

#endif
