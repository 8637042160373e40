#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "traces/tr.h"

static const struct tr_header header = {
    .page_bytes = 4096, .pages = 1000, .carries = TR_CONTENTS, .clock = "wall"};
static const struct tr_record window = {.kind = TR_WINDOW, .at_ns = 5};
static const struct tr_record content = {.kind = TR_CONTENT, .ppn = 999, .content = 42};

static void writer__shows_nothing_before_the_close(void)
{
    struct files files;
    struct tr_writer *writer;
    struct tr_summary summary;
    struct sim_error error;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    file_put(path, "old", 3);
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &window, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &content, &error), SIM_OK);
    size_t count;
    uint8_t *bytes = file_get(path, &count);
    CHECK(count == 3 && memcmp(bytes, "old", 3) == 0);
    free(bytes);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(files_count(&files), 1);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    CHECK_EQ(summary.contents, 1);
    struct stat status;
    CHECK_EQ(stat(path, &status), 0);
    CHECK(status.st_mode & S_IRUSR);
    files_fini(&files);
}

static void writer__abandoned_leaves_nothing(void)
{
    struct files files;
    struct tr_writer *writer;
    struct sim_error error;

    files_init(&files);
    CHECK_EQ(tr_writer_open(files_path(&files, "t.btr"), &header, &writer, &error), SIM_OK);
    CHECK_EQ(files_count(&files), 1);
    CHECK_EQ(tr_writer_put(writer, &window, &error), SIM_OK);
    tr_writer_abandon(writer);
    CHECK_EQ(files_count(&files), 0);
    tr_writer_abandon(NULL);
    files_fini(&files);
}

static void writer__removes_a_stale_part_and_follows_links(void)
{
    struct files files;
    struct tr_writer *writer;
    struct tr_summary summary;
    struct sim_error error;

    files_init(&files);
    const char *stale = files_path(&files, "t.btr.0.part"), *path = files_path(&files, "t.btr"),
               *link = files_path(&files, "link");
    file_put(stale, "stale", 5);
    file_put(path, "", 0);
    CHECK_EQ(symlink(path, link), 0);
    CHECK_EQ(tr_writer_open(link, &header, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    struct stat status;
    CHECK(lstat(link, &status) == 0 && S_ISLNK(status.st_mode));
    CHECK_EQ(files_count(&files), 2); /* nobody writes the stale part any more */
    files_fini(&files);
}

static void writer__refuses_what_breaks_the_rules(void)
{
    struct files files;
    struct tr_writer *writer;
    struct sim_error error;
    struct tr_header bad = header;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    bad.pages = TR_PAGES_MOST + 1;
    CHECK_EQ(tr_writer_open(path, &bad, &writer, &error), SIM_BAD_DATA);
    CHECK(writer == NULL);
    CHECK_CONTAINS(error.text, "t.btr: header: the number of pages");
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &content, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t.btr: record 1: expected a window first, found a content");
    tr_writer_abandon(writer);
    files_fini(&files);
}

static void writer__learns_the_number_of_pages(void)
{
    static const struct tr_record range = {.kind = TR_ALLOC, .ppn = 1000, .pages = 23};
    struct files files;
    struct tr_writer *writer;
    struct tr_summary summary;
    struct sim_error error;
    struct tr_header unknown = header;

    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    unknown.pages = 0;
    unknown.carries = TR_CONTENTS | TR_ALLOCATIONS;
    CHECK_EQ(tr_writer_open(path, &unknown, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &window, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &range, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &content, &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    CHECK_EQ(tr_summarise(path, &summary, &error), SIM_OK);
    CHECK_EQ(summary.header.pages, 1023);
    CHECK_EQ(summary.contents, 1);

    CHECK_EQ(tr_writer_open(path, &unknown, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &window, &error), SIM_OK);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t.btr: expected records of pages, found none");
    CHECK_EQ(tr_writer_open("/dev/null", &unknown, &writer, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "/dev/null: expected a file, since the number of pages");
    CHECK_EQ(files_count(&files), 1);
    files_fini(&files);
}

static void writer__says_why_it_cannot(void)
{
    struct files files;
    struct tr_writer *writer;
    struct sim_error error;
    struct stat status;

    files_init(&files);
    CHECK_EQ(tr_writer_open("/dev/full", &header, &writer, &error), SIM_SYSTEM);
    CHECK_TEXT(error.text, "/dev/full: cannot write: No space left on device");
    CHECK(stat("/dev/full", &status) == 0 && S_ISCHR(status.st_mode));
    CHECK_EQ(tr_writer_open(files.dir, &header, &writer, &error), SIM_SYSTEM);
    CHECK_CONTAINS(error.text, ": cannot write: Is a directory");
    CHECK_EQ(tr_writer_open("/nowhere/t.btr", &header, &writer, &error), SIM_SYSTEM);
    CHECK_TEXT(
        error.text,
        "/nowhere/t.btr: expected a file that can be made, found: No such file or directory");
    CHECK_EQ(files_count(&files), 0);
    files_fini(&files);
}

/* A limit on the size of files stands for a disk that becomes full. */
static void writer__removes_the_part_when_the_disk_is_full(void)
{
    struct files files;
    struct tr_writer *writer;
    struct sim_error error;
    struct rlimit before, small;

    files_init(&files);
    CHECK_EQ(tr_writer_open(files_path(&files, "t.btr"), &header, &writer, &error), SIM_OK);
    CHECK_EQ(tr_writer_put(writer, &window, &error), SIM_OK);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 300;
    setrlimit(RLIMIT_FSIZE, &small);
    CHECK_EQ(tr_writer_close(writer, &error), SIM_SYSTEM);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    CHECK_CONTAINS(error.text, "t.btr: cannot write: File too large");
    CHECK_EQ(files_count(&files), 0);
    files_fini(&files);
}

TEST_SUITE(traces_writer, TEST(writer__shows_nothing_before_the_close),
           TEST(writer__abandoned_leaves_nothing),
           TEST(writer__removes_a_stale_part_and_follows_links),
           TEST(writer__refuses_what_breaks_the_rules), TEST(writer__learns_the_number_of_pages),
           TEST(writer__says_why_it_cannot), TEST(writer__removes_the_part_when_the_disk_is_full))
