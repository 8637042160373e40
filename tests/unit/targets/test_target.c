#include <stdlib.h>
#include <sys/stat.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"
#include "traces/targets/target.h"

static const struct tr_source_options defaults = {0};

/* Writes a native trace with these records. */
static void put_native(const char *path, uint32_t carries, const struct tr_record *records,
                       size_t count)
{
    struct tr_header header = {.page_bytes = 4096, .pages = 20000, .carries = carries};
    struct tr_writer *writer;
    struct sim_error error;

    if (tr_writer_open(path, &header, &writer, &error) != SIM_OK)
        abort();
    for (size_t i = 0; i < count; i++)
        if (tr_writer_put(writer, &records[i], &error) != SIM_OK)
            abort();
    if (tr_writer_close(writer, &error) != SIM_OK)
        abort();
}

/* Records of all kinds, at times that are no whole seconds. */
static const struct tr_record records[] = {
    {.kind = TR_WINDOW, .at_ns = 1000000000},
    {.kind = TR_HOLE, .ppn = 100, .pages = 2},
    {.kind = TR_TOUCH, .ppn = 7, .access = TR_READ},
    {.kind = TR_CONTENT, .ppn = 7, .content = 99},
    {.kind = TR_TOUCH, .ppn = 5, .access = TR_READ | TR_WRITE},
    {.kind = TR_WINDOW, .at_ns = 2500000000},
    {.kind = TR_TOUCH, .ppn = 7, .access = TR_EXECUTE},
    {.kind = TR_FREE, .ppn = 7, .pages = 2},
    {.kind = TR_DEVICE, .ppn = 5, .pages = 1, .access = TR_WRITE},
    {.kind = TR_WINDOW, .at_ns = 2750000000},
    {.kind = TR_TOUCH, .ppn = 7, .access = TR_WRITE},
    {.kind = TR_MARK, .at_ns = 2600000000, .text = "a mark"},
    {.kind = TR_ALLOC, .ppn = 9, .pages = 2},
    {.kind = TR_TOUCH, .ppn = 5, .access = TR_READ},
};
enum { RECORDS = sizeof records / sizeof *records };

static int convert(const char *from, const char *format, uint64_t until_ns, const char *to,
                   struct sim_error *error)
{
    struct tr_source *source;
    int status = tr_source_open(from, &defaults, &source, error);

    if (status == SIM_OK)
        status = tr_target_write(source, format, until_ns, to, NULL, error);
    tr_source_close(source);
    return status;
}

static void target__oracle_general_byte_for_byte(void)
{
    static const struct {
        uint32_t s;
        uint64_t object;
        int64_t next;
    } expected[] = {{1, 7, 3}, {1, 5, 5}, {2, 7, 4}, {2, 7, -1}, {2, 5, -1}};
    struct files files;
    struct sim_error error;
    char text[200];
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.oracleGeneral");
    put_native(from, TR_CARRIES_ALL, records, RECORDS);
    CHECK_EQ(convert(from, "oracleGeneral", UINT64_MAX, to, &error), SIM_OK);
    uint8_t *bytes = file_get(to, &count);
    if (CHECK_EQ(count, 5 * 24)) {
        for (unsigned i = 0; i < 5; i++) {
            CHECK_EQ(tr_get_u32(bytes + 24 * i), expected[i].s);
            CHECK_EQ(tr_get_u64(bytes + 24 * i + 4), expected[i].object);
            CHECK_EQ(tr_get_u32(bytes + 24 * i + 12), 4096);
            CHECK_EQ((int64_t)tr_get_u64(bytes + 24 * i + 16), expected[i].next);
        }
    }
    free(bytes);
    CHECK_EQ(file_describe(to, &defaults, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000000000 0:r 1:r @2000000000 0:r 0:r 1:r");
    CHECK_EQ(files_count(&files), 2); /* nothing is left beside them */
    files_fini(&files);
}

static void target__lcs_keeps_writes_and_deletions(void)
{
    struct files files;
    struct sim_error error;
    char text[200];
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.lcs");
    put_native(from, TR_CARRIES_ALL, records, RECORDS);
    CHECK_EQ(convert(from, "lcs", UINT64_MAX, to, &error), SIM_OK);
    uint8_t *bytes = file_get(to, &count);
    if (CHECK_EQ(count, 8192 + 7 * 28)) {
        static const uint64_t stat[] = {1, 7, 3, 7 * 4096, 3 * 4096, 1, 2, 3, 2, 2, 4096, 4096};
        static const int64_t nexts[] = {3, 7, 4, 6, -1, -1, -1};
        for (unsigned i = 0; i < 12; i++)
            CHECK_EQ(tr_get_u64(bytes + 16 + 8 * i), stat[i]);
        for (unsigned i = 0; i < 7; i++)
            CHECK_EQ((int64_t)tr_get_u64(bytes + 8192 + 28 * i + 20), nexts[i]);
    }
    free(bytes);
    CHECK_EQ(file_describe(to, &defaults, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000000000 0:r 1:w @2000000000 0:r -0+1 -2+1 0:w 1:r");
    files_fini(&files);
}

static void target__csv_is_exact_in_time(void)
{
    struct files files;
    struct sim_error error;
    char text[300];
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.csv");
    put_native(from, TR_CARRIES_ALL, records, RECORDS);
    CHECK_EQ(convert(from, "csv", UINT64_MAX, to, &error), SIM_OK);
    uint8_t *bytes = file_get(to, &count);
    bytes[count] = '\0';
    CHECK_TEXT((char *)bytes, "time,obj_id,obj_size,op\n"
                              "1,7,4096,read\n1,5,4096,write\n2.5,7,4096,read\n"
                              "2.5,7,4096,delete\n2.5,8,4096,delete\n2.75,7,4096,write\n"
                              "2.75,5,4096,read\n");
    free(bytes);
    CHECK_EQ(file_describe(to, &defaults, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000000000 0:r 1:w @2500000000 0:r -0+1 -2+1 @2750000000 0:w 1:r");
    files_fini(&files);
}

/* Unknown times and operations are left out, not made up. */
static void target__csv_says_no_more_than_is_known(void)
{
    static const struct tr_record touches[] = {{.kind = TR_WINDOW, .at_ns = 1000},
                                               {.kind = TR_TOUCH, .ppn = 7, .access = TR_READ}};
    struct files files;
    struct sim_error error;
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.csv");
    put_native(from, TR_TOUCHES, touches, 2);
    CHECK_EQ(convert(from, "csv", UINT64_MAX, to, &error), SIM_OK);
    uint8_t *bytes = file_get(to, &count);
    bytes[count] = '\0';
    CHECK_TEXT((char *)bytes, "obj_id,obj_size\n7,4096\n");
    free(bytes);
    files_fini(&files);
}

/* More requests than a block holds. The expected next requests are found the slow way. */
static void target__next_requests_across_blocks(void)
{
    enum { REQUESTS = 20000 };
    struct tr_record *many = calloc(REQUESTS + 1, sizeof *many);
    static uint32_t pages[REQUESTS];
    struct files files;
    struct sim_error error;
    size_t count;
    unsigned wrong = 0;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.oracleGeneral");
    many[0] = (struct tr_record){.kind = TR_WINDOW, .at_ns = 1};
    for (uint32_t i = 0; i < REQUESTS; i++) {
        pages[i] = i % 3 == 0 ? i % 7 : (i * 2654435761u >> 8) % 20000;
        many[i + 1] = (struct tr_record){.kind = TR_TOUCH, .ppn = pages[i], .access = TR_READ};
    }
    put_native(from, TR_TOUCHES, many, REQUESTS + 1);
    CHECK_EQ(convert(from, "oracleGeneral", UINT64_MAX, to, &error), SIM_OK);
    uint8_t *bytes = file_get(to, &count);
    CHECK_EQ(count, REQUESTS * 24);
    for (uint32_t i = 0; i < REQUESTS; i++) {
        uint32_t next = i + 1;
        while (next < REQUESTS && pages[next] != pages[i])
            next++;
        uint64_t expected = next < REQUESTS ? next + 1 : UINT64_MAX;
        wrong += tr_get_u64(bytes + 24 * i + 16) != expected ||
                 tr_get_u64(bytes + 24 * i + 4) != pages[i];
    }
    CHECK_EQ(wrong, 0);
    free(bytes);
    free(many);
    files_fini(&files);
}

static void target__by_the_ending_of_a_path(void)
{
    CHECK_TEXT(tr_target_of_path("a/b.btr"), "native");
    CHECK_TEXT(tr_target_of_path("x.oracleGeneral.bin.zst"), "oracleGeneral");
    CHECK_TEXT(tr_target_of_path("x.lcs"), "lcs");
    CHECK_TEXT(tr_target_of_path("x.csv.zst"), "csv");
    CHECK(tr_target_of_path(".csv") == NULL);
    CHECK(tr_target_of_path("x.txt") == NULL);
    CHECK(tr_target_of_path(".zst") == NULL);
    CHECK_TEXT(tr_target_formats()[3].name, "csv");
    CHECK(tr_target_formats()[4].name == NULL);
}

/* A native trace, written in another format and read again, has the same touches, numbered in the
 * order of first touch, compressed or not. */
static void target__round_trips(void)
{
    static const char *const names[] = {
        "t.oracleGeneral", "t.oracleGeneral.zst", "t.lcs", "t.lcs.zst", "t.csv", "t.csv.zst"};
    static const struct tr_record whole_seconds[] = {
        {.kind = TR_WINDOW, .at_ns = 0},
        {.kind = TR_TOUCH, .ppn = 0, .access = TR_READ},
        {.kind = TR_TOUCH, .ppn = 1, .access = TR_READ},
        {.kind = TR_WINDOW, .at_ns = UINT64_C(4294967295000000000)},
        {.kind = TR_TOUCH, .ppn = 1, .access = TR_READ},
    };
    struct files files;
    struct sim_error error;
    char text[200], size[2];

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *back = files_path(&files, "back.btr");
    put_native(from, TR_TOUCHES | TR_TIME, whole_seconds, 5);
    for (unsigned i = 0; i < 6; i++) {
        const char *out = files_path(&files, names[i]);
        CHECK_EQ(convert(from, tr_target_of_path(out), UINT64_MAX, out, &error), SIM_OK);
        CHECK_EQ(convert(out, "native", UINT64_MAX, back, &error), SIM_OK);
        CHECK_EQ(file_describe(back, &defaults, text, sizeof text, &error), SIM_OK);
        CHECK_TEXT(text, "@0 0:r 1:r @4294967295000000000 1:r");
        size_t count;
        uint8_t *bytes = file_get(out, &count);
        snprintf(size, sizeof size, "%d", count > 4 && tr_get_u32(bytes) == 0xfd2fb528);
        CHECK_TEXT(size, i % 2 ? "1" : "0");
        free(bytes);
    }
    files_fini(&files);
}

static void target__stops_in_time(void)
{
    struct files files;
    struct sim_error error;
    char text[200];

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "t.csv");
    put_native(from, TR_CARRIES_ALL, records, RECORDS);
    CHECK_EQ(convert(from, "csv", 2500000000, to, &error), SIM_OK);
    CHECK_EQ(file_describe(to, &defaults, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000000000 0:r 1:w @2500000000 0:r -0+1 -2+1");
    files_fini(&files);
}

static void target__says_why_it_cannot(void)
{
    static const char *const formats[] = {"oracleGeneral", "lcs", "csv", "native"};
    static const struct tr_record late[] = {{.kind = TR_WINDOW, .at_ns = UINT64_MAX},
                                            {.kind = TR_TOUCH, .ppn = 0, .access = TR_READ}};
    struct files files;
    struct sim_error error;
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "t.btr"), *to = files_path(&files, "out");
    for (unsigned i = 0; i < 4; i++) {
        CHECK_EQ(convert("traces/samples/T1.btr", formats[i], UINT64_MAX, "/dev/full", &error),
                 SIM_SYSTEM);
        CHECK_CONTAINS(error.text, "/dev/full: cannot write: No space left on device");
        CHECK_EQ(convert("traces/samples/A1.btr", formats[i], UINT64_MAX, "/nowhere/x", &error),
                 i == 3 ? SIM_SYSTEM : SIM_BAD_DATA);
        CHECK_CONTAINS(error.text,
                       i == 3 ? "/nowhere/x: expected a file that can be made"
                              : "an export of requests needs a trace with touches, found one with "
                                "contents, time");
        uint8_t *bytes = file_get("traces/samples/T1.btr", &count);
        file_put(from, bytes, count - 1);
        free(bytes);
        CHECK_EQ(convert(from, formats[i], UINT64_MAX, to, &error), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, "t.btr: chunk ");
        CHECK_EQ(files_count(&files), 1);
    }
    put_native(from, TR_TOUCHES, late, 2);
    CHECK_EQ(convert(from, "lcs", UINT64_MAX, to, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "out: expected times of less than 2^32 s, found 18446744073");
    CHECK_EQ(convert(from, "wav", UINT64_MAX, to, &error), SIM_USAGE);
    CHECK_EQ(files_count(&files), 1);
    files_fini(&files);
}

TEST_SUITE(targets_target, TEST(target__oracle_general_byte_for_byte),
           TEST(target__lcs_keeps_writes_and_deletions), TEST(target__csv_is_exact_in_time),
           TEST(target__csv_says_no_more_than_is_known), TEST(target__next_requests_across_blocks),
           TEST(target__by_the_ending_of_a_path), TEST(target__round_trips),
           TEST(target__stops_in_time), TEST(target__says_why_it_cannot))
