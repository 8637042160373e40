/* Windows of a recording: touches, changes, and reads of all memory. */
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/record/tracker.h"

#define PAGES 64u

struct rig {
    struct files files;
    const char *path;
    uint8_t ram[PAGES][4096];
    struct record_tracker tracker;
    struct tr_record records[256]; /* of the complete trace */
    uint32_t count;
};

static struct rig *rig_new(uint32_t sweep_windows)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct sim_error error;
    files_init(&rig->files);
    rig->path = files_path(&rig->files, "t.btr");
    struct record_tracker_config config = {.path = rig->path,
                                           .source = "a test",
                                           .clock = "guest virtual",
                                           .pages = PAGES,
                                           .window_ns = 100,
                                           .sweep_windows = sweep_windows};
    tr_page_key_of_text(&config.key, "test");
    CHECK_EQ(record_tracker_open(&rig->tracker, &config, &error), SIM_OK);
    rig->tracker.ram = rig->ram[0];
    return rig;
}

static void rig_write(struct rig *rig, uint32_t ppn, uint8_t value, bool seen)
{
    rig->ram[ppn][17] = value;
    if (seen)
        record_touch(&rig->tracker, ppn, TR_WRITE);
}

static void rig_finish(struct rig *rig, uint64_t now_ns)
{
    struct tr_reader *reader;
    struct sim_error error;
    CHECK_EQ(record_tracker_close(&rig->tracker, now_ns, &error), SIM_OK);
    CHECK_EQ(tr_reader_open(rig->path, &reader, &error), SIM_OK);
    while (rig->count < 256 && tr_reader_next(reader, &rig->records[rig->count], &error) == 1)
        rig->count++;
    tr_reader_close(reader);
}

static void rig_free(struct rig *rig)
{
    files_fini(&rig->files);
    free(rig);
}

/* Counts the records that equal this one, in the window that ends at that time (0: in all). */
static uint32_t found(const struct rig *rig, uint64_t window_ns, enum tr_kind kind, uint32_t ppn)
{
    uint64_t window = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < rig->count; i++) {
        const struct tr_record *record = &rig->records[i];
        if (record->kind == TR_WINDOW)
            window = record->at_ns;
        count +=
            record->kind == kind && record->ppn == ppn && (window_ns == 0 || window == window_ns);
    }
    return count;
}

static void tracker__puts_touches_and_changes_into_windows(void)
{
    struct rig *rig = rig_new(0);
    struct sim_error error;
    record_touch(&rig->tracker, 3, TR_READ);
    record_touch(&rig->tracker, 3, TR_EXECUTE);
    record_touch(&rig->tracker, PAGES, TR_READ); /* beyond memory */
    rig_write(rig, 5, 1, true);
    record_touch(&rig->tracker, 6, TR_WRITE); /* with the same content as before */
    CHECK_EQ(record_tracker_time(&rig->tracker, 99, &error), SIM_OK);
    CHECK_EQ(record_tracker_time(&rig->tracker, 104, &error), SIM_OK);
    rig_write(rig, 5, 0, true); /* zeroes again */
    CHECK_EQ(record_tracker_time(&rig->tracker, 250, &error), SIM_OK);
    rig_finish(rig, 260);
    CHECK_EQ(found(rig, 104, TR_TOUCH, 3), 1);
    CHECK_EQ(rig->records[1].access, TR_READ | TR_EXECUTE);
    CHECK_EQ(found(rig, 104, TR_TOUCH, 5), 1);
    CHECK_EQ(found(rig, 104, TR_CONTENT, 5), 1);
    CHECK_EQ(found(rig, 104, TR_TOUCH, 6), 1);
    CHECK_EQ(found(rig, 0, TR_CONTENT, 6), 0);
    CHECK_EQ(found(rig, 250, TR_CONTENT, 5), 1);
    CHECK_EQ(rig->records[rig->count - 1].kind, TR_MARK);
    for (uint32_t i = 0; i < rig->count; i++)
        CHECK(rig->records[i].kind != TR_CONTENT || (rig->records[i].content == 0) == (i > 5));
    rig_free(rig);
}

static void tracker__finds_what_devices_wrote_by_looking_at_all(void)
{
    struct rig *rig = rig_new(3);
    struct sim_error error;
    rig_write(rig, 9, 1, false);
    for (uint64_t now_ns = 100; now_ns <= 400; now_ns += 100)
        CHECK_EQ(record_tracker_time(&rig->tracker, now_ns, &error), SIM_OK);
    rig_write(rig, 10, 1, false);
    CHECK_EQ(record_tracker_snapshot(&rig->tracker, 450, "now", &error), SIM_OK);
    rig_write(rig, 11, 1, false);
    rig_finish(rig, 450); /* no time has passed: it still gets a window of its own */
    CHECK_EQ(found(rig, 300, TR_CONTENT, 9), 1);
    CHECK_EQ(found(rig, 450, TR_CONTENT, 10), 1);
    CHECK_EQ(found(rig, 451, TR_CONTENT, 11), 1);
    CHECK_EQ(found(rig, 0, TR_TOUCH, 9) + found(rig, 0, TR_TOUCH, 10), 0);
    rig_free(rig);
}

static void tracker__keeps_no_file_that_cannot_be_written(void)
{
    struct record_tracker tracker;
    struct sim_error error;
    struct record_tracker_config config = {
        .path = "/nonexistent/t.btr", .source = "", .clock = "", .pages = 1, .window_ns = 1};
    CHECK_EQ(record_tracker_open(&tracker, &config, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, "/nonexistent/t.btr");
}

TEST_SUITE(record_tracker, TEST(tracker__puts_touches_and_changes_into_windows),
           TEST(tracker__finds_what_devices_wrote_by_looking_at_all),
           TEST(tracker__keeps_no_file_that_cannot_be_written))
