#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"
#include "traces/formats/lcs.h"

struct file {
    uint8_t bytes[9000];
    size_t count;
};

static void begin(struct file *file, uint64_t version)
{
    memset(file, 0, sizeof *file);
    tr_put_u64(file->bytes, UINT64_C(0x123456789abcdef0));
    tr_put_u64(file->bytes + 8, version);
    tr_put_u64(file->bytes + 8184, UINT64_C(0x123456789abcdef0));
    file->count = 8192;
}

static void add32(struct file *file, uint32_t value)
{
    tr_put_u32(file->bytes + file->count, value);
    file->count += 4;
}

static void add64(struct file *file, uint64_t value)
{
    tr_put_u64(file->bytes + file->count, value);
    file->count += 8;
}

/* Adds a request in the layout of the version, without the number of the next request. */
static void add(struct file *file, uint64_t version, uint32_t s, uint64_t object, uint32_t op,
                uint32_t tenant)
{
    static const unsigned features[] = {0, 0, 0, 0, 1, 2, 4, 8, 16};

    add32(file, s);
    add64(file, object);
    if (version < 3)
        add32(file, 4096);
    else
        add64(file, 4096);
    if (version > 1)
        add32(file, op | tenant << 8);
    if (version > 2)
        add32(file, 60);
    add64(file, UINT64_MAX);
    for (unsigned i = 0; i < features[version]; i++)
        add32(file, 0xffffffff);
}

static int describe(const struct file *file, const struct tr_source_options *options, char *text,
                    size_t bytes, struct sim_error *error)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.lcs");
    file_put(path, file->bytes, file->count);
    int status = file_describe(path, options, text, bytes, error);
    files_fini(&files);
    return status;
}

static const struct tr_source_options defaults = {0};

static void lcs__of_every_version(void)
{
    struct sim_error error;
    struct file file;
    char text[200];

    for (uint64_t version = 1; version <= 8; version++) {
        begin(&file, version);
        add(&file, version, 3, 77, 12, 1);
        add(&file, version, 3, 78, 13, 2);
        add(&file, version, 4, 77, 9, 1);
        add(&file, version, 4, 78, 255, 1);
        CHECK_EQ(describe(&file, &defaults, text, sizeof text, &error), SIM_OK);
        /* Object 78 of tenant 1 is another one than that of tenant 2. */
        CHECK_TEXT(text, version == 1 ? "@3000000000 0:r 1:r @4000000000 0:r 1:r"
                                      : "@3000000000 0:r 1:w @4000000000 -0+1 2:r");
    }
}

static void lcs__a_tenant_may_be_chosen(void)
{
    static const struct tr_source_options second = {.one_tenant = true, .tenant = 0xabcdef};
    struct sim_error error;
    struct file file;
    char text[200];

    begin(&file, 2);
    add(&file, 2, 3, 77, 12, 1);
    add(&file, 2, 4, 78, 13, 0xabcdef);
    add(&file, 2, 5, 77, 12, 1);
    CHECK_EQ(describe(&file, &second, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@4000000000 0:w");
    begin(&file, 1);
    add(&file, 1, 3, 77, 12, 1);
    CHECK_EQ(describe(&file, &second, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected a version with tenants, found version 1");
}

static void check_refused(const struct file *file, const char *why)
{
    struct sim_error error = {0};
    char text[200];

    CHECK_EQ(describe(file, &defaults, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
}

static void lcs__refused_when_damaged(void)
{
    struct file file;

    begin(&file, 9);
    check_refused(&file, "t.lcs: byte 8: expected a version of 1 to 8, found 9");
    begin(&file, 0);
    check_refused(&file, "t.lcs: byte 8: expected a version of 1 to 8, found 0");
    begin(&file, 2);
    file.bytes[8184] ^= 1;
    check_refused(&file, "t.lcs: expected 123456789abcdef0 at bytes 0 and 8184, found");
    begin(&file, 2);
    file.count = 8191;
    check_refused(&file, "t.lcs: byte 0: expected 8192 bytes of a header, found 8191");
    begin(&file, 2);
    check_refused(&file, "t.lcs: byte 8192: expected records of pages, found none");
    add(&file, 2, 3, 77, 12, 1);
    add(&file, 2, 3, 77, 15, 1);
    check_refused(&file, "t.lcs: byte 8220: expected an operation of 0 to 14, found 15");
    file.count--;
    check_refused(&file, "t.lcs: byte 8220: expected a request of 28 bytes, found 27");
    begin(&file, 2);
    add(&file, 2, 3, 77, 12, 1);
    add(&file, 2, 2, 77, 12, 1);
    check_refused(&file, "t.lcs: byte 8220: expected a time of at least 3 s, found 2");
}

TEST_SUITE(formats_lcs, TEST(lcs__of_every_version), TEST(lcs__a_tenant_may_be_chosen),
           TEST(lcs__refused_when_damaged))
