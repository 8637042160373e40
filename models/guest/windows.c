/*
 * Windows 2000. It zeroes all free memory at boot. Whenever nothing else can run, its zero-page
 * thread zeroes what was freed since (paper, Figure 6: the spike after the toucher ends).
 */
#include "models/guest/os.h"
#include "sim/event.h"

static const struct guest_kernel_item kernel[] = {
    {"kernel, HAL and drivers", 6144, 0, "our choice: ntoskrnl 1.6 MB and some fifty drivers"},
    {"holes and video memory", 384, 0, "PC memory map: 640 KB to 1 MB is not usable"},
    {"system cache structures, stacks", 2048, 0, "our choice"},
    {"PFN database", 0, 24, "Microsoft TechNet: 24 bytes a page without PAE"},
    {"nonpaged pool, fixed", 128, 0, "Microsoft KB Q126402: 256 KB, and 32 KB per MB above 4 MB"},
    {"nonpaged pool", 0, 128, "the same: 32 KB per MB"},
    {NULL, 0, 0, NULL},
};

static void watermarks(uint32_t pages, struct watermarks *out)
{
    (void)pages;
    *out = (struct watermarks){256, 512, 1024}; /* our choice: trimming begins at 2 MB available */
}

static uint32_t request_slots(uint32_t pages)
{
    (void)pages;
    return 128; /* our choice */
}

const struct os guest_os_windows = {
    .name = "windows-2000",
    .kernel = kernel,
    .manages_memory = true,
    .zeroes_memory = true,
    .quantum_ns = 120 * SIM_MS, /* Inside Windows 2000: 12 clock ticks on Server */
    .watermarks = watermarks,
    .request_slots = request_slots,
    .swap_cluster_slots = 16, /* our choice: as Linux */
    .flush_percent = 40,      /* our choice: as Linux */
    .throttle_percent = 60,   /* our choice: as Linux */
    .flush_age_ticks = 2,     /* our choice: the lazy writer gets through its pages in 5 to 10 s */
};
