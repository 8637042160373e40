/*
 * How much of a VM has been cold for so long, for rules that ask for an age of pages. A governor
 * sees estimates of pages in use and no page's age. So what a VM has used at most in the last T
 * seconds, by the believed estimator, stands for what it has touched in that time (our assumption:
 * it is too little where the pages in use wander).
 */
#ifndef MP_GOVERNORS_COLD_H
#define MP_GOVERNORS_COLD_H

#include "arithmetic.h"

#define MP_COLD_SLOTS 64u

struct mp_cold {
    uint64_t on_ns;    /* of the VM that it is about */
    uint64_t begun_ns; /* the slot now */
    uint32_t slot, slots;
    uint32_t peak_pages[MP_COLD_SLOTS]; /* the highest estimate within each slot */
};

/* Notes an estimate; slots are `slot_s` seconds long. */
static inline void mp_cold_note(struct mp_cold *cold, const struct mp_vm_view *vm, uint64_t now_ns,
                                uint64_t slot_s)
{
    uint64_t slot_ns = slot_s * MP_SECOND_NS;

    if (cold->slots == 0 || cold->on_ns != vm->on_ns)
        *cold = (struct mp_cold){.on_ns = vm->on_ns, .begun_ns = now_ns, .slots = 1};
    while (now_ns >= cold->begun_ns + slot_ns) {
        cold->begun_ns += slot_ns;
        cold->slot = (cold->slot + 1) % MP_COLD_SLOTS;
        cold->slots += cold->slots < MP_COLD_SLOTS;
        cold->peak_pages[cold->slot] = 0;
    }
    if (cold->peak_pages[cold->slot] < vm->active_pages)
        cold->peak_pages[cold->slot] = vm->active_pages;
}

/* What the VM has above its min and has not used in the last so many slots and the one that runs;
 * nothing where it has not been watched for so long. */
static inline uint32_t mp_cold_pages(const struct mp_cold *cold, const struct mp_vm_view *vm,
                                     uint32_t slots)
{
    uint32_t peak_pages = vm->min_pages;

    if (cold->on_ns != vm->on_ns || cold->slots <= slots)
        return 0;
    for (uint32_t back = 0; back <= slots; back++) {
        uint32_t pages = cold->peak_pages[(cold->slot + MP_COLD_SLOTS - back) % MP_COLD_SLOTS];

        peak_pages = pages > peak_pages ? pages : peak_pages;
    }
    return (uint32_t)mp_less(vm->alloc_pages, peak_pages);
}

#endif
