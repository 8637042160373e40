/* The table of applications. */
#include "workloads/parts.h"

#include "tests/check.h"
#include "tests/unit/traces/files.h"

#define HEAD "application,part,share,content,of,copies,present,writes,source\n"

static int read_text(const char *text, struct wl_parts *parts, struct sim_error *error)
{
    struct files files;
    files_init(&files);
    const char *path = files_path(&files, "table.csv");
    file_put(path, text, strlen(text));
    int status = wl_parts_read(parts, path, "web", error);
    files_fini(&files);
    return status;
}

static void parts__of_one_application(void)
{
    struct wl_parts parts;
    struct sim_error error;
    CHECK_EQ(read_text(HEAD "db,x,1,zero,,1,1,0,\nweb,text,0.25,common,os,4,0.5,0,\n"
                            "web,data,0.75,private,,1,1,0.1,\n",
                       &parts, &error),
             SIM_OK);
    CHECK_EQ(parts.count, 2);
    CHECK_NEAR(parts.part[0].up_to, 0.25, 0);
    CHECK_NEAR(parts.part[1].up_to, 1, 0);
    CHECK_EQ(parts.part[0].content, WL_PART_COMMON);
    CHECK_EQ(parts.part[0].copies, 4);
    CHECK_NEAR(parts.part[0].present, 0.5, 0);
    CHECK_EQ(parts.part[0].key, wl_name_key("os"));
    CHECK(wl_name_key("os") != wl_name_key("so"));
    CHECK_NEAR(parts.part[1].writes, 0.1, 0);
}

static void parts__refuses_wrong_rows(void)
{
    static const struct {
        const char *row, *says;
    } wrong[] = {
        {"web,x,1.5,zero,,1,1,0,\n", ":2: share: expected a number from 0 to 1, found '1.5'"},
        {"web,x,1,blank,,1,1,0,\n", ":2: content: expected zero, common or private"},
        {"web,x,1,common,os,1.5,1,0,\n", ":2: copies: expected a whole number"},
        {"web,x,1,common,,1,1,0,\n", ":2: of: expected a name"},
        {"web,x,1,zero,,1,2,0,\n", ":2: present: expected"},
        {"web,x,1,zero,,1,1,-1,\n", ":2: writes: expected"},
        {"web,x,0.5,zero,,1,1,0,\n", "web: expected shares that add up to 1, found 0.5"},
        {"db,x,1,zero,,1,1,0,\n", "expected the application 'web', found none"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct wl_parts parts;
        struct sim_error error;
        char text[300];
        snprintf(text, sizeof text, HEAD "%s", wrong[i].row);
        CHECK_EQ(read_text(text, &parts, &error), SIM_BAD_DATA);
        CHECK_CONTAINS(error.text, wrong[i].says);
    }
}

TEST_SUITE(workloads_parts, TEST(parts__of_one_application), TEST(parts__refuses_wrong_rows));
