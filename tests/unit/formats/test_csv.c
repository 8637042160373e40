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
    check("time,obj_id,obj_size,op\n1,10,4096,read\n1,11,1,w\n2,10,1,get\n3,11,1,Delete\n", NULL,
          "@1000000000 0:r 1:w @2000000000 0:r @3000000000 -1+1");
    check("Operation;Object ID;timestamp\nGET;x;0.5\nset;y;1\n", NULL,
          "@500000000 0:r @1000000000 1:w");
    check("page\n5\n6\n\n5\n", NULL, "@1000 0:r 1:r 0:r");
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

/* Sectors 0 to 7 are page 0; 16,384 bytes from sector 8 on are pages 1 to 4. */
static void csv__times_may_be_dates(void)
{
    check("timestamp,op,lba,size\n2026-07-23T06:04:05.5Z,R,0,4096\n2026-07-23T08:04:06+02:00,W,8,"
          "4096\n"
          "2026-07-23T99:04:06,W,8,4096\n",
          NULL, "@1784786645500000000 0:r @1784786646000000000 1:w");
    check("2026-07-23 06:04:05,5 ; 7\n", "time-col=1,obj-id-col=2,delimiter=;",
          "@1784786645500000000 0:r");
}

static void csv__a_request_touches_each_page_that_it_covers(void)
{
    check("version,time,op,size,lbn\n1,10,28,512,0\n1,10,28,512,7\n1,11,2a,16384,8\n", NULL,
          "@10000000000 0:r 0:r @11000000000 1:w 2:w 3:w 4:w");
    check("offset,size\n4095,2\n0x2000,1\n0,4096\n", NULL, "@1000 0:r 1:r 2:r 0:r");
    check("8;1\n16;9\n",
          "offset-col=1,offset-unit=sectors,size-col=2,size-unit=sectors,delimiter=;",
          "@1000 0:r 1:r 2:r");
    check("1\n2\n", "offset-col=1,offset-unit=pages", "@1000 0:r 1:r");
    check("addr\n0x1fff\n8191\n", NULL, "@1000 0:r 0:r");
}

/* Block 100 of a tenant is another page than block 100 of the next. */
static void csv__objects_are_those_of_a_volume(void)
{
    check("time,obj_id,op,tenant\n1,100,read,1\n1,100,read,2\n2,100,write,2\n3,101,read,1\n", NULL,
          "@1000000000 0:r 1:r @2000000000 1:w @3000000000 2:r");
    check("0,7,1\n0,7,2\n1,7,1\n0,7,1\n", "volume-col=1,volume-col=3,obj-id-col=2",
          "@1000 0:r 1:r 2:r 0:r");
    check("0,7\n1,7\n", "tenant-col=1,obj-id-col=2", "@1000 0:r 1:r");
}

static void csv__numbers_for_operations_are_explained_by_the_user(void)
{
    static const struct tr_source_options options = {.op_codes = "1=write,2=read,3=delete"};
    struct sim_error error = {0};
    char text[200];

    CHECK_EQ(describe("id,op\n7,1\n7,2\n7,9\n7,3\n", &options, text, sizeof text, &error), SIM_OK);
    CHECK_TEXT(text, "@1000 0:w 0:r -0+1");
}

/* A line that does not fit does not refuse the others. */
static void csv__passes_over_what_does_not_fit(void)
{
    check("time,id,op\n1,7,read\n# a comment\nerror: x\n2,,read\n2,8,flush\n2,8\n3,9,w\ntotal 3\n",
          NULL, "@1000000000 0:r @3000000000 1:w");
}

static void check_layout(const char *lines, const char *format, const char *expected)
{
    static const struct tr_source_options defaults = {0};
    struct files files;
    struct tr_source *source;
    struct sim_error error = {0};

    check(lines, NULL, expected);
    files_init(&files);
    const char *path = files_path(&files, "t.txt");
    file_put(path, lines, strlen(lines));
    if (CHECK_EQ(tr_source_open(path, &defaults, &source, &error), SIM_OK))
        CHECK_TEXT(tr_source_format(source), format);
    tr_source_close(source);
    files_fini(&files);
}

/* The first lines are those of the published files, or of the programs' documentation. */
static void layouts__are_known_by_their_lines(void)
{
    check_layout("128166372003061629,hm,1,Read,383496192,8192,413\n"
                 "128166372016382155,hm,0,Write,383496192,4096,240\n"
                 "128166372016382154,hm,1,Write,383496192,1,240\n",
                 "msr", "@0 0:r 1:r @1332052600 2:w 0:w");
    check_layout("419,W,8792731648,8192,1577808000000046\n725,R,8792731648,1,1577808000000071\n",
                 "alibaba", "@1577808000000046000 0:w 1:w @1577808000000071000 2:r");
    check_layout("1538323200,8,8,0,1063\n1538323200,8,16,1,1627\n", "tencent",
                 "@1538323200000000000 0:r 1:w 2:w");
    check_layout("0,20941264,8192,W,0.551706\n1,20941264,4096,R,0.556202\n", "spc",
                 "@551706000 0:w 1:w @556202000 2:r");
    check_layout("  8,0    3        1     0.000000000   697  G   W 223488 + 8 [kjournald]\n"
                 "  8,0    3        2     0.000000001   697  Q   W 223488 + 8 [kjournald]\n"
                 "  8,0    3        3     0.000002197   697  P   N [kjournald]\n"
                 "  8,16   1        1     0.000000002   698  Q  RA 223488 + 16 [cat]\n"
                 "CPU3 (8,0):\n Reads Queued:           0,        0KiB\n",
                 "blkparse", "@1 0:w @2 1:r 2:r");
    check_layout("0x7f0dd7bf9b0f: R 0x7fffcd3b8f58\na message\n0x7f0dd7bf9b13: W 0x7fffcd3b9000\n"
                 "#eof\n",
                 "pin", "@1000 0:r 1:w");
    check_layout(
        "  77000: system.physmem: IFetch from system.cpu.inst of size 4 on address 0x190 "
        "data 0x0 C\n 131000: system.physmem: Write from system.cpu.data of size 8 on address "
        "0x7eff8 data 0x0 C\n",
        "gem5", "@77 0:x @131 1:w");
    check_layout("r,22348800,64,256,500000\nw,22351871,2,256,1500000\n", "gem5-packets",
                 "@500 0:r @1500 0:w 1:w");
    check_layout(" 0.000000001:  cpu/mem-loads,ldlat=30/P:     7ffd12345678\n"
                 " 0.000000002:       cpu/mem-stores/P: ffff88800000f000\n"
                 " 0.000000003:       cpu/mem-stores/P:                0\n",
                 "perf-mem", "@1 0:r @2 1:w");
    check_layout("# PID, TID, IP, ADDR, LOCAL WEIGHT, DSRC, SYMBOL\n"
                 " 2928  2928 0xffffffff81a0a1c5 0x7ffd12345678     7 0x68100142 /lib/x.so:foo\n"
                 " 2928  2928 0x401000 0x7ffd12346000 0 0x5080144 /bin/y:main\n",
                 "perf-mem-dump", "@1000 0:r 1:w");
    check_layout("fio version 3 iolog\n0 /dev/sda add\n1 /dev/sda open\n"
                 "12 /dev/sda read 4096 8192\n15 /dev/sda sync 0 0\n15 /dev/sdb write 4096 512\n"
                 "20 /dev/sda trim 4096 4096\n21 /dev/sda close\n",
                 "fio", "@12000 0:r 1:r @15000 2:w @20000 -0+1");
    check_layout(
        "fio version 2 iolog\nf.0.0 add\nf.0.0 open\nf.0.0 write 0 4096\nf.0.0 wait 500 0\n"
        "f.1.0 read 0 4096\nf.0.0 close\n",
        "fio-2", "@1000 0:w 1:r");
    check_layout(
        "Output format:\n<--record#-> <--instr#->: <---tid---> <record details>\n"
        "------------------------------------------------------------\n"
        "           1           0:     2444839 <marker: version 5>\n"
        "           9           1:     2444839 ifetch       4 byte(s) @ 0x00401ffe 48 8b    mov\n"
        "          10           1:     2444839 read         8 byte(s) @ 0x7f10 by PC 0x00401ffe\n"
        "          11           1:     2444839 write        8 byte(s) @ 0x7f10 by PC 0x00401ffe\n",
        "drmemtrace", "@1000 0:x 1:x 2:r 2:w");
    check_layout(
        "Output format:\n<record#>: T<tid> <record details>\n"
        "        1: T1774673 <marker: version 4>\n"
        "        2: T1774673 ifetch       3 byte(s) @ 0x0000000000402680 f3 48 a5   rep movsq\n"
        "        3: T1774673 write        8 byte(s) @ 0x00007f8881e37a70 by PC 0x402680\n",
        "drcachesim", "@1000 0:x 1:w");
    /* SYSTOR '17 has names of columns. */
    check_layout("Timestamp,Response,IOType,LUN,Offset,Size\n1.5,0.0002,R,3,8192,4097\n"
                 "2.5,0.0002,W,4,8192,512\n",
                 "csv", "@1500000000 0:r 1:r @2500000000 2:w");
}

static void csv__refuses_lines_that_do_not_fit(void)
{
    static const char *const names = "time,id,op\n";
    char lines[100];
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"x,1,r\n", "line 2: expected a time as a number in column 1, found 'x,1,r'"},
        {"-1,1,r\n", "line 2: expected a time as a number in column 1"},
        {"1e3,1,r\n", "line 2: expected a time as a number in column 1"},
        {"18446744074,1,r\n", "line 2: expected a time as a number in column 1"},
        {"99999999999999999999,1,r\n", "line 2: expected a time as a number in column 1"},
        {",1,r\n", "line 2: expected a time as a number in column 1"},
        {"1,,r\n", "line 2: expected an object in column 2"},
        {"1\n", "line 2: expected an object in column 2"},
        {"1,1\n", "line 2: expected an operation such as read or write in column 3"},
        {"1,1,15\n", "t.csv:2: expected an operation such as read or write in column 3, found the "
                     "number '15'; say what numbers mean, as in --op-codes 0=read,1=write"},
        {"1,1,flush\n", "line 2: expected an operation such as read or write in column 3"},
        {"2,1,r\n1,1,r\n",
         "t.csv:3: expected a time of at least 2 s, found 1; sort the file by time"},
        {"", "t.csv:1: expected records of pages, found none"},
    };

    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(lines, sizeof lines, "%s%s", names, cases[i].line);
        check_refused(lines, NULL, SIM_BAD_DATA, cases[i].why);
    }
    check_refused("1,x\n", "obj-id-col=2,obj-id-is-num=true", SIM_BAD_DATA,
                  "line 1: expected a number in column 2");
    check_refused("a,b\n1,2\n", NULL, SIM_BAD_DATA, "t.csv:1: expected names of columns");
}

static void csv__refuses_words_that_make_no_sense(void)
{
    check_refused("1,2\n", "time-col=1", SIM_USAGE, "--csv: expected obj-id-col=N or offset-col=N");
    check_refused("1,2\n", "obj-col=1", SIM_USAGE,
                  "late, or delimiter, found 'obj-col' (did you mean 'op-col'?)");
    check_refused("1,2\n", "obj-id-col=0", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "obj-id-col=257", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "obj-id-col=x", SIM_USAGE, "--csv: expected a column of 1 to 256");
    check_refused("1,2\n", "colour=red", SIM_USAGE, "--csv: expected time-col, obj-id-col,");
    check_refused("1,2\n", "obj-id-col", SIM_USAGE, "--csv: expected name=value");
    check_refused("1,2\n", "obj-id-col=1,time-unit=h", SIM_USAGE,
                  "a time-unit of s, ms, us, ns, ps or 100ns");
    check_refused("1,2\n", "obj-id-col=1,has-header=maybe", SIM_USAGE, "expected true or false");
    check_refused("1,2\n", "obj-id-col=1,obj-id-is-num=2", SIM_USAGE, "expected true or false");
}

/* A number in another unit, which its name or its size tells. */
static void csv__units_are_known_by_names_and_sizes(void)
{
    check("time_ms,offset_kb,size_kb,op\n1000,0,4,R\n2000,4,8,W\n", NULL,
          "@1000000000 0:r @2000000000 1:w 2:w");
    check("timestamp,page\n1700000000123,5\n", NULL, "@1700000000123000000 0:r");
    check("timestamp,page\n1700000000123456,5\n", NULL, "@1700000000123456000 0:r");
    check("timestamp,page\n1700000000123456789,5\n", NULL, "@1700000000123456789 0:r");
    check("timestamp,page\n128166372003061629,5\n128166372003061630,5\n", NULL, "@0 0:r @100 0:r");
    check("timestamp,page\n1700000000,5\n", NULL, "@1700000000000000000 0:r");
    check("time;page\n1,5;5\n", NULL, "@1500000000 0:r");
    check_refused("time,lbn,size\n1,0,8\n", NULL, SIM_BAD_DATA,
                  "expected a size in bytes of whole sectors in column 3, found 8; say --csv "
                  "size-unit=sectors, pages or KiB, or bytes");
    check("time,lbn,size\n1,0,8\n2,8,16\n", "size-unit=sectors",
          "@1000000000 0:r @2000000000 1:r 2:r");
    check("time,lbn,size\n1,0,8\n", "size-unit=bytes", "@1000000000 0:r");
}

/* The user's words go before names in the file, which may stand behind comments. */
static void csv__words_refine_names(void)
{
    check("time,page\n1500,5\n", "time-unit=ms", "@1500000000 0:r");
    check("# of a disk\n\ntime,cmd,lbn,len\n1,2a,0,4096\n", NULL, "@1000000000 0:w");
    check("# time,page\n1,5\n", NULL, "@1000000000 0:r");
    check("\xef\xbb\xbftime,page\n1,5\n", NULL, "@1000000000 0:r");
}

/* The first line may name the columns of a layout, whose units the names do not tell. */
static void layouts__may_have_headings(void)
{
    check_layout("Timestamp,Offset,Size,IOType,VolumeID\n1538323200,8,16,1,1627\n", "tencent",
                 "@1538323200000000000 0:w 1:w");
    check_layout("Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\n"
                 "128166372003061629,hm,1,Read,383496192,8192,413\n"
                 "128166372003061628,hm,1,Read,383496192,4096,413\n",
                 "msr", "@0 0:r 1:r 0:r");
    check_layout("device_id,opcode,offset,length,timestamp\n419,W,4096,8192,1577808000000046\n",
                 "alibaba", "@1577808000000046000 0:w 1:w");
    check_layout("1455592996.065480000,0.000134000,R,0,8192,8192\n"
                 "1455592996.065480000,,W,1,8192,4096\n",
                 "systor", "@1455592996065480000 0:r 1:r 2:w");
    check_layout("0, 20941264, 8192, w, 0.551706\n0, 8, 512, w, 0.5\n", "spc",
                 "@551706000 0:w 1:w 2:w");
    check_layout("7f0dd7bf9b0f: R 7fffcd3b8f58\n", "pin", "@1000 0:r");
}

/* blktrace -a issue records no queued requests. What is discarded unwritten is no page. */
static void layouts__blkparse_without_queued_requests(void)
{
    check_layout("  8,0    3        1     0.000000001   697  D   W 8 + 8 [k]\n"
                 "  8,0    3        2     0.000000002   697  C   W 8 + 8 [0]\n",
                 "blkparse", "@1 0:w");
    check_layout("  8,0    3        1     0.000000001   697  Q   W 8 + 8 [k]\n"
                 "  8,0    3        2     0.000000002   697  Q   D 0 + 1048576 [fstrim]\n",
                 "blkparse", "@1 0:w @2 -0+1");
}

TEST_SUITE(formats_csv, TEST(csv__columns_by_their_names), TEST(csv__columns_by_the_users_words),
           TEST(csv__objects_are_numbers_or_hashed), TEST(csv__a_tenant_may_be_chosen),
           TEST(csv__says_what_it_carries), TEST(csv__times_may_be_dates),
           TEST(csv__a_request_touches_each_page_that_it_covers),
           TEST(csv__objects_are_those_of_a_volume),
           TEST(csv__numbers_for_operations_are_explained_by_the_user),
           TEST(csv__passes_over_what_does_not_fit), TEST(layouts__are_known_by_their_lines),
           TEST(csv__refuses_lines_that_do_not_fit), TEST(csv__refuses_words_that_make_no_sense),
           TEST(csv__units_are_known_by_names_and_sizes), TEST(csv__words_refine_names),
           TEST(layouts__may_have_headings), TEST(layouts__blkparse_without_queued_requests))
