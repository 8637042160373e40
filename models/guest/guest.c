/*
 * The guest's public face: making one, running it in slices, reading its state.
 *
 * The hazard is the order of things inside a slice: timers that are due come first, then the flush
 * daemon, then processes; a stall ends the slice after the step that met it.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/guest/internal.h"

static const struct os *const oses[GUEST_OS_COUNT] = {
    [GUEST_BARE] = &guest_os_bare,
    [GUEST_LINUX_2_4] = &guest_os_linux,
    [GUEST_WINDOWS_2000] = &guest_os_windows,
};

const char *guest_os_name(enum guest_os os)
{
    return os < GUEST_OS_COUNT ? oses[os]->name : "unknown";
}

const struct guest_kernel_item *guest_kernel_items(enum guest_os os)
{
    return oses[os]->kernel;
}

uint32_t guest_kernel_pages(enum guest_os os, uint32_t memory_pages)
{
    return guest_kernel_boot_pages(oses[os], memory_pages);
}

/* ---- Making ------------------------------------------------------------------------------ */

struct array {
    void **memory;
    uint64_t bytes;
};

#define ARRAY_COUNT 8

static void arrays_of(struct guest *guest, struct array *array)
{
    uint64_t pages = guest->os->manages_memory ? guest->config.memory_pages : 0;
    array[0] = (struct array){(void **)&guest->page, (pages + PAGE_LISTS) * sizeof *guest->page};
    array[1] = (struct array){(void **)&guest->place, (uint64_t)PLACE_COUNT * sizeof *guest->place};
    array[2] = (struct array){(void **)&guest->file, (uint64_t)FILE_MOST * sizeof *guest->file};
    array[3] =
        (struct array){(void **)&guest->request, guest->request_slots * sizeof *guest->request};
    array[4] = (struct array){(void **)&guest->swap.owner,
                              (guest->config.swap_pages + UINT64_C(1)) * sizeof(uint32_t)};
    array[5] = (struct array){(void **)&guest->process, PROCESS_MOST * sizeof *guest->process};
    array[6] = (struct array){(void **)&guest->dirty, (pages + DIRTY_LISTS) * sizeof *guest->dirty};
    array[7] = (struct array){(void **)&guest->swap.content,
                              (guest->config.swap_pages + UINT64_C(1)) * sizeof(uint64_t)};
}

static bool check(const struct guest_config *config, struct sim_error *error)
{
    uint32_t kernel = guest_kernel_pages(config->os, config->memory_pages);
    struct watermarks marks;
    oses[config->os]->watermarks(config->memory_pages, &marks);
    if (config->memory_pages == 0 || config->memory_pages > PLACE_NUMBER) {
        sim_error_set(error, SIM_USAGE, "guest %s: expected 1 to %u pages of memory, found %u",
                      config->name, PLACE_NUMBER, config->memory_pages);
        return false;
    }
    if (kernel + marks.high >= config->memory_pages && config->os != GUEST_BARE) {
        sim_error_set(error, SIM_USAGE,
                      "guest %s: expected more than the %u pages that %s itself needs, found %u",
                      config->name, kernel + marks.high, oses[config->os]->name,
                      config->memory_pages);
        return false;
    }
    return true;
}

struct guest *guest_new(const struct guest_config *config, struct guest_hw *hw,
                        struct sim_error *error)
{
    assert(config->os < GUEST_OS_COUNT);
    if (!check(config, error))
        return NULL;
    struct guest *guest = calloc(1, sizeof *guest);
    if (!guest) {
        sim_error_set(error, SIM_SYSTEM, "guest %s: no memory", config->name);
        return NULL;
    }
    guest->os = oses[config->os];
    guest->hw = hw;
    guest->config = *config;
    guest->request_slots = guest->os->request_slots(config->memory_pages);
    snprintf(guest->name, sizeof guest->name, "%s", config->name);
    guest->config.name = guest->name;
    cost_cpu_init(&guest->cost, config->cpu_mhz);
    struct array array[ARRAY_COUNT];
    arrays_of(guest, array);
    for (int i = 0; i < ARRAY_COUNT; i++) {
        *array[i].memory = guest_reserve(array[i].bytes);
        if (!*array[i].memory) {
            sim_error_set(error, SIM_SYSTEM, "guest %s: no address space for its tables",
                          config->name);
            guest_free(guest);
            return NULL;
        }
    }
    guest->watermarks = (struct watermarks){0, 0, 0};
    guest->os->watermarks(config->memory_pages, &guest->watermarks);
    guest->current = NONE;
    guest->sleep_ns = guest->flush_tick_ns = guest->halted_since_ns = SIM_NEVER;
    guest->balloon.start_ns = SIM_NEVER;
    guest->places = PLACE_FILES;
    guest->blocks = FILE_FIRST_BLOCKS; /* block 0 stands for none */
    struct queue empty = {NONE, NONE};
    guest->ready = guest->memory_waiters = guest->request_waiters = guest->throttled = empty;
    guest_io_init(guest);
    if (guest->os->manages_memory) {
        guest->kernel_pages = guest_kernel_pages(config->os, config->memory_pages);
        guest_page_init(guest);
        guest_system_init(guest);
    }
    return guest;
}

void guest_free(struct guest *guest)
{
    if (!guest)
        return;
    struct array array[ARRAY_COUNT];
    arrays_of(guest, array);
    for (int i = 0; i < ARRAY_COUNT; i++)
        guest_release(*array[i].memory, array[i].bytes);
    free(guest);
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
        guest_process_start(guest, 0, now_ns);
    } else {
        guest_system_booted(guest);
    }
}

static uint64_t next_timer_ns(const struct guest *guest)
{
    uint64_t at_ns = guest_balloon_next_ns(guest);
    if (guest->sleep_ns < at_ns)
        at_ns = guest->sleep_ns;
    return guest->flush_tick_ns < at_ns ? guest->flush_tick_ns : at_ns;
}

static void timers(struct guest *guest)
{
    uint64_t now_ns = guest_now(guest);
    if (guest->sleep_ns <= now_ns)
        guest_process_wake_sleepers(guest);
    if (guest->flush_tick_ns <= now_ns)
        guest_flush_tick(guest);
    if (guest_balloon_next_ns(guest) <= now_ns)
        guest_balloon_tick(guest);
}

/* When nothing else is to be run; the boot's own zeroing is no business of it. */
static bool zero_page_thread(struct guest *guest)
{
    return guest->os->zeroes_memory && guest->list_pages[PAGE_FREE] > 0 &&
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
        if (guest_process_run(guest, limit_ns))
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

void guest_status(const struct guest *guest, struct guest_status *status)
{
    *status = guest->count;
    status->booted = guest->booted;
    status->balloon_running = guest->balloon.running;
    status->free_pages = guest->os->manages_memory ? guest_page_free_count(guest) : 0;
    status->kernel_pages = guest->list_pages[PAGE_KERNEL];
    status->cache_pages = guest->cache_pages;
    status->dirty_pages = guest->dirty_pages;
    status->process_pages = guest->process_pages;
    status->balloon_pages = guest->list_pages[PAGE_BALLOON];
    status->balloon_failures = guest->balloon.failures;
}
