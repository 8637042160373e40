/*
 * Counts what a trace holds in one pass, which also checks every byte of it.
 */
#include "traces/tr.h"

void tr_summary_count(struct tr_summary *summary, const struct tr_record *record)
{
    switch (record->kind) {
    case TR_WINDOW:
        if (summary->windows++ == 0)
            summary->first_ns = record->at_ns;
        summary->last_ns = record->at_ns;
        summary->in_window = 0;
        return;
    case TR_CONTENT:
        summary->contents++;
        summary->zero_contents += record->content == 0;
        break;
    case TR_TOUCH:
        summary->touches++;
        summary->writes += (record->access & TR_WRITE) != 0;
        break;
    case TR_MARK:
        summary->marks++;
        return;
    case TR_DEVICE:
        summary->device_pages += record->pages;
        break;
    case TR_ALLOC:
        summary->allocated_pages += record->pages;
        return;
    case TR_FREE:
        summary->freed_pages += record->pages;
        break;
    case TR_HOLE:
        summary->hole_pages += record->pages;
        return;
    case TR_KINDS:
        return;
    }
    if (++summary->in_window > summary->window_most)
        summary->window_most = summary->in_window;
}

int tr_summarise(const char *path, struct tr_summary *summary, struct sim_error *error)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error failure;
    int more;
    int status = tr_reader_open(path, &reader, error);

    if (status != SIM_OK)
        return status;
    *summary = (struct tr_summary){.header = *tr_reader_header(reader)};
    while ((more = tr_reader_next(reader, &record, &failure)) == 1)
        tr_summary_count(summary, &record);
    summary->file_bytes = tr_reader_bytes(reader);
    tr_reader_close(reader);
    if (more == 0)
        return SIM_OK;
    if (error)
        *error = failure;
    return failure.status;
}
