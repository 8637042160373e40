#include "tests/check.h"
#include "workloads/dbench_names.h"

#include <stdio.h>

static void names__keep_their_files_through_renames(void)
{
    struct dbench_names *names = dbench_names_new();
    struct dbench_name *a = dbench_name(names, "\\a"), *b = dbench_name(names, "\\b");

    CHECK(a != b);
    CHECK(dbench_name(names, "\\a") == a);
    CHECK_EQ(dbench_name_file(a), DBENCH_NO_FILE);
    dbench_name_create(names, a);
    CHECK_EQ(dbench_name_file(a), 0);
    dbench_name_move(a, b);
    CHECK_EQ(dbench_name_file(a), DBENCH_NO_FILE);
    CHECK_EQ(dbench_name_file(b), 0);
    dbench_name_create(names, a);
    CHECK_EQ(dbench_name_file(a), 1);
    CHECK_EQ(dbench_names_files(names), 2);
    dbench_names_free(names);
    dbench_names_free(NULL);
}

static void names__use_numbers_again_when_the_file_is_gone(void)
{
    struct dbench_names *names = dbench_names_new();
    struct dbench_name *a = dbench_name(names, "a"), *b = dbench_name(names, "b");

    dbench_name_create(names, a);
    dbench_name_create(names, b);
    CHECK_EQ(dbench_name_remove(names, a), 0);
    dbench_name_create(names, a);
    CHECK_EQ(dbench_name_file(a), 0);
    CHECK_EQ(dbench_names_files(names), 2);
    dbench_names_free(names);
}

static void handle__keeps_a_file_whose_name_is_gone(void)
{
    struct dbench_names *names = dbench_names_new();
    struct dbench_name *a = dbench_name(names, "a");

    CHECK_EQ(dbench_handle(names, 7), DBENCH_NO_FILE);
    dbench_name_create(names, a);
    dbench_handle_open(names, 7, 0);
    dbench_handle_open(names, 65535, 0);
    CHECK_EQ(dbench_handle(names, 7), 0);
    CHECK_EQ(dbench_name_remove(names, a), DBENCH_NO_FILE);
    dbench_name_create(names, a);
    CHECK_EQ(dbench_name_file(a), 1); /* 0 is still open */
    CHECK_EQ(dbench_handle_close(names, 7), DBENCH_NO_FILE);
    CHECK_EQ(dbench_handle_close(names, 65535), 0);
    CHECK_EQ(dbench_handle(names, 7), DBENCH_NO_FILE);
    dbench_handle_open(names, 7, DBENCH_DIRECTORY);
    CHECK_EQ(dbench_handle(names, 7), DBENCH_DIRECTORY);
    CHECK_EQ(dbench_handle_close(names, 7), DBENCH_NO_FILE);
    dbench_names_free(names);
}

static void names__below_a_folder_end_at_its_boundary(void)
{
    static const char *const texts[] = {"\\c\\client1\\x", "\\c\\client10\\x", "\\c\\client1\\d\\y",
                                        "\\c\\client1\\gone"};
    struct dbench_names *names = dbench_names_new();
    struct dbench_name *name[4];
    uint32_t cursor = 0;

    for (unsigned i = 0; i < 4; i++) {
        name[i] = dbench_name(names, texts[i]);
        if (i < 3)
            dbench_name_create(names, name[i]);
    }
    CHECK(dbench_name_below(names, "\\c\\client1", &cursor) == name[0]);
    CHECK(dbench_name_below(names, "\\c\\client1", &cursor) == name[2]);
    CHECK(dbench_name_below(names, "\\c\\client1", &cursor) == NULL);
    cursor = 0;
    CHECK(dbench_name_below(names, "", &cursor) == name[0]);
    CHECK(dbench_name_below(names, "", &cursor) == name[1]);
    dbench_names_free(names);
}

static void names__are_bounded(void)
{
    struct dbench_names *names = dbench_names_new();
    unsigned made = 0;
    char text[20];

    for (unsigned i = 0; i <= DBENCH_NAMES; i++) {
        snprintf(text, sizeof text, "%u", i);
        made += dbench_name(names, text) != NULL;
    }
    CHECK_EQ(made, DBENCH_NAMES);
    CHECK(dbench_name(names, "17") != NULL);
    dbench_names_free(names);
}

TEST_SUITE(workloads_dbench_names, TEST(names__keep_their_files_through_renames),
           TEST(names__use_numbers_again_when_the_file_is_gone),
           TEST(handle__keeps_a_file_whose_name_is_gone),
           TEST(names__below_a_folder_end_at_its_boundary), TEST(names__are_bounded))
