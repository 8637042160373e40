#include <cyaml/cyaml.h>
#include <stdlib.h>
#include <unistd.h>

#include "ballast/config/yaml.h"
#include "sim/file.h"
#include "tests/check.h"

/* ---- A small schema with lists of mappings ----------------------------------------------- */

struct disk {
    char *name;
    double *seek_ms;
};

struct vm {
    char *name;
    uint32_t *memory_mb;
    bool *on;
    struct disk *disks;
    unsigned disk_count;
};

struct file {
    char *title;
    int32_t *offset;
    struct vm *vms;
    unsigned vm_count;
};

static const cyaml_schema_field_t disk_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct disk, name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_FLOAT_PTR("seek_ms", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct disk,
                          seek_ms),
    CYAML_FIELD_END};
static const cyaml_schema_value_t disk_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct disk, disk_fields)};

static const cyaml_schema_field_t vm_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct vm, name, 1, CYAML_UNLIMITED),
    CYAML_FIELD_UINT_PTR("memory_mb", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct vm,
                         memory_mb),
    CYAML_FIELD_BOOL_PTR("on", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct vm, on),
    CYAML_FIELD_SEQUENCE_COUNT("disks", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct vm, disks,
                               disk_count, &disk_schema, 1, 2),
    CYAML_FIELD_END};
static const cyaml_schema_value_t vm_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct vm, vm_fields)};

static const cyaml_schema_field_t file_fields[] = {
    CYAML_FIELD_STRING_PTR("title", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, title, 0,
                           CYAML_UNLIMITED),
    CYAML_FIELD_INT_PTR("offset", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct file, offset),
    CYAML_FIELD_SEQUENCE_COUNT("vms", CYAML_FLAG_POINTER, struct file, vms, vm_count, &vm_schema, 1,
                               CYAML_UNLIMITED),
    CYAML_FIELD_END};
static const cyaml_schema_value_t file_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct file, file_fields)};

/* ---- What is right ----------------------------------------------------------------------- */

static void config_parse__fills_the_struct(void)
{
    static const char text[] = "title: two\n"
                               "vms:\n"
                               "  - name: linux\n"
                               "    memory_mb: 256\n"
                               "    disks:\n"
                               "      - {name: a, seek_ms: 8.5}\n"
                               "      - name: b\n"
                               "  - name: windows\n"
                               "    on: false\n";
    void *data;
    struct sim_error error = {0};
    if (!CHECK_EQ(config_yaml_parse(text, "t", &file_schema, &data, &error), SIM_OK))
        return;
    const struct file *file = data;
    CHECK_TEXT(file->title, "two");
    CHECK(file->offset == NULL);
    CHECK_EQ(file->vm_count, 2);
    CHECK_EQ(*file->vms[0].memory_mb, 256);
    CHECK_EQ(file->vms[0].disk_count, 2);
    CHECK_NEAR(*file->vms[0].disks[0].seek_ms, 8.5, 0);
    CHECK(file->vms[0].disks[1].seek_ms == NULL);
    CHECK_TEXT(file->vms[1].name, "windows");
    CHECK_EQ(*file->vms[1].on, false);
    config_yaml_free(&file_schema, data);
}

static void config_free__accepts_null(void)
{
    config_yaml_free(&file_schema, NULL);
    CHECK(true);
}

/* ---- What is wrong ----------------------------------------------------------------------- */

static void check_refused(const char *text, const char *message)
{
    void *data = &data;
    struct sim_error error = {0};
    CHECK_EQ(config_yaml_parse(text, "t.yaml", &file_schema, &data, &error), SIM_USAGE);
    CHECK_EQ(error.status, SIM_USAGE);
    CHECK_TEXT(error.text, message);
    CHECK(data == NULL);
}

static void config_parse__tells_an_unknown_key(void)
{
    check_refused("titel: x\nvms:\n- name: a\n",
                  "t.yaml:1: expected one of the keys title, offset, vms, found 'titel'");
    check_refused("vms:\n- name: a\n\n# note\nsize: 1\n",
                  "t.yaml:5: expected one of the keys title, offset, vms, found 'size'");
    check_refused("vms:\n- name: a\n- name: b\n  memory: 3\n",
                  "t.yaml:4: expected one of the keys name, memory_mb, on, disks, found 'memory'");
    check_refused("vms:\n- name: a\n  disks:\n  - name: a\n  - nam: b\n",
                  "t.yaml:5: expected one of the keys name, seek_ms, found 'nam'");
    check_refused("vms:\n- name: a\n  disks:\n  - name: a\n  oops: b\n",
                  "t.yaml:5: expected one of the keys name, memory_mb, on, disks, found 'oops'");
}

static void config_parse__tells_a_missing_key(void)
{
    check_refused("title: x\n", "t.yaml:1: expected the key 'vms', found none");
    check_refused("{}\n", "t.yaml:1: expected the key 'vms', found none");
    check_refused("vms:\n- name: a\n- memory_mb: 4\n  on: true\n",
                  "t.yaml:3: expected the key 'name', found none");
    check_refused("vms:\n- name: a\n  disks:\n  - name: a\n  - seek_ms: 1\n- name: b\n",
                  "t.yaml:5: expected the key 'name', found none");
}

static void config_parse__tells_a_repeated_key(void)
{
    check_refused("vms:\n- name: a\n  on: true\n  name: b\n",
                  "t.yaml:4: expected the key 'name' once, found it again");
}

static void config_parse__tells_a_value_of_another_type(void)
{
    check_refused(
        "vms:\n- name: a\n  memory_mb: lots\n",
        "t.yaml:3: memory_mb: expected a whole number from 0 to 4294967295, found 'lots'");
    check_refused("vms:\n- name: a\n  memory_mb: -1\n",
                  "t.yaml:3: memory_mb: expected a whole number from 0 to 4294967295, found '-1'");
    check_refused("offset: many\nvms:\n- name: a\n",
                  "t.yaml:1: offset: expected a whole number of 32 bits, found 'many'");
    check_refused("vms:\n- name: a\n  disks:\n  - name: a\n    seek_ms: slow\n",
                  "t.yaml:5: seek_ms: expected a number, found 'slow'");
    check_refused("vms:\n- name: a\n  on: [1]\n",
                  "t.yaml:3: on: expected true or false, found a list");
    check_refused("vms:\n- name: {a: b}\n",
                  "t.yaml:2: name: expected a text that is not empty, found a mapping");
    check_refused("vms:\n- name: ''\n",
                  "t.yaml:2: name: expected a text that is not empty, found nothing");
    check_refused("vms: none\n", "t.yaml:1: vms: expected a list, found 'none'");
    check_refused("vms:\n- name: a\n- b\n", "t.yaml:3: entry 2: expected a mapping, found 'b'");
    check_refused("- vms\n", "t.yaml:1: expected a mapping, found a list");
    check_refused("title: x\nvms:\n", "t.yaml:2: vms: expected a list, found nothing");
    check_refused("vms:\n- name: *a\n",
                  "t.yaml:2: name: expected an anchor that stands above, found '*a'");
}

static void config_parse__tells_too_few_and_too_many_entries(void)
{
    check_refused("title: x\nvms: []\n",
                  "t.yaml:2: vms: expected 1 to any number of entries, found 0");
    check_refused("vms:\n- name: a\n  disks:\n  - name: a\n  - name: b\n  - name: c\n  - name: d\n",
                  "t.yaml:3: disks: expected 1 to 2 entries, found 4");
}

static void config_parse__tells_wrong_yaml(void)
{
    check_refused("", "t.yaml:1: expected keys and values, found nothing");
    check_refused("vms:\n\t- name: a\n", "t.yaml:2: expected YAML, found an error: found character "
                                         "that cannot start any token");
    check_refused("title: 'x\nvms:\n", "t.yaml:3: expected YAML, found an error: found unexpected "
                                       "end of stream");
    check_refused("title: \"\xff\"\n",
                  "t.yaml:1: expected YAML, found an error: invalid leading UTF-8 octet");
}

/* ---- Files and lines --------------------------------------------------------------------- */

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
    check_unreadable("/dev/zero", "expected at most 1 MB, found more");

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

TEST_SUITE(config_yaml, TEST(config_parse__fills_the_struct), TEST(config_free__accepts_null),
           TEST(config_parse__tells_an_unknown_key), TEST(config_parse__tells_a_missing_key),
           TEST(config_parse__tells_a_repeated_key),
           TEST(config_parse__tells_a_value_of_another_type),
           TEST(config_parse__tells_too_few_and_too_many_entries),
           TEST(config_parse__tells_wrong_yaml), TEST(config_read__refuses_what_is_no_text),
           TEST(config_read__gives_the_whole_file))
