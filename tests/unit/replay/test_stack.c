/* Stack distances against a slow count. */
#include "ballast/replay/stack.h"
#include "tests/unit/replay/naive.h"

/* Different pages between a touch and the one before of the same page, that page included. */
static uint32_t naive_distance(const uint32_t *pages, size_t at)
{
    bool seen[NAIVE_PAGES] = {false};
    uint32_t distance = 1;
    for (size_t i = at; i-- > 0; seen[pages[i]] = true) {
        if (pages[i] == pages[at])
            return distance;
        distance += !seen[pages[i]];
    }
    return 0;
}

static void stack__distances_are_those_of_the_slow_count(void)
{
    for (enum naive_kind kind = 0; kind < NAIVE_KINDS; kind++) {
        uint32_t *pages = naive_touches(kind);
        struct stack *stack = stack_new(NAIVE_PAGES);
        uint32_t wrong = 0;
        for (size_t i = 0; i < NAIVE_TOUCHES; i++)
            wrong += stack_touch(stack, pages[i]) != naive_distance(pages, i);
        CHECK_EQ(wrong, 0);
        stack_free(stack);
        free(pages);
    }
}

/* More pages than the first log has entries: it grows, twice. */
static void stack__grows_with_the_pages(void)
{
    enum { PAGES = 300000 };
    struct stack *stack = stack_new(PAGES);
    uint32_t wrong = 0;
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t page = 0; page < PAGES; page++)
            wrong += stack_touch(stack, page) != (round == 0 ? 0 : PAGES);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(stack_pages(stack), PAGES);
    CHECK_EQ(stack_touch(stack, PAGES - 1), 1);
    stack_free(stack);
}

static void stack__forget_is_as_if_never_touched(void)
{
    struct stack *stack = stack_new(5);
    for (uint32_t page = 0; page < 5; page++)
        stack_touch(stack, page);
    stack_forget(stack, 3);
    stack_forget(stack, 3);
    CHECK_EQ(stack_pages(stack), 4);
    CHECK_EQ(stack_touch(stack, 2), 2); /* 4 alone lies between */
    CHECK_EQ(stack_touch(stack, 3), 0);
    CHECK_EQ(stack_touch(stack, 0), 5);
    stack_free(stack);
}

TEST_SUITE(replay_stack, TEST(stack__distances_are_those_of_the_slow_count),
           TEST(stack__grows_with_the_pages), TEST(stack__forget_is_as_if_never_touched))
