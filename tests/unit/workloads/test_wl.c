/* The list of workloads, and what their checks share. */
#include "workloads/wl.h"

#include "tests/check.h"

static void wl_rows__keys_and_sizes_fit_together(void)
{
    CHECK_TEXT(wl_rows[0]->keys.name, "idle");
    for (uint32_t i = 0; i < wl_row_count; i++) {
        const struct sim_section *keys = &wl_rows[i]->keys;
        CHECK(wl_row_find(keys->name, strlen(keys->name)) == wl_rows[i]);
        CHECK((wl_rows[i]->bytes > 0) == (keys->count > 0));
        CHECK(keys->count <= SIM_ROWS_MOST);
        for (uint32_t k = 0; k < keys->count; k++) {
            CHECK_EQ(sim_row_find(keys, keys->rows[k].key), k);
            CHECK(keys->rows[k].offset < wl_rows[i]->bytes);
            CHECK(keys->rows[k].help[0] != '\0');
        }
    }
}

static void wl_row_find__by_the_whole_name(void)
{
    CHECK(wl_row_find("fill.pages", 4) != NULL);
    CHECK(wl_row_find("fil", 3) == NULL);
    CHECK(wl_row_find("fills", 5) == NULL);
    CHECK(wl_row_find("", 0) == NULL);
}

static void wl_fits__sizes_are_those_of_the_vm(void)
{
    const struct wl_vm vm = {.memory_pages = 1000}, huge = {.memory_pages = 230u << 20};
    struct wl_problem problem = {0};
    CHECK(wl_fits_pages(&problem, "pages", 1000, &vm));
    CHECK(!wl_fits_pages(&problem, "pages", 1001, &vm));
    CHECK_TEXT(problem.key, "pages");
    CHECK_TEXT(problem.text, "expected at most memory_mb (1000 pages), found 1001");
    CHECK(wl_fits_mb(&problem, "memory_mb", 3.90625, &vm));
    CHECK(!wl_fits_mb(&problem, "memory_mb", 3.907, &vm));
    CHECK_TEXT(problem.text, "expected at most memory_mb of the VM (3.90625), found 3.907");
    CHECK(!wl_fits_mb(&problem, "memory_mb", 300000, &huge)); /* the VM has 900 GB */
    CHECK_TEXT(problem.text, "expected at most the MB of one process (253952), found 300000");
    CHECK_EQ(wl_process_pages_most(huge.memory_pages), GUEST_PROCESS_PAGES_MOST);
    CHECK_EQ(wl_process_pages_most(1000), 1000);
}

TEST_SUITE(workloads_wl, TEST(wl_rows__keys_and_sizes_fit_together),
           TEST(wl_row_find__by_the_whole_name), TEST(wl_fits__sizes_are_those_of_the_vm))
