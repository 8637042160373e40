#include <math.h>
#include <stdlib.h>

#include "sim/random.h"
#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "tests/unit/workloads/rig.h"
#include "traces/tr.h"
#include "workloads/trace.h"

#define SAMPLE "traces/samples/A1.btr"

static struct rig *start(const char *file, double speed, uint64_t seed)
{
    struct rig *rig = rig_new(GUEST_BARE, seed);
    struct wl_trace_config config = {.file = file, .speed = speed, .loop_s = INFINITY};
    struct sim_error error = {0};

    CHECK_EQ(wl_trace.start(&rig->context, &config, &rig->wl, &error), SIM_OK);
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

/* Snapshots of a machine: every page is in use from the start. */
static const struct tr_header header = {
    .page_bytes = 4096, .pages = 100, .carries = TR_CONTENTS | TR_MARKS};
/* Also what was touched: pages come into use one by one. */
static const struct tr_header touched = {
    .page_bytes = 4096, .pages = 100, .carries = TR_CARRIES_ALL & ~(uint32_t)TR_TIME};

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

static struct rig *replay(const struct wl_trace_config *config, enum guest_os os)
{
    struct rig *rig = rig_new(os, 1);
    struct sim_error error = {0};
    rig_see_writes(rig);
    rig->writes = rig->reads = 0;
    CHECK_EQ(wl_trace.start(&rig->context, config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    return rig;
}

static void trace__contents_keep_their_meaning(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 5},
        {.kind = TR_CONTENT, .ppn = 1, .content = 1}, /* hashes like any other */
        {.kind = TR_CONTENT, .ppn = 2, .content = 1},
        {.kind = TR_CONTENT, .ppn = 3, .content = 0},
        {.kind = TR_CONTENT, .ppn = 4, .content = 2},
        {.kind = TR_CONTENT, .ppn = 5, .content = 77},
        {.kind = TR_MARK, .at_ns = 5, .text = "a mark"},
    };
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &header, records, sizeof records / sizeof *records);
    struct rig *rig = start(path, 1, 1);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK(rig->content[1] > GUEST_CONTENT_KEPT && rig->content[4] > GUEST_CONTENT_KEPT);
    CHECK_EQ(rig->content[2], rig->content[1]);
    CHECK(rig->content[4] != rig->content[1]);
    CHECK_EQ(rig->content[3], GUEST_CONTENT_ZERO);
    CHECK_EQ(rig->content[5], 77);
    CHECK_EQ(rig->writes, 100 + 5);
    CHECK_EQ(rig->reads, 0);
    rig_free(rig);
    files_fini(&files);
}

/* What it says nothing of stays untouched; a write without a content leaves what was there, or, in
 * a recording without contents, makes a page of its own. */
static void trace__touches_are_what_they_were(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 5},
        {.kind = TR_HOLE, .ppn = 90, .pages = 10},
        {.kind = TR_TOUCH, .ppn = 5, .access = TR_WRITE},
        {.kind = TR_TOUCH, .ppn = 6, .access = TR_READ | TR_EXECUTE},
        {.kind = TR_DEVICE, .ppn = 10, .pages = 4, .access = TR_WRITE},
        {.kind = TR_DEVICE, .ppn = 12, .pages = 1, .access = TR_READ},
        {.kind = TR_FREE, .ppn = 5, .pages = 2},
        {.kind = TR_WINDOW, .at_ns = SIM_SECOND},
        {.kind = TR_TOUCH, .ppn = 7, .access = TR_READ | TR_WRITE},
    };
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    for (unsigned contents = 0; contents < 2; contents++) {
        struct tr_header carries = touched;
        carries.carries &= ~(contents ? 0u : (uint32_t)TR_CONTENTS);
        put_trace(path, &carries, records, sizeof records / sizeof *records);
        struct rig *rig = replay(
            &(struct wl_trace_config){.file = path, .speed = 1, .loop_s = INFINITY}, GUEST_BARE);
        rig_run(rig, rig->context.start_ns + 2 * SIM_SECOND);
        CHECK_EQ(rig->writes, 2 + 4);
        CHECK_EQ(rig->reads, 1 + 1);
        CHECK_EQ(rig->device_ios[10] + rig->device_ios[11] + rig->device_ios[13], 3);
        CHECK_EQ(rig->device_ios[12], 2);
        CHECK_EQ(rig->content[7], contents ? GUEST_CONTENT_KEPT : GUEST_CONTENT_PRIVATE);
        rig_free(rig);
    }
    files_fini(&files);
}

/* Holes in a snapshot are no zero pages. */
static void trace__holes_stay_untouched(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 5},
        {.kind = TR_HOLE, .ppn = 0, .pages = 3},
        {.kind = TR_HOLE, .ppn = 50, .pages = 50},
        {.kind = TR_CONTENT, .ppn = 3, .content = 7},
    };
    struct tr_header holes = header;
    struct files files;

    files_init(&files);
    holes.carries |= TR_HOLES;
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &holes, records, sizeof records / sizeof *records);
    struct rig *rig = start(path, 1, 1);
    memset(rig->content, 0xff, sizeof rig->content);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK_EQ(rig->writes, 47 + 1);
    CHECK(rig->content[2] != 0 && rig->content[50] != 0 && rig->content[99] != 0);
    CHECK_EQ(rig->content[3], 7);
    CHECK_EQ(rig->content[49], GUEST_CONTENT_ZERO);
    rig_free(rig);
    files_fini(&files);
}

/* Ten windows of a second, each of which touches its own page and counts in page 20. */
static void put_ten_seconds(const char *path)
{
    struct tr_record records[30];
    for (uint32_t i = 0; i < 10; i++) {
        records[3 * i] = (struct tr_record){.kind = TR_WINDOW, .at_ns = (i + 1) * SIM_SECOND};
        records[3 * i + 1] =
            (struct tr_record){.kind = TR_TOUCH, .ppn = i, .access = TR_WRITE | TR_READ};
        records[3 * i + 2] = (struct tr_record){.kind = TR_CONTENT, .ppn = 20, .content = 100 + i};
    }
    put_trace(path, &touched, records, 30);
}

static uint32_t writes_to(const struct rig *rig, uint32_t ppn)
{
    uint32_t count = 0;
    for (uint64_t i = 0; i < rig->writes; i++)
        count += rig->log[i].ppn == ppn;
    return count;
}

static void trace__shifted_begins_later(void)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_ten_seconds(path);
    struct rig *rig = replay(
        &(struct wl_trace_config){.file = path, .speed = 2, .shift_s = 4.5, .loop_s = INFINITY},
        GUEST_BARE);
    CHECK_EQ(wl_trace_end_ns(rig->wl), rig->context.start_ns + (uint64_t)(2.75 * 1e9));
    rig_run(rig, rig->context.start_ns + SIM_SECOND / 10);
    CHECK(rig->content[20] >= 103); /* the state that the first four seconds left */
    CHECK_EQ(writes_to(rig, 3), 0); /* but not what happened in them */
    rig_run(rig, rig->context.start_ns + 3 * SIM_SECOND);
    CHECK_EQ(rig->content[20], 109);
    for (uint32_t ppn = 4; ppn < 10; ppn++)
        CHECK_EQ(writes_to(rig, ppn), 1);
    rig_free(rig);
    files_fini(&files);
}

static void trace__loops(void)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_ten_seconds(path);
    struct rig *rig =
        replay(&(struct wl_trace_config){.file = path, .speed = 1, .loop_s = 8}, GUEST_BARE);
    CHECK_EQ(wl_trace_end_ns(rig->wl), SIM_NEVER);
    rig_run(rig, rig->context.start_ns + 19 * SIM_SECOND + SIM_MS); /* 9, then five rounds of two */
    CHECK_EQ(writes_to(rig, 7), 1);
    CHECK_EQ(writes_to(rig, 8), 6);
    CHECK_EQ(writes_to(rig, 9), 6);
    CHECK_EQ(rig->content[20], 109);
    rig_free(rig);
    files_fini(&files);
}

/* A round without anything to replay has no end. Pages that a machine frees are nothing: its OS is
 * in the recording. */
static void trace__a_loop_of_nothing_ends(void)
{
    static const struct tr_header machine = {.page_bytes = 4096,
                                             .pages = 100,
                                             .carries = TR_CARRIES_ALL &
                                                        ~(uint32_t)(TR_TIME | TR_CONTENTS)};
    const struct tr_record records[] = {{.kind = TR_WINDOW, .at_ns = SIM_SECOND},
                                        {.kind = TR_TOUCH, .ppn = 1, .access = TR_READ | TR_WRITE},
                                        {.kind = TR_WINDOW, .at_ns = 2 * SIM_SECOND},
                                        {.kind = TR_FREE, .ppn = 7, .pages = 2},
                                        {.kind = TR_WINDOW, .at_ns = 3 * SIM_SECOND}};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    for (size_t count = 3; count <= 5; count += 2) {
        put_trace(path, &machine, records, count);
        struct rig *rig =
            replay(&(struct wl_trace_config){.file = path, .speed = 1, .loop_s = 1.5}, GUEST_BARE);
        rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
        CHECK_NEAR(rig_progress(rig), 1, 0);
        rig_free(rig);
    }
    files_fini(&files);
}

/* So slow that the time of an access has no room in 64 bits: it never comes. */
static void trace__at_a_speed_near_zero_waits(void)
{
    static const struct tr_header machine = {
        .page_bytes = 4096, .pages = 100, .carries = TR_TOUCHES | TR_WRITES};
    struct tr_record records[202] = {{.kind = TR_WINDOW, .at_ns = SIM_SECOND},
                                     {.kind = TR_WINDOW, .at_ns = 200000 * SIM_SECOND}};
    for (uint32_t i = 0; i < 100; i++)
        records[2 + i] =
            (struct tr_record){.kind = TR_TOUCH, .ppn = i, .access = TR_READ | TR_WRITE};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &machine, records, 102);
    struct rig *rig = replay(
        &(struct wl_trace_config){.file = path, .speed = 1e-6, .loop_s = INFINITY}, GUEST_BARE);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 0, 0);
    rig_free(rig);
    files_fini(&files);
}

static uint32_t differing(const struct rig *a, const struct rig *b)
{
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < RIG_PAGES; ppn++)
        count += a->content[ppn] != b->content[ppn];
    return count;
}

static void trace__a_share_of_pages_is_private(void)
{
    struct rig *rig[3];
    for (unsigned i = 0; i < 3; i++) {
        struct sim_error error;
        rig[i] = rig_new(GUEST_BARE, 1);
        rig[i]->context.vm_name = i < 2 ? "a" : "b";
        struct wl_trace_config config = {
            .file = SAMPLE, .speed = 60, .private_share = 0.25, .loop_s = INFINITY};
        CHECK_EQ(wl_trace.start(&rig[i]->context, &config, &rig[i]->wl, &error), SIM_OK);
        rig_run(rig[i], rig[i]->context.start_ns + 4 * SIM_SECOND);
    }
    CHECK_EQ(differing(rig[0], rig[1]), 0);
    /* A quarter of the pages is private in each, 3,346 of them zero and so equal anyway. */
    CHECK_NEAR(differing(rig[0], rig[2]), (RIG_PAGES - 3346) * (1 - 0.75 * 0.75), 400);
    CHECK_NEAR((double)differences(rig[0], 3), (RIG_PAGES - 3346) * 0.25, 300);
    for (unsigned i = 0; i < 3; i++)
        rig_free(rig[i]);
}

/* The pages of a process are paged by a guest OS; what it gives back comes again as zeroes. */
static void trace__of_a_process_runs_in_a_guest(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = 5},
        {.kind = TR_ALLOC, .ppn = 0, .pages = 50},
        {.kind = TR_CONTENT, .ppn = 1, .content = 1001},
        {.kind = TR_CONTENT, .ppn = 2, .content = 1002},
        {.kind = TR_WINDOW, .at_ns = SIM_SECOND},
        {.kind = TR_WINDOW, .at_ns = 2 * SIM_SECOND},
        {.kind = TR_FREE, .ppn = 1, .pages = 2},
        {.kind = TR_WINDOW, .at_ns = 3 * SIM_SECOND},
        {.kind = TR_TOUCH, .ppn = 2, .access = TR_READ},
    };
    struct tr_header process = touched;
    struct files files;
    struct guest_status before, after;

    files_init(&files);
    process.space = TR_SPACE_PROCESS;
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &process, records, sizeof records / sizeof *records);
    struct wl_trace_config config = {.file = path, .speed = 1, .loop_s = INFINITY};
    struct rig *rig = replay(&config, GUEST_LINUX_2_4);
    guest_status(rig->guest, &before);
    rig_run(rig, rig->context.start_ns + SIM_SECOND / 2);
    guest_status(rig->guest, &after);
    CHECK_EQ(after.process_pages, before.process_pages + 2);
    uint32_t found = 0;
    for (uint64_t i = 0; i < rig->writes; i++)
        found += rig->log[i].content == 1001 || rig->log[i].content == 1002;
    CHECK_EQ(found, 2);
    rig_run(rig, rig->context.start_ns + 2 * SIM_SECOND + SIM_MS);
    guest_status(rig->guest, &after);
    CHECK_EQ(after.process_pages, before.process_pages);
    rig_run(rig, rig->context.start_ns + 4 * SIM_SECOND);
    guest_status(rig->guest, &after);
    CHECK_EQ(after.process_pages, before.process_pages + 1);
    CHECK_NEAR(rig_progress(rig), 2 + 2 + 1, 0);
    rig_free(rig);
    files_fini(&files);
}

/* Blocks are those of a file: the second read of one finds it in the page cache. */
static void trace__of_blocks_goes_through_the_page_cache(void)
{
    static const struct tr_record records[] = {
        {.kind = TR_WINDOW, .at_ns = SIM_SECOND},
        {.kind = TR_TOUCH, .ppn = 40, .access = TR_READ},
        {.kind = TR_WINDOW, .at_ns = 2 * SIM_SECOND},
        {.kind = TR_TOUCH, .ppn = 40, .access = TR_READ},
        {.kind = TR_TOUCH, .ppn = 90, .access = TR_WRITE},
    };
    struct tr_header blocks = touched;
    struct files files;
    struct guest_status before, once, status;

    files_init(&files);
    blocks.space = TR_SPACE_BLOCKS;
    blocks.carries = TR_TOUCHES | TR_WRITES;
    const char *path = files_path(&files, "t.btr");
    put_trace(path, &blocks, records, sizeof records / sizeof *records);
    struct wl_trace_config config = {.file = path, .speed = 1, .loop_s = INFINITY};
    struct rig *rig = replay(&config, GUEST_LINUX_2_4);
    guest_status(rig->guest, &before);
    rig_run(rig, rig->context.start_ns + SIM_SECOND);
    guest_status(rig->guest, &once);
    rig_run(rig, rig->context.start_ns + 3 * SIM_SECOND);
    guest_status(rig->guest, &status);
    CHECK_EQ(status.file_read_bytes, 2 * 4096);
    CHECK_EQ(status.file_written_bytes, 4096);
    CHECK_EQ(once.disk_reads, before.disk_reads + 1);
    CHECK_EQ(status.disk_reads, once.disk_reads);
    rig_free(rig);
    files_fini(&files);
}

static void check_refused(const char *path, uint32_t memory_pages, int status, const char *why)
{
    struct rig *rig = rig_new(GUEST_BARE, 1);
    struct wl_trace_config config = {.file = path, .speed = 1, .loop_s = INFINITY};
    struct sim_error error = {0};

    rig->context.memory_pages = memory_pages;
    CHECK_EQ(wl_trace.start(&rig->context, &config, &rig->wl, &error), status);
    CHECK(rig->wl == NULL);
    CHECK_CONTAINS(error.text, why);
    rig_free(rig);
}

/* The largest file and the largest process that a header may announce. */
static void trace__of_the_largest_size_runs(void)
{
    static const enum tr_space spaces[] = {TR_SPACE_PROCESS, TR_SPACE_BLOCKS};
    static const uint32_t pages[] = {GUEST_PROCESS_PAGES_MOST, GUEST_FILE_PAGES_MOST};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    for (unsigned i = 0; i < 2; i++) {
        struct tr_header large = touched;
        struct tr_record records[] = {
            {.kind = TR_WINDOW, .at_ns = SIM_SECOND},
            {.kind = TR_TOUCH, .ppn = pages[i] - 1, .access = TR_READ | TR_WRITE}};
        large.space = spaces[i];
        large.pages = pages[i];
        put_trace(path, &large, records, 2);
        struct wl_trace_config config = {.file = path, .speed = 1, .loop_s = INFINITY};
        struct rig *rig = replay(&config, GUEST_LINUX_2_4);
        rig_run(rig, rig->context.start_ns + 2 * SIM_SECOND);
        CHECK_NEAR(rig_progress(rig), 1, 0);
        rig_free(rig);
    }
    files_fini(&files);
}

static struct {
    bool contents, touches;
} recorded; /* by the run */

static void check_config_refused(const struct wl_trace_config *config, enum guest_os os, int status,
                                 const char *why)
{
    struct rig *rig = rig_new(os, 1);
    struct sim_error error = {0};

    rig->context.needs_contents = recorded.contents;
    rig->context.needs_touches = recorded.touches;

    CHECK_EQ(wl_trace.start(&rig->context, config, &rig->wl, &error), status);
    CHECK_CONTAINS(error.text, why);
    rig_free(rig);
}

static void trace__refuses_what_the_recording_lacks(void)
{
    struct tr_header lacking = touched;
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    lacking.carries = TR_TOUCHES;
    put_trace(path, &lacking, NULL, 0);
    struct wl_trace_config config = {.file = path, .speed = 1, .loop_s = INFINITY};
    config.private_share = 0.5;
    check_config_refused(
        &config, GUEST_BARE, SIM_BAD_DATA,
        "t.btr: private_share needs a trace with contents, found one with touches");
    config.private_share = 0;
    recorded.contents = true;
    check_config_refused(&config, GUEST_BARE, SIM_BAD_DATA,
                         "t.btr: record.optimum needs a trace with contents");
    recorded.contents = false;
    recorded.touches = true;
    check_config_refused(&(struct wl_trace_config){.file = SAMPLE, .speed = 1}, GUEST_BARE,
                         SIM_BAD_DATA, "record.touched needs a trace with touches");
    recorded.touches = false;
    check_config_refused(&config, GUEST_LINUX_2_4, SIM_USAGE,
                         "VM rig: expected guest: bare for the pages of ");
    lacking.space = TR_SPACE_PROCESS;
    put_trace(path, &lacking, NULL, 0);
    check_config_refused(&config, GUEST_BARE, SIM_USAGE, "VM rig: expected a guest OS for ");
    lacking.space = TR_SPACE_BLOCKS;
    lacking.pages = GUEST_FILE_PAGES_MOST + 1;
    put_trace(path, &lacking, NULL, 0);
    check_config_refused(&config, GUEST_LINUX_2_4, SIM_BAD_DATA,
                         "t.btr: expected at most 1048560 ");
    put_ten_seconds(path);
    config.shift_s = 10;
    check_config_refused(&config, GUEST_BARE, SIM_USAGE,
                         "t.btr: expected shift_s before the recording's end at 10 s");
    config.shift_s = 0;
    config.loop_s = 11;
    check_config_refused(&config, GUEST_BARE, SIM_USAGE, "t.btr: expected loop_s before");
    files_fini(&files);
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
    other.carries = TR_MARKS;
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
           TEST(trace__touches_are_what_they_were), TEST(trace__holes_stay_untouched),
           TEST(trace__shifted_begins_later), TEST(trace__loops),
           TEST(trace__a_loop_of_nothing_ends), TEST(trace__at_a_speed_near_zero_waits),
           TEST(trace__a_share_of_pages_is_private), TEST(trace__of_a_process_runs_in_a_guest),
           TEST(trace__of_blocks_goes_through_the_page_cache),
           TEST(trace__of_the_largest_size_runs), TEST(trace__refuses_what_the_recording_lacks),
           TEST(trace__refuses_what_cannot_be_replayed), TEST(trace__without_windows_is_zeroes))
