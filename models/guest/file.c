/*
 * Files and their blocks. The hazard is a search for every page: extents double in size, so the
 * block of page i follows from i alone. Extents that were given back are used again by size, so
 * that a disk on which files come and go (dbench) stays compact.
 */
#include "models/guest/file.h"

#include <assert.h>

#include "models/guest/hardware.h"
#include "models/guest/page.h"
#include "models/guest/program.h"

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

bool guest_file_grow(struct files *files, struct file *file, uint32_t page)
{
    uint32_t extent = extent_of(page);
    if (file->extent[extent])
        return true;
    uint32_t block = files->free_extent[extent];
    if (block) {
        files->free_extent[extent] = files->place[block]; /* the link lies in the block's place */
        files->place[block] = 0;
    } else {
        uint32_t size = FILE_FIRST_BLOCKS << extent;
        if (size > PLACE_FILES - files->blocks)
            return false;
        block = files->blocks;
        files->blocks += size;
    }
    file->extent[extent] = block;
    return true;
}

void guest_file_shrink(struct files *files, struct file *file, uint32_t pages)
{
    for (uint32_t extent = FILE_EXTENTS; extent-- > 0;) {
        uint32_t block = file->extent[extent];
        if (extent_first(extent) < pages)
            return;
        if (!block)
            continue;
        files->place[block] = files->free_extent[extent];
        files->free_extent[extent] = block;
        file->extent[extent] = 0;
    }
}

void guest_file_init(struct files *files)
{
    files->blocks = FILE_FIRST_BLOCKS; /* place 0 stands for none */
}

uint32_t guest_file_new(struct files *files, uint32_t count, uint64_t image_bytes)
{
    uint32_t first = files->count;
    assert(count <= FILE_MOST - first);
    files->count += count;
    if (image_bytes == 0)
        return first;
    uint32_t pages = (uint32_t)((image_bytes + files->page_bytes - 1) / files->page_bytes);
    for (uint32_t i = first; i < files->count; i++) {
        struct file *file = &files->file[i];
        file->bytes = image_bytes;
        for (uint32_t page = 0; page < pages; page += FILE_FIRST_BLOCKS) {
            bool fits = guest_file_grow(files, file, page);
            assert(fits);
            (void)fits;
        }
    }
    return first;
}
