/*
 * No operating system: a machine whose memory a recording or a test program touches directly, by
 * GUEST_OP_PHYSICAL. Nothing else touches it.
 */
#include "models/guest/os.h"
#include "sim/event.h"

static const struct guest_kernel_item kernel[] = {{NULL, 0, 0, NULL}};

static void watermarks(uint32_t pages, struct watermarks *out)
{
    (void)pages;
    *out = (struct watermarks){0, 0, 0};
}

static uint32_t request_slots(uint32_t pages)
{
    (void)pages;
    return 2; /* a bare machine reads and writes nothing */
}

const struct os guest_os_bare = {
    .name = "bare",
    .kernel = kernel,
    .quantum_ns = 10 * SIM_MS,
    .watermarks = watermarks,
    .request_slots = request_slots,
    .swap_cluster_slots = 1, /* it has no paging device */
};
