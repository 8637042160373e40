/* Tests of models/guest/verify.c: it holds under random load, and it finds damage. */
#include <sys/mman.h>

#include "models/guest/place.h"
#include "models/guest/state.h"
#include "tests/check.h"
#include "tests/unit/guest/fake_hw.h"

static struct fake_hw fake;

/* A program of random operations on a few files and its own memory. */
struct churn {
    struct guest_program program;
    struct sim_random *random;
    uint32_t first_file, files;
};

static void churn_next(struct guest_program *program, uint64_t now_ns, struct guest_op *op)
{
    struct churn *churn = (struct churn *)program;
    struct sim_random *random = churn->random;
    static const enum guest_op_kind kinds[] = {
        GUEST_OP_FILE_READ,  GUEST_OP_FILE_READ,     GUEST_OP_FILE_READ,   GUEST_OP_FILE_WRITE,
        GUEST_OP_FILE_WRITE, GUEST_OP_FILE_SYNC,     GUEST_OP_FILE_DELETE, GUEST_OP_MEMORY,
        GUEST_OP_MEMORY,     GUEST_OP_FILE_TRUNCATE, GUEST_OP_SLEEP,       GUEST_OP_META};
    op->kind = kinds[sim_random_below(random, 12)];
    op->write = sim_random_below(random, 2) == 0;
    op->file = churn->first_file + sim_random_below(random, churn->files);
    op->offset = sim_random_below(random, 400000);
    op->bytes = 1 + sim_random_below(random, 200000);
    op->first = sim_random_below(random, churn->program.memory_pages);
    op->pages = 1 + sim_random_below(random, churn->program.memory_pages - op->first);
    op->count = 1;
    op->content = GUEST_CONTENT_PRIVATE;
    op->at_ns = now_ns + sim_random_below(random, 20000000);
}

/* The host at its most awkward: it ends requests in any order, unmaps pages and stalls. */
static void disturb(struct sim_random *random)
{
    while (fake.disk_count > 0 && sim_random_below(random, 3) > 0)
        fake_hw_io_finish(&fake, sim_random_below(random, fake.disk_count));
    uint32_t first = fake.guest->pages.kernel_pages, pages = fake.config.memory_pages - first;
    for (int i = 0; i < 20; i++)
        fake_hw_unmap(&fake, first + sim_random_below(random, pages));
    fake.stall_ppn = first + sim_random_below(random, pages);
    fake_hw_unmap(&fake, fake.stall_ppn);
    if (sim_random_below(random, 50) == 0)
        fake.balloon_target = sim_random_below(random, 2500);
    fake.now_ns += sim_random_below(random, 3000000);
    fake.hw.stalled = false;
}

static void churn_a_guest(enum guest_os os, uint64_t seed)
{
    static struct churn churn[12];
    struct sim_random random;
    sim_random_init(&random, seed, 0, "churn");
    fake_hw_init(&fake, os, guest_kernel_pages(os, 4096) + 3800);
    fake.disk_ns = 0;
    fake.config.swap_pages = 3000;
    fake.config.huge_share_bp = 5000;
    fake.config.boot.services_pages = 200;
    fake.config.boot.balloon_ns = 3 * SIM_SECOND;
    fake.config.background_pages = 500;
    fake_hw_make(&fake);
    uint32_t files = guest_files_new(fake.guest, 30, 0);
    guest_files_new(fake.guest, 10, 300000);
    for (int i = 0; i < 12; i++) {
        churn[i] = (struct churn){{.next = churn_next, .memory_pages = 300}, &random, files, 40};
        guest_spawn(fake.guest, &churn[i].program, 0);
    }
    fake_hw_start(&fake);
    const char *wrong = NULL;
    for (int i = 0; i < 6000 && !wrong; i++) {
        fake_hw_slice(&fake, 3 * SIM_MS);
        wrong = guest_verify(fake.guest);
        disturb(&random);
    }
    CHECK_TEXT(wrong ? wrong : "", "");
    struct guest_status status = fake_hw_status(&fake);
    CHECK(status.ops > 300);
    CHECK(status.swap_out_pages > 100 && status.swap_in_pages > 100);
    CHECK(status.disk_writes > 100 && status.cache_misses > 100);
    CHECK(status.balloon_running);
    CHECK_EQ(status.balloon_pages, fake.balloon_size);
    fake_hw_fini(&fake);
    sim_random_fini(&random);
}

static void verify__holds_under_random_load_linux(void)
{
    churn_a_guest(GUEST_LINUX_2_4, 1);
    churn_a_guest(GUEST_LINUX_2_4, 2);
}

static void verify__holds_under_random_load_linux_6(void)
{
    churn_a_guest(GUEST_LINUX_6, 4);
    churn_a_guest(GUEST_LINUX_6, 5);
}

static void verify__holds_under_random_load_windows(void)
{
    churn_a_guest(GUEST_WINDOWS_2000, 3);
}

/* A guest at rest with pages in every state: cached, dirty, of processes, in the balloon, swapped,
 * being read. */
static struct guest *with_everything(void)
{
    static struct fake_hw_program program, reader;
    static const struct guest_op ops[] = {
        {.kind = GUEST_OP_MEMORY, .write = true, .pages = 2900},
        {.kind = GUEST_OP_FILE_WRITE, .file = 0, .bytes = 100 * 4096},
        {.kind = GUEST_OP_SLEEP, .at_ns = 24 * SIM_SECOND}, /* the disk stands still by then */
        {.kind = GUEST_OP_FILE_WRITE, .file = 0, .bytes = 5 * 4096},
        {.kind = GUEST_OP_SLEEP, .at_ns = SIM_NEVER}};
    static const struct guest_op read = {.kind = GUEST_OP_FILE_READ, .file = 1, .bytes = 4096};
    fake_hw_init(&fake, GUEST_LINUX_2_4, 4096);
    fake.config.boot.balloon_ns = 0;
    fake.balloon_target = 100;
    fake_hw_make(&fake);
    guest_files_new(fake.guest, 1, 0);
    guest_files_new(fake.guest, 1, 100000);
    fake_hw_program_init(&program, ops, 5, 1, 2900);
    fake_hw_program_init(&reader, &read, 1, 1, 0);
    guest_spawn(fake.guest, &program.program, 0);
    guest_spawn(fake.guest, &reader.program, 25 * SIM_SECOND);
    fake_hw_start(&fake);
    fake_hw_run(&fake, 20 * SIM_SECOND);
    fake.disk_ns = 0;
    fake_hw_run(&fake, 26 * SIM_SECOND);
    CHECK(!guest_verify(fake.guest));
    return fake.guest;
}

/* Breaks one thing, expects to be told so, and mends it. */
#define DAMAGE(place, value, text)                                                                 \
    do {                                                                                           \
        uint32_t whole = place;                                                                    \
        place = value;                                                                             \
        const char *wrong = guest_verify(guest);                                                   \
        CHECK_CONTAINS(wrong ? wrong : "nothing wrong", text);                                     \
        place = whole;                                                                             \
        CHECK(!guest_verify(guest));                                                               \
    } while (0)

static void verify__finds_damaged_lists(void)
{
    struct guest *guest = with_everything();
    uint32_t inactive = guest_page_last(&guest->pages, PAGE_INACTIVE);
    uint32_t ballooned = guest_page_last(&guest->pages, PAGE_BALLOON);
    uint32_t before = guest->pages.page[inactive].prev;
    DAMAGE(guest->pages.page[inactive].prev, inactive, "torn");
    DAMAGE(guest->pages.page[before].next, ballooned, "torn");
    DAMAGE(guest->pages.page[before].next, UINT32_MAX, "astray");
    guest->pages.page[inactive].list = PAGE_ACTIVE;
    CHECK_CONTAINS(guest_verify(guest), "does not name");
    guest->pages.page[inactive].list = PAGE_INACTIVE;
    DAMAGE(guest->pages.count[PAGE_BALLOON], 7, "as long as its count");
    DAMAGE(guest->pages.count[PAGE_FRESH], 7, "count of pages differs");
    guest_free(guest);
}

static void verify__finds_pages_with_wrong_owners(void)
{
    struct guest *guest = with_everything();
    uint32_t page = guest_page_last(&guest->pages, PAGE_INACTIVE);
    uint32_t place = guest->pages.page[page].owner;
    DAMAGE(guest->place[place], 0, "does not hold it");
    DAMAGE(guest->place[place], PLACE_PRESENT | 5, "does not hold it");
    DAMAGE(guest->cache_pages, 0, "differ from their count");
    DAMAGE(guest->pages.fresh, guest->pages.fresh - 1, "never used");
    guest_free(guest);
}

static void verify__finds_lost_dirty_pages(void)
{
    struct guest *guest = with_everything();
    uint32_t dirty = NONE;
    for (uint32_t list = 0; list < DIRTY_LISTS && dirty == NONE; list++)
        dirty = guest_page_oldest_dirty(&guest->pages, list);
    uint32_t kernel = 0;
    CHECK(dirty != NONE);
    guest->pages.page[dirty].dirty = 0;
    CHECK_CONTAINS(guest_verify(guest), "dirty pages");
    guest->pages.page[dirty].dirty = 1;
    guest->pages.page[kernel].dirty = 1;
    CHECK_CONTAINS(guest_verify(guest), "no file's");
    guest->pages.page[kernel].dirty = 0;
    DAMAGE(guest->pages.dirty[dirty].prev, dirty, "torn");
    guest_free(guest);
}

static void verify__finds_damaged_requests_and_slots(void)
{
    struct guest *guest = with_everything();
    CHECK(fake.disk_count > 0);
    struct request *request = &guest->requests.request[fake.disk[fake.disk_count - 1].io.tag];
    uint32_t busy = request->ppn[0], slot = 0;
    guest->pages.page[busy].busy = 0;
    CHECK(guest_verify(guest));
    guest->pages.page[busy].busy = 1;
    DAMAGE(request->ppn[0], guest->pages.kernel_pages, "hold a page");
    DAMAGE(request->ppn[0], NONE - 1, "beyond memory");
    DAMAGE(guest->requests.under_way[0], 99, "requests differ");
    CHECK(guest->slots.used > 0);
    while (!guest->slots.owner[slot])
        slot++;
    DAMAGE(guest->slots.owner[slot], 0, "slots in use");
    DAMAGE(guest->slots.owner[slot], PLACE_FILES + 1, "another page");
    guest_free(guest);
}

static void verify__finds_lost_processes(void)
{
    struct guest *guest = with_everything();
    struct process *process = &guest->processes.process[2];
    CHECK_EQ(process->state, PROCESS_WAITING);
    process->state = PROCESS_READY;
    CHECK(guest_verify(guest));
    process->state = PROCESS_WAITING;
    struct queue empty = {NONE, NONE}, *waiters = NULL;
    for (uint32_t tag = 0; tag < guest->requests.slots; tag++) {
        if (guest->requests.request[tag].kind != IO_FREE &&
            guest->requests.request[tag].waiters.head == 2)
            waiters = &guest->requests.request[tag].waiters;
    }
    CHECK(waiters != NULL);
    if (waiters)
        *waiters = empty;
    CHECK_CONTAINS(guest_verify(guest), "waits in no queue");
    guest_free(guest);
}

static void verify__finds_promises_that_nobody_was_given(void)
{
    struct guest *guest = with_everything();
    guest->promised_pages++;
    CHECK_CONTAINS(guest_verify(guest), "promised");
    guest_free(guest);
}

static void verify__finds_pages_that_are_not_settled(void)
{
    struct guest *guest = with_everything();
    uint32_t place = PLACE_FILES;
    while (!(guest->place[place] & PLACE_PRESENT))
        place++;
    guest->place[place] |= PLACE_USED;
    guest_settled_set(&guest->settled, false, place);
    CHECK(!guest_verify(guest));
    uint32_t entry = guest->place[place], ppn = entry & PLACE_NUMBER;
    guest->place[place] = entry & ~PLACE_USED;
    CHECK_CONTAINS(guest_verify(guest), "settled");
    guest->place[place] = entry;
    CHECK(!guest_verify(guest));
    fake.map[ppn] = GUEST_MAP_WRITE; /* and the guest was not told */
    CHECK_CONTAINS(guest_verify(guest), "settled");
    guest_unmapped(guest, ppn);
    CHECK(!guest_verify(guest));
    guest_settled_set(&guest->settled, false, guest->processes.next_place - 1); /* not in memory */
    CHECK_CONTAINS(guest_verify(guest), "settled");
    guest_free(guest);
}

/* Is the memory behind this address there? Reading alone brings it there. */
static bool is_resident(const void *address)
{
    unsigned char resident = 0;
    uintptr_t page = (uintptr_t)address & ~(uintptr_t)4095;
    CHECK_EQ(mincore((void *)page, 1, &resident), 0);
    return resident & 1;
}

static void verify__reads_nothing_that_was_never_used(void)
{
    fake_hw_init(&fake, GUEST_WINDOWS_2000, 4096);
    fake.config.memory_pages = fake.config.swap_pages = GUEST_PAGES_MOST;
    fake_hw_make(&fake);
    CHECK(guest_verify(fake.guest) == NULL);
    CHECK(!is_resident(&fake.guest->pages.page[GUEST_PAGES_MOST / 2]));
    CHECK(!is_resident(&fake.guest->slots.owner[GUEST_PAGES_MOST / 2]));
    fake_hw_fini(&fake);
}

TEST_SUITE(guest_verify, TEST(verify__holds_under_random_load_linux),
           TEST(verify__holds_under_random_load_linux_6),
           TEST(verify__holds_under_random_load_windows), TEST(verify__finds_damaged_lists),
           TEST(verify__finds_pages_with_wrong_owners), TEST(verify__finds_lost_dirty_pages),
           TEST(verify__finds_damaged_requests_and_slots), TEST(verify__finds_lost_processes),
           TEST(verify__finds_promises_that_nobody_was_given),
           TEST(verify__finds_pages_that_are_not_settled),
           TEST(verify__reads_nothing_that_was_never_used))
