#include <sys/stat.h>

#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

static const struct tr_source_options defaults = {0};

static int copy(const char *from, uint64_t until_ns, const char *to, struct sim_error *error)
{
    struct tr_source *source;
    int status = tr_source_open(from, &defaults, &source, error);

    if (status == SIM_OK)
        status = tr_source_copy(source, until_ns, to, NULL, error);
    tr_source_close(source);
    return status;
}

static void source__copies_whole_windows_up_to_the_time(void)
{
    struct files files;
    struct sim_error error;
    struct tr_summary whole, part;

    files_init(&files);
    const char *from = "traces/samples/A1.btr", *to = files_path(&files, "t.btr");
    CHECK_EQ(tr_summarise(from, &whole, &error), SIM_OK);
    CHECK_EQ(copy(from, UINT64_C(149999999999), to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.windows, 2);
    CHECK(part.contents < whole.contents);
    CHECK_TEXT(part.header.source, whole.header.source);
    CHECK_EQ(copy(from, UINT64_C(150000000000), to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.windows, 3);
    CHECK_EQ(copy(from, UINT64_MAX, to, &error), SIM_OK);
    CHECK_EQ(tr_summarise(to, &part, &error), SIM_OK);
    CHECK_EQ(part.contents, whole.contents);
    files_fini(&files);
}

static void source__copy_of_a_damaged_trace_leaves_nothing(void)
{
    struct files files;
    struct sim_error error;
    size_t count;

    files_init(&files);
    const char *from = files_path(&files, "from.btr"), *to = files_path(&files, "to.btr");
    CHECK_EQ(copy(from, UINT64_MAX, to, &error), SIM_BAD_DATA);
    uint8_t *bytes = file_get("traces/samples/A1.btr", &count);
    file_put(from, bytes, count - 1);
    CHECK_EQ(copy(from, UINT64_MAX, to, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "from.btr: chunk ");
    CHECK_EQ(copy("traces/samples/A1.btr", UINT64_MAX, "/dev/full", &error), SIM_SYSTEM);
    CHECK_EQ(files_count(&files), 1);
    free(bytes);
    files_fini(&files);
}

static void source__summary_is_that_of_the_native_reader(void)
{
    struct sim_error error;
    struct tr_source *source;
    struct tr_summary native, summary;

    CHECK_EQ(tr_summarise("traces/samples/A1.btr", &native, &error), SIM_OK);
    CHECK_EQ(tr_source_open("traces/samples/A1.btr", &defaults, &source, &error), SIM_OK);
    CHECK_TEXT(tr_source_format(source), "native");
    CHECK(tr_source_progress(source) < 0.01);
    CHECK_EQ(tr_source_summarise(source, &summary, &error), SIM_OK);
    CHECK(tr_source_progress(source) == 1);
    CHECK_EQ(summary.contents, native.contents);
    CHECK_EQ(summary.zero_contents, native.zero_contents);
    CHECK_EQ(summary.file_bytes, native.file_bytes);
    CHECK_EQ(summary.window_most, native.window_most);
    CHECK_TEXT(summary.header.source, native.header.source);
    tr_source_close(source);
    tr_source_close(NULL);
}

static void check_refused(const char *path, const char *format, int status, const char *why)
{
    struct tr_source_options options = {.format = format};
    struct tr_source *source;
    struct sim_error error = {0};

    CHECK_EQ(tr_source_open(path, &options, &source, &error), status);
    CHECK(source == NULL);
    CHECK_CONTAINS(error.text, why);
    CHECK(strchr(error.text, '\n') == NULL);
}

static void source__refuses_what_it_cannot_read(void)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t"), *fifo = files_path(&files, "fifo");
    check_refused(path, NULL, SIM_BAD_DATA, "t: cannot open: No such file or directory");
    check_refused(files.dir, NULL, SIM_BAD_DATA, ": cannot open: Is a directory");
    file_put(path, "", 0);
    check_refused(path, NULL, SIM_BAD_DATA, "t: expected a recording, found an empty file");
    file_put(path, "\1\2\3\4\5", 5);
    check_refused(path, NULL, SIM_BAD_DATA, "t: expected a recording in a known format, found");
    check_refused(path, "pgt", SIM_BAD_DATA, "t: byte 0: expected 24 bytes of a header, found 5");
    check_refused(path, "nonsense", SIM_USAGE, "expected one of the formats native, pgt");
    check_refused(path, "lackei", SIM_USAGE, "found 'lackei' (did you mean 'lackey'?)");
    CHECK_EQ(mkfifo(fifo, 0600), 0);
    char command[300];
    snprintf(command, sizeof command, "cat traces/samples/A1.btr >%s 2>%s.err &", fifo, path);
    CHECK_EQ(system(command), 0);
    check_refused(fifo, NULL, SIM_BAD_DATA,
                  "fifo: expected a file for a native trace, found a pipe or a device");
    files_fini(&files);
}

/* The message names the command that makes something readable of the file. */
static void source__names_what_converts(void)
{
    static const struct {
        const char *begin, *why;
        size_t bytes;
    } cases[] = {
        {"PERFILE2", "found perf's own data; `perf script -i FILE`", 8},
        {"\x17\x08\x44tracing6", "`trace-cmd report FILE`", 11},
        {"\x07\x74\x61\x65\1\2\3", "`blkparse -i FILE`", 7},
        {"gem5\1\2", "`util/decode_packet_trace.py FILE OUT`", 6},
        {"Linux 6.1 (host) 07/23/2026\n", "statistics of sar, which are for `ballast trace series`",
         28},
        {"[{\"mem\": 1}]", "JSON; statistics are for `ballast trace series`", 12},
        {"\177ELF\2\1\1", "an ELF file; a memory image is for `ballast scan`", 7},
        {"SQLite format 3", "a database; results are for `ballast show`", 15},
        {"BZh91AY", "`bzip2 -dk FILE`", 7},
    };
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t");
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        file_put(path, cases[i].begin, cases[i].bytes);
        check_refused(path, NULL, SIM_BAD_DATA, cases[i].why);
    }
    files_fini(&files);
}

static void source__lists_its_formats(void)
{
    const struct tr_source_about *about = tr_source_formats();
    unsigned count = 0;

    CHECK_TEXT(about[0].name, "native");
    for (; about[count].name; count++)
        CHECK(about[count].description[0] != '\0');
    CHECK(count >= 2);
}

TEST_SUITE(formats_source, TEST(source__copies_whole_windows_up_to_the_time),
           TEST(source__copy_of_a_damaged_trace_leaves_nothing),
           TEST(source__summary_is_that_of_the_native_reader),
           TEST(source__refuses_what_it_cannot_read), TEST(source__names_what_converts),
           TEST(source__lists_its_formats))
