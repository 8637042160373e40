/* Tests of workloads/page_sample.c: copies stay together, and each group keeps its share. */
#include "workloads/page_sample.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

enum { PAGES = 4096, SCALE = 8 };

static struct wl_page_sample sample;

/* 1,024 pages of zeroes; 1,024 copies of one content; 512 contents of 4 copies each. */
static uint64_t content_of(uint32_t ppn)
{
    if (ppn < 1024)
        return 0;
    return ppn < 2048 ? 77 : 1000 + ppn % 512;
}

static void write_trace(const char *path)
{
    struct tr_header header = {.page_bytes = 4096, .pages = PAGES, .carries = TR_CONTENTS};
    struct tr_record record = {.kind = TR_WINDOW, .at_ns = 1000};
    struct tr_writer *writer;
    struct sim_error error;
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
    record.kind = TR_CONTENT;
    for (record.ppn = 0; record.ppn < PAGES; record.ppn++) {
        record.content = content_of(record.ppn);
        CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
    }
    record = (struct tr_record){.kind = TR_WINDOW, .at_ns = 2000}; /* held for so long */
    CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
}

static void read_sample(uint32_t scale, uint64_t key)
{
    struct files files;
    struct sim_error error = {0};
    files_init(&files);
    const char *path = files_path(&files, "sample.btr");
    write_trace(path);
    CHECK_EQ(wl_page_sample_read(path, scale, key, &sample, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    files_fini(&files);
}

static uint32_t chosen(uint32_t first, uint32_t end)
{
    uint32_t count = 0;
    for (uint32_t ppn = first; ppn < end; ppn++)
        count += sample.own[ppn] != WL_NOT_SAMPLED;
    return count;
}

static void read__takes_one_of_n_of_each_kind(void)
{
    read_sample(SCALE, 1);
    CHECK_EQ(sample.pages, PAGES / SCALE);
    CHECK_EQ(chosen(0, 1024), 1024 / SCALE);
    CHECK_EQ(chosen(1024, 2048), 1024 / SCALE);
    CHECK_EQ(chosen(2048, PAGES), 2048 / SCALE);
    wl_page_sample_fini(&sample);
}

static void read__copies_of_rare_contents_stay_together(void)
{
    read_sample(SCALE, 1);
    for (uint32_t ppn = 2048; ppn < 2048 + 512; ppn++) {
        bool is_in = sample.own[ppn] != WL_NOT_SAMPLED;
        for (uint32_t copy = 1; copy < 4; copy++)
            CHECK_EQ(sample.own[ppn + copy * 512] != WL_NOT_SAMPLED, is_in);
    }
    wl_page_sample_fini(&sample);
}

static void read__pages_keep_their_order(void)
{
    uint32_t next = 0;
    read_sample(SCALE, 1);
    for (uint32_t ppn = 0; ppn < PAGES; ppn++)
        if (sample.own[ppn] != WL_NOT_SAMPLED)
            CHECK_EQ(sample.own[ppn], next++);
    CHECK_EQ(next, sample.pages);
    wl_page_sample_fini(&sample);
}

static void read__another_key_chooses_others(void)
{
    static uint32_t first[PAGES];
    uint32_t different = 0;
    read_sample(SCALE, 1);
    memcpy(first, sample.own, sizeof first);
    wl_page_sample_fini(&sample);
    read_sample(SCALE, 2);
    for (uint32_t ppn = 0; ppn < PAGES; ppn++)
        different += (first[ppn] == WL_NOT_SAMPLED) != (sample.own[ppn] == WL_NOT_SAMPLED);
    CHECK(different > PAGES / SCALE);
    wl_page_sample_fini(&sample);
}

static void read__refuses_what_is_no_recording(void)
{
    struct sim_error error = {0};
    CHECK(wl_page_sample_read("/nowhere/none.btr", SCALE, 1, &sample, &error) != SIM_OK);
    CHECK(sample.own == NULL);
}

TEST_SUITE(workloads_page_sample, TEST(read__takes_one_of_n_of_each_kind),
           TEST(read__copies_of_rare_contents_stay_together), TEST(read__pages_keep_their_order),
           TEST(read__another_key_chooses_others), TEST(read__refuses_what_is_no_recording))
