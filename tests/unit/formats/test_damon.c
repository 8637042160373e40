/*
 * DAMON's formats. The tests make files in the documented layouts, and the expected touches
 * were worked out by hand. A region of n pages with the rate r has r n touches. They are evenly
 * spread and begin elsewhere in each window.
 */
#include <stdlib.h>
#include <zlib.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"
#include "traces/format.h"

#define RECORD                                                                                     \
    "[{\"kdamond_idx\": 0, \"intervals\": {\"sample_us\": \"5 ms\"}, \"scheme_filters\": null,\n"  \
    " \"snapshots\": [\n"
#define SNAPSHOT(start, end, regions)                                                              \
    "{\"start_time\": " #start ", \"total_bytes\": \"8 KiB\", \"regions\": [" regions              \
    "], \"end_time\": " #end "}"
#define REGION(from, to, accesses)                                                                 \
    "{\"start\": " #from ", \"end\": " #to ", \"age\": {\"usec\": 1}, \"nr_accesses\": " accesses  \
    "}"

static int describe(const void *bytes, size_t count, const struct tr_source_options *options,
                    char *text, size_t text_bytes, struct sim_error *error)
{
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, bytes, count);
    int status = file_describe(path, options, text, text_bytes, error);
    files_fini(&files);
    return status;
}

static void check(const char *file, const struct tr_source_options *options, const char *expected)
{
    struct sim_error error = {0};
    char text[600];
    CHECK_EQ(describe(file, strlen(file), options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
}

static void check_refused(const char *file, const char *why)
{
    struct sim_error error = {0};
    char text[600];
    CHECK_EQ(
        describe(file, strlen(file), &(struct tr_source_options){0}, text, sizeof text, &error),
        SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
}

static const struct tr_source_options plain = {0};

static void damon__json_regions_become_touches(void)
{
    check(
        RECORD SNAPSHOT(
            1000, 2000,
            REGION(4096, 12288, "{\"samples\": 20, \"percent\": 100}") ", " REGION(
                1048576, 1052672,
                "{\"samples\": 20}") ", " REGION(2097152, 4194304,
                                                 "{\"samples\": 0}")) ", " SNAPSHOT(2000, 3000,
                                                                                    REGION(
                                                                                        8192, 16384,
                                                                                        "{\"perc"
                                                                                        "ent\": "
                                                                                        "100."
                                                                                        "0}")) "]}]"
                                                                                               "\n",
        &plain, "@1000 0:r 1:r 2:r @2000 1:r 3:r");
}

/* Half of 100 pages are 50 touches, of every second page. A rate that gives a fraction of a page is
 * reached on average. */
static void damon__rates_are_kept(void)
{
    char file[60000], text[60000];
    struct sim_error error = {0};
    size_t length = (size_t)snprintf(file, sizeof file, "%s", RECORD);
    uint32_t touches = 0, different = 0;
    const char *first = NULL;
    for (unsigned i = 0; i < 200; i++)
        length += (size_t)snprintf(file + length, sizeof file - length,
                                   "%s{\"start_time\": %u, \"end_time\": %u, \"regions\": [" REGION(
                                       0, 40960, "{\"percent\": 25}") "]}",
                                   i > 0 ? "," : "", 100 + i, 101 + i);
    length += (size_t)snprintf(file + length, sizeof file - length, "]}]");
    CHECK_EQ(describe(file, length, &plain, text, sizeof text, &error), SIM_OK);
    for (const char *at = text; (at = strchr(at, ':')) != NULL; at++)
        touches++;
    CHECK_NEAR(touches, 200 * 2.5, 25); /* 7 expected */
    for (const char *at = text; (at = strchr(at, '@')) != NULL; at++) {
        const char *here = strchr(at, ' ');
        first = first ? first : here;
        different += here && first && strncmp(here, first, 4) != 0;
    }
    CHECK(different > 50);
}

/* The intervals give the samples that are 100%; without them 20 samples are. */
static void damon__json_samples_count_of_their_intervals(void)
{
    check("[{\"intervals\": {\"sample_us\": \"5 ms\", \"aggr_us\": \"200 ms\"}, \"snapshots\": "
          "[" SNAPSHOT(5, 9, REGION(0, 40960, "{\"samples\": 40}")) "]}]",
          &plain, "@4 0:r 1:r 2:r 3:r 4:r 5:r 6:r 7:r 8:r 9:r");
    check("[{\"intervals\": {\"sample_us\": 5000, \"aggr_us\": 1000000}, \"snapshots\": [" SNAPSHOT(
              5, 9, REGION(0, 819200, "{\"samples\": 1}")) "]}]",
          &plain, "@4 172:r"); /* one page; which of them is drawn */
}

static void damon__json_numbers_may_be_texts(void)
{
    check(RECORD SNAPSHOT("1 s", "1 s 200 ms", REGION("8,192", "12 KiB", "20")) "]}]", &plain,
          "@200000000 0:r");
    check(RECORD SNAPSHOT(0, 0, REGION(1, 2, "{\"percent\": -1}")) "," SNAPSHOT(
              5, 9, REGION(0, 4096, "20")) "]}]",
          &plain, "@4 0:r");
}

static void damon__json_may_be_compressed(void)
{
    static const char file[] = RECORD SNAPSHOT(5, 9, REGION(0, 4096, "20")) "]}]";
    struct sim_error error = {0};
    uint8_t packed[500];
    uLongf bytes = sizeof packed;
    char text[100];
    CHECK_EQ(compress(packed, &bytes, (const uint8_t *)file, sizeof file - 1), Z_OK);
    CHECK_EQ(describe(packed, bytes, &plain, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@4 0:r");
}

static void damon__json_one_record_of_several_is_chosen(void)
{
    static const char file[] = "[{\"target_id\": 0, \"snapshots\": [" SNAPSHOT(
        1, 2, REGION(0, 4096, "20")) "]},\n"
                                     "{\"snapshots\": [" SNAPSHOT(
                                         5, 9, REGION(0, 8192, "20")) "], \"target_id\": 1}]";
    check_refused(file, ":2: expected one record with snapshots, found another; choose one with "
                        "--tenant");
    check(file, &(struct tr_source_options){.one_tenant = true, .tenant = 1}, "@4 0:r 1:r");
}

static void damon__json_refuses_what_it_cannot_mean(void)
{
    check_refused(RECORD SNAPSHOT(5, 9, REGION(9, 3, "1")) "]}]",
                  "expected a region whose end is above its start, found 9 to 3");
    check_refused(RECORD SNAPSHOT(5, 4, "") "]}]",
                  "expected a snapshot whose end_time is above its start_time, found 5 to 4");
    check_refused(RECORD SNAPSHOT(5, 9, "") "," SNAPSHOT(5, 9, "") "]}]", "");
    check_refused(RECORD SNAPSHOT("often", 9, "") "]}]", "t:3: expected a number, found 'often'");
    check_refused(RECORD "{\"start_time\": 5", "found the end of the file");
    check_refused(RECORD "7]}]", "expected a snapshot");
    check_refused(RECORD SNAPSHOT(5, 9, REGION(0, 1152921504606846976, "20")) "]}]",
                  "expected regions of at most 268435456 pages in all, found more");
    check_refused(RECORD "]}] x", "expected nothing after the value, found 'x'");
}

#define LINE(time, regions, region)                                                                \
    "kdamond.0  3412 [002]  " time ": damon:damon_aggregated: target_id=0 nr_regions=" regions     \
    " " region "\n"

static void damon__text_lines_become_windows(void)
{
    check("# a comment of perf\n" LINE("1234.500000", "2", "4096-12288: 20 12")
              LINE("1234.500010", "2", "1048576-1052672: 25 1")
                  LINE("1234.600000", "1", "8192-16384: 20"),
          &plain, "@100000000 0:r 1:r 2:r @200000000 1:r 3:r");
    check("kdamond.0 12 [000] 7.5: damon:damos_before_apply: ctx_idx=0 scheme_idx=0 target_idx=3 "
          "nr_regions=1 0-4096: 20 136\n",
          &plain, "@100000000 0:r");
    /* Lines are lost: the next snapshot begins where addresses begin again. */
    check(LINE("1.0", "3", "4096-8192: 20") LINE("1.0", "3", "8192-12288: 20")
              LINE("1.5", "3", "4096-8192: 20"),
          &plain, "@500000000 0:r 1:r @1000000000 0:r");
}

/* Lines of trace points that damo records too, and of programs, are passed over and counted. */
static void damon__text_passes_over_other_lines(void)
{
    static const char file[] = "a program's output\n" LINE(
        "932.1", "2", "4096-8192: 20") "  kdamond.0 2645 [003] 932.100020: "
                                       "damon:damon_monitor_intervals_tune: sample_us=10000\n"
                                       "damon:damon_aggregated: and no time\n" LINE(
                                           "932.1", "2", "8192-12288: 20");
    struct tr_source *source;
    struct tr_summary summary;
    struct sim_error error = {0};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, file, strlen(file));
    check(file, &plain, "@100000000 0:r 1:r");
    CHECK_EQ(tr_source_open(path, &plain, &source, &error), SIM_OK);
    CHECK_EQ(tr_source_summarise(source, &summary, &error), SIM_OK);
    const struct tr_notes *notes = tr_source_notes(source);
    CHECK_EQ(notes->passed_over, 3);
    CHECK_EQ(notes->count, 4);
    CHECK_CONTAINS(notes->text[0], "touches are spread evenly, and all are reads");
    CHECK_CONTAINS(notes->text[1], "a window is taken to have 20 samples, DAMON's default");
    CHECK_CONTAINS(notes->text[2], "the first window is taken to last 0.1 s, DAMON's default");
    CHECK_CONTAINS(notes->text[3], "3 lines were passed over; the first is line 1: expected a line "
                                   "of damon_aggregated or damos_before_apply, found 'a program");
    tr_source_close(source);
    files_fini(&files);
}

/* The same events as three programs print them. */
static void damon__text_of_trace_cmd_and_ftrace(void)
{
    check("cpus=4\n kdamond.0-2645  [003]   932.100000: damon_aggregated:     target_id=0 "
          "nr_regions=1 4096-8192: 20 3\n",
          &plain, "@100000000 0:r");
    check("# tracer: nop\n#\n       kdamond.0-2645    [003] .....   932.100000: damon_aggregated: "
          "target_id=0 nr_regions=1 4096-8192: 20 3\n",
          &plain, "@100000000 0:r");
}

static unsigned notes_of(const char *file, const char *words)
{
    struct tr_source *source;
    struct tr_summary summary;
    struct sim_error error = {0};
    struct files files;
    unsigned found = 0;
    files_init(&files);
    const char *path = files_path(&files, "t");
    file_put(path, file, strlen(file));
    CHECK_EQ(tr_source_open(path, &plain, &source, &error), SIM_OK);
    CHECK_EQ(tr_source_summarise(source, &summary, &error), SIM_OK);
    for (unsigned i = 0; i < tr_source_notes(source)->count; i++)
        found += strstr(tr_source_notes(source)->text[i], words) != NULL;
    tr_source_close(source);
    files_fini(&files);
    return found;
}

/* Windows of a second have 200 samples of 5 ms, unless both intervals are tuned together. */
static void damon__a_long_window_contradicts_the_default(void)
{
    static const char slow[] = LINE("1.0", "1", "0-40960: 20") LINE("2.0", "1", "0-40960: 9");
    static const char usual[] = LINE("1.0", "1", "0-40960: 20") LINE("1.1", "1", "0-40960: 9");
    static const char tuned[] =
        LINE("1.0", "1", "0-40960: 20") "k 1 [0] 1.1: damon:damon_monitor_intervals_tune: "
                                        "sample_us=50000\n" LINE("2.0", "1", "0-40960: 9");
    CHECK_EQ(notes_of(slow, "windows last 1 s, not 0.1 s as by default; with DAMON's sample every "
                            "5 ms they have 200 samples: say --samples 200"),
             1);
    CHECK_EQ(notes_of(usual, "say --samples"), 0);
    CHECK_EQ(notes_of(tuned, "say --samples"), 0);
}

static void damon__samples_are_asked_for_where_the_file_contradicts(void)
{
    static const char file[] =
        LINE("1.0", "2", "0-40960: 200") LINE("1.0", "2", "40960-81920: 100");
    check_refused(file,
                  "t:1: expected at most 20 hits, DAMON's default of samples in a window, found "
                  "200; say with --samples how many");
    check(file, &(struct tr_source_options){.samples = 200},
          "@100000000 0:r 1:r 2:r 3:r 4:r 5:r 6:r 7:r 8:r 9:r 10:r 12:r 14:r 16:r 18:r");
    check_refused("[{\"snapshots\": [" SNAPSHOT(5, 9, REGION(0, 4096, "200")) "]}]",
                  "expected at most 20 hits");
}

#define RAW_SNAPSHOT(start, end, id, regions)                                                      \
    "monitoring_start:   " start "\nmonitoring_end:   " end "\nmonitoring_duration:  1 s\n"        \
    "target_id: " id "\nnr_regions: 2\n# start_addr end_addr length nr_accesses age\n" regions     \
    "\n"

static void damon__raw_reports(void)
{
    static const char file[] =
        "base_time_absolute: 8 m 59.809 s\ndata source: unknown\n\n" RAW_SNAPSHOT(
            "1 s", "1 s 100 ms", "18446623438842320000",
            "563ebaa00000-563ebaa02000 (   8.000 KiB)          20    -1\n")
            RAW_SNAPSHOT("1.1 s", "1.2 s", "18446623438842320000",
                         "563ebaa01000-"
                         "563ebaa02000(   "
                         "4.000 KiB):\t20\n");
    static const char other[] = RAW_SNAPSHOT("0 ns", "1 s", "7", "1000-2000 (4.000 KiB) 20 -1\n")
        RAW_SNAPSHOT("0 ns", "2 s", "8", "1000-3000 (8.000 KiB) 20 -1\nwarning: something\n");
    check(file, &plain, "@100000000 0:r 1:r @200000000 1:r");
    check_refused(other, "expected one target, found another; choose one with --tenant, from 0 on");
    check(other, &(struct tr_source_options){.one_tenant = true, .tenant = 1},
          "@2000000000 0:r 1:r");
    check_refused("target_id: 1\nmonitoring_start: 5 s\nmonitoring_end: 4 s\ntarget_id: 1\n",
                  "expected a snapshot whose monitoring_end is above its monitoring_start");
}

/* The length in parentheses tells how the addresses are written. */
static void damon__raw_addresses_may_be_decimal(void)
{
    check(RAW_SNAPSHOT("0 ns", "1 s", "7", "268435456-268443648 (8.000 K) 20 -1\n"), &plain,
          "@1000000000 0:r 1:r");
    check(RAW_SNAPSHOT("0 ns", "1 s", "7", "268435456-268443648 (8192) 100 % -1\n"), &plain,
          "@1000000000 0:r 1:r");
    check(RAW_SNAPSHOT("0 ns", "1 s", "7", "10000000-10002000 (8.000 KiB) 20 -1\n"), &plain,
          "@1000000000 0:r 1:r");
    check_refused(RAW_SNAPSHOT("0 ns", "1 s", "7", "1000-2000 (8.000 MiB) 20 -1\n"),
                  "expected a region START-END (LENGTH) HITS, found '1000-2000 (8.000 MiB)");
}

#define AGGREGATED(thread, time, target, region)                                                   \
    thread " [002] " time ": damon:damon_aggregated: target_id=" target " nr_regions=1 " region "\n"
#define APPLIED(time, region)                                                                      \
    "kdamond.0 3412 [002] " time                                                                   \
    ": damon:damos_before_apply: ctx_idx=0 scheme_idx=0 target_idx=0 nr_regions=1 " region "\n"

/* Targets of several threads have the same numbers, and two trace points tell of one region. */
static void damon__text_lines_of_one_kind_belong_together(void)
{
    check_refused(AGGREGATED("kdamond.0 3412", "1.1", "0", "0-4096: 20 1")
                      AGGREGATED("kdamond.1 3413", "1.15", "0", "0-4096: 20 1"),
                  "expected regions of one kdamond, found those of kdamond.0 and kdamond.1");
    check(AGGREGATED("kdamond.0 3412", "1.1", "0", "0-4096: 20 1") APPLIED("1.1", "0-4096: 20 1")
              AGGREGATED("kdamond.0 3412", "1.2", "0", "0-4096: 20 1"),
          &plain, "@100000000 0:r @200000000 0:r");
    check(APPLIED("1.1", "0-4096: 20 1") APPLIED("1.2", "0-4096: 20 1"), &plain,
          "@100000000 0:r @200000000 0:r");
    check_refused(AGGREGATED("kdamond.0-3412", "1.2", "0", "0-4096: 20 1")
                      AGGREGATED("kdamond.0-3412", "1.1", "0", "0-4096: 20 1"),
                  "found one at 0 s; sort the file by time");
    check_refused(AGGREGATED("kdamond.0-3412", "1234567", "0", "0-4096: 20 1"),
                  "expected a time in seconds such as 1234.567890");
}

static void damon__json_null_is_absent(void)
{
    check(
        "[{\"intervals\": null, \"snapshots\": null}, {\"intervals\": null, \"snapshots\": "
        "[" SNAPSHOT(5, 9,
                     REGION(0, 8192, "{\"samples\": 20, \"percent\": null}") "," REGION(
                         8192, 16384, "null") "," REGION(null, 16384,
                                                         "20")) ","
                                                                "{\"start_time\": 9, \"end_time\": "
                                                                "12, \"regions\": null}]}]",
        &plain, "@4 0:r 1:r @7");
}

static void damon__text_refuses_what_it_cannot_mean(void)
{
    check_refused("PERFILE2 and what follows", "found perf's own data; `perf script -i FILE`");
    check_refused(LINE("soon", "1", "4096-8192: 20"), "expected a time in seconds");
    check_refused(LINE("1.0", "0", "4096-8192: 20"), "expected nr_regions=NUMBER, not 0");
    check_refused(LINE("1.0", "1", "4096: 20"), "expected a region START-END: HITS");
    check_refused(LINE("1.0", "1", "8192-4096: 20"),
                  "t:1: expected records of pages, found none; 1 line was passed over; line 1: "
                  "expected a region whose end is above its start");
    check_refused(LINE("2.0", "1", "0-4096: 20") LINE("1.0", "1", "0-4096: 20"), "");
    check_refused(LINE("1.0", "1", "0-4096: 20") "kdamond.1 1 [0] 2.0: damon:damon_aggregated: "
                                                 "target_id=1 nr_regions=1 0-4096: 1\n",
                  "expected one target, found 0 and 1; choose one with --tenant");
}

/* ---- The old binary format --------------------------------------------------------------- */

struct bytes {
    uint8_t at[400];
    size_t count;
};

static void put(struct bytes *bytes, uint64_t number, size_t size)
{
    uint8_t all[8];
    tr_put_u64(all, number);
    memcpy(bytes->at + bytes->count, all, size);
    bytes->count += size;
}

static void put_file(struct bytes *bytes, uint32_t version, uint32_t targets)
{
    *bytes = (struct bytes){0};
    if (version > 0) {
        memcpy(bytes->at, "damon_recfmt_ver", 16);
        bytes->count = 16;
        put(bytes, version, 4);
    }
    for (uint64_t snapshot = 0; snapshot < 2; snapshot++) {
        put(bytes, 1000, 8);
        put(bytes, 500000000 + snapshot * 100000000, 8);
        put(bytes, targets, 4);
        for (uint32_t target = 0; target < targets; target++) {
            put(bytes, 77, version >= 2 ? 8 : 4);
            put(bytes, 1, 4);
            put(bytes, 4096 * (target + 1), 8);
            put(bytes, 4096 * (target + 2), 8);
            put(bytes, 20, 4);
        }
    }
}

static void damon__binary_versions(void)
{
    for (uint32_t version = 0; version <= 2; version++) {
        struct tr_source_options options = {.format = version == 0 ? "damon-binary" : NULL};
        struct sim_error error = {0};
        struct bytes file;
        char text[200];
        put_file(&file, version, 1);
        CHECK_EQ(describe(file.at, file.count, &options, text, sizeof text, &error), SIM_OK);
        CHECK_TEXT(text, "@100000000 0:r @200000000 0:r");
        options.one_tenant = true;
        options.tenant = 1;
        put_file(&file, version, 3);
        CHECK_EQ(describe(file.at, file.count, &options, text, sizeof text, &error), SIM_OK);
        CHECK_TEXT(text, "@100000000 0:r @200000000 0:r");
        for (size_t cut = 1; version == 2 && cut < file.count; cut++) {
            int status = describe(file.at, cut, &options, text, sizeof text, &error);
            CHECK(status == SIM_BAD_DATA || cut == 20 || cut == 20 + 20 + 3 * 32);
        }
        options.one_tenant = false;
        CHECK_EQ(describe(file.at, file.count, &options, text, sizeof text, &error), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, "expected one target, found 3; choose one with --tenant");
    }
}

static void damon__binary_of_another_version_is_refused(void)
{
    struct sim_error error = {0};
    struct bytes file;
    char text[200];
    put_file(&file, 3, 1);
    CHECK_EQ(describe(file.at, file.count, &plain, text, sizeof text, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "expected version 1 or 2 of DAMON's binary format, found 3");
}

TEST_SUITE(formats_damon, TEST(damon__json_regions_become_touches), TEST(damon__rates_are_kept),
           TEST(damon__json_samples_count_of_their_intervals),
           TEST(damon__json_numbers_may_be_texts), TEST(damon__json_may_be_compressed),
           TEST(damon__json_one_record_of_several_is_chosen), TEST(damon__json_null_is_absent),
           TEST(damon__json_refuses_what_it_cannot_mean), TEST(damon__text_lines_become_windows),
           TEST(damon__text_passes_over_other_lines), TEST(damon__text_of_trace_cmd_and_ftrace),
           TEST(damon__samples_are_asked_for_where_the_file_contradicts), TEST(damon__raw_reports),
           TEST(damon__raw_addresses_may_be_decimal),
           TEST(damon__text_lines_of_one_kind_belong_together),
           TEST(damon__a_long_window_contradicts_the_default),
           TEST(damon__text_refuses_what_it_cannot_mean), TEST(damon__binary_versions),
           TEST(damon__binary_of_another_version_is_refused))
