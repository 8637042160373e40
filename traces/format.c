/*
 * The header and the checksums of the native format, and the messages about records that break the
 * rules.
 *
 * The hazard: files are of unknown origin. So each field is checked before use, and that texts end
 * with a NUL as well.
 */
#include "traces/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

uint64_t tr_bytes_sum(const uint8_t *bytes, size_t count, uint64_t seed)
{
    return XXH64(bytes, count, seed);
}

/* For each kind of record: its name, and the bits of which the header must announce one. */
static const struct {
    uint32_t needs;
    const char *name;
} kinds[TR_KINDS] = {
    [TR_WINDOW] = {0, "window"},
    [TR_CONTENT] = {TR_CONTENTS, "content"},
    [TR_TOUCH] = {TR_TOUCHES | TR_WRITES, "touch"},
    [TR_MARK] = {TR_MARKS, "mark"},
    [TR_DEVICE] = {TR_DEVICE_IO, "device access"},
    [TR_ALLOC] = {TR_ALLOCATIONS, "allocation"},
    [TR_FREE] = {TR_ALLOCATIONS, "freeing"},
    [TR_HOLE] = {TR_HOLES, "hole"},
};

static void explain_access(const struct tr_rules *rules, const struct tr_record *record, char *text,
                           size_t text_bytes)
{
    static const char *const expected[] = {[TR_READ] = "1 (read), as writes are not announced",
                                           [TR_WRITE] = "2 (write), as only writes are announced",
                                           [TR_READ | TR_WRITE | TR_EXECUTE] = "1 to 7"};
    const char *wanted = record->kind == TR_DEVICE ? "1 or 2" : expected[tr_rules_accesses(rules)];

    snprintf(text, text_bytes, "expected an access of %s, found %u", wanted,
             (unsigned)record->access);
}

void tr_rules_explain(const struct tr_rules *rules, const struct tr_record *record, char *text,
                      size_t text_bytes)
{
    uint32_t pages = tr_kind_is_range(record->kind) ? record->pages : 1;

    if ((unsigned)record->kind >= TR_KINDS)
        snprintf(text, text_bytes, "expected a record of kind 0 to %d, found %u", TR_KINDS - 1,
                 (unsigned)record->kind);
    else if (record->kind == TR_WINDOW)
        snprintf(text, text_bytes,
                 "expected a window that ends after %" PRIu64 " ns, found %" PRIu64,
                 rules->window_ns, record->at_ns);
    else if (rules->windows == 0)
        snprintf(text, text_bytes, "expected a window first, found a %s", kinds[record->kind].name);
    else if (!(rules->carries & kinds[record->kind].needs))
        snprintf(text, text_bytes, "expected no %s, which the header does not announce, found one",
                 kinds[record->kind].name);
    else if (record->kind == TR_MARK)
        snprintf(text, text_bytes,
                 "expected a mark after %" PRIu64 " and up to %" PRIu64 " ns, found %" PRIu64,
                 rules->since_ns, rules->window_ns, record->at_ns);
    else if (record->kind == TR_HOLE && rules->windows != 1)
        snprintf(text, text_bytes, "expected holes in the first window only, found one in a later");
    else if (pages == 0)
        snprintf(text, text_bytes, "expected 1 page or more, found 0");
    else if (record->ppn >= rules->pages || pages > rules->pages - record->ppn)
        snprintf(text, text_bytes, "expected a page below %" PRIu32 ", found %" PRIu64,
                 rules->pages, (uint64_t)record->ppn + pages - 1);
    else
        explain_access(rules, record, text, text_bytes);
}

void tr_time_text(uint64_t ns, char text[TR_TIME_TEXT_BYTES])
{
    size_t length = (size_t)snprintf(text, TR_TIME_TEXT_BYTES, "%" PRIu64 ".%09" PRIu64,
                                     ns / 1000000000, ns % 1000000000);

    while (text[length - 1] == '0')
        length--;
    text[text[length - 1] == '.' ? length - 1 : length] = '\0';
}

void tr_carries_text(uint32_t carries, char text[TR_CARRIES_TEXT_BYTES])
{
    static const char *const names[] = {"contents",   "touches",     "marks", "writes",
                                        "device I/O", "allocations", "holes", "time"};
    size_t used = 0;

    text[0] = '\0';
    for (unsigned bit = 0; bit < sizeof names / sizeof *names; bit++) {
        if (carries & 1u << bit)
            used += (size_t)snprintf(text + used, TR_CARRIES_TEXT_BYTES - used, "%s%s",
                                     used > 0 ? ", " : "", names[bit]);
    }
}

const char *tr_space_text(enum tr_space space)
{
    static const char *const names[TR_SPACES] = {
        [TR_SPACE_MACHINE] = "guest-physical pages of a machine",
        [TR_SPACE_PROCESS] = "pages of a process",
        [TR_SPACE_BLOCKS] = "blocks or objects",
    };

    return names[space];
}

int tr_header_require(const char *path, const struct tr_header *header, uint32_t needed,
                      const char *who, struct sim_error *error)
{
    char missing[TR_CARRIES_TEXT_BYTES], there[TR_CARRIES_TEXT_BYTES];

    if ((needed & ~header->carries) == 0)
        return SIM_OK;
    tr_carries_text(needed & ~header->carries, missing);
    tr_carries_text(header->carries, there);
    return sim_error_set(error, SIM_BAD_DATA, "%s: %s needs a trace with %s, found one with %s",
                         path, who, missing, there);
}

const char *tr_header_problem(const struct tr_header *header)
{
    if (header->page_bytes < TR_PAGE_BYTES_LEAST || header->page_bytes > TR_PAGE_BYTES_MOST ||
        (header->page_bytes & (header->page_bytes - 1)))
        return "the page size is not a power of two from 512 bytes to 1 GiB";
    if (header->pages == 0 || header->pages > TR_PAGES_MOST)
        return "the number of pages is not between 1 and 2^30";
    if (header->carries == 0 || header->carries > TR_CARRIES_ALL)
        return "what it carries is not a sum of known bits, from 1 to 255";
    if ((unsigned)header->space >= TR_SPACES)
        return "what its page numbers are is not 0, 1 or 2";
    if (!memchr(header->clock, '\0', sizeof header->clock) ||
        !memchr(header->source, '\0', sizeof header->source))
        return "a text does not end within its field";
    return NULL;
}

void tr_header_encode(const struct tr_header *header, uint8_t bytes[TR_HEADER_BYTES])
{
    memset(bytes, 0, TR_HEADER_BYTES);
    memcpy(bytes, TR_MAGIC, TR_MAGIC_BYTES);
    tr_put_u32(bytes + TR_AT_VERSION, TR_VERSION);
    tr_put_u32(bytes + TR_AT_HEADER_BYTES, TR_HEADER_BYTES);
    tr_put_u32(bytes + TR_AT_PAGE_BYTES, header->page_bytes);
    tr_put_u32(bytes + TR_AT_CARRIES, header->carries);
    tr_put_u32(bytes + TR_AT_PAGES, header->pages);
    tr_put_u32(bytes + TR_AT_SPACE, header->space);
    tr_put_u64(bytes + TR_AT_ZERO_HASH, header->zero_hash);
    memcpy(bytes + TR_AT_CLOCK, header->clock, strlen(header->clock));
    memcpy(bytes + TR_AT_SOURCE, header->source, strlen(header->source));
    tr_put_u64(bytes + TR_AT_HEADER_SUM, tr_bytes_sum(bytes, TR_AT_HEADER_SUM, 0));
}

int tr_header_decode(const uint8_t bytes[TR_HEADER_BYTES], const char *path,
                     struct tr_header *header, struct sim_error *error)
{
    if (memcmp(bytes, TR_MAGIC, TR_MAGIC_BYTES) != 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: not a Ballast trace", path);
    /* The version is checked first: in another version the checksum may be elsewhere. */
    uint32_t version = tr_get_u32(bytes + TR_AT_VERSION);
    if (version != TR_VERSION)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: header: version is %" PRIu32
                             ", expected %u: convert the recording that it was made from again",
                             path, version, TR_VERSION);
    uint64_t sum = tr_get_u64(bytes + TR_AT_HEADER_SUM);
    uint64_t real_sum = tr_bytes_sum(bytes, TR_AT_HEADER_SUM, 0);
    if (sum != real_sum)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: header: checksum is %016" PRIx64 ", expected %016" PRIx64, path,
                             real_sum, sum);
    header->page_bytes = tr_get_u32(bytes + TR_AT_PAGE_BYTES);
    header->pages = tr_get_u32(bytes + TR_AT_PAGES);
    header->space = (enum tr_space)tr_get_u32(bytes + TR_AT_SPACE);
    header->carries = tr_get_u32(bytes + TR_AT_CARRIES);
    header->zero_hash = tr_get_u64(bytes + TR_AT_ZERO_HASH);
    memcpy(header->clock, bytes + TR_AT_CLOCK, sizeof header->clock);
    memcpy(header->source, bytes + TR_AT_SOURCE, sizeof header->source);
    const char *problem = tr_get_u32(bytes + TR_AT_HEADER_BYTES) != TR_HEADER_BYTES
                              ? "its length is not 280 bytes"
                              : tr_header_problem(header);
    if (problem)
        return sim_error_set(error, SIM_BAD_DATA, "%s: header: %s", path, problem);
    return SIM_OK;
}

uint64_t tr_chunk_sum(uint64_t chunk, const uint8_t *head, const uint8_t *data, size_t data_bytes)
{
    return tr_bytes_sum(data, data_bytes, tr_bytes_sum(head, TR_AT_CHUNK_SUM, chunk));
}
