/*
 * The keys of an experiment's file, one row each (sim/rows.h). The parser, the range checks,
 * `--set`, the parameters in the database, `ballast params` and the manual page are made from them.
 * The rows of a workload stand in its own file (workloads/).
 */
#ifndef CONFIG_ROWS_H
#define CONFIG_ROWS_H

#include "ballast/config/config.h"
#include "sim/rows.h"

extern const struct sim_section config_top_section;      /* of struct experiment_config */
extern const struct sim_section config_vm_section;       /* of struct config_vm */
extern const struct sim_section config_guest_section;    /* of struct config_guest */
extern const struct sim_section config_boot_section;     /* of struct config_boot */
extern const struct sim_section config_workload_section; /* of struct config_workload: the keys that
                                                            every workload has */
extern const struct sim_section config_fault_section;    /* of struct config_fault */
/* Of struct config_entry: the keys of an entry in the list of VMs that are not the VM's own. */
struct config_entry {
    uint32_t count;
};
extern const struct sim_section config_entry_section;

/* The mappings of an experiment's file beside the list of VMs. To add one, add a row here and a
 * member to struct experiment_config. */
struct config_part {
    const char *name;
    const struct sim_section *(*section)(void);
    size_t offset;   /* of its struct in struct experiment_config */
    bool has_preset; /* `preset:` is one of its keys */
    const char *title;
};
enum { CONFIG_MACHINE, CONFIG_POLICY, CONFIG_COST, CONFIG_RECORD, CONFIG_PARTS };
extern const struct config_part config_parts[CONFIG_PARTS];

/* The seams of the policy library; `at` tells its members from 0 on, false beyond the last. */
struct config_seam {
    const char *name;
    bool (*at)(uint32_t index, struct config_member *member);
};
extern const struct config_seam config_seams[CONFIG_SEAMS];
/* Of struct config_names: keys of `policy:` that name members. */
const struct sim_section *config_names_section(void);
bool config_is_object(const char *name); /* is it a file rather than a name? */

const struct sim_section *config_machine_section(void); /* of struct config_machine */
/* The policy's tunables, by the names that people use. Of struct mp_tunables. */
const struct sim_section *config_policy_section(void);
const struct sim_section *config_record_section(void); /* of struct config_record */

#endif
