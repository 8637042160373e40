/*
 * The policy library over real memory: machine memory is a memfd, a VM's "physical" memory is put
 * together from its pages by mmap(), copy-on-write pages are mapped read-only, and a touch that the
 * mapping does not allow is a real fault. Machine pages that nobody has any more are punched out of
 * the file, so that what sharing saves shows in st_blocks: the kernel is the judge.
 */
#include "models/policy/mp.h"
#include "tests/check.h"
#include "tests/unit/policy/fake.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define MACHINE_PAGES 4096u
#define LOW_PAGES     300u
#define VM_PAGES      1000u
#define VMS           2u

struct machine {
    struct mp *mp;
    int fd;
    uint8_t *memory;      /* all of the memfd, as the hypervisor sees it */
    uint8_t *guest[VMS];  /* what each VM sees */
    uint32_t *held[VMS];  /* the MPN behind each PPN, MP_NO_PAGE without one */
    uint32_t *references; /* PPNs that each MPN is behind */
    void *buffer, *vm_buffer[VMS];
    uint64_t now_ns, random;
    volatile bool writing; /* what the access under way wants */
    volatile uint32_t faults;
    struct sigaction old;
};

static struct machine *active; /* for the signal handler */

static void check_system(bool ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    abort();
}

static uint8_t *page_of(const struct machine *machine, uint32_t mpn)
{
    return machine->memory + (size_t)mpn * MP_PAGE_SIZE;
}

static uint8_t *guest_page(const struct machine *machine, uint16_t vm, uint32_t ppn)
{
    return machine->guest[vm] + (size_t)ppn * MP_PAGE_SIZE;
}

/* ---- The operations ---------------------------------------------------------------------- */

static void op_hash(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    for (uint32_t i = 0; i < count; i++)
        hash[i] = XXH3_64bits(page_of(context, mpn[i]), MP_PAGE_SIZE);
}

static bool op_same(void *context, uint32_t mpn, uint32_t other_mpn)
{
    return memcmp(page_of(context, mpn), page_of(context, other_mpn), MP_PAGE_SIZE) == 0;
}

static void op_copy(void *context, uint32_t from_mpn, uint32_t to_mpn)
{
    memcpy(page_of(context, to_mpn), page_of(context, from_mpn), MP_PAGE_SIZE);
}

static void op_zero(void *context, uint32_t mpn)
{
    memset(page_of(context, mpn), 0, MP_PAGE_SIZE);
}

/* The kernel gets a machine page back as soon as no PPN has it. */
static void let_go(struct machine *machine, uint16_t vm, uint32_t ppn)
{
    uint32_t mpn = machine->held[vm][ppn];
    machine->held[vm][ppn] = MP_NO_PAGE;
    if (mpn == MP_NO_PAGE || --machine->references[mpn] > 0)
        return;
    check_system(fallocate(machine->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                           (off_t)mpn * MP_PAGE_SIZE, MP_PAGE_SIZE) == 0,
                 "fallocate");
}

static void op_map(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn, bool writable)
{
    struct machine *machine = context;
    void *place = guest_page(machine, vm, ppn);
    void *mapped = mmap(place, MP_PAGE_SIZE, PROT_READ | (writable ? PROT_WRITE : 0),
                        MAP_SHARED | MAP_FIXED, machine->fd, (off_t)mpn * MP_PAGE_SIZE);
    check_system(mapped == place, "mmap");
    if (machine->held[vm][ppn] == mpn)
        return;
    let_go(machine, vm, ppn);
    machine->held[vm][ppn] = mpn;
    machine->references[mpn]++;
}

static void op_drop(void *context, uint16_t vm, uint32_t ppn)
{
    void *place = guest_page(context, vm, ppn);
    void *mapped = mmap(place, MP_PAGE_SIZE, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    check_system(mapped == place, "mmap");
}

static void op_unmap(void *context, uint16_t vm, uint32_t ppn, uint32_t mpn)
{
    struct machine *machine = context;
    op_drop(machine, vm, ppn);
    CHECK_EQ(machine->held[vm][ppn], mpn);
    let_go(machine, vm, ppn);
}

static uint32_t op_random_below(void *context, uint16_t vm, enum mp_stream stream, uint32_t n)
{
    struct machine *machine = context;
    (void)vm, (void)stream;
    return (uint32_t)(fake_random(&machine->random) % n);
}

static void op_panic(void *context, const char *what)
{
    (void)context;
    fprintf(stderr, "\nmemfd: the policy panics: %s\n", what);
    abort();
}

/* There is memory enough: nothing is ever paged, ballooned, blocked or made to wait. */
static struct mp_ops operations(void)
{
    struct mp_ops ops = mp_ops_inert;
    ops.hash = op_hash;
    ops.same = op_same;
    ops.copy = op_copy;
    ops.zero = op_zero;
    ops.map = op_map;
    ops.unmap = op_unmap;
    ops.drop = op_drop;
    ops.random_below = op_random_below;
    ops.panic = op_panic;
    return ops;
}

/* ---- The machine ------------------------------------------------------------------------- */

/* A fault of a guest; any other is a bug of the test and ends it. */
static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    (void)context;
    for (uint16_t vm = 0; vm < VMS; vm++) {
        uintptr_t base = (uintptr_t)active->guest[vm];
        if (address < base || address >= base + (size_t)VM_PAGES * MP_PAGE_SIZE)
            continue;
        uint32_t ppn = (uint32_t)((address - base) / MP_PAGE_SIZE);
        active->faults++;
        if (mp_fault(active->mp, vm, ppn, active->writing, active->now_ns, NULL) != MP_FAULT_DONE)
            abort();
        return;
    }
    signal(signal_number, SIG_DFL);
}

static void *buffer_new(size_t bytes)
{
    size_t rounded = (bytes + 63) / 64 * 64;
    void *buffer = aligned_alloc(64, rounded);
    check_system(buffer != NULL, "aligned_alloc");
    return memset(buffer, 0, rounded);
}

static void machine_init(struct machine *machine)
{
    const size_t bytes = (size_t)MACHINE_PAGES * MP_PAGE_SIZE;
    const struct mp_vm_config config = {.max_pages = VM_PAGES, .shares = 1000};
    static const uint8_t zeroes[MP_PAGE_SIZE];
    struct mp_admission answer;
    struct mp_tunables tunables;
    *machine = (struct machine){.random = 1, .fd = memfd_create("machine", MFD_CLOEXEC)};
    check_system(machine->fd >= 0, "memfd_create");
    check_system(ftruncate(machine->fd, (off_t)bytes) == 0, "ftruncate");
    machine->memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, machine->fd, 0);
    check_system(machine->memory != MAP_FAILED, "mmap");
    machine->references = calloc(MACHINE_PAGES, sizeof *machine->references);
    check_system(machine->references != NULL, "calloc");

    const struct mp_machine shape = {
        .machine_pages = MACHINE_PAGES,
        .low_pages = LOW_PAGES,
        .swap_pages = VMS * VM_PAGES,
        .max_vms = VMS,
        .zero_hash = XXH3_64bits(zeroes, sizeof zeroes),
    };
    mp_tunables_preset(&tunables);
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    tunables.share_scan_vm_pages_s = tunables.share_scan_total_pages_s = 2000;
    machine->buffer = buffer_new(mp_footprint(&shape, &tunables, NULL));
    const struct mp_ops ops = operations();
    machine->mp = mp_init(machine->buffer, &shape, &tunables, NULL, &ops, machine, 0);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        machine->guest[vm] = mmap(NULL, (size_t)VM_PAGES * MP_PAGE_SIZE, PROT_NONE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        check_system(machine->guest[vm] != MAP_FAILED, "mmap");
        machine->held[vm] = malloc(VM_PAGES * sizeof *machine->held[vm]);
        check_system(machine->held[vm] != NULL, "malloc");
        memset(machine->held[vm], 0xff, VM_PAGES * sizeof *machine->held[vm]);
        machine->vm_buffer[vm] = buffer_new(mp_vm_footprint(machine->mp, &config));
        CHECK_EQ(mp_vm_on(machine->mp, vm, &config, machine->vm_buffer[vm], 0, &answer),
                 MP_ADMITTED);
    }
    active = machine;
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    check_system(sigaction(SIGSEGV, &action, &machine->old) == 0, "sigaction");
}

static void machine_fini(struct machine *machine)
{
    CHECK_TEXT(mp_verify(machine->mp) ? mp_verify(machine->mp) : "in order", "in order");
    sigaction(SIGSEGV, &machine->old, NULL);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        munmap(machine->guest[vm], (size_t)VM_PAGES * MP_PAGE_SIZE);
        free(machine->held[vm]);
        free(machine->vm_buffer[vm]);
    }
    munmap(machine->memory, (size_t)MACHINE_PAGES * MP_PAGE_SIZE);
    close(machine->fd);
    free(machine->references);
    free(machine->buffer);
}

static uint32_t pages_in_file(const struct machine *machine)
{
    struct stat status;
    check_system(fstat(machine->fd, &status) == 0, "fstat");
    return (uint32_t)(status.st_blocks / (MP_PAGE_SIZE / 512));
}

/* ---- The guests -------------------------------------------------------------------------- */

/* The bytes of a content id; 0 is a page of zeroes, and odd ids differ from the even one below them
 * in the last byte only. */
static void make_page(uint64_t id, uint8_t *bytes)
{
    uint64_t state = id / 2;
    memset(bytes, 0, MP_PAGE_SIZE);
    for (size_t i = 0; id > 1 && i < MP_PAGE_SIZE; i += sizeof state) {
        uint64_t word = fake_random(&state);
        memcpy(bytes + i, &word, sizeof word);
    }
    bytes[MP_PAGE_SIZE - 1] = (uint8_t)(bytes[MP_PAGE_SIZE - 1] ^ (id % 2));
}

static void guest_write(struct machine *machine, uint16_t vm, uint32_t ppn, uint64_t id)
{
    uint8_t bytes[MP_PAGE_SIZE];
    make_page(id, bytes);
    machine->writing = true;
    atomic_signal_fence(memory_order_seq_cst); /* the handler reads it */
    memcpy(guest_page(machine, vm, ppn), bytes, MP_PAGE_SIZE);
}

/* Turns the id into its neighbour by a write of one byte. */
static void guest_touch_up(struct machine *machine, uint16_t vm, uint32_t ppn)
{
    volatile uint8_t *last = guest_page(machine, vm, ppn) + MP_PAGE_SIZE - 1;
    machine->writing = false;
    uint8_t byte = *last;
    machine->writing = true;
    *last = byte ^ 1;
}

static bool guest_has(struct machine *machine, uint16_t vm, uint32_t ppn, uint64_t id)
{
    uint8_t bytes[MP_PAGE_SIZE];
    make_page(id, bytes);
    machine->writing = false;
    atomic_signal_fence(memory_order_seq_cst);
    return memcmp(guest_page(machine, vm, ppn), bytes, MP_PAGE_SIZE) == 0;
}

/* A third private, a third common to both VMs, the rest repeats and zeroes. */
static uint64_t layout(uint16_t vm, uint32_t ppn)
{
    if (ppn % 3 == 0)
        return 1000000 * (vm + 1u) + 2 * ppn;
    if (ppn % 3 == 1)
        return 10000 + ppn;
    return ppn % 5 ? 2 + ppn % 50 : 0;
}

static void fill(struct machine *machine)
{
    for (uint16_t vm = 0; vm < VMS; vm++) {
        for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++)
            guest_write(machine, vm, ppn, layout(vm, ppn));
    }
}

static int compare_ids(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static uint32_t distinct_pages(void)
{
    static uint64_t ids[VMS * VM_PAGES];
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < VMS * VM_PAGES; i++)
        ids[i] = layout((uint16_t)(i / VM_PAGES), i % VM_PAGES);
    qsort(ids, VMS * VM_PAGES, sizeof ids[0], compare_ids);
    for (uint32_t i = 0; i < VMS * VM_PAGES; i++)
        distinct += i == 0 || ids[i] != ids[i - 1];
    return distinct;
}

/* Lets the scanner run until nothing is left to be shared. */
static void scan_all(struct machine *machine)
{
    struct mp_status status;
    for (uint32_t seconds = 0; seconds < 120; seconds++) {
        machine->now_ns += FAKE_SECOND;
        while (mp_next_deadline(machine->mp) <= machine->now_ns) {
            for (uint16_t vm = 0; vm < VMS; vm++)
                mp_vm_time(machine->mp, vm, machine->now_ns);
            mp_tick(machine->mp, machine->now_ns);
        }
        mp_status(machine->mp, &status);
        if (status.in_use_pages == distinct_pages())
            return;
    }
    CHECK_EQ(status.in_use_pages, distinct_pages());
}

/* ---- Cases ------------------------------------------------------------------------------- */

static void memfd__sharing_frees_real_memory(void)
{
    struct machine machine;
    struct mp_status status;
    machine_init(&machine);
    CHECK_EQ(pages_in_file(&machine), 0);
    fill(&machine);
    CHECK_EQ(pages_in_file(&machine), VMS * VM_PAGES);
    scan_all(&machine);
    mp_status(machine.mp, &status);
    CHECK_EQ(status.in_use_pages, distinct_pages());
    CHECK_EQ(pages_in_file(&machine), distinct_pages());
    CHECK(pages_in_file(&machine) < VMS * VM_PAGES * 6 / 10);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++) {
            if (!guest_has(&machine, vm, ppn, layout(vm, ppn)))
                CHECK_EQ(ppn, UINT32_MAX);
        }
    }
    machine_fini(&machine);
}

/* A hint does not write-protect its page (4.2): only a page that became shared faults. */
static void memfd__a_write_to_a_hinted_page_does_not_fault(void)
{
    struct machine machine;
    struct mp_status status;
    machine_init(&machine);
    guest_write(&machine, 0, 7, 100);
    guest_write(&machine, 1, 8, 100);
    CHECK_EQ(machine.faults, 2);
    CHECK(!mp_page_hinted(machine.mp, 0, 7));
    CHECK(!mp_share_page(machine.mp, 0, 7, 0));
    CHECK(mp_page_hinted(machine.mp, 0, 7));
    guest_write(&machine, 0, 7, 200);
    CHECK_EQ(machine.faults, 2);

    CHECK(!mp_share_page(machine.mp, 1, 8, 0)); /* the hint of page 7 is stale now */
    guest_write(&machine, 0, 7, 100);
    CHECK_EQ(machine.faults, 2);
    CHECK(mp_share_page(machine.mp, 0, 7, 0));
    CHECK(!mp_page_hinted(machine.mp, 1, 8));
    guest_write(&machine, 0, 7, 300);
    CHECK_EQ(machine.faults, 3);
    mp_status(machine.mp, &status);
    CHECK_EQ(status.hints_stale, 1);
    CHECK_EQ(status.hints_found, 1);
    CHECK(guest_has(&machine, 1, 8, 100));
    machine_fini(&machine);
}

static void memfd__writes_do_not_leak(void)
{
    struct machine machine;
    machine_init(&machine);
    fill(&machine);
    scan_all(&machine);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn += 2)
        guest_touch_up(&machine, 1, ppn);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++) {
        CHECK(guest_has(&machine, 0, ppn, layout(0, ppn)));
        CHECK(guest_has(&machine, 1, ppn, layout(1, ppn) ^ (ppn % 2 == 0)));
    }
    struct mp_status status;
    mp_status(machine.mp, &status);
    CHECK(status.cow_breaks > 0);
    CHECK_EQ(pages_in_file(&machine), status.in_use_pages);
    machine_fini(&machine);
}

static void memfd__a_vm_that_goes_leaves_its_memory(void)
{
    struct machine machine;
    struct mp_status status;
    machine_init(&machine);
    fill(&machine);
    scan_all(&machine);
    CHECK(mp_vm_off(machine.mp, 0, machine.now_ns) == machine.vm_buffer[0]);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++)
        let_go(&machine, 0, ppn);
    mp_status(machine.mp, &status);
    CHECK_EQ(pages_in_file(&machine), status.in_use_pages);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++)
        CHECK(guest_has(&machine, 1, ppn, layout(1, ppn)));
    machine_fini(&machine);
}

/* The bytes move, the old pages are the kernel's again, and what made room keeps its bytes too. */
static void memfd__remapped_pages_keep_their_bytes(void)
{
    struct machine machine;
    struct mp_device_work work;
    struct mp_status status;
    uint32_t remaps = 0, returns = 0;
    machine_init(&machine);
    fill(&machine);
    struct mp_tunables tunables;
    mp_tunables_preset(&tunables);
    tunables.overhead_start_pages = tunables.overhead_full_pages = 0;
    tunables.remap_threshold = 1;
    tunables.remap_return = 1;
    mp_retune(machine.mp, &tunables, machine.now_ns);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++) {
        uint16_t vm = ppn % VMS;
        bool is_remapped = false;
        for (uint32_t i = 0; i < 3; i++) {
            mp_device_io(machine.mp, vm, ppn, machine.now_ns, &work);
            CHECK_EQ(work.copied, !is_remapped);
            is_remapped |= work.remapped;
            remaps += work.remapped;
            returns += work.returned;
        }
        CHECK(mp_pmap(machine.mp, vm)[ppn].where < LOW_PAGES);
        guest_touch_up(&machine, vm, ppn);
    }
    CHECK_EQ(remaps, VM_PAGES);
    CHECK_EQ(returns, VM_PAGES - LOW_PAGES);
    for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++) {
        CHECK(guest_has(&machine, 0, ppn, layout(0, ppn) ^ (ppn % VMS == 0)));
        CHECK(guest_has(&machine, 1, ppn, layout(1, ppn) ^ (ppn % VMS == 1)));
    }
    mp_status(machine.mp, &status);
    CHECK_EQ(pages_in_file(&machine), status.in_use_pages);
    machine_fini(&machine);
}

/* Content ids and real bytes end in the same sharing. */
static void memfd__as_the_fake_with_content_ids(void)
{
    struct machine machine;
    struct fake fake;
    struct mp_status real, faked;
    machine_init(&machine);
    fill(&machine);
    scan_all(&machine);
    mp_status(machine.mp, &real);

    fake_init(&fake, MACHINE_PAGES);
    fake.tunables.share_scan_vm_pages_s = fake.tunables.share_scan_total_pages_s = 2000;
    fake_start(&fake);
    for (uint16_t vm = 0; vm < VMS; vm++) {
        fake_vm_start(&fake, vm, VM_PAGES, 0, 1000);
        for (uint32_t ppn = 0; ppn < VM_PAGES; ppn++)
            fake_write(&fake, vm, ppn, layout(vm, ppn));
    }
    fake_run(&fake, 120 * FAKE_SECOND);
    faked = fake_status(&fake);
    CHECK_EQ(faked.in_use_pages, real.in_use_pages);
    CHECK_EQ(faked.shared_pages, real.shared_pages);
    CHECK_EQ(faked.shared_mpns, real.shared_mpns);
    CHECK_EQ(faked.saved_pages, real.saved_pages);
    CHECK_EQ(faked.zero_saved_pages, real.zero_saved_pages);
    CHECK(real.zero_saved_pages > 0);
    fake_fini(&fake);
    machine_fini(&machine);
}

TEST_SUITE(port_memfd, TEST(memfd__sharing_frees_real_memory),
           TEST(memfd__a_write_to_a_hinted_page_does_not_fault), TEST(memfd__writes_do_not_leak),
           TEST(memfd__a_vm_that_goes_leaves_its_memory), TEST(memfd__as_the_fake_with_content_ids),
           TEST(memfd__remapped_pages_keep_their_bytes))
