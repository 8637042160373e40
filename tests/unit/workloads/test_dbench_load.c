#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "workloads/dbench_load.h"

/* The operations as text: M3 (three lookups), R0@4096+10 (10 bytes of file 0 from 4096 on), W, S0
 * (sync), T0 (truncate), D0 (delete). */
static void describe(const struct dbench_load *load, char *text, size_t text_bytes)
{
    size_t used = 0;

    text[0] = '\0';
    for (uint32_t i = 0; i < load->count; i++) {
        const struct dbench_op *op = &load->ops[i];
        char *to = text + used, kind = "MRWSTD"[op->kind];
        const char *space = i > 0 ? " " : "";
        if (op->kind == DBENCH_META)
            used += (size_t)snprintf(to, text_bytes - used, "%sM%u", space, op->bytes);
        else if (op->kind == DBENCH_READ || op->kind == DBENCH_WRITE)
            used += (size_t)snprintf(to, text_bytes - used, "%s%c%u@%u+%u", space, kind, op->file,
                                     op->offset, op->bytes);
        else
            used += (size_t)snprintf(to, text_bytes - used, "%s%c%u", space, kind, op->file);
    }
}

static int load_text(const char *lines, uint32_t most, struct dbench_load *load,
                     struct sim_error *error)
{
    struct files files;

    files_init(&files);
    const char *path = files_path(&files, "load");
    file_put(path, lines, strlen(lines));
    int status = dbench_load_read(path, most, 0, load, error);
    files_fini(&files);
    return status;
}

static void check_load(const char *lines, const char *expected)
{
    struct dbench_load load;
    struct sim_error error = {0};
    char text[500];

    if (CHECK_EQ(load_text(lines, 0, &load, &error), SIM_OK)) {
        describe(&load, text, sizeof text);
        CHECK_TEXT(text, expected);
    } else {
        CHECK_TEXT(error.text, "");
    }
    dbench_load_free(&load);
}

#define OK    " NT_STATUS_OK\n"
#define MAKE  "NTCreateX \"\\c\\a\" 0x40 0x2 5" OK /* handle 5 of the new file a */
#define WRITE "WriteX 5 0 10 10" OK

static void load__becomes_operations_on_numbers(void)
{
    check_load(MAKE WRITE "ReadX 5 4 6 6" OK "Flush 5" OK "Close 5" OK "Unlink \"\\c\\a\" 0x6" OK,
               "M1 W0@0+10 R0@4+6 S0 M2 D0");
    check_load("# a comment\n\n" MAKE WRITE "LockX 5 100 1" OK "QUERY_FILE_INFORMATION 5 258" OK
               "SET_FILE_INFORMATION 5 1004" OK "UnlockX 5 100 1" OK "Close 5" OK,
               "M1 W0@0+10 M5 D0");
    check_load("Deltree \"\\c\"" OK "Mkdir \"\\c\"" OK "FIND_FIRST \"\\c\\F.*\" 260 1366 0"
               " NT_STATUS_NO_SUCH_FILE\nQUERY_FS_INFORMATION 1" OK MAKE WRITE "Close 5" OK
               "Deltree \"\\c\"" OK,
               "M5 W0@0+10 M2 D0");
}

static void load__names_with_spaces_and_directories(void)
{
    check_load("NTCreateX \"\\c d\" 0x1 0x2 9" OK "Close 9" OK MAKE WRITE "Close 5" OK
               "NTCreateX \"\\c d\\x y\" 0x40 0x2 5" OK WRITE "Close 5" OK,
               "M3 W0@0+10 M2 W1@0+10 M1 D0 D1");
}

static void load__failed_operations_are_lookups(void)
{
    check_load(MAKE WRITE "NTCreateX \"\\c\\b\" 0x40 0x1 99 NT_STATUS_OBJECT_NAME_NOT_FOUND\n"
                          "Unlink \"\\c\\a\" 0x6 NT_STATUS_SHARING_VIOLATION\n"
                          "WriteX 77 0 10 10 NT_STATUS_INVALID_HANDLE\nWriteX 5 10 7 7" OK,
               "M1 W0@0+10 M3 W0@10+7 D0");
}

static void load__contents_follow_renames(void)
{
    check_load(MAKE WRITE "Close 5" OK "Rename \"\\c\\a\" \"\\c\\b\"" OK MAKE "WriteX 5 1 1 1" OK
                          "NTCreateX \"\\c\\b\" 0x40 0x1 6" OK "ReadX 6 0 10 10" OK "Close 6" OK
                          "Close 5" OK "Rename \"\\c\\a\" \"\\c\\b\"" OK,
               /* the file that b had is gone when a is renamed onto it */
               "M1 W0@0+10 M3 W1@1+1 M1 R0@0+10 M3 D0 D1");
}

static void load__opens_as_the_disposition_says(void)
{
    check_load(MAKE WRITE "Close 5" OK "NTCreateX \"\\c\\a\" 0x40 0x5 5" OK WRITE, /* overwrite */
               "M1 W0@0+10 M2 T0 W0@0+10 D0");
    check_load(MAKE WRITE "Close 5" OK "NTCreateX \"\\c\\a\" 0x40 0x4 5" OK WRITE,
               "M1 W0@0+10 M2 T0 W0@0+10 D0");
    check_load(MAKE WRITE "Close 5" OK "NTCreateX \"\\c\\a\" 0x40 0x0 5" OK WRITE,
               "M1 W0@0+10 M2 T0 W0@0+10 D0");
    check_load(MAKE WRITE "Close 5" OK
                          "NTCreateX \"\\c\\a\" 0x40 0x3 5" OK WRITE, /* open or make */
               "M1 W0@0+10 M2 W0@0+10 D0");
    check_load("NTCreateX \"\\c\\a\" 0x40 0x5 5" OK WRITE, "M1 W0@0+10 D0");
    check_load("NTCreateX \"\\c\\a\" 0x40 0x3 5" OK WRITE, "M1 W0@0+10 D0");
}

static void load__a_file_lives_while_it_is_open(void)
{
    check_load(MAKE WRITE "Unlink \"\\c\\a\" 0x6" OK "ReadX 5 0 10 10" OK "Close 5" OK
                          "NTCreateX \"\\c\\b\" 0x40 0x2 5" OK WRITE,
               "M1 W0@0+10 M1 R0@0+10 M1 D0 M1 W0@0+10 D0");
}

/* One byte far out makes the file long; what was transferred counts, not what was asked for. */
static void load__takes_transfers_as_they_were(void)
{
    struct dbench_load load;
    struct sim_error error;

    check_load(MAKE "WriteX 5 65534 1 1" OK "WriteX 5 0 65536 65536" OK "ReadX 5 60000 9000 5536" OK
                    "ReadX 5 65536 4096 0" OK,
               "M1 W0@65534+1 W0@0+65536 R0@60000+5536 M1 D0");
    CHECK_EQ(load_text(MAKE WRITE "ReadX 5 0 10 7" OK, 0, &load, &error), SIM_OK);
    CHECK_EQ(load.read_bytes, 7);
    CHECK_EQ(load.written_bytes, 10);
    CHECK_EQ(load.lines, 3);
    CHECK_EQ(load.files, 1);
    dbench_load_free(&load);
}

static void load__can_be_cut_and_ends_without_files(void)
{
    struct dbench_load load;
    struct sim_error error;
    char text[100];

    CHECK_EQ(load_text(MAKE WRITE "Close 5" OK "nonsense\n", 2, &load, &error), SIM_OK);
    describe(&load, text, sizeof text);
    CHECK_TEXT(text, "M1 W0@0+10 D0");
    dbench_load_free(&load);
}

static void check_refused(const char *lines, const char *why)
{
    struct dbench_load load;
    struct sim_error error = {0};

    CHECK_EQ(load_text(lines, 0, &load, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, why);
    CHECK(load.ops == NULL);
}

static void load__refuses_lines_with_file_and_line(void)
{
    check_refused(MAKE "Dance 5" OK, "/load:2: expected an operation of dbench, found 'Dance'");
    check_refused(MAKE "Close" OK, "load:2: expected 2 fields after Close, found 'NT_STATUS_OK'");
    check_refused(MAKE "Close 5 6" OK, "load:2: expected 2 fields after Close, found");
    check_refused(MAKE "WriteX 5 1 2 3 4 5" OK,
                  "load:2: expected 5 fields after WriteX, found 'more'");
    check_refused(MAKE "Close 5 maybe\n", "load:2: expected NT_STATUS_OK or another status, found");
    check_refused(MAKE "WriteX 5 -1 2 2" OK, "expected a number up to 4294967295, found '-1'");
    check_refused(MAKE "WriteX 5 1x 2 2" OK, "expected a number up to 4294967295, found '1x'");
    check_refused(MAKE "WriteX 5 4294967295 2 2" OK, "expected a number up to 0, found '2'");
    check_refused(MAKE "WriteX 5 0 2 3" OK, "expected a number up to 2, found '3'");
    check_refused(MAKE "WriteX 65536 0 2 2" OK, "expected a number up to 65535, found '65536'");
    check_refused("NTCreateX \"\\a\" 0x40 0x6 1" OK, "expected a number up to 5, found '0x6'");
}

static void load__refuses_what_contradicts_itself(void)
{
    check_refused(MAKE "WriteX 6 0 2 2" OK, "load:2: expected a handle that is open, found '6'");
    check_refused(MAKE "Close 5" OK "Flush 5" OK, "load:3: expected a handle that is open");
    check_refused(MAKE "Close 5" OK "LockX 5 0 1" OK, "load:3: expected a handle that is open");
    check_refused(MAKE MAKE, "load:2: expected a handle that is not open, found '5'");
    check_refused("NTCreateX \"\\c\" 0x1 0x2 5" OK WRITE, "load:2: expected the handle of a file");
    check_refused("NTCreateX \"\\a\" 0x40 0x1 5" OK, "expected the name of a file that exists");
    check_refused("NTCreateX \"\\a\" 0x40 0x4 5" OK, "expected the name of a file that exists");
    check_refused("Unlink \"\\a\" 0x6" OK, "expected the name of a file that exists, found '\\a'");
    check_refused("Rename \"\\a\" \"\\b\"" OK, "expected the name of a file that exists");
    check_refused("", "load:0: expected operations that read or write, found 'none up to here'");
    check_refused(MAKE, "load:1: expected operations that read or write");
}

static void load__says_which_file_it_cannot_read(void)
{
    struct dbench_load load;
    struct sim_error error;

    CHECK_EQ(dbench_load_read("/nowhere/load", 0, 0, &load, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "/nowhere/load: expected dbench's load file (Debian package dbench), "
                           "found: No such file or directory");
    CHECK_EQ(dbench_load_read("/tmp", 0, 0, &load, &error), SIM_USAGE);
    CHECK_TEXT(error.text, "/tmp: expected dbench's load file (Debian package dbench), found: Is a "
                           "directory");
}

/* dbench's own load: what one client does in one pass, counted apart from this code. */
static void load__of_dbench_itself(void)
{
    static uint64_t size[100];
    struct dbench_load load;
    struct sim_error error = {0};
    uint64_t live = 0, most_live = 0, operations = 0;

    if (!CHECK_EQ(dbench_load_read("/usr/share/dbench/client.txt", 0, 0, &load, &error), SIM_OK))
        return;
    CHECK_EQ(load.lines, 458344);
    CHECK_EQ(load.read_bytes, 1472088767);    /* 1,404 MiB */
    CHECK_EQ(load.written_bytes, 1015974170); /* 969 MiB */
    CHECK_EQ(load.files, 85);
    for (uint32_t i = 0; i < load.count; i++) {
        const struct dbench_op *op = &load.ops[i];
        uint64_t end = op->kind == DBENCH_META ? 0 : (uint64_t)op->offset + op->bytes;
        operations += op->kind == DBENCH_META ? op->bytes : op->kind < DBENCH_TRUNCATE;
        if (op->kind == DBENCH_READ)
            CHECK(end <= size[op->file]);
        if (op->kind == DBENCH_WRITE && end > size[op->file]) {
            live += end - size[op->file];
            size[op->file] = end;
        }
        if (op->kind == DBENCH_TRUNCATE || op->kind == DBENCH_DELETE) {
            live -= size[op->file];
            size[op->file] = 0;
        }
        most_live = live > most_live ? live : most_live;
    }
    CHECK_EQ(operations, load.lines);
    CHECK_EQ(most_live, 23965486); /* 22.9 MiB */
    CHECK_EQ(live, 0);
    dbench_load_free(&load);
}

TEST_SUITE(workloads_dbench_load, TEST(load__becomes_operations_on_numbers),
           TEST(load__names_with_spaces_and_directories), TEST(load__failed_operations_are_lookups),
           TEST(load__contents_follow_renames), TEST(load__opens_as_the_disposition_says),
           TEST(load__a_file_lives_while_it_is_open), TEST(load__takes_transfers_as_they_were),
           TEST(load__can_be_cut_and_ends_without_files),
           TEST(load__refuses_lines_with_file_and_line),
           TEST(load__refuses_what_contradicts_itself), TEST(load__says_which_file_it_cannot_read),
           TEST(load__of_dbench_itself))
