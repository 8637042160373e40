/*
 * What every target of a recording over time does. It checks the rules of the native format on the
 * records once more, independently of the reader's own checks.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "traces/formats/source.h"

/* A few bytes may stand for very many records, such as a large region in a recording of DAMON. */
enum { RECORDS_MOST = 100000 };

static void check_text(const char *text, size_t bytes)
{
    FUZZ_CHECK(memchr(text, '\0', bytes) != NULL);
}

static void check_header(const struct tr_header *header)
{
    FUZZ_CHECK(header->pages <= TR_PAGES_MOST);
    FUZZ_CHECK(header->page_bytes >= TR_PAGE_BYTES_LEAST &&
               header->page_bytes <= TR_PAGE_BYTES_MOST);
    FUZZ_CHECK((header->page_bytes & (header->page_bytes - 1)) == 0);
    FUZZ_CHECK((header->carries & ~(uint32_t)TR_CARRIES_ALL) == 0);
    FUZZ_CHECK(header->space < TR_SPACES);
    check_text(header->clock, sizeof header->clock);
    check_text(header->source, sizeof header->source);
}

struct seen {
    uint64_t pages, windows, window_ns; /* pages: one more than the highest page number */
};

static void check_record(const struct tr_record *record, uint32_t carries, struct seen *seen)
{
    static const uint32_t needs[TR_KINDS] = {
        [TR_CONTENT] = TR_CONTENTS, [TR_TOUCH] = TR_TOUCHES | TR_WRITES, [TR_MARK] = TR_MARKS,
        [TR_DEVICE] = TR_DEVICE_IO, [TR_ALLOC] = TR_ALLOCATIONS,         [TR_FREE] = TR_ALLOCATIONS,
        [TR_HOLE] = TR_HOLES,
    };
    uint64_t end = 0;

    FUZZ_CHECK(record->kind < TR_KINDS);
    FUZZ_CHECK(needs[record->kind] == 0 || (needs[record->kind] & carries) != 0);
    switch (record->kind) {
    case TR_WINDOW:
        FUZZ_CHECK(seen->windows == 0 || record->at_ns > seen->window_ns);
        seen->windows++;
        seen->window_ns = record->at_ns;
        break;
    case TR_MARK:
        check_text(record->text, sizeof record->text);
        FUZZ_CHECK(record->at_ns <= seen->window_ns);
        break;
    case TR_CONTENT:
    case TR_TOUCH:
        end = (uint64_t)record->ppn + 1;
        break;
    default:
        FUZZ_CHECK(record->pages > 0);
        end = (uint64_t)record->ppn + record->pages;
    }
    FUZZ_CHECK(seen->windows > 0);
    if (end > seen->pages)
        seen->pages = end;
}

void fuzz_source_read(struct tr_source *source)
{
    struct tr_record record = {0};
    struct sim_error error = {0};
    struct seen seen = {0};
    int more = 1;

    check_header(tr_source_header(source));
    for (unsigned i = 0; more > 0 && i < RECORDS_MOST; i++) {
        more = tr_source_next(source, &record, &error);
        if (more > 0)
            check_record(&record, tr_source_header(source)->carries, &seen);
    }
    FUZZ_CHECK(more >= 0 || !fuzz_accepted(error.status, &error));
    const struct tr_header *header = tr_source_header(source);
    check_header(header);
    FUZZ_CHECK(seen.pages <= (header->pages ? header->pages : TR_PAGES_MOST));
    FUZZ_CHECK(tr_source_progress(source) <= 1);
    tr_source_close(source);
}

/* Reads up to RECORDS_MOST records, closes the source, and answers how many touches were among
 * them. *whole says whether that was all, without an error. */
static uint64_t count_records(struct tr_source *source, bool *whole)
{
    struct tr_record record = {0};
    struct sim_error error = {0};
    uint64_t touches = 0;
    int more = 1;

    for (unsigned i = 0; more > 0 && i < RECORDS_MOST; i++) {
        more = tr_source_next(source, &record, &error);
        touches += more > 0 && record.kind == TR_TOUCH;
    }
    *whole = more == 0;
    tr_source_close(source);
    return touches;
}

/* The touches alone are as many as among the records. */
static void check_touches(struct tr_source *source, uint64_t expected)
{
    static uint32_t pages[997];
    struct tr_summary summary = {0};
    struct sim_error error = {0};
    uint64_t touches = 0;
    size_t count;

    while (tr_source_touches(source, pages, 997, &count, &summary, &error) > 0) {
        touches += count;
        for (size_t i = 0; i < count; i++)
            FUZZ_CHECK(pages[i] < TR_PAGES_MOST);
    }
    FUZZ_CHECK(error.status == SIM_OK);
    FUZZ_CHECK(touches == expected && summary.touches == expected);
    tr_source_close(source);
}

void fuzz_source(const char *format, const uint8_t *bytes, size_t count)
{
    const struct tr_source_options options = {.format = format};
    const char *path = fuzz_file(0, bytes, count);
    struct tr_source *source = NULL;
    struct sim_error error = {0};
    bool whole;

    if (!fuzz_accepted(tr_source_open(path, &options, &source, &error), &error))
        return;
    fuzz_source_read(source);
    FUZZ_CHECK(tr_source_open(path, &options, &source, &error) == SIM_OK);
    uint64_t touches = count_records(source, &whole);
    if (!whole)
        return;
    FUZZ_CHECK(tr_source_open(path, &options, &source, &error) == SIM_OK);
    check_touches(source, touches);
}
