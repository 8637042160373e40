/*
 * Files and the blocks that they lie in. The hazard is a search for every page: extents double in
 * size, so the block of page i follows from i alone, and freed extents are used again by size, so
 * that a disk on which files come and go (dbench) stays compact.
 */
#include <assert.h>

#include "models/guest/internal.h"

_Static_assert(GUEST_FILE_PAGES_MOST == FILE_FIRST_BLOCKS * ((UINT32_C(1) << FILE_EXTENTS) - 1),
               "all extents of a file together");

static uint32_t extent_of(uint32_t page)
{
    uint32_t extent = 31u - (uint32_t)__builtin_clz(page / FILE_FIRST_BLOCKS + 1);
    assert(extent < FILE_EXTENTS);
    return extent;
}

static uint32_t extent_first(uint32_t extent)
{
    return FILE_FIRST_BLOCKS * ((UINT32_C(1) << extent) - 1);
}

uint32_t guest_file_place(const struct file *file, uint32_t page)
{
    uint32_t extent = extent_of(page);
    uint32_t block = file->extent[extent];
    return block ? block + (page - extent_first(extent)) : 0;
}

bool guest_file_grow(struct guest *guest, struct file *file, uint32_t page)
{
    uint32_t extent = extent_of(page);
    if (file->extent[extent])
        return true;
    uint32_t block = guest->free_extent[extent];
    if (block) {
        guest->free_extent[extent] = guest->place[block]; /* the link lies in the block's place */
        guest->place[block] = 0;
    } else {
        uint32_t size = FILE_FIRST_BLOCKS << extent;
        if (size > PLACE_FILES - guest->blocks)
            return false;
        block = guest->blocks;
        guest->blocks += size;
    }
    file->extent[extent] = block;
    return true;
}

void guest_file_shrink(struct guest *guest, struct file *file, uint32_t pages)
{
    for (uint32_t extent = FILE_EXTENTS; extent-- > 0;) {
        uint32_t block = file->extent[extent];
        if (extent_first(extent) < pages)
            return;
        if (!block)
            continue;
        guest->place[block] = guest->free_extent[extent];
        guest->free_extent[extent] = block;
        file->extent[extent] = 0;
    }
}

uint32_t guest_files_new(struct guest *guest, uint32_t count, uint64_t image_bytes)
{
    uint32_t first = guest->files;
    assert(count <= FILE_MOST - first);
    guest->files += count;
    if (image_bytes == 0)
        return first;
    uint32_t pages = (uint32_t)((image_bytes + GUEST_PAGE_SIZE - 1) / GUEST_PAGE_SIZE);
    for (uint32_t i = first; i < guest->files; i++) {
        struct file *file = &guest->file[i];
        file->bytes = image_bytes;
        for (uint32_t page = 0; page < pages; page += FILE_FIRST_BLOCKS) {
            bool fits = guest_file_grow(guest, file, page);
            assert(fits);
            (void)fits;
        }
    }
    return first;
}
