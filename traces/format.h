/*
 * The numbers and the byte order of the native format, for its writer and reader. FORMAT.md
 * describes the same format for people; the two must agree.
 *
 * The rules on the order of records are here once (struct tr_rules). So the reader accepts exactly
 * what the writer can produce, and the readers of other formats (traces/formats) keep the same
 * rules.
 */
#ifndef TR_FORMAT_H
#define TR_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "traces/tr.h"

/* Built like the signature of PNG: a byte outside ASCII and both kinds of line ends reveal a file
 * that was damaged by a transfer as text. */
#define TR_MAGIC                                                                                   \
    "\x89"                                                                                         \
    "BTR\r\n\x1a\n"
#define TR_MAGIC_BYTES 8u
#define TR_VERSION     2u

/* The header. Offsets of its fields, little-endian. */
enum {
    TR_AT_VERSION = 8,
    TR_AT_HEADER_BYTES = 12,
    TR_AT_PAGE_BYTES = 16,
    TR_AT_CARRIES = 20,
    TR_AT_PAGES = 24,
    TR_AT_SPACE = 28,
    TR_AT_ZERO_HASH = 32,
    TR_AT_CLOCK = 40,
    TR_AT_SOURCE = 72,
    TR_AT_HEADER_SUM = 272,
    TR_HEADER_BYTES = 280,
};

/* The head of a chunk: length, plain length, records, checksum. */
enum {
    TR_AT_CHUNK_BYTES = 0,
    TR_AT_CHUNK_PLAIN = 4,
    TR_AT_CHUNK_RECORDS = 8,
    TR_AT_CHUNK_SUM = 12,
    TR_CHUNK_HEAD_BYTES = 20,
};

/* The end marker: a chunk length of 0, then the totals. */
enum {
    TR_AT_END_CHUNKS = 4,
    TR_AT_END_RECORDS = 8,
    TR_AT_END_LAST = 16,
    TR_AT_END_SUM = 24,
    TR_END_BYTES = 32,
};

/* The most that a chunk may hold. They give the sizes of a reader's buffers. */
#define TR_CHUNK_RECORDS 65536u
#define TR_NUMBER_BYTES  (TR_CHUNK_RECORDS * 5u) /* of the column of numbers */
#define TR_CONTENT_BYTES (TR_CHUNK_RECORDS * 8u)
#define TR_TEXT_BYTES    65536u
#define TR_PLAIN_HEAD    12u /* the lengths of the numbers, of the contents and of the texts */
#define TR_PLAIN_MOST                                                                              \
    (TR_PLAIN_HEAD + TR_CHUNK_RECORDS + TR_NUMBER_BYTES + TR_CONTENT_BYTES + TR_TEXT_BYTES)
#define TR_VARINT_MOST 10u /* bytes of a 64-bit number, 7 bits each */

/* A record's tag: kind in bits 0-2, access in bits 3-5, "zero page" in bit 6. */
enum { TR_TAG_KIND = 7, TR_TAG_ACCESS_SHIFT = 3, TR_TAG_ZERO = 64, TR_TAG_UNUSED = 0x80 };

static inline void tr_put_u32(uint8_t *at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline void tr_put_u64(uint8_t *at, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint32_t tr_get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static inline uint64_t tr_get_u64(const uint8_t *at)
{
    return (uint64_t)tr_get_u32(at) | (uint64_t)tr_get_u32(at + 4) << 32;
}

/* Numbers near 0, whatever their sign, become small unsigned numbers. */
static inline uint64_t tr_zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t tr_unzigzag(uint64_t value)
{
    return (int64_t)((value >> 1) ^ (0 - (value & 1)));
}

/* What a trace stores for a page with this hash: 0 for a page of zeroes. A page whose hash happens
 * to be 0 gets the hash that is then free. */
static inline uint64_t tr_content_of_hash(uint64_t hash, uint64_t zero_hash)
{
    return hash == zero_hash ? 0 : hash == 0 ? zero_hash : hash;
}

/* The state of the rules while records come. The caller sets `pages` and `carries` from the header
 * and zeroes the rest. */
struct tr_rules {
    uint32_t pages, carries;
    uint32_t seen; /* one more than the highest page number so far */
    uint64_t windows;
    uint64_t window_ns; /* end of the present window */
    uint64_t since_ns;  /* end of the previous window */
};

static inline bool tr_rules_accept_pages(struct tr_rules *rules, uint32_t ppn, uint32_t pages)
{
    if (pages == 0 || ppn >= rules->pages || pages > rules->pages - ppn)
        return false;
    if (ppn + pages > rules->seen)
        rules->seen = ppn + pages;
    return true;
}

/* The accesses that a touch may have, by what the header announces. */
static inline uint8_t tr_rules_accesses(const struct tr_rules *rules)
{
    static const uint8_t accesses[] = {0, TR_READ, TR_WRITE, TR_READ | TR_WRITE | TR_EXECUTE};
    bool touches = rules->carries & TR_TOUCHES, writes = rules->carries & TR_WRITES;

    return accesses[touches | writes << 1];
}

/* Says whether this record may come next. If it may, the state moves on. */
static inline bool tr_rules_accept(struct tr_rules *rules, const struct tr_record *record)
{
    if (record->kind == TR_WINDOW) {
        if (rules->windows > 0 && record->at_ns <= rules->window_ns)
            return false;
        rules->since_ns = rules->window_ns;
        rules->window_ns = record->at_ns;
        rules->windows++;
        return true;
    }
    if (rules->windows == 0)
        return false;
    switch (record->kind) {
    case TR_CONTENT:
        return (rules->carries & TR_CONTENTS) && tr_rules_accept_pages(rules, record->ppn, 1);
    case TR_TOUCH:
        return record->access > 0 && (record->access & ~tr_rules_accesses(rules)) == 0 &&
               tr_rules_accept_pages(rules, record->ppn, 1);
    case TR_MARK:
        return (rules->carries & TR_MARKS) && record->at_ns <= rules->window_ns &&
               (rules->windows == 1 || record->at_ns > rules->since_ns);
    case TR_DEVICE:
        return (rules->carries & TR_DEVICE_IO) &&
               (record->access == TR_READ || record->access == TR_WRITE) &&
               tr_rules_accept_pages(rules, record->ppn, record->pages);
    case TR_ALLOC:
    case TR_FREE:
        return (rules->carries & TR_ALLOCATIONS) &&
               tr_rules_accept_pages(rules, record->ppn, record->pages);
    case TR_HOLE:
        return (rules->carries & TR_HOLES) && rules->windows == 1 &&
               tr_rules_accept_pages(rules, record->ppn, record->pages);
    default:
        return false;
    }
}

/* Writes why tr_rules_accept() refused the record, for a message. */
void tr_rules_explain(const struct tr_rules *rules, const struct tr_record *record, char *text,
                      size_t text_bytes);

/* Says whether a record of this kind names a range of pages. */
static inline bool tr_kind_is_range(enum tr_kind kind)
{
    return kind >= TR_DEVICE;
}

/* What is wrong with the fields of a header; NULL if nothing is. */
const char *tr_header_problem(const struct tr_header *header);

void tr_header_encode(const struct tr_header *header, uint8_t bytes[TR_HEADER_BYTES]);
/* Decodes `bytes` of a file; `path` names the file in the error. */
int tr_header_decode(const uint8_t bytes[TR_HEADER_BYTES], const char *path,
                     struct tr_header *header, struct sim_error *error);

uint64_t tr_bytes_sum(const uint8_t *bytes, size_t count, uint64_t seed);
/* The checksum of a chunk: over its number, the first 12 bytes of its head and its data. A reader
 * thereby sees a chunk that was changed, dropped, repeated or moved. */
uint64_t tr_chunk_sum(uint64_t chunk, const uint8_t *head, const uint8_t *data, size_t data_bytes);

#endif
