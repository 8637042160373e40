/*
 * Makes windows and touches of requests.
 */
#include "traces/formats/requests.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Operations -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t access;
} ops[TR_OPS] = {
    {"nop", TR_READ},      {"get", TR_READ},    {"gets", TR_READ},     {"set", TR_WRITE},
    {"add", TR_WRITE},     {"cas", TR_WRITE},   {"replace", TR_WRITE}, {"append", TR_WRITE},
    {"prepend", TR_WRITE}, {"delete", 0},       {"incr", TR_WRITE},    {"decr", TR_WRITE},
    {"read", TR_READ},     {"write", TR_WRITE}, {"update", TR_WRITE},
};

/* Traces of disks also have the codes of SCSI: READ and WRITE (10), (12), (16). */
static const struct {
    const char *name;
    uint8_t access;
} short_ops[] = {
    {"r", TR_READ},  {"w", TR_WRITE},  {"28", TR_READ}, {"2a", TR_WRITE},
    {"a8", TR_READ}, {"aa", TR_WRITE}, {"88", TR_READ}, {"8a", TR_WRITE},
};

bool tr_op_access(uint32_t op, uint8_t *access)
{
    *access = op == TR_OP_UNKNOWN ? TR_READ : op < TR_OPS ? ops[op].access : 0;
    return op < TR_OPS || op == TR_OP_UNKNOWN;
}

bool tr_op_access_of_text(const char *text, uint8_t *access)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (end != text && *end == '\0' && number < TR_OPS)
        return tr_op_access((uint32_t)number, access);
    for (size_t i = 0; i < sizeof short_ops / sizeof *short_ops; i++) {
        if (strcasecmp(text, short_ops[i].name) == 0) {
            *access = short_ops[i].access;
            return true;
        }
    }
    for (uint32_t op = 0; op < TR_OPS; op++) {
        if (strcasecmp(text, ops[op].name) == 0)
            return tr_op_access(op, access);
    }
    return false;
}

/* ---- Records ----------------------------------------------------------------------------- */

int tr_requests_begin(struct tr_requests *requests, struct sim_error *error)
{
    requests->base.header.space = TR_SPACE_BLOCKS;
    return tr_page_map_init(&requests->map, tr_input_path(requests->base.input), error);
}

int tr_requests_set_time(struct tr_requests *requests, struct tr_request *request, uint64_t at_ns,
                         struct sim_error *error)
{
    if (at_ns < requests->last_ns)
        return tr_source_fail(
            &requests->base, error,
            "expected a time of at least %.10g s, found %.10g; sort the file by time",
            (double)requests->last_ns / 1e9, (double)at_ns / 1e9);
    request->at_ns = requests->last_ns = at_ns;
    return 1;
}

static int refill(struct tr_requests *requests, struct sim_error *error)
{
    int more = 1;

    requests->next = requests->count = 0;
    while (requests->count < TR_REQUESTS_AT_ONCE) {
        struct tr_request *request = &requests->batch[requests->count];
        more = requests->read(requests, request, error);
        if (more <= 0)
            break;
        tr_page_map_prefetch(&requests->map, request->object);
        requests->count++;
    }
    return more < 0 ? -1 : requests->count > 0;
}

int tr_requests_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct tr_requests *requests = (struct tr_requests *)(void *)source;

    if (requests->next == requests->count) {
        int more = refill(requests, error);
        if (more <= 0)
            return more;
    }
    const struct tr_request *request = &requests->batch[requests->next];
    if (!requests->has_window || request->at_ns > requests->window_ns) {
        requests->has_window = true;
        requests->window_ns = record->at_ns = request->at_ns;
        record->kind = TR_WINDOW;
        return 1;
    }
    requests->next++;
    record->kind = request->access == 0 ? TR_FREE : TR_TOUCH;
    record->access = request->access;
    record->pages = 1;
    return tr_page_map_find(&requests->map, request->object, &record->ppn, error) == SIM_OK ? 1
                                                                                            : -1;
}

void tr_requests_end(struct tr_source *source)
{
    tr_page_map_fini(&((struct tr_requests *)(void *)source)->map);
}
