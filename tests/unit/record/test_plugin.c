/*
 * The plugin for QEMU without QEMU. The test has functions of its own in the place of QEMU's, and a
 * guest of 16 pages that executes blocks of four instructions. The plugin ends its process, so each
 * recording is made by a child process.
 */
#include "traces/record/qemu/plugin.c"

#include <sys/wait.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"

#define GUEST_PAGES 16u

struct qemu_plugin_insn {
    uint8_t *bytes;
};
struct qemu_plugin_tb {
    struct qemu_plugin_insn insns[4];
};
struct qemu_plugin_hwaddr {
    uint64_t address;
    bool is_io;
};

static struct {
    uint8_t *ram;
    qemu_plugin_tb_trans_cb_t translate;
    qemu_plugin_mem_cb_t memory;
    qemu_plugin_exec_cb_t execute;
    void *executed_page[4];
    unsigned executed_pages;
    uint64_t *counter, amount;
    struct qemu_plugin_hwaddr address;
    int64_t clock_ns;
} fake;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_tb_trans_cb_t callback)
{
    (void)id;
    fake.translate = callback;
}
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_plugin_exec_cb_t callback,
                                          enum qemu_plugin_cb_flags flags, void *user)
{
    (void)tb;
    (void)flags;
    fake.execute = callback;
    fake.executed_page[fake.executed_pages++] = user;
}
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
                                              void *counter, uint64_t amount)
{
    (void)tb;
    (void)op;
    fake.counter = counter;
    fake.amount = amount;
}
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_plugin_mem_cb_t callback,
                                      enum qemu_plugin_cb_flags flags, enum qemu_plugin_mem_rw rw,
                                      void *user)
{
    (void)insn;
    (void)flags;
    (void)rw;
    (void)user;
    fake.memory = callback;
}
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_exit_cb_t callback, void *user)
{
    (void)id;
    (void)callback;
    (void)user;
}
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb)
{
    (void)tb;
    return 4;
}
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index)
{
    return (struct qemu_plugin_insn *)(uintptr_t)&tb->insns[index];
}
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn)
{
    return insn->bytes;
}
struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t info, uint64_t vaddr)
{
    (void)info;
    fake.address.address = vaddr & 0xfffff;
    fake.address.is_io = vaddr >= 0x100000;
    return &fake.address;
}
bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *address)
{
    return address->is_io;
}
uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *address)
{
    return address->address;
}
bool qemu_plugin_mem_is_store(qemu_plugin_meminfo_t info)
{
    return info == QEMU_PLUGIN_MEM_W;
}
int64_t qemu_clock_get_ns(int clock)
{
    return clock == QEMU_CLOCK_VIRTUAL ? fake.clock_ns : -1;
}

static void execute(unsigned blocks)
{
    for (; blocks > 0; blocks--) {
        *fake.counter += fake.amount;
        for (unsigned i = 0; i < fake.executed_pages; i++)
            fake.execute(0, fake.executed_page[i]);
    }
}

/* The guest executes on pages 2 and 3 for a millisecond, writes page 5 and reads page 6. Then it
 * sleeps until its clock, which it reads from a device, is at half a second, and runs on. */
static void guest(int shared_fd)
{
    char argument[20];
    char *arguments[] = {argument};
    struct qemu_plugin_tb tb;
    snprintf(argument, sizeof argument, "fd=%d", shared_fd);
    if (qemu_plugin_install(1, &(struct qemu_info_t){.target_name = "test"}, 1, arguments) != 0)
        _exit(3);
    for (unsigned i = 0; i < 4; i++)
        tb.insns[i].bytes = fake.ram + (i < 2 ? 2 : 3) * 4096 + 8 * i;
    fake.translate(1, &tb);
    execute(10000);
    fake.ram[5 * 4096 + 77] = 1;
    fake.memory(0, QEMU_PLUGIN_MEM_W, 5 * 4096 + 77, NULL);
    fake.memory(0, QEMU_PLUGIN_MEM_R, 6 * 4096, NULL);
    execute(50000);
    fake.clock_ns = 500 * 1000000;
    fake.memory(0, QEMU_PLUGIN_MEM_W, 0x100000, NULL);
    fake.memory(0, QEMU_PLUGIN_MEM_R, 7 * 4096, NULL);
    execute(40000000);
    _exit(2); /* not reached: the plugin ends the process */
}

static void plugin__records_what_a_guest_does(void)
{
    struct files files;
    struct tr_summary summary;
    struct sim_error error;
    int status;
    files_init(&files);
    int shared_fd = memfd_create("shared", 0), ram_fd = memfd_create(RECORD_RAM_NAME, 0);
    CHECK_EQ(ftruncate(shared_fd, sizeof(struct record_shared)), 0);
    CHECK_EQ(ftruncate(ram_fd, GUEST_PAGES * 4096), 0);
    struct record_shared *told =
        mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED, shared_fd, 0);
    fake.ram = mmap(NULL, GUEST_PAGES * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ram_fd, 0);
    const char *path = files_path(&files, "g.btr");
    snprintf(told->path, sizeof told->path, "%s", path);
    told->pages = GUEST_PAGES;
    told->window_ns = 1000000;
    told->end_ns = 600 * UINT64_C(1000000);
    pid_t child = fork();
    if (child == 0)
        guest(shared_fd);
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(told->done);
    CHECK_EQ(told->status, SIM_OK);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    CHECK_NEAR((double)summary.last_ns, 600e6, 1e6);
    CHECK_EQ(summary.contents, 1);
    CHECK_EQ(summary.writes, 1);
    /* 2 ms before the sleep and 100 ms after it, two pages in each; and 6 and 7 read, 5 written. */
    CHECK_NEAR((double)summary.touches, 2 * 102 + 3, 4);
    munmap(told, sizeof *told);
    munmap(fake.ram, GUEST_PAGES * 4096);
    close(shared_fd);
    close(ram_fd);
    files_fini(&files);
}

TEST_SUITE(record_plugin, TEST(plugin__records_what_a_guest_does))
