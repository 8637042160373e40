/* The resolution in a PNG. The file of the test is a head and an end, without a picture. */
#include "ballast/report/png.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

static char path[40];
static struct sim_error error;

static void file_make(const char *bytes, size_t count)
{
    strcpy(path, "/tmp/ballast-png-XXXXXX");
    int descriptor = mkstemp(path);
    FILE *out = fdopen(descriptor, "wb");
    if (CHECK(out != NULL)) {
        fwrite(bytes, 1, count, out);
        fclose(out);
    }
}

static size_t file_read(uint8_t *bytes, size_t most)
{
    FILE *in = fopen(path, "rb");
    size_t count = CHECK(in != NULL) ? fread(bytes, 1, most, in) : 0;
    if (in != NULL)
        fclose(in);
    return count;
}

static uint32_t number(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* CRC-32 of a chunk's name and data, as the PNG specification defines it, bit by bit. */
static uint32_t crc(const uint8_t *bytes, size_t count)
{
    uint32_t sum = 0xffffffff;
    for (size_t i = 0; i < count; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = (sum & 1) != 0 ? sum >> 1 ^ 0xedb88320 : sum >> 1;
    }
    return ~sum;
}

static const char image[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\b\x02\0\0\0crc!"
                            "\0\0\0\0IEND\xae\x42\x60\x82";

static void png_resolution__is_a_chunk_behind_the_head(void)
{
    uint8_t bytes[200];
    file_make(image, sizeof image - 1);
    CHECK_EQ(png_resolution_set(path, &error), SIM_OK);
    CHECK_EQ(file_read(bytes, sizeof bytes), sizeof image - 1 + 21);
    CHECK_EQ(memcmp(bytes, image, 33), 0);
    CHECK_EQ(number(bytes + 33), 9);
    CHECK_EQ(memcmp(bytes + 37, "pHYs", 4), 0);
    CHECK_NEAR(number(bytes + 41) * 0.0254, PNG_PIXELS_PER_INCH, 0.02); /* along x */
    CHECK_NEAR(number(bytes + 45) * 0.0254, PNG_PIXELS_PER_INCH, 0.02); /* along y */
    CHECK_EQ(bytes[49], 1);                                             /* per metre */
    CHECK_EQ(number(bytes + 50), crc(bytes + 37, 13));
    CHECK_EQ(memcmp(bytes + 54, image + 33, sizeof image - 1 - 33), 0);
    unlink(path);
}

static void png_resolution__refuses_what_is_no_png(void)
{
    static const char text[] = "<svg> a text that is longer than the head of a PNG </svg>";
    uint8_t bytes[200];
    file_make(text, sizeof text - 1);
    CHECK_EQ(png_resolution_set(path, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "expected a PNG, found: something else");
    CHECK_EQ(file_read(bytes, sizeof bytes), sizeof text - 1); /* stays as it was */
    CHECK_EQ(memcmp(bytes, text, sizeof text - 1), 0);
    unlink(path);

    file_make(image, 33); /* cut behind the head */
    CHECK_EQ(png_resolution_set(path, &error), SIM_SYSTEM);
    unlink(path);
    CHECK_EQ(png_resolution_set(path, &error), SIM_SYSTEM); /* there is none */
    CHECK_CONTAINS(error.text, path);
}

TEST_SUITE(report_png, TEST(png_resolution__is_a_chunk_behind_the_head),
           TEST(png_resolution__refuses_what_is_no_png))
