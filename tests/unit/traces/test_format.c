#include "tests/check.h"
#include "traces/format.h"

static void format__numbers_are_little_endian(void)
{
    uint8_t bytes[8];

    tr_put_u64(bytes, UINT64_C(0x0102030405060708));
    CHECK_EQ(bytes[0], 8);
    CHECK_EQ(bytes[7], 1);
    CHECK_EQ(tr_get_u64(bytes), UINT64_C(0x0102030405060708));
    CHECK_EQ(tr_get_u32(bytes), 0x05060708);
    tr_put_u32(bytes, 0xfffffffe);
    CHECK_EQ(tr_get_u32(bytes), 0xfffffffe);
}

static void format__zigzag_keeps_every_number(void)
{
    static const int64_t values[] = {0, -1, 1, 63, -64, INT64_MAX, INT64_MIN};

    CHECK_EQ(tr_zigzag(-1), 1);
    CHECK_EQ(tr_zigzag(1), 2);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        CHECK_EQ(tr_unzigzag(tr_zigzag(values[i])), values[i]);
}

static const struct tr_header good = {.page_bytes = 4096,
                                      .pages = 32768,
                                      .carries = TR_CONTENTS | TR_MARKS,
                                      .space = TR_SPACE_BLOCKS,
                                      .zero_hash = UINT64_C(0xf0932edfbcf04981),
                                      .clock = "wall",
                                      .source = "a test"};

static void header__comes_back_as_it_was(void)
{
    uint8_t bytes[TR_HEADER_BYTES];
    struct tr_header header;
    struct sim_error error;

    tr_header_encode(&good, bytes);
    CHECK(memcmp(bytes,
                 "\x89"
                 "BTR\r\n\x1a\n\2\0\0\0\x18\1\0\0\0\x10\0\0\5\0\0\0\0\x80\0\0\2",
                 29) == 0);
    CHECK_EQ(tr_header_decode(bytes, "t", &header, &error), SIM_OK);
    CHECK_EQ(header.page_bytes, 4096);
    CHECK_EQ(header.pages, 32768);
    CHECK_EQ(header.carries, TR_CONTENTS | TR_MARKS);
    CHECK_EQ(header.space, TR_SPACE_BLOCKS);
    CHECK_EQ(header.zero_hash, good.zero_hash);
    CHECK_TEXT(header.clock, "wall");
    CHECK_TEXT(header.source, "a test");
}

static void header__what_follows_a_text_is_not_written(void)
{
    uint8_t bytes[TR_HEADER_BYTES], other[TR_HEADER_BYTES];
    struct tr_header header = good;

    header.clock[20] = 'x';
    tr_header_encode(&good, bytes);
    tr_header_encode(&header, other);
    CHECK(memcmp(bytes, other, sizeof bytes) == 0);
}

static void header__refuses_impossible_fields(void)
{
    struct tr_header header = good;

    CHECK(tr_header_problem(&header) == NULL);
    header.page_bytes = 4097;
    CHECK_CONTAINS(tr_header_problem(&header), "page size");
    header.page_bytes = 256;
    CHECK_CONTAINS(tr_header_problem(&header), "page size");
    header = good;
    header.pages = 0;
    CHECK_CONTAINS(tr_header_problem(&header), "number of pages");
    header.pages = TR_PAGES_MOST + 1;
    CHECK_CONTAINS(tr_header_problem(&header), "number of pages");
    header = good;
    header.carries = 256;
    CHECK_CONTAINS(tr_header_problem(&header), "carries");
    header.carries = 0;
    CHECK_CONTAINS(tr_header_problem(&header), "carries");
    header = good;
    header.space = TR_SPACES;
    CHECK_CONTAINS(tr_header_problem(&header), "page numbers");
    header = good;
    header = good;
    memset(header.clock, 'x', sizeof header.clock);
    CHECK_CONTAINS(tr_header_problem(&header), "text");
}

/* A header with the largest number of pages that its field holds, and a correct checksum. */
static void header__refuses_4_billion_pages(void)
{
    uint8_t bytes[TR_HEADER_BYTES];
    struct tr_header header;
    struct sim_error error;

    tr_header_encode(&good, bytes);
    tr_put_u32(bytes + TR_AT_PAGES, UINT32_MAX);
    CHECK_EQ(tr_header_decode(bytes, "t", &header, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, "t: header: checksum is ");
    tr_put_u64(bytes + TR_AT_HEADER_SUM, tr_bytes_sum(bytes, TR_AT_HEADER_SUM, 0));
    CHECK_EQ(tr_header_decode(bytes, "t", &header, &error), SIM_BAD_DATA);
    CHECK_TEXT(error.text, "t: header: the number of pages is not between 1 and 2^30");
}

static void header__names_another_version_before_its_checksum(void)
{
    uint8_t bytes[TR_HEADER_BYTES];
    struct tr_header header;
    struct sim_error error;

    tr_header_encode(&good, bytes);
    bytes[TR_AT_VERSION] = 7;
    CHECK_EQ(tr_header_decode(bytes, "t", &header, &error), SIM_BAD_DATA);
    CHECK_TEXT(error.text, "t: header: version is 7, expected 2: convert the recording that it was "
                           "made from again");
    bytes[0] = 'B';
    CHECK_EQ(tr_header_decode(bytes, "t", &header, &error), SIM_BAD_DATA);
    CHECK_TEXT(error.text, "t: not a Ballast trace");
}

static void check_refused(const struct tr_rules *rules, struct tr_record record, const char *why)
{
    struct tr_rules copy = *rules;
    char text[120];

    if (!CHECK(!tr_rules_accept(&copy, &record)))
        return;
    tr_rules_explain(&copy, &record, text, sizeof text);
    CHECK_TEXT(text, why);
}

static void rules__say_what_may_follow(void)
{
    struct tr_rules rules = {.pages = 10, .carries = TR_TOUCHES | TR_WRITES | TR_MARKS};
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = 100};
    struct tr_record touch = {.kind = TR_TOUCH, .ppn = 9, .access = TR_READ};
    struct tr_record mark = {.kind = TR_MARK, .at_ns = 0};

    check_refused(&rules, touch, "expected a window first, found a touch");
    CHECK(tr_rules_accept(&rules, &window));
    CHECK(tr_rules_accept(&rules, &touch));
    CHECK(tr_rules_accept(&rules, &mark)); /* the first window has no start */
    check_refused(&rules, window, "expected a window that ends after 100 ns, found 100");
    window.at_ns = 200;
    CHECK(tr_rules_accept(&rules, &window));
    mark.at_ns = 200;
    CHECK(tr_rules_accept(&rules, &mark));
    mark.at_ns = 100;
    check_refused(&rules, mark, "expected a mark after 100 and up to 200 ns, found 100");
    mark.at_ns = 201;
    check_refused(&rules, mark, "expected a mark after 100 and up to 200 ns, found 201");
    touch.ppn = 10;
    check_refused(&rules, touch, "expected a page below 10, found 10");
    touch.ppn = 0;
    touch.access = 8;
    check_refused(&rules, touch, "expected an access of 1 to 7, found 8");
    touch.access = 0;
    check_refused(&rules, touch, "expected an access of 1 to 7, found 0");
    touch.kind = TR_CONTENT;
    check_refused(&rules, touch,
                  "expected no content, which the header does not announce, found one");
    touch.kind = (enum tr_kind)8;
    check_refused(&rules, touch, "expected a record of kind 0 to 7, found 8");
}

static void rules__know_what_was_seen_of_accesses(void)
{
    struct tr_rules rules = {.pages = 10, .carries = TR_TOUCHES};
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = 100};
    struct tr_record touch = {.kind = TR_TOUCH, .ppn = 6, .access = TR_READ};

    CHECK(tr_rules_accept(&rules, &window));
    CHECK(tr_rules_accept(&rules, &touch));
    touch.access = TR_READ | TR_WRITE;
    check_refused(&rules, touch,
                  "expected an access of 1 (read), as writes are not announced, found 3");
    rules.carries = TR_WRITES;
    check_refused(&rules, touch,
                  "expected an access of 2 (write), as only writes are announced, found 3");
    touch.access = TR_WRITE;
    CHECK(tr_rules_accept(&rules, &touch));
    rules.carries = TR_CONTENTS;
    check_refused(&rules, touch,
                  "expected no touch, which the header does not announce, found one");
    CHECK_EQ(rules.seen, 7);
}

static void rules__bound_ranges_of_pages(void)
{
    static const enum tr_kind kinds[] = {TR_DEVICE, TR_ALLOC, TR_FREE, TR_HOLE};
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = 100};

    for (unsigned i = 0; i < 4; i++) {
        struct tr_rules rules = {.pages = 10, .carries = TR_CARRIES_ALL};
        struct tr_record range = {.kind = kinds[i], .access = TR_WRITE, .ppn = 4, .pages = 6};
        CHECK(!tr_rules_accept(&rules, &range));
        CHECK(tr_rules_accept(&rules, &window));
        CHECK(tr_rules_accept(&rules, &range));
        CHECK_EQ(rules.seen, 10);
        range.pages = 7;
        check_refused(&rules, range, "expected a page below 10, found 10");
        range.pages = UINT32_MAX;
        check_refused(&rules, range, "expected a page below 10, found 4294967298");
        range.pages = 0;
        check_refused(&rules, range, "expected 1 page or more, found 0");
    }
}

static void rules__keep_holes_first_and_devices_apart(void)
{
    struct tr_rules rules = {.pages = 10, .carries = TR_CARRIES_ALL};
    struct tr_record window = {.kind = TR_WINDOW, .at_ns = 100};
    struct tr_record range = {.kind = TR_DEVICE, .access = 3, .ppn = 4, .pages = 6};

    CHECK(tr_rules_accept(&rules, &window));
    check_refused(&rules, range, "expected an access of 1 or 2, found 3");
    window.at_ns = 200;
    CHECK(tr_rules_accept(&rules, &window));
    range.kind = TR_HOLE;
    check_refused(&rules, range, "expected holes in the first window only, found one in a later");
    rules.carries = TR_CARRIES_ALL & ~(uint32_t)TR_HOLES;
    check_refused(&rules, range, "expected no hole, which the header does not announce, found one");
}

static void time__is_exact_and_short(void)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } times[] = {{0, "0"},
                 {1, "0.000000001"},
                 {12500000000, "12.5"},
                 {100000000000, "100"},
                 {UINT64_MAX, "18446744073.709551615"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[TR_TIME_TEXT_BYTES];
        tr_time_text(times[i].ns, text);
        CHECK_TEXT(text, times[i].text);
    }
}

static void carries__has_words(void)
{
    char text[TR_CARRIES_TEXT_BYTES];
    struct sim_error error;

    tr_carries_text(TR_CARRIES_ALL, text);
    CHECK_TEXT(text, "contents, touches, marks, writes, device I/O, allocations, holes, time");
    tr_carries_text(0, text);
    CHECK_TEXT(text, "");
    CHECK_EQ(tr_header_require("t.btr", &good, TR_CONTENTS, "sharing", &error), SIM_OK);
    CHECK_EQ(tr_header_require("t.btr", &good, TR_CONTENTS | TR_WRITES, "sharing", &error),
             SIM_BAD_DATA);
    CHECK_TEXT(error.text,
               "t.btr: sharing needs a trace with writes, found one with contents, marks");
}

static void content__of_a_hash_keeps_hashes_apart(void)
{
    CHECK_EQ(tr_content_of_hash(77, 99), 77);
    CHECK_EQ(tr_content_of_hash(99, 99), 0);
    CHECK_EQ(tr_content_of_hash(0, 99), 99);
    CHECK_EQ(tr_content_of_hash(0, 0), 0);
}

static void chunk_sum__depends_on_number_head_and_data(void)
{
    uint8_t head[TR_CHUNK_HEAD_BYTES] = {1}, other_head[TR_CHUNK_HEAD_BYTES] = {2};
    uint64_t sum = tr_chunk_sum(3, head, (const uint8_t *)"abc", 3);

    CHECK_EQ(tr_chunk_sum(3, head, (const uint8_t *)"abc", 3), sum);
    CHECK(tr_chunk_sum(4, head, (const uint8_t *)"abc", 3) != sum);
    CHECK(tr_chunk_sum(3, other_head, (const uint8_t *)"abc", 3) != sum);
    CHECK(tr_chunk_sum(3, head, (const uint8_t *)"abd", 3) != sum);
}

TEST_SUITE(traces_format, TEST(format__numbers_are_little_endian),
           TEST(format__zigzag_keeps_every_number), TEST(header__comes_back_as_it_was),
           TEST(header__what_follows_a_text_is_not_written),
           TEST(header__refuses_impossible_fields), TEST(header__refuses_4_billion_pages),
           TEST(header__names_another_version_before_its_checksum),
           TEST(rules__say_what_may_follow), TEST(rules__know_what_was_seen_of_accesses),
           TEST(rules__bound_ranges_of_pages), TEST(rules__keep_holes_first_and_devices_apart),
           TEST(time__is_exact_and_short), TEST(carries__has_words),
           TEST(content__of_a_hash_keeps_hashes_apart),
           TEST(chunk_sum__depends_on_number_head_and_data))
