/* Columns of lines: fields, names with their units, words. */
#include "tests/check.h"
#include "traces/formats/columns.h"

#include <string.h>

static bool field_is(const char *line, char delimiter, int column, const char *expected)
{
    struct columns columns;
    struct column_fields fields;
    char field[COLUMNS_FIELD_BYTES] = "";

    columns_init(&columns);
    columns.delimiter = delimiter;
    columns_split(&columns, line, &fields);
    bool is_there = columns_field(&fields, column, field);
    return expected ? is_there && strcmp(field, expected) == 0 : !is_there;
}

static void columns__fields_of_a_line(void)
{
    char wide[2 * COLUMNS_MOST + 20], longest[COLUMNS_FIELD_BYTES + 10];

    CHECK(field_is("a, \"b\" ,c", ',', 2, "b"));
    CHECK(field_is("a,b,c", ',', -1, "c"));
    CHECK(field_is("a,b,c", ',', -3, "a"));
    CHECK(field_is("a,b,c", ',', -4, NULL));
    CHECK(field_is("a,b,c", ',', 4, NULL));
    CHECK(field_is("a,b,c", ',', 0, NULL));
    CHECK(field_is("a,,c", ',', 2, NULL));
    CHECK(field_is("", ',', 1, NULL));
    CHECK(field_is("  a   b\tc  ", ' ', 3, "c"));
    CHECK(field_is("  a   b\tc  ", ' ', -1, "c"));
    memset(wide, ',', sizeof wide);
    wide[sizeof wide - 1] = '\0';
    CHECK(field_is(wide, ',', COLUMNS_MOST, NULL));
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    CHECK(field_is(longest, ',', 1, NULL));
}

/* A name says the unit too. */
static void columns__names_have_units(void)
{
    static const struct {
        const char *line;
        int object, offset, size, tenant;
        uint64_t offset_unit, size_unit;
        unsigned volumes;
    } cases[] = {
        {"time,obj_id,obj_size,op,tenant", 2, 0, 3, 5, 1, 1, 0},
        {"version,time,op,size,lbn", 0, 5, 4, 0, 512, 1, 0},
        {"Timestamp,Response,IOType,LUN,Offset,Size", 0, 5, 6, 0, 1, 1, 1},
        {"host,disk number,sector,sectors", 0, 3, 4, 0, 512, 512, 2},
        {"page,offset", 1, 0, 0, 0, 1, 1, 0}, /* a page says more than where it lies */
    };

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct columns columns;
        columns_init(&columns);
        columns.delimiter = ',';
        CHECK(columns_take_names(&columns, cases[i].line));
        CHECK_EQ(columns.at[COLUMN_OBJECT], cases[i].object);
        CHECK_EQ(columns.at[COLUMN_OFFSET], cases[i].offset);
        CHECK_EQ(columns.at[COLUMN_SIZE], cases[i].size);
        CHECK_EQ(columns.at[COLUMN_TENANT], cases[i].tenant);
        CHECK_EQ(columns.volume_count, cases[i].volumes);
        CHECK_EQ(columns.size_unit->worth, cases[i].size_unit);
        if (cases[i].offset > 0)
            CHECK_EQ(columns.offset_unit->worth, cases[i].offset_unit);
    }
    struct columns columns;
    columns_init(&columns);
    columns.delimiter = ',';
    CHECK(!columns_take_names(&columns, "a,b,time"));
}

static void columns__words(void)
{
    struct columns columns;
    struct sim_error error = {0};

    columns_init(&columns);
    CHECK_EQ(columns_take_words(&columns,
                                "delimiter=space,time-col=-3,time-unit=ps,offset-col=4,"
                                "offset-unit=sectors,size-col=5,size-unit=KiB,op-col=6,ops=rwbs,"
                                "volume-col=1,volume-col=2,only-col=7,only=Q,hex=true,late=9",
                                &error),
             SIM_OK);
    CHECK_EQ(columns.delimiter, ' ');
    CHECK_EQ(columns.at[COLUMN_TIME], -3);
    CHECK_EQ(columns.time_unit->worth, 1);
    CHECK_EQ(columns.offset_unit->worth, 512);
    CHECK_EQ(columns.size_unit->worth, 1024);
    CHECK_EQ(columns.ops, TR_OPS_RWBS);
    CHECK_EQ(columns.volume_count, 2);
    CHECK_TEXT(columns.only, "Q");
    CHECK(columns.is_hex);
    CHECK_EQ(columns.late_s, 9);
    static const char *const wrong[] = {"offset-col=1,offset-unit=miles",
                                        "offset-col=1,ops=any",
                                        "offset-col=1,late=x",
                                        "offset-col=-0",
                                        ("volume-col=1,volume-col=2,volume-col=3,volume-col=4,"
                                         "volume-col=5"),
                                        "time-col=1"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        columns_init(&columns);
        CHECK_EQ(columns_take_words(&columns, wrong[i], &error), SIM_USAGE);
        CHECK_CONTAINS(error.text, "--csv: expected ");
    }
}

TEST_SUITE(formats_columns, TEST(columns__fields_of_a_line), TEST(columns__names_have_units),
           TEST(columns__words))
