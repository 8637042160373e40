/*
 * A recording in any format, written in another. The lowest two bits of the first byte choose the
 * format to write. If its highest bit is set, windows are made longer first, and the other bits say
 * by how much. A native trace must have the same records as the input, or fewer if windows were
 * merged. A file in another format must be accepted by the reader of that format.
 */
#include <string.h>
#include <unistd.h>

#include "fuzz/targets.h"
#include "traces/targets/target.h"

enum { RECORDS_MOST = 20000 }; /* a few bytes may stand for very many records */

static struct tr_source *open_source(const char *file, const char *format)
{
    const struct tr_source_options options = {.format = format};
    struct tr_source *source = NULL;
    struct sim_error error = {0};

    return fuzz_accepted(tr_source_open(file, &options, &source, &error), &error) ? source : NULL;
}

/* Reads the recording to its end; false if it is refused, or has more than RECORDS_MOST records. */
static bool count(const char *file, const char *format, struct tr_summary *summary)
{
    struct tr_source *source = open_source(file, format);
    struct tr_record record = {0};
    struct sim_error error = {0};
    int more = source != NULL ? 1 : -1;

    for (unsigned i = 0; more > 0 && i < RECORDS_MOST; i++) {
        more = tr_source_next(source, &record, &error);
        if (more > 0)
            tr_summary_count(summary, &record);
    }
    tr_source_close(source);
    return more == 0;
}

static void check_same(const struct tr_summary *from, const struct tr_summary *to)
{
    FUZZ_CHECK(to->windows == from->windows && to->contents == from->contents);
    FUZZ_CHECK(to->touches == from->touches && to->writes == from->writes);
    FUZZ_CHECK(to->freed_pages == from->freed_pages);
    FUZZ_CHECK(to->allocated_pages == from->allocated_pages);
}

static void check_copy(const char *path, const struct tr_summary *from, const char *format,
                       bool is_merged)
{
    struct tr_summary to = {0};
    bool is_native = strcmp(format, "native") == 0;

    /* Without requests the file has nothing by which its format could be found. */
    if (!is_native && from->touches == 0)
        return;
    FUZZ_CHECK(count(path, format, &to));
    if (!is_native)
        return;
    if (!is_merged)
        check_same(from, &to);
    FUZZ_CHECK(to.windows <= from->windows && to.contents <= from->contents);
    FUZZ_CHECK(to.touches <= from->touches && to.last_ns == from->last_ns);
    FUZZ_CHECK(to.marks == from->marks && to.device_pages == from->device_pages);
    FUZZ_CHECK(to.hole_pages == from->hole_pages);
}

void fuzz_convert(const uint8_t *bytes, size_t bytes_count)
{
    const struct tr_source_about *formats = tr_target_formats();
    struct tr_summary from = {0};
    struct sim_error error = {0};
    enum { FORMAT = 3, LENGTH = 31, MERGE = 128 };

    if (bytes_count == 0)
        return;
    const char *format = formats[bytes[0] & FORMAT].name;
    bool is_merged = bytes[0] & MERGE;
    const char *file = fuzz_file(0, bytes + 1, bytes_count - 1);
    if (!count(file, NULL, &from))
        return;
    struct tr_source *source = open_source(file, NULL);
    FUZZ_CHECK(source != NULL);
    uint64_t window_ns = UINT64_C(1) << (bytes[0] >> 2 & LENGTH);
    if (is_merged && !fuzz_accepted(tr_source_merge(source, window_ns, &source, &error), &error))
        return;
    const char *path = fuzz_place();
    bool written =
        fuzz_accepted(tr_target_write(source, format, UINT64_MAX, path, NULL, &error), &error);
    tr_source_close(source);
    FUZZ_CHECK(written || access(path, F_OK) != 0);
    if (written)
        check_copy(path, &from, format, is_merged);
}
