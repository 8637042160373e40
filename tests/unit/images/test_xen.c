/* Cores of Xen: sections instead of program headers, in the layout of its documentation. */
#include <elf.h>

#include "tests/unit/images/dump.h"

enum {
    PAGES = 3,
    SECTIONS = 4,
    AT_NAMES = 64 + SECTIONS * 64,
    AT_NUMBERS = AT_NAMES + 64,
    AT_PAGES = 4096
};

struct shape {
    const char *pages, *numbers; /* names of the sections, at most 15 letters */
    uint64_t step, page_bytes, number_bytes;
    uint64_t pfn[PAGES];
};

static void put_section(struct dump *dump, uint32_t name, uint64_t offset, uint64_t bytes)
{
    dump_number(dump, name, 4);
    dump_number(dump, SHT_PROGBITS, 4);
    dump_number(dump, 0, 8);
    dump_number(dump, 0, 8);
    dump_number(dump, offset, 8);
    dump_number(dump, bytes, 8);
    dump_fill(dump, 0, 24);
}

static void put_core(struct dump *dump, const struct shape *shape)
{
    *dump = (struct dump){0};
    memcpy(dump->bytes, ELFMAG "\2\1\1", 7);
    dump->count = 16;
    dump_number(dump, ET_CORE, 2);
    dump_number(dump, EM_X86_64, 2);
    dump_number(dump, 1, 4);
    dump_number(dump, 0, 8);
    dump_number(dump, 0, 8);
    dump_number(dump, 64, 8); /* e_shoff */
    dump_number(dump, 0, 4);
    dump_number(dump, 64, 2);
    dump_number(dump, 56, 2);
    dump_number(dump, 0, 2); /* e_phnum */
    dump_number(dump, 64, 2);
    dump_number(dump, SECTIONS, 2);
    dump_number(dump, SECTIONS - 1, 2);
    put_section(dump, 0, 0, 0);
    put_section(dump, 16, AT_PAGES, shape->page_bytes);
    put_section(dump, 32, AT_NUMBERS, shape->number_bytes);
    put_section(dump, 0, AT_NAMES, 64);
    strcpy((char *)dump->bytes + AT_NAMES + 16, shape->pages);
    strcpy((char *)dump->bytes + AT_NAMES + 32, shape->numbers);
    dump->count = AT_NUMBERS;
    for (unsigned i = 0; i < PAGES; i++) {
        dump_number(dump, shape->pfn[i], 8);
        if (shape->step == 16)
            dump_number(dump, 0x77, 8); /* of the machine */
    }
    dump->count = AT_PAGES;
    for (unsigned i = 0; i < PAGES; i++)
        dump_fill(dump, (uint8_t)(i + 1), 4096);
}

static void xen__pages_are_where_their_numbers_say(void)
{
    static const struct shape shapes[] = {
        {".xen_pages", ".xen_pfn", 8, 3 * 4096, 24, {1, 2, 9}},
        {".xen_pages", ".xen_p2m", 16, 3 * 4096, 48, {1, 2, 9}},
    };
    static struct dump dump;

    for (unsigned i = 0; i < 2; i++) {
        struct tr_snapshot *snapshot;
        struct sim_error error = {0};
        struct files files;
        put_core(&dump, &shapes[i]);
        files_init(&files);
        if (CHECK_EQ(dump_open(&dump, &files, "core", NULL, &snapshot, &error), SIM_OK)) {
            CHECK_TEXT(tr_snapshot_facts(snapshot)->format, "Xen core");
            CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 3);
            CHECK_PAGE(snapshot, 1, 1);
            CHECK_PAGE(snapshot, 2, 2);
            CHECK_PAGE(snapshot, 9, 3);
        }
        tr_snapshot_close(snapshot);
        files_fini(&files);
    }
}

static void xen__a_page_without_a_number_is_absent(void)
{
    static const struct shape shape = {".xen_pages", ".xen_pfn", 8,
                                       3 * 4096,     24,         {5, UINT64_MAX, 6}};
    static struct dump dump;
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    struct files files;

    put_core(&dump, &shape);
    files_init(&files);
    if (CHECK_EQ(dump_open(&dump, &files, "core", NULL, &snapshot, &error), SIM_OK)) {
        CHECK_EQ(tr_snapshot_facts(snapshot)->pages, 2);
        CHECK_PAGE(snapshot, 6, 3);
    }
    tr_snapshot_close(snapshot);
    files_fini(&files);
}

static void xen__refuses_false_claims(void)
{
    static const struct {
        struct shape shape;
        const char *why;
    } cases[] = {
        {{".xen_pages", ".other", 8, 3 * 4096, 24, {1, 2, 3}}, "expected the numbers of the pages"},
        {{".xen_pages", ".xen_pfn", 8, 3 * 4096, 16, {1, 2, 3}}, "found 12288 bytes and 2 numbers"},
        {{".xen_pages", ".xen_pfn", 8, 3 * 4096 - 1, 24, {1, 2, 3}}, "expected whole pages"},
        {{".xen_pages", ".xen_pfn", 8, 3 * 4096, 24, {1, UINT64_MAX - 1, 3}},
         "a number below 2^52"},
        {{".xen_pages", ".xen_pfn", 8, 1 << 20, 24, {1, 2, 3}},
         "found the end of the file at 16384"},
    };
    static struct dump dump;

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_core(&dump, &cases[i].shape);
        dump_refused(&dump, "core", cases[i].why);
    }
}

TEST_SUITE(images_xen, TEST(xen__pages_are_where_their_numbers_say),
           TEST(xen__a_page_without_a_number_is_absent), TEST(xen__refuses_false_claims))
