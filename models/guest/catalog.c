/*
 * The list of operating systems. The hazard is a guest that cannot even boot: its kernel must fit
 * into its memory, with pages to spare.
 */
#include "models/guest/catalog.h"

#include "models/guest/hardware.h"
#include "models/guest/os.h"

static const struct os *const systems[GUEST_OS_COUNT] = {
    [GUEST_BARE] = &guest_os_bare,
    [GUEST_LINUX_2_4] = &guest_os_linux,
    [GUEST_WINDOWS_2000] = &guest_os_windows,
    [GUEST_LINUX_6] = &guest_os_linux_6,
};

const struct os *guest_os_find(enum guest_os os)
{
    return systems[os];
}

const char *guest_os_name(enum guest_os os)
{
    return os < GUEST_OS_COUNT ? systems[os]->name : "unknown";
}

bool guest_os_splits_lists(enum guest_os os)
{
    return systems[os]->splits_lists;
}

const struct guest_kernel_item *guest_kernel_items(enum guest_os os)
{
    return systems[os]->kernel;
}

uint32_t guest_kernel_pages(enum guest_os os, uint32_t memory_pages)
{
    double bytes = 0;
    for (const struct guest_kernel_item *item = systems[os]->kernel; item->name; item++)
        bytes += item->fixed_kb * 1024.0 + item->bytes_per_page * memory_pages;
    return (uint32_t)((bytes + GUEST_PAGE_SIZE - 1) / GUEST_PAGE_SIZE);
}

uint32_t guest_kernel_own_pages(const struct guest_config *config)
{
    uint32_t scale = guest_page_scale(config);
    return (guest_kernel_pages(config->os, config->memory_pages * scale) + scale - 1) / scale;
}

void guest_watermarks(const struct guest_config *config, struct watermarks *marks)
{
    struct watermarks small;
    uint32_t scale = guest_page_scale(config);
    systems[config->os]->watermarks(config->memory_pages * scale, &small);
    marks->least = (small.least + scale - 1) / scale;
    marks->low = (small.low + scale - 1) / scale;
    marks->high = (small.high + scale - 1) / scale;
}

int guest_check(const struct guest_config *config, struct sim_error *error)
{
    uint32_t kernel = guest_kernel_own_pages(config);
    struct watermarks marks;
    guest_watermarks(config, &marks);
    if (config->memory_pages == 0 || config->memory_pages > GUEST_PAGES_MOST)
        return sim_error_set(error, SIM_USAGE,
                             "guest %s: expected 1 to %u pages of memory, found %u", config->name,
                             GUEST_PAGES_MOST, config->memory_pages);
    if (config->swap_pages > GUEST_PAGES_MOST)
        return sim_error_set(error, SIM_USAGE,
                             "guest %s: expected at most %u pages of its paging device, found %u",
                             config->name, GUEST_PAGES_MOST, config->swap_pages);
    if (kernel + marks.high >= config->memory_pages && config->os != GUEST_BARE)
        return sim_error_set(
            error, SIM_USAGE,
            "guest %s: expected more than the %u pages that %s itself needs, found %u",
            config->name, kernel + marks.high, systems[config->os]->name, config->memory_pages);
    return SIM_OK;
}
