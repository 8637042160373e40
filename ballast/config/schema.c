/*
 * libcyaml's schema, filled once from the tables of keys.
 */
#include "ballast/config/schema.h"

#define FIELDS_MOST (CONFIG_ROWS_MOST + 10u)
#define TEXT_FLAGS  (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static struct cyaml_schema_field text_field(const char *key, size_t offset)
{
    return (struct cyaml_schema_field){
        .key = key,
        .data_offset = (uint32_t)offset,
        .value = {.type = CYAML_STRING,
                  .flags = TEXT_FLAGS,
                  .data_size = sizeof(char),
                  .string = {.min = 0, .max = CYAML_UNLIMITED}},
    };
}

static struct cyaml_schema_field mapping_field(const char *key, size_t offset, size_t bytes,
                                               const struct cyaml_schema_field *fields)
{
    return (struct cyaml_schema_field){
        .key = key,
        .data_offset = (uint32_t)offset,
        .value = {.type = CYAML_MAPPING,
                  .flags = TEXT_FLAGS,
                  .data_size = (uint32_t)bytes,
                  .mapping = {.fields = fields}},
    };
}

static struct cyaml_schema_field list_field(const char *key, size_t offset, size_t count_offset,
                                            size_t entry_bytes,
                                            const struct cyaml_schema_value *entry)
{
    return (struct cyaml_schema_field){
        .key = key,
        .data_offset = (uint32_t)offset,
        .count_offset = (uint32_t)count_offset,
        .count_size = sizeof(uint32_t),
        .value = {.type = CYAML_SEQUENCE,
                  .flags = TEXT_FLAGS,
                  .data_size = (uint32_t)entry_bytes,
                  .sequence = {.entry = entry, .min = 0, .max = CYAML_UNLIMITED}},
    };
}

/* The fields of a section's rows, whose struct raw_section is at `offset`; returns the place after.
 */
static struct cyaml_schema_field *row_fields(struct cyaml_schema_field *fields, size_t offset,
                                             const struct config_section *section)
{
    for (uint32_t i = 0; i < section->count; i++)
        *fields++ =
            text_field(section->rows[i].key, offset + offsetof(struct raw_section, text[i]));
    return fields;
}

struct schemas {
    struct cyaml_schema_field machine[FIELDS_MOST], machine_preset[FIELDS_MOST],
        policy[FIELDS_MOST], record[FIELDS_MOST];
    struct cyaml_schema_field boot[FIELDS_MOST], kinds[CONFIG_WORKLOADS][FIELDS_MOST];
    struct cyaml_schema_field workload[FIELDS_MOST], vm[FIELDS_MOST], guest[FIELDS_MOST];
    struct cyaml_schema_field change[FIELDS_MOST], variant[FIELDS_MOST], file[FIELDS_MOST];
    struct cyaml_schema_value vm_entry, change_entry, variant_entry, set_entry;
    struct cyaml_schema_value whole_file, whole_guest, whole_machine;
};

static struct cyaml_schema_value entry_of(size_t bytes, const struct cyaml_schema_field *fields)
{
    return (struct cyaml_schema_value){.type = CYAML_MAPPING,
                                       .flags = CYAML_FLAG_DEFAULT,
                                       .data_size = (uint32_t)bytes,
                                       .mapping = {.fields = fields}};
}

static struct cyaml_schema_value document_of(size_t bytes, const struct cyaml_schema_field *fields)
{
    struct cyaml_schema_value value = entry_of(bytes, fields);
    value.flags = CYAML_FLAG_POINTER;
    return value;
}

static void vm_schema(struct schemas *all)
{
    struct cyaml_schema_field *field = all->workload;
    for (uint32_t kind = 0; kind < CONFIG_WORKLOADS; kind++) {
        const struct config_section *section = &config_workload_sections[kind];
        row_fields(all->kinds[kind], 0, section);
        *field++ = mapping_field(section->name, offsetof(struct raw_workload, kinds[kind]),
                                 sizeof(struct raw_section), all->kinds[kind]);
    }
    row_fields(all->boot, 0, &config_boot_section);

    struct cyaml_schema_field boot =
        mapping_field("boot", offsetof(struct raw_vm, boot), sizeof(struct raw_section), all->boot);
    field = row_fields(all->vm, offsetof(struct raw_vm, keys), &config_vm_section);
    field = row_fields(field, offsetof(struct raw_vm, guest), &config_guest_section);
    *field++ = boot;
    *field = mapping_field("workload", offsetof(struct raw_vm, workload),
                           sizeof(struct raw_workload), all->workload);

    /* A preset is what the OS is like: no VM's name, size or work. */
    field = row_fields(all->guest, offsetof(struct raw_vm, guest), &config_guest_section);
    *field = boot;
}

static void file_schema(struct schemas *all)
{
    struct cyaml_schema_field *field = all->change;
    *field++ = text_field("at_s", offsetof(struct raw_change, at_s));
    *field++ = text_field("set", offsetof(struct raw_change, set));
    *field = text_field("value", offsetof(struct raw_change, value));

    all->set_entry = text_field("", 0).value;
    field = all->variant;
    *field++ = text_field("name", offsetof(struct raw_variant, name));
    *field = list_field("set", offsetof(struct raw_variant, set),
                        offsetof(struct raw_variant, set_count), sizeof(char *), &all->set_entry);

    all->vm_entry = entry_of(sizeof(struct raw_vm), all->vm);
    all->change_entry = entry_of(sizeof(struct raw_change), all->change);
    all->variant_entry = entry_of(sizeof(struct raw_variant), all->variant);

    struct cyaml_schema_field preset =
        text_field("preset", offsetof(struct raw_section, text[CONFIG_ROWS_MOST]));
    row_fields(all->record, 0, &config_record_section);
    row_fields(all->machine_preset, 0, &config_machine_section);
    *row_fields(all->machine, 0, &config_machine_section) = preset;
    *row_fields(all->policy, 0, config_policy_section()) = preset;

    field = row_fields(all->file, 0, &config_top_section);
    *field++ = mapping_field("machine", offsetof(struct raw_file, machine),
                             sizeof(struct raw_section), all->machine);
    *field++ = mapping_field("policy", offsetof(struct raw_file, policy),
                             sizeof(struct raw_section), all->policy);
    *field++ = mapping_field("record", offsetof(struct raw_file, record),
                             sizeof(struct raw_section), all->record);
    *field++ =
        list_field("vms", offsetof(struct raw_file, vms), offsetof(struct raw_file, vm_count),
                   sizeof(struct raw_vm), &all->vm_entry);
    *field++ = list_field("schedule", offsetof(struct raw_file, schedule),
                          offsetof(struct raw_file, change_count), sizeof(struct raw_change),
                          &all->change_entry);
    *field = list_field("variants", offsetof(struct raw_file, variants),
                        offsetof(struct raw_file, variant_count), sizeof(struct raw_variant),
                        &all->variant_entry);
}

static const struct schemas *schemas_get(void)
{
    static struct schemas all; /* zeroed: every list of fields ends with a key of NULL */
    if (all.whole_file.mapping.fields == NULL) {
        vm_schema(&all);
        file_schema(&all);
        all.whole_guest = document_of(sizeof(struct raw_vm), all.guest);
        all.whole_machine = document_of(sizeof(struct raw_section), all.machine_preset);
        all.whole_file = document_of(sizeof(struct raw_file), all.file);
    }
    return &all;
}

const struct cyaml_schema_value *config_schema_file(void)
{
    return &schemas_get()->whole_file;
}

const struct cyaml_schema_value *config_schema_guest(void)
{
    return &schemas_get()->whole_guest;
}

const struct cyaml_schema_value *config_schema_machine(void)
{
    return &schemas_get()->whole_machine;
}
