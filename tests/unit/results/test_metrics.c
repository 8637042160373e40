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

TEST_SUITE(results_metrics, TEST(metrics__names_are_distinct_words),
           TEST(metrics__each_has_a_unit_that_its_name_agrees_with),
           TEST(metrics__each_is_recorded_somewhere_and_explained),
           TEST(metrics__a_sum_is_in_the_results), TEST(metrics__scopes),
           TEST(metrics__a_row_is_what_metrics_def_says))
