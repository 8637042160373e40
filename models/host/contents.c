/*
 * What machine pages hold: a 64-bit id each. Equal ids are equal contents. The hash is a mix of the
 * id, because the policy wants hashes that are spread evenly, and ids may be small numbers. A hash
 * of fewer bits is spread again over all 64: as many values, and no part of them weaker than
 * another.
 *
 * Whether a page shrinks to half when it is compressed is a property of its content: zeroes do, and
 * of all others a share (cost.half_pages_pct), drawn by another mix of the id.
 */
#include "models/host/internal.h"

uint64_t host_content_hash(const struct host *host, uint64_t content)
{
    uint64_t hash = sim_mix64(content, 0);
    uint32_t bits = host->config.hash_bits;
    return bits > 0 && bits < 64 ? sim_mix64(hash >> (64 - bits), 1) : hash;
}

bool host_content_shrinks(const struct host *host, uint64_t content)
{
    return content == GUEST_CONTENT_ZERO ||
           sim_mix64(content, 2) % 100 < host->disk_cost.half_pages_pct;
}

static bool contents_compress(void *context, uint16_t number, uint32_t mpn, uint32_t place)
{
    struct host *host = context;
    host_cpu_take(host, host->cpu_cost.zram_compress_ns);
    if (!host_content_shrinks(host, host->content[mpn]))
        return false;
    host->vms[number].compressed[place] = host->content[mpn];
    return true;
}

/* For a fault the VM's own CPU works: mapping.c charges it. */
static void contents_decompress(void *context, uint16_t number, uint32_t place, uint32_t mpn,
                                bool is_fault)
{
    struct host *host = context;
    if (!is_fault)
        host_cpu_take(host, host->cpu_cost.zram_decompress_ns);
    host->content[mpn] = host->vms[number].compressed[place];
}

static void contents_hash(void *context, const uint32_t *mpn, uint32_t count, uint64_t *hash)
{
    struct host *host = context;
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(&host->content[mpn[i]]);
    for (uint32_t i = 0; i < count; i++)
        hash[i] = host_content_hash(host, host->content[mpn[i]]);
    host->scan_ns += count * host->cpu_cost.hash_ns;
}

static bool contents_same(void *context, uint32_t mpn, uint32_t other_mpn)
{
    struct host *host = context;
    host->scan_ns += host->cpu_cost.compare_ns;
    return host->content[mpn] == host->content[other_mpn];
}

static void contents_copy(void *context, uint32_t from_mpn, uint32_t to_mpn)
{
    struct host *host = context;
    if (host->content)
        host->content[to_mpn] = host->content[from_mpn];
}

static void contents_zero(void *context, uint32_t mpn)
{
    struct host *host = context;
    if (host->content) {
        host->content[mpn] = GUEST_CONTENT_ZERO;
        host->content_writes++;
    }
}

void host_contents_ops(struct mp_ops *ops)
{
    ops->hash = contents_hash;
    ops->same = contents_same;
    ops->copy = contents_copy;
    ops->zero = contents_zero;
    ops->compress = contents_compress;
    ops->decompress = contents_decompress;
}
