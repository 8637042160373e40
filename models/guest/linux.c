/*
 * Linux 2.4 as Red Hat Linux 7.2 shipped it (kernel 2.4.7): its parameters and the memory of its
 * kernel. That memory grows with the configured size, whether the hypervisor lets the guest use all
 * of it or not. This makes the overhead of ballooning in the paper's Figure 2.
 */
#include "models/guest/os.h"
#include "sim/event.h"

/* "The log" is a boot log of Red Hat's 2.4.7-10, for one CPU, at 128 MB (131,056 KB); two of them,
 * of different machines, on the linux-kernel list agree to 1 KB. */
static const struct guest_kernel_item kernel[] = {
    {"kernel code", 1269, 0, "the log: 1269k kernel code"},
    {"kernel data", 90, 0, "the log: 90k data"},
    {"holes and video memory", 384, 0,
     "PC memory map: 640 KB to 1 MB is not usable (900 KB more are neither available nor reserved "
     "in the log, 4 KB in one of 2.4.2-2: left out)"},
    {"slab caches, stacks, modules", 4096, 0, "our choice: 4 MB on a small server"},
    {"mem_map", 0, 68, "2.4 mm.h: struct page has 17 words; the empty spinlock of gcc 2.96 is one"},
    {"buddy bitmaps", 0, 0.25,
     "2.4 page_alloc.c, free_area_init_core(): 1 bit a page, 1/2, 1/4, ..."},
    {"other boot memory", 434, 0,
     "the log: 4640k reserved less 443k of initrd and 220k of init code, both given back, less "
     "code, data, mem_map, bitmaps"},
    {"page cache hash", 0, 8, "the log: 262144 bytes (4 B a page without Red Hat's locks)"},
    {"dentry hash", 0, 4, "the log: 131072 bytes"},
    {"inode hash", 0, 2, "the log: 65536 bytes"},
    {"mount hash", 16, 0, "the log: 16384 bytes"},
    {"buffer hash", 0, 0.5, "the log: 16384 bytes"},
    {"route hash", 0, 0.125, "the log: 4 KB"},
    {"TCP hashes", 0, 4, "the log: 8192 established and 8192 bind, with their locks 8 B each"},
    {"disk request slots", 0, 0.75, "request_slots() below, 88 B each in 2.4.4: 96 in their slab"},
    {NULL, 0, 0, NULL},
};

/* A zone's pages_min by 2.4 page_alloc.c (up to 2.4.9): a share of its pages, between 10 and 255.
 */
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

/* 2.4 ll_rw_blk.c, blk_dev_init() up to 2.4.9: two slots for each MB, in steps of 32 MB; the log
 * says 256 at 128 MB, others 512 at 256 MB. */
static uint32_t request_slots(uint32_t pages)
{
    return 64 * ((pages + 8191) / 8192);
}

const struct os guest_os_linux = {
    .name = "linux-2.4",
    .kernel = kernel,
    .manages_memory = true,
    .cache_heads_per_page = 40, /* slabinfo(5), 2.4: 96-byte buffer heads, 40 to a page */
    .quantum_ns = 60 * SIM_MS,  /* 2.4 sched.c: NICE_TO_TICKS(0) is 20/4 + 1 ticks of 10 ms */
    .watermarks = watermarks,
    .request_slots = request_slots,
    .swap_cluster_slots = 16, /* 2.4 swap.c, swap_setup(): page_cluster 4 from 32 MB on */
    .flush_percent = 30,      /* 2.4 buffer.c up to 2.4.9, bdf_prm: nfract */
    .throttle_percent = 60,   /* nfract_sync */
    .flush_age_ticks = 7,     /* age_buffer 30 s, interval 5 s: written when 30 to 35 s old */
};
