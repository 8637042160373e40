/*
 * A Linux of today (6.6, 64 bits) as a guest under KVM: its parameters and the memory of its
 * kernel. Its lists are those of lru.h; README.md says where they differ from the kernel's.
 */
#include "models/guest/os.h"
#include "models/guest/root.h"
#include "sim/event.h"

/* What a distribution's kernel prints at boot, and what lies in /proc/slabinfo after it, differs
 * widely: fixed parts are round numbers. */
static const struct guest_kernel_item kernel[] = {
    {"kernel code", 14336, 0, "our choice: kernels of distributions print 14 to 20 MB of code"},
    {"kernel data", 12288, 0, "our choice: the same print 8 to 16 MB of data"},
    {"holes and video memory", 384, 0, "PC memory map: 640 KB to 1 MB is not usable"},
    {"slab caches, stacks, modules", 49152, 0, "our choice: 48 MB on a small server"},
    {"struct page", 0, 64, "6.6 mm_types.h: struct page has 64 bytes"},
    {"dentry hash", 0, 4, "6.6 dcache.c: a bucket of 8 bytes for each 8 KB"},
    {"inode hash", 0, 2, "6.6 inode.c: a bucket of 8 bytes for each 16 KB"},
    {NULL, 0, 0, NULL},
};

/* 6.6 page_alloc.c: min_free_kbytes is the root of 16 times the KB of memory, at least 128 KB;
 * low and high follow by a quarter of it, or by watermark_scale_factor, a thousandth of
 * memory, where that is more. khugepaged's larger minimum is left out, as huge pages are. */
static void watermarks(uint32_t pages, struct watermarks *out)
{
    uint64_t least_kb = guest_root(UINT64_C(16) * 4 * pages);
    if (least_kb < 128)
        least_kb = 128;
    uint32_t least = (uint32_t)(least_kb / 4), step = least / 4;
    if (step < pages / 1000)
        step = pages / 1000;
    *out = (struct watermarks){least, least + step, least + 2 * step};
}

static uint32_t request_slots(uint32_t pages)
{
    (void)pages;
    return 256; /* QEMU: virtio-blk has a queue of 256 */
}

const struct os guest_os_linux_6 = {
    .name = "linux-6",
    .kernel = kernel,
    .manages_memory = true,
    .estimates_available = true,
    .splits_lists = true,
    .quantum_ns = 750 * SIM_US, /* 6.6 fair.c: base_slice_ns on one CPU */
    .watermarks = watermarks,
    .request_slots = request_slots,
    .swap_cluster_slots = 8, /* 6.6 swap.c, swap_setup(): page_cluster 3 */
    .flush_percent = 10,     /* 6.6 page-writeback.c: dirty_background_ratio */
    .throttle_percent = 20,  /* dirty_ratio */
    .flush_age_ticks = 7,    /* dirty_expire 30 s, interval 5 s: written when 30 to 35 s old */
};
