/*
 * Makes windows and touches of requests.
 */
#include "traces/formats/requests.h"

#include "sim/random.h"

int tr_requests_begin(struct tr_requests *requests, struct sim_error *error)
{
    requests->base.header.space = TR_SPACE_BLOCKS;
    return tr_page_map_init(&requests->map, tr_input_path(requests->base.input), error);
}

int tr_requests_set_earlier_time(struct tr_requests *requests, struct tr_request *request,
                                 uint64_t at_ns, struct sim_error *error)
{
    if (requests->last_ns - at_ns > requests->late_most_ns) {
        char least[TR_TIME_TEXT_BYTES], found[TR_TIME_TEXT_BYTES];
        tr_time_text(requests->last_ns, least);
        tr_time_text(at_ns, found);
        return tr_source_fail(&requests->base, error,
                              "expected a time of at least %s s, found %s; sort the file by time",
                              least, found);
    }
    requests->late++;
    request->at_ns = requests->last_ns;
    return 1;
}

/* Equal numbers of different volumes are different pages. Two keys fall together with a probability
 * of 2^-64. */
static uint64_t key_of(const struct tr_request *request, uint32_t page)
{
    uint64_t object = request->object + page;

    return request->volume == 0 ? object : sim_mix64(request->volume, object);
}

/* Says at the end of the file how many requests were late. */
static void note_late(struct tr_requests *requests)
{
    if (requests->late > 0)
        tr_notes_add(&requests->base.notes,
                     "%llu request%s than one before, by at most %.4g s, and count%s at its time",
                     (unsigned long long)requests->late,
                     requests->late == 1 ? " is older" : "s are older",
                     (double)requests->late_most_ns / 1e9, requests->late == 1 ? "s" : "");
}

static int refill(struct tr_requests *requests, struct sim_error *error)
{
    int more = 1;

    requests->next = requests->count = 0;
    if (requests->read_all != NULL)
        more = requests->read_all(requests, error);
    while (requests->read_all == NULL && requests->count < TR_REQUESTS_AT_ONCE) {
        more = requests->read(requests, &requests->batch[requests->count], error);
        if (more <= 0)
            break;
        requests->count++;
    }
    if (more < 0)
        return -1;
    if (requests->count == 0)
        note_late(requests);
    return requests->count > 0;
}

/* The key of the next page of the present request. */
static uint64_t take_page(struct tr_requests *requests, const struct tr_request *request)
{
    uint64_t key = key_of(request, requests->page++);

    if (requests->page >= request->pages) {
        requests->next++;
        requests->page = 0;
    }
    return key;
}

/* A disk is told to forget ranges that nobody has written; such pages get no number. */
static bool is_idle_delete(const struct tr_requests *requests, const struct tr_request *request,
                           uint64_t key)
{
    return request->access == 0 && request->pages > 0 && !tr_page_map_has(&requests->map, key);
}

int tr_requests_next(struct tr_source *source, struct tr_record *record, struct sim_error *error)
{
    struct tr_requests *requests = (struct tr_requests *)(void *)source;
    const struct tr_request *request;
    uint64_t key;

    do {
        if (requests->next == requests->count) {
            int more = refill(requests, error);
            if (more <= 0)
                return more;
            for (unsigned i = 0; i < requests->count; i++)
                tr_page_map_prefetch(&requests->map, key_of(&requests->batch[i], 0));
        }
        request = &requests->batch[requests->next];
        if (!requests->has_window || request->at_ns > requests->window_ns) {
            requests->has_window = true;
            requests->window_ns = record->at_ns = request->at_ns;
            record->kind = TR_WINDOW;
            return 1;
        }
        key = take_page(requests, request);
    } while (is_idle_delete(requests, request, key));
    record->kind = request->access == 0 ? TR_FREE : TR_TOUCH;
    record->access = request->access;
    record->pages = 1;
    return tr_page_map_find(&requests->map, key, &record->ppn, error) == SIM_OK ? 1 : -1;
}

/* The keys of the next pages, at most `room`, and their accesses. As next(). A delete stands alone,
 * since the keys before it must be in the map. */
static int take_keys(struct tr_requests *requests, uint64_t *keys, uint8_t *access, size_t room,
                     uint32_t *count, struct sim_error *error)
{
    *count = 0;
    if (requests->next == requests->count) {
        int more = refill(requests, error);
        if (more <= 0)
            return more;
    }
    uint32_t taken = 0;
    while (taken < room && requests->next < requests->count) {
        const struct tr_request *request = &requests->batch[requests->next];
        bool is_delete = request->access == 0;
        if (is_delete && taken > 0)
            break;
        access[taken] = request->access;
        keys[taken] = take_page(requests, request);
        if (is_idle_delete(requests, request, keys[taken]))
            continue;
        taken++;
        if (is_delete)
            break;
    }
    *count = taken;
    return 1;
}

/* The fast way, without a struct for each request. As tr_requests_touches(). */
static int touch_objects(struct tr_requests *requests, uint32_t *ppn, size_t room, size_t *count,
                         struct sim_error *error)
{
    uint64_t objects[TR_PAGE_MAP_AT_ONCE];
    size_t left = room - *count;
    uint32_t most = left < TR_PAGE_MAP_AT_ONCE ? (uint32_t)left : TR_PAGE_MAP_AT_ONCE, got = 0;

    if (requests->read_objects(requests, objects, most, &got, error) < 0 ||
        tr_page_map_find_all(&requests->map, objects, got, ppn + *count, error) != SIM_OK)
        return -1;
    *count += got;
    return got > 0;
}

/* Windows are of no interest here, and the rules cannot be broken: times were compared when they
 * were set, and pages get their numbers from the map. */
int tr_requests_touches(struct tr_source *source, uint32_t *ppn, size_t room, size_t *count,
                        struct tr_summary *summary, struct sim_error *error)
{
    struct tr_requests *requests = (struct tr_requests *)(void *)source;
    uint64_t keys[TR_PAGE_MAP_AT_ONCE];
    uint32_t pages[TR_PAGE_MAP_AT_ONCE], got;
    uint8_t access[TR_PAGE_MAP_AT_ONCE];

    while (*count < room && requests->read_objects != NULL && requests->next == requests->count) {
        size_t before = *count;
        int more = touch_objects(requests, ppn, room, count, error);
        source->rules.seen = requests->map.pages;
        summary->touches += *count - before;
        if (more <= 0)
            return more;
    }
    while (*count < room) {
        size_t most = room - *count < TR_PAGE_MAP_AT_ONCE ? room - *count : TR_PAGE_MAP_AT_ONCE;
        int more = take_keys(requests, keys, access, most, &got, error);
        if (more <= 0)
            return more;
        if (tr_page_map_find_all(&requests->map, keys, got, pages, error) != SIM_OK)
            return -1;
        source->rules.seen = requests->map.pages;
        uint32_t touched = 0, written = 0;
        for (uint32_t i = 0; i < got; i++) {
            ppn[*count + touched] = pages[i];
            touched += access[i] != 0;
            written += (access[i] & TR_WRITE) != 0;
        }
        *count += touched;
        summary->touches += touched;
        summary->writes += written;
        summary->freed_pages += got - touched;
    }
    return 1;
}

void tr_requests_end(struct tr_source *source)
{
    tr_page_map_fini(&((struct tr_requests *)(void *)source)->map);
}
