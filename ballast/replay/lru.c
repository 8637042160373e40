/*
 * LRU: the page leaves that has not been touched for the longest time. Exact, for memories of all
 * sizes in one pass.
 *
 * There is no list of pages, but a log of touches. A page's place is its last entry in the log;
 * earlier entries are stale. The pages of a memory of n pages are then the n youngest places, so
 * all memories share one log, and each has a mark: the place where its pages begin. A touch writes
 * the end of the log and one place, both without waiting for anything; only a memory that misses
 * moves its mark, past stale entries and one page.
 *
 * The hazard is the log's end. The log is packed there: stale entries go, and so does what is older
 * than the largest memory. Places change, and the marks with them.
 */
#include <stdlib.h>

#include "ballast/replay/policies.h"
#include "sim/reserve.h"

/* Entries of the log for each page of the largest memory. Our choice: packing then looks at 1.3
 * entries for each touch. */
enum { LOG_ENTRIES_A_PAGE = 4, LOG_ENTRIES_LEAST = 1 << 16 };

struct lru {
    uint32_t count;
    const uint32_t *memory_pages;
    uint32_t marks[REPLAY_MEMORIES_MOST]; /* falling: larger memories begin earlier */
    uint64_t seen;                        /* pages, until the largest memory is full */
    uint32_t end, entries;                /* of the log; entry 0 is not used */
    uint32_t *log;                        /* pages */
    uint32_t *places;                     /* by page; 0: in no memory */
    size_t log_bytes, place_bytes;
};

static void end(void *state)
{
    struct lru *lru = state;
    if (lru == NULL)
        return;
    sim_release(lru->log, lru->log_bytes);
    sim_release(lru->places, lru->place_bytes);
    free(lru);
}

static void *begin(const struct replay_setup *setup)
{
    struct lru *lru = calloc(1, sizeof *lru);
    if (lru == NULL)
        return NULL;
    uint64_t entries = (uint64_t)setup->memory_pages[setup->count - 1] * LOG_ENTRIES_A_PAGE;
    entries = entries < LOG_ENTRIES_LEAST ? LOG_ENTRIES_LEAST : entries;
    lru->entries = entries < UINT32_MAX ? (uint32_t)entries : UINT32_MAX;
    lru->count = setup->count;
    lru->memory_pages = setup->memory_pages;
    lru->end = 1;
    for (uint32_t k = 0; k < lru->count; k++)
        lru->marks[k] = 1;
    lru->log_bytes = ((size_t)lru->entries + REPLAY_AHEAD) * sizeof *lru->log;
    lru->place_bytes = (size_t)setup->pages * sizeof *lru->places;
    lru->log = sim_reserve_huge(lru->log_bytes);
    lru->places = sim_reserve_huge(lru->place_bytes);
    if (lru->log == NULL || lru->places == NULL) {
        end(lru);
        return NULL;
    }
    return lru;
}

/* Drops stale entries, and all before the largest memory's mark. */
static void pack(struct lru *lru)
{
    uint32_t to = 1, k = lru->count;
    for (uint32_t from = lru->marks[lru->count - 1]; from < lru->end; from++) {
        while (k > 0 && lru->marks[k - 1] == from)
            lru->marks[--k] = to;
        __builtin_prefetch(&lru->places[lru->log[from + REPLAY_AHEAD]], 1);
        /* Without a branch, which would often be guessed wrong. */
        uint32_t page = lru->log[from], place = lru->places[page];
        bool is_last = place == from;
        lru->log[to] = page;
        lru->places[page] = is_last ? to : place;
        to += is_last;
    }
    while (k > 0)
        lru->marks[--k] = to;
    lru->end = to;
}

/* The oldest page of memory k leaves it. */
static void evict(struct lru *lru, uint32_t k)
{
    uint32_t at = lru->marks[k];
    __builtin_prefetch(&lru->places[lru->log[at + REPLAY_AHEAD]]);
    while (lru->places[lru->log[at]] != at)
        at++;
    lru->marks[k] = at + 1;
    if (k == lru->count - 1)
        lru->places[lru->log[at]] = 0;
}

static void touch(void *state, const uint32_t *pages, size_t count, uint64_t *misses)
{
    struct lru *lru = state;
    for (size_t i = 0; i < count; i++) {
        if (i + REPLAY_AHEAD < count)
            __builtin_prefetch(&lru->places[pages[i + REPLAY_AHEAD]], 1);
        if (lru->end == lru->entries)
            pack(lru);
        uint32_t page = pages[i], place = lru->places[page];
        lru->seen += place == 0;
        lru->log[lru->end] = page;
        lru->places[page] = lru->end++;
        for (uint32_t k = 0; k < lru->count && place < lru->marks[k]; k++) {
            misses[k]++;
            if (lru->seen > lru->memory_pages[k])
                evict(lru, k);
        }
    }
}

const struct replay_policy replay_lru = {
    .name = "lru",
    .summary = "the page leaves that was touched longest ago",
    .begin = begin,
    .touch = touch,
    .end = end,
};
