#include "ballast/results/lock.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/check.h"

static void lock__is_seen_by_others_until_it_is_dropped_or_closed(void)
{
    char path[] = "/tmp/test_lock_XXXXXX";
    close(mkstemp(path));
    int one = lock_open(path), two = lock_open(path);
    CHECK(!lock_is_held(two, 7));
    lock_hold(one, 7);
    CHECK(lock_is_held(two, 7));
    CHECK(lock_any_is_held(two));
    CHECK(!lock_is_held(two, 8));
    CHECK(!lock_is_held(one, 7)); /* one's own */
    CHECK(!lock_any_is_held(one));
    lock_drop(one, 7);
    CHECK(!lock_any_is_held(two));
    lock_hold(one, 1);
    lock_close(one);
    CHECK(!lock_any_is_held(two));
    lock_close(two);
    unlink(path);
}

static void lock__without_a_file_holds_nothing(void)
{
    int none = lock_open("/nonexistent/file");
    CHECK_EQ(none, -1);
    lock_hold(none, 1);
    CHECK(!lock_is_held(none, 1));
    CHECK(!lock_any_is_held(none));
    lock_drop(none, 1);
    lock_close(none);
}

TEST_SUITE(results_lock, TEST(lock__is_seen_by_others_until_it_is_dropped_or_closed),
           TEST(lock__without_a_file_holds_nothing))
