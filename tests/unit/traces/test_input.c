#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/input.h"

/* Reads the file in pieces and compares it with what it should hold. */
static int read_back(const char *path, const uint8_t *expected, size_t count, size_t piece,
                     struct sim_error *error)
{
    uint8_t *bytes = malloc(count + piece);
    struct tr_input *input;
    size_t have = 0, got;
    int status = tr_input_open(path, &input, error);

    while (status == SIM_OK) {
        status = tr_input_read(input, bytes + have, piece, &got, error);
        have += got;
        if (got < piece || have > count)
            break;
    }
    if (status == SIM_OK) {
        CHECK_EQ(have, count);
        CHECK_EQ(tr_input_bytes(input), count);
        CHECK(have == count && memcmp(bytes, expected, count) == 0);
    }
    tr_input_close(input);
    free(bytes);
    return status;
}

enum { COUNT = 1000000 };

static uint8_t *numbers(void)
{
    uint8_t *bytes = malloc(COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    return bytes;
}

static void input__reads_plain_and_compressed_alike(void)
{
    struct files files;
    struct sim_error error;
    uint8_t *plain = numbers(), *packed = malloc(ZSTD_COMPRESSBOUND(COUNT));

    files_init(&files);
    const char *path = files_path(&files, "f");
    size_t length = ZSTD_compress(packed, ZSTD_COMPRESSBOUND(COUNT), plain, COUNT, 3);
    CHECK(length < COUNT);
    static const size_t pieces[] = {999, 65536, COUNT, COUNT + 1};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        file_put(path, plain, COUNT);
        CHECK_EQ(read_back(path, plain, COUNT, pieces[i], &error), SIM_OK);
        file_put(path, packed, length);
        CHECK_EQ(read_back(path, plain, COUNT, pieces[i], &error), SIM_OK);
    }
    file_put(path, plain, 0);
    CHECK_EQ(read_back(path, plain, 0, 10, &error), SIM_OK);
    free(plain);
    free(packed);
    files_fini(&files);
}

/* Several zstd frames in a row are one stream, as for the program zstd. */
static void input__reads_frames_in_a_row(void)
{
    struct files files;
    struct sim_error error;
    uint8_t packed[200];

    files_init(&files);
    const char *path = files_path(&files, "f");
    size_t first = ZSTD_compress(packed, 100, "abc", 3, 3);
    size_t second = ZSTD_compress(packed + first, 100, "defg", 4, 3);
    file_put(path, packed, first + second);
    CHECK_EQ(read_back(path, (const uint8_t *)"abcdefg", 7, 100, &error), SIM_OK);
    files_fini(&files);
}

static void input__notices_a_frame_cut_short_anywhere(void)
{
    struct files files;
    struct sim_error error;
    uint8_t *plain = numbers(), packed[2000];
    unsigned accepted = 0;

    files_init(&files);
    const char *path = files_path(&files, "f");
    size_t length = ZSTD_compress(packed, sizeof packed, plain, 1000, 3);
    CHECK(!ZSTD_isError(length));
    for (size_t cut = 4; cut < length; cut++) {
        file_put(path, packed, cut);
        accepted += read_back(path, plain, 1000, 5000, &error) == SIM_OK;
    }
    CHECK_EQ(accepted, 0);
    CHECK_CONTAINS(error.text, "the compressed data are cut short");
    packed[length] = 'x'; /* more after the end */
    file_put(path, packed, length + 1);
    CHECK_EQ(read_back(path, plain, 1000, 5000, &error), SIM_BAD_DATA);
    packed[5] ^= 0x55;
    file_put(path, packed, length);
    CHECK_EQ(read_back(path, plain, 1000, 5000, &error), SIM_BAD_DATA);
    free(plain);
    files_fini(&files);
}

/* Compresses with zlib; `bits` chooses gzip or zlib. */
static size_t deflate_all(const uint8_t *plain, size_t count, int bits, uint8_t *packed,
                          size_t room)
{
    z_stream stream = {.next_in = (uint8_t *)(uintptr_t)plain,
                       .avail_in = (uInt)count,
                       .next_out = packed,
                       .avail_out = (uInt)room};
    if (deflateInit2(&stream, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    deflateEnd(&stream);
    return room - stream.avail_out;
}

static void input__reads_gzip_and_zlib(void)
{
    enum { ZLIB = 15, GZIP = 15 + 16 };
    static const int bits[] = {ZLIB, GZIP};
    struct files files;
    struct sim_error error;
    uint8_t *plain = numbers(), *packed = malloc(2 * COUNT);
    unsigned accepted = 0;

    files_init(&files);
    const char *path = files_path(&files, "f");
    for (unsigned i = 0; i < 2; i++) {
        size_t length = deflate_all(plain, COUNT, bits[i], packed, 2 * COUNT);
        CHECK(length < COUNT);
        file_put(path, packed, length);
        CHECK_EQ(read_back(path, plain, COUNT, 65536, &error), SIM_OK);
        /* one after the other, as `cat a.gz b.gz` */
        size_t first = deflate_all(plain, 1000, bits[i], packed, COUNT);
        size_t second = deflate_all(plain + 1000, 500, bits[i], packed + first, COUNT);
        file_put(path, packed, first + second);
        CHECK_EQ(read_back(path, plain, 1500, 300, &error), SIM_OK);
        for (size_t cut = 4; cut < first; cut++) {
            file_put(path, packed, cut);
            accepted += read_back(path, plain, 1000, 5000, &error) == SIM_OK;
        }
    }
    CHECK_EQ(accepted, 0);
    CHECK_CONTAINS(error.text, "f: the compressed data are cut short");
    free(plain);
    free(packed);
    files_fini(&files);
}

/* Two streams, one behind the other, as two files that were joined. */
static void input__reads_xz(void)
{
    struct files files;
    struct sim_error error;
    size_t room = lzma_stream_buffer_bound(COUNT), length = 0;
    uint8_t *plain = numbers(), *packed = malloc(2 * room), *twice = malloc(2 * COUNT);

    files_init(&files);
    const char *path = files_path(&files, "f");
    CHECK_EQ(
        lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, plain, COUNT, packed, &length, room),
        LZMA_OK);
    file_put(path, packed, length);
    CHECK_EQ(read_back(path, plain, COUNT, 65536, &error), SIM_OK);
    memcpy(packed + length, packed, length);
    memcpy(twice, plain, COUNT);
    memcpy(twice + COUNT, plain, COUNT);
    file_put(path, packed, 2 * length);
    CHECK_EQ(read_back(path, twice, 2 * COUNT, 999, &error), SIM_OK);
    file_put(path, packed, length - 20);
    CHECK_EQ(read_back(path, plain, COUNT, 65536, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "the compressed data are cut short");
    packed[length / 2] ^= 1;
    file_put(path, packed, length);
    CHECK_EQ(read_back(path, plain, COUNT, 65536, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "cannot uncompress: the data are damaged");
    free(plain);
    free(packed);
    free(twice);
    files_fini(&files);
}

/* Bytes that begin like those of zlib, but are none. */
static void input__leaves_what_only_looks_compressed(void)
{
    struct files files;
    struct sim_error error;

    files_init(&files);
    const char *path = files_path(&files, "f");
    file_put(path, "x\x9c\xff\xff\xff\xff\xff\xff", 8);
    CHECK_EQ(read_back(path, (const uint8_t *)"x\x9c\xff\xff\xff\xff\xff\xff", 8, 100, &error),
             SIM_OK);
    files_fini(&files);
}

static void input__gives_lines(void)
{
    struct files files;
    struct sim_error error;
    struct tr_input *input;
    const char *line;
    size_t length;

    files_init(&files);
    const char *path = files_path(&files, "f");
    file_put(path, "one\ntwo\r\n\nlast", 14);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    static const char *const lines[] = {"one", "two", "", "last"};
    for (unsigned i = 0; i < 4; i++) {
        CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
        CHECK_TEXT(line, lines[i]);
        CHECK_EQ(length, strlen(lines[i]));
        CHECK_EQ(tr_input_lines(input), i + 1);
    }
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 0);
    CHECK_EQ(tr_input_bytes(input), 14);
    tr_input_close(input);
    files_fini(&files);
}

/* Lines around the length of the buffer: the longest that fits and one byte more. */
static void input__bounds_the_length_of_a_line(void)
{
    struct files files;
    struct sim_error error;
    struct tr_input *input;
    const char *line;
    size_t length, most = TR_INPUT_PEEK_MOST - 1;
    char *text = malloc(2 * TR_INPUT_PEEK_MOST);

    files_init(&files);
    const char *path = files_path(&files, "f");
    memset(text, 'x', 2 * TR_INPUT_PEEK_MOST);
    text[1] = '\n';
    text[2 + most] = '\n';
    file_put(path, text, 2 + most + 3);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
    CHECK_EQ(length, most);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
    CHECK_TEXT(line, "xx");
    tr_input_close(input);
    text[2 + most] = 'x';
    file_put(path, text, 2 + most + 3);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), -1);
    CHECK_CONTAINS(error.text, "f:2: expected a line of less than 262144 bytes");
    tr_input_close(input);
    free(text);
    files_fini(&files);
}

static void input__shows_without_taking(void)
{
    struct files files;
    struct sim_error error;
    struct tr_input *input;
    const uint8_t *bytes;
    size_t got;
    char text[4] = "";

    files_init(&files);
    const char *path = files_path(&files, "f");
    file_put(path, "abcdefg", 7);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_peek(input, 100, &bytes, &got, &error), SIM_OK);
    CHECK_EQ(got, 7);
    tr_input_skip(input, 2);
    CHECK_EQ(tr_input_read(input, text, 3, &got, &error), SIM_OK);
    CHECK_TEXT(text, "cde");
    CHECK_EQ(tr_input_bytes(input), 5);
    CHECK_EQ(tr_input_file_bytes(input), 7);
    CHECK(!tr_input_is_packed(input));
    tr_input_close(input);
    files_fini(&files);
}

static void input__names_what_is_missing(void)
{
    struct files files;
    struct sim_error error;
    struct tr_input *input;
    uint8_t bytes[10];

    files_init(&files);
    const char *path = files_path(&files, "f");
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "f: cannot open: No such file or directory");
    CHECK_EQ(tr_input_open(files.dir, &input, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, ": cannot open: Is a directory");
    file_put(path, "abcdefg", 7);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_read_all(input, bytes, 4, "letters", &error), SIM_OK);
    CHECK_EQ(tr_input_read_all(input, bytes, 4, "letters", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "f: byte 4: expected 4 bytes of letters, found 3");
    tr_input_close(input);
    tr_input_close(NULL);
    files_fini(&files);
}

/* PowerShell's text, longer than the buffers; 0xe9 and 0x20ac take two and three bytes of UTF-8. */
static void input__reads_utf_16(void)
{
    enum { LINES = 60000, UNITS = 4 };
    static const uint16_t units[UNITS] = {'a', 0xe9, 0x20ac, '\n'};
    struct files files;
    struct sim_error error;
    struct tr_input *input;
    uint8_t *text = malloc(2 + 2 * LINES * UNITS);
    const char *line;
    size_t length, lines;

    files_init(&files);
    const char *path = files_path(&files, "f");
    for (unsigned high = 0; high < 2; high++) { /* which byte of two is the high one */
        text[high] = 0xfe;
        text[!high] = 0xff;
        for (size_t i = 0; i < LINES * UNITS; i++) {
            text[2 + 2 * i + high] = (uint8_t)(units[i % UNITS] >> 8);
            text[2 + 2 * i + !high] = (uint8_t)units[i % UNITS];
        }
        file_put(path, text, 2 + 2 * LINES * UNITS);
        CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
        CHECK(!tr_input_is_packed(input));
        for (lines = 0; tr_input_line(input, &line, &length, &error) == 1; lines++)
            if (lines % 10000 == 0)
                CHECK_TEXT(line, "a\xc3\xa9\xe2\x82\xac");
        CHECK_EQ(lines, LINES);
        tr_input_close(input);
    }
    file_put(path,
             "\xef\xbb\xbf"
             "one\n",
             7);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_line(input, &line, &length, &error), 1);
    CHECK_TEXT(line, "one");
    tr_input_close(input);
    CHECK_EQ(read_back(path, (const uint8_t *)"one\n", 4, 3, &error), SIM_OK);
    file_put(path, "\xff\xfe\0\0\xff\xfe", 6); /* no text */
    CHECK_EQ(read_back(path, (const uint8_t *)"\xff\xfe\0\0\xff\xfe", 6, 65536, &error), SIM_OK);
    free(text);
    files_fini(&files);
}

/* Tapes and some programs pad a gzip file with zeroes. */
static void input__passes_over_padding_behind_gzip(void)
{
    struct files files;
    struct sim_error error;
    uint8_t packed[700] = {0};
    z_stream stream = {.next_in = (uint8_t *)(uintptr_t) "plain",
                       .avail_in = 5,
                       .next_out = packed,
                       .avail_out = 200};

    files_init(&files);
    const char *path = files_path(&files, "f");
    CHECK_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    CHECK_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    size_t length = 200 - stream.avail_out;
    deflateEnd(&stream);
    file_put(path, packed, sizeof packed);
    CHECK_EQ(read_back(path, (const uint8_t *)"plain", 5, 65536, &error), SIM_OK);
    memcpy(packed + 512, packed, length);
    file_put(path, packed, 512 + length);
    CHECK_EQ(read_back(path, (const uint8_t *)"plainplain", 10, 65536, &error), SIM_OK);
    packed[300] = 1;
    file_put(path, packed, 512 + length);
    CHECK_EQ(read_back(path, (const uint8_t *)"plain", 5, 65536, &error), SIM_BAD_DATA);
    files_fini(&files);
}

static void input__names_containers(void)
{
    uint8_t tar[512] = "name";

    memcpy(tar + 257, "ustar", 5);
    CHECK_TEXT(tr_input_refusal((const uint8_t *)"BZh91AY", 7),
               "a bzip2 file; run `bzip2 -dk FILE` first");
    CHECK_TEXT(tr_input_refusal(tar, sizeof tar), "a tar archive; run `tar xf FILE` first");
    CHECK(tr_input_refusal(tar, 260) == NULL);
}

TEST_SUITE(traces_input, TEST(input__reads_plain_and_compressed_alike),
           TEST(input__reads_frames_in_a_row), TEST(input__notices_a_frame_cut_short_anywhere),
           TEST(input__reads_gzip_and_zlib), TEST(input__reads_xz),
           TEST(input__leaves_what_only_looks_compressed), TEST(input__gives_lines),
           TEST(input__bounds_the_length_of_a_line), TEST(input__shows_without_taking),
           TEST(input__names_what_is_missing), TEST(input__reads_utf_16),
           TEST(input__passes_over_padding_behind_gzip), TEST(input__names_containers))
