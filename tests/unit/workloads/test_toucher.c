/* The toucher: how much it touches and when, what it gives back, and schedules that are refused. */
#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/toucher.h"

#define MB_PAGES 256u

static int start(struct rig *rig, struct files *files, const char *schedule,
                 struct sim_error *error)
{
    struct wl_toucher_config config = {.schedule = "toucher.csv", .page_us = 10};

    files_init(files);
    file_put(files_path(files, "toucher.csv"), schedule, strlen(schedule));
    rig->context.base_dir = files->dir;
    *error = (struct sim_error){0};
    return wl_toucher.start(&rig->context, &config, &rig->wl, error);
}

static uint32_t process_pages(const struct rig *rig)
{
    struct guest_status status;
    guest_status(rig->guest, &status);
    return status.process_pages;
}

static uint32_t free_pages(const struct rig *rig)
{
    struct guest_status status;
    guest_status(rig->guest, &status);
    return status.free_pages;
}

static void toucher__memory_follows_the_schedule(void)
{
    struct files files;
    struct sim_error error;
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    uint64_t start_ns = rig->context.start_ns;
    uint32_t before = free_pages(rig), own = process_pages(rig);

    CHECK_EQ(start(rig, &files, "# a comment\nt_s,mb\n0,0\n2,10\n4,30\n6,20\n8,0\n", &error), 0);
    uint32_t mb[] = {0, 10, 30, 20, 0};
    for (uint32_t i = 0; i < 5; i++) {
        rig_run(rig, start_ns + (2 * i + 1) * SIM_SECOND);
        CHECK_EQ(process_pages(rig) - own, mb[i] * MB_PAGES);
    }
    CHECK_EQ(free_pages(rig), before);
    rig_free(rig);
    files_fini(&files);
}

static void toucher__never_pauses_and_touches_all_of_it(void)
{
    struct files files;
    struct sim_error error;
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    uint64_t start_ns = rig->context.start_ns;

    CHECK_EQ(start(rig, &files, "t_s,mb\n0,10\n", &error), 0);
    rig_run(rig, start_ns + SIM_SECOND);
    double before = rig_progress(rig);
    rig_see_writes(rig);
    memset(rig->content, 0, sizeof rig->content);
    rig_run(rig, start_ns + 2 * SIM_SECOND);
    /* 10 us of its own and 0.1 us of the rig at each page */
    CHECK_NEAR(rig_progress(rig) - before, 1e9 / 10100, 300);
    uint32_t written = 0;
    for (uint32_t ppn = 0; ppn < RIG_PAGES; ppn++)
        written += rig->content[ppn] == GUEST_CONTENT_PRIVATE;
    CHECK_EQ(written, 10 * MB_PAGES);
    rig_free(rig);
    files_fini(&files);
}

static uint64_t zeroed_pages(const struct rig *rig)
{
    struct guest_status status;
    guest_status(rig->guest, &status);
    return status.zeroed_pages;
}

static void toucher__windows_zeroes_what_was_freed_at_its_end_only(void)
{
    struct files files;
    struct sim_error error;
    struct rig *rig = rig_new(GUEST_WINDOWS_2000, 1);
    uint64_t start_ns = rig->context.start_ns;

    CHECK_EQ(start(rig, &files, "t_s,mb\n0,40\n2,10\n4,0\n", &error), 0);
    rig_run(rig, start_ns + SIM_SECOND);
    uint64_t before = zeroed_pages(rig);
    rig_run(rig, start_ns + 3 * SIM_SECOND);
    CHECK_EQ(zeroed_pages(rig), before);
    rig_run(rig, start_ns + 6 * SIM_SECOND);
    CHECK_EQ(zeroed_pages(rig) - before, 40 * MB_PAGES);
    rig_free(rig);
    files_fini(&files);
}

static void refuse(const char *schedule, const char *expected)
{
    struct files files;
    struct sim_error error;
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);

    CHECK_EQ(start(rig, &files, schedule, &error), SIM_BAD_DATA);
    CHECK_CONTAINS(error.text, expected);
    rig_free(rig);
    files_fini(&files);
}

static void start__refuses_what_is_no_schedule(void)
{
    refuse("t_s,mb\n0,0\n1,129\n", "toucher.csv:3: mb: expected a number from 0 to 128");
    refuse("t_s,mb\n0,0\n0,1\n", "toucher.csv:3: t_s: expected a later time");
    refuse("t_s,pages\n0,0\n", "expected the column 'mb'");
}

TEST_SUITE(workloads_toucher, TEST(toucher__memory_follows_the_schedule),
           TEST(toucher__never_pauses_and_touches_all_of_it),
           TEST(toucher__windows_zeroes_what_was_freed_at_its_end_only),
           TEST(start__refuses_what_is_no_schedule))
