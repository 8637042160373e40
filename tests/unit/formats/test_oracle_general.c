#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"

static const struct tr_source_options defaults = {0};

static void put(uint8_t *to, uint32_t s, uint64_t object, uint32_t size, int64_t next)
{
    tr_put_u32(to, s);
    tr_put_u64(to + 4, object);
    tr_put_u32(to + 12, size);
    tr_put_u64(to + 16, (uint64_t)next);
}

/* Three objects, one of them twice, with both notations for "no next request". */
static void sound(uint8_t bytes[96])
{
    put(bytes, 7, UINT64_C(0xfedcba9876543210), 4096, 3);
    put(bytes + 24, 7, 5, 100, -1);
    put(bytes + 48, 9, UINT64_C(0xfedcba9876543210), 4096, INT64_MAX);
    put(bytes + 72, UINT32_MAX, 6, 0, -1);
}

static void oracle_general__becomes_windows_of_seconds(void)
{
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    uint8_t bytes[96], packed[200];
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "t");
    sound(bytes);
    file_put(path, bytes, sizeof bytes);
    if (CHECK_EQ(tr_source_open(path, &defaults, &source, &error), SIM_OK)) {
        CHECK_TEXT(tr_source_format(source), "oracleGeneral");
        CHECK_EQ(tr_source_header(source)->carries, TR_TOUCHES | TR_TIME);
        CHECK_EQ(tr_source_header(source)->space, TR_SPACE_BLOCKS);
        CHECK_EQ(tr_source_header(source)->pages, 0);
        CHECK_EQ(source_describe(source, text, sizeof text, &error), SIM_OK);
        CHECK_TEXT(text, "@7000000000 0:r 1:r @9000000000 0:r @4294967295000000000 2:r");
    }
    size_t length = ZSTD_compress(packed, sizeof packed, bytes, sizeof bytes, 3);
    file_put(path, packed, length);
    CHECK_EQ(file_describe(path, &defaults, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@7000000000 0:r 1:r @9000000000 0:r @4294967295000000000 2:r");
    files_fini(&files);
}

static void check_refused(const uint8_t *bytes, size_t count, const char *format, const char *why)
{
    struct tr_source_options options = {.format = format};
    struct files files;
    struct sim_error error = {0};
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, bytes, count);
    CHECK_EQ(file_describe(path, &options, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
    files_fini(&files);
}

static void oracle_general__is_known_by_what_is_plausible(void)
{
    uint8_t bytes[96];

    sound(bytes);
    check_refused(bytes, 95, NULL, "in a known format");
    put(bytes + 24, 6, 5, 100, -1);
    check_refused(bytes, 96, NULL, "in a known format");
    sound(bytes);
    put(bytes + 24, 7, 5, 100, 0);
    check_refused(bytes, 96, NULL, "in a known format");
    put(bytes + 24, 7, 5, 100, INT64_C(1) << 50);
    check_refused(bytes, 96, NULL, "in a known format");
}

static void oracle_general__refused_where_it_breaks(void)
{
    uint8_t bytes[96];

    sound(bytes);
    check_refused(bytes, 95, "oracleGeneral",
                  "t: byte 72: expected a request of 24 bytes, found 23");
    put(bytes + 72, 8, 6, 0, -1);
    check_refused(bytes, 96, "oracleGeneral",
                  "t: byte 72: expected a time of at least 9 s, found 8; sort the file by time");
    check_refused(bytes, 0, "oracleGeneral", "t: byte 0: expected records of pages, found none");
}

/* Reads touches only, four at most in each call. What they are, and then the message. */
static void describe_touches(const uint8_t *bytes, size_t count, char *text, size_t room)
{
    struct tr_source_options options = {.format = "oracleGeneral"};
    struct files files;
    struct sim_error error = {0};
    struct tr_source *source;
    struct tr_summary summary = {0};
    uint32_t ppn[4];
    size_t got;
    int more, length = 0;

    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, bytes, count);
    CHECK_EQ(tr_source_open(path, &options, &source, &error), SIM_OK);
    while ((more = tr_source_touches(source, ppn, 4, &got, &summary, &error)) > 0)
        for (size_t i = 0; i < got; i++)
            length += snprintf(text + length, room - (size_t)length, "%u ", ppn[i]);
    const char *why = more < 0 ? strstr(error.text, ": byte") : NULL;
    snprintf(text + length, room - (size_t)length, "of %u%s", tr_source_header(source)->pages,
             why ? why : "");
    tr_source_close(source);
    files_fini(&files);
}

static void oracle_general__touches_are_those_of_the_records(void)
{
    uint8_t bytes[96];
    char text[200];

    sound(bytes);
    describe_touches(bytes, 96, text, sizeof text);
    CHECK_TEXT(text, "0 1 0 2 of 3");
    describe_touches(bytes, 95, text, sizeof text);
    CHECK_TEXT(text, "of 0: byte 72: expected a request of 24 bytes, found 23");
    put(bytes + 72, 8, 6, 0, -1);
    describe_touches(bytes, 96, text, sizeof text);
    CHECK_TEXT(text,
               "of 0: byte 72: expected a time of at least 9 s, found 8; sort the file by time");
}

/* More requests than a batch and the buffer of the input hold. The page map grows. */
static void oracle_general__of_any_length(void)
{
    enum { REQUESTS = 50000, OBJECTS = 7000 };
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    struct tr_summary summary;
    uint8_t *bytes = malloc(REQUESTS * 24);

    files_init(&files);
    const char *path = files_path(&files, "t");
    for (uint32_t i = 0; i < REQUESTS; i++)
        put(bytes + 24 * i, i / 100, (uint64_t)(i % OBJECTS) << 33, 1, -1);
    file_put(path, bytes, REQUESTS * 24);
    CHECK_EQ(tr_source_open(path, &defaults, &source, &error), SIM_OK);
    CHECK_EQ(tr_source_summarise(source, &summary, &error), SIM_OK);
    CHECK_EQ(summary.touches, REQUESTS);
    CHECK_EQ(summary.windows, REQUESTS / 100);
    CHECK_EQ(summary.header.pages, OBJECTS);
    CHECK_EQ(summary.last_ns, UINT64_C(499000000000));
    tr_source_close(source);
    free(bytes);
    files_fini(&files);
}

TEST_SUITE(formats_oracle_general, TEST(oracle_general__touches_are_those_of_the_records),
           TEST(oracle_general__becomes_windows_of_seconds),
           TEST(oracle_general__is_known_by_what_is_plausible),
           TEST(oracle_general__refused_where_it_breaks), TEST(oracle_general__of_any_length))
