/*
 * A policy of page replacement: which page leaves when a page is touched that is not in memory.
 *
 * A policy is one file, and one row of the table in policies.c. It runs memories of several sizes
 * side by side over the same touches, because what costs most is to fetch what it knows of a page,
 * and that can lie together for all of them.
 *
 * A touch of a page that is not in memory is a miss, the first touch of a page too. Then the page
 * is put in memory. While memory has room no page leaves.
 */
#ifndef REPLAY_POLICY_H
#define REPLAY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REPLAY_MEMORIES_MOST 32u /* the bits of a word */

struct replay_setup {
    uint32_t count;               /* of memories, at most REPLAY_MEMORIES_MOST */
    const uint32_t *memory_pages; /* their sizes: at least 1, and rising */
    uint32_t pages;               /* page numbers are below this */
    uint64_t seed;                /* of random choices */
    /* All touches in order, for a policy that needs the future; else NULL. */
    const uint32_t *touched;
    uint64_t touches;
};

struct replay_policy {
    const char *name;
    const char *summary; /* one line, for the help */
    bool needs_future;   /* all touches beforehand */
    bool needs_pages;    /* how many pages there are beforehand, for `pages` of the setup */
    /* Empty memories. What `setup` points to outlives them. NULL where there is no room. */
    void *(*begin)(const struct replay_setup *setup);
    /* The next touches, in order. Adds the misses of each memory to `misses`. */
    void (*touch)(void *state, const uint32_t *pages, size_t count, uint64_t *misses);
    void (*end)(void *state); /* accepts NULL */
};

extern const struct replay_policy *const replay_policies[]; /* ends with NULL */

/* How far ahead of the present touch the loops fetch what they know of a page. Our choice: so many
 * touches take about as long as memory does. */
enum { REPLAY_AHEAD = 32 };

#endif
