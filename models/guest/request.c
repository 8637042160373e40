/*
 * The records of disk requests. The hazard is a direction that starves the other: each has half of
 * the requests for itself.
 */
#include "models/guest/request.h"

void guest_request_init(struct requests *requests)
{
    for (uint32_t tag = 0; tag < requests->slots; tag++)
        requests->request[tag].next_free = tag + 1 < requests->slots ? tag + 1 : NONE;
    requests->free = 0;
}

uint32_t guest_request_begin(struct requests *requests, enum io_kind kind, uint32_t first)
{
    if (!guest_request_possible(requests, io_kind_writes(kind)))
        return NONE;
    uint32_t tag = requests->free;
    struct request *request = &requests->request[tag];
    requests->free = request->next_free;
    requests->under_way[io_kind_writes(kind)]++;
    request->kind = kind;
    request->first = first;
    request->count = 0;
    request->waiters = (struct queue){NONE, NONE};
    return tag;
}

void guest_request_end(struct requests *requests, uint32_t tag)
{
    struct request *request = &requests->request[tag];
    requests->under_way[io_kind_writes(request->kind)]--;
    request->kind = IO_FREE;
    request->next_free = requests->free;
    requests->free = tag;
}

/* Is the page among all entries, stale ones too? A loop without a way out, which takes a few
 * instructions for many entries at once. */
static bool may_hold(const struct request *request, uint32_t ppn)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < IO_PAGES; i++)
        found |= request->ppn[i] == ppn;
    return found;
}

uint32_t guest_request_of_page(const struct requests *requests, uint32_t ppn)
{
    for (uint32_t tag = 0; tag < requests->slots; tag++) {
        const struct request *request = &requests->request[tag];
        if (request->kind == IO_FREE || !may_hold(request, ppn))
            continue;
        for (uint32_t i = 0; i < request->count; i++) {
            if (request->ppn[i] == ppn)
                return tag;
        }
    }
    return NONE;
}
