/* The registry of members: what a table from outside must hold, and finding a member by name. */
#include <string.h>

#include "models/policy/mp_estimator.h"
#include "models/policy/mp_governor.h"
#include "models/policy/mp_scanner.h"

#include "tests/check.h"
#include "tests/unit/policy/fake.h"

static const struct mp_parameter rows[] = {
    {"headroom", "pages", "a test", 10, 0, 100},
    {"gain", "bp", "a test", 5000, 1, 10000},
};

static void no_orders(void *state, const struct mp_view *view, struct mp_orders *orders)
{
    (void)state, (void)view, (void)orders;
}

static const struct mp_governor plain = {.abi = MP_GOVERNOR_ABI,
                                         .name = "plain",
                                         .summary = "orders nothing",
                                         .parameters = rows,
                                         .parameter_count = 2,
                                         .tick = no_orders};

static void check__names_what_is_wrong(void)
{
    struct mp_parameter row = rows[0], twice[] = {rows[0], rows[0]};
    struct mp_governor table = plain;
    CHECK(mp_governor_check(&plain) == NULL);
    table.name = "Has Spaces";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = "";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = "a-name-of-forty-characters-is-too-long-123";
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table.name = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    table = plain;
    table.tick = NULL;
    CHECK_TEXT(mp_governor_check(&table), "no function tick");
    table = plain;
    table.summary = NULL;
    CHECK_TEXT(mp_governor_check(&table), "no summary");
    table = plain;
    table.parameters = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without rows");
    table.parameter_count = 1;
    CHECK_CONTAINS(mp_governor_check(&table), "without rows");
    table.parameters = &row;
    table.parameter_count = 1;
    CHECK(mp_governor_check(&table) == NULL);
    row.preset = row.most + 1;
    CHECK_CONTAINS(mp_governor_check(&table), "outside of its range");
    row = rows[0];
    row.source = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without a unit or a source");
    row.name = "a.dot";
    CHECK_CONTAINS(mp_governor_check(&table), "a parameter whose name");
    table.parameters = twice;
    table.parameter_count = 2;
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    table.parameter_count = 65;
    CHECK_CONTAINS(mp_governor_check(&table), "more parameters");
}

/* Names of 39 letters and all signs, presets at the ends of their range, 64 parameters. */
static void check__at_the_ends_of_what_can_be(void)
{
    static const char *const good[] = {
        "a", "z", "0", "9", "-", "_", "abcdefghijklmnopqrstuvwxyz-0123456789_a"};
    static const char *const bad[] = {"`", "{",   "/",  ":",
                                      "A", "a b", "a.", "abcdefghijklmnopqrstuvwxyz-0123456789_ab"};
    struct mp_governor table = plain;
    for (uint32_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        table.name = good[i];
        CHECK(mp_governor_check(&table) == NULL);
    }
    for (uint32_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        table.name = bad[i];
        CHECK_CONTAINS(mp_governor_check(&table), "a name that is not");
    }
    static char names[64][3];
    static struct mp_parameter many[64];
    for (uint32_t i = 0; i < 64; i++) {
        snprintf(names[i], sizeof names[i], "%02u", i);
        many[i] = (struct mp_parameter){.name = names[i], .unit = "", .source = "", .preset = 5};
        many[i].least = i % 2 ? 5 : 0;
        many[i].most = i % 2 ? 10 : 5;
    }
    table = plain;
    table.parameters = many;
    table.parameter_count = 64;
    CHECK(mp_governor_check(&table) == NULL);
    table.parameter_count = 65;
    CHECK_TEXT(mp_governor_check(&table), "more parameters than the most");
    table.parameter_count = 64;
    many[63].name = names[0];
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    many[63].name = "62x"; /* another one, though it begins alike */
    CHECK(mp_governor_check(&table) == NULL);
    many[63].name = names[62]; /* the one before it */
    CHECK_TEXT(mp_governor_check(&table), "two parameters of one name");
    many[63].name = "62x";
    many[63].preset = 4;
    CHECK_CONTAINS(mp_governor_check(&table), "outside of its range");
    many[63].preset = 5;
    many[63].unit = NULL;
    CHECK_CONTAINS(mp_governor_check(&table), "without a unit or a source");
}

static void registry__finds_by_name(void)
{
    CHECK_TEXT(mp_governor_at(0)->name, "esx");
    uint32_t count = 0;
    for (; mp_governor_at(count); count++) {
        const struct mp_governor *governor = mp_governor_at(count);
        CHECK_EQ(governor->abi, MP_GOVERNOR_ABI);
        CHECK(mp_governor_find(governor->name) == governor);
        CHECK_TEXT(mp_governor_check(governor) ? mp_governor_check(governor) : "", "");
    }
    CHECK(count >= 2);
    CHECK(mp_governor_find("es") == NULL);
    CHECK(mp_governor_find("esx2") == NULL);
    CHECK(mp_governor_find("") == NULL);
}

/* What `ballast params` promises of each member: the preset and what may be set instead. */
static const struct {
    const char *member, *name;
    uint32_t preset, least, most;
} promised[] = {
    {"governor esx-6", "mb_per_gb", 1024, 1000, 1024},
    {"governor esx-6", "high_pct", 400, 1, 400},
    {"governor esx-6", "clear_pct", 100, 1, 400},
    {"governor esx-6", "soft_pct", 64, 1, 400},
    {"governor esx-6", "hard_pct", 32, 1, 400},
    {"governor esx-6", "low_pct", 16, 1, 400},
    {"governor esx-6", "balance_s", 15, 1, 3600},
    {"governor esx-6", "collapse_pages_s", 10000, 0, 1000000},
    {"governor proxmox", "used_pct", 80, 1, 99},
    {"governor proxmox", "dead_band_mb", 10, 0, 1048576},
    {"governor proxmox", "step_mb", 100, 1, 1048576},
    {"governor proxmox", "rich_pct", 25, 0, 1000},
    {"governor proxmox", "period_s", 10, 1, 3600},
    {"governor mom", "pressure_pct", 20, 1, 99},
    {"governor mom", "critical_pct", 5, 0, 99},
    {"governor mom", "guest_free_pct", 20, 0, 100},
    {"governor mom", "step_pct", 5, 1, 100},
    {"governor mom", "dead_band_bp", 25, 0, 10000},
    {"governor mom", "collect_s", 5, 1, 3600},
    {"governor mom", "decide_s", 10, 1, 3600},
    {"governor mom", "samples", 10, 1, 10},
    {"governor mom", "ksm", 1, 0, 2},
    {"governor mom", "ksmtuned_s", 60, 1, 3600},
    {"governor mom", "ksm_pressure_pct", 20, 1, 99},
    {"governor mom", "ksm_boost", 300, 0, 100000},
    {"governor mom", "ksm_decay", 50, 0, 100000},
    {"governor mom", "ksm_least", 64, 1, 100000},
    {"governor mom", "ksm_most", 1250, 1, 100000},
    {"governor mom", "ksm_sleep_ms", 10, 1, 10000},
    {"governor squeezed", "step_s", 1, 1, 3600},
    {"governor squeezed", "idle_s", 10, 1, 3600},
    {"governor squeezed", "stuck_s", 5, 1, 3600},
    {"governor squeezed", "slack_mb", 0, 0, 1024},
    {"governor selfballoon", "interval_s", 5, 1, 3600},
    {"governor selfballoon", "reserve_mb", 40, 0, 1048576},
    {"governor selfballoon", "down_parts", 8, 1, 1000},
    {"governor selfballoon", "up_parts", 1, 1, 1000},
    {"governor selfballoon", "floor", 0, 0, 2},
    {"governor senpai", "pressure_us", 10000, 1, 60000},
    {"governor senpai", "interval", 6, 1, 3600},
    {"governor senpai", "max_backoff_pct", 100, 0, 1000},
    {"governor senpai", "max_probe_bp", 100, 0, 10000},
    {"governor senpai", "coeff_backoff", 20, 1, 1000},
    {"governor senpai", "coeff_probe", 10, 1, 1000},
    {"governor senpai", "least_mb", 100, 1, 1048576},
    {"governor senpai", "most_mb", 102400, 1, 1048576},
    {"governor tmo", "ratio_ppm", 500, 0, 1000000},
    {"governor tmo", "threshold_ppm", 1000, 1, 1000000},
    {"governor tmo", "period_s", 6, 2, 3600},
    {"governor tmo", "average", 0, 0, 1},
    {"governor damon-reclaim", "cold_s", 120, 10, 600},
    {"governor damon-reclaim", "quota_mb", 128, 1, 1048576},
    {"governor damon-reclaim", "check_s", 5, 1, 3600},
    {"governor damon-reclaim", "high_pct", 50, 0, 100},
    {"governor damon-reclaim", "mid_pct", 40, 0, 100},
    {"governor damon-reclaim", "low_pct", 20, 0, 100},
    {"governor far-memory", "limit_bp", 20, 1, 10000},
    {"governor far-memory", "least_age_s", 120, 10, 3600},
    {"governor far-memory", "percentile", 98, 1, 100},
    {"governor far-memory", "start_s", 300, 0, 86400},
    {"governor hyperv-like", "buffer_pct", 20, 5, 2000},
    {"governor hyperv-like", "report_s", 1, 1, 3600},
    {"governor hyperv-like", "remove_s", 30, 1, 3600},
    {"estimator damon", "sample_ms", 5, 1, 60000},
    {"estimator damon", "checks", 20, 1, 1000},
    {"estimator damon", "least_regions", 10, 1, 1000},
    {"estimator damon", "most_regions", 1000, 10, 100000},
    {"estimator damon", "cold_aggregations", 1200, 1, 1000000},
    {"estimator shards", "sample_pages", 1024, 1, 1048576},
    {"estimator shards", "step_ms", 1000, 1, 3600000},
    {"estimator shards", "within_bp", 100, 0, 10000},
    {"estimator aet", "sample_pages", 1024, 1, 1048576},
    {"estimator aet", "step_ms", 1000, 1, 3600000},
    {"estimator aet", "within_bp", 100, 0, 10000},
    {"estimator psi", "pressure_us", 10000, 1, 60000},
    {"estimator psi", "interval", 6, 1, 3600},
    {"estimator psi", "max_probe_bp", 100, 0, 10000},
    {"estimator psi", "coeff_backoff", 20, 1, 1000},
    {"estimator psi", "coeff_probe", 10, 1, 1000},
    {"scanner ksm", "pages_to_scan", 100, 1, 30000},
    {"scanner ksm", "sleep_millisecs", 20, 1, 60000},
    {"scanner ksm", "max_page_sharing", 256, 2, 1000000000},
    {"scanner ksm", "use_zero_pages", 0, 0, 1},
    {"scanner ksm", "smart_scan", 1, 0, 1},
    {"scanner ksm", "stable_tree_first", 0, 0, 1},
    {"scanner ksm", "advisor", 0, 0, 1},
    {"scanner ksm", "advisor_target_scan_time", 200, 1, 1000000},
    {"scanner ksm", "advisor_max_cpu", 70, 10, 100},
    {"scanner ksm", "advisor_page_ns", 2000, 1, 1000000},
};
enum { PROMISED = sizeof promised / sizeof promised[0] };

/* Answers how many of the member's rows are promised. */
static uint32_t check_rows(const char *seam, const char *name,
                           const struct mp_parameter *parameters, uint32_t count)
{
    char member[60];
    uint32_t found = 0;
    snprintf(member, sizeof member, "%s %s", seam, name);
    for (uint32_t i = 0; i < PROMISED; i++) {
        for (uint32_t row = 0; row < count && strcmp(promised[i].member, member) == 0; row++) {
            if (strcmp(promised[i].name, parameters[row].name) != 0)
                continue;
            found++;
            if (!CHECK_EQ(parameters[row].preset, promised[i].preset) ||
                !CHECK_EQ(parameters[row].least, promised[i].least) ||
                !CHECK_EQ(parameters[row].most, promised[i].most))
                printf(" (%s.%s)", member, parameters[row].name);
        }
    }
    return found;
}

static void parameters__presets_and_ranges(void)
{
    uint32_t found = 0;
    for (uint32_t i = 0; mp_governor_at(i); i++)
        found += check_rows("governor", mp_governor_at(i)->name, mp_governor_at(i)->parameters,
                            mp_governor_at(i)->parameter_count);
    for (uint32_t i = 0; mp_estimator_at(i); i++)
        found += check_rows("estimator", mp_estimator_at(i)->name, mp_estimator_at(i)->parameters,
                            mp_estimator_at(i)->parameter_count);
    for (uint32_t i = 0; mp_scanner_at(i); i++)
        found += check_rows("scanner", mp_scanner_at(i)->name, mp_scanner_at(i)->parameters,
                            mp_scanner_at(i)->parameter_count);
    CHECK_EQ(found, PROMISED);
}

TEST_SUITE(policy_members, TEST(check__names_what_is_wrong),
           TEST(check__at_the_ends_of_what_can_be), TEST(registry__finds_by_name),
           TEST(parameters__presets_and_ranges))
