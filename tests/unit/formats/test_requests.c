#include "tests/check.h"
#include "traces/formats/requests.h"

/* The numbers of libCacheSim's operations, by hand. */
static void op__by_number_and_by_name(void)
{
    static const struct {
        const char *name;
        uint32_t op;
        uint8_t access;
    } ops[] = {
        {"nop", 0, TR_READ},      {"get", 1, TR_READ},     {"gets", 2, TR_READ},
        {"set", 3, TR_WRITE},     {"add", 4, TR_WRITE},    {"cas", 5, TR_WRITE},
        {"replace", 6, TR_WRITE}, {"append", 7, TR_WRITE}, {"prepend", 8, TR_WRITE},
        {"delete", 9, 0},         {"incr", 10, TR_WRITE},  {"decr", 11, TR_WRITE},
        {"read", 12, TR_READ},    {"write", 13, TR_WRITE}, {"update", 14, TR_WRITE},
    };
    uint8_t access;

    for (unsigned i = 0; i < sizeof ops / sizeof *ops; i++) {
        char number[12];
        snprintf(number, sizeof number, "%u", ops[i].op);
        access = 99;
        CHECK(tr_op_access(ops[i].op, &access));
        CHECK_EQ(access, ops[i].access);
        access = 99;
        CHECK(tr_op_access_of_text(ops[i].name, &access));
        CHECK_EQ(access, ops[i].access);
        access = 99;
        CHECK(tr_op_access_of_text(number, &access));
        CHECK_EQ(access, ops[i].access);
    }
    CHECK(tr_op_access(255, &access));
    CHECK_EQ(access, TR_READ);
    CHECK(tr_op_access_of_text("W", &access));
    CHECK_EQ(access, TR_WRITE);
    CHECK(tr_op_access_of_text("r", &access));
    CHECK_EQ(access, TR_READ);
    CHECK(tr_op_access_of_text("2A", &access)); /* SCSI WRITE (10) */
    CHECK_EQ(access, TR_WRITE);
    CHECK(tr_op_access_of_text("28", &access)); /* SCSI READ (10) */
    CHECK_EQ(access, TR_READ);
    CHECK(tr_op_access_of_text("DELETE", &access));
    CHECK_EQ(access, 0);
}

static void op__refuses_others(void)
{
    static const char *const texts[] = {"", "15", "29", "255", "-1", "1x", "rw", "reads"};
    uint8_t access;

    CHECK(!tr_op_access(15, &access));
    CHECK(!tr_op_access(254, &access));
    for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!tr_op_access_of_text(texts[i], &access));
}

TEST_SUITE(formats_requests, TEST(op__by_number_and_by_name), TEST(op__refuses_others))
