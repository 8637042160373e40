/* Recordings as page numbers. */
#include "ballast/replay/trace.h"

#include "tests/unit/replay/requests.h"

static struct sim_error error;

/* Reads all, adds up, and checks what is known at the end. */
static void check_touches(const char *path, bool hold, uint64_t touches, uint32_t distinct)
{
    static const struct tr_source_options defaults = {0};
    struct replay_trace *trace;
    struct replay_facts facts;
    const uint32_t *pages;
    size_t count;
    uint64_t found = 0;
    uint32_t beyond = 0;

    if (!CHECK_EQ(replay_trace_open(path, &defaults, &trace, &error), SIM_OK))
        return;
    if (hold)
        CHECK_EQ(replay_trace_hold(trace, &error), SIM_OK);
    for (int round = 0; round <= hold; round++) {
        for (found = 0; replay_trace_next(trace, &pages, &count, &error) == 1; found += count)
            for (size_t i = 0; i < count; i++)
                beyond += pages[i] >= replay_trace_pages(trace);
        CHECK_EQ(found, touches);
        replay_trace_facts(trace, &facts);
        CHECK_EQ(facts.touches, touches);
        CHECK_EQ(facts.distinct, distinct);
        replay_trace_rewind(trace);
    }
    CHECK_EQ(beyond, 0);
    replay_trace_close(trace);
}

static void trace__gives_all_touches(void)
{
    static uint32_t objects[REQUESTS_MOST];
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t");
    for (uint32_t i = 0; i < REQUESTS_MOST; i++)
        objects[i] = i * 7 % 1234;
    requests_put(path, objects, REQUESTS_MOST);
    check_touches(path, false, REQUESTS_MOST, 1234);
    check_touches(path, true, REQUESTS_MOST, 1234);
    requests_put(path, objects, 4096); /* just a batch */
    check_touches(path, false, 4096, 1234);
    check_touches(path, true, 4096, 1234);
    check_touches("traces/samples/T1.btr", false, 776968, 32526);
    check_touches("traces/samples/T1.btr", true, 776968, 32526);
    files_fini(&files);
}

/* Pages that come in the order of their numbers for a while, and then do not: those of before are
 * not counted again, and those that were left out are. */
static void trace__counts_pages_in_any_order(void)
{
    static const uint32_t pages[] = {0, 1, 1, 0, 2, 3, 70, 3, 5, 70, 64, 4, 5, 0};
    static const struct tr_header header = {
        .page_bytes = 4096, .pages = 100, .carries = TR_TOUCHES | TR_TIME, .clock = "wall"};
    struct files files;
    struct tr_writer *writer;
    struct tr_record record = {.kind = TR_WINDOW};
    files_init(&files);
    const char *path = files_path(&files, "t.btr");
    CHECK_EQ(tr_writer_open(path, &header, &writer, &error), SIM_OK);
    for (uint32_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        record = (struct tr_record){.kind = TR_WINDOW, .at_ns = i + 1};
        CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
        record =
            (struct tr_record){.kind = TR_TOUCH, .ppn = pages[i], .pages = 1, .access = TR_READ};
        CHECK_EQ(tr_writer_put(writer, &record, &error), SIM_OK);
    }
    CHECK_EQ(tr_writer_close(writer, &error), SIM_OK);
    check_touches(path, false, 14, 8);
    check_touches(path, true, 14, 8);
    files_fini(&files);
}

static void trace__knows_whether_pages_have_a_size(void)
{
    struct tr_source_options options = {0};
    struct replay_trace *trace;
    static const uint32_t objects[] = {1, 2, 1};
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "t");
    requests_put(path, objects, 3);
    if (CHECK_EQ(replay_trace_open(path, &options, &trace, &error), SIM_OK)) {
        CHECK_EQ(replay_trace_page_bytes(trace), 0);
        replay_trace_close(trace);
    }
    options.page_bytes = 8192;
    if (CHECK_EQ(replay_trace_open(path, &options, &trace, &error), SIM_OK)) {
        CHECK_EQ(replay_trace_page_bytes(trace), 8192);
        replay_trace_close(trace);
    }
    options.page_bytes = 0;
    if (CHECK_EQ(replay_trace_open("traces/samples/T1.btr", &options, &trace, &error), SIM_OK)) {
        CHECK_EQ(replay_trace_page_bytes(trace), 4096);
        replay_trace_close(trace);
    }
    options.page_bytes = 8192; /* the recording says otherwise */
    CHECK_EQ(replay_trace_open("traces/samples/T1.btr", &options, &trace, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "pages of 4096 bytes");
    files_fini(&files);
}

static void trace__says_what_is_left_out(void)
{
    static const struct tr_source_options defaults = {0};
    struct replay_trace *trace;
    struct tr_notes notes;
    if (!CHECK_EQ(replay_trace_open("traces/samples/T1.btr", &defaults, &trace, &error), SIM_OK))
        return;
    CHECK_EQ(replay_trace_hold(trace, &error), SIM_OK);
    replay_trace_notes(trace, &notes);
    CHECK_EQ(notes.count, 2);
    CHECK_CONTAINS(notes.text[0], "316668 new contents");
    CHECK_CONTAINS(notes.text[1], "the order of the file");
    replay_trace_close(trace);
}

static void trace__without_touches_is_refused(void)
{
    static const struct tr_source_options defaults = {0};
    struct replay_trace *trace;
    CHECK_EQ(replay_trace_open("traces/samples/A1.btr", &defaults, &trace, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "replay needs a trace with touches");
    CHECK(trace == NULL);
    replay_trace_close(trace);
}

TEST_SUITE(replay_trace, TEST(trace__counts_pages_in_any_order), TEST(trace__gives_all_touches),
           TEST(trace__knows_whether_pages_have_a_size), TEST(trace__says_what_is_left_out),
           TEST(trace__without_touches_is_refused))
