/* Applications: what their pages hold, how many are touched and how often. */
#include <stdlib.h>

#include "tests/check.h"
#include "tests/unit/traces/files.h"
#include "tests/unit/workloads/rig.h"
#include "workloads/application.h"

static const char table[] = "application,part,share,content,of,copies,present,writes,source\n"
                            "app,text,0.25,common,os,2,1,0,\n"
                            "app,some,0.25,common,data,1,0.5,0,\n"
                            "app,heap,0.25,zero,,1,1,0,\n"
                            "app,data,0.25,private,,1,1,0.5,\n";

static const char activity[] = "t_s,vm\n0,0\n20,0\n21,40\n";

static struct rig *start_beside(struct files *files, uint32_t background_pages, const char *vm,
                                struct wl_application_config config)
{
    struct rig *rig = rig_new(GUEST_LINUX_2_4, 1);
    struct sim_error error = {0};

    files_init(files);
    file_put(files_path(files, "table.csv"), table, sizeof table - 1);
    file_put(files_path(files, "activity.csv"), activity, sizeof activity - 1);
    rig->context.base_dir = files->dir;
    rig->context.vm_name = vm;
    rig->context.background_pages = background_pages;
    config.name = "app";
    config.table = "table.csv";
    config.column = "";
    if (!config.activity)
        config.activity = "";
    if (!config.cold_ns)
        config.cold_ns = 3600 * SIM_SECOND;
    CHECK_EQ(wl_application.start(&rig->context, &config, &rig->wl, &error), SIM_OK);
    CHECK_TEXT(error.text, "");
    rig_see_writes(rig);
    for (uint32_t ppn = 0; ppn < RIG_PAGES; ppn++)
        rig->content[ppn] = 0;
    return rig;
}

static struct rig *start(struct files *files, const char *vm, struct wl_application_config config)
{
    return start_beside(files, 0, vm, config);
}

static void end(struct rig *rig, struct files *files)
{
    rig_free(rig);
    files_fini(files);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Common contents after 64 MB were filled, in order; their number. */
static uint32_t common_contents(const char *vm, uint64_t *contents)
{
    struct files files;
    struct rig *rig = start(&files, vm, (struct wl_application_config){.memory_mb = 64});
    rig_run(rig, rig->context.start_ns + 5 * SIM_SECOND);
    uint32_t count = 0;
    for (uint32_t ppn = 0; ppn < RIG_PAGES; ppn++) {
        if (rig->content[ppn] > GUEST_CONTENT_PRIVATE)
            contents[count++] = rig->content[ppn];
    }
    end(rig, &files);
    qsort(contents, count, sizeof *contents, by_value);
    return count;
}

static void application__parts_in_their_shares(void)
{
    static uint64_t one[RIG_PAGES], other[RIG_PAGES];
    uint32_t ones = common_contents("one", one), others = common_contents("other", other);
    uint32_t pages = 64 * 256, twins = 0, both = 0;
    CHECK_NEAR(ones, 0.375 * pages, 0.015 * pages); /* a quarter, and half of another */
    for (uint32_t i = 1; i < ones; i++)
        twins += one[i] == one[i - 1];
    CHECK_NEAR(twins, 0.125 * pages, 0.01 * pages); /* each content of `text` twice */
    for (uint32_t i = 0, k = 0; i < ones && k < others;) {
        both += one[i] == other[k];
        int order = by_value(&one[i], &other[k]);
        i += order <= 0;
        k += order >= 0;
    }
    /* All of `text`, and a quarter of `some`, where both VMs have it. */
    CHECK_NEAR(both, (0.25 + 0.0625) * pages, 0.02 * pages);
}

static void application__hot_set_is_touched_every_five_seconds(void)
{
    struct files files;
    struct rig *rig = start(&files, "vm", (struct wl_application_config){.active_mb = 20});
    rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
    double before = rig_progress(rig);
    rig_run(rig, rig->now_ns + 100 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig) - before, 20 * 20 * 256, 0.02 * 20 * 20 * 256);
    struct guest_status status;
    guest_status(rig->guest, &status);
    CHECK_NEAR(status.process_pages, 20 * 256, 600); /* and the system's own pages */
    CHECK_TEXT(rig->wl->kind->progress_unit, "pages");
    end(rig, &files);
}

static void application__os_background_is_part_of_activity(void)
{
    struct files files;
    struct wl_application_config config = {.active_mb = 5};
    struct rig *rig = start_beside(&files, 5 * 256, "vm", config);
    rig_run(rig, rig->now_ns + 20 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 0, 0);
    end(rig, &files);
}

/* Half of the touches of `data` write; nothing else is written once it is filled. */
static void application__writes_its_share_of_touches(void)
{
    struct files files;
    struct rig *rig = start(&files, "vm", (struct wl_application_config){.active_mb = 20});
    rig_run(rig, rig->context.start_ns + 10 * SIM_SECOND);
    uint64_t writes = rig->writes;
    double touches = rig_progress(rig);
    rig_run(rig, rig->now_ns + 200 * SIM_SECOND);
    touches = rig_progress(rig) - touches;
    CHECK_NEAR((double)(rig->writes - writes) / touches, 0.125, 0.01);
    end(rig, &files);
}

static void application__cold_memory_is_touched_in_rotation(void)
{
    struct files files;
    struct rig *rig = start(
        &files, "vm",
        (struct wl_application_config){
            .memory_mb = 64, .active_mb = 4, .load_ns = SIM_SECOND, .cold_ns = 100 * SIM_SECOND});
    rig_run(rig, rig->context.start_ns + 20 * SIM_SECOND);
    double before = rig_progress(rig);
    rig_run(rig, rig->now_ns + 200 * SIM_SECOND);
    double expected = (4 * 40 + 60 * 2) * 256;
    CHECK_NEAR(rig_progress(rig) - before, expected, 0.03 * expected);
    end(rig, &files);
}

static void application__follows_its_activity(void)
{
    struct files files;
    struct rig *rig =
        start(&files, "vm", (struct wl_application_config){.activity = "activity.csv"});
    rig_run(rig, 20 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 0, 0);
    rig_run(rig, 31 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 2 * 40 * 256, 0.15 * 2 * 40 * 256);
    end(rig, &files);
}

static void application__busy_one_leaves_no_time_idle(void)
{
    struct files files;
    struct rig *rig =
        start(&files, "vm", (struct wl_application_config){.active_mb = 4, .busy = true});
    rig_run(rig, rig->context.start_ns + 20 * SIM_SECOND);
    CHECK_NEAR(rig_progress(rig), 20, 0.5);
    CHECK_TEXT(rig->wl->kind->progress_unit, "CPU s");
    end(rig, &files);
}

/* Active with 4 MB, it computes only if that is above the mark. */
static void application__busy_while_its_activity_is_high(void)
{
    for (int above = 0; above < 2; above++) {
        struct files files;
        struct guest_status status;
        struct rig *rig =
            start(&files, "vm",
                  (struct wl_application_config){.active_mb = 4, .busy_above_mb = above ? 3 : 5});
        rig_run(rig, rig->context.start_ns + 20 * SIM_SECOND);
        guest_status(rig->guest, &status);
        CHECK((status.cpu_ns > 15 * SIM_SECOND) == above);
        CHECK_TEXT(rig->wl->kind->progress_unit, "pages");
        end(rig, &files);
    }
}

/* What was promised is committed and not in memory; what was read is cache and not committed. */
static void application__promises_and_files_are_told_apart(void)
{
    struct files files;
    struct guest_status before, after;
    struct rig *rig =
        start(&files, "vm",
              (struct wl_application_config){.active_mb = 10, .untouched_mb = 200, .files_mb = 30});
    guest_status(rig->guest, &before);
    rig_run(rig, rig->context.start_ns + 30 * SIM_SECOND);
    guest_status(rig->guest, &after);
    CHECK_EQ(after.committed_pages - after.process_pages, 200 * 256);
    CHECK_NEAR(after.process_pages - before.process_pages, 10 * 256, 16);
    CHECK_EQ(after.cache_pages, 30 * 256);
    CHECK_EQ(after.programs_alive, 1);
    end(rig, &files);
}

TEST_SUITE(workloads_application, TEST(application__parts_in_their_shares),
           TEST(application__hot_set_is_touched_every_five_seconds),
           TEST(application__os_background_is_part_of_activity),
           TEST(application__writes_its_share_of_touches),
           TEST(application__cold_memory_is_touched_in_rotation),
           TEST(application__follows_its_activity), TEST(application__busy_one_leaves_no_time_idle),
           TEST(application__busy_while_its_activity_is_high),
           TEST(application__promises_and_files_are_told_apart));
