/*
 * The hypervisor's swap device (paper, 3.3): page-outs and page-ins that the policy begins, on one
 * disk, neighbouring slots in one request.
 *
 * The contents are taken when a write begins: the guest cannot write to the page before the policy
 * has been told the end of it, because the page is unmapped.
 */
#include "models/host/internal.h"

static uint32_t paging_page_out(void *context, const struct mp_page_io *pages, uint32_t count)
{
    struct host *host = context;
    for (uint32_t i = 0; i < count;) {
        struct host_disk_request request = {.block = pages[i].slot, .write = true};
        do {
            host->swap_io[pages[i].slot] = pages[i];
            if (host->content)
                host->slot_content[pages[i].slot] = host->content[pages[i].mpn];
            request.count++;
            i++;
        } while (i < count && pages[i].slot == request.block + request.count);
        host_disk_submit(&host->swap, &request);
    }
    return count;
}

static bool paging_page_in(void *context, const struct mp_page_io *page)
{
    struct host *host = context;
    host->swap_io[page->slot] = *page;
    host_disk_submit(&host->swap, &(struct host_disk_request){.block = page->slot, .count = 1});
    return true;
}

static void paging_done(void *owner, const struct host_disk_request *request, uint64_t now_ns)
{
    struct host *host = owner;
    for (uint32_t i = 0; i < request->count; i++) {
        const struct mp_page_io page = host->swap_io[request->block + i];
        if (request->write) {
            mp_page_out_done(host->policy, &page, true, now_ns);
            continue;
        }
        if (host->content)
            host->content[page.mpn] = host->slot_content[page.slot];
        mp_page_in_done(host->policy, &page, true, now_ns);
    }
    host_policy_called(host);
}

void host_paging_ops(struct mp_ops *ops)
{
    ops->page_out = paging_page_out;
    ops->page_in = paging_page_in;
}

void host_paging_init(struct host *host)
{
    struct cost_disk cost;
    cost_disk_init(&cost, host->config.costs);
    host_disk_init(&host->swap, host->queue, &cost, host->config.seed, host->config.replicate,
                   "host.swap", host, paging_done);
}
