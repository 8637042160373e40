#include <sys/stat.h>
#include <zstd.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"

static const struct tr_header header = {
    .page_bytes = 4096, .pages = 100000, .carries = TR_CARRIES_ALL, .clock = "wall"};

/* The n-th record of a long trace with all kinds: a window, then touches, contents, marks. */
static struct tr_record nth_record(uint64_t n)
{
    struct tr_record record = {.kind = TR_WINDOW, .at_ns = (n / 100) * 1000 + 1};
    uint64_t mixed = (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

    if (n % 100 == 0)
        return record;
    record.kind = n % 100 == 50 ? TR_MARK : n % 3 ? TR_TOUCH : TR_CONTENT;
    if (n % 10 == 7)
        record.kind = n < 100 && n % 20 == 7 ? TR_HOLE : (enum tr_kind)(TR_DEVICE + n / 10 % 3);
    record.ppn = (uint32_t)(mixed >> 40) % header.pages;
    record.pages = 1 + (uint32_t)(mixed >> 20) % (header.pages - record.ppn);
    record.access = (uint8_t)(1 + n % (record.kind == TR_DEVICE ? 2 : 7));
    record.content = n % 5 ? mixed : 0;
    snprintf(record.text, sizeof record.text, "%.*s", (int)(n / 100 % 64),
             "0123456789012345678901234567890123456789012345678901234567890123456789");
    return record;
}

static void put_records(const char *path, uint64_t count)
{
    struct tr_writer *writer;
    struct sim_error error;

    if (tr_writer_open(path, &header, &writer, &error) != SIM_OK)
        abort();
    for (uint64_t n = 0; n < count; n++) {
        struct tr_record record = nth_record(n);
        if (tr_writer_put(writer, &record, &error) != SIM_OK)
            abort();
    }
    if (tr_writer_close(writer, &error) != SIM_OK)
        abort();
}

static bool same_record(const struct tr_record *a, const struct tr_record *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TR_WINDOW:
        return a->at_ns == b->at_ns;
    case TR_CONTENT:
        return a->ppn == b->ppn && a->content == b->content;
    case TR_TOUCH:
        return a->ppn == b->ppn && a->access == b->access;
    case TR_MARK:
        return a->at_ns == b->at_ns && strcmp(a->text, b->text) == 0;
    case TR_DEVICE:
        return a->ppn == b->ppn && a->pages == b->pages && a->access == b->access;
    case TR_ALLOC:
    case TR_FREE:
    case TR_HOLE:
        return a->ppn == b->ppn && a->pages == b->pages;
    case TR_KINDS:
        break;
    }
    return false;
}

/* Reads a trace to its end or to an error, and counts the records that differ from nth_record(). */
static int read_all(const char *path, uint64_t *records, uint64_t *wrong, struct sim_error *error)
{
    struct tr_reader *reader;
    struct tr_record record = {.kind = TR_WINDOW};
    int more;

    *records = *wrong = 0;
    if (tr_reader_open(path, &reader, error) != SIM_OK)
        return -1;
    while ((more = tr_reader_next(reader, &record, error)) == 1) {
        struct tr_record expected = nth_record((*records)++);
        *wrong += !same_record(&record, &expected);
    }
    tr_reader_close(reader);
    return more;
}

static void reader__gives_back_what_was_written(void)
{
    static const uint64_t counts[] = {0, 1, 2, 100, 65535, 65536, 65537, 300000};
    struct files files;
    struct sim_error error;
    uint64_t records, wrong;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        put_records(path, counts[i]);
        CHECK_EQ(read_all(path, &records, &wrong, &error), 0);
        CHECK_EQ(records, counts[i]);
        CHECK_EQ(wrong, 0);
    }
    files_fini(&files);
}

/* The longest numbers and texts fill the columns of a chunk before it has all its records. */
static void reader__gives_back_extremes(void)
{
    struct files files;
    struct sim_error error;
    struct tr_writer *writer;
    struct tr_reader *reader;
    struct tr_record record = {.kind = TR_MARK};
    struct tr_header wide = {
        .page_bytes = 512, .pages = TR_PAGES_MOST, .carries = TR_MARKS | TR_CONTENTS};
    uint64_t texts = 0, contents = 0;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    CHECK_EQ(tr_writer_open(path, &wide, &writer, &error), SIM_OK);
    record.kind = TR_WINDOW;
    record.at_ns = UINT64_MAX;
    CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
    memset(record.text, 'x', sizeof record.text - 1);
    for (unsigned i = 0; i < 200000; i++) {
        record.kind = i % 2 ? TR_MARK : TR_CONTENT;
        record.at_ns = i % 4 > 1 ? UINT64_MAX / 2 + i : 0;
        record.ppn = i % 4 > 1 ? TR_PAGES_MOST - 1 : 0;
        record.content = UINT64_MAX - i;
        CHECK(tr_writer_put(writer, &record, &error) == SIM_OK);
    }
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_OK);
    for (int64_t i = -1; tr_reader_next(reader, &record, &error) == 1; i++) {
        if (record.kind == TR_MARK)
            texts += strlen(record.text) == 63 &&
                     record.at_ns == (i % 4 > 1 ? UINT64_MAX / 2 + (uint64_t)i : 0);
        else if (record.kind == TR_CONTENT)
            contents += record.content == UINT64_MAX - (uint64_t)i &&
                        record.ppn == (i % 4 > 1 ? TR_PAGES_MOST - 1 : 0);
    }
    CHECK_EQ(texts, 100000);
    CHECK_EQ(contents, 100000);
    tr_reader_close(reader);
    files_fini(&files);
}

static void reader__refuses_every_flipped_bit(void)
{
    struct files files;
    struct sim_error error;
    uint64_t records, wrong, accepted = 0, misread = 0, unnamed = 0;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_records(path, 60);
    uint8_t *bytes = file_get(path, &count);
    CHECK(count < 1500);
    for (size_t bit = 0; bit < count * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        file_put(path, bytes, count);
        accepted += read_all(path, &records, &wrong, &error) != -1;
        misread += wrong;
        unnamed += error.status != SIM_BAD_DATA || strncmp(error.text, path, strlen(path)) != 0 ||
                   strchr(error.text, '\n') != NULL;
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    CHECK_EQ(accepted, 0);
    CHECK_EQ(misread, 0);
    CHECK_EQ(unnamed, 0);
    free(bytes);
    files_fini(&files);
}

static void reader__refuses_every_length_but_the_whole(void)
{
    struct files files;
    struct sim_error error;
    uint64_t records, wrong, accepted = 0;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_records(path, 60);
    uint8_t *bytes = file_get(path, &count);
    for (size_t length = 0; length < count; length++) {
        file_put(path, bytes, length);
        accepted += read_all(path, &records, &wrong, &error) != -1;
    }
    CHECK_EQ(accepted, 0);
    bytes = realloc(bytes, count + 1);
    bytes[count] = 0;
    file_put(path, bytes, count + 1);
    CHECK_EQ(read_all(path, &records, &wrong, &error), -1);
    CHECK_CONTAINS(error.text, "end marker: expected the end of the file, found more bytes");
    file_put(path, bytes, count);
    CHECK_EQ(read_all(path, &records, &wrong, &error), 0);
    free(bytes);
    files_fini(&files);
}

static void check_refused(const char *path, const char *why)
{
    struct tr_reader *reader;
    struct sim_error error;

    CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_BAD_DATA);
    CHECK(reader == NULL);
    CHECK_CONTAINS(error.text, why);
}

static void reader__refuses_what_is_no_trace(void)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    check_refused(path, "t.btr: cannot open: No such file or directory");
    check_refused(files.dir, ": cannot open: Is a directory");
    file_put(path, "", 0);
    check_refused(path, "t.btr: not a Ballast trace: the file is empty");
    file_put(path, "hello", 5);
    check_refused(path, "t.btr: not a Ballast trace");
    file_put(path, TR_MAGIC, 5);
    check_refused(path, "t.btr: header: the file is cut short: expected 280 bytes, found 5");
    char text[1000];
    memset(text, ' ', sizeof text);
    file_put(path, text, sizeof text);
    check_refused(path, "t.btr: not a Ballast trace");
    files_fini(&files);
}

static void reader__says_where_the_damage_is(void)
{
    struct files files;
    struct sim_error error;
    struct tr_reader *reader;
    struct tr_record record;
    size_t count;
    char where[80];

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_records(path, 200000);
    uint8_t *bytes = file_get(path, &count);
    size_t third = TR_HEADER_BYTES;
    for (int chunk = 0; chunk < 2; chunk++)
        third += TR_CHUNK_HEAD_BYTES + tr_get_u32(bytes + third);
    bytes[third + 1000] ^= 1;
    file_put(path, bytes, count);
    snprintf(where, sizeof where, "t.btr: chunk 2 at byte %zu: checksum is ", third);
    CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_OK);
    unsigned before = 0;
    while (tr_reader_next(reader, &record, &error) == 1)
        before++;
    CHECK_EQ(before, 2 * TR_CHUNK_RECORDS);
    CHECK_CONTAINS(error.text, where);
    CHECK_EQ(tr_reader_next(reader, &record, &error), -1);
    CHECK_CONTAINS(error.text, where);
    tr_reader_close(reader);
    free(bytes);
    files_fini(&files);
}

static void reader__notices_chunks_out_of_place(void)
{
    struct files files;
    struct sim_error error;
    uint64_t records, wrong;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_records(path, 150000);
    uint8_t *bytes = file_get(path, &count), *swapped = malloc(count);
    size_t first = TR_HEADER_BYTES;
    size_t length = TR_CHUNK_HEAD_BYTES + tr_get_u32(bytes + first);
    size_t next = TR_CHUNK_HEAD_BYTES + tr_get_u32(bytes + first + length);
    memcpy(swapped, bytes, count);
    memcpy(swapped + first, bytes + first + length, next);
    memcpy(swapped + first + next, bytes + first, length);
    file_put(path, swapped, count);
    CHECK_EQ(read_all(path, &records, &wrong, &error), -1);
    CHECK_CONTAINS(error.text, "chunk 0 at byte 280: checksum is ");
    memmove(bytes + first, bytes + first + length, count - first - length); /* dropped */
    file_put(path, bytes, count - length);
    CHECK_EQ(read_all(path, &records, &wrong, &error), -1);
    CHECK_CONTAINS(error.text, "chunk 0 at byte 280: checksum is ");
    free(bytes);
    free(swapped);
    files_fini(&files);
}

/* A file that is correct except for a chunk with `records` records, the uncompressed data `plain`
 * and the claimed length, whose checksum fits. */
static void put_chunk(const char *path, uint32_t records, const uint8_t *plain, uint32_t bytes,
                      uint32_t claimed_bytes, uint64_t total_records)
{
    uint8_t file[2000] = {0}, *head = file + TR_HEADER_BYTES, *data = head + TR_CHUNK_HEAD_BYTES;

    tr_header_encode(&header, file);
    size_t length = ZSTD_compress(data, 1000, plain, bytes, 1);
    tr_put_u32(head + TR_AT_CHUNK_BYTES, (uint32_t)length);
    tr_put_u32(head + TR_AT_CHUNK_PLAIN, claimed_bytes);
    tr_put_u32(head + TR_AT_CHUNK_RECORDS, records);
    tr_put_u64(head + TR_AT_CHUNK_SUM, tr_chunk_sum(0, head, data, length));
    uint8_t *end = data + length;
    tr_put_u32(end + TR_AT_END_CHUNKS, 1);
    tr_put_u64(end + TR_AT_END_RECORDS, total_records);
    tr_put_u64(end + TR_AT_END_LAST, 5);
    tr_put_u64(end + TR_AT_END_SUM, tr_bytes_sum(end, TR_AT_END_SUM, 1));
    file_put(path, file, (size_t)(end - file) + TR_END_BYTES);
}

static void check_chunk(uint32_t records, const char *plain, uint32_t bytes, uint32_t claimed,
                        uint64_t total_records, const char *why)
{
    struct files files;
    struct sim_error error = {0};
    uint64_t got, wrong;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_chunk(path, records, (const uint8_t *)plain, bytes, claimed, total_records);
    int more = read_all(path, &got, &wrong, &error);
    if (why) {
        CHECK_EQ(more, -1);
        CHECK_CONTAINS(error.text, why);
    } else {
        CHECK_EQ(more, 0);
    }
    files_fini(&files);
}

#define HEAD(numbers, contents, texts) numbers "\0\0\0" contents "\0\0\0" texts "\0\0\0"
/* A window that ends at 5 ns: tag 0, number 10. */
static void reader__refuses_sealed_nonsense(void)
{
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\12", 14, 14, 1, NULL);
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\12", 14, 14, 2,
                "end marker: expected 1 chunks and 2");
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\12", 14, 15, 1, "expected 15 uncompressed bytes");
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\12", 14, 13, 1, "cannot uncompress");
    check_chunk(0, HEAD("\1", "\0", "\0") "\0\12", 14, 14, 1, "expected 1 to 65536 records");
    check_chunk(65537, HEAD("\1", "\0", "\0") "\0\12", 14, 14, 1, "expected 1 to 65536 records");
    check_chunk(3, HEAD("\1", "\0", "\0") "\0\12", 14, 14, 1,
                "uncompressed length is 14, expected");
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\12", 14, TR_PLAIN_MOST + 1, 1,
                "uncompressed length is 983053, expected");
    check_chunk(1, HEAD("\2", "\0", "\0") "\0\12", 14, 14, 1, "expected columns of 14 bytes");
    check_chunk(1, HEAD("\1", "\xff", "\0") "\0\12", 14, 14, 1, "expected columns of 14 bytes");
    check_chunk(1, HEAD("\2", "\0", "\0") "\0\12\0", 15, 15, 1, "columns hold more than");
    check_chunk(1, HEAD("\1", "\1", "\0") "\0\12\0", 15, 15, 1, "columns hold more than");
    check_chunk(1, HEAD("\1", "\0", "\1") "\0\12\0", 15, 15, 1, "columns hold more than");
    check_chunk(1, HEAD("\1", "\0", "\0") "\0\x80", 14, 14, 1, "number does not end");
    check_chunk(1, HEAD("\12", "\0", "\0") "\0\x80\x80\x80\x80\x80\x80\x80\x80\x80\2", 23, 23, 1,
                "record 1: its number does not end, or is too long");
    check_chunk(1, HEAD("\1", "\0", "\0") "\x80\12", 14, 14, 1, "tag has unknown bits");
    check_chunk(1, HEAD("\1", "\0", "\0") "\2\12", 14, 14, 1, "expected a window first");
    check_chunk(2, HEAD("\2", "\0", "\0") "\0\1\12\0", 16, 16, 2,
                "record 2: its content is missing");
    check_chunk(2, HEAD("\2", "\0", "\0") "\0\3\12\0", 16, 16, 2,
                "record 2: its text does not end");
    check_chunk(2, HEAD("\2", "\0", "\2") "\0\3\12\0\2x", 18, 18, 2, "its text does not end");
    check_chunk(2, HEAD("\2", "\0", "\1") "\0\3\12\0\x40", 17, 17, 2, "its text does not end");
    check_chunk(2, HEAD("\2", "\0", "\0") "\0\x41\12\1", 16, 16, 2, "page number is out of range");
    check_chunk(2, HEAD("\2", "\0", "\0") "\0\5\12\0", 16, 16, 2,
                "record 2: its number of pages does not end");
    check_chunk(2, HEAD("\7", "\0", "\0") "\0\5\12\0\x80\x80\x80\x80\x10", 21, 21, 2,
                "record 2: its number of pages does not end, or is too large");
    check_chunk(2, HEAD("\3", "\0", "\0") "\0\5\12\0\0", 17, 17, 2,
                "record 2: expected 1 page or more, found 0");
    check_chunk(2, HEAD("\2", "\0", "\0") "\0\2\12\0", 16, 16, 2, "expected an access of 1 to 7");
}

TEST_SUITE(traces_reader, TEST(reader__gives_back_what_was_written),
           TEST(reader__gives_back_extremes), TEST(reader__refuses_every_flipped_bit),
           TEST(reader__refuses_every_length_but_the_whole), TEST(reader__refuses_what_is_no_trace),
           TEST(reader__says_where_the_damage_is), TEST(reader__notices_chunks_out_of_place),
           TEST(reader__refuses_sealed_nonsense))
