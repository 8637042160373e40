/*
 * A recording of whatever format, written in every format that we write. The first byte chooses
 * which. What was written as a native trace holds the same records; what was written for others is
 * read again by our own reader.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz/targets.h"
#include "traces/formats/target.h"

enum { RECORDS_MOST = 20000 }; /* a few bytes may stand for a great many */

static char folder[] = "/tmp/ballast-fuzz.XXXXXX", path[60];

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

static struct tr_source *open_source(const char *file, const char *format)
{
    const struct tr_source_options options = {.format = format};
    struct tr_source *source = NULL;
    struct sim_error error = {0};

    return fuzz_accepted(tr_source_open(file, &options, &source, &error), &error) ? source : NULL;
}

/* Reads it to its end; false if it is refused, or longer than is worth the time. */
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

static void check_copy(const struct tr_summary *from, const char *format)
{
    struct tr_summary to = {0};
    bool is_native = format[0] == 'n';

    /* No request, no file that could be told from another. */
    if (!is_native && from->touches == 0)
        return;
    FUZZ_CHECK(count(path, format, &to));
    FUZZ_CHECK(!is_native || (to.windows == from->windows && to.contents == from->contents &&
                              to.touches == from->touches && to.writes == from->writes &&
                              to.marks == from->marks && to.device_pages == from->device_pages &&
                              to.freed_pages == from->freed_pages &&
                              to.hole_pages == from->hole_pages && to.last_ns == from->last_ns));
}

void fuzz_convert(const uint8_t *bytes, size_t bytes_count)
{
    const struct tr_source_about *formats = tr_target_formats();
    struct tr_summary from = {0};
    struct sim_error error = {0};
    unsigned format = 0;

    if (path[0] == '\0') {
        FUZZ_CHECK(mkdtemp(folder) != NULL);
        snprintf(path, sizeof path, "%s/made", folder);
        atexit(remove_folder);
    }
    if (bytes_count == 0)
        return;
    for (unsigned i = bytes[0]; i > 0; i--)
        format = formats[format + 1].name != NULL ? format + 1 : 0;
    const char *file = fuzz_file(0, bytes + 1, bytes_count - 1);
    if (!count(file, NULL, &from))
        return;
    struct tr_source *source = open_source(file, NULL);
    FUZZ_CHECK(source != NULL);
    unlink(path);
    bool written = fuzz_accepted(
        tr_target_write(source, formats[format].name, UINT64_MAX, path, NULL, &error), &error);
    tr_source_close(source);
    FUZZ_CHECK(written || access(path, F_OK) != 0);
    if (written)
        check_copy(&from, formats[format].name);
}
