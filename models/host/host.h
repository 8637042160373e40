/*
 * The simulated host: it embeds the memory policy (models/policy) in a modelled machine and runs
 * guests (models/guest) on it.
 *
 * It owns what the policy library leaves to its embedder: the contents of machine pages and swap
 * slots (a 64-bit id each), the mappings that mirror the pmap, the disks, and the virtual CPUs.
 * Where VMs outnumber the CPUs, they share them in proportion to their CPU shares.
 *
 * All calls come from one thread, either outside sim_queue_run() or from an event of `queue`.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cost/device.h"
#include "models/guest/guest.h"
#include "models/policy/mp.h"
#include "sim/error.h"
#include "sim/event.h"

#define HOST_CPU_SHARES 1000u /* our choice: "normal" in ESX Server */

/* What happens that a user may want to read about. Each may be NULL. */
struct host_observer {
    void *context;
    void (*decision)(void *context, const char *vm, const struct mp_decision *decision);
    /* What else the governor read for the decision that was told last. */
    void (*decision_input)(void *context, uint64_t at_ns, const char *vm,
                           const struct mp_input *inputs, uint32_t count);
    /* The governor ordered what cannot be; `vm` is "" for the whole host. NULL: the host aborts. */
    void (*bad_order)(void *context, const char *vm, const struct mp_bad_order *order);
    /* `vm` is "" for the whole host; `kind` is one word, `detail` free text. The kinds: state,
     * power_on, power_off, reboot, refused, balloon_pop, false_match, swap_full, io_failed (one a
     * second of each VM); and out of the guests' logs oom_kill and guest_swap_full. */
    void (*event)(void *context, uint64_t at_ns, const char *vm, const char *kind,
                  const char *detail);
};

struct host_config {
    struct mp_machine machine; /* max_vms and zero_hash are filled in by the host */
    struct mp_tunables tunables;
    struct mp_members members; /* who decides; what it points to must outlive the host */
    uint32_t cpu_mhz;
    const struct cost_table *costs;  /* NULL: the preset. Outlives the host */
    enum cost_device_id swap_device; /* the hypervisor's own; machine.slot_bytes follows from it */
    enum cost_device_id disk_device; /* that the VMs' virtual disks lie on, each on its own */
    uint32_t hash_bits; /* of a hash of contents, 1 to 64; 0 = 64. Fewer show what collisions do */
    uint32_t vms;       /* how many will ever be added */
    uint32_t cpus;      /* 0: one for each VM */
    /* Keep contents even where the policy does not share, for the exact optimum. */
    bool keep_contents;
    /* Count the pages that are really touched in each sampling period. */
    bool keep_touched;
    /* Keep beside every page what its guest wrote last: host_verify() then proves that each PPN
     * reads as it was written, and writes to hinted pages are counted. Needs contents. */
    bool keep_written;
    uint64_t seed;
    uint32_t replicate;
    struct host_observer observer;
};

struct host;

/* On failure NULL, `error` filled. `queue` must outlive the host. */
struct host *host_new(const struct host_config *config, struct sim_queue *queue,
                      struct sim_error *error);
void host_free(struct host *host); /* accepts NULL; powers nothing off in simulated time */

/* Adds a VM that is off. Returns its number, or -1 with `error` filled. */
int host_vm_add(struct host *host, const struct guest_config *guest,
                const struct mp_vm_config *memory, struct sim_error *error);
struct guest *host_vm_guest(struct host *host, int vm);
/* At least 1; before power-on. HOST_CPU_SHARES unless set. */
void host_vm_set_cpu_shares(struct host *host, int vm, uint32_t shares);
/* Powers it on now, or reports the refusal to the observer ("refused") and returns false. The VM
 * must be off, and its guest must never have run: see host_vm_renew(). */
bool host_vm_power_on(struct host *host, int vm);
/* Does nothing if the VM is off. Its memory is gone at once. */
void host_vm_power_off(struct host *host, int vm);
/* Gives a VM that was powered off a new guest of the same configuration, so that it can be powered
 * on again: its boot, its balloon driver and its disk start anew. The caller ends what used the old
 * guest before the call, and spawns its programs in the new one after it. SIM_OK, or a status with
 * `error` filled; the VM then has no guest. */
int host_vm_renew(struct host *host, int vm, struct sim_error *error);

/* The guest of a VM that is on restarts: a new guest of the same configuration boots, and its
 * balloon driver, its processes and its disk start anew. The hypervisor sees none of it: the VM's
 * pages stay as they are, those that the old guest's balloon held too (paper, 3.2). The caller ends
 * what used the old guest before the call, and spawns its programs in the new one after it. SIM_OK,
 * or a status with `error` filled; the VM is then off. */
int host_vm_reboot(struct host *host, int vm, struct sim_error *error);

/* The guest of a VM that is on writes every page that it shares, all at once: the worst that can
 * come of sharing. Where memory does not do for all the copies, the VM stalls. */
void host_vm_write_shared(struct host *host, int vm);

/* Or reports the refusal to the observer ("refused"), and changes nothing. */
bool host_retune(struct host *host, const struct mp_tunables *tunables);

/* ---- Faults ------------------------------------------------------------------------------ */

/* What is wrong with the hypervisor's swap device; all zeroes: nothing is. A page whose write fails
 * stays where it is, one whose read fails is tried again. */
struct host_swap_fault {
    uint32_t write_errors_bp, read_errors_bp; /* how likely a page's write or read fails */
    uint32_t slow_permille; /* requests take so many thousandths of their time; 0: they do not */
    bool is_full;           /* writes fail while so many pages are swapped out, or more */
    uint32_t capacity_pages;
};
/* From now on; requests under way end as their end finds the device. */
void host_swap_fault(struct host *host, const struct host_swap_fault *fault);
/* The balloon driver of this VM ails from now on, in every guest that the VM gets. */
void host_vm_driver_fault(struct host *host, int vm, const struct guest_driver_fault *fault);
void host_vm_driver_restart(struct host *host, int vm); /* the VM is on */
/* Starts a process in the guest of a VM that is on; `program` must outlive the guest. */
void host_vm_spawn(struct host *host, int vm, struct guest_program *program);
/* What the hypervisor knows of its use of memory stays as it is: the VM is on. */
void host_vm_hold(struct host *host, int vm, bool is_held);
/* So many machine pages are lost from now on, in all, as far as they are not promised to VMs: what
 * cannot go is told to the observer ("refused"). */
void host_lose_memory(struct host *host, uint32_t pages);

/* ---- Reading ----------------------------------------------------------------------------- */

const struct mp *host_policy(const struct host *host);
const char *host_vm_name(const struct host *host, int vm);

/* Totals count from when the VM was added; those of `policy` from when it was last powered on. */
struct host_vm_status {
    struct mp_vm_status policy; /* all 0 while the VM is off */
    uint32_t touched_pages;     /* really touched in the last complete sampling period */
    uint64_t stalled_ns;        /* waiting for the hypervisor's swap, or blocked */
    uint64_t ready_ns;          /* could have run, and had no CPU (esxtop: RDY) */
    uint64_t overhead_ns;       /* CPU time of faults, copies and the like */
    /* Pages read from the hypervisor's swap only because the guest's disk was to write them (3.1).
     */
    uint64_t double_paged_pages;
    uint64_t page_out_errors, page_in_errors; /* pages whose I/O the swap device failed */
};
void host_vm_status(const struct host *host, int vm, struct host_vm_status *status);

/* Over the whole run. */
struct host_status {
    double state_fraction[MP_STATE_LOW + 1]; /* of the time, in each state of free memory */
    uint64_t scan_ns;      /* CPU time that hashing and comparing would have cost */
    uint64_t disk_busy_ns; /* of the swap device */
    /* Writes that faulted only because a page that is not shared was mapped read-only. */
    uint64_t private_write_faults;
    uint64_t
        hint_writes; /* to a page at which a hint points, without a fault; if writes are kept */
};
void host_status(const struct host *host, struct host_status *status);
/* CPU time of an estimator that dropped so many mappings and caused so many faults. */
uint64_t host_watch_ns(const struct host *host, uint64_t armed_pages, uint64_t faults);

/* Sharing that a perfect scanner would find at this moment: over all pages that hold something. */
struct host_optimum {
    uint32_t total_pages, zero_pages, distinct_pages;
    uint32_t shared_pages;     /* whose content occurs twice or more */
    uint32_t saved_pages;      /* shared less one of each content */
    uint32_t self_saved_pages; /* what each VM would save alone, added up */
};
/* Needs contents. Costs a walk over all pages, unless nothing was written since the last call. */
void host_optimum(struct host *host, struct host_optimum *optimum);

/* How today's real sharing splits; adds up over all VMs that are on. */
struct host_sharing {
    uint32_t self_saved_pages, inter_saved_pages;
};
void host_sharing(const struct host *host, struct host_sharing *sharing);
/* The part of one VM that is on. */
void host_vm_sharing(const struct host *host, int vm, struct mp_sharing_split *split);

/* The policy's own proof, and that every mapping mirrors the pmap. NULL, or what is wrong. */
const char *host_verify(const struct host *host);
/* Pages that it looks at one by one, about: those of VMs that are on and were ever touched. */
uint64_t host_verify_pages(const struct host *host);

/* Bytes that the host and the policy hold for each simulated page of the machine. */
double host_bytes_per_page(const struct host *host);

#endif
