/*
 * Content-based page sharing (4.2, 4.3): what happens to one page, whoever asks, the scanner
 * (scan.c), a caller or the pager.
 *
 * A hash of the page is looked up among the shared pages and the hints. A shared page with the same
 * hash is compared and joined. A hint names a page that had this hash once: it is hashed again, and
 * compared if nothing changed; then both pages become one, copy-on-write. Otherwise the page leaves
 * a hint of its own and stays writable.
 *
 * The hazards: a hint may be stale, so it is never believed; equal hashes may lie, so contents are
 * compared, and a false match is tried no more until the page gets another MPN. And a page under
 * I/O by a device must not become copy-on-write beneath it.
 *
 * Salting: the hash of a page is mixed with its VM's salt before anybody looks it up. So pages of
 * VMs with different salts never meet, whatever they hold.
 */
#include "mp_share.h"

/* Contents must not change between the comparison and what follows from it, so pages are made
 * read-only before. A mismatch leaves that to the next write, which faults. */
static bool is_false_match(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t mpn)
{
    mp_mapping_protect(mp, vm, ppn);
    if (mp->ops.same(mp->context, vm->pmap[ppn].where, mpn))
        return false;
    mp->false_matches++;
    mp_page_forbid_sharing(vm, ppn);
    mp_event(mp, vm->number, MP_EVENT_FALSE_MATCH, ppn, 0);
    return true;
}

/* The page gives up its own MPN for a shared one of equal contents. */
static void join(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t mpn)
{
    uint32_t old_mpn = vm->pmap[ppn].where;

    mp_frame_reference(mp, mpn);
    mp_page_set(mp, vm, ppn, MP_SHARED, mpn);
    mp_mapping_follow(mp, vm, ppn, old_mpn, false);
    mp_mpn_put(mp, old_mpn);
}

/* Of a page of this VM. */
static uint64_t hash_now(struct mp *mp, const struct mp_vm *vm, uint32_t mpn)
{
    uint64_t hash;

    mp->ops.hash(mp->context, &mpn, 1, &hash);
    return hash ^ vm->salt;
}

enum outcome { NO_MATCH, SHARED, NOT_SHARED };

static enum outcome match_shared(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t mpn)
{
    if (mp->ops.pinned(mp->context, vm->number, ppn) || is_false_match(mp, vm, ppn, mpn))
        return NOT_SHARED;
    join(mp, vm, ppn, mpn);
    return SHARED;
}

static enum outcome match_hint(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint64_t hash,
                               uint32_t mpn)
{
    struct mp_vm *hinted_vm = &mp->vms[mp->frames[mpn].count];
    uint32_t hinted_ppn = (uint32_t)mp->frames[mpn].key;

    if (hash_now(mp, hinted_vm, mpn) != hash) {
        mp->hints_stale++;
        mp_hint_forget(mp, mpn);
        return NO_MATCH;
    }
    if (!mp_scan_is_partner(mp, hinted_vm, hinted_ppn))
        return NO_MATCH;
    mp->hints_found++;
    if (mp->ops.pinned(mp->context, vm->number, ppn) ||
        mp->ops.pinned(mp->context, hinted_vm->number, hinted_ppn))
        return NOT_SHARED;
    mp_mapping_protect(mp, hinted_vm, hinted_ppn);
    if (is_false_match(mp, vm, ppn, mpn))
        return NOT_SHARED;
    mp_frame_share(mp, mpn, hash, hash == mp_zero_hash(mp, vm));
    mp_page_set(mp, hinted_vm, hinted_ppn, MP_SHARED, mpn);
    mp_scan_shared(mp, hinted_vm, hinted_ppn);
    join(mp, vm, ppn, mpn);
    return SHARED;
}

static bool has_room(const struct mp *mp, uint32_t mpn)
{
    return mp_share_references(mp, mpn) <
           mp->most_references[mp->frames[mpn].kind == MP_FRAME_ZERO];
}

bool mp_share_hashed(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint64_t hash,
                     enum mp_look look, bool leave_hint)
{
    uint32_t own_mpn = vm->pmap[ppn].where;
    enum outcome outcome = NO_MATCH;
    uint32_t next;

    if (mp_hint_fits(mp, own_mpn, hash))
        return false;
    for (uint32_t mpn = mp_chain_first(mp, hash); mpn != MP_NO_PAGE; mpn = next) {
        const struct mp_frame *frame = &mp->frames[mpn];
        bool is_hint = mp_hint_fits(mp, mpn, hash);

        next = mp_chain_next(mp, mpn);
        if (is_hint && look == MP_LOOK_EVERYWHERE)
            outcome = match_hint(mp, vm, ppn, hash, mpn);
        else if (frame->kind >= MP_FRAME_SHARED && frame->key == hash && has_room(mp, mpn))
            outcome = match_shared(mp, vm, ppn, mpn);
        if (outcome != NO_MATCH)
            return outcome == SHARED;
    }
    if (leave_hint && look == MP_LOOK_EVERYWHERE) {
        mp_hint_forget(mp, own_mpn);
        mp_frame_hint(mp, own_mpn, hash, vm->number, ppn);
    }
    return false;
}

bool mp_share_victim(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    return mp->frames && mp_is_candidate(entry) && !vm->config.never_shares &&
           !mp->scanner->leaves_victims &&
           mp_share_hashed(mp, vm, ppn, hash_now(mp, vm, entry->where), MP_LOOK_EVERYWHERE, false);
}

bool mp_is_zero_mpn(const struct mp *mp, uint32_t mpn)
{
    return mp->frames && mp->frames[mpn].kind == MP_FRAME_ZERO;
}

bool mp_page_hinted(const struct mp *mp, uint16_t number, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &mp->vms[number].pmap[ppn];

    return mp->frames && entry->backing == MP_PRIVATE &&
           mp->frames[entry->where].kind == MP_FRAME_HINT;
}

bool mp_share_page(struct mp *mp, uint16_t number, uint32_t ppn, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_check(mp, ppn < vm->config.max_pages, "a page beyond the VM's max");

    const struct mp_pmap_entry *entry = &vm->pmap[ppn];

    if (mp->frames && mp_is_candidate(entry)) {
        vm->pages_scanned++;
        mp->pages_scanned++;
        mp_share_hashed(mp, vm, ppn, hash_now(mp, vm, entry->where), MP_LOOK_EVERYWHERE, true);
    }
    mp_settle(mp); /* paging that is due shares before it writes */
    return entry->backing == MP_SHARED && mp_share_references(mp, entry->where) > 1;
}
