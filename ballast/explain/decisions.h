/*
 * The decisions of one run, as the database holds them: what the governor was shown, and what it
 * ordered.
 *
 * A round is one call of the governor. Its view (mp_governor.h) is made again from the tables
 * `decision` and `decision_input`, and from the parameters of the run. What the governor did not
 * say that it read is not on record: such a field of the view is 0.
 */
#ifndef EXPLAIN_DECISIONS_H
#define EXPLAIN_DECISIONS_H

#include "ballast/results/results.h"
#include "models/policy/mp_governor.h"
#include "sim/memory.h"

/* The numbers of a view that have names: rows of mp_view.def. */
enum view_field {
#define MP_VIEW_HOST(name, field, what) VIEW_##name,
#define MP_VIEW_VM                      MP_VIEW_HOST
#include "models/policy/mp_view.def"
#undef MP_VIEW_HOST
#undef MP_VIEW_VM
    VIEW_FIELDS
};

struct view_row {
    const char *name, *what;
    bool is_of_vm;
    int64_t (*get)(const struct mp_view *view, const struct mp_vm_view *vm);
    void (*set)(struct mp_view *view, struct mp_vm_view *vm, int64_t value);
};
extern const struct view_row view_rows[VIEW_FIELDS];

/* What one VM was given. NaN where the governor has no such thing. */
struct decision {
    double active_mb, alloc_mb, target_mb, price, balloon_target_mb, swap_target_mb;
};

struct round {
    double t_s;
    struct mp_view view; /* a VM's number is its place in decisions.vms */
    struct mp_vm_view *vms;
    struct decision *orders; /* one for each VM of the view */
};

struct decisions {
    const char **vms; /* names, in the order of the configuration */
    uint32_t vm_count;
    /* From the parameters of the run: each VM's shares, min, max and limit; the machine's memory,
     * that of the hypervisor and swap; the tunables of admission. */
    struct mp_vm_view *configured;
    struct mp_view machine;
    struct mp_tunables tunables;
    struct round *rounds; /* in order of time; several may be of one moment */
    uint32_t round_count;
    struct sim_memory memory; /* private */
};

/* The names and what is configured alone, without rounds. */
int decisions_read_configured(struct decisions *decisions, struct results *db, int64_t run_id,
                              struct sim_error *error);
/* All. SIM_USAGE for a run without decisions. Whatever the status is, the caller ends `decisions`
 * with decisions_fini(). */
int decisions_read(struct decisions *decisions, struct results *db, int64_t run_id,
                   struct sim_error *error);
void decisions_fini(struct decisions *decisions);

/* The number of a VM by its name. SIM_USAGE where there is none, with the nearest right name;
 * `option` is what named it. */
int decisions_vm(const struct decisions *decisions, const char *option, const char *name,
                 uint32_t *vm, struct sim_error *error);
/* The place of a VM in a round, or -1: it was not on. */
int round_place(const struct round *round, uint32_t vm);
/* The last round of the last moment at or before t_s, or -1. */
int64_t decisions_at(const struct decisions *decisions, double t_s);

#endif
