/*
 * The native format with correct checksums. The input has the uncompressed header and chunks; the
 * target compresses them and adds the checksums, as a writer does.
 *
 *     280 bytes of header, whose signature, version and checksum the target corrects
 *     chunks: 2 bytes number of records less 1, 4 bytes length, uncompressed data
 *
 * A recording that is accepted up to its end marker must be accepted with a correct end marker.
 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "fuzz/targets.h"
#include "traces/format.h"

enum { CHUNK_HEAD = 6, CHUNKS_MOST = 64 };

struct sealed {
    uint8_t *bytes;
    size_t count, room;
    uint32_t chunks;
    uint64_t records;
};

static void put_header(struct sealed *sealed, const uint8_t *header)
{
    uint8_t *at = sealed->bytes;

    memcpy(at, header, TR_HEADER_BYTES);
    memcpy(at, TR_MAGIC, TR_MAGIC_BYTES);
    tr_put_u32(at + TR_AT_VERSION, TR_VERSION);
    tr_put_u32(at + TR_AT_HEADER_BYTES, TR_HEADER_BYTES);
    tr_put_u64(at + TR_AT_HEADER_SUM, tr_bytes_sum(at, TR_AT_HEADER_SUM, 0));
    sealed->count = TR_HEADER_BYTES;
}

static void put_chunk(struct sealed *sealed, const uint8_t *plain, size_t count, uint32_t records)
{
    uint8_t *head = sealed->bytes + sealed->count, *data = head + TR_CHUNK_HEAD_BYTES;
    size_t packed =
        ZSTD_compress(data, sealed->room - sealed->count - TR_CHUNK_HEAD_BYTES, plain, count, 1);

    FUZZ_CHECK(!ZSTD_isError(packed));
    tr_put_u32(head + TR_AT_CHUNK_BYTES, (uint32_t)packed);
    tr_put_u32(head + TR_AT_CHUNK_PLAIN, (uint32_t)count);
    tr_put_u32(head + TR_AT_CHUNK_RECORDS, records);
    tr_put_u64(head + TR_AT_CHUNK_SUM, tr_chunk_sum(sealed->chunks, head, data, packed));
    sealed->count += TR_CHUNK_HEAD_BYTES + packed;
    sealed->chunks++;
    sealed->records += records;
}

static void put_end(struct sealed *sealed, uint64_t last_ns)
{
    uint8_t *end = sealed->bytes + sealed->count;

    tr_put_u32(end, 0);
    tr_put_u32(end + TR_AT_END_CHUNKS, sealed->chunks);
    tr_put_u64(end + TR_AT_END_RECORDS, sealed->records);
    tr_put_u64(end + TR_AT_END_LAST, last_ns);
    tr_put_u64(end + TR_AT_END_SUM, tr_bytes_sum(end, TR_AT_END_SUM, sealed->chunks));
}

static int read_whole(const struct sealed *sealed, uint64_t *last_ns, uint64_t *records,
                      struct sim_error *error)
{
    struct tr_record record = {0};
    struct tr_reader *reader;
    int more;

    *records = 0;
    const char *path = fuzz_file(0, sealed->bytes, sealed->count + TR_END_BYTES);
    if (!fuzz_accepted(tr_reader_open(path, &reader, error), error))
        return -1;
    while ((more = tr_reader_next(reader, &record, error)) > 0) {
        *last_ns = record.kind == TR_WINDOW ? record.at_ns : *last_ns;
        ++*records;
    }
    tr_reader_close(reader);
    FUZZ_CHECK(more == 0 || error->status == SIM_BAD_DATA);
    return more;
}

void fuzz_native_sealed(const uint8_t *bytes, size_t count)
{
    struct sealed sealed = {.room = ZSTD_compressBound(count) + TR_HEADER_BYTES +
                                    CHUNKS_MOST * (TR_CHUNK_HEAD_BYTES + 64) + TR_END_BYTES};
    struct sim_error error = {0};
    uint64_t last_ns = 0, records;

    if (count < TR_HEADER_BYTES)
        return;
    sealed.bytes = malloc(sealed.room);
    FUZZ_CHECK(sealed.bytes != NULL);
    put_header(&sealed, bytes);
    bytes += TR_HEADER_BYTES, count -= TR_HEADER_BYTES;
    while (count > CHUNK_HEAD && sealed.chunks < CHUNKS_MOST) {
        uint32_t of_chunk = (bytes[0] | (uint32_t)bytes[1] << 8) + 1, plain = tr_get_u32(bytes + 2);
        bytes += CHUNK_HEAD, count -= CHUNK_HEAD;
        plain = plain < count ? plain : (uint32_t)count;
        put_chunk(&sealed, bytes, plain, of_chunk);
        bytes += plain, count -= plain;
    }
    put_end(&sealed, last_ns);
    if (read_whole(&sealed, &last_ns, &records, &error) < 0 && records == sealed.records) {
        struct sim_error again = {0};
        put_end(&sealed, last_ns);
        if (strstr(error.text, "end marker: expected") != NULL)
            FUZZ_CHECK(read_whole(&sealed, &last_ns, &records, &again) == 0);
    }
    free(sealed.bytes);
}
