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
extern const struct sim_section config_machine_section;  /* of struct config_machine */
extern const struct sim_section config_vm_section;       /* of struct config_vm */
extern const struct sim_section config_guest_section;    /* of struct config_guest */
extern const struct sim_section config_boot_section;     /* of struct config_boot */
extern const struct sim_section config_record_section;   /* of struct config_record */
extern const struct sim_section config_workload_section; /* of struct config_workload: the keys that
                                                            every workload has */

/* The policy's tunables, by the names that people use. Of struct mp_tunables. */
const struct sim_section *config_policy_section(void);

#endif
