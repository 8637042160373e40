/*
 * The hypervisor's swap device (paper, 3.3): page-outs and page-ins that the policy begins, on one
 * device, neighbouring slots in one request. The device can be made to fail (host_swap_fault()).
 *
 * The contents are taken when a write begins: the guest cannot write to the page before the policy
 * has been told the end of it, because the page is unmapped.
 *
 * A device that compresses takes machine memory for each page that it holds. The policy counts it
 * by its slots (mp_machine.slot_bytes).
 */
#include "models/host/internal.h"

#define BP 10000u

/* Compression takes a CPU, and goes on while the request is under way. */
static void submit(struct host *host, struct host_disk_request *request)
{
    const struct cost_device *device = host->swap.device;
    struct cost_request asked = host_disk_asked(request);
    request->at_ns = host_vcpu_now_ns(host);
    if (device->cpu_ns)
        host_cpu_take(host, device->cpu_ns(&host->swap.storage, &asked));
    host_disk_submit(&host->swap, request);
}

static uint32_t page_scale(const struct host *host)
{
    return host->config.machine.page_scale > 0 ? host->config.machine.page_scale : 1;
}

/* Pages of 4 KiB go out in clusters. */
static uint32_t clusters_of(const struct host *host, uint32_t pages)
{
    uint32_t cluster = host->config.tunables.swap_cluster_pages;
    uint32_t small_pages = pages * page_scale(host);
    return small_pages > cluster ? (small_pages + cluster - 1) / cluster : 1;
}

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
        if (page_scale(host) > 1)
            request.requests = clusters_of(host, request.count);
        submit(host, &request);
    }
    return count;
}

static bool paging_page_in(void *context, const struct mp_page_io *page)
{
    struct host *host = context;
    host->swap_io[page->slot] = *page;
    /* Pages of 4 KiB come back one by one, wherever they are. */
    submit(host, &(struct host_disk_request){.block = page->slot,
                                             .count = 1,
                                             .requests = page_scale(host),
                                             .is_scattered = true});
    return true;
}

static bool is_full(const struct host *host)
{
    uint32_t swapped_pages = 0;
    for (uint32_t i = 0; host->swap_fault.is_full && i < host->vm_count; i++) {
        struct host_vm_status status;
        host_vm_status(host, (int)i, &status);
        swapped_pages += status.policy.swapped_pages;
    }
    return host->swap_fault.is_full && swapped_pages >= host->swap_fault.capacity_pages;
}

static bool fails(struct host *host, bool is_write)
{
    uint32_t errors_bp =
        is_write ? host->swap_fault.write_errors_bp : host->swap_fault.read_errors_bp;
    if (is_write && is_full(host))
        return true;
    return errors_bp > 0 && sim_random_below(&host->swap_errors, BP) < errors_bp;
}

static void paging_done(void *owner, const struct host_disk_request *request, uint64_t now_ns)
{
    struct host *host = owner;
    for (uint32_t i = 0; i < request->count; i++) {
        const struct mp_page_io page = host->swap_io[request->block + i];
        bool ok = !fails(host, request->write);
        if (request->write) {
            mp_page_out_done(host->policy, &page, ok, now_ns);
            continue;
        }
        if (host->content && ok)
            host->content[page.mpn] = host->slot_content[page.slot];
        mp_page_in_done(host->policy, &page, ok, now_ns);
    }
    host_policy_called(host);
}

void host_swap_fault(struct host *host, const struct host_swap_fault *fault)
{
    host->swap_fault = *fault;
    host->swap.slow_permille = fault->slow_permille;
}

uint32_t host_paging_slot_bytes(const struct host_config *config)
{
    struct cost_disk cost;
    cost_disk_init(&cost, config->costs);
    return cost_device_of(config->swap_device)->is_compressed ? (uint32_t)cost.zram_page_bytes : 0;
}

void host_paging_ops(struct mp_ops *ops)
{
    ops->page_out = paging_page_out;
    ops->page_in = paging_page_in;
}

void host_paging_init(struct host *host)
{
    struct cost_storage storage;
    cost_storage_init(&storage, host->config.cpu_mhz, host->config.costs,
                      host->config.machine.page_scale);
    host_disk_init(&host->swap, host->queue, cost_device_of(host->config.swap_device), &storage,
                   host->config.seed, host->config.replicate, "host.swap", host, paging_done);
    sim_random_init(&host->swap_errors, host->config.seed, host->config.replicate,
                    "host.swap.errors");
}

void host_paging_fini(struct host *host)
{
    host_disk_fini(&host->swap);
    sim_random_fini(&host->swap_errors);
}
