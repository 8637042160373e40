/*
 * What an experiment is: machine, tunables of the policy, VMs and their workloads, and the schedule
 * of changes, all as resolved values.
 *
 * The layers are, each over the one before: presets, the experiment's file, the variant, `--set`.
 * Everything is checked before anything runs: a wrong key or an impossible value is refused with
 * one line, "FILE:LINE: ..." or "--set KEY: ...", and status SIM_USAGE.
 *
 * Sizes are in MB of 2^20 bytes and times in seconds from the start of the run, as in the files;
 * config_pages() and config_ns() make pages and nanoseconds of them.
 */
#ifndef BALLAST_CONFIG_H
#define BALLAST_CONFIG_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/cost/device.h"
#include "models/guest/guest.h"
#include "models/policy/mp.h"
#include "sim/error.h"
#include "sim/event.h"
#include "sim/memory.h"
#include "sim/rows.h"
#include "workloads/wl.h"

#define CONFIG_NAME_BYTES         SIM_NAME_BYTES
#define CONFIG_POLICY_PRESET      "esx-2002"
#define CONFIG_SHARES_PER_MB      10 /* ESX Server 2 guide: "normal" */
#define CONFIG_VMS_MOST           1000u
#define CONFIG_CHANGES_MOST       10000u /* entries of a schedule */
#define CONFIG_FAULTS_MOST        10000u
#define CONFIG_VARIANTS_MOST      10000u
#define CONFIG_SCALED_PAGES_LEAST 512u /* of each VM, where machine.scale is above 1 */

struct config_machine {
    double memory_mb;
    double low_mb;        /* what devices with 32-bit addresses reach, from the lowest on */
    double hypervisor_mb; /* kept by the hypervisor itself, never given to VMs */
    double swap_mb;       /* the hypervisor's swap device */
    enum cost_device_id swap_device;
    enum cost_device_id disk_device; /* of the VMs' virtual disks, each its own */
    uint32_t cpus;                   /* shared where VMs outnumber them */
    uint32_t cpu_mhz;
    uint32_t hash_bits; /* of a page's contents, for sharing */
    uint32_t scale;     /* each page of the model stands for so many of 4 KiB */
};

/* Times count from power-on. */
struct config_boot {
    double early_s, early_mb;
    double zero_mb_s; /* 0: as fast as it goes */
    double services_s, services_mb;
    double balloon_s; /* the balloon driver starts; INFINITY: there is none */
    uint32_t image;   /* VMs of one image have equal files and programs */
};

/* What the OS is like, whatever runs on it: from the preset of the same name. */
struct config_guest {
    const char *preset;
    enum guest_os os;
    double swap_mb; /* the guest's own paging device */
    enum guest_swap_device swap_device;
    bool balloon_deflate_on_oom;
    bool free_page_reporting;
    uint32_t swappiness;
    bool refault_distance;
    uint32_t huge_share_bp;
    double background_mb;
    uint32_t balloon_pages_s;
    uint32_t balloon_deflate_pages_s;
    double balloon_most_mb; /* the OS's own cap; INFINITY: none */
};

struct config_workload {
    const struct wl_row *row; /* which workload it is */
    double start_s;           /* from the start of the run; power-on unless given */
    void *config;             /* of row->bytes; belongs to the configuration */
};

struct config_vm {
    const char *name;
    double memory_mb, min_mb;
    double limit_mb;     /* the most machine memory; INFINITY: memory_mb */
    uint32_t shares;     /* of memory */
    bool page_sharing;   /* its pages are tried for sharing */
    uint32_t share_salt; /* 0: none of its own */
    uint32_t cpu_shares; /* of CPU time, where VMs outnumber CPUs */
    double power_on_s;
    double power_off_s; /* INFINITY: never */
    struct config_guest guest;
    struct config_boot boot;
    struct config_workload workload;
    uint32_t entry; /* of the file's list of VMs that it was made from, from 0 */
};

/* At at_s the tunables become these. In order of time. */
struct config_change {
    double at_s;
    const char *key, *value; /* what is changed, as in the file: "policy.idle_tax", "0.75" */
    struct mp_tunables tunables;
};

enum config_power_kind {
    CONFIG_POWER_OFF,
    CONFIG_POWER_ON,
    CONFIG_REBOOT,
    CONFIG_WRITE_SHARED, /* the guest writes every page that is shared, at once */
    CONFIG_POWERS
};
extern const char *const config_power_words[CONFIG_POWERS]; /* as in the file */

/* At at_s a VM is powered on again or off, beside its power_on_s and power_off_s, or its guest
 * reboots. In order of time. A VM is never powered on while it is on, nor off while it is off, and
 * its guest reboots, or writes its shared pages, only while it is on. */
struct config_power {
    double at_s;
    uint32_t vm; /* its number */
    enum config_power_kind kind;
};

/* What can break, and whom it happens to (fault_kinds.def). */
enum config_fault_kind {
#define CONFIG_FAULT(id, name, target, keys, needed, help) CONFIG_FAULT_##id,
#include "ballast/config/fault_kinds.def"
#undef CONFIG_FAULT
    CONFIG_FAULTS
};
enum config_fault_target {
    CONFIG_FAULT_OF_HOST,
    CONFIG_FAULT_OF_VM,
    CONFIG_FAULT_OF_GUEST, /* that manages memory */
    CONFIG_FAULT_OF_DRIVER
};
struct config_fault_kind_row {
    const char *name;
    enum config_fault_target target;
    const char *keys;   /* that it has beside at_s, kind and vm: "for_s, share" */
    const char *needed; /* the one that must be given; "": none */
    const char *help;
};
extern const struct config_fault_kind_row config_fault_kinds[CONFIG_FAULTS];
/* Has a fault of this kind the key? */
bool config_fault_has(enum config_fault_kind kind, const char *key);

/* At at_s something breaks. What the kind has no key for is the key's default. */
struct config_fault {
    double at_s;
    double for_s; /* INFINITY: to the end of the run */
    enum config_fault_kind kind;
    uint32_t number;     /* of its entry in the file, from 1 */
    const char *vm_name; /* NULL: it is the host's */
    uint32_t vm;         /* its number */
    uint32_t share_bp;
    double factor, capacity_mb, lost_mb, pages_s;
};

struct config_record {
    bool optimum; /* the exact optimum of sharing at every sample: needs contents */
    bool touched; /* the pages that are really touched: the series touched_mb */
    bool written; /* what guests wrote: proves contents, and counts writes to hinted pages */
};

/* Who decides, as the configuration names them. */
struct config_names {
    const char *governor;   /* a name, or the file of a shared object */
    const char *estimator;  /* that the governor believes */
    const char *estimators; /* that run, separated by commas; "": the believed one alone */
    const char *scanner;
};

/* What can be chosen: a member of each seam of the policy library (models/policy/members.c). */
enum config_seam_number { CONFIG_GOVERNOR, CONFIG_ESTIMATOR, CONFIG_SCANNER, CONFIG_SEAMS };

struct config_member {
    enum config_seam_number seam;
    const char *name, *summary;
    const char *object;              /* the file that it came from, as configured; NULL: none */
    const struct mp_parameter *rows; /* of its parameters */
    uint32_t count;
    uint32_t *values;  /* in the order of the rows */
    const void *table; /* struct mp_governor, mp_estimator or mp_scanner */
};

struct experiment_config {
    const char *name, *title, *figure;
    const char *variant; /* the file's variant and what --set changed; "" where there is neither */
    double duration_s, sample_every_s;
    uint32_t seeds; /* a full run takes seeds 1 .. seeds */
    struct config_machine machine;
    struct cost_table costs;     /* of the modelled hardware */
    struct cost_table own_costs; /* the same for pages of the model */
    struct mp_tunables tunables; /* at the start */
    struct config_names names;
    struct mp_members members;    /* the same as tables, for the library */
    struct config_member *chosen; /* with names and parameters; the governor is the first */
    uint32_t chosen_count;
    struct config_vm *vms;
    uint32_t vm_count;
    struct config_change *changes;
    uint32_t change_count;
    struct config_power *powers;
    uint32_t power_count;
    struct config_fault *faults; /* in the order of the file */
    uint32_t fault_count;
    struct config_record record;
    const char *base_dir;     /* relative file names in it are relative to this */
    struct sim_memory memory; /* private: all strings and arrays above */
};

static inline uint32_t config_pages(double mb)
{
    return isinf(mb) ? UINT32_MAX : (uint32_t)llround(mb * (1024 * 1024 / MP_PAGE_SIZE));
}

/* The same in pages of the model (machine.scale). */
static inline uint32_t config_own_pages(const struct experiment_config *config, double mb)
{
    return config_pages(mb / config->machine.scale);
}

static inline uint64_t config_ns(double seconds)
{
    return isinf(seconds) ? SIM_NEVER : (uint64_t)llround(seconds * (double)SIM_SECOND);
}

/* ---- Files and their layers -------------------------------------------------------------- */

struct config_file; /* an experiment's file as parsed, presets and variants not yet applied */

/* `presets_dir` is the folder of presets; one beside the file itself, `presets/`, goes first. */
int config_file_load(const char *path, const char *presets_dir, struct config_file **out,
                     struct sim_error *error);
void config_file_free(struct config_file *file); /* accepts NULL */
/* At least 1: an experiment without variants has one, named "". */
uint32_t config_file_variant_count(const struct config_file *file);
/* As the file says them, before --set. "" for the one of an experiment without variants. */
const char *config_file_variant_name(const struct config_file *file, uint32_t variant);

/* One variant with `sets` ("key=value") over it, resolved and checked. On success the caller ends
 * `config` with config_fini(); it does not depend on `file` any longer. */
int config_resolve(const struct config_file *file, uint32_t variant, const char *const *sets,
                   uint32_t set_count, struct experiment_config *config, struct sim_error *error);
void config_fini(struct experiment_config *config);

/* The "key=value" of a command line, in their order. */
#define CONFIG_SETS_MOST 100u
struct config_sets {
    const char *at[CONFIG_SETS_MOST]; /* belong to the command line */
    uint32_t count;
};
int config_sets_add(struct config_sets *sets, const char *set, struct sim_error *error);

/* ---- A VM alone (alone.c) ---------------------------------------------------------------- */

/* `--set alone=VM`: the VM alone on the same machine, with enough memory. The variant of such a run
 * ends in this key. */
#define CONFIG_ALONE_KEY "alone"

/* `--set worst=NAME`: a worst case as a layer over the file (worst.c). */
#define CONFIG_WORST_KEY "worst"
struct config_worst {
    const char *name, *help;
};
extern const struct config_worst config_worst_list[]; /* ends with a name that is NULL */

/* What config_resolve() gives for the variant with `sets` and alone=`vm`. */
int config_resolve_alone(const struct config_file *file, uint32_t variant,
                         const struct config_sets *sets, const char *vm,
                         struct experiment_config *config, struct sim_error *error);
/* Resolved experiments. All zeroes is an empty list. */
struct config_list {
    struct experiment_config *at;
    size_t room;
    uint32_t count;
};
/* Adds one variant with `sets` over it; and then, where `alone` is true, each of its VMs alone. */
int config_list_add(struct config_list *list, const struct config_file *file, uint32_t variant,
                    const struct config_sets *sets, bool alone, struct sim_error *error);
void config_list_fini(struct config_list *list);

/* The VM that runs alone in a run of this variant; NULL where it is another run. Points into
 * `variant`. */
const char *config_alone_vm(const char *variant);

/* What the guest of a VM is made from, but for seed and replicate. */
struct guest_config config_guest_of(const struct experiment_config *config,
                                    const struct config_vm *vm);

/* ---- What a run is made of, for the database --------------------------------------------- */

/* Every effective parameter, in a fixed order: ("vm.linux.shares", "2560"), ... */
void config_each_param(const struct experiment_config *config,
                       void (*take)(void *context, const char *key, const char *value),
                       void *context);
/* The same as YAML that could be run again. malloc'ed. */
char *config_yaml(const struct experiment_config *config);

/* A file that the configuration names, with the XXH64 of its contents; *readable is false if it has
 * none. In a fixed order, each path once. */
struct config_input {
    const char *path; /* as it can be opened from here */
    uint64_t hash, bytes;
    bool readable;
};
void config_each_input(const struct experiment_config *config,
                       void (*take)(void *context, const struct config_input *input),
                       void *context);

/* XXH64 of the YAML and of the contents of every file that the configuration names: equal for equal
 * experiments. */
uint64_t config_hash(const struct experiment_config *config);

#endif
