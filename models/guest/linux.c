/*
 * Linux 2.4 as Red Hat Linux 7.2 shipped it (kernel 2.4.7): its parameters and the memory of its
 * kernel, which grows with the configured size whether the hypervisor lets the guest use that
 * memory or not. This is what makes Figure 2's overhead of ballooning.
 */
#include "models/guest/internal.h"

static const struct guest_kernel_item kernel[] = {
    {"kernel code", 1365, 0, "boot messages of Red Hat's 2.4.2-2 at 256 MB: 1365k kernel code"},
    {"kernel data", 92, 0, "the same: 92k data"},
    {"holes and video memory", 384, 0, "PC memory map: 640 KB to 1 MB is not usable"},
    {"slab caches, stacks, modules", 4096, 0, "our choice: 4 MB on a small server"},
    {"mem_map", 0, 68,
     "the same messages: 6400k reserved, less 1693k of kernel image, over 65504 "
     "pages is 73.6 B a page; struct page of 2.4 is 68 B, the rest is fixed"},
    {"other boot memory", 350, 0, "the same messages: the rest of the reserved memory"},
    {"page cache hash", 0, 8,
     "the same: 524288 bytes for 65504 pages (4 B in kernels without "
     "Red Hat's patches)"},
    {"dentry hash", 0, 4, "the same: 262144 bytes"},
    {"inode hash", 0, 2, "the same: 131072 bytes"},
    {"buffer hash", 0, 1, "the same: 65536 bytes"},
    {"TCP hashes", 0, 4,
     "2.4 tcp.c: established and bind tables, 16384 entries of 8 B each at "
     "256 MB"},
    {"buddy bitmaps", 0, 0.25, "2.4 page_alloc.c: one bit for a pair of blocks of each order"},
    {NULL, 0, 0, NULL},
};

/* One zone of 2.4's page_alloc.c: a share of its pages, between 10 and 255. */
static uint32_t zone_least(uint32_t pages, uint32_t share)
{
    uint32_t least = pages / share;
    return least < 10 ? 10 : least > 255 ? 255 : least;
}

static void watermarks(uint32_t pages, struct watermarks *out)
{
    uint32_t dma = pages < 4096 ? pages : 4096; /* the first 16 MB */
    uint32_t least = zone_least(dma, 32);
    if (pages > dma)
        least += zone_least(pages - dma, 128);
    *out = (struct watermarks){least, 2 * least, 3 * least};
}

const struct os guest_os_linux = {
    .name = "linux-2.4",
    .kernel = kernel,
    .manages_memory = true,
    .cache_heads_per_page = 40, /* slabinfo(5), 2.4: 96-byte buffer heads, 40 to a page */
    .quantum_ns = 60 * SIM_MS,  /* 2.4 sched.c: NICE_TO_TICKS(0) is 6 ticks of 10 ms */
    .watermarks = watermarks,
    .flush_percent = 30,    /* 2.4.2 buffer.c and its sysctl/vm.txt, bdf_prm: nfract */
    .throttle_percent = 60, /* nfract_sync */
    .flush_age_ticks = 7,   /* age_buffer 30 s, interval 5 s: written when 30 to 35 s old */
};
