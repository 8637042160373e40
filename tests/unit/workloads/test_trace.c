#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "tests/unit/workloads/rig.h"
#include "traces/tr.h"

#define SAMPLE "traces/samples/A1.btr"

static struct rig *start(const char *file, double speed, uint64_t seed)
{
    struct rig *rig = rig_new(GUEST_BARE, seed);
    struct wl_trace_config config = {.file = file, .speed = speed};
    struct sim_error error = {0};

    CHECK_EQ(wl_trace_start(&rig->context, &config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return rig;
}

/* What the sample's pages hold at the end of a window, and in which windows each changed. */
static void load_sample(int window, uint64_t *content, uint8_t *changed_in)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error error;
    int at = -1;

    if (!CHECK_EQ(tr_reader_open(SAMPLE, &reader, &error), SIM_OK))
        return;
    while (tr_reader_next(reader, &record, &error) == 1 && at <= window) {
        at += record.kind == TR_WINDOW;
        if (record.kind == TR_CONTENT && at <= window) {
            content[record.ppn] = record.content;
            changed_in[record.ppn] |= (uint8_t)(1u << at);
        }
    }
    tr_reader_close(reader);
}

static uint64_t differences(const struct rig *rig, int window)
{
    static uint64_t content[RIG_PAGES];
    static uint8_t changed_in[RIG_PAGES];
    uint64_t count = 0;

    memset(content, 0, sizeof content);
    load_sample(window, content, changed_in);
    for (uint32_t ppn = 0; ppn < RIG_PAGES; ppn++)
        count += rig->content[ppn] != content[ppn];
    return count;
}

static void trace__holds_each_snapshot_at_its_time(void)
{
    struct rig *rig = start(SAMPLE, 1, 1);
    uint64_t start_ns = rig->context.start_ns;

    CHECK_EQ(wl_trace_end_ns(rig->wl), start_ns + 180 * SIM_SECOND);
    memset(rig->content, 0xff, sizeof rig->content); /* zeroes must be written too */
    rig_run(rig, start_ns + SIM_SECOND / 2);
    CHECK(differences(rig, 0) < 150); /* and 2 in 1,000 of the next window's by now */
    rig_run(rig, start_ns + 60 * SIM_SECOND);
    CHECK(differences(rig, 1) < 5);
    rig_run(rig, start_ns + 120 * SIM_SECOND);
    CHECK(differences(rig, 2) < 5);
    rig_run(rig, start_ns + 181 * SIM_SECOND);
    CHECK_EQ(differences(rig, 3), 0);
    uint64_t writes = rig->writes;
    CHECK_EQ(writes, RIG_PAGES + 41370);
    CHECK_NEAR(rig_progress(rig), 41370, 0);
    rig_run(rig, start_ns + 300 * SIM_SECOND); /* the last snapshot is held */
    CHECK_EQ(rig->writes, writes);
    rig_free(rig);
}

/* Mean and spread of a uniform distribution over the second interval, 60 to 120 s. */
static void trace__places_changes_uniformly(void)
{
    static uint64_t content[RIG_PAGES];
    static uint8_t changed_in[RIG_PAGES];
    struct rig *rig = start(SAMPLE, 1, 1);
    uint64_t start_ns = rig->context.start_ns, count = 0, early = 0, in_order = 0;
    double sum = 0, squares = 0;

    memset(changed_in, 0, sizeof changed_in);
    load_sample(2, content, changed_in);
    rig_run(rig, start_ns + 181 * SIM_SECOND);
    for (uint64_t i = 0; i < rig->writes; i++) {
        double at_s = (double)(rig->log[i].at_ns - start_ns) / 1e9 - 60;
        in_order += i == 0 || rig->log[i].at_ns >= rig->log[i - 1].at_ns;
        if (at_s < 0 || at_s >= 60)
            continue;
        early += !(changed_in[rig->log[i].ppn] & 4);
        sum += at_s;
        squares += at_s * at_s;
        count++;
    }
    double mean = sum / (double)count;
    CHECK(count > 3000);
    CHECK(early < 5); /* of the window before, done a moment after its end */
    CHECK_EQ(in_order, rig->writes);
    CHECK_NEAR(mean, 30, 1);                                               /* 0.3 expected */
    CHECK_NEAR(squares / (double)count - mean * mean, 60 * 60 / 12.0, 15); /* 4.5 expected */
    rig_free(rig);
}

static uint64_t digest(const struct rig *rig)
{
    uint64_t sum = 0;

    for (uint64_t i = 0; i < rig->writes; i++)
        sum = sim_mix64(sum ^ rig->log[i].at_ns, rig->log[i].ppn);
    return sum;
}

static void trace__repeats_with_the_seed(void)
{
    uint64_t sums[3];

    for (unsigned i = 0; i < 3; i++) {
        struct rig *rig = start(SAMPLE, 60, i / 2 + 1);
        CHECK_EQ(wl_trace_end_ns(rig->wl), rig->context.start_ns + 3 * SIM_SECOND);
        rig_run(rig, rig->context.start_ns + 4 * SIM_SECOND);
        CHECK_EQ(differences(rig, 3), 0);
        sums[i] = digest(rig);
        rig_free(rig);
    }
    CHECK_EQ(sums[0], sums[1]);
    CHECK(sums[0] != sums[2]);
}

static void put_trace(const char *path, const struct tr_header *header,
                      const struct tr_record *records, size_t count)
{
    struct tr_writer *writer;
    struct sim_error error;

    CHECK_EQ(tr_writer_open(path, header, &writer, &error), SIM_OK);
    for (size_t i = 0; i < count; i++)
        CHECK_EQ(tr_writer_put(writer, &records[i], &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
}

static const struct tr_header header = {
    .page_bytes = 4096, .pages = 100, .carries = TR_CONTENTS | TR_TOUCHES | TR_WRITES | TR_MARKS};

/* A page that changes many times in one window: its changes must come in their order. */
static void trace__keeps_the_order_of_a_page(void)
{
    struct files files;
    struct tr_record records[202] = {{.kind = TR_WINDOW, .at_ns = 0},
                                     {.kind = TR_WINDOW, .at_ns = 60 * SIM_SECOND}};
    uint64_t last[2] = {0}, wrong = 0;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    for (uint32_t i = 0; i < 200; i++)
        records[2 + i] = (struct tr_record){.kind = TR_CONTENT, .ppn = i % 2, .content = 100 + i};
    put_trace(path, &header, records, 202);
    struct rig *rig = start(path, 1, 1);
    rig_run(rig, rig->context.start_ns + 61 * SIM_SECOND);
    CHECK_EQ(rig->writes, 100 + 200);
    for (uint64_t i = 100; i < rig->writes; i++) {
        const struct rig_write *write = &rig->log[i];
        wrong += write->content <= last[write->ppn];
        last[write->ppn] = write->content;
    }
    CHECK_EQ(wrong, 0);
    CHECK_EQ(rig->content[0], 298);
    CHECK_EQ(rig->content[1], 299);
    rig_free(rig);
    files_fini(&files);
}

static void trace__contents_keep_their_meaning(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 5},
        {.kind = TR_CONTENT, .ppn = 1, .content = 1}, /* a hash like any other */
        {.kind = TR_CONTENT, .ppn = 2, .content = 1},
        {.kind = TR_CONTENT, .ppn = 3, .content = 0},
        {.kind = TR_CONTENT, .ppn = 4, .content = 2},
        {.kind = TR_TOUCH, .ppn = 5, .access = TR_WRITE},
        {.kind = TR_MARK, .at_ns = 5, .text = "a mark"},
        {.kind = TR_WINDOW, .at_ns = 6},
        {.kind = TR_WINDOW, .at_ns = 7},
        {.kind = TR_TOUCH, .ppn = 6, .access = TR_READ},
    };
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &header, records, sizeof records / sizeof *records);
    struct rig *rig = start(path, 1, 1);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK(rig->content[1] != GUEST_CONTENT_ZERO && rig->content[1] != GUEST_CONTENT_PRIVATE);
    CHECK_EQ(rig->content[2], rig->content[1]);
    CHECK_EQ(rig->content[3], GUEST_CONTENT_ZERO);
    CHECK_EQ(rig->content[4], 2);
    CHECK_EQ(rig->writes, 100 + 4);
    CHECK_EQ(rig->reads, 2);
    rig_free(rig);
    files_fini(&files);
}

static void check_refused(const char *path, uint32_t memory_pages, int status, const char *why)
{
    struct rig *rig = rig_new(GUEST_BARE, 1);
    struct wl_trace_config config = {.file = path, .speed = 1};
    struct sim_error error = {0};

    rig->context.memory_pages = memory_pages;
    CHECK_EQ(wl_trace_start(&rig->context, &config, &rig->wl, &error), status);
    CHECK(rig->wl == NULL);
    CHECK_CONTAINS(error.text, why);
    rig_free(rig);
}

static void trace__refuses_what_cannot_be_replayed(void)
{
    struct files files;
    struct tr_header other = header;
    size_t count;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    check_refused(path, 100, SIM_BAD_DATA, "t.btr: cannot open: No such file");
    check_refused(SAMPLE, RIG_PAGES - 256, SIM_USAGE,
                  "VM rig: expected memory_mb of 128 or more, the size of the VM recorded in "
                  "traces/samples/A1.btr, found 127");
    other.carries = TR_TOUCHES;
    put_trace(path, &other, NULL, 0);
    check_refused(path, 100, SIM_BAD_DATA, "t.btr: the workload needs a trace with contents");
    other = header;
    other.page_bytes = 8192;
    put_trace(path, &other, NULL, 0);
    check_refused(path, 100, SIM_BAD_DATA, "t.btr: expected pages of 4096 bytes, found 8192");
    uint8_t *bytes = file_get(SAMPLE, &count);
    bytes[count - 100] ^= 4; /* the last byte but some: found before the run begins */
    file_put(path, bytes, count);
    check_refused(path, RIG_PAGES, SIM_BAD_DATA, "t.btr: chunk 0 at byte 280: checksum is ");
    free(bytes);
    files_fini(&files);
}

static void trace__without_windows_is_zeroes(void)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &header, NULL, 0);
    struct rig *rig = start(path, 1, 1);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK_EQ(rig->writes, 100);
    CHECK_EQ(wl_trace_end_ns(rig->wl), rig->context.start_ns);
    rig_free(rig);
    files_fini(&files);
}

TEST_SUITE(workloads_trace, TEST(trace__holds_each_snapshot_at_its_time),
           TEST(trace__places_changes_uniformly), TEST(trace__repeats_with_the_seed),
           TEST(trace__keeps_the_order_of_a_page), TEST(trace__contents_keep_their_meaning),
           TEST(trace__refuses_what_cannot_be_replayed), TEST(trace__without_windows_is_zeroes))
