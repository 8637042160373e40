/*
 * Writes the native format: collects records as columns, seals a chunk when one column is full.
 *
 * The hazard is a half-written file that is taken for a whole one. So records go to a file beside
 * the target, which takes the target's place only when its last byte is on the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "traces/format.h"

/* Our choice: on the committed samples level 9 is as small as 19 within 1%. */
#define COMPRESSION_LEVEL 9

struct tr_writer {
    char *path;      /* what the caller named, symbolic links resolved */
    char *part_path; /* the file beside it, or NULL: written directly */
    int fd;
    struct tr_header header;
    bool learns_pages; /* the header's pages are known at the end */
    struct tr_rules rules;
    uint32_t chunks;
    uint64_t records;

    /* The chunk that is being filled; numbers are relative within it. */
    uint32_t chunk_records, number_bytes, content_bytes, text_bytes;
    uint64_t last_ns;
    uint32_t last_ppn;
    uint8_t tags[TR_CHUNK_RECORDS], numbers[TR_NUMBER_BYTES], contents[TR_CONTENT_BYTES],
        texts[TR_TEXT_BYTES];

    uint8_t plain[TR_PLAIN_MOST];
    uint8_t sealed[TR_CHUNK_HEAD_BYTES + ZSTD_COMPRESSBOUND(TR_PLAIN_MOST)];
};

static int system_error(const struct tr_writer *writer, const char *what, struct sim_error *error)
{
    return sim_error_set(error, SIM_SYSTEM, "%s: cannot %s: %s", writer->path, what,
                         strerror(errno));
}

static int write_all(struct tr_writer *writer, const uint8_t *bytes, size_t count,
                     struct sim_error *error)
{
    while (count > 0) {
        ssize_t written = write(writer->fd, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return system_error(writer, "write", error);
        bytes += written;
        count -= (size_t)written;
    }
    return SIM_OK;
}

static int write_header(struct tr_writer *writer, struct sim_error *error)
{
    uint8_t bytes[TR_HEADER_BYTES];

    tr_header_encode(&writer->header, bytes);
    return write_all(writer, bytes, sizeof bytes, error);
}

/* Opens PATH.0.part, or the next number that is free. */
static int open_part(struct tr_writer *writer, struct sim_error *error)
{
    size_t room = strlen(writer->path) + sizeof ".4294967295.part";
    writer->part_path = malloc(room);
    if (!writer->part_path)
        return system_error(writer, "write", error);
    for (unsigned number = 0; writer->fd < 0; number++) {
        snprintf(writer->part_path, room, "%s.%u.part", writer->path, number);
        writer->fd = open(writer->part_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->fd < 0 && errno != EEXIST) {
            free(writer->part_path); /* it is not ours to remove */
            writer->part_path = NULL;
            return system_error(writer, "create", error);
        }
    }
    return SIM_OK;
}

static int open_target(struct tr_writer *writer, const char *path, struct sim_error *error)
{
    struct stat status;

    writer->path = realpath(path, NULL); /* /dev/stdout may be a link to a plain file */
    if (!writer->path)
        writer->path = strdup(path);
    if (!writer->path)
        return sim_error_set(error, SIM_SYSTEM, "%s: no memory", path);
    if (stat(path, &status) != 0 || S_ISREG(status.st_mode))
        return open_part(writer, error);
    writer->fd = open(path, O_WRONLY | O_CLOEXEC);
    return writer->fd < 0 ? system_error(writer, "write", error) : SIM_OK;
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
    writer->fd = -1;
    writer->header = claimed;
    writer->learns_pages = header->pages == 0;
    writer->rules.pages = claimed.pages;
    writer->rules.carries = claimed.carries;
    int status = open_target(writer, path, error);
    if (status == SIM_OK && writer->learns_pages && !writer->part_path)
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

/* Compresses and writes what was collected, and begins anew. */
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
        return sim_error_set(error, SIM_SYSTEM, "%s: cannot compress: %s", writer->path,
                             ZSTD_getErrorName(data_bytes));
    tr_put_u32(head + TR_AT_CHUNK_BYTES, (uint32_t)data_bytes);
    tr_put_u32(head + TR_AT_CHUNK_PLAIN, (uint32_t)plain_bytes);
    tr_put_u32(head + TR_AT_CHUNK_RECORDS, writer->chunk_records);
    tr_put_u64(head + TR_AT_CHUNK_SUM, tr_chunk_sum(writer->chunks, head, data, data_bytes));
    writer->chunks++;
    writer->records += writer->chunk_records;
    writer->chunk_records = writer->number_bytes = writer->content_bytes = writer->text_bytes = 0;
    writer->last_ns = writer->last_ppn = 0;
    return write_all(writer, head, TR_CHUNK_HEAD_BYTES + data_bytes, error);
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
        return sim_error_set(error, SIM_BAD_DATA, "%s: record %" PRIu64 ": %s", writer->path,
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
    return write_all(writer, bytes, sizeof bytes, error);
}

/* Writes the header again, now that the number of pages is known. */
static int correct_header(struct tr_writer *writer, struct sim_error *error)
{
    if (!writer->learns_pages)
        return SIM_OK;
    if (writer->rules.seen == 0)
        return sim_error_set(error, SIM_BAD_DATA, "%s: expected records of pages, found none",
                             writer->path);
    writer->header.pages = writer->rules.seen;
    if (lseek(writer->fd, 0, SEEK_SET) != 0)
        return system_error(writer, "write", error);
    return write_header(writer, error);
}

int tr_writer_close(struct tr_writer *writer, struct sim_error *error)
{
    int status = seal_chunk(writer, error);

    if (status == SIM_OK)
        status = write_end(writer, error);
    if (status == SIM_OK)
        status = correct_header(writer, error);
    if (status == SIM_OK && writer->part_path) {
        int closing = fsync(writer->fd) == 0 ? close(writer->fd) : -1;
        if (closing == 0)
            writer->fd = -1;
        if (closing != 0 || rename(writer->part_path, writer->path) != 0) {
            status = system_error(writer, "write", error);
        } else {
            free(writer->part_path); /* nothing is left to remove */
            writer->part_path = NULL;
        }
    }
    tr_writer_abandon(writer);
    return status;
}

void tr_writer_abandon(struct tr_writer *writer)
{
    if (!writer)
        return;
    if (writer->fd >= 0)
        close(writer->fd);
    if (writer->part_path)
        unlink(writer->part_path);
    free(writer->part_path);
    free(writer->path);
    free(writer);
}
