/*
 * Who shares with whom: how many pages of each VM are shared, and how many of these with the VM
 * itself. Kept as the policy tells of each change, so that a sample costs no walk.
 * mp_sharing_split() says what is counted, by a walk; host_verify() compares.
 *
 * A table says how many pages of a VM are on a machine page. Its entries are found by both numbers;
 * there is one for each pair that is in use.
 *
 * The hazard is the last but one page of a machine page: when it leaves, the last one is no longer
 * counted, and nobody says which VM has it. So each machine page keeps the exclusive or of the
 * numbers of the VMs that have a page on it, with each as often as it has: of one page alone, that
 * is its VM.
 */
#include <stdlib.h>

#include "models/host/internal.h"
#include "sim/memory.h"

#define ROOM_LEAST 64u /* our choice, a power of two */

/* The place of this pair, or the empty one where it belongs. */
static struct host_pair *pair_of(const struct host_pairs *pairs, uint32_t mpn, uint16_t vm)
{
    uint64_t key = (uint64_t)mpn << 16 | vm;
    /* The high half of a product depends on all of the key (Knuth: multiplicative hashing). */
    uint32_t place = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32);
    for (;; place++) {
        struct host_pair *pair = &pairs->all[place & (pairs->room - 1)];
        if (pair->pages == 0 || (pair->mpn == mpn && pair->vm == vm))
            return pair;
    }
}

/* At most three quarters are in use, so that an empty one is near. */
static void pairs_grow(struct host_pairs *pairs)
{
    struct host_pairs grown = {.room = pairs->room ? 2 * pairs->room : ROOM_LEAST,
                               .used = pairs->used};
    grown.all = sim_memory_need(calloc(grown.room, sizeof *grown.all));
    for (uint32_t i = 0; i < pairs->room; i++) {
        const struct host_pair *pair = &pairs->all[i];
        if (pair->pages > 0)
            *pair_of(&grown, pair->mpn, pair->vm) = *pair;
    }
    free(pairs->all);
    *pairs = grown;
}

/* What comes behind an entry that is empty now may have been put there because it was not. */
static void pairs_close_up(struct host_pairs *pairs, struct host_pair *empty)
{
    uint32_t mask = pairs->room - 1, place = (uint32_t)(empty - pairs->all);
    for (place = (place + 1) & mask; pairs->all[place].pages > 0; place = (place + 1) & mask) {
        struct host_pair moved = pairs->all[place];
        pairs->all[place].pages = 0;
        *pair_of(pairs, moved.mpn, moved.vm) = moved;
    }
}

/* One page more; true if it is the VM's first there. */
static bool pair_add(struct host_pairs *pairs, uint32_t mpn, uint16_t vm)
{
    if (pairs->used >= pairs->room / 4 * 3)
        pairs_grow(pairs);
    struct host_pair *pair = pair_of(pairs, mpn, vm);
    pairs->used += pair->pages == 0;
    *pair = (struct host_pair){mpn, pair->pages + 1, vm};
    return pair->pages == 1;
}

/* One page less; true if it was the VM's last there. */
static bool pair_remove(struct host_pairs *pairs, uint32_t mpn, uint16_t vm)
{
    struct host_pair *pair = pair_of(pairs, mpn, vm);
    if (--pair->pages > 0)
        return false;
    pairs->used--;
    pairs_close_up(pairs, pair);
    return true;
}

static void op_shared_page(void *context, uint16_t number, uint32_t mpn, bool is_on,
                           bool has_copies)
{
    struct host *host = context;
    struct host_vm *vm = &host->vms[number];
    bool is_other =
        is_on ? pair_add(&host->pairs, mpn, number) : pair_remove(&host->pairs, mpn, number);
    host->sharers[mpn] ^= (uint16_t)(number + 1);
    if (!has_copies)
        return;
    vm->shared_pages += is_on ? 1u : -1u;
    if (mp_is_zero_mpn(host->policy, mpn))
        vm->zero_pages += is_on ? 1u : -1u;
    vm->shared_mpns += is_other ? (is_on ? 1u : -1u) : 0;
}

static void op_shared_copies(void *context, uint32_t mpn, bool has_copies)
{
    struct host *host = context;
    if (host->sharers[mpn] == 0)
        return;
    struct host_vm *vm = &host->vms[host->sharers[mpn] - 1];
    vm->shared_pages += has_copies ? 1u : -1u;
    vm->shared_mpns += has_copies ? 1u : -1u;
    if (mp_is_zero_mpn(host->policy, mpn))
        vm->zero_pages += has_copies ? 1u : -1u;
}

void host_sharing_ops(struct mp_ops *ops)
{
    ops->shared_page = op_shared_page;
    ops->shared_copies = op_shared_copies;
}

void host_vm_sharing(const struct host *host, int number, struct mp_sharing_split *split)
{
    const struct host_vm *vm = &host->vms[number];
    *split = (struct mp_sharing_split){.shared_pages = vm->shared_pages,
                                       .self_saved_pages = vm->shared_pages - vm->shared_mpns,
                                       .zero_pages = vm->zero_pages};
}

void host_sharing(const struct host *host, struct host_sharing *sharing)
{
    struct mp_status status;
    mp_status(host->policy, &status);
    *sharing = (struct host_sharing){0};
    for (uint32_t i = 0; i < host->vm_count; i++)
        sharing->self_saved_pages += host->vms[i].shared_pages - host->vms[i].shared_mpns;
    sharing->inter_saved_pages = status.saved_pages - sharing->self_saved_pages;
}

const char *host_sharing_verify(const struct host *host, const struct host_vm *vm)
{
    struct mp_sharing_split counted, walked;
    if (!host->seen)
        return NULL;
    host_vm_sharing(host, vm->number, &counted);
    mp_sharing_split(host->policy, vm->number, host->seen, &walked);
    return counted.shared_pages == walked.shared_pages &&
                   counted.self_saved_pages == walked.self_saved_pages &&
                   counted.zero_pages == walked.zero_pages
               ? NULL
               : "the pages that a VM shares are counted wrongly";
}
