/*
 * `--watch`: a table of the VMs on the terminal while a run goes on. It is renewed in place a few
 * times a second. Where standard output is not a terminal, nothing is printed.
 */
#include <stdio.h>
#include <unistd.h>

#include "ballast/run/internal.h"

#define RENEW_S 0.2 /* of real time */

/* Of pages of the model. */
static double mb(const struct run *run, uint64_t pages)
{
    return run_mb(pages * run->config->machine.scale);
}

static void show_vm(struct run *run, const struct run_vm *vm)
{
    struct host_vm_status status;
    host_vm_status(run->host, vm->number, &status);
    const struct mp_vm_status *policy = &status.policy;
    if (!vm->on) {
        printf("\033[K%-18s off\n", vm->config->name);
        return;
    }
    printf("\033[K%-18s %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f %10.1f%s\n", vm->config->name,
           mb(run, policy->alloc_pages), mb(run, policy->target_pages),
           mb(run, policy->active_pages), mb(run, policy->ballooned_pages),
           mb(run, policy->swapped_pages), mb(run, policy->cow_pages), vm->throughput,
           policy->blocked ? "  blocked" : "");
}

void run_watch(struct run *run, uint64_t now_ns)
{
    if (!run->options->watch || !isatty(STDOUT_FILENO))
        return;
    bool last = now_ns + run->record_every_ns > run->end_ns;
    double now_s = sim_progress_wall_s();
    if (!last && now_s - run->watched_s < RENEW_S)
        return;
    if (run->watched_s > 0)
        printf("\033[%uA", run->config->vm_count + 2);
    run->watched_s = now_s;
    struct mp_status status;
    mp_status(host_policy(run->host), &status);
    printf("\033[K%.0f of %.0f s  free %.1f MB  state %s  saved by sharing %.1f MB\n",
           (double)now_ns / 1e9, (double)run->end_ns / 1e9, mb(run, status.free_pages),
           mp_state_name(status.state), mb(run, status.saved_pages));
    printf("\033[K%-18s %8s %8s %8s %8s %8s %8s %10s\n", "MB", "alloc", "target", "active",
           "balloon", "swapped", "shared", "per second");
    for (uint32_t i = 0; i < run->config->vm_count; i++)
        show_vm(run, &run->vms[i]);
    fflush(stdout);
}
