/*
 * Hashing ahead: a ring of chunks. Threads claim the chunks in order and fill them. The consumer
 * takes them in order, and fills one itself when the next is not ready. So what the consumer sees
 * never depends on which thread was faster.
 *
 * The bytes of a chunk are copied from the file, hashed while they are in the cache, and kept for
 * the comparisons: a first look through the mapping would cost a fault for each page. One thread
 * alone needs one chunk, which then stays in the cache.
 */
#include "ballast/scan/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ballast/scan/page.h"
#include "sim/reserve.h"

#define RING_CHUNKS 8u /* our choice: 2 MB of pages ahead, a huge page */
#define CHUNK_BYTES ((size_t)SCAN_CHUNK_PAGES * TR_DUMP_PAGE_BYTES)

struct slot {
    struct scan_chunk chunk;
    bool is_ready;
};

struct scan_hasher {
    struct tr_snapshot *const *snapshots;
    uint32_t vms;
    uint32_t next_vm, next_page; /* of the next chunk to be claimed */
    uint64_t claimed, taken;     /* chunks so far; those from `taken` on are in the ring */
    bool is_lent;                /* the consumer is using the chunk at `taken` */
    bool is_over;
    uint32_t helpers;
    uint32_t ring_chunks; /* of the ring that are used */
    uint8_t *bytes;       /* of all chunks of the ring */
    pthread_mutex_t mutex;
    pthread_cond_t ready, room;
    pthread_t *threads;
    struct slot ring[RING_CHUNKS];
};

/* ---- Chunks ------------------------------------------------------------------------------ */

/* Pages from `first` on of one extent, all of the kind `chunk->bytes` says. */
static void fill_from(const struct tr_snapshot *snapshot, const struct tr_extent *extent,
                      struct scan_chunk *chunk, uint32_t first, uint32_t pages)
{
    uint32_t at = first - chunk->first;
    uint8_t *bytes = chunk->bytes + (size_t)at * TR_DUMP_PAGE_BYTES;
    uint64_t zero_hash = scan_zero_hash(true);

    if (extent->bytes == NULL) {
        memset(bytes, 0, (size_t)pages * TR_DUMP_PAGE_BYTES);
    } else {
        tr_snapshot_copy(snapshot, tr_extent_page(extent, first), bytes,
                         (size_t)pages * TR_DUMP_PAGE_BYTES);
    }
    for (uint32_t i = 0; i < pages; i++, bytes += TR_DUMP_PAGE_BYTES) {
        chunk->hashes[at + i] = scan_bytes_hash(bytes);
        chunk->zero_pages += chunk->hashes[at + i] == zero_hash && scan_bytes_are_zero(bytes);
    }
}

static void fill_from_hashes(const struct tr_extent *extent, struct scan_chunk *chunk,
                             uint32_t first, uint32_t pages)
{
    for (uint32_t index = first; index < first + pages; index++) {
        chunk->hashes[index - chunk->first] = scan_page_hash(extent, index);
        chunk->zero_pages += scan_page_is_zero(extent, index);
    }
}

static void chunk_fill(const struct scan_hasher *hasher, struct scan_chunk *chunk)
{
    const struct tr_snapshot *snapshot = hasher->snapshots[chunk->vm];
    const struct tr_extent *extent = tr_snapshot_extent_of(snapshot, chunk->first);
    uint32_t end = chunk->first + chunk->pages;

    chunk->zero_pages = 0;
    for (uint32_t first = chunk->first; first < end; extent++) {
        uint32_t extent_end = extent->index + extent->pages;
        uint32_t pages = (extent_end < end ? extent_end : end) - first;
        if (chunk->bytes != NULL)
            fill_from(snapshot, extent, chunk, first, pages);
        else
            fill_from_hashes(extent, chunk, first, pages);
        first += pages;
    }
}

static bool can_claim(const struct scan_hasher *hasher)
{
    return hasher->next_vm < hasher->vms && hasher->claimed - hasher->taken < hasher->ring_chunks;
}

static struct slot *claim(struct scan_hasher *hasher)
{
    struct slot *slot = &hasher->ring[hasher->claimed++ % hasher->ring_chunks];
    uint32_t pages = tr_snapshot_facts(hasher->snapshots[hasher->next_vm])->pages;
    uint32_t left = pages - hasher->next_page;

    slot->is_ready = false;
    slot->chunk.vm = hasher->next_vm;
    slot->chunk.first = hasher->next_page;
    slot->chunk.pages = left < SCAN_CHUNK_PAGES ? left : SCAN_CHUNK_PAGES;
    hasher->next_page += slot->chunk.pages;
    if (hasher->next_page == pages) {
        hasher->next_page = 0;
        hasher->next_vm++;
    }
    return slot;
}

/* The caller holds the mutex. It is given up while the hashes are computed. */
static void claim_and_fill(struct scan_hasher *hasher)
{
    struct slot *slot = claim(hasher);

    pthread_mutex_unlock(&hasher->mutex);
    chunk_fill(hasher, &slot->chunk);
    pthread_mutex_lock(&hasher->mutex);
    slot->is_ready = true;
    pthread_cond_signal(&hasher->ready);
}

static void *help(void *context)
{
    struct scan_hasher *hasher = context;

    pthread_mutex_lock(&hasher->mutex);
    while (!hasher->is_over && hasher->next_vm < hasher->vms) {
        if (can_claim(hasher))
            claim_and_fill(hasher);
        else
            pthread_cond_wait(&hasher->room, &hasher->mutex);
    }
    pthread_mutex_unlock(&hasher->mutex);
    return NULL;
}

const struct scan_chunk *scan_hasher_next(struct scan_hasher *hasher)
{
    pthread_mutex_lock(&hasher->mutex);
    if (hasher->is_lent) {
        hasher->taken++;
        pthread_cond_signal(&hasher->room);
    }

    struct slot *slot = &hasher->ring[hasher->taken % hasher->ring_chunks];
    bool is_end;
    while (!(is_end = hasher->taken == hasher->claimed && hasher->next_vm == hasher->vms) &&
           !(hasher->taken < hasher->claimed && slot->is_ready)) {
        if (can_claim(hasher))
            claim_and_fill(hasher);
        else
            pthread_cond_wait(&hasher->ready, &hasher->mutex);
    }
    hasher->is_lent = !is_end;
    pthread_mutex_unlock(&hasher->mutex);
    return is_end ? NULL : &slot->chunk;
}

struct scan_hasher *scan_hasher_new(struct tr_snapshot *const *snapshots, uint32_t vms,
                                    uint32_t threads)
{
    struct scan_hasher *hasher = calloc(1, sizeof *hasher);

    if (hasher == NULL)
        return NULL;
    hasher->snapshots = snapshots;
    hasher->vms = vms;
    hasher->ring_chunks = threads > 1 ? RING_CHUNKS : 1;
    bool of_bytes = tr_snapshot_facts(snapshots[0])->hash_bits == 0;
    hasher->bytes = of_bytes ? sim_reserve_huge(hasher->ring_chunks * CHUNK_BYTES) : NULL;
    for (uint32_t i = 0; hasher->bytes != NULL && i < hasher->ring_chunks; i++)
        hasher->ring[i].chunk.bytes = hasher->bytes + i * CHUNK_BYTES;
    pthread_mutex_init(&hasher->mutex, NULL);
    pthread_cond_init(&hasher->ready, NULL);
    pthread_cond_init(&hasher->room, NULL);
    hasher->threads = calloc(threads, sizeof *hasher->threads);
    bool has_memory = hasher->threads != NULL && (hasher->bytes != NULL || !of_bytes);
    while (has_memory && hasher->helpers + 1 < threads) {
        if (pthread_create(&hasher->threads[hasher->helpers], NULL, help, hasher) != 0)
            break;
        hasher->helpers++;
    }
    if (!has_memory || hasher->helpers + 1 < threads) {
        scan_hasher_free(hasher);
        return NULL;
    }
    return hasher;
}

void scan_hasher_free(struct scan_hasher *hasher)
{
    if (hasher == NULL)
        return;
    pthread_mutex_lock(&hasher->mutex);
    hasher->is_over = true;
    pthread_cond_broadcast(&hasher->room);
    pthread_mutex_unlock(&hasher->mutex);
    for (uint32_t i = 0; i < hasher->helpers; i++)
        pthread_join(hasher->threads[i], NULL);
    pthread_cond_destroy(&hasher->room);
    pthread_cond_destroy(&hasher->ready);
    pthread_mutex_destroy(&hasher->mutex);
    sim_release(hasher->bytes, hasher->ring_chunks * CHUNK_BYTES);
    free(hasher->threads);
    free(hasher);
}
