/*
 * The table of contents (4.3): one frame of 16 bytes for each machine page, chained by hash.
 *
 * A frame is found by its MPN as well as by its hash, so it holds neither its MPN nor its bucket:
 * the last link of a chain tells the bucket. Counts of references have 16 bits; what is above them
 * is in a small overflow table, which can hold as many entries as there can be counts so large.
 *
 * The hazard is the page of zeroes, shared by everybody: its count overflows on a large machine.
 */
#include "mp_share.h"

/* As many counts can reach 2^16 as 2^16 fits into all references: PPNs, which admission (6.2) keeps
 * within memory and swap, and what is still being written for VMs that are off. */
static uint32_t overflow_capacity(const struct mp_machine *machine)
{
    uint64_t references =
        (uint64_t)machine->machine_pages + machine->swap_pages + MP_MAX_OUTSTANDING_PAGES;

    return (uint32_t)(references >> 16);
}

size_t mp_share_footprint(const struct mp_machine *machine)
{
    return machine->machine_pages * (sizeof(struct mp_frame) + sizeof(uint32_t)) +
           overflow_capacity(machine) * sizeof(struct mp_overflow);
}

void mp_share_init(struct mp *mp, void *buffer)
{
    char *next = buffer;

    mp->frames = (void *)next;
    next += mp->machine.machine_pages * sizeof(struct mp_frame);
    mp->buckets = (void *)next;
    next += mp->machine.machine_pages * sizeof(uint32_t);
    mp->overflow = (void *)next;
    mp->overflow_capacity = overflow_capacity(&mp->machine);
}

/* ---- Chains ------------------------------------------------------------------------------ */

static void chain_insert(struct mp *mp, uint32_t mpn, uint64_t hash)
{
    uint32_t bucket = mp_bucket_of(mp, hash);
    uint32_t head = mp->buckets[bucket];

    mp->frames[mpn].link = head ? head - 1 : mp->machine.machine_pages + bucket;
    mp->buckets[bucket] = mpn + 1;
}

static void chain_remove(struct mp *mp, uint32_t mpn)
{
    uint32_t end = mp->frames[mpn].link, after = end;

    while (end < mp->machine.machine_pages)
        end = mp->frames[end].link;

    uint32_t bucket = end - mp->machine.machine_pages;
    uint32_t before = mp->buckets[bucket] - 1;

    if (before == mpn) {
        mp->buckets[bucket] = after == end ? 0 : after + 1;
    } else {
        while (mp->frames[before].link != mpn)
            before = mp->frames[before].link;
        mp->frames[before].link = after;
    }
    mp->frames[mpn] = (struct mp_frame){.kind = MP_FRAME_FREE};
}

/* ---- Hints ------------------------------------------------------------------------------- */

void mp_frame_hint(struct mp *mp, uint32_t mpn, uint64_t hash, uint16_t vm, uint32_t ppn)
{
    mp->frames[mpn] = (struct mp_frame){
        .kind = MP_FRAME_HINT, .count = vm, .key = (hash & ~(uint64_t)UINT32_MAX) | ppn};
    mp->hint_frames++;
    chain_insert(mp, mpn, hash);
}

void mp_hint_forget(struct mp *mp, uint32_t mpn)
{
    if (mp->frames && mp->frames[mpn].kind == MP_FRAME_HINT) {
        chain_remove(mp, mpn);
        mp->hint_frames--;
    }
}

/* ---- References -------------------------------------------------------------------------- */

/* NULL only if the books are damaged, which mp_verify() must survive. */
static struct mp_overflow *find_overflow(const struct mp *mp, uint32_t mpn)
{
    for (uint32_t i = 0; i < mp->overflow_count; i++) {
        if (mp->overflow[i].mpn == mpn)
            return &mp->overflow[i];
    }
    return NULL;
}

uint32_t mp_share_references(const struct mp *mp, uint32_t mpn)
{
    if (!mp_is_shared(mp, mpn))
        return 0;

    const struct mp_frame *frame = &mp->frames[mpn];

    const struct mp_overflow *entry = frame->is_overflow ? find_overflow(mp, mpn) : NULL;

    return frame->count + (entry ? entry->count << 16 : 0);
}

bool mp_is_shared(const struct mp *mp, uint32_t mpn)
{
    return mp->frames && mp->frames[mpn].kind >= MP_FRAME_SHARED;
}

static void carry(struct mp *mp, uint32_t mpn)
{
    struct mp_frame *frame = &mp->frames[mpn];

    struct mp_overflow *entry = find_overflow(mp, mpn);

    if (entry) {
        entry->count++;
        return;
    }
    mp_check(mp, mp->overflow_count < mp->overflow_capacity, "the overflow table is full");
    mp->overflow[mp->overflow_count++] = (struct mp_overflow){.mpn = mpn, .count = 1};
    frame->is_overflow = true;
}

static void borrow(struct mp *mp, uint32_t mpn)
{
    struct mp_overflow *entry = find_overflow(mp, mpn);

    mp_check(mp, entry != NULL, "a count of references is not in the overflow table");
    if (--entry->count == 0) {
        *entry = mp->overflow[--mp->overflow_count];
        mp->frames[mpn].is_overflow = false;
    }
}

void mp_frame_share(struct mp *mp, uint32_t mpn, uint64_t hash, bool is_zero)
{
    struct mp_frame *frame = &mp->frames[mpn];

    frame->kind = is_zero ? MP_FRAME_ZERO : MP_FRAME_SHARED;
    frame->count = 1;
    frame->key = hash;
    mp->hint_frames--;
    mp->shared_frames++;
}

static void tell_copies(struct mp *mp, uint32_t mpn, bool has_copies)
{
    if (mp->ops.shared_copies)
        mp->ops.shared_copies(mp->context, mpn, has_copies);
}

void mp_frame_reference(struct mp *mp, uint32_t mpn)
{
    struct mp_frame *frame = &mp->frames[mpn];
    bool was_alone = frame->count == 1 && !frame->is_overflow;

    if (++frame->count == 0)
        carry(mp, mpn);
    mp->zero_saved_pages += frame->kind == MP_FRAME_ZERO;
    mp->shared_pages += was_alone ? 2 : 1;
    mp->shared_mpns += was_alone;
    if (was_alone)
        tell_copies(mp, mpn, true);
}

void mp_share_reclaim(struct mp *mp, uint32_t mpn)
{
    mp->shared_frames--;
    chain_remove(mp, mpn);
}

void mp_share_release(struct mp *mp, uint32_t mpn)
{
    struct mp_frame *frame = &mp->frames[mpn];

    if (frame->count == 1 && !frame->is_overflow) {
        mp_share_reclaim(mp, mpn);
        mp_mpn_put(mp, mpn);
        return;
    }
    if (frame->count-- == 0)
        borrow(mp, mpn);
    mp->zero_saved_pages -= frame->kind == MP_FRAME_ZERO;

    bool is_alone = frame->count == 1 && !frame->is_overflow;

    mp->shared_pages -= is_alone ? 2 : 1;
    mp->shared_mpns -= is_alone;
    if (is_alone)
        tell_copies(mp, mpn, false);
}
