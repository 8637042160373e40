#include "tests/unit/formats/records.h"
#include "tests/unit/traces/files.h"

static int describe(const char *lines, const struct tr_source_options *options, char *text,
                    size_t bytes, struct sim_error *error)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "t.csv");
    file_put(path, lines, strlen(lines));
    int status = file_describe(path, options, text, bytes, error);
    files_fini(&files);
    return status;
}

static void check(const char *lines, const char *csv, const char *expected)
{
    struct tr_source_options options = {.csv = csv};
    struct sim_error error = {0};
    char text[300];

    CHECK_EQ(describe(lines, &options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, expected);
    CHECK_TEXT(error.text, "");
}

static void csv__columns_by_their_names(void)
{
    check("time,obj_id,obj_size,op\n1,10,4096,read\n1,11,1,w\n2,10,1,12\n3,11,1,Delete\n", NULL,
          "@1000000000 0:r 1:w @2000000000 0:r @3000000000 -1+1");
    check("Operation;Object ID;timestamp\nGET;x;0.5\nset;y;1\n", NULL,
          "@500000000 0:r @1000000000 1:w");
    check("page\n5\n6\n\n5\n", NULL, "@1000 0:r 1:r 0:r");
    /* as libCacheSim's own sample of a disk */
    check("version,time,op,size,lbn\n1,33,2a,512,42932745\n1,34,28,512,7\n", NULL,
          "@33000000000 0:w @34000000000 1:r");
}

static void csv__columns_by_the_users_words(void)
{
    check("9\t7\t1\n8\t8\t2\n", "time-col=3, obj-id-col=2, delimiter=\\t",
          "@1000000000 0:r @2000000000 1:r");
    check("a,b\n1,7\n", "time-col=1,obj-id-col=2,has-header=true", "@1000000000 0:r");
    check("1,7\n1,7\n", "delimiter=,,obj-id-col=2,time-col=1,obj-size-col=2",
          "@1000000000 0:r 0:r");
    check("1.5|\"x\"\r\n2|x\r\n", "time-col=1,obj-id-col=2,time-unit=ms",
          "@1500000 0:r @2000000 0:r");
    check("18446744073.709551615,1\n", "time-col=1,obj-id-col=2", "@18446744073709551615 0:r");
}

/* "7" and "07" are one number and two texts. */
static void csv__objects_are_numbers_or_hashed(void)
{
    check("7\n07\n18446744073709551616\n18446744073709551616\n", "obj-id-col=1",
          "@1000 0:r 0:r 1:r 1:r");
    check("7\n07\n", "obj-id-col=1,obj-id-is-num=false", "@1000 0:r 1:r");
}

static void csv__a_tenant_may_be_chosen(void)
{
    static const struct tr_source_options second = {.one_tenant = true, .tenant = 2};
    struct sim_error error;
    char text[200];

    CHECK_EQ(
        describe("time,vm,key\n1,1,a\n2,2,b\n3,1,a\n4,2,c\n", &second, text, sizeof text, &error),
        SIM_OK);
    CHECK_TEXT(text, "@2000000000 0:r @4000000000 1:r");
    CHECK_EQ(describe("time,key\n1,a\n", &second, text, sizeof text, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "t.csv: expected a column of tenants to choose from, found none");
}

static void csv__says_what_it_carries(void)
{
    static const struct {
        const char *lines;
        uint32_t carries;
    } cases[] = {
        {"time,id\n1,1\n", TR_TOUCHES | TR_TIME},
        {"id\n1\n", TR_TOUCHES},
        {"id,op\n1,r\n", TR_TOUCHES | TR_WRITES | TR_ALLOCATIONS},
    };
    static const struct tr_source_options defaults = {0};
    struct files files;
    struct tr_source *source;
    struct sim_error error;

    files_init(&files);
    const char *path = files_path(&files, "t.csv");
    for (unsigned i = 0; i < 3; i++) {
        file_put(path, cases[i].lines, strlen(cases[i].lines));
        if (CHECK_EQ(tr_source_open(path, &defaults, &source, &error), SIM_OK))
            CHECK_EQ(tr_source_header(source)->carries, cases[i].carries);
        tr_source_close(source);
    }
    files_fini(&files);
}

static void check_refused(const char *lines, const char *csv, int status, const char *why)
{
    struct tr_source_options options = {.format = "csv", .csv = csv};
    struct sim_error error = {0};
    char text[200];

    CHECK_EQ(describe(lines, &options, text, sizeof text, &error), status);
    CHECK_CONTAINS(error.text, why);
}

static void csv__refuses_lines_that_do_not_fit(void)
{
    static const char *const names = "time,id,op\n";
    char lines[100];
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"x,1,r\n", "t.csv:2: expected a time in column 1, found 'x,1,r'"},
        {"-1,1,r\n", "t.csv:2: expected a time in column 1"},
        {"1e3,1,r\n", "t.csv:2: expected a time in column 1"},
        {"18446744074,1,r\n", "t.csv:2: expected a time in column 1"},
        {"99999999999999999999,1,r\n", "t.csv:2: expected a time in column 1"},
        {",1,r\n", "t.csv:2: expected a time in column 1"},
        {"1,,r\n", "t.csv:2: expected an object in column 2"},
        {"1\n", "t.csv:2: expected an object in column 2"},
        {"1,1\n", "t.csv:2: expected an operation such as read or write in column 3"},
        {"1,1,15\n", "t.csv:2: expected an operation such as read or write in column 3"},
        {"2,1,r\n1,1,r\n",
         "t.csv:3: expected a time of at least 2 s, found 1; sort the file by time"},
        {"", "t.csv:1: expected records of pages, found none"},
    };

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(lines, sizeof lines, "%s%s", names, cases[i].line);
        check_refused(lines, NULL, SIM_BAD_DATA, cases[i].why);
    }
    check_refused("1,x\n", "obj-id-col=2,obj-id-is-num=true", SIM_BAD_DATA,
                  "t.csv:1: expected a number in column 2");
    check_refused("a,b\n1,2\n", NULL, SIM_BAD_DATA, "t.csv:1: expected names of columns");
}

static void csv__refuses_words_that_make_no_sense(void)
{
    check_refused("1,2\n", "time-col=1", SIM_USAGE, "--csv: expected obj-id-col=N");
    check_refused("1,2\n", "obj-col=1", SIM_USAGE,
                  "or time-unit, found 'obj-col' (did you mean 'op-col'?)");
    check_refused("1,2\n", "obj-id-col=0", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "obj-id-col=257", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "obj-id-col=x", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "colour=red", SIM_USAGE, "--csv: expected time-col, obj-id-col,");
    check_refused("1,2\n", "obj-id-col", SIM_USAGE, "--csv: expected name=value");
    check_refused("1,2\n", "obj-id-col=1,time-unit=h", SIM_USAGE, "a time-unit of s, ms, us or ns");
    check_refused("1,2\n", "obj-id-col=1,has-header=maybe", SIM_USAGE, "expected true or false");
    check_refused("1,2\n", "obj-id-col=1,obj-id-is-num=2", SIM_USAGE, "expected true or false");
}

TEST_SUITE(formats_csv, TEST(csv__columns_by_their_names), TEST(csv__columns_by_the_users_words),
           TEST(csv__objects_are_numbers_or_hashed), TEST(csv__a_tenant_may_be_chosen),
           TEST(csv__says_what_it_carries), TEST(csv__refuses_lines_that_do_not_fit),
           TEST(csv__refuses_words_that_make_no_sense))
