/*
 * ELF cores of a machine, by QEMU's dump-guest-memory or `virsh dump --memory-only`. Each PT_LOAD
 * program header describes guest-physical memory: it begins at p_paddr and is stored at p_offset.
 * The sources are elf(5) and QEMU's documentation of the command.
 *
 * The hazards:
 * - 32 and 64 bits, and both byte orders.
 * - More than 65,534 program headers; section 0 then has their number.
 * - Memory that is described but not stored (p_filesz 0 at p_offset -1).
 * - A part in the file that is shorter than its memory; the rest reads as zeroes.
 * - A core of a process, which has no physical addresses.
 * - A core of VirtualBox (`VBoxManage debugvm VM dumpvmcore`), which also has the memory of the
 * display and the ROM, as segments like those of memory.
 */
#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "traces/images/parts.h"

struct elf {
    const struct tr_snapshot *snapshot;
    bool is_64, is_big, is_virtualbox;
};

/* Reads a number; the caller has checked that the file has its bytes. */
static uint64_t number_at(const struct elf *elf, uint64_t offset, size_t bytes)
{
    const uint8_t *at = elf->snapshot->file + offset;
    uint64_t number = 0;

    for (size_t i = 0; i < bytes; i++)
        number |= (uint64_t)at[elf->is_big ? bytes - 1 - i : i] << (8 * i);
    return number;
}

/* Reads a field of the struct (Ehdr, Phdr or Shdr, of the file's class) at `offset`. */
#define FIELD(elf, offset, type, field)                                                            \
    ((elf)->is_64 ? number_at(elf, (offset) + offsetof(Elf64_##type, field),                       \
                              sizeof((Elf64_##type *)0)->field)                                    \
                  : number_at(elf, (offset) + offsetof(Elf32_##type, field),                       \
                              sizeof((Elf32_##type *)0)->field))
#define SIZE(elf, type) ((elf)->is_64 ? sizeof(Elf64_##type) : sizeof(Elf32_##type))

static bool recognises(const struct tr_snapshot *snapshot,
                       const struct tr_snapshot_options *options)
{
    (void)options;
    return snapshot_begins(snapshot, ELFMAG, SELFMAG);
}

static int read_identity(struct elf *elf, struct sim_error *error)
{
    const struct tr_snapshot *snapshot = elf->snapshot;

    if (!snapshot_has(snapshot, 0, EI_NIDENT))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected the 16 bytes of an ELF identity, found %" PRIu64,
                             snapshot->path, snapshot->file_bytes);
    uint8_t class = snapshot->file[EI_CLASS], order = snapshot->file[EI_DATA];
    if (class != ELFCLASS32 && class != ELFCLASS64)
        return sim_error_set(error, SIM_BAD_DATA, "%s: ELF class: expected 1 or 2, found %u",
                             snapshot->path, class);
    if (order != ELFDATA2LSB && order != ELFDATA2MSB)
        return sim_error_set(error, SIM_BAD_DATA, "%s: ELF byte order: expected 1 or 2, found %u",
                             snapshot->path, order);
    elf->is_64 = class == ELFCLASS64;
    elf->is_big = order == ELFDATA2MSB;
    if (!snapshot_has(snapshot, 0, SIZE(elf, Ehdr)))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected an ELF header of %zu bytes, found %" PRIu64,
                             snapshot->path, SIZE(elf, Ehdr), snapshot->file_bytes);
    uint64_t type = FIELD(elf, 0, Ehdr, e_type);
    if (type != ET_CORE)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: ELF type: expected 4 (a core), found %" PRIu64, snapshot->path,
                             type);
    return SIM_OK;
}

static int count_headers(const struct elf *elf, uint64_t *count, struct sim_error *error)
{
    const struct tr_snapshot *snapshot = elf->snapshot;
    uint64_t sections = FIELD(elf, 0, Ehdr, e_shoff);

    *count = FIELD(elf, 0, Ehdr, e_phnum);
    if (*count != PN_XNUM)
        return SIM_OK;
    if (sections == 0 || !snapshot_has(snapshot, sections, SIZE(elf, Shdr)))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: e_phnum is 0xffff: expected the number of program headers in a "
                             "section header, found none at byte %" PRIu64,
                             snapshot->path, sections);
    *count = FIELD(elf, sections, Shdr, sh_info);
    return SIM_OK;
}

/* VirtualBox maps the display, the ROM and its devices from here to 4 GB; memory goes on above. */
#define VIRTUALBOX_DEVICES UINT64_C(0xe0000000)

/* Has this segment of notes one of VirtualBox, as the first one of its cores is? */
static bool has_virtualbox_note(const struct elf *elf, uint64_t at)
{
    static const char name[] = "VBCORE";
    uint64_t offset = FIELD(elf, at, Phdr, p_offset), bytes = FIELD(elf, at, Phdr, p_filesz);

    return FIELD(elf, at, Phdr, p_type) == PT_NOTE && bytes >= sizeof(Elf64_Nhdr) + sizeof name &&
           snapshot_has(elf->snapshot, offset, bytes) &&
           memcmp(elf->snapshot->file + offset + sizeof(Elf64_Nhdr), name, sizeof name) == 0;
}

/* In the core of a process several segments have a p_paddr of 0. */
static bool is_of_process(const struct elf *elf, uint64_t first, uint64_t step, uint64_t count)
{
    uint64_t loads = 0;

    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = first + i * step;
        if (FIELD(elf, at, Phdr, p_type) != PT_LOAD)
            continue;
        if (FIELD(elf, at, Phdr, p_paddr) != 0)
            return false;
        loads += FIELD(elf, at, Phdr, p_vaddr) != 0;
    }
    return loads > 1;
}

static int add_segment(struct tr_snapshot *snapshot, const struct elf *elf, uint64_t at,
                       uint64_t number, struct sim_error *error)
{
    uint64_t offset = FIELD(elf, at, Phdr, p_offset), address = FIELD(elf, at, Phdr, p_paddr);
    uint64_t stored = FIELD(elf, at, Phdr, p_filesz), memory = FIELD(elf, at, Phdr, p_memsz);
    uint64_t nowhere = elf->is_64 ? UINT64_MAX : UINT32_MAX;

    if ((stored == 0 && offset == nowhere) || address == nowhere)
        return SIM_OK; /* the memory is not stored, or has no physical address: a hole */
    if (elf->is_virtualbox && address >= VIRTUALBOX_DEVICES && address <= UINT32_MAX) {
        tr_notes_add(&snapshot->notes,
                     "VirtualBox's display, devices and ROM, from 0xe0000000 to 4 GB, "
                     "are no memory of the guest and are left out");
        return SIM_OK;
    }
    if (memory < stored)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: segment %" PRIu64
                             ": expected p_memsz of at least p_filesz (%" PRIu64
                             "), found %" PRIu64,
                             snapshot->path, number, stored, memory);
    if (!snapshot_has(snapshot, offset, stored))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: segment %" PRIu64 ": expected %" PRIu64 " bytes at byte %" PRIu64
                             ", found the end of the file at %" PRIu64,
                             snapshot->path, number, stored, offset, snapshot->file_bytes);
    if (memory > 0 && memory - 1 > UINT64_MAX - address)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: segment %" PRIu64 ": expected memory below 2^64, found %" PRIu64
                             " bytes at 0x%" PRIx64,
                             snapshot->path, number, memory, address);
    struct snapshot_piece piece = {address, stored, snapshot->file + offset};
    struct snapshot_piece rest = {address + stored, memory - stored, NULL};
    int status = snapshot_add_stored(snapshot, "segment", number, piece, error);
    if (status == SIM_OK)
        status = snapshot_add_piece(snapshot, "segment", number, rest, error);
    return status;
}

static int open_elf(struct tr_snapshot *snapshot, const struct tr_snapshot_options *options,
                    struct sim_error *error)
{
    struct elf elf = {.snapshot = snapshot};
    uint64_t count = 0;
    int status = read_identity(&elf, error);

    (void)options;
    snapshot->facts.format = "ELF core";
    if (status == SIM_OK)
        status = count_headers(&elf, &count, error);
    if (status != SIM_OK)
        return status;

    uint64_t first = FIELD(&elf, 0, Ehdr, e_phoff), step = FIELD(&elf, 0, Ehdr, e_phentsize);
    if (step < SIZE(&elf, Phdr) || count > snapshot->file_bytes / step ||
        !snapshot_has(snapshot, first, count * step))
        return sim_error_set(
            error, SIM_BAD_DATA,
            "%s: expected %" PRIu64 " program headers of at least %zu bytes at byte "
            "%" PRIu64 ", found %" PRIu64 " bytes each in a file of %" PRIu64,
            snapshot->path, count, SIZE(&elf, Phdr), first, step, snapshot->file_bytes);
    if (is_of_process(&elf, first, step, count))
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: expected a core of a machine (dump-guest-memory, or virsh dump "
                             "--memory-only), found one of a process: no physical addresses",
                             snapshot->path);
    for (uint64_t i = 0; i < count; i++)
        elf.is_virtualbox |= has_virtualbox_note(&elf, first + i * step);
    for (uint64_t i = 0; i < count && status == SIM_OK; i++)
        if (FIELD(&elf, first + i * step, Phdr, p_type) == PT_LOAD)
            status = add_segment(snapshot, &elf, first + i * step, i, error);
    return status;
}

const struct snapshot_format snapshot_elf = {recognises, open_elf};
