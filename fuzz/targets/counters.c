/* Statistics of hypervisors: esxtop, PowerCLI, virsh, KSM, Proxmox, sysstat. */
#include <stdlib.h>

#include "fuzz/targets.h"
#include "traces/counters/counters.h"

enum { ROWS_MOST = 10000 };

static void read_rows(const char *path, const struct tr_counters_options *options)
{
    struct tr_counters *counters = NULL;
    struct sim_error error = {0};
    bool more = true;
    double t_s, last_s = -1;

    if (!fuzz_accepted(tr_counters_open(path, options, &counters, &error), &error))
        return;
    uint32_t vms = tr_counters_vms(counters);
    FUZZ_CHECK(vms > 0 && vms <= TR_COUNTERS_VMS_MOST);
    double *mb = calloc(vms, sizeof *mb);
    FUZZ_CHECK(mb != NULL);
    for (unsigned i = 0; more && i < ROWS_MOST; i++) {
        more = tr_counters_next(counters, &t_s, mb);
        FUZZ_CHECK(!more || (t_s >= 0 && t_s > last_s));
        for (uint32_t vm = 0; more && vm < vms; vm++)
            FUZZ_CHECK(tr_counters_vm(counters, vm) != NULL && !(mb[vm] < 0));
        last_s = more ? t_s : last_s;
    }
    free(mb);
    tr_counters_close(counters);
}

void fuzz_counters(const uint8_t *bytes, size_t count)
{
    const char *path = fuzz_file(0, bytes, count);

    read_rows(path, &(struct tr_counters_options){.metric = "active"});
    read_rows(path, &(struct tr_counters_options){.metric = "used", .vm = "web"});
    read_rows(path, &(struct tr_counters_options){.metric = "pages_shared", .unit = "KiB"});
}
