/* Statistics of hypervisors: esxtop -b, virsh dommemstat, KSM. */
#include <stdlib.h>

#include "fuzz/targets.h"
#include "traces/formats/stats.h"

enum { ROWS_MOST = 10000 };

static void read_stats(const char *path, const char *metric, const char *vm)
{
    struct tr_stats *stats = NULL;
    struct sim_error error = {0};
    int more = 1;
    double t_s, last_s = -1;

    if (!fuzz_accepted(tr_stats_open(path, metric, vm, &stats, &error), &error))
        return;
    uint32_t vms = tr_stats_vms(stats);
    FUZZ_CHECK(vms > 0 && vms <= TR_STATS_VMS_MOST);
    double *mb = calloc(vms, sizeof *mb);
    FUZZ_CHECK(mb != NULL);
    for (unsigned i = 0; more > 0 && i < ROWS_MOST; i++) {
        more = tr_stats_next(stats, &t_s, mb, &error);
        FUZZ_CHECK(more <= 0 || (t_s >= 0 && t_s > last_s));
        for (uint32_t vm_index = 0; more > 0 && vm_index < vms; vm_index++)
            FUZZ_CHECK(tr_stats_vm(stats, vm_index) != NULL && mb[vm_index] >= 0);
        last_s = more > 0 ? t_s : last_s;
    }
    FUZZ_CHECK(more >= 0 || !fuzz_accepted(error.status, &error));
    free(mb);
    tr_stats_close(stats);
}

void fuzz_stats(const uint8_t *bytes, size_t count)
{
    const char *path = fuzz_file(0, bytes, count);

    read_stats(path, "active", NULL);
    read_stats(path, "used", "web");
    read_stats(path, "pages_shared", NULL);
}
