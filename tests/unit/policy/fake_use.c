/*
 * What tests do with the fake embedder: accesses, the end of page I/O, the passing of time, the
 * balloon driver; and what they look at.
 */
#include "tests/unit/policy/fake.h"

#include "tests/check.h"

/* How many times an access is tried before the fake gives up: far more than any test needs. */
#define FAKE_TRIES 1000u

/* ---- Doing things ------------------------------------------------------------------------ */

/* Each access is a moment of its own. */
static void note_access(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    struct mp_accessed *accessed = mp_accessed(fake->mp, vm);

    if (!accessed)
        return;
    mp_accessed_note(accessed, ppn);
    mp_vm_accessed(fake->mp, vm, fake->now_ns);
}

uint64_t *fake_open(struct fake *fake, uint16_t vm, uint32_t ppn, bool write,
                    struct mp_fault_work *work)
{
    const struct fake_mapping *mapping = &fake->vms[vm].pages[ppn];
    if (work)
        *work = (struct mp_fault_work){0};
    if (mapping->mpn == MP_NO_PAGE || (write && !mapping->writable)) {
        if (mp_fault(fake->mp, vm, ppn, write, fake->now_ns, work) == MP_FAULT_WAIT)
            return NULL;
        if (mapping->mpn == MP_NO_PAGE || (write && !mapping->writable)) {
            fake_complain(fake, "fault: done, but %u:%u is not mapped for it", vm, ppn);
            return NULL;
        }
    }
    note_access(fake, vm, ppn);
    return &fake->contents[mapping->mpn];
}

bool fake_access(struct fake *fake, uint16_t vm, uint32_t ppn, bool write, uint64_t *contents,
                 struct mp_fault_work *work)
{
    uint64_t *place = fake_open(fake, vm, ppn, write, work);
    if (!place)
        return false;
    if (write)
        *place = *contents;
    else
        *contents = *place;
    return true;
}

static void access_until_done(struct fake *fake, uint16_t vm, uint32_t ppn, bool write,
                              uint64_t *contents)
{
    for (uint32_t i = 0; i < FAKE_TRIES; i++) {
        if (fake_access(fake, vm, ppn, write, contents, NULL))
            return;
        fake_io_end_all(fake);
        if (fake_access(fake, vm, ppn, write, contents, NULL))
            return;
        uint64_t next_ns = mp_next_deadline(fake->mp);
        fake_run(fake, next_ns == MP_NEVER ? fake->now_ns + FAKE_SECOND : next_ns);
    }
    fake_complain(fake, "an access to %u:%u waits for ever", vm, ppn);
}

uint64_t fake_read(struct fake *fake, uint16_t vm, uint32_t ppn)
{
    uint64_t contents = FAKE_POISON;
    access_until_done(fake, vm, ppn, false, &contents);
    return contents;
}

void fake_write(struct fake *fake, uint16_t vm, uint32_t ppn, uint64_t contents)
{
    access_until_done(fake, vm, ppn, true, &contents);
}

void fake_fill(struct fake *fake, uint16_t vm, uint32_t from, uint32_t to)
{
    for (uint32_t ppn = from; ppn < to; ppn++)
        fake_write(fake, vm, ppn, fake_unique(vm, ppn));
}

void fake_io_end(struct fake *fake, uint32_t index, bool ok)
{
    struct fake_io io = fake->io[index];
    fake->io_count--;
    memmove(&fake->io[index], &fake->io[index + 1], (fake->io_count - index) * sizeof *fake->io);
    if (io.in) {
        if (ok)
            fake->contents[io.page.mpn] = fake->swapped[io.page.slot];
        fake_note(fake, "in done %u:%u %s\n", io.page.vm, io.page.ppn, ok ? "ok" : "failed");
        mp_page_in_done(fake->mp, &io.page, ok, fake->now_ns);
    } else {
        if (ok)
            fake->swapped[io.page.slot] = fake->contents[io.page.mpn];
        fake_note(fake, "out done %u:%u %s\n", io.page.vm, io.page.ppn, ok ? "ok" : "failed");
        mp_page_out_done(fake->mp, &io.page, ok, fake->now_ns);
    }
}

void fake_io_end_all(struct fake *fake)
{
    while (fake->io_count)
        fake_io_end(fake, 0, true);
}

void fake_retries_clear(struct fake *fake)
{
    fake->retry_count = 0;
}

bool fake_retried(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    for (uint32_t i = 0; i < fake->retry_count; i++) {
        const struct fake_retry *retry = &fake->retries[i];
        if (retry->vm == vm && (retry->ppn == ppn || retry->ppn == MP_NO_PAGE))
            return true;
    }
    return false;
}

void fake_tick(struct fake *fake)
{
    for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
        if (fake->vms[vm].on)
            mp_vm_time(fake->mp, vm, fake->vms[vm].vm_ns);
    }
    mp_tick(fake->mp, fake->now_ns);
}

static void time_pass(struct fake *fake, uint64_t to_ns)
{
    for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
        if (fake->vms[vm].on && !fake->vms[vm].blocked)
            fake->vms[vm].vm_ns += to_ns - fake->now_ns;
    }
    fake->now_ns = to_ns;
}

void fake_run(struct fake *fake, uint64_t until_ns)
{
    for (;;) {
        uint64_t next_ns = mp_next_deadline(fake->mp);
        if (next_ns > until_ns)
            break;
        if (next_ns > fake->now_ns)
            time_pass(fake, next_ns);
        fake_tick(fake);
        fake_io_end_all(fake);
        if (mp_next_deadline(fake->mp) <= fake->now_ns) {
            fake_tick(fake); /* what page I/O set free may be used at once, but only once */
            if (mp_next_deadline(fake->mp) <= fake->now_ns)
                time_pass(fake, fake->now_ns + FAKE_MS);
        }
    }
    if (until_ns > fake->now_ns)
        time_pass(fake, until_ns);
}

/* ---- The balloon driver ------------------------------------------------------------------ */

void fake_driver(struct fake *fake, uint16_t vm, bool present)
{
    fake->vms[vm].driver = present;
    fake->vms[vm].balloon_target_pages = 0; /* a new driver knows of none */
    mp_balloon_driver(fake->mp, vm, present, fake->now_ns);
}

void fake_balloon_poll(struct fake *fake, uint16_t vm, uint32_t most)
{
    const struct fake_vm *it = &fake->vms[vm];
    uint32_t held = fake_count(fake, vm, MP_BALLOONED);
    uint32_t told = mp_balloon_poll(fake->mp, vm, fake->now_ns);
    CHECK_EQ(told, it->balloon_target_pages);
    for (uint32_t ppn = it->max_pages; ppn-- > 0 && most > 0;) {
        bool holds = fake_backing(fake, vm, ppn) == MP_BALLOONED;
        if (held < it->balloon_target_pages && !holds && !it->pages[ppn].pinned) {
            mp_balloon_taken(fake->mp, vm, ppn, fake->now_ns);
            held++;
            most--;
        } else if (held > it->balloon_target_pages && holds) {
            mp_balloon_returned(fake->mp, vm, ppn, fake->now_ns);
            held--;
            most--;
        }
    }
}

void fake_run_with_balloons(struct fake *fake, uint64_t until_ns)
{
    while (fake->now_ns < until_ns) {
        uint64_t next_ns = fake->now_ns + FAKE_SECOND;
        fake_run(fake, next_ns < until_ns ? next_ns : until_ns);
        for (uint16_t vm = 0; vm < fake->machine.max_vms; vm++) {
            if (fake->vms[vm].on && fake->vms[vm].driver && !fake->vms[vm].blocked)
                fake_balloon_poll(fake, vm, UINT32_MAX);
        }
    }
}

/* ---- Looking ----------------------------------------------------------------------------- */

struct mp_vm_status fake_vm_status(const struct fake *fake, uint16_t vm)
{
    struct mp_vm_status status;
    mp_vm_status(fake->mp, vm, &status);
    return status;
}

struct mp_status fake_status(const struct fake *fake)
{
    struct mp_status status;
    mp_status(fake->mp, &status);
    return status;
}

uint8_t fake_backing(const struct fake *fake, uint16_t vm, uint32_t ppn)
{
    return mp_pmap(fake->mp, vm)[ppn].backing;
}

uint32_t fake_count(const struct fake *fake, uint16_t vm, enum mp_backing backing)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < fake->vms[vm].max_pages; ppn++)
        count += fake_backing(fake, vm, ppn) == backing;
    return count;
}
