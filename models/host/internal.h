/* Private parts of the host: see host.h for what it is. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include "models/cost/cost.h"
#include "models/host/disk.h"
#include "models/host/host.h"
#include "sim/random.h"
#include "sim/reserve.h"
#include "sim/stats.h"

/* An access that waits for the hypervisor, to be made good when the stall ends. */
struct pending_access {
    uint32_t ppn;
    bool write;
    uint64_t content;
};

/* CPU time over shares: ns * 2^32 / shares (cpu.c). */
typedef unsigned __int128 host_pass;

struct host_vm {
    struct host *host;
    uint16_t number;
    char name[64];
    struct guest *guest;
    struct guest_config guest_config; /* of every guest that it gets */
    struct guest_hw hw;
    struct mp_vm_config memory;
    void *policy_buffer;
    size_t policy_bytes;
    uint64_t *compressed; /* content by place of its compression cache; NULL without one */
    size_t compressed_bytes;

    /* allowed[] mirrors the pmap; map[] is what the guest sees: the same, or nothing for pages that
     * were not yet touched in this period where the truth about touches is kept. Without it both
     * are one array. */
    uint8_t *map, *allowed;
    struct mp_accessed *accessed; /* NULL: no estimator looks */
    bool has_accessed;            /* pages that the policy was not told of */
    bool is_watched;              /* `accessed` or `touched` is there */
    uint8_t *touched;             /* a bit per PPN; NULL unless keep_touched */
    uint64_t *written;            /* content by PPN; NULL unless keep_written */
    uint32_t touched_now_pages, touched_last_pages;
    struct sim_event touched_period;
    uint32_t shared_pages, shared_mpns; /* that have copies, and the machine pages behind them */
    uint32_t zero_pages;                /* of the shared ones: of zeroes */

    struct sim_event cpu; /* the next slice, or the end of a halt or of a stall */
    bool on, blocked;
    bool woken;             /* a wake-up came while a slice was running */
    uint64_t busy_until_ns; /* the end of the slice that was run last */
    uint64_t on_ns, stalled_ns, stall_began_ns, overhead_ns;
    uint64_t monitor_ns; /* that the hypervisor took of its slices since it was powered on */
    /* Before it was last powered on; the two above count over the VM's whole life. */
    uint64_t stalled_before_ns, ready_before_ns;
    uint64_t double_paged_pages;
    uint64_t io_errors[2];                  /* pages whose page-out failed, whose page-in failed */
    uint64_t io_error_due_ns[2];            /* the next one that is told comes not before this */
    struct guest_driver_fault driver_fault; /* of every guest that it gets */
    bool in_stall;

    uint32_t cpu_shares;
    host_pass pass;
    bool waiting; /* ready, and without a CPU */
    struct host_vm *next_waiting;
    uint64_t wait_began_ns, ready_ns;

    struct pending_access *pending;
    uint32_t pending_count, pending_room;

    struct host_disk disk;
    struct sim_random random[MP_STREAM_COUNT];
};

/* So many pages of a VM are on a machine page that is shared; none: the entry is empty. */
struct host_pair {
    uint32_t mpn, pages;
    uint16_t vm;
};

struct host_pairs {
    struct host_pair *all; /* by hash; NULL before the first */
    uint32_t room, used;
};

struct host {
    struct host_config config;
    struct sim_queue *queue;
    struct mp *policy;
    void *policy_buffer;
    size_t policy_bytes;
    uint64_t *content;      /* by MPN; NULL unless contents are kept */
    uint64_t *slot_content; /* by swap slot */
    uint64_t content_writes;
    struct mp_page_io *swap_io; /* by slot: the page I/O under way there */
    struct host_disk swap;
    struct host_swap_fault swap_fault;
    struct sim_random swap_errors; /* which I/O fails; drawn from only while some does */
    struct sim_event tick;
    uint64_t tick_ns; /* when `tick` is due */
    struct host_vm *vms;
    uint32_t vm_count;
    struct host_vm *running; /* whose slice is being computed; NULL: no slice */
    struct host_pairs pairs;
    uint16_t *sharers; /* by MPN: see sharing.c; NULL without sharing */
    uint8_t *seen;     /* scratch of mp_sharing_split(); the same */
    struct host_optimum optimum;
    uint64_t optimum_writes; /* content_writes at which `optimum` was counted */
    uint64_t scan_ns,
        scan_charged_ns; /* hashing and comparing; of that, what CPUs were taken for */
    uint64_t private_write_faults, hint_writes;
    struct sim_gauge in_state[MP_STATE_LOW + 1]; /* 1 in the present state, 0 in the others */
    struct cost_cpu cpu_cost;
    struct cost_disk disk_cost;

    struct host_cpu *cpus; /* NULL where each VM has one of its own */
    uint32_t cpu_count;
    struct sim_event dispatch;
    struct host_vm *waiting; /* by pass; linked by next_waiting */
    host_pass pass;          /* the highest at which a vCPU has got a CPU: where newcomers start */
};

/* To be called after every call into the policy: its next deadline may have moved nearer. */
void host_policy_called(struct host *host);

/* mapping.c: accesses of guests, and the operations that change mappings. */
void host_mapping_hw(struct host_vm *vm);
void host_mapping_ops(struct mp_ops *ops);
/* Tells the policy that pages were accessed: where `has_accessed` is set, when a slice ends and
 * before a tick. */
void host_mapping_accessed(struct host_vm *vm);
/* Makes pending accesses good; true if none is left. */
bool host_mapping_retry(struct host_vm *vm);
/* Writes every page that is shared; what must wait for memory stalls the VM. Returns how many. */
uint32_t host_mapping_write_shared(struct host_vm *vm);
int host_mapping_init(struct host_vm *vm, uint32_t pages, bool keep_touched,
                      struct sim_error *error);
void host_mapping_fini(struct host_vm *vm);
void host_mapping_begin(struct host_vm *vm);  /* powered on */
void host_mapping_forget(struct host_vm *vm); /* powered off: which pages were touched */
/* Different pages touched in the last complete period, or in this one so far; whichever are more.
 */
uint32_t host_mapping_touched(const struct host_vm *vm);

/* written.c: what the guest wrote last, page by page. All do nothing where that is not kept. */
bool host_written_init(struct host_vm *vm); /* false: no memory */
void host_written_fini(struct host_vm *vm);
void host_written_forget(struct host_vm *vm); /* powered off: all reads as zeroes */
void host_written_note(struct host_vm *vm, uint32_t ppn, uint64_t content);
const char *host_written_verify(const struct host_vm *vm); /* NULL, or what is wrong */

/* device.c */
void host_device_hw(struct host_vm *vm);

/* contents.c */
uint64_t host_content_hash(const struct host *host, uint64_t content);
bool host_content_shrinks(const struct host *host, uint64_t content); /* to half of a page */
void host_contents_ops(struct mp_ops *ops);

/* sharing.c: who shares with whom. */
void host_sharing_ops(struct mp_ops *ops);
const char *host_sharing_verify(const struct host *host, const struct host_vm *vm);

/* paging.c: the swap device. */
void host_paging_ops(struct mp_ops *ops);
/* Machine memory that a page in the swap device takes. */
uint32_t host_paging_slot_bytes(const struct host_config *config);
void host_paging_init(struct host *host);
void host_paging_fini(struct host *host);

/* cpu.c: CPUs that VMs share. */
bool host_cpu_init(struct host *host, uint32_t cpus); /* false: no memory */
void host_cpu_fini(struct host *host);
/* The vCPU could run now; host_vcpu_run() follows when it gets a CPU, at this moment or later. */
void host_cpu_wait(struct host_vm *vm);
void host_cpu_leave(struct host_vm *vm);              /* it waits no longer, if it did */
void host_cpu_release(struct host_vm *vm);            /* powered off: nor does it hold a CPU */
uint64_t host_cpu_ready_ns(const struct host_vm *vm); /* waited so far */
/* The hypervisor works for so long on the CPU that is free first: an idle one, where there is one.
 */
void host_cpu_take(struct host *host, uint64_t ns);
bool host_cpu_idle(const struct host *host); /* has a CPU nothing to do at this moment? */

/* vcpu.c */
void host_vcpu_init(struct host_vm *vm);
void host_vcpu_start(struct host_vm *vm);
void host_vcpu_stop(struct host_vm *vm);
/* The guest is another one: what the old one waited for is forgotten. The VM's time goes on. */
void host_vcpu_restart(struct host_vm *vm);
/* One slice from now on, after `delay_ns` of the hypervisor's own; sets busy_until_ns. */
void host_vcpu_run(struct host_vm *vm, uint64_t delay_ns);
void host_vcpu_stall(struct host_vm *vm); /* an access from outside of a slice waits */
void host_vcpu_block(struct host_vm *vm, bool blocked);
/* Something may have ended the halt or the stall: look again, now. */
void host_vcpu_wake(struct host_vm *vm);
/* What happens now happens then: in the middle of a slice while one is computed. */
uint64_t host_vcpu_now_ns(const struct host *host);
uint64_t host_vcpu_time_ns(const struct host_vm *vm);
uint64_t host_vcpu_stalled_ns(const struct host_vm *vm); /* with the stall that lasts */

#endif
