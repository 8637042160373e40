/*
 * The fake embedder itself: its operations, its life, and the checks of its mirror.
 */
#include "tests/unit/policy/fake.h"

#include "tests/check.h"

#include <stdarg.h>
#include <stdlib.h>

uint64_t fake_mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t fake_random(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    return fake_mix(*state);
}

uint64_t fake_unique(uint16_t vm, uint32_t ppn)
{
    return ((uint64_t)vm + 1) << 40 | ppn;
}

static void *must(void *memory)
{
    if (!memory) {
        fprintf(stderr, "fake: out of memory\n");
        abort();
    }
    return memory;
}

static void *zeroed(size_t count, size_t size)
{
    return must(calloc(count ? count : 1, size));
}

/* What lies behind a buffer: the library must leave it alone. */
#define GUARD_BYTES 256u
#define GUARD       0x03 /* a byte of it, taken for a pmap entry's backing, says "ballooned" */

/* Zeroed memory aligned to 64, as the library asks for its buffers, and a guard behind it. */
static void *buffer_new(size_t bytes)
{
    size_t rounded = (bytes + GUARD_BYTES + 63) / 64 * 64;
    uint8_t *buffer = must(aligned_alloc(64, rounded));
    memset(buffer, 0, bytes);
    memset(buffer + bytes, GUARD, rounded - bytes);
    return buffer;
}

static void check_guard(struct fake *fake, const void *buffer, size_t bytes)
{
    const uint8_t *guard = (const uint8_t *)buffer + bytes;
    for (size_t i = 0; buffer && i < GUARD_BYTES; i++) {
        if (guard[i] != GUARD) {
            fake_complain(fake, "byte %zu behind a buffer of %zu bytes is written", i, bytes);
            return;
        }
    }
}

void fake_complain(struct fake *fake, const char *format, ...)
{
    if (fake->complaint[0])
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fake->complaint, sizeof fake->complaint, format, arguments);
    va_end(arguments);
}

void fake_note(struct fake *fake, const char *format, ...)
{
    if (!fake->logging)
        return;
    if (fake->log_size - fake->log_length < 200) {
        fake->log_size = fake->log_size * 2 + 4096;
        fake->log = must(realloc(fake->log, fake->log_size));
    }
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(fake->log + fake->log_length, 200, format, arguments);
    va_end(arguments);
    fake->log_length += (size_t)length;
}

void fake_log_start(struct fake *fake)
{
    fake->logging = true;
    fake->log_length = 0;
    fake_note(fake, "%s", "");
}

/* ---- The operations ---------------------------------------------------------------------- */

static uint64_t hash_of(const struct fake *fake, uint64_t contents)
{
    return fake_mix(contents) & fake->hash_mask;
}

static bool mpn_good(struct fake *fake, const char *operation, uint32_t mpn)
{
    bool good = mpn >= fake->machine.hypervisor_pages && mpn < fake->machine.machine_pages;
    if (!good)
        fake_complain(fake, "%s: MPN %u is not for VMs", operation, mpn);
    return good;
}

static struct fake_mapping *mapping_of(struct fake *fake, const char *operation, uint16_t vm,
                                       uint32_t ppn)
{
    static struct fake_mapping nowhere;
    if (vm < fake->machine.max_vms && fake->vms[vm].on && ppn < fake->vms[vm].max_pages)
        return &fake->vms[vm].pages[ppn];
    fake_complain(fake, "%s: there is no page %u:%u", operation, vm, ppn);
    nowhere = (struct fake_mapping){.mpn = MP_NO_PAGE};
    return &nowhere;
}

static void mapping_remove(struct fake *fake, struct fake_mapping *mapping)
{
    if (mapping->mpn == MP_NO_PAGE)
        return;
    fake->mapped[mapping->mpn]--;
    fake->writable[mapping->mpn] -= mapping->writable;
    mapping->mpn = MP_NO_PAGE;
    mapping->writable = false;
}

static void op_hash(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    struct fake *fake = context;
    if (count < 1 || count > 16)
        fake_complain(fake, "hash: %u pages at a time", count);
    for (uint32_t i = 0; i < count; i++) {
        if (mpn_good(fake, "hash", mpn[i]))
            hash[i] = hash_of(fake, fake->contents[mpn[i]]);
        fake_note(fake, "hash %u\n", mpn[i]);
    }
}

static bool op_same(void *context, uint32_t mpn, uint32_t other_mpn)
{
    struct fake *fake = context;
    fake_note(fake, "same %u %u\n", mpn, other_mpn);
    if (mpn == other_mpn)
        fake_complain(fake, "same: MPN %u with itself", mpn);
    if (fake->writable[mpn] || fake->writable[other_mpn])
        fake_complain(fake, "same: MPN %u or %u can still be written", mpn, other_mpn);
    return mpn_good(fake, "same", mpn) && mpn_good(fake, "same", other_mpn) &&
           fake->contents[mpn] == fake->contents[other_mpn];
}

/* A page that is about to get new contents must not be in anybody's sight. */
static bool target_good(struct fake *fake, const char *operation, uint32_t mpn)
{
    if (!mpn_good(fake, operation, mpn))
        return false;
    if (fake->mapped[mpn])
        fake_complain(fake, "%s: MPN %u is mapped", operation, mpn);
    return true;
}

static void op_copy(void *context, uint32_t from_mpn, uint32_t to_mpn)
{
    struct fake *fake = context;
    fake_note(fake, "copy %u %u\n", from_mpn, to_mpn);
    if (mpn_good(fake, "copy", from_mpn) && target_good(fake, "copy", to_mpn))
        fake->contents[to_mpn] = fake->contents[from_mpn];
}

static void op_zero(void *context, uint32_t mpn)
{
    struct fake *fake = context;
    fake_note(fake, "zero %u\n", mpn);
    if (target_good(fake, "zero", mpn))
        fake->contents[mpn] = 0;
}

static void op_map(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable)
{
    struct fake *fake = context;
    fake_note(fake, "map %u:%u %u %s\n", vm, ppn, mpn, writable ? "rw" : "ro");
    struct fake_mapping *mapping = mapping_of(fake, "map", vm, ppn);
    if (!mpn_good(fake, "map", mpn))
        return;
    mapping_remove(fake, mapping);
    mapping->mpn = mpn;
    mapping->writable = writable;
    fake->mapped[mpn]++;
    fake->writable[mpn] += writable;
    if (fake->writable[mpn] && fake->mapped[mpn] > 1)
        fake_complain(fake, "map: MPN %u is writable and mapped twice", mpn);
}

static void op_unmap(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn)
{
    struct fake *fake = context;
    fake_note(fake, "unmap %u:%u %u\n", vm, ppn, mpn);
    struct fake_mapping *mapping = mapping_of(fake, "unmap", vm, ppn);
    if (mapping->mpn != MP_NO_PAGE && mapping->mpn != mpn)
        fake_complain(fake, "unmap: %u:%u is at MPN %u, not %u", vm, ppn, mapping->mpn, mpn);
    mapping_remove(fake, mapping);
}

static void op_drop(void *context, uint16_t vm, uint32_t ppn)
{
    struct fake *fake = context;
    fake_note(fake, "drop %u:%u\n", vm, ppn);
    mapping_remove(fake, mapping_of(fake, "drop", vm, ppn));
}

static void io_begin(struct fake *fake, const struct mp_page_io *page, bool in)
{
    for (uint32_t i = 0; i < fake->io_count; i++) {
        const struct mp_page_io *other = &fake->io[i].page;
        if (other->slot == page->slot || (in && other->mpn == page->mpn))
            fake_complain(fake, "page I/O: slot %u or MPN %u is in use by older I/O", page->slot,
                          page->mpn);
    }
    if (fake->io_count == fake->io_size) {
        fake->io_size = fake->io_size * 2 + 64;
        fake->io = must(realloc(fake->io, fake->io_size * sizeof *fake->io));
    }
    fake->io[fake->io_count++] = (struct fake_io){*page, in};
    if (in)
        fake->contents[page->mpn] = FAKE_POISON;
    else
        fake->swapped[page->slot] = FAKE_POISON;
}

static uint32_t op_page_out(void *context, const struct mp_page_io *pages, uint32_t count)
{
    struct fake *fake = context;
    uint32_t accepted = fake->accept_pages < count ? fake->accept_pages : count;
    if (count < 1 || count > fake->tunables.swap_cluster_pages)
        fake_complain(fake, "page_out: %u pages at a time", count);
    for (uint32_t i = 0; i < count; i++) {
        const struct mp_page_io *page = &pages[i];
        fake_note(fake, "out %u:%u %u %u%s\n", page->vm, page->ppn, page->mpn, page->slot,
                  i < accepted ? "" : " refused");
        if (i > 0 && page->slot <= pages[i - 1].slot)
            fake_complain(fake, "page_out: slot %u after %u", page->slot, pages[i - 1].slot);
        if (page->slot >= fake->machine.swap_pages || !mpn_good(fake, "page_out", page->mpn)) {
            fake_complain(fake, "page_out: slot %u does not exist", page->slot);
            continue;
        }
        const struct fake_mapping *mapping = mapping_of(fake, "page_out", page->vm, page->ppn);
        if (mapping->pinned)
            fake_complain(fake, "page_out: %u:%u is pinned", page->vm, page->ppn);
        if (i >= accepted)
            continue;
        if (mapping->writable)
            fake_complain(fake, "page_out: %u:%u can still be written", page->vm, page->ppn);
        io_begin(fake, page, false);
    }
    return accepted;
}

static bool op_page_in(void *context, const struct mp_page_io *page)
{
    struct fake *fake = context;
    bool accepted = fake->refuse_page_ins == 0;
    fake_note(fake, "in %u:%u %u %u%s\n", page->vm, page->ppn, page->mpn, page->slot,
              accepted ? "" : " refused");
    if (!accepted) {
        fake->refuse_page_ins--;
        return false;
    }
    mapping_of(fake, "page_in", page->vm, page->ppn);
    if (page->slot >= fake->machine.swap_pages)
        fake_complain(fake, "page_in: slot %u does not exist", page->slot);
    else if (target_good(fake, "page_in", page->mpn))
        io_begin(fake, page, true);
    return true;
}

static bool place_good(struct fake *fake, const char *operation, uint16_t vm, uint32_t place)
{
    bool good = vm < fake->machine.max_vms && fake->vms[vm].on && place < fake->vms[vm].places;
    if (!good)
        fake_complain(fake, "%s: VM %u has no place %u", operation, vm, place);
    return good;
}

static bool op_compress(void *context, uint16_t vm, uint32_t mpn, uint32_t place)
{
    struct fake *fake = context;
    if (!mpn_good(fake, "compress", mpn) || !place_good(fake, "compress", vm, place))
        return false;
    bool shrinks = !fake->shrinks || fake->shrinks(fake->contents[mpn]);
    fake_note(fake, "compress %u:%u %u%s\n", vm, place, mpn, shrinks ? "" : " no");
    if (fake->writable[mpn])
        fake_complain(fake, "compress: MPN %u can still be written", mpn);
    fake->vms[vm].compressed[place] = shrinks ? fake->contents[mpn] : FAKE_POISON;
    return shrinks;
}

/* What is in the place is used up. */
static void op_decompress(void *context, uint16_t vm, uint32_t place, uint32_t mpn, bool is_fault)
{
    struct fake *fake = context;
    fake_note(fake, "decompress %u:%u %u%s\n", vm, place, mpn, is_fault ? " fault" : "");
    if (!target_good(fake, "decompress", mpn) || !place_good(fake, "decompress", vm, place))
        return;
    fake->contents[mpn] = fake->vms[vm].compressed[place];
    fake->vms[vm].compressed[place] = FAKE_POISON;
}

static void op_balloon_target(void *context, uint16_t vm, uint32_t pages)
{
    struct fake *fake = context;
    fake_note(fake, "balloon %u %u\n", vm, pages);
    if (vm >= fake->machine.max_vms || !fake->vms[vm].on || pages > fake->vms[vm].max_pages)
        fake_complain(fake, "balloon_target: %u pages for VM %u", pages, vm);
    else
        fake->vms[vm].balloon_target_pages = pages;
}

static void op_block(void *context, uint16_t vm, bool blocked)
{
    struct fake *fake = context;
    fake_note(fake, "block %u %d\n", vm, blocked);
    if (fake->vms[vm].blocked == blocked)
        fake_complain(fake, "block: VM %u is already so", vm);
    fake->vms[vm].blocked = blocked;
}

static void op_retry(void *context, uint16_t vm, uint32_t ppn)
{
    struct fake *fake = context;
    fake_note(fake, "retry %u:%u\n", vm, ppn);
    mapping_of(fake, "retry", vm, ppn == MP_NO_PAGE ? 0 : ppn);
    if (fake->retry_count == fake->retry_size) {
        fake->retry_size = fake->retry_size * 2 + 64;
        fake->retries = must(realloc(fake->retries, fake->retry_size * sizeof *fake->retries));
    }
    fake->retries[fake->retry_count++] = (struct fake_retry){vm, ppn};
}

static bool op_pinned(void *context, uint16_t vm, uint32_t ppn)
{
    return mapping_of(context, "pinned", vm, ppn)->pinned;
}

static void op_large_broken(void *context, uint16_t vm, uint32_t ppn)
{
    struct fake *fake = context;
    fake_note(fake, "broken %u:%u\n", vm, ppn);
    mapping_of(fake, "large_broken", vm, ppn);
    fake->large_broken++;
}

static bool op_cpu_idle(void *context)
{
    return !((struct fake *)context)->is_busy;
}

static uint32_t op_random_below(void *context, uint16_t vm, enum mp_stream stream, uint32_t n)
{
    struct fake *fake = context;
    if (vm >= fake->machine.max_vms || stream >= MP_STREAM_COUNT || n == 0) {
        fake_complain(fake, "random_below: VM %u, stream %u, below %u", vm, stream, n);
        return 0;
    }
    return (uint32_t)(fake_random(&fake->vms[vm].random[stream]) % n);
}

static void op_shared_page(void *context, uint16_t number, uint32_t mpn, bool is_on,
                           bool has_copies)
{
    struct fake *fake = context;
    struct fake_vm *vm = &fake->vms[number];
    if (!mpn_good(fake, "shared_page", mpn) || has_copies != fake->has_copies[mpn] ||
        (!is_on && vm->shared[mpn] == 0)) {
        fake_complain(fake, "shared_page: VM %u, MPN %u, %d, copies %d", number, mpn, is_on,
                      has_copies);
        return;
    }
    vm->shared[mpn] += is_on ? 1u : -1u;
    vm->shared_pages += has_copies ? (is_on ? 1u : -1u) : 0;
    if (has_copies && vm->shared[mpn] == is_on)
        vm->shared_mpns += is_on ? 1u : -1u;
}

/* One page is on the MPN, or none: whose, is found by asking all. */
static void op_shared_copies(void *context, uint32_t mpn, bool has_copies)
{
    struct fake *fake = context;
    uint32_t pages = 0;
    if (!mpn_good(fake, "shared_copies", mpn) || has_copies == fake->has_copies[mpn]) {
        fake_complain(fake, "shared_copies: MPN %u, %d", mpn, has_copies);
        return;
    }
    fake->has_copies[mpn] = has_copies;
    for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
        if (!fake->vms[vm].on || fake->vms[vm].shared[mpn] == 0)
            continue;
        pages += fake->vms[vm].shared[mpn];
        fake->vms[vm].shared_pages += has_copies ? 1u : -1u;
        fake->vms[vm].shared_mpns += has_copies ? 1u : -1u;
    }
    if (pages > 1)
        fake_complain(fake, "shared_copies: MPN %u has %u pages", mpn, pages);
}

static void op_decision(void *context, const struct mp_decision *decision)
{
    struct fake *fake = context;
    fake_note(fake, "decision %u %s target %u balloon %u swap %u\n", decision->vm,
              mp_reason_name(decision->reason), decision->target_pages,
              decision->balloon_target_pages, decision->swap_target_pages);
    fake->vms[decision->vm].decision = *decision;
    fake->vms[decision->vm].decisions++;
    fake->reasons[decision->reason]++;
}

static void op_event(void *context, const struct mp_event *event)
{
    static const char *const names[] = {"state", "pop", "false match", "swap full", "io failed"};
    struct fake *fake = context;
    fake_note(fake, "event %s %u %u\n", names[event->kind], event->a, event->b);
    fake->event = *event;
    fake->events[event->kind]++;
}

static void op_decision_input(void *context, uint64_t at_ns, uint16_t vm,
                              const struct mp_input *inputs, uint32_t count)
{
    struct fake *fake = context;
    if (at_ns != fake->vms[vm].decision.at_ns)
        fake_complain(fake, "decision_input: of VM %u without a decision", vm);
    fake_note(fake, "inputs %u:", vm);
    for (uint32_t i = 0; i < count; i++)
        fake_note(fake, " %s %" PRId64, inputs[i].name, inputs[i].value);
    fake_note(fake, "\n");
}

static void op_bad_order(void *context, const struct mp_bad_order *order)
{
    struct fake *fake = context;
    fake_note(fake, "bad order of %s: %d %s %u, not %u to %u\n", order->governor,
              order->vm == MP_NO_VM ? -1 : order->vm, order->what, order->ordered, order->least,
              order->most);
    fake->bad_order = *order;
    fake->bad_orders++;
}

static void op_panic(void *context, const char *what)
{
    struct fake *fake = context;
    fake->panic = what;
    if (fake->on_panic)
        longjmp(*fake->on_panic, 1);
    fprintf(stderr, "\nfake: the policy panics at %" PRIu64 " ns: %s\n", fake->now_ns, what);
    abort();
}

static const struct mp_ops operations = {
    .hash = op_hash,
    .same = op_same,
    .copy = op_copy,
    .zero = op_zero,
    .map = op_map,
    .unmap = op_unmap,
    .drop = op_drop,
    .page_out = op_page_out,
    .page_in = op_page_in,
    .balloon_target = op_balloon_target,
    .block = op_block,
    .retry = op_retry,
    .pinned = op_pinned,
    .cpu_idle = op_cpu_idle,
    .compress = op_compress,
    .decompress = op_decompress,
    .random_below = op_random_below,
    .shared_page = op_shared_page,
    .shared_copies = op_shared_copies,
    .large_broken = op_large_broken,
    .decision = op_decision,
    .decision_input = op_decision_input,
    .bad_order = op_bad_order,
    .event = op_event,
    .panic = op_panic,
};

/* ---- Life -------------------------------------------------------------------------------- */

void fake_init(struct fake *fake, uint32_t machine_pages)
{
    *fake = (struct fake){
        .machine = {.machine_pages = machine_pages, .swap_pages = 4 * machine_pages, .max_vms = 4},
        .hash_mask = UINT64_MAX,
        .accept_pages = UINT32_MAX,
    };
    mp_tunables_preset(&fake->tunables);
    fake->tunables.overhead_start_pages = 0;
    fake->tunables.overhead_full_pages = 0;
}

void fake_start(struct fake *fake)
{
    const struct mp_machine *machine = &fake->machine;
    fake->machine.zero_hash = hash_of(fake, 0);
    const char *wrong = mp_tunables_check(&fake->tunables);
    if (wrong)
        fake_complain(fake, "tunables: %s", wrong);
    fake->contents = zeroed(machine->machine_pages, sizeof *fake->contents);
    for (uint32_t mpn = 0; mpn < machine->machine_pages; mpn++)
        fake->contents[mpn] = FAKE_POISON;
    fake->mapped = zeroed(machine->machine_pages, sizeof *fake->mapped);
    fake->writable = zeroed(machine->machine_pages, sizeof *fake->writable);
    fake->has_copies = zeroed(machine->machine_pages, sizeof *fake->has_copies);
    fake->seen = zeroed(machine->machine_pages / 8 + 1, 1);
    fake->swapped = zeroed(machine->swap_pages, sizeof *fake->swapped);
    fake->vms = zeroed(machine->max_vms, sizeof *fake->vms);
    for (uint16_t vm = 0; vm < machine->max_vms; vm++) {
        for (uint32_t stream = 0; stream < MP_STREAM_COUNT; stream++)
            fake->vms[vm].random[stream] = fake_mix(vm * 16u + stream);
    }
    fake->buffer_bytes = mp_footprint(machine, &fake->tunables, &fake->members);
    fake->buffer = buffer_new(fake->buffer_bytes);
    fake->mp = mp_init(fake->buffer, machine, &fake->tunables, &fake->members, &operations, fake,
                       fake->now_ns);
}

void fake_fini(struct fake *fake)
{
    if (fake->mp) {
        fake_check(fake);
        mp_fini(fake->mp);
    }
    for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
        free(fake->vms[vm].pages);
        free(fake->vms[vm].shared);
        free(fake->vms[vm].compressed);
        free(fake->vms[vm].buffer);
    }
    free(fake->vms);
    free(fake->buffer);
    free(fake->contents);
    free(fake->mapped);
    free(fake->writable);
    free(fake->has_copies);
    free(fake->seen);
    free(fake->swapped);
    free(fake->io);
    free(fake->retries);
    free(fake->log);
}

/* The mirror of one page against its pmap entry. */
static bool page_good(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    const struct mp_pmap_entry *entry = &mp_pmap(fake->mp, vm)[ppn];
    const struct fake_mapping *mapping = &fake->vms[vm].pages[ppn];
    if (mapping->mpn == MP_NO_PAGE)
        return true;
    if (mapping->mpn != entry->where || mp_page_awaited(fake->mp, vm, ppn))
        return false;
    switch (entry->backing) {
    case MP_PRIVATE:
        return true;
    case MP_SHARED:
    case MP_PAGING_OUT:
        return !mapping->writable;
    default:
        return false;
    }
}

/* What was told of the pages that a VM shares, against a walk over them. */
static void check_sharing(struct fake *fake, uint16_t vm)
{
    const struct fake_vm *it = &fake->vms[vm];
    struct mp_sharing_split split;
    mp_sharing_split(fake->mp, vm, fake->seen, &split);
    if (it->shared_pages != split.shared_pages ||
        it->shared_pages - it->shared_mpns != split.self_saved_pages)
        fake_complain(fake, "VM %u shares %u pages and %u with itself, %u and %u were told", vm,
                      split.shared_pages, split.self_saved_pages, it->shared_pages,
                      it->shared_pages - it->shared_mpns);
}

const char *fake_verify(struct fake *fake)
{
    check_guard(fake, fake->buffer, fake->buffer_bytes);
    for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
        check_guard(fake, fake->vms[vm].buffer, fake->vms[vm].buffer_bytes);
        for (uint32_t ppn = 0; fake->vms[vm].on && ppn < fake->vms[vm].max_pages; ppn++) {
            if (!page_good(fake, vm, ppn))
                fake_complain(fake, "the mapping of %u:%u is not as its pmap entry (backing %u)",
                              vm, ppn, fake_backing(fake, vm, ppn));
        }
        if (fake->vms[vm].on)
            check_sharing(fake, vm);
    }
    if (fake->bad_orders && !fake->wants_bad_orders)
        fake_complain(fake, "the governor ordered %s %u", fake->bad_order.what,
                      fake->bad_order.ordered);
    return fake->complaint[0] ? fake->complaint : mp_verify(fake->mp);
}

bool fake_check(struct fake *fake)
{
    const char *wrong = fake_verify(fake);
    return CHECK_TEXT(wrong ? wrong : "in order", "in order");
}

enum mp_refusal fake_vm_on(struct fake *fake, uint16_t vm, const struct mp_vm_config *config)
{
    struct fake_vm *it = &fake->vms[vm];
    it->buffer_bytes = mp_vm_footprint(fake->mp, config);
    void *buffer = buffer_new(it->buffer_bytes);
    it->pages = zeroed(config->max_pages, sizeof *it->pages);
    for (uint32_t ppn = 0; ppn < config->max_pages; ppn++)
        it->pages[ppn].mpn = MP_NO_PAGE;
    it->shared = zeroed(fake->machine.machine_pages, sizeof *it->shared);
    it->places = mp_compress_places(fake->mp, config->max_pages);
    it->compressed = zeroed(it->places, sizeof *it->compressed);
    it->on = true; /* the library may set its balloon target at once */
    it->driver = it->blocked = false;
    it->max_pages = config->max_pages;
    it->balloon_target_pages = 0;
    it->vm_ns = 0;
    struct mp_admission answer;
    enum mp_refusal refusal = mp_vm_on(fake->mp, vm, config, buffer, fake->now_ns, &answer);
    if (answer.refusal != refusal)
        fake_complain(fake, "vm_on: two answers, %u and %u", refusal, answer.refusal);
    if (refusal != MP_ADMITTED) {
        it->on = false;
        free(buffer);
        free(it->pages);
        free(it->shared);
        free(it->compressed);
        it->pages = NULL;
        it->shared = NULL;
        it->compressed = NULL;
        return refusal;
    }
    it->buffer = buffer;
    return MP_ADMITTED;
}

void fake_vm_start(struct fake *fake, uint16_t vm, uint32_t max_pages, uint32_t min_pages,
                   uint32_t shares)
{
    const struct mp_vm_config config = {
        .max_pages = max_pages, .min_pages = min_pages, .shares = shares};
    CHECK_EQ(fake_vm_on(fake, vm, &config), MP_ADMITTED);
}

void fake_vm_off(struct fake *fake, uint16_t vm)
{
    struct fake_vm *it = &fake->vms[vm];
    void *buffer = mp_vm_off(fake->mp, vm, fake->now_ns);
    check_guard(fake, it->buffer, it->buffer_bytes);
    if (buffer != it->buffer)
        fake_complain(fake, "vm_off: VM %u gets another buffer back", vm);
    if (it->shared_pages != 0 || it->shared_mpns != 0)
        fake_complain(fake, "vm_off: VM %u still shares %u pages", vm, it->shared_pages);
    for (uint32_t ppn = 0; ppn < it->max_pages; ppn++)
        mapping_remove(fake, &it->pages[ppn]); /* with the VM its mappings go */
    it->on = it->driver = it->blocked = false;
    free(it->buffer);
    free(it->pages);
    free(it->shared);
    free(it->compressed);
    it->buffer = NULL;
    it->pages = NULL;
    it->shared = NULL;
    it->compressed = NULL;
}
