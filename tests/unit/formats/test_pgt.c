#include <zstd.h>

#include "tests/check.h"
#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"

/* A recording that the test puts together. */
struct recording {
    uint8_t bytes[1000];
    size_t count;
};

static void put32(struct recording *recording, uint32_t value)
{
    tr_put_u32(recording->bytes + recording->count, value);
    recording->count += 4;
}

static void put64(struct recording *recording, uint64_t value)
{
    tr_put_u64(recording->bytes + recording->count, value);
    recording->count += 8;
}

static void begin(struct recording *recording, uint32_t pages, uint32_t hashes)
{
    memcpy(recording->bytes, "PGTR1\0\0", 8);
    recording->count = 8;
    put32(recording, pages);
    put32(recording, 1000);
    put32(recording, 8);
    put32(recording, hashes);
}

static void window(struct recording *recording, uint64_t at_ns, uint32_t records, uint32_t hashes)
{
    put64(recording, at_ns / 8);
    put64(recording, at_ns);
    put64(recording, 12345);
    put32(recording, records);
    put32(recording, hashes);
}

/* Three windows: touches; one with contents, and a page that a device wrote; the last sweep. */
static struct recording sound(void)
{
    struct recording recording;

    begin(&recording, 100, 1);
    window(&recording, 800, 2, 0);
    put32(&recording, 99 << 4 | 1);
    put32(&recording, 3 << 4 | 5);
    window(&recording, 1600, 3, 2);
    put32(&recording, 5 << 4 | 8 | 2);
    put32(&recording, 6 << 4 | 2);
    put32(&recording, 7 << 4 | 8);
    put64(&recording, 1234);
    put64(&recording, TR_RECORDER_ZERO_HASH);
    window(&recording, 1600, 1, 1);
    put32(&recording, 8 << 4 | 8);
    put64(&recording, 0);
    return recording;
}

static void pgt__becomes_touches_and_contents(void)
{
    static const struct tr_source_options options = {.source = "a test"};
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    struct recording recording = sound();
    char text[200], packed[1000];

    files_init(&files);
    const char *path = files_path(&files, "r.pgt");
    file_put(path, recording.bytes, recording.count);
    if (CHECK_EQ(tr_source_open(path, &options, &source, &error), SIM_OK)) {
        const struct tr_header *header = tr_source_header(source);
        CHECK_EQ(header->pages, 100);
        CHECK_EQ(header->carries, TR_TOUCHES | TR_WRITES | TR_CONTENTS | TR_TIME);
        CHECK_TEXT(header->source, "a test");
        CHECK_EQ(source_describe(source, text, sizeof text, &error), SIM_OK);
        CHECK_TEXT(text, "@800 99:r 3:rx @1600 5:w 5=4d2 6:w 7=0 8=f0932edfbcf04981");
    }
    size_t length = ZSTD_compress(packed, sizeof packed, recording.bytes, recording.count, 3);
    file_put(path, packed, length);
    CHECK_EQ(file_describe(path, &options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@800 99:r 3:rx @1600 5:w 5=4d2 6:w 7=0 8=f0932edfbcf04981");
    files_fini(&files);
}

static void pgt__announces_contents_only_where_there_are_hashes(void)
{
    static const struct tr_source_options options = {0};
    struct files files;
    struct sim_error error;
    struct tr_source *source;
    struct recording recording;

    files_init(&files);
    const char *path = files_path(&files, "r.pgt");
    begin(&recording, 1, 0);
    file_put(path, recording.bytes, recording.count);
    if (CHECK_EQ(tr_source_open(path, &options, &source, &error), SIM_OK))
        CHECK_EQ(tr_source_header(source)->carries, TR_TOUCHES | TR_WRITES | TR_TIME);
    tr_source_close(source);
    files_fini(&files);
}

static void check_refused(const struct recording *recording, size_t count, const char *why)
{
    static const struct tr_source_options options = {.format = "pgt"};
    struct files files;
    struct sim_error error = {0};
    char text[200];

    files_init(&files);
    const char *path = files_path(&files, "r.pgt");
    file_put(path, recording->bytes, count);
    CHECK_EQ(file_describe(path, &options, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
    CHECK_CONTAINS(error.text, "r.pgt: ");
    files_fini(&files);
}

static void pgt__refused_when_cut_short(void)
{
    static const size_t ends[] = {24, 24 + 40, 24 + 40 + 60, 24 + 40 + 60 + 44};
    struct recording recording = sound();
    unsigned whole = 0;

    CHECK_EQ(recording.count, ends[3]);
    for (size_t count = 0; count < recording.count; count++) {
        if (count == ends[whole]) /* the format itself has no end marker */
            whole++;
        else
            check_refused(&recording, count,
                          count < 24                     ? "bytes of a header, found"
                          : count < ends[whole - 1] + 32 ? "expected 32 bytes of a window's head"
                                                         : "bytes of a window, found");
    }
    CHECK_EQ(whole, 3);
}

static void pgt__refused_when_it_lies(void)
{
    struct recording recording = sound();

    recording.bytes[4] = '2';
    check_refused(&recording, recording.count, "expected the signature PGTR1, found another");
    begin(&recording, UINT32_MAX, 1);
    check_refused(&recording, recording.count, "byte 8: expected 1 to 268435456 pages, found 4294");
    begin(&recording, 0, 1);
    check_refused(&recording, recording.count, "byte 8: expected 1 to 268435456 pages, found 0");
    begin(&recording, 100, 2);
    check_refused(&recording, recording.count, "byte 20: expected 0 or 1, found 2");
    begin(&recording, 100, 1);
    window(&recording, 8, UINT32_MAX, 0);
    check_refused(&recording, recording.count, "window at byte 24: expected at most 100 records");
    begin(&recording, 100, 1);
    window(&recording, 8, 1, 2);
    check_refused(&recording, recording.count, "window at byte 24: expected at most 100 records");
    begin(&recording, 100, 1);
    window(&recording, 8, 1, 0);
    put32(&recording, 100 << 4 | 1);
    check_refused(&recording, recording.count, "record 0: expected a page below 100");
    begin(&recording, 100, 1);
    window(&recording, 8, 1, 0);
    put32(&recording, 1 << 4 | 8);
    check_refused(&recording, recording.count, "record 0: expected a page below 100 and 0 hashes");
    begin(&recording, 100, 1);
    window(&recording, 8, 1, 1);
    put32(&recording, 1 << 4 | 1);
    put64(&recording, 5);
    check_refused(&recording, recording.count, "expected 1 records with a hash, found 0");
    begin(&recording, 100, 1);
    window(&recording, 16, 0, 0);
    window(&recording, 8, 0, 0);
    check_refused(&recording, recording.count,
                  "byte 56: expected a time of at least 16 ns, found 8");
    begin(&recording, 100, 0);
    window(&recording, 8, 1, 1);
    put32(&recording, 1 << 4 | 8);
    put64(&recording, 5);
    check_refused(&recording, recording.count, "expected no hashes, as its header says, found 1");
}

TEST_SUITE(formats_pgt, TEST(pgt__becomes_touches_and_contents),
           TEST(pgt__announces_contents_only_where_there_are_hashes),
           TEST(pgt__refused_when_cut_short), TEST(pgt__refused_when_it_lies))
