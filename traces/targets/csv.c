/*
 * Requests as lines of text. The first line names the columns, so that traces/formats/csv.c can
 * read the file again.
 */
#include <inttypes.h>
#include <stdio.h>

#include "traces/targets/parts.h"

static int put_requests(struct tr_walk *walk, struct tr_packer *packer, struct sim_error *error)
{
    static const char *const ops[] = {"delete", "read", "write", "write",
                                      "read",   "read", "write", "write"};
    const struct tr_header *header = tr_source_header(walk->source);
    bool has_time = header->carries & TR_TIME;
    bool has_ops = header->carries & (TR_WRITES | TR_ALLOCATIONS);
    char line[100], time[TR_TIME_TEXT_BYTES] = "";
    int more = 0, status = SIM_OK;
    size_t used = (size_t)snprintf(line, sizeof line, "%sobj_id,obj_size%s\n",
                                   has_time ? "time," : "", has_ops ? ",op" : "");

    do {
        status = tr_packer_write(packer, line, used, error);
        more = status == SIM_OK ? tr_walk_next(walk, error) : 0;
        if (has_time)
            tr_time_text(walk->window_ns, time);
        used = (size_t)snprintf(line, sizeof line, "%s%s%" PRIu32 ",%" PRIu32 "%s%s\n", time,
                                has_time ? "," : "", walk->record.ppn, header->page_bytes,
                                has_ops ? "," : "", has_ops ? ops[walk->record.access & 7] : "");
    } while (more > 0);
    return more < 0 ? error->status : status;
}

int tr_csv_write(struct tr_walk *walk, const char *path, struct sim_error *error)
{
    struct tr_packer *packer;
    int status = tr_packer_open(path, &packer, error);

    if (status != SIM_OK)
        return status;
    status = put_requests(walk, packer, error);
    if (status == SIM_OK)
        return tr_packer_close(packer, error);
    tr_packer_abandon(packer);
    return status;
}
