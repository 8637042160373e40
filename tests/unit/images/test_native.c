/*
 * A native trace as the memory at a moment.
 */
#include "tests/unit/images/dump.h"
#include "traces/tr.h"

static void put(struct tr_writer *writer, enum tr_kind kind, uint64_t at_ns, uint32_t ppn,
                uint64_t content)
{
    struct tr_record record = {.kind = kind,
                               .at_ns = at_ns,
                               .ppn = ppn,
                               .content = content,
                               .access = TR_READ,
                               .pages = 2};
    CHECK_EQ(tr_writer_put(writer, &record, NULL), SIM_OK);
}

/* Six pages, 3 and 4 of them a hole; contents change at 20 and 30 ns. */
static const char *make(struct files *files, uint32_t carries, uint32_t pages, unsigned holes)
{
    struct tr_header header = {
        .page_bytes = 4096, .pages = pages, .carries = carries, .zero_hash = 99};
    const char *path = files_path(files, "a.btr");
    struct tr_writer *writer;
    CHECK_EQ(tr_writer_open(path, &header, &writer, NULL), SIM_OK);
    put(writer, TR_WINDOW, 10, 0, 0);
    if (carries & TR_HOLES)
        put(writer, TR_HOLE, 0, 3, 0);
    if (carries & TR_CONTENTS)
        put(writer, TR_CONTENT, 0, 1, 11);
    if (holes > 1)
        put(writer, TR_HOLE, 0, 4, 0);
    put(writer, TR_WINDOW, 20, 0, 0);
    if (carries & TR_CONTENTS)
        put(writer, TR_CONTENT, 0, 1, 21);
    put(writer, TR_WINDOW, 30, 0, 0);
    if (carries & TR_CONTENTS) {
        put(writer, TR_CONTENT, 0, 1, 0);
        put(writer, TR_CONTENT, 0, 5, 51);
    }
    CHECK_EQ(tr_writer_close(writer, NULL), SIM_OK);
    return path;
}

static void native__at_a_moment(void)
{
    static const struct {
        uint64_t at_ns, content_1, content_5;
    } cases[] = {{10, 11, 0}, {19, 11, 0}, {20, 21, 0},
                 {29, 21, 0}, {30, 0, 51}, {UINT64_MAX, 0, 51}};
    struct files files;
    files_init(&files);
    const char *path = make(&files, TR_CONTENTS | TR_HOLES, 6, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tr_snapshot_options options = {.at_ns = cases[i].at_ns};
        struct tr_snapshot *snapshot;
        uint32_t count;
        CHECK_EQ(tr_snapshot_open(path, &options, &snapshot, NULL), SIM_OK);
        const struct tr_snapshot_facts *facts = tr_snapshot_facts(snapshot);
        const struct tr_extent *extents = tr_snapshot_extents(snapshot, &count);
        CHECK(facts->has_moments);
        CHECK_EQ(facts->zero_hash, 99);
        CHECK_EQ(facts->pages, 4);
        CHECK_EQ(facts->holes, 1);
        CHECK_EQ(facts->highest_ppn, 5);
        CHECK_EQ(count, 2);
        CHECK_EQ(extents[0].pages, 3);
        CHECK_EQ(extents[0].hashes[0], 0);
        CHECK_EQ(extents[0].hashes[1], cases[i].content_1);
        CHECK_EQ(extents[1].ppn, 5);
        CHECK_EQ(extents[1].index, 3);
        CHECK_EQ(extents[1].hashes[0], cases[i].content_5);
        tr_snapshot_close(snapshot);
    }
    files_fini(&files);
}

static void refused(uint32_t carries, uint32_t pages, unsigned holes, uint64_t at_ns,
                    const char *text)
{
    struct files files;
    struct tr_snapshot_options options = {.at_ns = at_ns};
    struct tr_snapshot *snapshot;
    struct sim_error error = {0};
    files_init(&files);
    CHECK_EQ(tr_snapshot_open(make(&files, carries, pages, holes), &options, &snapshot, &error),
             SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, text);
    files_fini(&files);
}

static void native__refused(void)
{
    refused(TR_CONTENTS, 6, 0, 9,
            "expected a window that ends by 9e-09 s, found 1e-08 s as the first");
    refused(TR_TOUCHES, 6, 0, UINT64_MAX, "a memory image needs a trace with contents");
    refused(TR_CONTENTS, TR_PAGES_MOST, 0, UINT64_MAX, "in a file that stores 4, found 1073741824");
    refused(TR_CONTENTS | TR_HOLES, 6, 2, UINT64_MAX, "found page 4 twice");
}

TEST_SUITE(images_native, TEST(native__at_a_moment), TEST(native__refused))
