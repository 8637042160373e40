/*
 * The samples in traces/samples have exactly the numbers of truth.csv, which were counted by the
 * SHA-256 of every page.
 */
#include "tests/check.h"
#include "traces/tr.h"

#include <stdlib.h>

enum { VMS = 4, PAGES = 32768, SNAPSHOTS = 4, COLUMNS = 9 };

static uint64_t contents[SNAPSHOTS][VMS][PAGES];

/* Fills contents[][vm] with the contents of every page at the end of each window. */
static bool load(unsigned vm)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error error;
    char path[60];
    int more, window = -1;

    snprintf(path, sizeof path, "traces/samples/A%u.btr", vm + 1);
    if (!CHECK_EQ(tr_reader_open(path, &reader, &error), SIM_OK))
        return false;
    CHECK_EQ(tr_reader_header(reader)->pages, PAGES);
    CHECK_EQ(tr_reader_header(reader)->zero_hash, TR_RECORDER_ZERO_HASH);
    while ((more = tr_reader_next(reader, &record, &error)) == 1) {
        if (record.kind == TR_WINDOW && ++window < SNAPSHOTS) {
            CHECK_EQ(record.at_ns, UINT64_C(30000000000) + (uint64_t)window * 60000000000);
            if (window > 0)
                memcpy(contents[window][vm], contents[window - 1][vm], sizeof contents[0][0]);
        } else if (record.kind == TR_CONTENT && window < SNAPSHOTS) {
            contents[window][vm][record.ppn] = record.content;
        }
    }
    tr_reader_close(reader);
    return CHECK_EQ(more, 0) && CHECK_EQ(window, SNAPSHOTS - 1);
}

static int compare(const void *a, const void *b)
{
    uint64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

struct sharing {
    unsigned long zero, distinct, shared, reclaimed;
};

static struct sharing count_sharing(const uint64_t *pages, size_t count)
{
    static uint64_t sorted[VMS * PAGES];
    struct sharing sharing = {0};

    memcpy(sorted, pages, count * sizeof *pages);
    qsort(sorted, count, sizeof *sorted, compare);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && sorted[end] == sorted[i]; end++)
            ;
        sharing.distinct++;
        if (sorted[i] == 0)
            sharing.zero = end - i;
        if (end - i > 1) {
            sharing.shared += end - i;
            sharing.reclaimed += end - i - 1;
        }
    }
    return sharing;
}

static void check_row(const unsigned long row[COLUMNS])
{
    unsigned long snapshot = (row[0] - 30) / 60, vms = row[1], self = 0;
    const uint64_t *pages = contents[snapshot][0];
    struct sharing all = count_sharing(pages, vms * PAGES);

    for (unsigned vm = 0; vm < vms; vm++)
        self += count_sharing(pages + vm * PAGES, PAGES).reclaimed;
    CHECK_EQ(vms * PAGES, row[2]);
    CHECK_EQ(all.zero, row[3]);
    CHECK_EQ(all.distinct, row[4]);
    CHECK_EQ(all.shared, row[5]);
    CHECK_EQ(all.reclaimed, row[6]);
    CHECK_EQ(self, row[7]);
    CHECK_EQ(all.reclaimed - self, row[8]);
}

static void samples__share_as_the_truth_says(void)
{
    FILE *file = fopen("traces/samples/truth.csv", "r");
    unsigned long row[COLUMNS];
    unsigned rows = 0;

    if (!CHECK(file != NULL))
        return;
    bool loaded = true;
    for (unsigned vm = 0; vm < VMS; vm++)
        loaded = load(vm) && loaded;
    CHECK_EQ(fscanf(file, "%*s"), 0);
    while (loaded && fscanf(file, "%lu,%lu,%lu,%lu,%lu,%lu,%lu,%lu,%lu", &row[0], &row[1], &row[2],
                            &row[3], &row[4], &row[5], &row[6], &row[7], &row[8]) == COLUMNS) {
        check_row(row);
        rows++;
    }
    CHECK_EQ(rows, SNAPSHOTS * VMS);
    fclose(file);
}

/* The numbers are those of the recording in windows of 200 ms, counted by a program that is not
 * part of this project. */
static void check_touches(const char *path, uint32_t pages, uint64_t windows, uint64_t touches,
                          uint64_t changes)
{
    struct tr_summary summary;
    struct sim_error error;

    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    CHECK_EQ(summary.header.pages, pages);
    CHECK_EQ(summary.header.carries, TR_CONTENTS | TR_TOUCHES | TR_WRITES | TR_TIME);
    CHECK_EQ(summary.windows, windows);
    CHECK_EQ(summary.touches, touches);
    CHECK_EQ(summary.contents, changes);
}

static void samples__touch_traces_are_whole(void)
{
    check_touches("traces/samples/T1.btr", PAGES, 737, 776968, 316668);
    check_touches("traces/samples/E1.btr", 49152, 321, 376989, 190205);
}

TEST_SUITE(traces_samples, TEST(samples__share_as_the_truth_says),
           TEST(samples__touch_traces_are_whole))
