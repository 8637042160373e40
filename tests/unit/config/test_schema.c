/* The schema has every key of the tables, once. */
#include "ballast/config/schema.h"
#include "tests/check.h"

static uint32_t times(const struct cyaml_schema_field *fields, const char *key)
{
    uint32_t found = 0;
    for (; fields->key != NULL; fields++)
        found += strcmp(fields->key, key) == 0;
    return found;
}

static const struct cyaml_schema_field *field(const struct cyaml_schema_field *fields,
                                              const char *key)
{
    while (fields->key != NULL && strcmp(fields->key, key) != 0)
        fields++;
    return fields;
}

static void has_all(const struct cyaml_schema_field *fields, const struct config_section *section)
{
    for (uint32_t i = 0; i < section->count; i++) {
        if (!CHECK_EQ(times(fields, section->rows[i].key), 1))
            printf("\n    %s: %s", section->name, section->rows[i].key);
    }
}

static void config_schema__every_key_once(void)
{
    const struct cyaml_schema_field *file = config_schema_file()->mapping.fields;
    has_all(file, &config_top_section);
    has_all(field(file, "machine")->value.mapping.fields, &config_machine_section);
    has_all(field(file, "policy")->value.mapping.fields, config_policy_section());
    has_all(field(file, "record")->value.mapping.fields, &config_record_section);

    const struct cyaml_schema_field *vm = field(file, "vms")->value.sequence.entry->mapping.fields;
    has_all(vm, &config_vm_section);
    has_all(vm, &config_guest_section);
    has_all(field(vm, "boot")->value.mapping.fields, &config_boot_section);
    const struct cyaml_schema_field *work = field(vm, "workload")->value.mapping.fields;
    for (uint32_t i = 0; i < CONFIG_WORKLOADS; i++)
        has_all(field(work, config_workload_sections[i].name)->value.mapping.fields,
                &config_workload_sections[i]);
}

static void config_schema__presets_are_parts(void)
{
    const struct cyaml_schema_field *guest = config_schema_guest()->mapping.fields;
    has_all(guest, &config_guest_section);
    CHECK_EQ(times(guest, "boot"), 1);
    CHECK_EQ(times(guest, "name"), 0);
    CHECK_EQ(times(guest, "workload"), 0);
    has_all(config_schema_machine()->mapping.fields, &config_machine_section);
    CHECK_EQ(times(config_schema_machine()->mapping.fields, "preset"), 0);
}

TEST_SUITE(config_schema, TEST(config_schema__every_key_once),
           TEST(config_schema__presets_are_parts))
