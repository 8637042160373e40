/*
 * Holes of sparse files. Reading them gives zeroes, but nobody wrote these: a tool that copies
 * files leaves them out to save room, and a hypervisor that writes only changed pages never had
 * them.
 *
 * The hazard is a whole page of which only a part lies in a hole. It is stored.
 */
#include <unistd.h>

#include "sim/array.h"
#include "traces/images/parts.h"

#define HOLES_MOST                                                                                 \
    UINT32_C(1 << 22) /* our choice: a file of 16 GB with every second page stored                 \
                       */
#define PAGE ((uint64_t)TR_DUMP_PAGE_BYTES)

int snapshot_find_holes(struct tr_snapshot *snapshot, int file, struct sim_error *error)
{
    off_t end = (off_t)snapshot->file_bytes, data = 0, hole;

    while (data < end && (hole = lseek(file, data, SEEK_HOLE)) >= 0 && hole < end &&
           snapshot->hole_count < HOLES_MOST) {
        data = lseek(file, hole, SEEK_DATA);
        if (data < 0 || data > end)
            data = end; /* the rest of the file is a hole */
        if (data <= hole)
            break;
        if (!sim_array_reserve(snapshot->holes, snapshot->hole_room, snapshot->hole_count + 1))
            return snapshot_no_memory(snapshot, error);
        snapshot->holes[snapshot->hole_count++] =
            (struct snapshot_hole){(uint64_t)hole, (uint64_t)(data - hole)};
    }
    return SIM_OK;
}

/* The first hole that ends beyond this byte of the file. */
static uint32_t hole_at(const struct tr_snapshot *snapshot, uint64_t offset)
{
    uint32_t low = 0, high = snapshot->hole_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (snapshot->holes[middle].offset + snapshot->holes[middle].bytes > offset)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

int snapshot_add_stored(struct tr_snapshot *snapshot, const char *what, uint64_t number,
                        struct snapshot_piece piece, struct sim_error *error)
{
    uint64_t start = (uint64_t)(piece.from - snapshot->file), end = start + piece.bytes;
    uint64_t kept = start; /* up to here the piece was added, or dropped */
    uint64_t skew = (PAGE - piece.address % PAGE) % PAGE; /* to the piece's first whole page */
    int status = SIM_OK;

    for (uint32_t i = hole_at(snapshot, start); i < snapshot->hole_count && status == SIM_OK; i++) {
        uint64_t first = snapshot->holes[i].offset, last = first + snapshot->holes[i].bytes;
        if (first >= end)
            break;
        first = first > start + skew ? first : start + skew;
        last = last < end ? last : end;
        first = start + skew + (first - start - skew + PAGE - 1) / PAGE * PAGE;
        if (last < first + PAGE)
            continue;
        last = first + (last - first) / PAGE * PAGE;
        snapshot->facts.hole_pages += (last - first) / PAGE;
        if (!snapshot->drops_holes)
            continue;
        struct snapshot_piece before = {piece.address + (kept - start), first - kept,
                                        snapshot->file + kept};
        status = snapshot_add_piece(snapshot, what, number, before, error);
        kept = last;
    }
    struct snapshot_piece rest = {piece.address + (kept - start), end - kept,
                                  snapshot->file + kept};
    return status == SIM_OK ? snapshot_add_piece(snapshot, what, number, rest, error) : status;
}
