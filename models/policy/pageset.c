/*
 * Sets of pages: a bitmap with a Fenwick tree of counts over blocks of 128 pages.
 *
 * The paper needs uniform random choice in four places (3.3 victims, 4.3 scanning, 5.3 samples)
 * among pages that come and go. Drawing until a page fits costs without bound when few fit; a list
 * of pages costs 8 bytes each. A rank in a counted bitmap costs neither.
 *
 * The hazard: without the processor's instruction, the compiler's population count is a library
 * call, which a freestanding library must not make. Hence count_bytes().
 */
#include "mp_pageset.h"

#define WORDS_PER_BLOCK 2u
#define PAGES_PER_BLOCK (WORDS_PER_BLOCK * 64u)
#define ONES            0x0101010101010101u
#define HIGH_BITS       0x8080808080808080u

/* The number of ones in each byte, in that byte. */
static uint64_t count_bytes(uint64_t word)
{
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    return (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fu;
}

static uint32_t count_word(uint64_t word)
{
    return (uint32_t)(count_bytes(word) * ONES >> 56);
}

/* How many bytes of `sums` are at most `rank`; both below 128. */
static uint32_t count_passed(uint64_t sums, uint32_t rank)
{
    uint64_t passed = ((rank * ONES | HIGH_BITS) - sums) & HIGH_BITS;

    return (uint32_t)((passed >> 7) * ONES >> 56);
}

/* The position of the rank-th one of a word that has it: first its byte, then its bit in there,
 * each by running sums of all eight at once. */
static uint32_t select_in_word(uint64_t word, uint32_t rank)
{
    uint64_t sums = count_bytes(word) * ONES; /* byte i: ones in bytes 0 to i */
    uint32_t shift = count_passed(sums, rank) * 8;
    uint64_t byte = word >> shift & 0xff;
    uint64_t spread = byte * ONES & UINT64_C(0x8040201008040201); /* bit i alone in byte i */
    uint64_t bits = (spread + ~HIGH_BITS) >> 7 & ONES; /* moved to the byte's lowest bit */

    return shift + count_passed(bits * ONES, rank - (uint32_t)(sums << 8 >> shift & 0xff));
}

static uint32_t block_count(uint32_t size)
{
    return (uint32_t)(((uint64_t)size + PAGES_PER_BLOCK - 1) / PAGES_PER_BLOCK);
}

size_t mp_pageset_footprint(uint32_t size)
{
    size_t blocks = block_count(size);
    size_t bytes = blocks * WORDS_PER_BLOCK * sizeof(uint64_t) + (blocks + 1) * sizeof(uint32_t);

    return (bytes + 63) & ~(size_t)63;
}

void mp_pageset_init(struct mp_pageset *set, void *buffer, uint32_t size)
{
    set->size = size;
    set->blocks = block_count(size);
    set->bits = buffer;
    set->tree = (uint32_t *)(set->bits + (size_t)set->blocks * WORDS_PER_BLOCK);
    set->tree[0] = UINT32_MAX;
    set->count = 0;
    set->top = 1;
    while (set->top <= set->blocks / 2)
        set->top *= 2;
}

static uint32_t count_block(const struct mp_pageset *set, uint32_t block)
{
    const uint64_t *words = set->bits + (size_t)block * WORDS_PER_BLOCK;
    uint32_t count = 0;

    for (uint32_t i = 0; i < WORDS_PER_BLOCK; i++)
        count += count_word(words[i]);
    return count;
}

void mp_pageset_fill(struct mp_pageset *set, uint32_t first)
{
    for (uint64_t page = first; page < set->size;) {
        uint64_t left = set->size - page, shift = page % 64, room = 64 - shift;
        uint64_t run = left < room ? left : room;

        set->bits[page / 64] |= (run == 64 ? UINT64_MAX : (UINT64_C(1) << run) - 1) << shift;
        page += run;
    }
    set->count = first < set->size ? set->size - first : 0;
    for (uint32_t i = 1; i <= set->blocks; i++) {
        uint32_t parent = i + (i & -i);

        set->tree[i] += count_block(set, i - 1);
        if (parent <= set->blocks)
            set->tree[parent] += set->tree[i];
    }
}

void mp_pageset_add(struct mp_pageset *set, uint32_t page)
{
    set->bits[page / 64] |= UINT64_C(1) << (page % 64);
    set->count++;
    for (uint32_t i = page / PAGES_PER_BLOCK + 1; i <= set->blocks; i += i & -i)
        set->tree[i]++;
}

void mp_pageset_remove(struct mp_pageset *set, uint32_t page)
{
    set->bits[page / 64] &= ~(UINT64_C(1) << (page % 64));
    set->count--;
    for (uint32_t i = page / PAGES_PER_BLOCK + 1; i <= set->blocks; i += i & -i)
        set->tree[i]--;
}

/* Without branches on random data, which the processor would guess wrong half of the time. */
uint32_t mp_pageset_select(const struct mp_pageset *set, uint32_t rank)
{
    uint32_t block = 0;

    for (uint32_t step = set->top; step > 0; step /= 2) {
        uint32_t next = block + step;
        uint32_t count = set->tree[next <= set->blocks ? next : 0];
        uint32_t is_passed = -(uint32_t)(count <= rank);

        rank -= count & is_passed;
        block += step & is_passed;
    }

    uint32_t word = block * WORDS_PER_BLOCK;

    for (uint32_t i = 0; i < WORDS_PER_BLOCK - 1; i++) {
        uint32_t count = count_word(set->bits[word]);
        uint32_t is_passed = -(uint32_t)(count <= rank);

        rank -= count & is_passed;
        word += 1 & is_passed;
    }
    return word * 64 + select_in_word(set->bits[word], rank);
}

static uint32_t count_before(const struct mp_pageset *set, uint32_t blocks)
{
    uint32_t count = 0;

    for (uint32_t i = blocks; i > 0; i -= i & -i)
        count += set->tree[i];
    return count;
}

uint32_t mp_pageset_next(const struct mp_pageset *set, uint32_t from)
{
    if (from >= set->size)
        return UINT32_MAX;

    uint32_t word = from / 64;
    uint32_t block = from / PAGES_PER_BLOCK;
    uint64_t rest = set->bits[word] & UINT64_MAX << (from % 64);

    while (rest == 0 && ++word < (block + 1) * WORDS_PER_BLOCK)
        rest = set->bits[word];
    if (rest != 0)
        return word * 64 + (uint32_t)__builtin_ctzll(rest);

    uint32_t before = count_before(set, block + 1);

    return before < set->count ? mp_pageset_select(set, before) : UINT32_MAX;
}

uint32_t mp_pageset_next_absent(const struct mp_pageset *set, uint32_t from, uint32_t end)
{
    while (from < end) {
        uint64_t absent = ~set->bits[from / 64] >> (from % 64);

        if (absent != 0) {
            from += (uint32_t)__builtin_ctzll(absent);
            return from < end ? from : end;
        }
        from = (from | 63) + 1;
    }
    return end;
}

bool mp_pageset_verify(const struct mp_pageset *set, uint32_t end)
{
    uint32_t count = 0;

    for (uint32_t i = 1; i <= block_count(end); i++) {
        uint32_t own = count_block(set, i - 1), all = own;

        for (uint32_t child = 1; child < (i & -i); child *= 2)
            all += set->tree[i - child];
        if (set->tree[i] != all)
            return false;
        count += own;
    }
    return count == set->count && count_before(set, set->blocks) == count;
}
