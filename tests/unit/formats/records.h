/*
 * The records of a source as one line of text, so that a failed test shows all of it.
 *
 *     "@800 h4+2 9:rw 5=4d2 io7+1:w +3+8 -3+1 m700'boot'"
 *     window's end, hole, touch, content, device I/O, allocation, freeing, mark
 */
#ifndef TESTS_RECORDS_H
#define TESTS_RECORDS_H

#include <inttypes.h>
#include <string.h>

#include "tests/check.h"
#include "traces/formats/source.h"

static inline int record_describe(const struct tr_record *record, char *text, size_t bytes)
{
    char access[4] = "";

    snprintf(access, sizeof access, "%s%s%s", record->access & TR_READ ? "r" : "",
             record->access & TR_WRITE ? "w" : "", record->access & TR_EXECUTE ? "x" : "");
    switch (record->kind) {
    case TR_WINDOW:
        return snprintf(text, bytes, "@%" PRIu64, record->at_ns);
    case TR_CONTENT:
        return snprintf(text, bytes, "%u=%" PRIx64, record->ppn, record->content);
    case TR_TOUCH:
        return snprintf(text, bytes, "%u:%s", record->ppn, access);
    case TR_MARK:
        return snprintf(text, bytes, "m%" PRIu64 "'%s'", record->at_ns, record->text);
    case TR_DEVICE:
        return snprintf(text, bytes, "io%u+%u:%s", record->ppn, record->pages, access);
    case TR_ALLOC:
        return snprintf(text, bytes, "+%u+%u", record->ppn, record->pages);
    case TR_FREE:
        return snprintf(text, bytes, "-%u+%u", record->ppn, record->pages);
    case TR_HOLE:
        return snprintf(text, bytes, "h%u+%u", record->ppn, record->pages);
    case TR_KINDS:
        break;
    }
    return snprintf(text, bytes, "?");
}

/* Writes all records up to the end or an error, and returns the status. Closes the source. */
static inline int source_describe(struct tr_source *source, char *text, size_t bytes,
                                  struct sim_error *error)
{
    struct tr_record record = {.kind = TR_WINDOW};
    size_t used = 0;
    int more;

    text[0] = '\0';
    while ((more = tr_source_next(source, &record, error)) == 1) {
        if (used + 2 < bytes && used > 0)
            text[used++] = ' ';
        if (used + 1 < bytes)
            used += (size_t)record_describe(&record, text + used, bytes - used);
    }
    tr_source_close(source);
    return more < 0 ? error->status : SIM_OK;
}

/* The same for a file, whose format is found by content unless the options name it. */
static inline int file_describe(const char *path, const struct tr_source_options *options,
                                char *text, size_t bytes, struct sim_error *error)
{
    struct tr_source *source;
    int status = tr_source_open(path, options, &source, error);

    text[0] = '\0';
    return status == SIM_OK ? source_describe(source, text, bytes, error) : status;
}

#endif
