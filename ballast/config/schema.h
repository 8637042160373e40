/*
 * The shape of an experiment's file for libcyaml, made from the tables of keys.
 *
 * libcyaml sees every scalar as text, so that a value in a file and one on the command line are
 * parsed, checked and refused by the same code.
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <cyaml/cyaml.h>

#include "ballast/config/rows.h"

struct raw_section {
    char *text[CONFIG_ROWS_MOST + 1]; /* one more for the name of a preset */
};

struct raw_workload {
    struct raw_section *kinds[CONFIG_WORKLOADS];
};

struct raw_vm {
    struct raw_section keys, guest;
    struct raw_section *boot;
    struct raw_workload *workload;
};

struct raw_change {
    char *at_s, *set, *value;
};

struct raw_variant {
    char *name;
    char **set;
    uint32_t set_count;
};

struct raw_file {
    struct raw_section keys;
    struct raw_section *machine, *policy, *record;
    struct raw_vm *vms;
    uint32_t vm_count;
    struct raw_change *schedule;
    uint32_t change_count;
    struct raw_variant *variants;
    uint32_t variant_count;
};

const struct cyaml_schema_value *config_schema_file(void);    /* struct raw_file */
const struct cyaml_schema_value *config_schema_guest(void);   /* preset: struct raw_vm */
const struct cyaml_schema_value *config_schema_machine(void); /* preset: raw_section */

#endif
