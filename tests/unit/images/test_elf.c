/*
 * ELF cores: both classes and byte orders, the peculiarities of QEMU's dumps, and files with false
 * claims.
 */
#include <elf.h>
#include <stddef.h>

#include "tests/unit/images/dump.h"

struct segment {
    uint64_t type, offset, address, stored, memory;
};

struct shape {
    bool is_32, is_big, in_section; /* in_section: section 0 has the number of headers */
    uint64_t type, headers;         /* type 0: a core; headers 0: as many as there are segments */
};

static void put_segment(struct dump *dump, bool is_32, const struct segment *segment)
{
    unsigned word = is_32 ? 4 : 8;
    dump_number(dump, segment->type, 4);
    if (!is_32)
        dump_number(dump, PF_R, 4);
    dump_number(dump, segment->offset, word);
    dump_number(dump, 0, word); /* p_vaddr */
    dump_number(dump, segment->address, word);
    dump_number(dump, segment->stored, word);
    dump_number(dump, segment->memory, word);
    if (is_32)
        dump_number(dump, PF_R, 4);
    dump_number(dump, 0, word);
}

static void put_header(struct dump *dump, const struct shape *shape, uint64_t count)
{
    unsigned word = shape->is_32 ? 4 : 8, header = shape->is_32 ? 52 : 64;
    unsigned section = shape->is_32 ? 40 : 64;
    dump_fill(dump, 0, 0);
    memcpy(dump->bytes, ELFMAG, SELFMAG);
    dump->count = SELFMAG;
    dump_number(dump, shape->is_32 ? ELFCLASS32 : ELFCLASS64, 1);
    dump_number(dump, shape->is_big ? ELFDATA2MSB : ELFDATA2LSB, 1);
    dump_number(dump, EV_CURRENT, 1);
    dump_fill(dump, 0, 9);
    dump->is_big = shape->is_big;
    dump_number(dump, shape->type ? shape->type : ET_CORE, 2);
    dump_number(dump, EM_X86_64, 2);
    dump_number(dump, EV_CURRENT, 4);
    dump_number(dump, 0, word);
    dump_number(dump, header + (shape->in_section ? section : 0), word); /* e_phoff */
    dump_number(dump, shape->in_section ? header : 0, word);             /* e_shoff */
    dump_number(dump, 0, 4);
    dump_number(dump, header, 2);
    dump_number(dump, shape->is_32 ? 32 : 56, 2);
    dump_number(dump, shape->in_section ? PN_XNUM : count, 2);
    dump_number(dump, section, 2);
    dump_number(dump, shape->in_section, 2);
    dump_number(dump, 0, 2);
    if (shape->in_section) {
        dump_fill(dump, 0, shape->is_32 ? 28 : 44); /* sh_info is in front of the last two words */
        dump_number(dump, count, 4);
        dump_fill(dump, 0, shape->is_32 ? 8 : 16);
    }
}

/* The offset of the contents: page 0 is full of 1s, page 1 of 2s, ... page 7 of 8s. */
enum { CONTENTS = 1000 };

static void make(struct dump *dump, const struct shape *shape, const struct segment *segments,
                 uint64_t count)
{
    dump->count = 0;
    dump->is_big = false;
    put_header(dump, shape, shape->headers ? shape->headers : count);
    for (uint64_t i = 0; i < count; i++)
        put_segment(dump, shape->is_32, &segments[i]);
    dump_fill(dump, 0, CONTENTS - dump->count);
    for (uint8_t page = 1; page <= 8; page++)
        dump_fill(dump, page, 4096);
}

/* The offset of the contents of `page`, 0 .. 7, in the file. */
static uint64_t at(uint64_t page)
{
    return CONTENTS + page * 4096;
}

static struct tr_snapshot *open_made(const struct dump *dump, struct files *files)
{
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    files_init(files);
    CHECK_EQ(dump_open(dump, files, "core", NULL, &snapshot, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return snapshot;
}

static const struct shape plain = {0};
static struct dump dump;

/* ---- What is there ----------------------------------------------------------------------- */

/* VirtualBox has its display, devices and ROM as segments too. */
static void elf__of_virtualbox_without_its_devices(void)
{
    struct files files;
    const struct segment segments[] = {{PT_NOTE, 600, 0, 100, 0},
                                       {PT_LOAD, at(0), 0, 2 * 4096, 2 * 4096},
                                       {PT_LOAD, at(2), 0xe0000000, 4096, 4096},
                                       {PT_LOAD, 0, 0xf0400000, 0, 0x400000},
                                       {PT_LOAD, at(3), 0xffff0000, 4096, 4096},
                                       {PT_LOAD, at(4), 0x100000000, 4096, 4096}};
    make(&dump, &plain, segments, 6);
    memcpy(dump.bytes + 612, "VBCORE", 7);
    struct tr_snapshot *snapshot = open_made(&dump, &files);
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 3);
    CHECK_PAGE(snapshot, 0x100000, 5);
    CHECK_EQ(tr_snapshot_notes(snapshot)->count, 1);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void elf__pages_in_order_of_address(void)
{
    struct files files;
    const struct segment segments[] = {{PT_NOTE, 64, 0, 100, 0},
                                       {PT_LOAD, at(2), 0x100000000, 2 * 4096, 2 * 4096},
                                       {PT_LOAD, at(0), 0x1000, 2 * 4096, 2 * 4096}};
    make(&dump, &plain, segments, 3);
    struct tr_snapshot *snapshot = open_made(&dump, &files);
    const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
    CHECK_TEXT(facts->format, "ELF core");
    CHECK_EQ(facts->pages, 4);
    CHECK_EQ(facts->page_bytes, 4096);
    CHECK_EQ(facts->hash_bits, 0);
    CHECK_EQ(facts->highest_ppn, 0x100001);
    CHECK_EQ(facts->holes, 2); /* page 0, and up to 4 GB */
    CHECK_PAGE(snapshot, 1, 1);
    CHECK_PAGE(snapshot, 2, 2);
    CHECK_PAGE(snapshot, 0x100000, 3);
    CHECK_PAGE(snapshot, 0x100001, 4);
    CHECK_EQ(tr_snapshot_extent_of(snapshot, 0)->ppn, 1);
    CHECK_EQ(tr_snapshot_extent_of(snapshot, 1)->ppn, 1);
    CHECK_EQ(tr_snapshot_extent_of(snapshot, 2)->ppn, 0x100000);
    CHECK_EQ(tr_snapshot_extent_of(snapshot, 3)->index, 2);
    const uint8_t *page = snapshot_page(snapshot, 2);
    CHECK_TEXT(tr_snapshot_mapped_at(page), tr_snapshot_path(snapshot));
    CHECK(tr_snapshot_mapped_at(&dump) == NULL);
    tr_snapshot_close(snapshot);
    CHECK(tr_snapshot_mapped_at(page) == NULL);
    files_fini(&files);
}

static void elf__classes_and_byte_orders(void)
{
    for (unsigned kind = 0; kind < 8; kind++) {
        struct files files;
        const struct shape shape = {.is_32 = kind & 1, .is_big = kind & 2, .in_section = kind & 4};
        const struct segment segments[] = {
            {PT_LOAD, at(3), 0x5000, 4096, 4096},
            {PT_LOAD, shape.is_32 ? UINT32_MAX : UINT64_MAX, 0x9000, 0, 0x4000}, /* not stored */
            {PT_LOAD, at(4), 0x20000, 4096, 4096}};
        make(&dump, &shape, segments, 3);
        struct tr_snapshot *snapshot = open_made(&dump, &files);
        CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 2);
        CHECK_PAGE(snapshot, 5, 4);
        CHECK_PAGE(snapshot, 0x20, 5);
        CHECK(snapshot_page(snapshot, 9) == NULL);
        tr_snapshot_close(snapshot);
        files_fini(&files);
    }
}

static void elf__the_rest_of_a_segment_reads_as_zeroes(void)
{
    struct files files;
    const struct segment segments[] = {{PT_LOAD, at(0), 0, 4096 + 1000, 4 * 4096},
                                       {PT_LOAD, at(4), 3 * 4096, 4096, 4096},
                                       {PT_LOAD, at(5), 5 * 4096, 0, 4096}};
    make(&dump, &plain, segments, 3);
    struct tr_snapshot *snapshot = open_made(&dump, &files);
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 5);
    CHECK_PAGE(snapshot, 0, 1);
    CHECK(page_is(snapshot_page(snapshot, 1), 2, 0, 1000));
    CHECK(page_is(snapshot_page(snapshot, 1), 0, 1000, 4096));
    CHECK_PAGE(snapshot, 2, 0);
    CHECK_PAGE(snapshot, 3, 5); /* stored bytes count, zeroes of another header do not */
    CHECK_PAGE(snapshot, 5, 0);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

/* paging=on: a header for each mapping of the same memory. */
static void elf__the_same_frame_counts_once(void)
{
    struct files files;
    const struct segment segments[] = {{PT_LOAD, at(0), 0x10000, 4 * 4096, 4 * 4096},
                                       {PT_LOAD, at(0), 0x10000, 4 * 4096, 4 * 4096},
                                       {PT_LOAD, at(1), 0x11000, 4096, 4096},
                                       {PT_LOAD, at(2), 0x12000, 5 * 4096, 5 * 4096}};
    make(&dump, &plain, segments, 4);
    struct tr_snapshot *snapshot = open_made(&dump, &files);
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 7);
    for (uint8_t page = 0; page < 7; page++)
        CHECK_PAGE(snapshot, 0x10u + page, page + 1);
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void elf__unaligned_segments_make_whole_pages(void)
{
    struct files files;
    const struct segment segments[] = {{PT_LOAD, at(0), 0x1000, 0x1c00, 0x1c00},
                                       {PT_LOAD, at(4), 0x2c00, 0x200, 0x200},
                                       {PT_LOAD, at(5), 0x2f00, 0x1000, 0x1000}};
    make(&dump, &plain, segments, 3);
    struct tr_snapshot *snapshot = open_made(&dump, &files);
    CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 3);
    CHECK_PAGE(snapshot, 1, 1);
    const uint8_t *page = snapshot_page(snapshot, 2);
    CHECK(page_is(page, 2, 0, 0xc00));
    CHECK(page_is(page, 5, 0xc00, 0xe00));
    CHECK(page_is(page, 0, 0xe00, 0xf00));
    CHECK(page_is(page, 6, 0xf00, 0x1000));
    CHECK(page_is(snapshot_page(snapshot, 3), 6, 0, 0xf00));
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

/* ---- What is wrong ----------------------------------------------------------------------- */

static void elf__wrong_segments(void)
{
    const struct {
        struct segment segment;
        const char *text;
    } cases[] = {
        {{PT_LOAD, at(7), 0, 4097, 4097}, "found the end of the file at 33768"},
        {{PT_LOAD, UINT64_MAX - 10, 0, 4096, 4096}, "expected 4096 bytes at byte"},
        {{PT_LOAD, at(0), 0, 4096, 4095},
         "expected p_memsz of at least p_filesz (4096), found 4095"},
        {{PT_LOAD, at(0), UINT64_MAX - 4094, 4096, 4096}, "expected memory below 2^64"},
        {{PT_LOAD, at(0), 0, 4096, UINT64_MAX}, "expected at most"},
        {{PT_LOAD, at(0), 0, 4096, UINT64_C(1) << 60}, "expected at most"},
        {{PT_LOAD, at(0), 0, 4096, UINT64_C(1) << 42}, "expected at most"},
        {{PT_LOAD, UINT64_MAX, 0, 0, 4096}, "expected memory in the ELF core, found none"},
        {{PT_NOTE, at(0), 0, 4096, 4096}, "expected memory in the ELF core, found none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(&dump, &plain, &cases[i].segment, 1);
        dump_refused(&dump, "core", cases[i].text);
    }
}

static void elf__two_places_for_one_address(void)
{
    const struct segment segments[] = {{PT_LOAD, at(0), 0x1000, 2 * 4096, 2 * 4096},
                                       {PT_LOAD, at(2), 0x2000, 4096, 4096}};
    make(&dump, &plain, segments, 2);
    dump_refused(&dump, "core",
                 "expected one place in the file for each address, found two for 0x2000");
}

static void elf__wrong_headers(void)
{
    const struct segment segment = {PT_LOAD, at(0), 0, 4096, 4096};
    make(&dump, &(struct shape){.type = ET_EXEC}, &segment, 1);
    dump_refused(&dump, "core", "ELF type: expected 4 (a core), found 2");
    make(&dump, &(struct shape){.headers = 5000}, &segment, 1);
    dump_refused(&dump, "core", "expected 5000 program headers of at least 56 bytes at byte 64");
    make(&dump, &(struct shape){.headers = UINT32_MAX, .in_section = true}, &segment, 1);
    dump_refused(&dump, "core", "expected 4294967295 program headers");
    make(&dump, &plain, &segment, 1);
    dump.bytes[EI_CLASS] = 3;
    dump_refused(&dump, "core", "ELF class: expected 1 or 2, found 3");
    make(&dump, &plain, &segment, 1);
    dump.bytes[EI_DATA] = 0;
    dump_refused(&dump, "core", "ELF byte order: expected 1 or 2, found 0");
    make(&dump, &plain, &segment, 1);
    dump.bytes[offsetof(Elf64_Ehdr, e_phentsize)] = 0;
    dump_refused(&dump, "core", "found 0 bytes each");
    make(&dump, &plain, &segment, 1);
    dump.bytes[offsetof(Elf64_Ehdr, e_phnum)] = dump.bytes[offsetof(Elf64_Ehdr, e_phnum) + 1] = 255;
    dump_refused(&dump, "core", "in a section header, found none at byte 0");
}

static void elf__a_core_of_a_process(void)
{
    const struct segment segments[] = {{PT_LOAD, at(0), 0, 4096, 4096},
                                       {PT_LOAD, at(1), 0, 4096, 4096}};
    make(&dump, &plain, segments, 2);
    for (unsigned i = 0; i < 2; i++)
        dump.bytes[sizeof(Elf64_Ehdr) + i * sizeof(Elf64_Phdr) + offsetof(Elf64_Phdr, p_vaddr) +
                   2] = (uint8_t)(0x40 + i);
    dump_refused(&dump, "core", "expected a core of a machine");
}

/* A file that was cut short anywhere is refused, and nothing behind its end is read. */
static void elf__cut_anywhere(void)
{
    const struct segment segment = {PT_LOAD, at(0), 0, 8 * 4096, 8 * 4096};
    make(&dump, &(struct shape){.in_section = true}, &segment, 1);
    size_t whole = dump.count;
    for (size_t count = 1; count < whole; count += count < 300 ? 1 : 997) {
        dump.count = count;
        dump_refused(&dump, "core",
                     count < SELFMAG ? "found none of their signatures" : "expected");
    }
}

/* A file with flipped bits in its headers is refused or read, but never read beyond its end. */
static void elf__flipped_bits(void)
{
    const struct segment segments[] = {{PT_LOAD, at(0), 0x1000, 4 * 4096, 5 * 4096},
                                       {PT_LOAD, at(4), 0x20000, 4 * 4096, 4 * 4096}};
    unsigned refused = 0, read = 0;
    make(&dump, &(struct shape){.in_section = true}, segments, 2);
    for (unsigned bit = 0; bit < 8 * (64 + 64 + 2 * 56); bit++) {
        struct tr_snapshot *snapshot;
        struct sim_error error = {0};
        struct files files;
        files_init(&files);
        dump.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        int status = dump_open(&dump, &files, "core", NULL, &snapshot, &error);
        uint32_t count = 0;
        const struct tr_extent *extents =
            status == SIM_OK ? tr_snapshot_extents(snapshot, &count) : NULL;
        for (uint32_t i = 0; i < count; i++)
            (void)*(const volatile uint8_t *)tr_extent_page(&extents[i], extents[i].index);
        CHECK(status == SIM_OK || status == SIM_BAD_DATA);
        refused += status != SIM_OK;
        read += status == SIM_OK;
        tr_snapshot_close(snapshot);
        files_fini(&files);
        dump.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK(refused > 100);
    CHECK(read > 100);
}

TEST_SUITE(images_elf, TEST(elf__of_virtualbox_without_its_devices),
           TEST(elf__pages_in_order_of_address), TEST(elf__classes_and_byte_orders),
           TEST(elf__the_rest_of_a_segment_reads_as_zeroes), TEST(elf__the_same_frame_counts_once),
           TEST(elf__unaligned_segments_make_whole_pages), TEST(elf__wrong_segments),
           TEST(elf__two_places_for_one_address), TEST(elf__wrong_headers),
           TEST(elf__a_core_of_a_process), TEST(elf__cut_anywhere), TEST(elf__flipped_bits))
