/*
 * Makes whole pages in order of address of pieces, which come in any order and any length.
 *
 * The hazards:
 * - A dump that was made through page tables (QEMU's paging=on) describes the same memory several
 *   times. It counts once if it is at the same place in the file; otherwise the file is refused.
 * - A page may lie in several pieces, or in part in none. It is put together, and the rest is
 * zeroes.
 * - Zeroes that a file only claims to have cost it nothing, but cost as much to count as other
 * pages. Their number is limited.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "traces/images/parts.h"
#include "traces/tr.h"

#define PAGE               ((uint64_t)TR_DUMP_PAGE_BYTES)
#define PARTIAL_PAGES_MOST 4096u /* our choice: real dumps have a few; they take 16 MB */
/* Our choice: how much larger than its file the memory of a dump without pages of zeroes may be. */
#define UNSTORED_PAGES_FREE (UINT64_C(1) << 22)
#define UNSTORED_FACTOR     64u

int snapshot_check_pages(const struct tr_snapshot *snapshot, uint64_t pages, uint64_t stored_pages,
                         struct sim_error *error)
{
    uint64_t most = UNSTORED_PAGES_FREE + UNSTORED_FACTOR * stored_pages;

    if (most > TR_PAGES_MOST)
        most = TR_PAGES_MOST;
    if (pages > most)
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected at most %llu pages in a file that stores %llu, found %llu",
            snapshot->path, (unsigned long long)most, (unsigned long long)stored_pages,
            (unsigned long long)pages);
    return SIM_OK;
}

int snapshot_add_piece(struct tr_snapshot *snapshot, const char *what, uint64_t number,
                       struct snapshot_piece piece, struct sim_error *error)
{
    if (piece.bytes == 0)
        return SIM_OK;
    if (piece.bytes - 1 > UINT64_MAX - piece.address)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: %s %llu: expected memory below 2^64, found %llu bytes at 0x%llx",
                             snapshot->path, what, (unsigned long long)number,
                             (unsigned long long)piece.bytes, (unsigned long long)piece.address);
    if (!sim_array_reserve(snapshot->pieces, snapshot->piece_room, snapshot->piece_count + 1))
        return snapshot_no_memory(snapshot, error);
    snapshot->pieces[snapshot->piece_count++] = piece;
    return SIM_OK;
}

/* ---- The same bytes once ----------------------------------------------------------------- */

static uint64_t last_of(const struct snapshot_piece *piece)
{
    return piece->address + (piece->bytes - 1);
}

/* Stored pieces before zeroes; in each group by address, the longer one of two first. */
static int compare_pieces(const void *left, const void *right)
{
    const struct snapshot_piece *a = left, *b = right;

    if ((a->from == NULL) != (b->from == NULL))
        return a->from == NULL ? 1 : -1;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes > b->bytes ? -1 : 1;
    return 0;
}

static int compare_addresses(const void *left, const void *right)
{
    const struct snapshot_piece *a = left, *b = right;

    return (a->address > b->address) - (a->address < b->address);
}

static bool are_at_the_same_place(const struct snapshot_piece *a, const struct snapshot_piece *b)
{
    return (a->from == NULL && b->from == NULL) ||
           (a->from != NULL && b->from != NULL &&
            (uintptr_t)a->from - a->address == (uintptr_t)b->from - b->address);
}

/* The piece without its bytes below `address`, which must not lie beyond its end. */
static struct snapshot_piece piece_from(struct snapshot_piece piece, uint64_t address)
{
    uint64_t cut = address - piece.address;

    return (struct snapshot_piece){address, piece.bytes - cut,
                                   piece.from == NULL ? NULL : piece.from + cut};
}

/* Removes from the stored pieces what an earlier piece has too. The pieces are in order of address,
 * so a piece can overlap only the last one that was kept, and need agree only with that one. */
static int drop_repeats(const struct tr_snapshot *snapshot, struct snapshot_piece *pieces,
                        size_t *count, struct sim_error *error)
{
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        struct snapshot_piece piece = pieces[i];
        const struct snapshot_piece *before = kept > 0 ? &pieces[kept - 1] : NULL;

        if (before != NULL && piece.address <= last_of(before)) {
            if (!are_at_the_same_place(before, &piece))
                return sim_error_set(
                    error, SIM_BAD_DATA,
                    "%s: expected one place in the file for each address, found two for 0x%llx",
                    snapshot->path, (unsigned long long)piece.address);
            if (last_of(&piece) <= last_of(before))
                continue;
            piece = piece_from(piece, last_of(before) + 1);
        }
        pieces[kept++] = piece;
    }
    *count = kept;
    return SIM_OK;
}

/* Keeps of the zeroes what no stored piece has. Both lists are in order and do not overlap
 * themselves. A stored piece ends every run of zeroes except the last, so the array has room for
 * all of them. */
static int add_gaps(struct tr_snapshot *snapshot, const struct snapshot_piece *stored,
                    size_t stored_count, const struct snapshot_piece *zeroes, size_t zero_count,
                    struct sim_error *error)
{
    size_t next = 0;
    int status = SIM_OK;

    for (size_t i = 0; i < zero_count && status == SIM_OK; i++) {
        struct snapshot_piece left = zeroes[i];

        while (next < stored_count && last_of(&stored[next]) < left.address)
            next++;
        for (; status == SIM_OK && left.bytes > 0 && next < stored_count &&
               stored[next].address <= last_of(&left);
             next++) {
            struct snapshot_piece gap = left;
            uint64_t end = last_of(&stored[next]), left_end = last_of(&left);

            gap.bytes =
                stored[next].address > left.address ? stored[next].address - left.address : 0;
            status = snapshot_add_piece(snapshot, "gap", i, gap, error);
            left.bytes = 0;
            if (end < left_end)
                left = (struct snapshot_piece){end + 1, left_end - end, NULL};
            else
                break; /* the piece may reach into the next run of zeroes too */
        }
        if (status == SIM_OK)
            status = snapshot_add_piece(snapshot, "gap", i, left, error);
    }
    return status;
}

static int put_in_order(struct tr_snapshot *snapshot, struct sim_error *error)
{
    struct snapshot_piece *pieces = snapshot->pieces;
    size_t count = snapshot->piece_count, stored_count = 0;

    qsort(pieces, count, sizeof *pieces, compare_pieces);
    while (stored_count < count && pieces[stored_count].from != NULL)
        stored_count++;

    struct snapshot_piece *zeroes = pieces + stored_count;
    size_t zero_count = count - stored_count, kept_count = stored_count;
    int status = drop_repeats(snapshot, pieces, &kept_count, error);
    if (status == SIM_OK)
        status = drop_repeats(snapshot, zeroes, &zero_count, error);
    snapshot->pieces = NULL;
    snapshot->piece_count = snapshot->piece_room = 0;
    for (size_t i = 0; i < kept_count && status == SIM_OK; i++)
        status = snapshot_add_piece(snapshot, "piece", i, pieces[i], error);
    if (status == SIM_OK)
        status = add_gaps(snapshot, pieces, kept_count, zeroes, zero_count, error);
    free(pieces);
    if (status == SIM_OK)
        qsort(snapshot->pieces, snapshot->piece_count, sizeof *snapshot->pieces, compare_addresses);
    return status;
}

/* ---- Pages ------------------------------------------------------------------------------- */

static int add_extent(struct tr_snapshot *snapshot, struct tr_extent extent,
                      struct sim_error *error)
{
    if (snapshot->extent_count > 0) {
        struct tr_extent *last = &snapshot->extents[snapshot->extent_count - 1];
        const uint8_t *end = last->bytes ? last->bytes + last->pages * PAGE : NULL;

        extent.index = last->index + last->pages;
        if (last->ppn + last->pages == extent.ppn && end == extent.bytes) {
            last->pages += extent.pages;
            return SIM_OK;
        }
    }
    if (!sim_array_reserve(snapshot->extents, snapshot->extent_room, snapshot->extent_count + 1))
        return snapshot_no_memory(snapshot, error);
    snapshot->extents[snapshot->extent_count++] = extent;
    return SIM_OK;
}

/* Adds a part of a page. The piece before it may have ended in the same page. */
static int add_partial(struct tr_snapshot *snapshot, const struct snapshot_piece *part,
                       struct sim_error *error)
{
    uint64_t ppn = part->address / PAGE;
    const struct tr_extent *last =
        snapshot->extent_count > 0 ? &snapshot->extents[snapshot->extent_count - 1] : NULL;
    bool is_begun = last != NULL && last->ppn + last->pages - 1 == ppn;
    int status = SIM_OK;

    if (!is_begun) {
        if (snapshot->partial_count == PARTIAL_PAGES_MOST)
            return sim_error_set(
                error, SIM_BAD_DATA,
                "%s: expected memory in whole pages of 4096 bytes, but for at most "
                "%u, found more in part",
                snapshot->path, PARTIAL_PAGES_MOST);
        uint8_t *page = calloc(1, PAGE);
        if (page == NULL)
            return snapshot_no_memory(snapshot, error);
        snapshot->partial[snapshot->partial_count++] = page;
        status =
            add_extent(snapshot, (struct tr_extent){.ppn = ppn, .pages = 1, .bytes = page}, error);
    }
    if (part->from != NULL)
        memcpy(snapshot->partial[snapshot->partial_count - 1] + part->address % PAGE, part->from,
               part->bytes);
    return status;
}

static int add_pages(struct tr_snapshot *snapshot, struct snapshot_piece piece,
                     struct sim_error *error)
{
    uint64_t head = (PAGE - piece.address % PAGE) % PAGE, whole;
    int status = SIM_OK;

    if (head > piece.bytes)
        head = piece.bytes;
    if (head > 0) {
        struct snapshot_piece part = {piece.address, head, piece.from};
        status = add_partial(snapshot, &part, error);
        if (head == piece.bytes)
            return status;
        piece = piece_from(piece, piece.address + head);
    }
    whole = piece.bytes / PAGE;
    if (whole > 0 && status == SIM_OK)
        status = add_extent(snapshot,
                            (struct tr_extent){.ppn = piece.address / PAGE,
                                               .pages = (uint32_t)whole,
                                               .bytes = piece.from},
                            error);
    if (piece.bytes % PAGE > 0 && status == SIM_OK) {
        piece = piece_from(piece, piece.address + whole * PAGE);
        status = add_partial(snapshot, &piece, error);
    }
    return status;
}

/* Checks the number of pages of all pieces; a page that two pieces share may count twice. */
static int check_sums(const struct tr_snapshot *snapshot, struct sim_error *error)
{
    uint64_t pages = 0, most = UINT64_C(1) << 52;

    for (size_t i = 0; i < snapshot->piece_count; i++) {
        const struct snapshot_piece *piece = &snapshot->pieces[i];
        pages += last_of(piece) / PAGE - piece->address / PAGE + 1;
        if (pages > most)
            break;
    }
    return snapshot_check_pages(snapshot, pages, snapshot->stored_bytes / PAGE, error);
}

int snapshot_lay_out(struct tr_snapshot *snapshot, struct sim_error *error)
{
    if (snapshot->piece_count == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected memory in the %s, found none",
                             snapshot->path, snapshot->facts.format);
    int status = put_in_order(snapshot, error);
    if (status == SIM_OK)
        status = check_sums(snapshot, error);
    if (status != SIM_OK)
        return status;
    snapshot->partial = calloc(PARTIAL_PAGES_MOST, sizeof *snapshot->partial);
    if (snapshot->partial == NULL)
        return snapshot_no_memory(snapshot, error);
    for (size_t i = 0; i < snapshot->piece_count && status == SIM_OK; i++)
        status = add_pages(snapshot, snapshot->pieces[i], error);
    free(snapshot->pieces);
    snapshot->pieces = NULL;
    snapshot->piece_count = snapshot->piece_room = 0;
    return status;
}

int snapshot_add_hashes(struct tr_snapshot *snapshot, uint32_t ppn, uint32_t pages,
                        struct sim_error *error)
{
    return add_extent(
        snapshot, (struct tr_extent){.ppn = ppn, .pages = pages, .hashes = snapshot->hashes + ppn},
        error);
}
