/*
 * Expected copies of device I/O, page by page.
 */
#include "ballast/run/device_io.h"

#include <stdlib.h>

struct device_io_page {
    uint32_t ios; /* before the present period */
    bool moved;   /* to low memory, before the present period */
};

/* The copies of one page in a period in which its count grows to `ios`. Updates the page. */
static uint64_t period_copies(struct device_io_page *page, uint32_t ios,
                              const struct mp_tunables *tunables)
{
    uint32_t before = page->ios;
    page->ios = ios;
    if (page->moved)
        return 0;
    if (!tunables->remap_enabled)
        return ios - before;
    uint32_t move_at = tunables->remap_threshold + 1u; /* the I/O at which it moves */
    if (move_at <= before)
        move_at = before + 1;
    if (ios < move_at)
        return ios - before;
    page->moved = true;
    return move_at - before;
}

static struct device_io_page page_of(const struct device_io *io, uint32_t page)
{
    return io->pages ? io->pages[page] : (struct device_io_page){.ios = 0};
}

uint64_t device_io_copies(const struct device_io *io, const uint32_t *ios, uint32_t pages,
                          const struct mp_tunables *tunables)
{
    uint64_t copies = io->copies;
    for (uint32_t i = 0; i < pages; i++) {
        struct device_io_page page = page_of(io, i);
        copies += period_copies(&page, ios[i], tunables);
    }
    return copies;
}

bool device_io_settle(struct device_io *io, const uint32_t *ios, uint32_t pages,
                      const struct mp_tunables *tunables)
{
    if (!io->pages)
        io->pages = calloc(pages + 1u, sizeof *io->pages);
    if (!io->pages)
        return false;
    for (uint32_t i = 0; i < pages; i++)
        io->copies += period_copies(&io->pages[i], ios[i], tunables);
    return true;
}

void device_io_fini(struct device_io *io)
{
    free(io->pages);
    *io = (struct device_io){.copies = 0};
}
