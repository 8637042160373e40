/*
 * Writes the native format: collects records in columns and writes a chunk when a column is full.
 *
 * The hazard is a record that breaks the rules. The writer refuses it, so that no reader meets it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "traces/format.h"
#include "traces/output.h"

/* Our choice: the samples in traces/samples are at most 1% larger than at level 19. */
#define COMPRESSION_LEVEL 9

struct tr_writer {
    struct tr_output output;
    struct tr_header header;
    bool learns_pages; /* the number of pages is known only at the end */
    struct tr_rules rules;
    uint32_t chunks;
    uint64_t records;

    /* The chunk that is being filled; its numbers are differences within it. */
    uint32_t chunk_records, number_bytes, content_bytes, text_bytes;
    uint64_t last_ns;
    uint32_t last_ppn;
    uint8_t tags[TR_CHUNK_RECORDS], numbers[TR_NUMBER_BYTES], contents[TR_CONTENT_BYTES],
        texts[TR_TEXT_BYTES];

    uint8_t plain[TR_PLAIN_MOST];
    uint8_t sealed[TR_CHUNK_HEAD_BYTES + ZSTD_COMPRESSBOUND(TR_PLAIN_MOST)];
};

static int write_header(struct tr_writer *writer, struct sim_error *error)
{
    uint8_t bytes[TR_HEADER_BYTES];

    tr_header_encode(&writer->header, bytes);
    return tr_output_write(&writer->output, bytes, sizeof bytes, error);
}

int tr_writer_open(const char *path, const struct tr_header *header, struct tr_writer **out,
                   struct sim_error *error)
{
    struct tr_header claimed = *header;

    *out = NULL;
    if (header->pages == 0)
        claimed.pages = TR_PAGES_MOST;
    const char *problem = tr_header_problem(&claimed);
    if (problem)
        return sim_error_set(error, SIM_BAD_DATA, "%s: header: %s", path, problem);
    struct tr_writer *writer = malloc(sizeof *writer);
    if (!writer)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    memset(writer, 0, offsetof(struct tr_writer, tags));
    writer->header = claimed;
    writer->learns_pages = header->pages == 0;
    writer->rules.pages = claimed.pages;
    writer->rules.carries = claimed.carries;
    int status = tr_output_open(&writer->output, path, error);
    if (status == SIM_OK && writer->learns_pages && !writer->output.has_part)
        status = sim_error_set(error, SIM_USAGE,
                               "%s: expected a file, since the number of pages is known only at "
                               "the end and stands at the beginning",
                               path);
    if (status == SIM_OK)
        status = write_header(writer, error);
    if (status != SIM_OK) {
        tr_writer_abandon(writer);
        return status;
    }
    *out = writer;
    return SIM_OK;
}

static uint8_t *append(uint8_t *to, const uint8_t *from, size_t count)
{
    memcpy(to, from, count);
    return to + count;
}

/* Writes the collected records as a chunk and begins the next one. */
static int seal_chunk(struct tr_writer *writer, struct sim_error *error)
{
    uint8_t *head = writer->sealed, *data = head + TR_CHUNK_HEAD_BYTES, *end = writer->plain;

    if (writer->chunk_records == 0)
        return SIM_OK;
    tr_put_u32(end, writer->number_bytes);
    tr_put_u32(end + 4, writer->content_bytes);
    tr_put_u32(end + 8, writer->text_bytes);
    end = append(end + TR_PLAIN_HEAD, writer->tags, writer->chunk_records);
    end = append(end, writer->numbers, writer->number_bytes);
    end = append(end, writer->contents, writer->content_bytes);
    end = append(end, writer->texts, writer->text_bytes);
    size_t plain_bytes = (size_t)(end - writer->plain);
    size_t data_bytes = ZSTD_compress(data, sizeof writer->sealed - TR_CHUNK_HEAD_BYTES,
                                      writer->plain, plain_bytes, COMPRESSION_LEVEL);
    if (ZSTD_isError(data_bytes))
        return sim_error_set(error, SIM_SYSTEM, "%s: cannot compress: %s", writer->output.path,
                             ZSTD_getErrorName(data_bytes));
    tr_put_u32(head + TR_AT_CHUNK_BYTES, (uint32_t)data_bytes);
    tr_put_u32(head + TR_AT_CHUNK_PLAIN, (uint32_t)plain_bytes);
    tr_put_u32(head + TR_AT_CHUNK_RECORDS, writer->chunk_records);
    tr_put_u64(head + TR_AT_CHUNK_SUM, tr_chunk_sum(writer->chunks, head, data, data_bytes));
    writer->chunks++;
    writer->records += writer->chunk_records;
    writer->chunk_records = writer->number_bytes = writer->content_bytes = writer->text_bytes = 0;
    writer->last_ns = writer->last_ppn = 0;
    return tr_output_write(&writer->output, head, TR_CHUNK_HEAD_BYTES + data_bytes, error);
}

static void put_number(struct tr_writer *writer, uint64_t number)
{
    uint8_t *to = writer->numbers + writer->number_bytes;

    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    writer->number_bytes = (uint32_t)(to - writer->numbers);
}

static void put_text(struct tr_writer *writer, const char *text)
{
    size_t length = strnlen(text, sizeof((struct tr_record *)0)->text - 1);

    writer->texts[writer->text_bytes++] = (uint8_t)length;
    memcpy(writer->texts + writer->text_bytes, text, length);
    writer->text_bytes += (uint32_t)length;
}

static void encode(struct tr_writer *writer, const struct tr_record *record)
{
    unsigned tag = (unsigned)record->kind;

    if (record->kind == TR_WINDOW || record->kind == TR_MARK) {
        put_number(writer, tr_zigzag((int64_t)(record->at_ns - writer->last_ns)));
        writer->last_ns = record->at_ns;
        if (record->kind == TR_MARK)
            put_text(writer, record->text);
    } else {
        put_number(writer, tr_zigzag((int64_t)record->ppn - (int64_t)writer->last_ppn));
        writer->last_ppn = record->ppn;
        if (tr_kind_is_range(record->kind))
            put_number(writer, record->pages);
    }
    if (record->kind == TR_TOUCH || record->kind == TR_DEVICE)
        tag |= (unsigned)record->access << TR_TAG_ACCESS_SHIFT;
    if (record->kind == TR_CONTENT && record->content == 0) {
        tag |= TR_TAG_ZERO;
    } else if (record->kind == TR_CONTENT) {
        tr_put_u64(writer->contents + writer->content_bytes, record->content);
        writer->content_bytes += 8;
    }
    writer->tags[writer->chunk_records++] = (uint8_t)tag;
}

int tr_writer_put(struct tr_writer *writer, const struct tr_record *record, struct sim_error *error)
{
    char why[120];

    if (!tr_rules_accept(&writer->rules, record)) {
        tr_rules_explain(&writer->rules, record, why, sizeof why);
        return sim_error_set(error, SIM_BAD_DATA, "%s: record %" PRIu64 ": %s", writer->output.path,
                             writer->records + writer->chunk_records + 1, why);
    }
    if (writer->chunk_records == TR_CHUNK_RECORDS ||
        writer->number_bytes > TR_NUMBER_BYTES - 2 * TR_VARINT_MOST ||
        writer->text_bytes > TR_TEXT_BYTES - sizeof record->text) {
        int status = seal_chunk(writer, error);
        if (status != SIM_OK)
            return status;
    }
    encode(writer, record);
    return SIM_OK;
}

static int write_end(struct tr_writer *writer, struct sim_error *error)
{
    uint8_t bytes[TR_END_BYTES] = {0};

    tr_put_u32(bytes + TR_AT_END_CHUNKS, writer->chunks);
    tr_put_u64(bytes + TR_AT_END_RECORDS, writer->records);
    tr_put_u64(bytes + TR_AT_END_LAST, writer->rules.window_ns);
    tr_put_u64(bytes + TR_AT_END_SUM, tr_bytes_sum(bytes, TR_AT_END_SUM, writer->chunks));
    return tr_output_write(&writer->output, bytes, sizeof bytes, error);
}

/* Writes the header again, now that the number of pages is known. */
static int correct_header(struct tr_writer *writer, struct sim_error *error)
{
    uint8_t bytes[TR_HEADER_BYTES];

    if (!writer->learns_pages)
        return SIM_OK;
    if (writer->rules.seen == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected records of pages, found none",
                             writer->output.path);
    writer->header.pages = writer->rules.seen;
    tr_header_encode(&writer->header, bytes);
    return tr_output_rewrite(&writer->output, bytes, sizeof bytes, error);
}

int tr_writer_close(struct tr_writer *writer, struct sim_error *error)
{
    int status = seal_chunk(writer, error);

    if (status == SIM_OK)
        status = write_end(writer, error);
    if (status == SIM_OK)
        status = correct_header(writer, error);
    if (status == SIM_OK)
        status = tr_output_close(&writer->output, error);
    tr_writer_abandon(writer);
    return status;
}

void tr_writer_abandon(struct tr_writer *writer)
{
    if (!writer)
        return;
    tr_output_abandon(&writer->output);
    free(writer);
}
