/* Tests of models/guest/request.c: the records of disk requests. */
#include "models/guest/request.h"
#include "tests/check.h"

static struct request records[8];
static struct requests requests;

static void set_up(void)
{
    memset(records, 0, sizeof records);
    requests = (struct requests){.request = records, .slots = 8};
    guest_request_init(&requests);
}

static void begin__each_direction_has_half_of_them(void)
{
    set_up();
    for (int i = 0; i < 4; i++)
        CHECK(guest_request_begin(&requests, i % 2 ? IO_READ : IO_SWAP_IN, 1) != NONE);
    CHECK_EQ(guest_request_begin(&requests, IO_SWAP_IN, 1), NONE);
    CHECK(!guest_request_possible(&requests, false));
    CHECK(guest_request_possible(&requests, true));
    for (int i = 0; i < 4; i++)
        CHECK(guest_request_begin(&requests, i % 2 ? IO_WRITE : IO_SWAP_OUT, 1) != NONE);
    CHECK_EQ(guest_request_begin(&requests, IO_WRITE, 1), NONE);
}

static void end__the_record_can_be_used_again(void)
{
    set_up();
    uint32_t tags[4];
    for (int i = 0; i < 4; i++)
        tags[i] = guest_request_begin(&requests, IO_READ, 1);
    guest_request_end(&requests, tags[2]);
    CHECK_EQ(requests.under_way[false], 3);
    CHECK_EQ(guest_request_begin(&requests, IO_READ, 7), tags[2]);
    CHECK_EQ(records[tags[2]].first, 7);
}

static void of_page__finds_the_request_under_way(void)
{
    set_up();
    uint32_t first = guest_request_begin(&requests, IO_READ, 1);
    uint32_t second = guest_request_begin(&requests, IO_WRITE, 1);
    records[first].ppn[records[first].count++] = 100;
    records[second].ppn[records[second].count++] = NONE;
    records[second].ppn[records[second].count++] = 101;
    CHECK_EQ(guest_request_of_page(&requests, 101), second);
    CHECK_EQ(guest_request_of_page(&requests, 100), first);
    guest_request_end(&requests, first);
    CHECK_EQ(guest_request_of_page(&requests, 100), NONE);
    uint32_t again = guest_request_begin(&requests, IO_READ, 1);
    CHECK_EQ(again, first);
    records[again].ppn[records[again].count++] = 102; /* and an entry of before behind it */
    records[again].ppn[records[again].count] = 100;
    CHECK_EQ(guest_request_of_page(&requests, 100), NONE);
    CHECK_EQ(guest_request_of_page(&requests, 102), again);
}

TEST_SUITE(guest_request, TEST(begin__each_direction_has_half_of_them),
           TEST(end__the_record_can_be_used_again), TEST(of_page__finds_the_request_under_way))
