/*
 * The policy library's own choice of victims (section 3.3 of the paper): each memory is a machine
 * with one VM, all faults go through mp_fault(), and this file is its embedder. Nothing is shared
 * or ballooned, and a device's work takes no time. So what is seen is whom the library pages out.
 *
 * The machine has just the pages of the memory. The library begins to page out a little before it
 * is full, so at most 0.04% of it is free; below 2,500 pages nothing is.
 *
 * The hazard is time, of which a recording may have none. A touch takes such a part of the 5 s in
 * which the library's pages grow older (swap_victim 1), that there are as many touches in it as
 * pages in memory. The library is called when a fault or its own deadline comes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ballast/replay/policies.h"
#include "models/policy/mp.h"
#include "sim/random.h"
#include "sim/reserve.h"

#define START_NS                                                                                   \
    UINT64_C(1000000000)               /* the pager may take up pages by the time that has passed  \
                                        */
#define PERIOD_NS UINT64_C(5000000000) /* in which pages grow older */
#define LEAST_NS  100u                 /* of a touch: the pager then takes up 10 pages in it */

/* Values of the tunable swap_victim. */
enum victim { VICTIM_RANDOM, VICTIM_LRU, VICTIM_CLOCK };

/* Page I/O that was begun and must be reported. */
struct io {
    struct mp_page_io page;
    bool in;
};

enum { IO_MOST = 300 }; /* at most 256 page-outs at once, and the one page that is touched */

struct machine {
    struct esx *esx;
    uint32_t number;
    struct mp *mp;
    void *machine_buffer, *vm_buffer;
    size_t machine_bytes, vm_bytes;
    uint64_t touch_ns, due_touch; /* the touch at which the library wants to be called */
    struct sim_random random;
    struct io io[IO_MOST];
    uint32_t io_count;
};

struct esx {
    uint32_t count, pages, all;
    uint32_t *mapped; /* by page: bit k: machine k lets accesses through */
    uint64_t touches, due_touch;
    struct machine machines[REPLAY_MEMORIES_MOST];
};

/* ---- The operations ---------------------------------------------------------------------- */

static void op_map(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable)
{
    struct machine *machine = context;
    (void)vm;
    (void)mpn;
    (void)writable;
    machine->esx->mapped[ppn] |= UINT32_C(1) << machine->number;
}

static void op_drop(void *context, uint16_t vm, uint32_t ppn)
{
    struct machine *machine = context;
    (void)vm;
    machine->esx->mapped[ppn] &= ~(UINT32_C(1) << machine->number);
}

static void op_unmap(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn)
{
    (void)mpn;
    op_drop(context, vm, ppn);
}

static uint32_t op_page_out(void *context, const struct mp_page_io *pages, uint32_t count)
{
    struct machine *machine = context;
    uint32_t taken = 0;
    while (taken < count && machine->io_count + 1 < IO_MOST)
        machine->io[machine->io_count++] = (struct io){pages[taken++], false};
    return taken;
}

static bool op_page_in(void *context, const struct mp_page_io *page)
{
    struct machine *machine = context;
    if (machine->io_count == IO_MOST)
        return false;
    machine->io[machine->io_count++] = (struct io){*page, true};
    return true;
}

static uint32_t op_random_below(void *context, uint16_t vm, enum mp_stream stream, uint32_t n)
{
    struct machine *machine = context;
    (void)vm;
    (void)stream;
    return sim_random_below(&machine->random, n);
}

static void op_panic(void *context, const char *what)
{
    (void)context;
    fprintf(stderr, "ballast: replay: the policy library panics: %s\n", what);
    abort();
}

static struct mp_ops operations(void)
{
    struct mp_ops ops = mp_ops_inert;
    ops.map = op_map;
    ops.drop = op_drop;
    ops.unmap = op_unmap;
    ops.page_out = op_page_out;
    ops.page_in = op_page_in;
    ops.random_below = op_random_below;
    ops.panic = op_panic;
    return ops;
}

/* ---- Machines ---------------------------------------------------------------------------- */

static struct mp_tunables tunables_of(enum victim victim)
{
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.swap_victim = victim;
    tunables.swap_cluster_pages = 1;
    tunables.swap_pages_s = 100000000;
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    tunables.share_enabled = 0;
    tunables.free_high_bp = 4;
    tunables.free_soft_bp = 3;
    tunables.free_hard_bp = 2;
    tunables.free_low_bp = 1;
    tunables.free_margin_bp = 0;
    tunables.sample_pages = 1; /* with one VM there is nothing to estimate for */
    tunables.sample_period_ms = 3600000;
    return tunables;
}

static bool machine_start(struct machine *machine, enum victim victim, uint32_t memory_pages,
                          uint64_t seed)
{
    struct esx *esx = machine->esx;
    struct mp_tunables tunables = tunables_of(victim);
    struct mp_machine about = {
        .machine_pages = memory_pages, .swap_pages = esx->pages, .max_vms = 1};
    struct mp_vm_config vm = {.max_pages = esx->pages, .shares = 1};
    struct mp_ops ops = operations();
    struct mp_admission answer;
    char name[40];

    snprintf(name, sizeof name, "replay.esx.%u", memory_pages);
    sim_random_init(&machine->random, seed, 0, name);
    machine->touch_ns = PERIOD_NS / memory_pages;
    machine->touch_ns = machine->touch_ns > LEAST_NS ? machine->touch_ns : LEAST_NS;
    machine->machine_bytes = mp_footprint(&about, &tunables, NULL);
    machine->machine_buffer = sim_reserve_huge(machine->machine_bytes);
    if (machine->machine_buffer == NULL)
        return false;
    machine->mp =
        mp_init(machine->machine_buffer, &about, &tunables, NULL, &ops, machine, START_NS);
    machine->vm_bytes = mp_vm_footprint(machine->mp, &vm);
    machine->vm_buffer = sim_reserve_huge(machine->vm_bytes);
    return machine->vm_buffer != NULL &&
           mp_vm_on(machine->mp, 0, &vm, machine->vm_buffer, START_NS, &answer) == MP_ADMITTED;
}

static void end(void *state)
{
    struct esx *esx = state;
    if (esx == NULL)
        return;
    for (uint32_t k = 0; k < esx->count; k++) {
        struct machine *machine = &esx->machines[k];
        sim_release(machine->vm_buffer, machine->vm_bytes);
        sim_release(machine->machine_buffer, machine->machine_bytes);
        sim_random_fini(&machine->random);
    }
    sim_release(esx->mapped, (size_t)esx->pages * sizeof *esx->mapped);
    free(esx);
}

static void *begin(const struct replay_setup *setup, enum victim victim)
{
    struct esx *esx = calloc(1, sizeof *esx);
    if (esx == NULL)
        return NULL;
    esx->pages = setup->pages;
    esx->all = (uint32_t)((UINT64_C(1) << setup->count) - 1);
    esx->mapped = sim_reserve_huge((size_t)esx->pages * sizeof *esx->mapped);
    bool is_there = esx->mapped != NULL;
    while (is_there && esx->count < setup->count) {
        struct machine *machine = &esx->machines[esx->count];
        machine->esx = esx;
        machine->number = esx->count++;
        is_there =
            machine_start(machine, victim, setup->memory_pages[machine->number], setup->seed);
    }
    if (!is_there) {
        end(esx);
        return NULL;
    }
    return esx;
}

/* ---- Touches ----------------------------------------------------------------------------- */

static uint64_t now_ns(const struct machine *machine)
{
    return START_NS + machine->esx->touches * machine->touch_ns;
}

static void io_end(struct machine *machine)
{
    while (machine->io_count > 0) {
        struct io io = machine->io[--machine->io_count];
        (io.in ? mp_page_in_done : mp_page_out_done)(machine->mp, &io.page, true, now_ns(machine));
    }
}

/* Does what the library has to do by now, and notes when it wants to be called next. */
static void settle(struct machine *machine)
{
    io_end(machine);
    while (mp_next_deadline(machine->mp) <= now_ns(machine)) {
        mp_tick(machine->mp, now_ns(machine));
        io_end(machine);
    }
    uint64_t left_ns = mp_next_deadline(machine->mp) - START_NS;
    machine->due_touch = left_ns / machine->touch_ns + (left_ns % machine->touch_ns > 0);
    struct esx *esx = machine->esx;
    esx->due_touch = UINT64_MAX;
    for (uint32_t k = 0; k < esx->count; k++)
        if (esx->machines[k].due_touch < esx->due_touch)
            esx->due_touch = esx->machines[k].due_touch;
}

static bool is_in_memory(const struct machine *machine, uint32_t page)
{
    enum mp_backing backing = mp_pmap(machine->mp, 0)[page].backing;
    return backing != MP_UNTOUCHED && backing != MP_SWAPPED;
}

/* A page that is in memory faults too, where the library has dropped its mapping to see the touch.
 */
static void fault(struct machine *machine, uint32_t page, uint64_t *misses)
{
    *misses += !is_in_memory(machine, page);
    while (mp_fault(machine->mp, 0, page, true, now_ns(machine), NULL) == MP_FAULT_WAIT)
        io_end(machine);
    settle(machine);
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    struct esx *esx = state;
    for (size_t i = 0; i < count; i++) {
        if (i + REPLAY_AHEAD < count)
            __builtin_prefetch(&esx->mapped[pages[i + REPLAY_AHEAD]], 1);
        if (++esx->touches >= esx->due_touch)
            for (uint32_t k = 0; k < esx->count; k++)
                settle(&esx->machines[k]);
        uint32_t faults = esx->all & ~esx->mapped[pages[i]];
        for (; faults != 0; faults &= faults - 1) {
            uint32_t k = (uint32_t)__builtin_ctz(faults);
            fault(&esx->machines[k], pages[i], &misses[k]);
        }
    }
}

/* ---- Rows -------------------------------------------------------------------------------- */

static void *begin_random(const struct replay_setup *setup)
{
    return begin(setup, VICTIM_RANDOM);
}

static void *begin_lru(const struct replay_setup *setup)
{
    return begin(setup, VICTIM_LRU);
}

static void *begin_clock(const struct replay_setup *setup)
{
    return begin(setup, VICTIM_CLOCK);
}

const struct replay_policy replay_esx = {
    .name = "esx",
    .summary = "as Ballast's policy library pages out: a random page",
    .needs_pages = true,
    .begin = begin_random,
    .touch = touch,
    .end = end,
};

const struct replay_policy replay_esx_lru = {
    .name = "esx-lru",
    .summary = "the same with its LRU by ages (swap_victim 1)",
    .needs_pages = true,
    .begin = begin_lru,
    .touch = touch,
    .end = end,
};

const struct replay_policy replay_esx_clock = {
    .name = "esx-clock",
    .summary = "the same with its clock (swap_victim 2)",
    .needs_pages = true,
    .begin = begin_clock,
    .touch = touch,
    .end = end,
};
