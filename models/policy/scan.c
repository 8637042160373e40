/*
 * Between the scanner and the sharing mechanism (4.3): batches of pages, and the rates.
 *
 * The rates are kept in steps of 100 ms, with what is left of a page carried over. So the same
 * pages are scanned however often the tick comes, unless it is more than a second late.
 *
 * The hazard is memory latency: a page costs up to six cache misses (pmap, contents, its
 * own frame, bucket, the chain's frames), each of which tells where the next one is. So pages go in
 * batches, each stage for all of them before the next. A range of pages that a caller wants tried
 * goes the same way.
 */
#include "mp_scanner.h"
#include "mp_share.h"

#define BATCH_PAGES  64u   /* our choice: enough to keep the memory busy */
#define MILLI        1000u /* credit of one page of 4 KiB */
#define STEP_NS      (MP_SCAN_MS * MP_MS_NS)
#define MOST_LATE_NS (10 * STEP_NS) /* our choice: later steps are lost */

struct batch {
    uint32_t count;
    uint32_t ppn[BATCH_PAGES], mpn[BATCH_PAGES];
    bool is_chain[BATCH_PAGES];  /* its hash's chain is looked at: its own hint does not fit */
    uint32_t first[BATCH_PAGES]; /* frame of that chain */
    uint64_t hash[BATCH_PAGES];
};

static void hash_batch(struct mp *mp, const struct mp_vm *vm, struct batch *batch)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->mpn[i] = vm->pmap[batch->ppn[i]].where;
        __builtin_prefetch(&mp->frames[batch->mpn[i]], 1);
    }
    for (uint32_t i = 0; i < batch->count; i += MP_HASH_PAGES)
        mp->ops.hash(mp->context, batch->mpn + i, mp_min32(batch->count - i, MP_HASH_PAGES),
                     batch->hash + i);
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->hash[i] ^= vm->salt;
        batch->is_chain[i] =
            mp->scanner->is_partner || !mp_hint_fits(mp, batch->mpn[i], batch->hash[i]);
        if (batch->is_chain[i])
            __builtin_prefetch(&mp->buckets[mp_bucket_of(mp, batch->hash[i])], 1);
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        batch->first[i] = batch->is_chain[i] ? mp_chain_first(mp, batch->hash[i]) : MP_NO_PAGE;
        if (batch->first[i] != MP_NO_PAGE)
            __builtin_prefetch(&mp->frames[batch->first[i]]);
    }
    for (uint32_t i = 0; i < batch->count; i++) {
        if (batch->first[i] != MP_NO_PAGE && mp_chain_next(mp, batch->first[i]) != MP_NO_PAGE)
            __builtin_prefetch(&mp->frames[mp_chain_next(mp, batch->first[i])]);
    }
}

static enum mp_look look_of(const struct mp *mp, const struct mp_scan_vm *scan, uint32_t ppn,
                            uint64_t hash)
{
    return scan && mp->scanner->look ? mp->scanner->look(scan, ppn, hash) : MP_LOOK_EVERYWHERE;
}

static void share_one(struct mp *mp, struct mp_vm *vm, const struct mp_scan_vm *scan, uint32_t ppn,
                      uint64_t hash)
{
    enum mp_look look = look_of(mp, scan, ppn, hash);

    /* A page of the batch may have been chosen twice, or shared with another one of it. */
    if (look == MP_LOOK_NOWHERE || !mp_is_candidate(&vm->pmap[ppn]))
        return;
    if (mp->scanner->is_partner)
        mp_hint_forget(mp, vm->pmap[ppn].where);
    if (mp_share_hashed(mp, vm, ppn, hash, look, true))
        mp_scan_shared(mp, vm, ppn);
}

/* Candidates, all of them. With a scan, its scanner says of each where to look. */
static void share_batch(struct mp *mp, struct mp_vm *vm, struct batch *batch,
                        const struct mp_scan_vm *scan)
{
    hash_batch(mp, vm, batch);
    for (uint32_t i = 0; i < batch->count; i++)
        share_one(mp, vm, scan, batch->ppn[i], batch->hash[i]);
    vm->pages_scanned += batch->count;
    mp->pages_scanned += batch->count;
}

void mp_share_range(struct mp *mp, uint16_t number, uint32_t ppn, uint32_t count, uint64_t now_ns)
{
    struct mp_vm *vm = mp_vm_of(mp, number);

    mp_enter(mp, now_ns);
    mp_check(mp, ppn <= vm->config.max_pages && count <= vm->config.max_pages - ppn,
             "pages beyond the VM's max");
    for (uint32_t end = ppn + count; mp->frames && ppn < end;) {
        struct batch batch;

        batch.count = 0; /* and no more: the rest need not be cleared */
        for (; ppn < end && batch.count < BATCH_PAGES; ppn++) {
            if (mp_is_candidate(&vm->pmap[ppn]))
                batch.ppn[batch.count++] = ppn;
        }
        share_batch(mp, vm, &batch, NULL);
    }
    mp_settle(mp);
}

/* ---- The scanner's life ------------------------------------------------------------------ */

static const struct mp_scanner *scanner_of(const struct mp_members *members)
{
    return members && members->scanner ? members->scanner : mp_scanner_at(0);
}

static size_t values_bytes(const struct mp_scanner *scanner)
{
    return mp_aligned(scanner->parameter_count * sizeof(uint32_t));
}

size_t mp_scan_footprint(const struct mp_members *members)
{
    const struct mp_scanner *scanner = scanner_of(members);

    return values_bytes(scanner) + mp_aligned(scanner->state_bytes);
}

void mp_scan_init(struct mp *mp, const struct mp_members *members, void *buffer)
{
    const struct mp_scanner *scanner = scanner_of(members);

    mp_check(mp, scanner->abi == MP_SCANNER_ABI, "a scanner of another version");
    mp->scanner = scanner;
    mp->scanner_values = buffer;
    mp->scanner_state = (char *)buffer + values_bytes(scanner);
    mp->scan_due_ns = MP_NEVER;
    mp_parameters_copy(mp, mp->scanner_values, scanner->parameters, scanner->parameter_count,
                       members ? members->scanner_values : NULL);
    mp_check(mp, scanner->counter_count <= MP_MOST_COUNTERS, "more counters than the most");
    for (uint32_t of_zeroes = 0; of_zeroes < 2; of_zeroes++)
        mp->most_references[of_zeroes] =
            scanner->most_references ? scanner->most_references(mp->scanner_values, of_zeroes != 0)
                                     : UINT32_MAX;
    mp_scan_rates_reset(mp);
}

size_t mp_scan_vm_footprint(const struct mp *mp, uint32_t max_pages)
{
    const struct mp_scanner *scanner = mp->scanner;

    return mp->frames && scanner->vm_state_bytes
               ? mp_aligned(scanner->vm_state_bytes(mp->scanner_values, max_pages))
               : 0;
}

void mp_scan_rates_reset(struct mp *mp)
{
    mp->scan_vm_pages_s = mp->tunables.share_scan_vm_pages_s;
    mp->scan_total_pages_s = mp->tunables.share_scan_total_pages_s;
    if (mp->scanner->pages_s) {
        mp->scan_total_pages_s = mp->scanner->pages_s(mp->scanner_values);
        mp->scan_vm_pages_s = mp_min32(mp->scan_total_pages_s, MP_MAX_SCAN_VM_PAGES_S);
    }
}

static struct mp_scan scan_of(const struct mp *mp)
{
    return (struct mp_scan){
        .now_ns = mp->now_ns,
        .state = mp->scanner_state,
        .vm_pages_s = mp->scan_vm_pages_s,
        .total_pages_s = mp->scan_total_pages_s,
        .page_scale = mp->machine.page_scale,
        .parameters = mp->scanner_values,
        .shared_pages = mp->shared_pages,
        .shared_mpns = mp->shared_mpns,
        .mp = (struct mp *)mp,
    };
}

void mp_scan_count(const struct mp *mp, int64_t *values)
{
    const struct mp_scan scan = scan_of(mp);

    if (mp->scanner->count)
        mp->scanner->count(&scan, values);
}

void mp_scan_ask(struct mp *mp)
{
    const struct mp_scan scan = scan_of(mp);

    if (mp->frames)
        mp->scan_due_ns = mp->scanner->tick(&scan);
}

void mp_scan_begin(struct mp *mp)
{
    mp->scan_ns = mp->now_ns + STEP_NS;
    mp_scan_ask(mp);
}

void mp_scan_tick(struct mp *mp)
{
    if (mp->now_ns >= mp->scan_due_ns)
        mp_scan_ask(mp);
}

/* ---- What it asks for -------------------------------------------------------------------- */

static struct mp_scan_vm scan_vm_of(struct mp *mp, struct mp_vm *vm)
{
    return (struct mp_scan_vm){
        .vm = vm->number,
        .state = vm->scanner_state,
        .scanner = mp->scanner_state,
        .parameters = mp->scanner_values,
        .candidates = &vm->candidates,
        .resident = &vm->evictable,
        .pmap = vm->pmap,
        .mp = mp,
        .random_below = mp->ops.random_below,
        .context = mp->context,
    };
}

bool mp_scan_vm_from(const struct mp_scan *scan, uint32_t number, struct mp_scan_vm *vm)
{
    struct mp_vm *found = mp_vm_from(scan->mp, number);

    while (found && found->config.never_shares)
        found = mp_vm_after(scan->mp, found);
    if (found)
        *vm = scan_vm_of(scan->mp, found);
    return found != NULL;
}

bool mp_scan_is_partner(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_scan_vm scan = scan_vm_of(mp, vm);

    return !mp->scanner->is_partner || mp->scanner->is_partner(&scan, ppn);
}

void mp_scan_shared(struct mp *mp, struct mp_vm *vm, uint32_t ppn)
{
    const struct mp_scan_vm scan = scan_vm_of(mp, vm);

    if (mp->scanner->shared)
        mp->scanner->shared(&scan, ppn);
}

void mp_scan_try(const struct mp_scan_vm *scan, const uint32_t *ppns, uint32_t count)
{
    struct mp_vm *vm = &scan->mp->vms[scan->vm];

    for (uint32_t done = 0; done < count;) {
        uint32_t end = done + mp_min32(count - done, BATCH_PAGES);
        struct batch batch;

        for (uint32_t i = done; i < end; i++)
            mp_scan_soon(scan, ppns[i]);
        for (batch.count = 0; done < end; done++) {
            mp_check(scan->mp, ppns[done] < vm->config.max_pages,
                     "a scanner names a page beyond the VM's max");
            if (mp_is_candidate(&vm->pmap[ppns[done]]))
                batch.ppn[batch.count++] = ppns[done];
        }
        share_batch(scan->mp, vm, &batch, scan);
    }
}

/* ---- The rates --------------------------------------------------------------------------- */

/* Credit of one page of the machine. */
static uint64_t page_credit(const struct mp *mp)
{
    return MILLI * (uint64_t)mp->machine.page_scale;
}

/* What is not used up within a step is lost, but for the part of a page. A page that is larger than
 * 4 KiB is a step's worth and more: of all VMs together each may wait for one. */
static uint64_t add_credit(const struct mp *mp, uint64_t credit, uint32_t pages_per_s, uint32_t vms)
{
    uint64_t step = (uint64_t)pages_per_s * MP_SCAN_MS;
    uint64_t most = step + MILLI - 1 + vms * (page_credit(mp) - MILLI);

    credit += step;
    return credit < most ? credit : most;
}

/* Scans what the VM and all together may; false when the total did not suffice. */
static bool scan_vm(struct mp *mp, struct mp_vm *vm, mp_scan_pick pick)
{
    const struct mp_scan_vm scan = scan_vm_of(mp, vm);
    const uint64_t one = page_credit(mp);
    struct batch batch;

    while (vm->scan_credit >= one && vm->candidates.count > 0) {
        uint64_t pages = vm->scan_credit / one, total_pages = mp->scan_credit / one;

        if (total_pages == 0)
            return false;
        pages = pages < total_pages ? pages : total_pages;
        pages = pages < BATCH_PAGES ? pages : BATCH_PAGES;

        batch.count = mp_min32(pick(&scan, batch.ppn, (uint32_t)pages), (uint32_t)pages);
        if (batch.count == 0)
            break;
        vm->scan_credit -= batch.count * one;
        mp->scan_credit -= batch.count * one;
        share_batch(mp, vm, &batch, &scan);
    }
    return true;
}

/* Each VM gets its step's worth, the first the one at which the total ran out last time. A step in
 * which no CPU is idle is lost where that matters. */
static void scan_step(struct mp *mp, mp_scan_pick pick)
{
    uint32_t first = mp->scan_vm;

    if (mp->tunables.share_scan_idle && mp->ops.cpu_idle && !mp->ops.cpu_idle(mp->context))
        return;

    mp->scan_credit = add_credit(mp, mp->scan_credit, mp->scan_total_pages_s, mp->vms_on);
    for (struct mp_vm *vm = mp_vm_from(mp, 0); vm; vm = mp_vm_after(mp, vm))
        vm->scan_credit = add_credit(mp, vm->scan_credit, mp->scan_vm_pages_s, 1);
    for (uint32_t i = 0; i < mp->vm_limit; i++) {
        uint32_t number = (first + i) % mp->vm_limit;

        if (mp->vms[number].on && !mp->vms[number].config.never_shares &&
            !scan_vm(mp, &mp->vms[number], pick)) {
            mp->scan_vm = number;
            return;
        }
    }
}

uint64_t mp_scan_at_rates(const struct mp_scan *scan, mp_scan_pick pick)
{
    struct mp *mp = scan->mp;

    /* After a long pause nobody wants the scans of all of it at once. */
    if (mp->now_ns > mp->scan_ns + MOST_LATE_NS)
        mp->scan_ns += (mp->now_ns - mp->scan_ns) / STEP_NS * STEP_NS;
    for (; mp->scan_ns <= mp->now_ns; mp->scan_ns += STEP_NS)
        scan_step(mp, pick);
    return mp->scan_vm_pages_s && mp->scan_total_pages_s ? mp->scan_ns : MP_NEVER;
}
