/* Statistics of hypervisors: esxtop -b, virsh dommemstat, KSM. */
#include <stdlib.h>

#include "fuzz/targets.h"
#include "traces/counters/counters.h"

enum { ROWS_MOST = 10000 };

static void read_rows(const char *path, const char *metric, const char *vm)
{
    struct tr_counters *counters = NULL;
    struct sim_error error = {0};
    int more = 1;
    double t_s, last_s = -1;

    if (!fuzz_accepted(tr_counters_open(path, metric, vm, &counters, &error), &error))
        return;
    uint32_t vms = tr_counters_vms(counters);
    FUZZ_CHECK(vms > 0 && vms <= TR_COUNTERS_VMS_MOST);
    double *mb = calloc(vms, sizeof *mb);
    FUZZ_CHECK(mb != NULL);
    for (unsigned i = 0; more > 0 && i < ROWS_MOST; i++) {
        more = tr_counters_next(counters, &t_s, mb, &error);
        FUZZ_CHECK(more <= 0 || (t_s >= 0 && t_s > last_s));
        for (uint32_t vm_index = 0; more > 0 && vm_index < vms; vm_index++)
            FUZZ_CHECK(tr_counters_vm(counters, vm_index) != NULL && mb[vm_index] >= 0);
        last_s = more > 0 ? t_s : last_s;
    }
    FUZZ_CHECK(more >= 0 || !fuzz_accepted(error.status, &error));
    free(mb);
    tr_counters_close(counters);
}

void fuzz_counters(const uint8_t *bytes, size_t count)
{
    const char *path = fuzz_file(0, bytes, count);

    read_rows(path, "active", NULL);
    read_rows(path, "used", "web");
    read_rows(path, "pages_shared", NULL);
}
