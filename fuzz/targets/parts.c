/* The table of applications: what their memory holds. */
#include "workloads/parts.h"
#include "fuzz/targets.h"

void fuzz_parts(const uint8_t *bytes, size_t count)
{
    struct wl_parts parts = {0};
    struct sim_error error = {0};

    if (!fuzz_accepted(wl_parts_read(&parts, fuzz_file(0, bytes, count), "sql-server", &error),
                       &error))
        return;
    FUZZ_CHECK(parts.count > 0 && parts.count <= WL_PARTS_MOST);
    for (uint32_t i = 0; i < parts.count; i++) {
        const struct wl_part *part = &parts.part[i];
        FUZZ_CHECK(part->up_to >= (i > 0 ? parts.part[i - 1].up_to : 0) && part->up_to <= 1 + 1e-6);
        FUZZ_CHECK(part->present >= 0 && part->present <= 1);
        FUZZ_CHECK(part->writes >= 0 && part->writes <= 1);
    }
}
