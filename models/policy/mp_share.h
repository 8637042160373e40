/*
 * The table of contents of machine pages, for the files of sharing only (frames.c, share.c,
 * scan.c).
 */
#ifndef MP_SHARE_H
#define MP_SHARE_H

#include "mp_internal.h"
#include "mp_scanner.h"

/* frames.c */
void mp_frame_hint(struct mp *mp, uint32_t mpn, uint64_t hash, uint16_t vm, uint32_t ppn);
/* A hint becomes shared, once. */
void mp_frame_share(struct mp *mp, uint32_t mpn, uint64_t hash, bool is_zero);
void mp_frame_reference(struct mp *mp, uint32_t mpn);

/* share.c: whether the page, private and eligible, is shared now. */
bool mp_share_hashed(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint64_t hash,
                     enum mp_look look, bool leave_hint);

/* scan.c: what the scanner says of a page with a hint; and is told of a page that is shared now. */
bool mp_scan_is_partner(struct mp *mp, struct mp_vm *vm, uint32_t ppn);
void mp_scan_shared(struct mp *mp, struct mp_vm *vm, uint32_t ppn);

/* What the hash of a page of zeroes is for this VM. */
static inline uint64_t mp_zero_hash(const struct mp *mp, const struct mp_vm *vm)
{
    return mp->machine.zero_hash ^ vm->salt;
}

static inline uint32_t mp_bucket_of(const struct mp *mp, uint64_t hash)
{
    /* By the low half: a hint keeps the high half. */
    return (uint32_t)((uint64_t)(uint32_t)hash * mp->machine.machine_pages >> 32);
}

/* Is the MPN a hint of this hash, by the half that a hint keeps? Where a page's own hint still
 * fits, it need not be tried again: what is behind the hint in its chain was looked at before it
 * was left, and whatever had this hash since then has found it. */
static inline bool mp_hint_fits(const struct mp *mp, uint32_t mpn, uint64_t hash)
{
    const struct mp_frame *frame = &mp->frames[mpn];

    return frame->kind == MP_FRAME_HINT && frame->key >> 32 == hash >> 32;
}

/* The MPNs of a chain; MP_NO_PAGE at its end. */
static inline uint32_t mp_chain_first(const struct mp *mp, uint64_t hash)
{
    return mp->buckets[mp_bucket_of(mp, hash)] - 1;
}

static inline uint32_t mp_chain_next(const struct mp *mp, uint32_t mpn)
{
    uint32_t link = mp->frames[mpn].link;

    return link < mp->machine.machine_pages ? link : MP_NO_PAGE;
}

#endif
