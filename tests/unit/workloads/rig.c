/* The guest that workloads are tested in: see rig.h. */
#include "tests/unit/workloads/rig.h"

#include <stdlib.h>

#include "tests/check.h"

#define LOG_MOST  1000000u
#define IO_NS     (2 * SIM_MS)
#define BUDGET_NS SIM_MS
#define READY_NS  (3 * SIM_SECOND) /* after the boot */

static uint64_t rig_access(void *context, uint32_t ppn, bool write, uint64_t content)
{
    struct rig *rig = context;

    if (!write) {
        rig->reads++;
        return 0;
    }
    rig->content[ppn] = content;
    if (rig->writes < LOG_MOST)
        rig->log[rig->writes] = (struct rig_write){rig->now_ns, ppn, content};
    rig->writes++;
    return 0;
}

static void rig_disk(void *context, const struct guest_io *io)
{
    struct rig *rig = context;

    CHECK(rig->io_count < sizeof rig->io / sizeof *rig->io);
    rig->io[rig->io_count++] = *io;
}

static uint64_t rig_device_io(void *context, uint32_t ppn)
{
    ((struct rig *)context)->device_ios[ppn]++;
    return 0;
}

static void rig_driver(void *context, bool present)
{
    (void)context;
    (void)present;
}

struct rig *rig_new(enum guest_os os, uint64_t seed)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;

    rig->log = malloc(LOG_MOST * sizeof *rig->log);
    for (uint32_t ppn = 0; os != GUEST_BARE && ppn < RIG_PAGES; ppn++)
        rig->map[ppn] = GUEST_MAP_READ | GUEST_MAP_WRITE;
    rig->hw = (struct guest_hw){.context = rig,
                                .map = rig->map,
                                .contents_matter = os == GUEST_BARE,
                                .told = os == GUEST_BARE ? GUEST_MAP_WRITE : 0,
                                .touch_ns = 100,
                                .access = rig_access,
                                .disk = rig_disk,
                                .device_io = rig_device_io,
                                .balloon_driver = rig_driver};
    struct guest_config config = {.os = os,
                                  .memory_pages = RIG_PAGES,
                                  .swap_pages = os == GUEST_BARE ? 0 : 4096,
                                  .boot = {.early_ns = SIM_SECOND, .balloon_ns = SIM_NEVER},
                                  .seed = seed,
                                  .name = "rig"};
    if (os == GUEST_BARE)
        config.boot.early_ns = 0;
    rig->guest = guest_new(&config, &rig->hw, &error);
    if (!rig->guest) {
        fprintf(stderr, "%s\n", error.text);
        abort();
    }
    rig->context = (struct wl_context){.guest = rig->guest,
                                       .vm_name = "rig",
                                       .memory_pages = RIG_PAGES,
                                       .is_bare = os == GUEST_BARE,
                                       .seed = seed,
                                       .start_ns = READY_NS};
    guest_power_on(rig->guest, 0);
    rig_run(rig, READY_NS - SIM_MS);
    return rig;
}

void rig_free(struct rig *rig)
{
    const char *problem = guest_verify(rig->guest);

    CHECK(problem == NULL);
    guest_free(rig->guest);
    if (rig->wl)
        rig->wl->kind->stop(rig->wl);
    free(rig->log);
    free(rig);
}

void rig_see_writes(struct rig *rig)
{
    rig->hw.contents_matter = true;
    rig->hw.told = GUEST_MAP_WRITE;
    guest_unmapped_all(rig->guest);
}

void rig_run(struct rig *rig, uint64_t until_ns)
{
    while (rig->now_ns < until_ns) {
        struct guest_slice slice = guest_run(rig->guest, rig->now_ns, BUDGET_NS);
        rig->now_ns += slice.used_ns;
        if (rig->io_count > 0) {
            struct guest_io io = rig->io[0];
            memmove(rig->io, rig->io + 1, --rig->io_count * sizeof io);
            rig->now_ns += slice.halted ? IO_NS : 0;
            guest_io_done(rig->guest, io.tag, rig->now_ns);
        } else if (slice.halted) {
            rig->now_ns = slice.wake_ns < until_ns ? slice.wake_ns : until_ns;
        }
    }
}

double rig_progress(const struct rig *rig)
{
    return rig->wl->kind->progress(rig->wl, rig->now_ns);
}
