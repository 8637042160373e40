/*
 * What each guest wrote last, kept beside what machine pages hold: the proof that sharing, paging,
 * copying and moving of pages never change what a guest reads.
 *
 * It must not believe the machinery that it judges, so it is kept by PPN, from the write itself.
 */
#include <string.h>

#include "models/host/internal.h"

bool host_written_init(struct host_vm *vm)
{
    if (vm->host->config.keep_written && vm->host->content)
        vm->written = sim_reserve(vm->memory.max_pages * sizeof *vm->written);
    return vm->written || !vm->host->config.keep_written || !vm->host->content;
}

void host_written_fini(struct host_vm *vm)
{
    sim_release(vm->written, vm->memory.max_pages * sizeof *vm->written);
}

void host_written_forget(struct host_vm *vm)
{
    if (vm->written)
        memset(vm->written, 0, vm->memory.max_pages * sizeof *vm->written);
}

void host_written_note(struct host_vm *vm, uint32_t ppn, uint64_t content)
{
    if (vm->written)
        vm->written[ppn] = content;
}

const char *host_written_verify(const struct host_vm *vm)
{
    const struct host *host = vm->host;
    const struct mp_pmap_entry *pmap = mp_pmap(host->policy, vm->number);

    for (uint32_t ppn = 0; vm->written && ppn < vm->memory.max_pages; ppn++) {
        enum mp_backing backing = (enum mp_backing)pmap[ppn].backing;
        const uint64_t *held = NULL;

        if (backing == MP_PRIVATE || backing == MP_SHARED || backing == MP_PAGING_OUT)
            held = &host->content[pmap[ppn].where];
        else if (backing == MP_SWAPPED)
            held = &host->slot_content[pmap[ppn].where];
        else if (backing == MP_COMPRESSED)
            held = &vm->compressed[pmap[ppn].where];
        if (held && *held != vm->written[ppn])
            return "a page does not hold what its guest wrote";
    }
    return NULL;
}
