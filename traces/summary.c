/*
 * What a trace holds, counted in one pass, which checks every byte of it.
 */
#include "traces/tr.h"

static void count(struct tr_summary *summary, const struct tr_record *record, uint64_t *in_window)
{
    switch (record->kind) {
    case TR_WINDOW:
        if (summary->windows++ == 0)
            summary->first_ns = record->at_ns;
        summary->last_ns = record->at_ns;
        *in_window = 0;
        return;
    case TR_CONTENT:
        summary->contents++;
        summary->zero_contents += record->content == 0;
        break;
    case TR_TOUCH:
        summary->touches++;
        break;
    case TR_MARK:
        summary->marks++;
        return;
    }
    if (++*in_window > summary->window_most)
        summary->window_most = *in_window;
}

int tr_summarise(const char *path, struct tr_summary *summary, struct sim_error *error)
{
    struct tr_reader *reader;
    struct tr_record record;
    struct sim_error failure;
    uint64_t in_window = 0;
    int more;
    int status = tr_reader_open(path, &reader, error);

    if (status != SIM_OK)
        return status;
    *summary = (struct tr_summary){.header = *tr_reader_header(reader)};
    while ((more = tr_reader_next(reader, &record, &failure)) == 1)
        count(summary, &record, &in_window);
    summary->file_bytes = tr_reader_bytes(reader);
    tr_reader_close(reader);
    if (more == 0)
        return SIM_OK;
    if (error)
        *error = failure;
    return failure.status;
}
