/*
 * Cores of Xen: `xl dump-core`, `virsh -c xen:// dump`. They are ELF files without program headers;
 * the memory is in sections (docs/misc/dump-core-format.txt of Xen):
 *
 *     .note.Xen    notes; one of type 0x2000001 has u64 magic, vCPUs, pages, bytes in a page
 *     .xen_pages   the pages
 *     .xen_pfn     u64 for each page: its number in the guest (HVM)
 *     .xen_p2m     two u64 for each page: its number in the guest, and in the machine (PV)
 *
 * The hazards: a page whose number is all ones has no content; and numbers that a file only claims.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "traces/format.h"
#include "traces/images/parts.h"

#define NO_PFN UINT64_MAX

struct section {
    uint64_t offset, bytes;
};

static bool read_header(const struct tr_snapshot *snapshot, Elf64_Ehdr *header)
{
    if (!snapshot_begins(snapshot, ELFMAG, SELFMAG) || !snapshot_has(snapshot, 0, sizeof *header))
        return false;
    memcpy(header, snapshot->file, sizeof *header);
    return header->e_ident[EI_CLASS] == ELFCLASS64 && header->e_ident[EI_DATA] == ELFDATA2LSB &&
           header->e_phnum == 0 && header->e_shentsize == sizeof(Elf64_Shdr) &&
           header->e_shstrndx < header->e_shnum &&
           snapshot_has(snapshot, header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr));
}

static Elf64_Shdr section_at(const struct tr_snapshot *snapshot, const Elf64_Ehdr *header,
                             unsigned index)
{
    Elf64_Shdr section;

    memcpy(&section, snapshot->file + header->e_shoff + index * sizeof section, sizeof section);
    return section;
}

/* Finds a section; its bytes need not be in the file. */
static bool find_section(const struct tr_snapshot *snapshot, const char *name,
                         struct section *found)
{
    Elf64_Ehdr header;

    if (!read_header(snapshot, &header))
        return false;
    Elf64_Shdr names = section_at(snapshot, &header, header.e_shstrndx);
    for (unsigned i = 0; i < header.e_shnum; i++) {
        Elf64_Shdr section = section_at(snapshot, &header, i);
        if (section.sh_name < names.sh_size &&
            snapshot_has(snapshot, names.sh_offset, names.sh_size) &&
            strlen(name) < names.sh_size - section.sh_name &&
            memcmp(snapshot->file + names.sh_offset + section.sh_name, name, strlen(name) + 1) ==
                0) {
            *found = (struct section){section.sh_offset, section.sh_size};
            return true;
        }
    }
    return false;
}

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    struct section pages;

    (void)options;
    return find_section(snapshot, ".xen_pages", &pages);
}

/* Adds pages that follow each other in the guest and in the file. */
static int add_run(struct tr_snapshot *snapshot, const struct section *pages, uint64_t index,
                   uint64_t count, uint64_t pfn, struct sim_error *error)
{
    uint64_t page = TR_DUMP_PAGE_BYTES;

    if (pfn == NO_PFN || count == 0)
        return SIM_OK;
    if (pfn > UINT64_MAX / page - count)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: page %" PRIu64 ": expected a number below 2^52, found 0x%" PRIx64,
                             snapshot->path, index, pfn);
    struct snapshot_piece piece = {pfn * page, count * page,
                                   snapshot->file + pages->offset + index * page};
    return snapshot_add_stored(snapshot, "page", index, piece, error);
}

static int open_xen(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                    struct sim_error *error)
{
    struct section pages, numbers;
    int status = SIM_OK;

    (void)options;
    snapshot->facts.format = "Xen core";
    find_section(snapshot, ".xen_pages", &pages);
    bool is_pfn = find_section(snapshot, ".xen_pfn", &numbers);
    if (!is_pfn && !find_section(snapshot, ".xen_p2m", &numbers))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected the numbers of the pages in the section .xen_pfn or "
                             ".xen_p2m, found neither",
                             snapshot->path);
    if (!snapshot_has(snapshot, pages.offset, pages.bytes) ||
        !snapshot_has(snapshot, numbers.offset, numbers.bytes))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected %" PRIu64 " bytes of pages at byte %" PRIu64
                             " and their numbers, found the end of the file at %" PRIu64,
                             snapshot->path, pages.bytes, pages.offset, snapshot->file_bytes);
    uint64_t step = is_pfn ? 8 : 16, count = pages.bytes / TR_DUMP_PAGE_BYTES;
    if (pages.bytes % TR_DUMP_PAGE_BYTES != 0 || numbers.bytes != count * step)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected whole pages of 4096 bytes and a number for each, found "
                             "%" PRIu64 " bytes and %" PRIu64 " numbers",
                             snapshot->path, pages.bytes, numbers.bytes / step);
    uint64_t first = 0, first_pfn = NO_PFN;
    for (uint64_t i = 0; i < count && status == SIM_OK; i++) {
        uint64_t pfn = tr_get_u64(snapshot->file + numbers.offset + i * step);
        if (pfn != NO_PFN && first_pfn != NO_PFN && pfn == first_pfn + (i - first))
            continue;
        status = add_run(snapshot, &pages, first, i - first, first_pfn, error);
        first = i;
        first_pfn = pfn;
    }
    return status == SIM_OK ? add_run(snapshot, &pages, first, count - first, first_pfn, error)
                            : status;
}

const struct snapshot_format snapshot_xen = {recognises, open_xen};
