#include <stdlib.h>

#include "ballast/config/outline.h"
#include "tests/check.h"

static const char text[] = "# a comment\n"
                           "title: x\n"
                           "vms:\n"
                           "  - name: linux\n"
                           "    boot: {early_s: 3,\n"
                           "           late_s: 4}\n"
                           "\n"
                           "  -\n"
                           "    name: |\n"
                           "      win\n"
                           "      dows\n"
                           "sizes: [1, 2,\n"
                           "  3]\n"
                           "\"quoted\": ~\n";

static void check_line(const char *place, uint32_t line)
{
    struct config_outline outline;
    CHECK_EQ(config_outline_init(&outline, text, "t", NULL), SIM_OK);
    const struct config_outline_node *node = config_outline_find(&outline, place);
    if (CHECK(node != NULL))
        CHECK_EQ(node->line, line);
    config_outline_fini(&outline);
}

static void outline_find__knows_lines_in_every_style(void)
{
    check_line("", 2);
    check_line("title", 2);
    check_line("vms", 3);
    check_line("vms.0", 4);
    check_line("vms.0.name", 4);
    check_line("vms.0.boot", 5);
    check_line("vms.0.boot.early_s", 5);
    check_line("vms.0.boot.late_s", 6);
    check_line("vms.1.name", 9);
    check_line("sizes.2", 13);
    check_line("quoted", 14);
}

static void outline_nearest__climbs_to_what_there_is(void)
{
    struct config_outline outline;
    config_outline_init(&outline, text, "t", NULL);
    CHECK_TEXT(config_outline_nearest(&outline, "vms.0.boot.nothing.here")->place, "vms.0.boot");
    CHECK_TEXT(config_outline_nearest(&outline, "vms.7.name")->place, "vms");
    CHECK_TEXT(config_outline_nearest(&outline, "nothing")->place, "");
    config_outline_fini(&outline);
}

static void outline_find__says_what_stands_there(void)
{
    struct config_outline outline;
    config_outline_init(&outline, "a: 1\nb: [2]\nc: {}\nd:\ne: &x ' '\nf: *x\n", "t", NULL);
    CHECK_TEXT(config_outline_find(&outline, "a")->found, "'1'");
    CHECK_TEXT(config_outline_find(&outline, "b")->found, "a list");
    CHECK_TEXT(config_outline_find(&outline, "c")->found, "a mapping");
    CHECK_TEXT(config_outline_find(&outline, "d")->found, "nothing");
    CHECK_TEXT(config_outline_find(&outline, "f")->found, "'*x'");
    CHECK(config_outline_find(&outline, "g") == NULL);
    config_outline_fini(&outline);
}

static void check_refused(const char *yaml, const char *message)
{
    struct config_outline outline;
    struct sim_error error = {0};
    CHECK_EQ(config_outline_init(&outline, yaml, "t.yaml", &error), SIM_USAGE);
    CHECK_TEXT(error.text, message);
    config_outline_fini(&outline);
}

static void outline_init__refuses_what_is_not_one_document(void)
{
    check_refused("", "t.yaml:1: expected keys and values, found nothing");
    check_refused("# only this\n", "t.yaml:1: expected keys and values, found nothing");
    check_refused("a: 1\n---\nb: 2\n", "t.yaml:2: expected one document, found a second");
    check_refused("a: 1\nb: 2\na: 3\n", "t.yaml:3: expected the key 'a' once, found it again");
    check_refused("a:\n- b: 1\n  c: 2\n  b: 3\n",
                  "t.yaml:4: expected the key 'b' once, found it again");
    check_refused("a: 1\n? [b]\n: 2\n", "t.yaml:2: expected a word as key, found something else");
    check_refused("a: 1\nb: [1\nc: 2\n",
                  "t.yaml:3: expected YAML, found an error: did not find expected ',' or ']'");
}

static void outline_init__refuses_deep_nesting(void)
{
    char deep[400];
    struct config_outline outline;
    struct sim_error error = {0};
    memset(deep, '[', sizeof deep - 1);
    deep[sizeof deep - 1] = '\0';
    CHECK_EQ(config_outline_init(&outline, deep, "t", &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, "t:1: expected short keys and at most 64 levels");
    config_outline_fini(&outline);
}

static void outline_init__takes_many_values(void)
{
    struct config_outline outline;
    char *many = NULL;
    size_t bytes;
    FILE *out = open_memstream(&many, &bytes);
    for (int i = 0; i < 20000; i++)
        fprintf(out, "- %d\n", i);
    fclose(out);
    CHECK_EQ(config_outline_init(&outline, many, "t", NULL), SIM_OK);
    CHECK_EQ(outline.count, 20001);
    CHECK_EQ(config_outline_find(&outline, "19999")->line, 20000);
    CHECK_TEXT(config_outline_find(&outline, "777")->found, "'777'");
    config_outline_fini(&outline);
    free(many);
}

static void outline_ascend__cuts_one_part(void)
{
    char place[] = "vms.0.name";
    CHECK_TEXT(config_outline_last(place), "name");
    config_outline_ascend(place);
    CHECK_TEXT(place, "vms.0");
    config_outline_ascend(place);
    CHECK_TEXT(place, "vms");
    CHECK_TEXT(config_outline_last(place), "vms");
    config_outline_ascend(place);
    CHECK_TEXT(place, "");
}

TEST_SUITE(config_outline, TEST(outline_find__knows_lines_in_every_style),
           TEST(outline_nearest__climbs_to_what_there_is),
           TEST(outline_find__says_what_stands_there),
           TEST(outline_init__refuses_what_is_not_one_document),
           TEST(outline_init__refuses_deep_nesting), TEST(outline_init__takes_many_values),
           TEST(outline_ascend__cuts_one_part))
