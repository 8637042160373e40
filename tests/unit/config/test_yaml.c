/* YAML as a tree with lines. */
#include "ballast/config/yaml.h"

#include <stdlib.h>
#include <unistd.h>

#include "sim/file.h"
#include "tests/check.h"

static struct sim_memory memory;

static const struct config_node *parse(const char *text)
{
    const struct config_node *root = NULL;
    struct sim_error error = {0};
    if (!CHECK_EQ(config_yaml_parse(text, "t", &memory, &root, &error), SIM_OK))
        printf("\n    %s", error.text);
    return root;
}

/* ---- What is right ----------------------------------------------------------------------- */

static const char styles[] = "# a comment\n"
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
                             "\"quoted\": ~\n"
                             "empty:\n";

/* Follows keys, and numbers of entries from 0, with dots between. */
static const struct config_node *at(const struct config_node *node, const char *path)
{
    while (*path != '\0' && node != NULL) {
        char part[40];
        size_t length = strcspn(path, ".");
        snprintf(part, sizeof part, "%.*s", (int)length, path);
        path += length + (path[length] == '.');
        if (node->kind == CONFIG_NODE_MAPPING) {
            node = config_node_find(node, part);
        } else {
            node = node->child;
            for (int i = atoi(part); i > 0 && node != NULL; i--)
                node = node->next;
        }
    }
    return node;
}

static void config_yaml__knows_lines_in_every_style(void)
{
    static const struct {
        const char *path;
        uint32_t line;
    } places[] = {{"", 2},
                  {"title", 2},
                  {"vms", 3},
                  {"vms.0", 4},
                  {"vms.0.name", 4},
                  {"vms.0.boot", 5},
                  {"vms.0.boot.early_s", 5},
                  {"vms.0.boot.late_s", 6},
                  {"vms.1", 9},
                  {"vms.1.name", 9},
                  {"sizes.0", 12},
                  {"sizes.2", 13},
                  {"quoted", 14},
                  {"empty", 15}};
    const struct config_node *root = parse(styles);
    for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct config_node *node = at(root, places[i].path);
        if (CHECK(node != NULL) && !CHECK_EQ(node->line, places[i].line))
            printf("\n    %s", places[i].path);
    }
    sim_memory_free(&memory);
}

static void config_yaml__every_scalar_is_text(void)
{
    const struct config_node *root = parse(styles);
    CHECK_TEXT(at(root, "vms.0.boot.late_s")->text, "4");
    CHECK_TEXT(at(root, "vms.1.name")->text, "win\ndows\n");
    CHECK_TEXT(at(root, "quoted")->text, "~");
    CHECK_TEXT(at(root, "empty")->text, "");
    CHECK_EQ(at(root, "sizes")->count, 3);
    CHECK(at(root, "nothing") == NULL);
    sim_memory_free(&memory);
}

static void config_node_found__says_what_stands_there(void)
{
    char found[CONFIG_FOUND_BYTES];
    const struct config_node *root = parse("a: 1\nb: [2]\nc: {}\nd:\n");
    CHECK_TEXT(config_node_found(at(root, "a"), found), "'1'");
    CHECK_TEXT(config_node_found(at(root, "b"), found), "a list");
    CHECK_TEXT(config_node_found(at(root, "c"), found), "a mapping");
    CHECK_TEXT(config_node_found(at(root, "d"), found), "nothing");
    sim_memory_free(&memory);
}

static void config_yaml__an_alias_is_its_anchors_value(void)
{
    const struct config_node *root = parse("a: &x {b: 1, c: [2, 3]}\nd: *x\ne: &x 5\nf: [*x]\n");
    CHECK_TEXT(at(root, "d.b")->text, "1");
    CHECK_TEXT(at(root, "d.c.1")->text, "3");
    CHECK_EQ(at(root, "d")->line, 2);
    CHECK_TEXT(at(root, "f.0")->text, "5"); /* the later of two anchors */
    sim_memory_free(&memory);
}

/* Nine aliases of nine aliases of ...: 9^20 values if they were copied. */
static void config_yaml__aliases_do_not_multiply(void)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    fprintf(out, "a0: &a0 [x]\n");
    for (int i = 1; i <= 20; i++) {
        fprintf(out, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++)
            fprintf(out, "%s*a%d", k > 0 ? ", " : "", i - 1);
        fprintf(out, "]\n");
    }
    fclose(out);
    const struct config_node *root = parse(text);
    CHECK_EQ(at(root, "a20")->count, 9);
    CHECK(at(root, "a20.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.8.0") != NULL);
    sim_memory_free(&memory);
    free(text);
}

static void config_yaml__takes_many_values(void)
{
    char *many = NULL;
    size_t bytes;
    FILE *out = open_memstream(&many, &bytes);
    for (int i = 0; i < 20000; i++)
        fprintf(out, "- %d\n", i);
    fclose(out);
    const struct config_node *root = parse(many);
    CHECK_EQ(root->count, 20000);
    CHECK_EQ(at(root, "19999")->line, 20000);
    CHECK_TEXT(at(root, "777")->text, "777");
    sim_memory_free(&memory);
    free(many);
}

/* ---- What is wrong ----------------------------------------------------------------------- */

static void check_refused(const char *text, const char *message)
{
    const struct config_node *root = (const void *)text;
    struct sim_error error = {0};
    CHECK_EQ(config_yaml_parse(text, "t.yaml", &memory, &root, &error), SIM_USAGE);
    CHECK_EQ(error.status, SIM_USAGE);
    CHECK_TEXT(error.text, message);
    CHECK(root == NULL);
    sim_memory_free(&memory);
}

static void config_yaml__refuses_what_is_not_one_document(void)
{
    check_refused("", "t.yaml:1: expected keys and values, found nothing");
    check_refused("# only this\n", "t.yaml:1: expected keys and values, found nothing");
    check_refused("a: 1\n---\nb: 2\n", "t.yaml:2: expected one document, found a second");
}

static void config_yaml__refuses_keys_that_are_no_words_or_stand_twice(void)
{
    check_refused("a: 1\nb: 2\na: 3\n", "t.yaml:3: expected the key 'a' once, found it again");
    check_refused("a:\n- b: 1\n  c: 2\n  b: 3\n",
                  "t.yaml:4: expected the key 'b' once, found it again");
    check_refused("a: 1\n? [b]\n: 2\n", "t.yaml:2: expected a word as key, found something else");
    check_refused("a: &x 1\n*x : 2\n", "t.yaml:2: expected a word as key, found something else");
}

static void config_yaml__refuses_unknown_aliases(void)
{
    check_refused("a:\n- b: *x\n", "t.yaml:2: b: expected an anchor that stands above, found '*x'");
    check_refused("- 1\n- *x\n", "t.yaml:2: expected an anchor that stands above, found '*x'");
    check_refused("a: &a\n- *a\n", "t.yaml:2: expected an anchor that stands above, found '*a'");
}

static void config_yaml__refuses_what_is_no_yaml(void)
{
    check_refused("vms:\n\t- name: a\n", "t.yaml:2: expected YAML, found an error: found character "
                                         "that cannot start any token");
    check_refused("a: 'x\nb:\n", "t.yaml:3: expected YAML, found an error: found unexpected "
                                 "end of stream");
    check_refused("a: \"\xff\"\n", "t.yaml:1: expected YAML, found an error: invalid leading "
                                   "UTF-8 octet");
    check_refused("%YAML 9.9\n---\na: 1\n",
                  "t.yaml:1: expected YAML, found an error: found incompatible YAML document");
    check_refused("a: \"x\\0y\"\n", "t.yaml:1: expected text, found a NUL byte");
}

static char *repeated(const char *part, int times)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    for (int i = 0; i < times; i++)
        fprintf(out, part, i, i);
    fclose(out);
    return text;
}

static void config_yaml__refuses_what_is_too_deep_or_too_much(void)
{
    static const struct {
        const char *part;
        int times;
        const char *message;
    } harm[] = {
        {"[", 400000, "t.yaml:1: expected at most 64 levels, found more"},
        {"- ", 400000, "t.yaml:1: expected at most 64 levels, found more"},
        {"{a: ", 200000, "t.yaml:1: expected at most 64 levels, found more"},
        {"? ", 400000, "t.yaml:1: expected a word as key, found something else"},
        {"k%d: 1\n", 60000, "t.yaml:257: expected at most 256 keys in a mapping, found more"},
        {"- &a%d 1\n", 60000, "t.yaml:257: expected at most 256 anchors, found more"},
    };
    for (unsigned i = 0; i < sizeof harm / sizeof harm[0]; i++) {
        char *text = repeated(harm[i].part, harm[i].times);
        check_refused(text, harm[i].message);
        free(text);
    }
}

/* ---- Files ------------------------------------------------------------------------------- */

static void check_unreadable(const char *path, const char *message)
{
    char *text = "";
    struct sim_error error = {0};
    CHECK_EQ(sim_file_text(path, &text, &error), SIM_USAGE);
    CHECK_CONTAINS(error.text, message);
    CHECK_CONTAINS(error.text, path);
    CHECK(text == NULL);
}

static void config_read__refuses_what_is_no_text(void)
{
    check_unreadable("/nonexistent/t.yaml", "expected a readable file, found: No such file");
    check_unreadable("/", "expected a readable file, found: Is a directory");
    check_unreadable("/dev/zero", "expected text, found a NUL byte");

    char path[] = "/tmp/test_config_XXXXXX";
    int file = mkstemp(path);
    CHECK_EQ(write(file, "a: 1\0\n", 6), 6);
    close(file);
    check_unreadable(path, "expected text, found a NUL byte");
    unlink(path);
}

static void config_read__gives_the_whole_file(void)
{
    char path[] = "/tmp/test_config_XXXXXX", *text = NULL;
    int file = mkstemp(path);
    CHECK_EQ(write(file, "a: 1\nb: 2\n", 10), 10);
    close(file);
    CHECK_EQ(sim_file_text(path, &text, NULL), SIM_OK);
    CHECK_TEXT(text, "a: 1\nb: 2\n");
    free(text);
    unlink(path);
}

TEST_SUITE(config_yaml, TEST(config_yaml__knows_lines_in_every_style),
           TEST(config_yaml__every_scalar_is_text), TEST(config_node_found__says_what_stands_there),
           TEST(config_yaml__an_alias_is_its_anchors_value),
           TEST(config_yaml__aliases_do_not_multiply), TEST(config_yaml__takes_many_values),
           TEST(config_yaml__refuses_what_is_not_one_document),
           TEST(config_yaml__refuses_keys_that_are_no_words_or_stand_twice),
           TEST(config_yaml__refuses_unknown_aliases), TEST(config_yaml__refuses_what_is_no_yaml),
           TEST(config_yaml__refuses_what_is_too_deep_or_too_much),
           TEST(config_read__refuses_what_is_no_text), TEST(config_read__gives_the_whole_file))
