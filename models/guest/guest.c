/*
 * The public face: making a guest, running it in slices, reading its state.
 *
 * The hazard is the order of things inside a slice: timers that are due come first, then the flush
 * daemons, then processes. A stall ends the slice after the step that met it.
 */
#include "models/guest/guest.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/guest/balloon.h"
#include "models/guest/flush.h"
#include "models/guest/io.h"
#include "models/guest/meminfo.h"
#include "models/guest/memory.h"
#include "models/guest/schedule.h"
#include "models/guest/state.h"
#include "models/guest/swap.h"
#include "models/guest/system.h"
#include "sim/reserve.h"

/* ---- Making ------------------------------------------------------------------------------ */

struct array {
    void **memory;
    uint64_t bytes;
};

#define ARRAY_COUNT 14

static void arrays_of(struct guest *guest, struct array *array)
{
    uint64_t pages = guest->os->manages_memory ? guest->config.memory_pages : 0;
    uint64_t slots = guest->config.swap_pages + UINT64_C(1);
    uint32_t block_pages = guest->pages.blocks.size_pages;
    uint64_t blocks = block_pages > 0 ? pages / block_pages + 1 : 0;
    struct array all[ARRAY_COUNT] = {
        {(void **)&guest->pages.blocks.free_pages, blocks * sizeof *guest->pages.blocks.free_pages},
        {(void **)&guest->pages.blocks.is_new,
         (blocks + 63) / 64 * sizeof *guest->pages.blocks.is_new},
        {(void **)&guest->pages.mark, guest->os->splits_lists ? pages : 0},
        {(void **)&guest->pages.page, (pages + PAGE_HEADS) * sizeof *guest->pages.page},
        {(void **)&guest->pages.dirty, (pages + DIRTY_LISTS) * sizeof *guest->pages.dirty},
        {(void **)&guest->place, (uint64_t)PLACE_COUNT * sizeof *guest->place},
        {(void **)&guest->settled.bits[false], SETTLED_BYTES},
        {(void **)&guest->settled.bits[true], SETTLED_BYTES},
        {(void **)&guest->files.file, (uint64_t)FILE_MOST * sizeof *guest->files.file},
        {(void **)&guest->requests.request,
         guest->requests.slots * sizeof *guest->requests.request},
        {(void **)&guest->slots.owner, slots * sizeof *guest->slots.owner},
        {(void **)&guest->slots.content, slots * sizeof *guest->slots.content},
        {(void **)&guest->slots.shadow,
         guest->os->splits_lists ? slots * sizeof *guest->slots.shadow : 0},
        {(void **)&guest->processes.process, PROCESS_MOST * sizeof *guest->processes.process},
    };
    memcpy(array, all, sizeof all);
}

/* False: there is no address space for it. */
static bool reserve(struct guest *guest)
{
    struct array array[ARRAY_COUNT];
    arrays_of(guest, array);
    for (int i = 0; i < ARRAY_COUNT; i++) {
        *array[i].memory = sim_reserve(array[i].bytes);
        if (!*array[i].memory)
            return false;
    }
    return true;
}

static void init(struct guest *guest)
{
    const struct guest_config *config = &guest->config;
    struct queue empty = {NONE, NONE};
    guest->memory_waiters = guest->request_waiters = guest->throttled = empty;
    guest->flush_tick_ns = guest->halted_since_ns = guest->balloon.start_ns = SIM_NEVER;
    guest_watermarks(config, &guest->watermarks);
    guest->slots.total = config->swap_pages;
    guest->files.place = guest->place;
    guest_file_init(&guest->files);
    guest_process_init(&guest->processes, PLACE_FILES);
    guest_request_init(&guest->requests);
    guest->pages.is_split = guest->os->splits_lists;
    if (guest->os->manages_memory) {
        guest_page_init(&guest->pages, config->memory_pages, guest_kernel_own_pages(config));
        guest_system_init(guest);
    }
    if (guest->pages.is_split)
        guest_kswapd_init(guest);
}

struct guest *guest_new(const struct guest_config *config, struct guest_hw *hw,
                        struct sim_error *error)
{
    assert(config->os < GUEST_OS_COUNT);
    if (guest_check(config, error) != SIM_OK)
        return NULL;
    struct guest *guest = calloc(1, sizeof *guest);
    if (!guest) {
        sim_error_set(error, SIM_SYSTEM, "guest %s: no memory", config->name);
        return NULL;
    }
    guest->os = guest_os_find(config->os);
    guest->hw = hw;
    guest->config = *config;
    snprintf(guest->name, sizeof guest->name, "%s", config->name);
    guest->config.name = guest->name;
    guest->page_bytes = GUEST_PAGE_SIZE * guest_page_scale(config);
    guest->io_pages = guest_scaled_pages(config, IO_PAGES);
    guest->files.page_bytes = guest->page_bytes;
    if (config->reports_free_pages)
        guest->pages.blocks.size_pages = guest_scaled_pages(config, BLOCK_PAGES);
    guest->requests.slots =
        guest->os->request_slots(config->memory_pages * guest_page_scale(config));
    cost_cpu_init(&guest->cost, config->cpu_mhz, config->costs);
    struct cost_disk storage;
    cost_disk_init(&storage, config->costs);
    guest->zram_page_bytes = storage.zram_page_bytes;
    if (!reserve(guest)) {
        sim_error_set(error, SIM_SYSTEM, "guest %s: no address space for its tables", config->name);
        guest_free(guest);
        return NULL;
    }
    init(guest);
    return guest;
}

void guest_free(struct guest *guest)
{
    if (!guest)
        return;
    struct array array[ARRAY_COUNT];
    arrays_of(guest, array);
    for (int i = 0; i < ARRAY_COUNT; i++)
        sim_release(*array[i].memory, array[i].bytes);
    free(guest);
}

void guest_spawn(struct guest *guest, struct guest_program *program, uint64_t start_ns)
{
    uint32_t number = guest_process_new(&guest->processes, program, start_ns);
    if (guest->booted)
        guest_process_start(&guest->processes, number, start_ns, guest_now(guest));
}

uint32_t guest_files_new(struct guest *guest, uint32_t count, uint64_t image_bytes)
{
    return guest_file_new(&guest->files, count, image_bytes);
}

/* ---- Running ----------------------------------------------------------------------------- */

void guest_power_on(struct guest *guest, uint64_t now_ns)
{
    assert(!guest->on);
    guest->on = true;
    guest->now_ns = guest->power_on_ns = now_ns;
    guest_balloon_init(guest);
    if (guest->os->manages_memory) {
        guest->flush_tick_ns = now_ns + FLUSH_TICK_NS;
        guest->system.phase_ns = now_ns;
        guest_process_start(&guest->processes, 0, now_ns, now_ns);
        if (guest->pages.is_split)
            guest_process_start(&guest->processes, guest->kswapd.number, now_ns, now_ns);
    } else {
        guest_system_booted(guest);
    }
}

static uint64_t next_timer_ns(const struct guest *guest)
{
    uint64_t at_ns = guest_balloon_next_ns(guest);
    if (guest->processes.sleep_ns < at_ns)
        at_ns = guest->processes.sleep_ns;
    uint64_t report_ns = guest_reporting_next_ns(guest);
    if (report_ns < at_ns)
        at_ns = report_ns;
    return guest->flush_tick_ns < at_ns ? guest->flush_tick_ns : at_ns;
}

static void timers(struct guest *guest)
{
    uint64_t now_ns = guest_now(guest);
    if (guest->processes.sleep_ns <= now_ns)
        guest_process_wake_sleepers(&guest->processes, now_ns);
    if (guest->flush_tick_ns <= now_ns)
        guest_flush_tick(guest);
    if (guest_balloon_next_ns(guest) <= now_ns)
        guest_balloon_tick(guest);
    if (guest_reporting_next_ns(guest) <= now_ns)
        guest_reporting_tick(guest);
}

/* Runs when nothing else does. It zeroes freed pages only; fresh ones are the boot's own work. */
static bool zero_page_thread(struct guest *guest)
{
    return guest->os->zeroes_memory && guest->pages.count[PAGE_FREE] > 0 &&
           guest_memory_zero_one(guest);
}

struct guest_slice guest_run(struct guest *guest, uint64_t now_ns, uint64_t budget_ns)
{
    assert(guest->on && now_ns >= guest->now_ns);
    guest->now_ns = now_ns;
    guest->used_ns = 0;
    if (guest->halted_since_ns != SIM_NEVER)
        guest->count.idle_ns += now_ns - guest->halted_since_ns;
    guest->halted_since_ns = SIM_NEVER;

    struct guest_slice slice = {0};
    while (guest->used_ns < budget_ns && !guest->hw->stalled) {
        uint64_t timer_ns = next_timer_ns(guest);
        if (timer_ns <= guest_now(guest)) {
            timers(guest);
            continue;
        }
        if (guest_flush_wanted(guest)) {
            guest_flush_work(guest);
            continue;
        }
        uint64_t limit_ns = timer_ns - now_ns < budget_ns ? timer_ns - now_ns : budget_ns;
        if (guest_schedule_run(guest, limit_ns))
            continue;
        if (!zero_page_thread(guest)) {
            slice.halted = true;
            guest->halted_since_ns = guest_now(guest);
            break;
        }
    }
    guest->count.cpu_ns += guest->used_ns;
    slice.used_ns = guest->used_ns;
    slice.wake_ns = next_timer_ns(guest);
    return slice;
}

uint64_t guest_now_ns(const struct guest *guest)
{
    return guest_now(guest);
}

void guest_io_done(struct guest *guest, uint32_t tag, uint64_t now_ns)
{
    assert(tag < guest->requests.slots);
    struct request *request = &guest->requests.request[tag];
    assert(request->kind != IO_FREE);
    (void)now_ns;
    if (request->kind == IO_READ || request->kind == IO_WRITE)
        guest_io_file_done(guest, request);
    else
        guest_swap_done(guest, request);
    struct queue waiters = request->waiters;
    guest_request_end(&guest->requests, tag);
    guest_queue_wake(&guest->processes, &waiters);
    guest_queue_wake(&guest->processes, &guest->request_waiters);
    /* What was written can be reclaimed now. */
    guest_queue_wake(&guest->processes, &guest->memory_waiters);
}

void guest_unmapped(struct guest *guest, uint32_t ppn)
{
    if (!guest->os->manages_memory)
        return;
    const struct page *page = &guest->pages.page[ppn];
    if (page->list == PAGE_INACTIVE || page->list == PAGE_ACTIVE)
        guest_settled_clear(&guest->settled, page->owner);
}

void guest_unmapped_all(struct guest *guest)
{
    guest_settled_clear_all(&guest->settled, guest->processes.next_place);
}

bool guest_page_pinned(const struct guest *guest, uint32_t ppn)
{
    return guest->os->manages_memory && guest->pages.page[ppn].busy;
}

void guest_status(const struct guest *guest, struct guest_status *status)
{
    *status = guest->count;
    status->booted = guest->booted;
    for (uint32_t number = 0; number < guest->processes.count; number++) {
        const struct process *process = &guest->processes.process[number];
        status->programs_alive += !process->is_system && process->state != PROCESS_ENDED;
    }
    status->balloon_running = guest->balloon.running;
    status->free_pages = guest->os->manages_memory ? guest_page_free_count(&guest->pages) : 0;
    status->kernel_pages = guest->pages.count[PAGE_KERNEL];
    status->cache_pages = guest->cache_pages;
    status->dirty_pages = guest->pages.dirty_pages;
    status->process_pages = guest->process_pages;
    status->swap_used_pages = guest->slots.used;
    status->available_pages = guest_meminfo_available(guest);
    status->committed_pages = guest_meminfo_committed(guest);
    status->balloon_pages = guest->pages.count[PAGE_BALLOON];
    status->active_file_pages = guest->pages.count[PAGE_ACTIVE];
    status->active_process_pages = guest->pages.count[PAGE_ACTIVE_ANON];
    status->stalled_ns = guest_stall_ns(guest);
    status->balloon_failures = guest->balloon.failures;
}
