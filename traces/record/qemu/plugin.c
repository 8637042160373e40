/*
 * The recorder inside QEMU: a TCG plugin that tells the tracker each page that the guest's
 * processor reads, writes or executes.
 *
 * Time is virtual. An instruction takes 8 ns (icount). While the guest sleeps, QEMU's virtual clock
 * jumps ahead. The plugin may read that clock only while the guest accesses a device. It does so at
 * each such access; a guest that wakes up begins with one, at its interrupt controller.
 *
 * The hazards: the recording must end with a complete file, so the plugin itself ends QEMU. An
 * access that crosses the end of a page counts for the first page only, since the physical address
 * of the second is unknown. Reads by devices and by the page-table walker are not seen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "traces/record/qemu/plugin_api.h"
#include "traces/record/qemu/shared.h"
#include "traces/record/tracker.h"

#define EXPORT     __attribute__((visibility("default")))
#define PAGE_SHIFT 12

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc,
                               char **argv);

static struct record_shared *shared;
static struct record_tracker tracker;
static uint64_t insns;                 /* executed; QEMU adds to it */
static uint64_t clock_ns, clock_insns; /* the virtual clock when it was last read */
static uint64_t check_insns;           /* when the time is checked again */
static uint32_t next_snapshot;

/* ---- Time -------------------------------------------------------------------------------- */

#define CHECK_INSNS 10000u /* our choice: 80 us, much shorter than any window */

static uint64_t now_ns(void)
{
    return clock_ns + (insns - clock_insns) * RECORD_NS_PER_INSN;
}

static void read_clock(void)
{
    int64_t ns = qemu_clock_get_ns ? qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) : 0;
    if (ns <= 0 || (uint64_t)ns <= now_ns()) /* instructions are counted when a block begins */
        return;
    clock_ns = (uint64_t)ns;
    clock_insns = insns;
    check_insns = insns;
}

static void finish(int status, const struct sim_error *error)
{
    shared->status = status;
    if (status != SIM_OK)
        shared->error = *error;
    shared->done = true;
    _exit(0);
}

static void tell_progress(uint64_t at_ns)
{
    shared->now_ns = at_ns;
    shared->windows = tracker.windows;
    shared->touched = tracker.touches;
    shared->contents = tracker.contents;
}

static void end(void)
{
    struct sim_error error;
    uint64_t at_ns = now_ns();
    int status = record_tracker_close(&tracker, at_ns, &error);
    tell_progress(at_ns);
    finish(status, &error);
}

static void check_time(void)
{
    struct sim_error error;
    uint64_t at_ns = now_ns();
    int status = SIM_OK;
    check_insns = insns + CHECK_INSNS;
    if (shared->stop || at_ns >= shared->end_ns)
        end();
    if (next_snapshot < shared->snapshots && at_ns >= shared->snapshot_ns[next_snapshot]) {
        next_snapshot++;
        status = record_tracker_snapshot(&tracker, at_ns, "snapshot", &error);
    } else {
        status = record_tracker_time(&tracker, at_ns, &error);
    }
    if (status != SIM_OK) {
        tr_writer_abandon(tracker.writer);
        finish(status, &error);
    }
    tell_progress(at_ns);
}

/* ---- What the processor does ------------------------------------------------------------- */

static void touch(uint64_t ppn, uint8_t access)
{
    if (insns >= check_insns)
        check_time();
    record_touch(&tracker, ppn, access);
}

static void on_memory(unsigned vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *user)
{
    (void)vcpu;
    (void)user;
    const struct qemu_plugin_hwaddr *address = qemu_plugin_get_hwaddr(info, vaddr);
    if (!address)
        return;
    if (qemu_plugin_hwaddr_is_io(address))
        read_clock();
    else
        touch(qemu_plugin_hwaddr_phys_addr(address) >> PAGE_SHIFT,
              qemu_plugin_mem_is_store(info) ? TR_WRITE : TR_READ);
}

static void on_block(unsigned vcpu, void *user)
{
    (void)vcpu;
    touch((uintptr_t)user, TR_EXECUTE);
}

/* ---- Translation ------------------------------------------------------------------------- */

/* Finds where this process has mapped the guest's memory, by the name that the recorder gave it. */
static void find_ram(void)
{
    char line[1024];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && !tracker.ram && fgets(line, sizeof line, maps)) {
        unsigned long from, to, offset;
        if (strstr(line, RECORD_RAM_NAME) &&
            sscanf(line, "%lx-%lx %*s %lx", &from, &to, &offset) == 3 && offset == 0 &&
            (to - from) >> PAGE_SHIFT == shared->pages)
            tracker.ram = (const uint8_t *)from; /* NOLINT: an address in text */
    }
    if (maps)
        fclose(maps);
}

/* Makes a block count its instructions and touch the one or two pages that it lies in. */
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(tb);
    uint64_t last = UINT64_MAX;
    if (!tracker.ram)
        find_ram();
    qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &insns, count);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        const uint8_t *bytes = qemu_plugin_insn_haddr(insn);
        qemu_plugin_register_vcpu_mem_cb(insn, on_memory, QEMU_PLUGIN_CB_NO_REGS,
                                         QEMU_PLUGIN_MEM_RW, NULL);
        if (!tracker.ram || bytes < tracker.ram)
            continue;
        uint64_t ppn = (uint64_t)(bytes - tracker.ram) >> PAGE_SHIFT;
        if (ppn < shared->pages && ppn != last)
            qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS,
                                                 (void *)(uintptr_t)ppn);
        last = ppn;
    }
}

/* QEMU ends by itself when the guest has powered off. */
static void on_guest_exit(qemu_plugin_id_t id, void *user)
{
    (void)id;
    (void)user;
    end();
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
    int fd = -1;
    struct sim_error error;
    (void)info;
    for (int i = 0; i < argc; i++)
        sscanf(argv[i], "fd=%d", &fd);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        return 1;
    int status = record_tracker_open(&tracker,
                                     &(struct record_tracker_config){
                                         .path = shared->path,
                                         .source = shared->source,
                                         .clock = "guest virtual",
                                         .pages = shared->pages,
                                         .window_ns = shared->window_ns,
                                         .key = shared->key,
                                         .sweep_windows = shared->sweep_windows,
                                     },
                                     &error);
    if (status != SIM_OK)
        finish(status, &error);
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_guest_exit, NULL);
    return 0;
}
