/*
 * The compression cache of a VM, between its balloon and swap (vSphere): a victim that shrinks to
 * half of its page or less stays in machine memory, two such pages on one machine page. A fault
 * on it costs CPU time and no disk. Where the cache is full its oldest page leaves for swap.
 *
 * The memory is charged to the VM: with what it has mapped it counts against target and min
 * (mp_vm_held_pages()). It is taken from the count of free machine pages alone: halves are packed,
 * and which machine pages they lie on is the embedder's affair.
 *
 * The hazard is a cache that needs memory when there is none. So a full cache changes one page for
 * another: the victim goes in, and the oldest page gets the victim's machine page to be written
 * from. For that moment the cache has one place more than its pages fill.
 */
#include "mp_internal.h"

#define BP 10000u

/* Machine pages that the cache of such a VM may take. */
static uint32_t most_memory_pages(const struct mp *mp, uint32_t max_pages)
{
    return (uint32_t)((uint64_t)max_pages * mp->tunables.compress_cache_bp / BP);
}

uint32_t mp_compress_places(const struct mp *mp, uint32_t max_pages)
{
    uint32_t pages = most_memory_pages(mp, max_pages);

    return pages > 0 ? 2 * pages + 1 : 0;
}

size_t mp_compress_vm_footprint(const struct mp *mp, uint32_t max_pages)
{
    return mp_aligned(mp_compress_places(mp, max_pages) * sizeof(struct mp_cached));
}

void mp_compress_place(const struct mp *mp, struct mp_vm *vm, void *buffer)
{
    vm->cached = buffer;
    vm->cache_places = mp_compress_places(mp, vm->config.max_pages);
    vm->oldest_place = vm->newest_place = vm->free_place = MP_NO_PAGE;
}

/* ---- The list, by age -------------------------------------------------------------------- */

static uint32_t place_take(struct mp_vm *vm)
{
    uint32_t place = vm->free_place;

    if (place == MP_NO_PAGE)
        return vm->fresh_place++;
    vm->free_place = vm->cached[place].newer;
    return place;
}

static void append(struct mp_vm *vm, uint32_t place, uint32_t ppn)
{
    vm->cached[place] =
        (struct mp_cached){.ppn = ppn, .older = vm->newest_place, .newer = MP_NO_PAGE};
    if (vm->newest_place == MP_NO_PAGE)
        vm->oldest_place = place;
    else
        vm->cached[vm->newest_place].newer = place;
    vm->newest_place = place;
}

void mp_compress_forget(struct mp_vm *vm, uint32_t place)
{
    struct mp_cached *cached = &vm->cached[place];

    if (cached->older == MP_NO_PAGE)
        vm->oldest_place = cached->newer;
    else
        vm->cached[cached->older].newer = cached->newer;
    if (cached->newer == MP_NO_PAGE)
        vm->newest_place = cached->older;
    else
        vm->cached[cached->newer].older = cached->older;
    cached->newer = vm->free_place;
    vm->free_place = place;
}

/* ---- In and out -------------------------------------------------------------------------- */

/* The oldest page has this machine page, to be written from there. */
static uint32_t move_out_oldest(struct mp *mp, struct mp_vm *vm, uint32_t mpn)
{
    uint32_t place = vm->oldest_place, ppn = vm->cached[place].ppn;

    mp->ops.decompress(mp->context, vm->number, place, mpn, false);
    mp_compress_forget(vm, place);
    mp_page_set(mp, vm, ppn, MP_PRIVATE, mpn);
    return ppn;
}

static bool may_move_out(struct mp *mp, const struct mp_vm *vm)
{
    return mp_free_slots(mp) > 0 &&
           !mp->ops.pinned(mp->context, vm->number, vm->cached[vm->oldest_place].ppn);
}

/* Puts the victim into a place of the cache. Its machine page is then nobody's. */
static bool squeeze(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_pmap_entry was = vm->pmap[ppn];
    uint32_t place = place_take(vm);

    mp_mapping_protect(mp, vm, ppn);
    if (!mp->ops.compress(mp->context, vm->number, was.where, place)) {
        vm->cached[place].newer = vm->free_place;
        vm->free_place = place;
        return false;
    }
    mp_hint_forget(mp, was.where);
    mp->ops.unmap(mp->context, vm->number, ppn, was.where);
    append(vm, place, ppn);
    mp_page_set(mp, vm, ppn, MP_COMPRESSED, place); /* counts by what the page was shared as */
    if (was.backing == MP_SHARED)
        mp_share_reclaim(mp, was.where);
    vm->compress_out_pages++;
    return true;
}

bool mp_compress_victim(struct mp *mp, struct mp_vm *vm, uint32_t ppn, uint32_t *leaver)
{
    uint32_t mpn = vm->pmap[ppn].where;
    bool is_full = vm->pages[MP_COMPRESSED] + 1 == vm->cache_places;

    *leaver = MP_NO_PAGE;
    if (vm->cache_places == 0 || !mp->ops.compress || mp_share_references(mp, mpn) > 1 ||
        (is_full && !may_move_out(mp, vm)) || !squeeze(mp, vm, ppn))
        return false;
    if (is_full)
        *leaver = move_out_oldest(mp, vm, mpn);
    else
        mp_mpn_put(mp, mpn);
    return true;
}

/* The memory behind two compressed pages is a machine page that is free but for the count. */
uint32_t mp_compress_leaver(struct mp *mp, struct mp_vm *vm)
{
    if (vm->pages[MP_COMPRESSED] == 0 || vm->evictable.count > 0 || !may_move_out(mp, vm))
        return MP_NO_PAGE;

    struct mp_pool *pool = &mp->pools[mp->pools[MP_HIGH].free_pages > 0 ? MP_HIGH : MP_LOW];
    bool is_room = mp_free_pages(mp) > 0 || mp->outstanding_pages == 0;
    uint32_t mpn = is_room ? mp_mpn_take_from(mp, pool) : MP_NO_PAGE;

    return mpn == MP_NO_PAGE ? MP_NO_PAGE : move_out_oldest(mp, vm, mpn);
}

bool mp_decompress(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    uint32_t place = vm->pmap[ppn].where, mpn = mp_mpn_take(mp, ppn);

    if (mpn == MP_NO_PAGE)
        return false;
    mp->ops.decompress(mp->context, vm->number, place, mpn, true);
    mp_compress_forget(vm, place);
    mp_page_set(mp, vm, ppn, MP_PRIVATE, mpn);
    vm->compress_in_pages++;
    return true;
}

void mp_compress_resized(struct mp *mp, struct mp_vm *vm)
{
    uint32_t pages = (vm->pages[MP_COMPRESSED] + 1) / 2;

    mp->compressed_memory_pages += pages - vm->compressed_memory_pages;
    vm->compressed_memory_pages = pages;
    if (mp->stalled_pages > 0)
        mp->due |= MP_DUE_RESUME;
    mp_free_changed(mp);
}

/* ---- Proof ------------------------------------------------------------------------------- */

const char *mp_compress_verify(const struct mp_vm *vm)
{
    uint32_t pages = 0, older = MP_NO_PAGE;

    for (uint32_t place = vm->oldest_place; place != MP_NO_PAGE; place = vm->cached[place].newer) {
        const struct mp_cached *cached = &vm->cached[place];

        if (place >= vm->fresh_place || ++pages > vm->pages[MP_COMPRESSED] ||
            cached->older != older || cached->ppn >= vm->config.max_pages ||
            vm->pmap[cached->ppn].backing != MP_COMPRESSED || vm->pmap[cached->ppn].where != place)
            return "a place of the compression cache has no page";
        older = place;
    }
    if (pages != vm->pages[MP_COMPRESSED] || older != vm->newest_place)
        return "a compressed page has no place";
    if (vm->fresh_place > vm->cache_places || (pages > 0 && pages >= vm->cache_places))
        return "a compression cache is over its limit";
    return vm->compressed_memory_pages == (pages + 1) / 2
               ? NULL
               : "the memory of compressed pages is counted wrongly";
}
