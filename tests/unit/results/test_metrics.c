/* The list of metrics: what its rows must agree on. */
#include "ballast/results/metrics.h"

#include <ctype.h>

#include "tests/check.h"

static bool is_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");
    return length > 0 && name[length] == '\0';
}

static void metrics__names_are_distinct_words(void)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        CHECK(is_name(metrics[i].name));
        for (unsigned j = 0; j < i; j++)
            CHECK(strcmp(metrics[i].name, metrics[j].name) != 0);
    }
}

static void metrics__each_has_a_unit_that_its_name_agrees_with(void)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        const char *last = strrchr(metric->name, '_');
        CHECK(metric->unit[0] != '\0');
        if (last == NULL)
            continue;
        if (strcmp(last, "_mb") == 0)
            CHECK_TEXT(metric->unit, "MB");
        else if (strcmp(last, "_pages") == 0)
            CHECK_TEXT(metric->unit, "pages");
        else if (strcmp(last, "_pct") == 0)
            CHECK_TEXT(metric->unit, "%");
        else if (strcmp(last, "_s") == 0)
            CHECK_TEXT(metric->unit, "s");
    }
}

static void metrics__each_is_recorded_somewhere_and_explained(void)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric *metric = &metrics[i];
        CHECK(metric->series != METRIC_NEVER || metric->result != METRIC_NEVER);
        CHECK(strlen(metric->meaning) > 5);
        CHECK(metric->meaning[strlen(metric->meaning) - 1] != '.');
        CHECK(!isspace((unsigned char)metric->meaning[0]));
        CHECK(strchr(metric->meaning, '|') == NULL); /* it stands in a table of Markdown */
    }
}

/* A sum over VMs takes a VM that is off from its results, so each of them must be there. */
static void metrics__a_sum_is_in_the_results(void)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        if (metrics[i].scope == METRIC_OF_SUM)
            CHECK(metrics[i].result != METRIC_NEVER);
    }
}

static void metrics__scopes(void)
{
    CHECK(metric_is_of_vm(&metrics[METRIC_alloc_mb]));
    CHECK(!metric_is_of_host(&metrics[METRIC_alloc_mb]));
    CHECK(!metric_is_of_vm(&metrics[METRIC_free_mb]));
    CHECK(metric_is_of_host(&metrics[METRIC_free_mb]));
    CHECK(metric_is_of_vm(&metrics[METRIC_io_copies]));
    CHECK(metric_is_of_host(&metrics[METRIC_io_copies]));
    CHECK(metric_is_of_vm(&metrics[METRIC_shared_mb]));
    CHECK(metric_is_of_host(&metrics[METRIC_shared_mb]));
}

static void metrics__a_row_is_what_metrics_def_says(void)
{
    const struct metric *metric = &metrics[METRIC_cow_breaks];
    CHECK_TEXT(metric->name, "cow_breaks");
    CHECK_TEXT(metric->unit, "pages");
    CHECK_TEXT(metric_scope_name(metric->scope), "VM");
    CHECK_TEXT(metric_kind_name(metric->kind), "counter");
    CHECK_CONTAINS(metric_kind_meaning(metric->kind), "adds up over all times");
    CHECK_TEXT(metric_when_text(metric->series), "if policy.share_enabled");
    CHECK_TEXT(metric_when_text(metric->result), "always");
}

static void metrics__what_is_shown_has_a_short_title_and_a_rank_of_its_own(void)
{
    for (unsigned i = 0; i < METRIC_COUNT; i++) {
        const struct metric_shown *shown = &metrics[i].shown;
        CHECK((shown->rank > 0) == (shown->title != NULL));
        if (shown->rank == 0)
            continue;
        CHECK(strlen(shown->title) > 0 && strlen(shown->title) <= METRIC_TITLE_MOST);
        CHECK(
            (shown->statistic == METRIC_WORK) <=
            (strcmp(metrics[i].unit, METRIC_WORK_UNIT) == 0 && metrics[i].result != METRIC_NEVER));
        CHECK((shown->statistic == METRIC_LEVEL) <= (metrics[i].series != METRIC_NEVER));
        for (unsigned j = 0; j < i; j++) {
            CHECK(shown->rank != metrics[j].shown.rank);
            CHECK(metrics[j].shown.rank == 0 || strcmp(shown->title, metrics[j].shown.title) != 0);
        }
    }
}

static void metric_named__and_what_it_is_told_by(void)
{
    CHECK(metric_named("nothing") == NULL);
    const struct metric *alloc = metric_named("alloc_mb"), *target = metric_named("target_mb");
    CHECK_TEXT(metric_title(alloc), "allocation");
    CHECK_TEXT(metric_title(target), "target_mb");
    CHECK_EQ(metric_statistic(alloc), METRIC_LEVEL);
    CHECK_EQ(metric_statistic(target), METRIC_LEVEL);
    CHECK_EQ(metric_statistic(metric_named("shared_pages")), METRIC_TOTAL);
    CHECK_EQ(metric_statistic(metric_named("cow_breaks")), METRIC_TOTAL);
    CHECK_EQ(metric_statistic(metric_named("throughput")), METRIC_WORK);
}

static void metric_in_role__is_the_name_of_a_metric_of_that_scope(void)
{
    for (int role = 0; role < METRIC_ROLES; role++) {
        const char *name = metric_in_role((enum metric_role)role);
        bool found = false;
        for (unsigned i = 0; i < METRIC_COUNT; i++)
            found |= name != NULL && strcmp(metrics[i].name, name) == 0 &&
                     metric_is_of_vm(&metrics[i]) == (role != METRIC_ROLE_FREE);
        CHECK(found);
    }
}

TEST_SUITE(results_metrics, TEST(metrics__what_is_shown_has_a_short_title_and_a_rank_of_its_own),
           TEST(metric_named__and_what_it_is_told_by),
           TEST(metric_in_role__is_the_name_of_a_metric_of_that_scope),
           TEST(metrics__names_are_distinct_words),
           TEST(metrics__each_has_a_unit_that_its_name_agrees_with),
           TEST(metrics__each_is_recorded_somewhere_and_explained),
           TEST(metrics__a_sum_is_in_the_results), TEST(metrics__scopes),
           TEST(metrics__a_row_is_what_metrics_def_says))
