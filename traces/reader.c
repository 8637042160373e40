/*
 * Reads the native format, with one chunk in memory at a time.
 *
 * The hazard: the file may be damaged, cut short, or made to do harm. So the reader checks every
 * length against the bounds of the format before use, the checksum of a chunk before it is
 * uncompressed, the end of each column while it is read, and the totals at the end. Nothing may
 * follow the totals.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "sim/file.h"
#include "traces/format.h"

struct tr_reader {
    char *path;
    FILE *file;
    struct tr_header header;
    struct tr_rules rules;
    uint64_t at_bytes; /* read from the file so far */
    uint64_t chunk_at; /* where the current chunk, or the end marker, begins */
    uint32_t chunks;   /* uncompressed so far */
    uint64_t records;  /* given out so far */
    bool ended;
    struct sim_error failure; /* status SIM_OK: none so far */

    /* The present chunk: what is left of it and of its columns. */
    uint32_t left;
    const uint8_t *tags, *numbers, *numbers_end, *contents, *contents_end, *texts, *texts_end;
    uint64_t last_ns;
    uint32_t last_ppn;

    uint8_t data[ZSTD_COMPRESSBOUND(TR_PLAIN_MOST)];
    uint8_t plain[TR_PLAIN_MOST];
};

/* Sets the error "FILE: chunk 3 at byte 12345: ..." and keeps it for later calls. Returns -1. */
__attribute__((format(printf, 3, 4))) static int
fail(struct tr_reader *reader, struct sim_error *error, const char *format, ...)
{
    char what[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    sim_error_set(&reader->failure, SIM_BAD_DATA, "%s: chunk %" PRIu32 " at byte %" PRIu64 ": %s",
                  reader->path, reader->chunks, reader->chunk_at, what);
    if (error)
        *error = reader->failure;
    return -1;
}

/* Reads exactly `count` bytes; fewer are an error. */
static int read_exactly(struct tr_reader *reader, uint8_t *to, size_t count,
                        struct sim_error *error)
{
    size_t got = fread(to, 1, count, reader->file);

    reader->at_bytes += got;
    if (got == count)
        return 0;
    if (ferror(reader->file))
        return fail(reader, error, "cannot read: %s", strerror(errno));
    return fail(reader, error, "the file is cut short: expected %zu more bytes, found %zu", count,
                got);
}

static int read_header(struct tr_reader *reader, struct sim_error *error)
{
    uint8_t bytes[TR_HEADER_BYTES];
    size_t got = fread(bytes, 1, sizeof bytes, reader->file);

    reader->at_bytes = got;
    if (ferror(reader->file))
        return sim_error_set(error, SIM_BAD_DATA, "%s: cannot read: %s", reader->path,
                             strerror(errno));
    if (got == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: not a Ballast trace: the file is empty",
                             reader->path);
    if (got < sizeof bytes && memcmp(bytes, TR_MAGIC, got < TR_MAGIC_BYTES ? got : TR_MAGIC_BYTES))
        return sim_error_set(error, SIM_BAD_DATA, "%s: not a Ballast trace", reader->path);
    if (got < sizeof bytes)
        return sim_error_set(error, SIM_BAD_DATA,
                             "%s: header: the file is cut short: expected %zu bytes, found %zu",
                             reader->path, sizeof bytes, got);
    return tr_header_decode(bytes, reader->path, &reader->header, error);
}

int tr_reader_open(const char *path, struct tr_reader **out, struct sim_error *error)
{
    const char *problem;

    *out = NULL;
    struct tr_reader *reader = malloc(sizeof *reader);
    if (!reader)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    memset(reader, 0, offsetof(struct tr_reader, data));
    reader->path = strdup(path);
    reader->file = reader->path ? sim_file_open_stream(path, &problem) : NULL;
    int status = SIM_OK;
    if (!reader->path)
        status = sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    else if (!reader->file)
        status = sim_error_set(error, SIM_BAD_DATA, "%s: cannot open: %s", path, problem);
    else
        status = read_header(reader, error);
    if (status != SIM_OK) {
        tr_reader_close(reader);
        return status;
    }
    reader->rules.pages = reader->header.pages;
    reader->rules.carries = reader->header.carries;
    *out = reader;
    return SIM_OK;
}

const struct tr_header *tr_reader_header(const struct tr_reader *reader)
{
    return &reader->header;
}

/* Checks the end marker, whose first TR_CHUNK_HEAD_BYTES bytes are in `head`. 0 or -1. */
static int read_end(struct tr_reader *reader, const uint8_t *head, struct sim_error *error)
{
    uint8_t bytes[TR_END_BYTES];

    memcpy(bytes, head, TR_CHUNK_HEAD_BYTES);
    if (read_exactly(reader, bytes + TR_CHUNK_HEAD_BYTES, TR_END_BYTES - TR_CHUNK_HEAD_BYTES,
                     error))
        return -1;
    uint64_t sum = tr_get_u64(bytes + TR_AT_END_SUM);
    uint64_t real_sum = tr_bytes_sum(bytes, TR_AT_END_SUM, reader->chunks);
    if (sum != real_sum)
        return fail(reader, error, "end marker: checksum is %016" PRIx64 ", expected %016" PRIx64,
                    real_sum, sum);
    if (tr_get_u32(bytes + TR_AT_END_CHUNKS) != reader->chunks ||
        tr_get_u64(bytes + TR_AT_END_RECORDS) != reader->records ||
        tr_get_u64(bytes + TR_AT_END_LAST) != reader->rules.window_ns)
        return fail(reader, error,
                    "end marker: expected %" PRIu32 " chunks and %" PRIu64
                    " records, found %" PRIu32 " and %" PRIu64,
                    tr_get_u32(bytes + TR_AT_END_CHUNKS), tr_get_u64(bytes + TR_AT_END_RECORDS),
                    reader->chunks, reader->records);
    if (getc(reader->file) != EOF)
        return fail(reader, error, "end marker: expected the end of the file, found more bytes");
    reader->ended = true;
    return 0;
}

/* Finds the columns in reader->plain. 1 or -1. */
static int open_columns(struct tr_reader *reader, uint32_t plain_bytes, uint32_t records,
                        struct sim_error *error)
{
    const uint8_t *plain = reader->plain;
    uint64_t number_bytes = tr_get_u32(plain), content_bytes = tr_get_u32(plain + 4),
             text_bytes = tr_get_u32(plain + 8);
    uint64_t sum = TR_PLAIN_HEAD + records + number_bytes + content_bytes + text_bytes;

    if (sum != plain_bytes)
        return fail(reader, error, "expected columns of %" PRIu32 " bytes, found %" PRIu64,
                    plain_bytes, sum);
    reader->tags = plain + TR_PLAIN_HEAD;
    reader->numbers = reader->tags + records;
    reader->contents = reader->numbers_end = reader->numbers + number_bytes;
    reader->texts = reader->contents_end = reader->contents + content_bytes;
    reader->texts_end = reader->texts + text_bytes;
    reader->last_ns = reader->last_ppn = 0;
    reader->left = records;
    return 1;
}

/* Reads the next chunk. 1: done; 0: the end of the trace; -1: an error. */
static int next_chunk(struct tr_reader *reader, struct sim_error *error)
{
    uint8_t head[TR_CHUNK_HEAD_BYTES];

    reader->chunk_at = reader->at_bytes;
    if (read_exactly(reader, head, sizeof head, error))
        return -1;
    uint32_t data_bytes = tr_get_u32(head + TR_AT_CHUNK_BYTES);
    uint32_t plain_bytes = tr_get_u32(head + TR_AT_CHUNK_PLAIN);
    uint32_t records = tr_get_u32(head + TR_AT_CHUNK_RECORDS);
    if (data_bytes == 0)
        return read_end(reader, head, error);
    if (data_bytes > sizeof reader->data)
        return fail(reader, error, "length is %" PRIu32 ", expected at most %zu", data_bytes,
                    sizeof reader->data);
    if (records == 0 || records > TR_CHUNK_RECORDS)
        return fail(reader, error, "expected 1 to %u records, found %" PRIu32, TR_CHUNK_RECORDS,
                    records);
    if (plain_bytes > TR_PLAIN_MOST || plain_bytes < TR_PLAIN_HEAD + records)
        return fail(reader, error, "uncompressed length is %" PRIu32 ", expected %" PRIu32 " to %u",
                    plain_bytes, TR_PLAIN_HEAD + records, TR_PLAIN_MOST);
    if (read_exactly(reader, reader->data, data_bytes, error))
        return -1;
    uint64_t sum = tr_get_u64(head + TR_AT_CHUNK_SUM);
    uint64_t real_sum = tr_chunk_sum(reader->chunks, head, reader->data, data_bytes);
    if (sum != real_sum)
        return fail(reader, error, "checksum is %016" PRIx64 ", expected %016" PRIx64, real_sum,
                    sum);
    size_t unpacked = ZSTD_decompress(reader->plain, plain_bytes, reader->data, data_bytes);
    if (ZSTD_isError(unpacked))
        return fail(reader, error, "cannot uncompress: %s", ZSTD_getErrorName(unpacked));
    if (unpacked != plain_bytes)
        return fail(reader, error, "expected %" PRIu32 " uncompressed bytes, found %zu",
                    plain_bytes, unpacked);
    return open_columns(reader, plain_bytes, records, error);
}

/* Reads a number byte by byte: near the end of the column, and if it has more than 56 bits. */
static bool get_number_slowly(struct tr_reader *reader, uint64_t *number)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64 && reader->numbers < reader->numbers_end; shift += 7) {
        uint8_t byte = *reader->numbers++;
        if (shift == 63 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            *number = value;
            return true;
        }
    }
    return false;
}

/* Reads a varint. False if the column ends within it, or if it has more than 64 bits. A branch for
 * each byte would be slow for numbers of mixed lengths, so eight bytes are taken and packed at
 * once. */
static inline bool get_number(struct tr_reader *reader, uint64_t *number)
{
    const uint8_t *at = reader->numbers;

    if (reader->numbers_end - at < 8)
        return get_number_slowly(reader, number);
    uint64_t bytes = tr_get_u64(at), ends = ~bytes & UINT64_C(0x8080808080808080);
    if (ends == 0)
        return get_number_slowly(reader, number);
    reader->numbers = at + (unsigned)__builtin_ctzll(ends) / 8 + 1;
    bytes &= (ends ^ (ends - 1)) & UINT64_C(0x7f7f7f7f7f7f7f7f);
    bytes = (bytes & UINT64_C(0x007f007f007f007f)) | (bytes & UINT64_C(0x7f007f007f007f00)) >> 1;
    bytes = (bytes & UINT64_C(0x00003fff00003fff)) | (bytes & UINT64_C(0x3fff00003fff0000)) >> 2;
    *number = (bytes & UINT64_C(0x0fffffff)) | (bytes & UINT64_C(0x0fffffff00000000)) >> 4;
    return true;
}

static bool get_text(struct tr_reader *reader, char *text, size_t text_bytes)
{
    if (reader->texts >= reader->texts_end)
        return false;
    size_t length = *reader->texts++;
    if (length >= text_bytes || length > (size_t)(reader->texts_end - reader->texts))
        return false;
    memcpy(text, reader->texts, length);
    text[length] = '\0';
    reader->texts += length;
    return true;
}

static const char *decode_time(struct tr_reader *reader, struct tr_record *record, uint64_t number)
{
    reader->last_ns += (uint64_t)tr_unzigzag(number);
    record->at_ns = reader->last_ns;
    if (record->kind == TR_MARK && !get_text(reader, record->text, sizeof record->text))
        return "its text does not end, or is too long";
    return NULL;
}

static const char *decode_content(struct tr_reader *reader, struct tr_record *record, bool zero)
{
    record->content = 0;
    if (zero)
        return NULL;
    if (reader->contents_end - reader->contents < 8)
        return "its content is missing";
    record->content = tr_get_u64(reader->contents);
    reader->contents += 8;
    return NULL;
}

/* Decodes the next record; returns NULL, or what is wrong with the columns. */
static const char *decode(struct tr_reader *reader, struct tr_record *record)
{
    uint8_t tag = *reader->tags++;
    uint64_t number;

    if (tag & TR_TAG_UNUSED)
        return "its tag has unknown bits";
    if (!get_number(reader, &number))
        return "its number does not end, or is too long";
    record->kind = (enum tr_kind)(tag & TR_TAG_KIND);
    record->access = (uint8_t)(tag >> TR_TAG_ACCESS_SHIFT & 7);
    if (record->kind == TR_WINDOW || record->kind == TR_MARK)
        return decode_time(reader, record, number);
    uint64_t ppn = reader->last_ppn + (uint64_t)tr_unzigzag(number);
    if (ppn > UINT32_MAX)
        return "its page number is out of range";
    record->ppn = reader->last_ppn = (uint32_t)ppn;
    if (record->kind == TR_CONTENT)
        return decode_content(reader, record, tag & TR_TAG_ZERO);
    if (!tr_kind_is_range(record->kind))
        return NULL;
    if (!get_number(reader, &number) || number > UINT32_MAX)
        return "its number of pages does not end, or is too large";
    record->pages = (uint32_t)number;
    return NULL;
}

int tr_reader_next(struct tr_reader *reader, struct tr_record *record, struct sim_error *error)
{
    if (reader->failure.status != SIM_OK) {
        if (error)
            *error = reader->failure;
        return -1;
    }
    if (reader->left == 0) {
        int more = reader->ended ? 0 : next_chunk(reader, error);
        if (more <= 0)
            return more;
    }
    const char *problem = decode(reader, record);
    char why[120];
    if (!problem && !tr_rules_accept(&reader->rules, record)) {
        tr_rules_explain(&reader->rules, record, why, sizeof why);
        problem = why;
    }
    reader->records++;
    if (problem)
        return fail(reader, error, "record %" PRIu64 ": %s", reader->records, problem);
    if (--reader->left == 0) {
        if (reader->numbers != reader->numbers_end || reader->contents != reader->contents_end ||
            reader->texts != reader->texts_end)
            return fail(reader, error, "its columns hold more than its records");
        reader->chunks++;
    }
    return 1;
}

uint64_t tr_reader_bytes(const struct tr_reader *reader)
{
    return reader->at_bytes;
}

void tr_reader_close(struct tr_reader *reader)
{
    if (!reader)
        return;
    if (reader->file)
        fclose(reader->file);
    free(reader->path);
    free(reader);
}
