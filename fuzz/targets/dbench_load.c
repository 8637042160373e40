/* The load file of dbench. */
#include "workloads/dbench_load.h"
#include "fuzz/targets.h"

void fuzz_dbench_load(const uint8_t *bytes, size_t count)
{
    struct dbench_load load = {0};
    struct sim_error error = {0};

    if (!fuzz_accepted(dbench_load_read(fuzz_file(0, bytes, count), 0, 0, &load, &error), &error))
        return;
    for (uint32_t i = 0; i < load.count; i++) {
        FUZZ_CHECK(load.ops[i].kind <= DBENCH_DELETE);
        FUZZ_CHECK(load.ops[i].kind == DBENCH_META || load.ops[i].kind == DBENCH_SYNC ||
                   load.ops[i].file < load.files);
    }
    dbench_load_free(&load);
}
