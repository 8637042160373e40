/*
 * A shorter copy of a trace: its windows up to a time.
 */
#include "traces/tr.h"

/* Copies records until a window ends too late. */
static int copy(struct tr_reader *reader, struct tr_writer *writer, uint64_t until_ns,
                struct sim_error *error)
{
    struct tr_record record;
    struct sim_error failure = {0};

    for (;;) {
        int more = tr_reader_next(reader, &record, &failure);
        if (more < 0) {
            if (error)
                *error = failure;
            return failure.status;
        }
        if (more == 0 || (record.kind == TR_WINDOW && record.at_ns > until_ns))
            return SIM_OK;
        int status = tr_writer_put(writer, &record, error);
        if (status != SIM_OK)
            return status;
    }
}

int tr_cut(const char *path, uint64_t until_ns, const char *out, struct sim_error *error)
{
    struct tr_reader *reader;
    struct tr_writer *writer;
    int status = tr_reader_open(path, &reader, error);

    if (status != SIM_OK)
        return status;
    status = tr_writer_open(out, tr_reader_header(reader), &writer, error);
    if (status == SIM_OK)
        status = copy(reader, writer, until_ns, error);
    tr_reader_close(reader);
    if (status == SIM_OK)
        return tr_writer_close(writer, error);
    tr_writer_abandon(writer);
    return status;
}
