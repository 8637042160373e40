/*
 * Valgrind's lackey with --trace-mem=yes: every access of a process, one line each.
 *
 *     I  04001000,3      an instruction of 3 bytes at hexadecimal 04001000 was fetched
 *      L 1ffefffe28,8    loaded
 *      S 1ffefffe20,8    stored
 *      M 0421d0a8,4      loaded, then stored
 *
 * Published recordings leave out spaces, or the lines I. Valgrind's own lines (==PID==, --PID--)
 * stand in between and are skipped; what the
 * process itself prints is passed over and counted. There is no time: each access counts as one
 * nanosecond, and a window holds as many accesses as the user says. A window names each page once,
 * in the order of the first touches, with all its accesses.
 *
 * The hazard is an access that crosses the end of a page: it touches both pages.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/array.h"
#include "traces/digits.h"
#include "traces/formats/source_format.h"
#include "traces/page_map.h"

/* The largest access in practice saves the processor's state, some kilobytes. */
#define ACCESS_BYTES_MOST 65536u

#define WINDOW_ACCESSES 1000u /* our choice */

struct lackey {
    struct tr_source base;
    struct tr_page_map map;
    unsigned page_shift;
    uint64_t window_accesses, accesses;
    uint64_t last_page; /* of the previous access, with its page number: most accesses stay there */
    uint32_t last_ppn;
    /* The present window: its pages in the order of their first touch; the accesses of every page.
     */
    uint32_t *touched;
    uint8_t *access;
    size_t touched_room, access_room;
    uint32_t count, next;
};

struct access {
    uint64_t address;
    uint32_t bytes;
    uint8_t access;
};

static struct lackey *lackey_of(struct tr_source *source)
{
    return (struct lackey *)(void *)source;
}

/* ---- Lines ------------------------------------------------------------------------------- */

static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static const char *skip_spaces(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

static bool is_of_valgrind(const char *line)
{
    return line[0] == '\0' || strncmp(line, "==", 2) == 0 || strncmp(line, "--", 2) == 0;
}

/* Fills *access; returns NULL, or what was expected in the line. */
static const char *parse(const char *line, struct access *access)
{
    const char *at = skip_spaces(line), *digits;
    uint64_t address = 0, bytes = 0;

    switch (*at) {
    case 'I':
        access->access = TR_EXECUTE;
        break;
    case 'L':
        access->access = TR_READ;
        break;
    case 'S':
        access->access = TR_WRITE;
        break;
    case 'M':
        access->access = TR_READ | TR_WRITE;
        break;
    default:
        return "an access I, L, S or M";
    }
    digits = at = skip_spaces(at + 1);
    for (unsigned digit; (digit = hex_digit(*at)) < 16 && at - digits < 17; at++)
        address = address << 4 | digit;
    if (at == digits || at - digits > 16 || *at != ',')
        return "a hexadecimal address of at most 16 digits and a comma";
    at = tr_digits(at + 1, &bytes);
    if (!at || bytes == 0 || bytes > ACCESS_BYTES_MOST || *skip_spaces(at) != '\0')
        return "a size of 1 to 65536 bytes";
    if (address > UINT64_MAX - (bytes - 1))
        return "an access that ends within the address space";
    access->address = address;
    access->bytes = (uint32_t)bytes;
    return NULL;
}

/* The first line that is not one of valgrind's own is an access, or valgrind names its tool. */
static bool lackey_matches(const uint8_t *bytes, size_t count)
{
    char line[100];
    struct access access;

    for (size_t begin = 0, end; begin < count; begin = end + 1) {
        for (end = begin; end < count && bytes[end] != '\n'; end++)
            ;
        size_t length = end - begin < sizeof line - 1 ? end - begin : sizeof line - 1;
        memcpy(line, bytes + begin, length);
        line[length] = '\0';
        if (length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
        if (!is_of_valgrind(line))
            return parse(line, &access) == NULL;
        if (line[0] == '=' && strstr(line, " Lackey, "))
            return true;
    }
    return false;
}

/* 1: *access is the next access; 0: the end; -1. */
static int next_access(struct lackey *lackey, struct access *access, struct sim_error *error)
{
    const char *line;
    size_t length;
    int more;

    while ((more = tr_input_line(lackey->base.input, &line, &length, error)) == 1) {
        if (is_of_valgrind(line))
            continue;
        const char *expected = parse(line, access);
        if (!expected)
            return 1;
        tr_source_pass_over(&lackey->base, "expected %s, found '%.60s'", expected, line);
    }
    return more;
}

/* ---- Windows ----------------------------------------------------------------------------- */

static int make_room(struct lackey *lackey, struct sim_error *error)
{
    if (sim_array_reserve(lackey->touched, lackey->touched_room, lackey->map.pages) &&
        sim_array_reserve(lackey->access, lackey->access_room, lackey->map.pages))
        return SIM_OK;
    return sim_error_set(error, SIM_SYSTEM, "%s: no memory", tr_input_path(lackey->base.input));
}

static int touch(struct lackey *lackey, uint64_t page, uint8_t access, struct sim_error *error)
{
    uint32_t ppn = lackey->last_ppn;
    int status = SIM_OK;

    if (page != lackey->last_page || lackey->map.pages == 0)
        status = tr_page_map_find(&lackey->map, page, &ppn, error);
    if (status == SIM_OK)
        status = make_room(lackey, error);
    if (status != SIM_OK)
        return status;
    lackey->last_page = page;
    lackey->last_ppn = ppn;
    if (lackey->access[ppn] == 0)
        lackey->touched[lackey->count++] = ppn;
    lackey->access[ppn] |= access;
    return SIM_OK;
}

/* Collects the accesses of the next window. 1: there are some; 0: the end; -1. */
static int load_window(struct lackey *lackey, struct sim_error *error)
{
    struct access access;
    int more = 1;

    lackey->count = lackey->next = 0;
    for (uint64_t i = 0; i < lackey->window_accesses; i++) {
        more = next_access(lackey, &access, error);
        if (more <= 0)
            break;
        uint64_t last = (access.address + access.bytes - 1) >> lackey->page_shift;
        for (uint64_t page = access.address >> lackey->page_shift; page <= last; page++)
            if (touch(lackey, page, access.access, error) != SIM_OK)
                return -1;
        lackey->accesses++;
    }
    return more < 0 ? -1 : lackey->count > 0;
}

static int lackey_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct lackey *lackey = lackey_of(source);

    if (lackey->next == lackey->count) {
        int more = load_window(lackey, error);
        if (more <= 0)
            return more;
        record->kind = TR_WINDOW;
        record->at_ns = lackey->accesses;
        return 1;
    }
    uint32_t ppn = lackey->touched[lackey->next++];
    record->kind = TR_TOUCH;
    record->ppn = ppn;
    record->access = lackey->access[ppn];
    lackey->access[ppn] = 0;
    return 1;
}

/* ---- Begin and end ----------------------------------------------------------------------- */

static int lackey_begin(struct tr_source *source, const struct tr_source_options *options,
                        struct sim_error *error)
{
    struct lackey *lackey = lackey_of(source);
    struct tr_header *header = &source->header;

    source->is_text = true;
    lackey->window_accesses = options->window_accesses ? options->window_accesses : WINDOW_ACCESSES;
    lackey->page_shift = tr_source_page_shift(source);
    header->carries = TR_TOUCHES | TR_WRITES;
    header->space = TR_SPACE_PROCESS;
    tr_notes_add(&source->notes, "there are no times: each access counts as 1 ns");
    tr_source_describe(source, "accesses, 1 ns each", "valgrind lackey: accesses of a process");
    return tr_page_map_init(&lackey->map, tr_input_path(source->input), error);
}

static void lackey_end(struct tr_source *source)
{
    struct lackey *lackey = lackey_of(source);

    tr_page_map_fini(&lackey->map);
    free(lackey->touched);
    free(lackey->access);
}

const struct tr_source_format tr_source_lackey = {
    .about = {"lackey", "accesses of a process, by valgrind --tool=lackey --trace-mem=yes"},
    .bytes = sizeof(struct lackey),
    .matches = lackey_matches,
    .begin = lackey_begin,
    .next = lackey_next,
    .end = lackey_end,
};
