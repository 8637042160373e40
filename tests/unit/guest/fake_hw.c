/* The fake hardware of the guest's tests: see fake.h. */
#include "tests/unit/guest/fake_hw.h"

#include "tests/check.h"

static uint64_t fake_hw_access(void *context, uint32_t ppn, bool write, uint64_t content)
{
    struct fake_hw *fake = context;
    fake->accesses++;
    fake->access_ns = guest_now_ns(fake->guest);
    fake->touched[ppn] = true;
    if (write)
        fake->content[ppn] = content;
    if (write && content == GUEST_CONTENT_ZERO)
        fake->zero_writes++;
    if (ppn == fake->stall_ppn) {
        fake->hw.stalled = true;
        return 0;
    }
    fake->map[ppn] = GUEST_MAP_READ | GUEST_MAP_WRITE;
    return 1000;
}

static uint64_t fake_hw_content(void *context, uint32_t ppn)
{
    return ((struct fake_hw *)context)->content[ppn];
}

static void fake_hw_disk(void *context, const struct guest_io *io)
{
    struct fake_hw *fake = context;
    uint64_t done_ns = SIM_NEVER;
    if (fake->disk_ns > 0) {
        if (fake->disk_free_ns < fake->now_ns)
            fake->disk_free_ns = fake->now_ns;
        done_ns = fake->disk_free_ns += fake->disk_ns;
    }
    CHECK(fake->disk_count < 256);
    fake->disk[fake->disk_count++] = (struct fake_hw_io){*io, done_ns};
    fake->log[fake->log_count++ % 4096] = *io;
}

static uint64_t fake_hw_device_io(void *context, uint32_t ppn)
{
    struct fake_hw *fake = context;
    CHECK(fake->map[ppn] & GUEST_MAP_READ);
    fake->device_ios++;
    return 5000;
}

static void fake_hw_driver(void *context, bool present)
{
    ((struct fake_hw *)context)->driver = present;
}

static uint32_t fake_hw_poll(void *context)
{
    return ((struct fake_hw *)context)->balloon_target;
}

static bool fake_hw_taken(void *context, uint32_t ppn)
{
    struct fake_hw *fake = context;
    CHECK(fake->driver && !fake->ballooned[ppn]);
    if (fake->refuses_above > 0 && fake->balloon_size >= fake->refuses_above)
        return false;
    if (fake->balloon_size % 256 == 0)
        fake->balloon_at_ns[fake->balloon_size / 256] = fake->now_ns;
    fake->ballooned[ppn] = true;
    fake->balloon_size++;
    return true;
}

static void fake_hw_returned(void *context, uint32_t ppn)
{
    struct fake_hw *fake = context;
    CHECK(fake->driver && fake->ballooned[ppn]);
    fake->ballooned[ppn] = false;
    fake->balloon_size--;
}

static void fake_hw_free_pages(void *context, uint32_t ppn, uint32_t count)
{
    struct fake_hw *fake = context;
    CHECK_EQ(ppn % count, 0);
    fake->reported_pages += count;
    fake->reported_ns = fake->now_ns;
}

static void fake_hw_event(void *context, const char *kind, const char *detail)
{
    struct fake_hw *fake = context;
    size_t used = strlen(fake->events);
    snprintf(fake->events + used, sizeof fake->events - used, "%s %s;", kind, detail);
}

void fake_hw_init(struct fake_hw *fake, enum guest_os os, uint32_t memory_pages)
{
    CHECK(memory_pages <= FAKE_PAGES);
    *fake = (struct fake_hw){.stall_ppn = FAKE_PAGES, .disk_ns = 2 * SIM_MS};
    memset(fake->map, GUEST_MAP_READ | GUEST_MAP_WRITE, sizeof fake->map);
    fake->hw = (struct guest_hw){.context = fake,
                                 .map = fake->map,
                                 .touch_ns = 150,
                                 .access = fake_hw_access,
                                 .content = fake_hw_content,
                                 .disk = fake_hw_disk,
                                 .device_io = fake_hw_device_io,
                                 .balloon_driver = fake_hw_driver,
                                 .balloon_poll = fake_hw_poll,
                                 .balloon_taken = fake_hw_taken,
                                 .balloon_returned = fake_hw_returned,
                                 .free_pages = fake_hw_free_pages,
                                 .event = fake_hw_event};
    fake->config = (struct guest_config){
        .os = os,
        .memory_pages = memory_pages,
        .swap_pages = 4096,
        .boot = {.early_ns = SIM_SECOND,
                 .services_ns = SIM_SECOND,
                 .balloon_ns = SIM_NEVER,
                 .image = 77},
        .balloon_pages_s = 1000,
        .balloon_deflate_pages_s = 500,
        .balloon_most_pages = UINT32_MAX,
        .swappiness = 60,
        .seed = 1,
        .name = "test",
    };
}

void fake_hw_make(struct fake_hw *fake)
{
    struct sim_error error = {0};
    fake->guest = guest_new(&fake->config, &fake->hw, &error);
    CHECK_TEXT(error.text, "");
}

void fake_hw_start(struct fake_hw *fake)
{
    if (!fake->guest)
        fake_hw_make(fake);
    guest_power_on(fake->guest, fake->now_ns);
}

void fake_hw_fini(struct fake_hw *fake)
{
    const char *wrong = guest_verify(fake->guest);
    CHECK_TEXT(wrong ? wrong : "", "");
    guest_free(fake->guest);
    fake->guest = NULL;
}

void fake_hw_unmap(struct fake_hw *fake, uint32_t ppn)
{
    fake->map[ppn] = 0;
    guest_unmapped(fake->guest, ppn);
}

void fake_hw_unmap_all(struct fake_hw *fake)
{
    memset(fake->map, 0, sizeof fake->map);
    if (fake->guest)
        guest_unmapped_all(fake->guest);
}

void fake_hw_io_finish(struct fake_hw *fake, uint32_t index)
{
    CHECK(index < fake->disk_count);
    struct guest_io io = fake->disk[index].io;
    fake->disk_count--;
    memmove(&fake->disk[index], &fake->disk[index + 1],
            (fake->disk_count - index) * sizeof fake->disk[0]);
    guest_io_done(fake->guest, io.tag, fake->now_ns);
}

void fake_hw_slice(struct fake_hw *fake, uint64_t budget_ns)
{
    struct guest_slice slice = guest_run(fake->guest, fake->now_ns, budget_ns);
    fake->now_ns += slice.used_ns;
    fake->halted = slice.halted;
    fake->wake_ns = slice.wake_ns;
}

static uint64_t first_done_ns(const struct fake_hw *fake)
{
    return fake->disk_count > 0 ? fake->disk[0].done_ns : SIM_NEVER;
}

void fake_hw_run(struct fake_hw *fake, uint64_t until_ns)
{
    while (fake->now_ns < until_ns) {
        while (first_done_ns(fake) <= fake->now_ns)
            fake_hw_io_finish(fake, 0);
        fake_hw_slice(fake, 5 * SIM_MS);
        fake->hw.stalled = false;
        if (!fake->halted)
            continue;
        uint64_t next_ns = first_done_ns(fake);
        if (fake->wake_ns < next_ns)
            next_ns = fake->wake_ns;
        if (next_ns > until_ns)
            next_ns = until_ns;
        if (next_ns > fake->now_ns)
            fake->now_ns = next_ns;
    }
}

struct guest_status fake_hw_status(const struct fake_hw *fake)
{
    struct guest_status status;
    guest_status(fake->guest, &status);
    return status;
}

static void program_next(struct guest_program *base, uint64_t now_ns, struct guest_op *op)
{
    struct fake_hw_program *program = (struct fake_hw_program *)base;
    if (program->asked < 256)
        program->at_ns[program->asked++] = now_ns;
    if (program->at == program->count) {
        program->at = 0;
        program->round++;
    }
    if (program->round == program->rounds) {
        program->ended = true;
        op->kind = GUEST_OP_EXIT;
        return;
    }
    *op = program->ops[program->at++];
}

void fake_hw_program_init(struct fake_hw_program *program, const struct guest_op *ops,
                          uint32_t count, uint32_t rounds, uint32_t memory_pages)
{
    *program = (struct fake_hw_program){
        .program = {.next = program_next, .memory_pages = memory_pages, .name = "fake"},
        .ops = ops,
        .count = count,
        .rounds = rounds};
}
