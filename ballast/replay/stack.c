/*
 * A log of touches, with a bit for each entry that is the last of its page. The distance is the
 * number of bits behind a page's last entry. A Fenwick tree holds the sums over blocks of 256 bits:
 * it stays in the first caches, where one over single entries would not.
 *
 * The hazard is the log's end. The log is packed there: only last entries stay, in their order. It
 * is made so long that at least half of it is free then.
 */
#include "ballast/replay/stack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/reserve.h"

enum { BLOCK = 256, WORDS_A_BLOCK = BLOCK / 64, ENTRIES_LEAST = 1 << 16 };

struct stack {
    uint32_t pages;        /* numbers are below it */
    uint32_t touched;      /* pages: bits that are set */
    uint32_t *places;      /* by page: its last entry; 0: never touched */
    uint64_t end, entries; /* of the log; entry 0 is not used */
    uint32_t *log;         /* by entry: its page */
    uint64_t *bits;
    uint32_t *sums; /* the tree, from 1 on */
    uint64_t blocks;
};

static void log_release(struct stack *stack)
{
    sim_release(stack->log, stack->entries * sizeof *stack->log);
    sim_release(stack->bits, stack->entries / 8);
    sim_release(stack->sums, (stack->blocks + 1) * sizeof *stack->sums);
}

/* `entries` is a multiple of BLOCK. */
static bool log_reserve(struct stack *stack, uint64_t entries)
{
    stack->entries = entries;
    stack->blocks = entries / BLOCK;
    stack->log = sim_reserve_huge(entries * sizeof *stack->log);
    stack->bits = sim_reserve_huge(entries / 8);
    stack->sums = sim_reserve_huge((stack->blocks + 1) * sizeof *stack->sums);
    return stack->log != NULL && stack->bits != NULL && stack->sums != NULL;
}

struct stack *stack_new(uint32_t pages)
{
    struct stack *stack = calloc(1, sizeof *stack);
    if (stack == NULL)
        return NULL;
    stack->pages = pages;
    stack->end = 1;
    stack->places = sim_reserve_huge(pages * sizeof *stack->places);
    if (!log_reserve(stack, ENTRIES_LEAST) || stack->places == NULL) {
        stack_free(stack);
        return NULL;
    }
    return stack;
}

void stack_free(struct stack *stack)
{
    if (stack == NULL)
        return;
    log_release(stack);
    sim_release(stack->places, stack->pages * sizeof *stack->places);
    free(stack);
}

/* ---- Bits and their sums ----------------------------------------------------------------- */

static void add(struct stack *stack, uint64_t block, uint32_t value)
{
    for (uint64_t i = block + 1; i <= stack->blocks; i += i & -i)
        stack->sums[i] += value;
}

static void set(struct stack *stack, uint64_t entry)
{
    stack->bits[entry / 64] |= UINT64_C(1) << entry % 64;
    add(stack, entry / BLOCK, 1);
}

static void clear(struct stack *stack, uint64_t entry)
{
    stack->bits[entry / 64] &= ~(UINT64_C(1) << entry % 64);
    add(stack, entry / BLOCK, UINT32_MAX); /* less one */
}

/* Bits up to this entry, that one included. */
static uint32_t count_to(const struct stack *stack, uint64_t entry)
{
    uint64_t block = entry / BLOCK, last = entry / 64;
    uint32_t count = 0;
    for (uint64_t i = block; i > 0; i -= i & -i)
        count += stack->sums[i];
    for (uint64_t word = block * WORDS_A_BLOCK; word < last; word++)
        count += (uint32_t)__builtin_popcountll(stack->bits[word]);
    return count + (uint32_t)__builtin_popcountll(stack->bits[last] << (63 - entry % 64));
}

/* ---- Packing ----------------------------------------------------------------------------- */

/* The first `count` entries have their bits, and no others. */
static void fill(struct stack *stack, uint64_t end)
{
    memset(stack->sums, 0, (stack->blocks + 1) * sizeof *stack->sums);
    memset(stack->bits, 0, stack->entries / 8);
    for (uint64_t entry = 1; entry < end; entry++)
        stack->bits[entry / 64] |= UINT64_C(1) << entry % 64;
    for (uint64_t block = 0; block * BLOCK < end; block++) {
        uint32_t count = 0;
        for (uint64_t word = block * WORDS_A_BLOCK; word < (block + 1) * WORDS_A_BLOCK; word++)
            count += (uint32_t)__builtin_popcountll(stack->bits[word]);
        add(stack, block, count);
    }
}

/* Last entries move to the front, into a longer log where they fill more than half of this one. The
 * program ends where there is no address space for that. */
static void pack(struct stack *stack)
{
    struct stack old = *stack;
    bool grows = (uint64_t)stack->touched * 2 + 1 > stack->entries;
    uint64_t to = 1;
    bool is_there = !grows || log_reserve(stack, stack->entries * 4);
    assert(is_there); /* address space */
    for (uint64_t entry = 1; entry < old.end; entry++) {
        uint32_t page = old.log[entry];
        if (old.places[page] != entry)
            continue;
        stack->log[to] = page;
        stack->places[page] = (uint32_t)to++;
    }
    if (grows)
        log_release(&old);
    fill(stack, to);
    stack->end = to;
}

/* ---- Touches ----------------------------------------------------------------------------- */

uint32_t stack_touch(struct stack *stack, uint32_t page)
{
    if (stack->end == stack->entries)
        pack(stack);
    uint64_t place = stack->places[page];
    uint32_t distance = 0;
    if (place > 0) {
        distance = stack->touched - count_to(stack, place) + 1;
        clear(stack, place);
    } else {
        stack->touched++;
    }
    stack->log[stack->end] = page;
    set(stack, stack->end);
    stack->places[page] = (uint32_t)stack->end++;
    return distance;
}

void stack_prefetch(const struct stack *stack, uint32_t page)
{
    __builtin_prefetch(&stack->places[page], 1);
}

void stack_forget(struct stack *stack, uint32_t page)
{
    if (stack->places[page] == 0)
        return;
    clear(stack, stack->places[page]);
    stack->places[page] = 0;
    stack->touched--;
}

uint32_t stack_pages(const struct stack *stack)
{
    return stack->touched;
}
