#include "tests/check.h"
#include "traces/formats/ops.h"

static enum tr_op_found find(const char *text, enum tr_ops ops, const char *codes, uint8_t *access)
{
    *access = 99;
    return tr_op_of_text(text, ops, codes, access);
}

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
        CHECK_EQ(find(ops[i].name, TR_OPS_NAMES, NULL, &access), TR_OP_KNOWN);
        CHECK_EQ(access, ops[i].access);
        /* A number in a text may be anybody's. */
        CHECK_EQ(find(number, TR_OPS_NAMES, NULL, &access), TR_OP_NUMBER);
    }
    CHECK(tr_op_access(255, &access));
    CHECK_EQ(access, TR_READ);
    CHECK(!tr_op_access(15, &access));
    CHECK(!tr_op_access(254, &access));
}

static void op__of_text(void)
{
    static const struct {
        const char *text;
        enum tr_ops ops;
        enum tr_op_found found;
        uint8_t access;
    } cases[] = {
        {"W", TR_OPS_NAMES, TR_OP_KNOWN, TR_WRITE},
        {"r", TR_OPS_NAMES, TR_OP_KNOWN, TR_READ},
        {"DELETE", TR_OPS_NAMES, TR_OP_KNOWN, 0},
        {"IFetch", TR_OPS_NAMES, TR_OP_KNOWN, TR_EXECUTE},
        {"28", TR_OPS_NAMES, TR_OP_NUMBER, TR_READ},
        {"0x28", TR_OPS_NAMES, TR_OP_NUMBER, TR_READ},
        {"", TR_OPS_SCSI, TR_OP_OTHER, TR_READ},
        {"rw", TR_OPS_NAMES, TR_OP_OTHER, TR_READ},
        {"-1", TR_OPS_NAMES, TR_OP_OTHER, TR_READ},
        {"2A", TR_OPS_SCSI, TR_OP_KNOWN, TR_WRITE},
        {"28", TR_OPS_SCSI, TR_OP_KNOWN, TR_READ},
        {"0x8a", TR_OPS_SCSI, TR_OP_KNOWN, TR_WRITE},
        {"40", TR_OPS_SCSI, TR_OP_KNOWN, TR_READ},
        {"42", TR_OPS_SCSI, TR_OP_KNOWN, TR_WRITE},
        {"write", TR_OPS_SCSI, TR_OP_KNOWN, TR_WRITE},
        {"35", TR_OPS_SCSI, TR_OP_OTHER, TR_READ}, /* SYNCHRONIZE CACHE */
        {"WFS", TR_OPS_RWBS, TR_OP_KNOWN, TR_WRITE},
        {"RA", TR_OPS_RWBS, TR_OP_KNOWN, TR_READ},
        {"DW", TR_OPS_RWBS, TR_OP_KNOWN, 0},
        {"FN", TR_OPS_RWBS, TR_OP_OTHER, TR_READ},
        {"cpu/mem-loads,ldlat=30/P:", TR_OPS_EVENT, TR_OP_KNOWN, TR_READ},
        {"cpu/mem-stores/P:", TR_OPS_EVENT, TR_OP_KNOWN, TR_WRITE},
        {"cycles:", TR_OPS_EVENT, TR_OP_OTHER, TR_READ},
        {"0x68100142", TR_OPS_DSRC, TR_OP_KNOWN, TR_READ},
        {"0x5080144", TR_OPS_DSRC, TR_OP_KNOWN, TR_WRITE},
        {"0x1", TR_OPS_DSRC, TR_OP_OTHER, TR_READ},
    };
    uint8_t access;

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum tr_op_found found = find(cases[i].text, cases[i].ops, NULL, &access);
        if (!CHECK_EQ(found, cases[i].found) ||
            (found == TR_OP_KNOWN && !CHECK_EQ(access, cases[i].access)))
            fprintf(stderr, "  case %u: %s\n", i, cases[i].text);
    }
}

static void op__codes_of_the_user(void)
{
    struct sim_error error = {0};
    uint8_t access;

    CHECK_EQ(find("1", TR_OPS_NAMES, "0=read,1=write,0x2=delete", &access), TR_OP_KNOWN);
    CHECK_EQ(access, TR_WRITE);
    CHECK_EQ(find("0x2", TR_OPS_NAMES, "0=read,1=write,0x2=delete", &access), TR_OP_KNOWN);
    CHECK_EQ(access, 0);
    CHECK_EQ(find("3", TR_OPS_NAMES, "0=read,1=write", &access), TR_OP_OTHER);
    CHECK_EQ(tr_op_check_codes("0=read,1=write", &error), SIM_OK);
    static const char *const wrong[] = {"", "0", "0=", "=read", "0=reads", "0=read,", "0=read,1"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EQ(tr_op_check_codes(wrong[i], &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, "--op-codes: expected CODE=NAME");
    }
}

TEST_SUITE(formats_ops, TEST(op__by_number_and_by_name), TEST(op__of_text),
           TEST(op__codes_of_the_user))
