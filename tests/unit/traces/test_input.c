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

/* One zstd frame after the other is one stream, as for the program zstd. */
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
    CHECK_CONTAINS(error.text, "the zstd frame is cut short");
    packed[length] = 'x'; /* more after the end */
    file_put(path, packed, length + 1);
    CHECK_EQ(read_back(path, plain, 1000, 5000, &error), SIM_BAD_DATA);
    packed[5] ^= 0x55;
    file_put(path, packed, length);
    CHECK_EQ(read_back(path, plain, 1000, 5000, &error), SIM_BAD_DATA);
    free(plain);
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
    CHECK_CONTAINS(error.text, ": cannot read: Is a directory");
    file_put(path, "abcdefg", 7);
    CHECK_EQ(tr_input_open(path, &input, &error), SIM_OK);
    CHECK_EQ(tr_input_read_all(input, bytes, 4, "letters", &error), SIM_OK);
    CHECK_EQ(tr_input_read_all(input, bytes, 4, "letters", &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "f: byte 4: expected 4 bytes of letters, found 3");
    tr_input_close(input);
    tr_input_close(NULL);
    files_fini(&files);
}

TEST_SUITE(traces_input, TEST(input__reads_plain_and_compressed_alike),
           TEST(input__reads_frames_in_a_row), TEST(input__notices_a_frame_cut_short_anywhere),
           TEST(input__names_what_is_missing))
